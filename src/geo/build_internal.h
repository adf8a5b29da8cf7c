/*
 * A gazetteer in the making: sources add what they have, the end works out
 * which lines are one street, where streets cross, and writes the file.
 */
#ifndef GEO_BUILD_INTERNAL_H
#define GEO_BUILD_INTERNAL_H

#include <glib.h>

#include "base/arena.h"
#include "geo/drawn.h"
#include "geo/gaz_import.h"
#include "geo/geometry.h"
#include "geo/mapping.h"

enum { POINTS_MAX = 100000 };

/* House numbers along a line, as TIGER has them; 0: not known. */
struct build_range {
    int64_t left_from, left_to, right_from, right_to;
};

struct build_line {
    int name; /* in names */
    struct point *points;
    int n;
    struct str kind; /* how it is drawn, see drawn.h; empty: not told */
    int street;      /* known once lines are gathered into streets */
    struct build_range range;
};

struct build_name {
    struct str display; /* as the first source wrote it */
    struct str folded;
    struct str ref; /* "NH 9", or empty */
};

struct build_alias {
    int name; /* of the street that is also called so */
    struct str display;
};

struct build_address {
    int name;
    int street; /* known at the end */
    int64_t number;
    struct str suffix; /* see build_house */
    struct point at;
};

/* What one house number says: "12", "12a", "12 1/2", "12-14". */
struct build_house {
    int64_t number, last; /* the same where it is no lot of several */
    struct str suffix;    /* at most 4 bytes, as written behind the number */
};

struct build_place {
    struct str name, kind;
    struct point at; /* not known: the name alone */
    double radius_m;
};

struct build_ring {
    struct point *points;
    int n;
};

/* What is drawn only: nothing a text can name. */
struct build_shape {
    struct drawn drawn;
    struct str name;
    struct build_ring *rings; /* or lines */
    int n;
};

/* A point is in an area where it is in an odd number of its rings. */
struct build_area {
    struct str name, kind;
    struct build_ring *rings;
    int n;
};

struct build {
    struct arena arena;
    const struct gaz_import *in;
    GHashTable *name_of; /* folded -> index + 1 */
    GArray *names, *aliases, *lines, *addresses, *places, *areas, *shapes;
    struct gaz_source_report *report; /* of the source being read */
    const struct gaz_source_report *first_report;
    struct arena *report_arena;
    int64_t rows;
    const struct mapping_told *told; /* of the source; NULL: nothing */
    int64_t bytes, read; /* of the source: its size, how much was read */
};

/* ---- what sources call ---- */

/*
 * Each copies what it is given and counts it as taken; what it cannot take it
 * refuses, and says why.
 */

/* Of line only points, n (0: a name alone), range and kind are looked at. */
void build_street(struct build *b, struct str name, struct str ref,
                  const struct build_line *line, int64_t row);
/* Another name of the street called name: alt_name, old_name. */
void build_alias(struct build *b, struct str name, struct str alias);
void build_address(struct build *b, struct str street, struct str number,
                   struct point at, int64_t row);
void build_place(struct build *b, struct str name, struct str kind,
                 struct point at, double radius_m);
void build_area(struct build *b, struct str name, struct str kind,
                const struct build_ring *rings, int n);
/* Counts nothing: most of a map is drawn. name may be empty. */
void build_shape(struct build *b, const struct drawn *drawn, struct str name,
                 const struct build_ring *rings, int n);
void build_refuse(struct build *b, int64_t row, const char *fmt, ...)
    PRINTF(3, 4);

/* False, and refused with the remedy: not degrees of WGS 84. */
bool build_point_is_good(struct build *b, struct point at, int64_t row);

CHECKED int import_csv(struct build *b, const char *path, struct error *e);
CHECKED int import_geojson(struct build *b, const char *path, struct error *e);
CHECKED int import_shape(struct build *b, const char *path, struct error *e);
CHECKED int import_osm(struct build *b, const char *path, struct error *e);

/* ---- what is shared ---- */

/* False: text begins with no number. */
bool house_number_read(struct arena *a, struct str text, struct build_house *h);

/* ---- the end ---- */

CHECKED int build_write(struct build *b, struct error *e);

#endif
