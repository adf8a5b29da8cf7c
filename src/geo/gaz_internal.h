/*
 * A gazetteer opened: all of it in memory, in arrays, so that the file is
 * closed again and workers share what was loaded once.
 */
#ifndef GEO_GAZ_INTERNAL_H
#define GEO_GAZ_INTERNAL_H

#include "geo/gaz.h"
#include "geo/gaz_index.h"
#include "geo/geometry.h"
#include "geo/grid.h"
#include "geo/weights.h"

/* House numbers of a line's two sides, from its first point to its last. */
struct gaz_range {
    int64_t from, to; /* 0, 0: not known */
};

struct gaz_line {
    struct point *points;
    int n;
    struct gaz_range left, right;
};

/* A house number and where it is, in 1e-7 degree. */
struct gaz_door {
    int32_t number;
    char suffix[4]; /* "a" of 12a; unused bytes are 0 */
    int32_t lat, lon;
};

struct gaz_street {
    struct str name, folded, ref;
    struct point middle; /* not known: a name alone */
    double extent_m;     /* how far it reaches from there */
    bool turned;         /* its name begins with a direction */
    const struct gaz_line *lines;
    int line_count;
    const struct gaz_door *doors; /* by number */
    int door_count;
};

struct gaz_crossing {
    int a, b; /* streets, a < b; the list is in their order */
    struct point at;
};

struct gaz_place {
    struct str name, folded, kind;
    struct point at;
    double radius_m;
};

struct gaz_area {
    struct str name, folded, kind;
    struct gaz_line *rings;
    int ring_count;
    struct box box;
    struct point middle;
    double radius_m;
};

struct gaz {
    struct arena arena;
    struct gaz_street *streets;
    struct gaz_crossing *crossings;
    struct gaz_place *places;
    struct gaz_area *areas; /* the smallest first: a ward before its town */
    struct gaz_door *doors; /* of all streets, street by street */
    int *door_street;
    struct gaz_line *lines; /* of all streets, street by street */
    int *line_street;
    int line_count;
    struct gaz_stats stats;
    struct str town; /* folded: its own name is no street */
    double west, south, east, north;
    struct index *index;
    struct grid doors_near, lines_near, crossings_near;
    struct weights weights;
};

/* gaz_names.c: what streets, places and areas are called, into the index. */
void gaz_names_load(struct gaz *g);

/* gaz_learn.c: what clerks have taught, with room for its places kept. */
struct learned;
int gaz_learned_places(const struct learned *l);
void gaz_learn_places(struct gaz *g, const struct learned *l);
void gaz_learn_names(struct gaz *g, const struct learned *l);

/* gaz_place.c: the grids. */
void gaz_grids_load(struct gaz *g);

static inline struct point gaz_door_at(const struct gaz_door *d)
{
    return geo_point(d->lat / 1e7, d->lon / 1e7);
}

/* Where two streets cross: *n of them in a row; NULL: nowhere. */
const struct gaz_crossing *gaz_crossings(const struct gaz *g, int a, int b,
                                         int *n);

/* Where two streets come nearest, and how near in metres. */
double gaz_approach(const struct gaz *g, int a, int b, struct point *at);

/* How far a point is from a street's lines, or else its doors. */
double gaz_street_distance(const struct gaz *g, int street, struct point at);

/*
 * A house number on a street: METHOD_ADDRESS_POINT, METHOD_INTERPOLATED,
 * METHOD_STREET where it is known but its point cannot be right, or
 * METHOD_NONE where it is not between two that are there; then low and high
 * are the numbers the street has (0: none).
 */
struct gaz_number {
    enum location_method method;
    struct point at;
    double uncertainty_m;
    bool beyond; /* a little past the last number that is known */
    int64_t low, high;
};

struct gaz_number gaz_number(const struct gaz *g, int street, int64_t number,
                             struct str suffix);

#endif
