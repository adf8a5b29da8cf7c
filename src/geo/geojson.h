/*
 * GeoJSON (RFC 7946) read a feature at a time, so a county's parcels need the
 * memory of the largest of them: one FeatureCollection, or features one after
 * another, with or without the record separators of RFC 8142.
 */
#ifndef GEO_GEOJSON_H
#define GEO_GEOJSON_H

#include <jansson.h>

#include "base/arena.h"

enum { FEATURE_MAX_BYTES = 16 * 1024 * 1024 };

struct geojson_feature {
    const json_t *json; /* NULL: over FEATURE_MAX_BYTES */
    int64_t row;        /* the first is 1 */
    int64_t at;         /* bytes of the file read so far */
};

typedef void geojson_fn(void *arg, const struct geojson_feature *feature);

/*
 * Calls fn for each feature. A file in other coordinates than degrees by its
 * "crs" is an error, perhaps only after features were given.
 */
CHECKED int geojson_read(const char *path, geojson_fn *fn, void *arg,
                         struct error *e);

#endif
