/*
 * One record of a source, whatever its format: fields by name, and a shape.
 * What becomes of it, an address, a street, an area or a place, is decided
 * here and nowhere else.
 */
#ifndef GEO_FEATURE_H
#define GEO_FEATURE_H

#include "geo/build_internal.h"

enum feature_shape {
    FEATURE_NOWHERE,
    FEATURE_POINT, /* each point of the parts is one */
    FEATURE_LINE,
    FEATURE_AREA
};

struct feature {
    int64_t row;
    /* The trimmed text of a column; empty where the record has none. */
    struct str (*field)(void *arg, const struct column *column);
    void *arg;
    enum feature_shape shape;
    struct build_ring *parts; /* the points, lines, or rings */
    int n;
    struct arena *arena; /* of this feature */
};

/*
 * Adds what f is to b, or refuses it. Where f is nowhere, columns with a
 * latitude and a longitude may tell its point.
 */
void feature_take(struct build *b, const struct mapping *m,
                  const struct feature *f);

#endif
