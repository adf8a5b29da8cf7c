/* A gazetteer opened: what the files that search it share. */
#ifndef GEO_GAZ_INTERNAL_H
#define GEO_GAZ_INTERNAL_H

#include <glib.h>
#include <sqlite3.h>

#include "geo/gaz.h"
#include "geo/geometry.h"
#include "geo/name.h"

/* How much of its name a mention has. */
enum form { FORM_FULL, FORM_REF, FORM_BARE, FORM_FUZZY };

enum thing { THING_STREET, THING_PLACE, THING_AREA };

struct entry {
    enum thing thing;
    enum form form;
    int index; /* in gaz->streets, places or areas */
};

struct gaz_line {
    struct point *points;
    int n;
};

struct gaz_street {
    struct str name, folded, ref;
    struct point middle;
    double extent_m;
    GArray *lines; /* of struct gaz_line */
};

struct gaz_place {
    struct str name, kind;
    struct point at;
    double radius_m;
};

struct gaz_area {
    struct str name, kind;
    struct gaz_line ring;
    struct point middle;
    double radius_m;
};

struct gaz {
    struct arena arena;
    sqlite3 *db;
    sqlite3_stmt *exact, *below, *above, *near;
    struct gaz_street *streets;
    struct gaz_place *places;
    struct gaz_area *areas;
    struct gaz_stats stats;
    struct str town; /* folded: its own name is no street */
    double west, south, east, north;
    GHashTable *names;     /* folded -> GArray of struct entry */
    GHashTable *crossings; /* two streets -> GArray of struct point */
    size_t longest;        /* words of the longest name */
};

const GArray *gaz_named(const struct gaz *g, struct str folded);

/* Where two streets cross; NULL: they do not. */
const GArray *gaz_crossings(const struct gaz *g, int a, int b);

/* Where two streets come nearest, and how near. */
double gaz_approach(const struct gaz *g, int a, int b, struct point *at);

/*
 * A house number on a street. Gives the method, METHOD_NONE where the number
 * is not there and not between two that are; *low and *high are the numbers
 * the street has.
 */
enum location_method gaz_number(struct gaz *g, int street, int64_t number,
                                struct point *at, double *uncertainty_m,
                                int64_t *high);

#endif
