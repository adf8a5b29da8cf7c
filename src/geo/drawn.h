/*
 * What is drawn on the map beside what has a name to be found by: green, water
 * and rails, and how a road is drawn. The words are those of OpenStreetMap and
 * of TIGER's feature classes.
 */
#ifndef GEO_DRAWN_H
#define GEO_DRAWN_H

#include "base/str.h"

struct drawn {
    const char *layer, *kind; /* see chart.h */
    bool area;                /* else a line */
};

/* False: a thing of this kind is not drawn. closed: it may be an area. */
bool drawn_of(struct str value, bool closed, struct drawn *out);

/* How a road of this class is drawn; empty: its class says nothing. */
struct str drawn_road(struct str class);

#endif
