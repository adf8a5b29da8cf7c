/* GeoJSON (RFC 7946): streets are lines, areas polygons, places points. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "geo/build_internal.h"

static struct str property(const json_t *feature, const char *const *names)
{
    const json_t *all = json_object_get(feature, "properties");

    for (; *names != NULL; names++) {
        const json_t *value = json_object_get(all, *names);

        if (json_string_length(value) > 0) {
            return (struct str){ json_string_value(value),
                                 json_string_length(value) };
        }
    }
    return STR_NONE;
}

static const char *const name_keys[] = { "name",     "NAME",   "FULLNAME",
                                         "fullname", "street", "STREET",
                                         "ST_NAME",  "Name",   NULL };
static const char *const kind_keys[] = { "kind",    "type",    "amenity",
                                         "leisure", "shop",    "boundary",
                                         "place",   "railway", NULL };
static const char *const ref_keys[] = { "ref", "REF", NULL };
static const char *const number_keys[] = { "addr:housenumber", "number",
                                           "NUMBER", NULL };
static const char *const street_keys[] = { "addr:street", "street", "STREET",
                                           NULL };

static struct point position(const json_t *pair)
{
    const json_t *lon = json_array_get(pair, 0);
    const json_t *lat = json_array_get(pair, 1);

    if (!json_is_number(lon) || !json_is_number(lat))
        return (struct point){ .known = false };
    return geo_point(json_number_value(lat), json_number_value(lon));
}

/* The points of an array of positions; NULL where one of them is wrong. */
static struct point *positions(struct build *b, const json_t *array, int *n,
                               int64_t row)
{
    size_t count = json_array_size(array);
    struct point *points;

    if (count == 0 || count > POINTS_MAX) {
        build_refuse(b, row, "a line of %zu points", count);
        return NULL;
    }
    points = arena_array(&b->arena, struct point, count);
    for (size_t i = 0; i < count; i++) {
        points[i] = position(json_array_get(array, i));
        if (!build_point_is_good(b, points[i], row))
            return NULL;
    }
    *n = (int)count;
    return points;
}

static void line(struct build *b, const json_t *feature, const json_t *array,
                 int64_t row)
{
    int n = 0;
    struct build_line line = { .points = positions(b, array, &n, row) };

    line.n = n;
    if (line.points != NULL) {
        build_street(b, property(feature, name_keys),
                     property(feature, ref_keys), &line, row);
    }
}

static void polygon(struct build *b, const json_t *feature, const json_t *array,
                    int64_t row)
{
    struct build_ring ring = { NULL, 0 };

    ring.points = positions(b, json_array_get(array, 0), &ring.n, row);
    if (ring.points != NULL) {
        build_area(b, property(feature, name_keys),
                   property(feature, kind_keys), &ring, 1);
    }
}

static void spot(struct build *b, const json_t *feature, const json_t *array,
                 int64_t row)
{
    struct str number = property(feature, number_keys);
    struct point at = position(array);

    if (number.n > 0) {
        build_address(b, property(feature, street_keys), number, at, row);
    } else if (build_point_is_good(b, at, row)) {
        build_place(b, property(feature, name_keys),
                    property(feature, kind_keys), at, 60);
    }
}

typedef void shape_fn(struct build *b, const json_t *feature,
                      const json_t *coordinates, int64_t row);

static const struct {
    const char *type;
    shape_fn *take;
    bool many; /* the coordinates are a list of such */
} shapes[] = {
    { "LineString", line, false }, { "MultiLineString", line, true },
    { "Polygon", polygon, false }, { "MultiPolygon", polygon, true },
    { "Point", spot, false },      { "MultiPoint", spot, true },
};

static void take(struct build *b, const json_t *feature, int64_t row)
{
    const json_t *geometry = json_object_get(feature, "geometry");
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *where = json_object_get(geometry, "coordinates");

    if (property(feature, name_keys).n == 0 &&
        property(feature, number_keys).n == 0) {
        build_refuse(b, row, "no name");
        return;
    }
    for (size_t i = 0; type != NULL && i < COUNT_OF(shapes); i++) {
        if (strcmp(type, shapes[i].type) != 0)
            continue;
        for (size_t k = 0; shapes[i].many && k < json_array_size(where); k++)
            shapes[i].take(b, feature, json_array_get(where, k), row);
        if (!shapes[i].many)
            shapes[i].take(b, feature, where, row);
        return;
    }
    build_refuse(b, row, "no geometry");
}

int import_geojson(struct build *b, const char *path, struct error *e)
{
    json_error_t why;
    json_t *root = json_load_file(path, 0, &why);
    const json_t *features = json_object_get(root, "features");

    if (!json_is_array(features)) {
        int rc =
            error(e, E_SYNTAX, "%s:%d: %s", path, why.line > 0 ? why.line : 1,
                  root == NULL ? why.text : "no FeatureCollection");

        json_decref(root);
        return rc;
    }
    for (size_t i = 0; i < json_array_size(features); i++)
        take(b, json_array_get(features, i), (int64_t)i + 1);
    json_decref(root);
    return 0;
}
