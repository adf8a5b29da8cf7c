/*
 * What the town's map is drawn from: the streets, green, water, boundaries and
 * labels of a gazetteer in the map's own projection (spherical Mercator), and
 * the tiles cut from it (Mapbox Vector Tile 2.1).
 *
 *   land    areas: name, kind (park, wood, grass, cemetery, school, ...)
 *   water   areas and lines: name, kind (water, river, stream)
 *   roads   lines: name, kind (highway, major, middle, minor, service, path,
 *           rail)
 *   areas   boundaries as lines and a point in each: name, kind
 *   places  points: name, kind
 *   doors   points from zoom 16 on: number
 */
#ifndef GEO_CHART_H
#define GEO_CHART_H

#include "base/buf.h"
#include "geo/gaz.h"

struct chart;

enum {
    TILE_ZOOM_MAX = 16, /* beyond it the browser draws this one larger */
    TILE_EXTENT = 4096,
    TILE_MAX = 4 * 1024 * 1024, /* bytes; what does not fit is left out */
};

/*
 * Of g, which has to live as long, and of the file it was loaded from: what is
 * only drawn stands there. A file that cannot be read gives a map of nothing.
 */
struct chart *chart_open(const struct gaz *g, const char *path);
void chart_close(struct chart *c);

/* What is drawn of it, without the doors. */
int64_t chart_features(const struct chart *c);

/*
 * The town as it is looked at whole: all but the outermost of its doors or
 * else of its roads, for one far away would make it small. All 0 where there
 * is nothing.
 */
struct box chart_town(const struct chart *c);

struct tile {
    int64_t z, x, y; /* from the north-west, as web maps count */
};

/* False: there is no such tile. */
bool tile_is(struct tile at);

/* The degrees it covers. */
struct box tile_box(struct tile at);

/* Adds the tile to out: nothing where nothing is. Any thread may. */
void tile_cut(const struct chart *c, struct tile at, struct buf *out);

#endif
