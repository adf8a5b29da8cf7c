/* Lines and rings cut to the square of a tile, and made simpler. */
#ifndef GEO_TILE_CLIP_H
#define GEO_TILE_CLIP_H

#include <glib.h>

#include "geo/tile_write.h"

/* A place in a tile before it is a whole number. */
struct dot {
    double x, y;
};

/* The square that is kept: a tile and what a brush may reach beyond it. */
struct clip {
    double low, high;
};

/*
 * Cuts a line: each piece of it within the square is given to piece, in order.
 * The dots are good until it returns.
 */
typedef void clip_piece_fn(void *arg, const struct dot *dots, int n);
void clip_line(const struct clip *c, const struct dot *dots, int n,
               clip_piece_fn *piece, void *arg);

/*
 * Cuts a ring, whose last dot is not the first again, into out (of struct
 * dot). Where it leaves the square it runs along its edge. spare: scratch.
 */
void clip_ring(const struct clip *c, const struct dot *dots, int n, GArray *out,
               GArray *spare);

/*
 * Douglas-Peucker: leaves out dots that stand less than tolerance beside the
 * line of those that stay. The first and last stay. Gives how many do.
 */
int simplify(struct dot *dots, int n, double tolerance);

/* Rounds, without what falls on the one before; gives how many. */
int round_dots(const struct dot *dots, int n, struct tile_spot *out);

/* Twice the area: above 0 where it runs clockwise, as y grows downwards. */
int64_t ring_area(const struct tile_spot *ring, int n);

#endif
