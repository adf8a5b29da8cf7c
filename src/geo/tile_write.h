/*
 * A vector tile as it is written: protocol buffers, which are numbers of seven
 * bits a byte behind a field's number, and strings behind their length.
 */
#ifndef GEO_TILE_WRITE_H
#define GEO_TILE_WRITE_H

#include "base/buf.h"

/* A place in a tile, 0 to TILE_EXTENT and a little beyond. */
struct tile_spot {
    int32_t x, y;
};

/* The commands of one feature; where the pen is goes on between its parts. */
struct tile_pen {
    struct buf commands;
    int32_t x, y;
};

void tile_pen_points(struct tile_pen *pen, const struct tile_spot *at, int n);
void tile_pen_line(struct tile_pen *pen, const struct tile_spot *at, int n);
/* The last spot is not the first again. */
void tile_pen_ring(struct tile_pen *pen, const struct tile_spot *at, int n);

enum { TILE_KEYS = 4 };

struct tile_layer {
    const char *name;
    const char *keys[TILE_KEYS + 1]; /* ended by NULL */
    struct buf features, values;
    int value_count;
};

/* An index for tile_feature(). */
int tile_value(struct tile_layer *layer, struct str text);

/*
 * Adds a feature of form 1 (points), 2 (lines) or 3 (areas) with what pen drew.
 * values: one a key, -1 where it has none.
 */
void tile_feature(struct tile_layer *layer, int form, const int *values,
                  const struct tile_pen *pen);

/* Adds the layer to out, if it has features, and lets go of it. */
void tile_layer_end(struct tile_layer *layer, struct buf *out);

#endif
