/*
 * Well-known text (OGC 06-103r4, 7.2): the shape of a row in a table, as
 * PostGIS and GIS programs write it. Heights and measures are passed over, an
 * "SRID=4326;" in front too.
 */
#ifndef GEO_WKT_H
#define GEO_WKT_H

#include "geo/feature.h"

/* Gives f the shape in text; an EMPTY one is nowhere. False: it is none. */
bool wkt_read(struct str text, struct feature *f);

#endif
