/*
 * Open Location Codes ("plus codes"): "87G8Q2PQ+VX" is a small area, "Q2PQ+VX"
 * the same near some place. After google/open-location-code's specification.
 */
#ifndef GEO_PLUSCODE_H
#define GEO_PLUSCODE_H

#include "base/arena.h"
#include "spine/message.h"

enum { PLUSCODE_MAX = 16 }; /* of what pluscode_encode() gives */

bool pluscode_is_valid(struct str code); /* full or short */
bool pluscode_is_full(struct str code);
bool pluscode_is_short(struct str code);

struct pluscode_area {
    double south, west, north, east;
    int length; /* digits */
};

/* code must be a full one. */
struct pluscode_area pluscode_decode(struct str code);

/* length 2, 4, 6, 8 or 10 to 15. */
struct str pluscode_encode(struct arena *a, struct point at, int length);

/* The full code whose place is nearest to near; code as it is if full. */
struct str pluscode_recover(struct arena *a, struct str code,
                            struct point near);

#endif
