/*
 * Things on the ground by the cell they lie in, for "what is near here". Each
 * is a number and a box of degrees.
 */
#ifndef GEO_GRID_H
#define GEO_GRID_H

#include "base/arena.h"
#include "geo/geometry.h"

struct box {
    double south, west, north, east;
};

struct grid {
    struct box box;
    double lat_step, lon_step;
    int rows, columns;
    int *begin; /* of each cell, in items; the last: the end */
    int *items;
};

/* The box of an item; a thing in many cells stands in each. */
typedef struct box grid_box_fn(const void *arg, int item);

void grid_build(struct grid *g, struct arena *a, int items, grid_box_fn *box,
                const void *arg);

/* Calls each for what may lie in box: some of it twice, some beside it. */
typedef void grid_item_fn(void *arg, int item);
void grid_each(const struct grid *g, struct box box, grid_item_fn *each,
               void *arg);

/* The box that reaches metres around at. */
struct box grid_around(struct point at, double metres);

#endif
