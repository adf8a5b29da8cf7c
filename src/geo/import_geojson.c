/* GeoJSON (RFC 7946): streets are lines, areas polygons, places points. */
#include <math.h>

#include "geo/build_internal.h"
#include "geo/geojson.h"

struct taking {
    struct build *build;
    const json_t *feature;
    int64_t row;
    struct arena a; /* of this feature */
};

typedef const char *const *keys;

static const char *const name_keys[] = { "name", "fullname", "street",
                                         "st_name", NULL };
static const char *const kind_keys[] = { "kind",    "type",    "amenity",
                                         "leisure", "shop",    "boundary",
                                         "place",   "railway", NULL };
static const char *const place_keys[] = { "amenity", "leisure", "shop",
                                          "place",   "railway", NULL };
static const char *const ref_keys[] = { "ref", NULL };
static const char *const number_keys[] = { "addr:housenumber", "number",
                                           "housenumber", "add_number", NULL };
static const char *const street_keys[] = { "addr:street", "street", "st_name",
                                           NULL };
/* TIGER's EDGES and ADDRFEAT. */
static const char *const left_from[] = { "lfromadd", "lfromhn", NULL };
static const char *const left_to[] = { "ltoadd", "ltohn", NULL };
static const char *const right_from[] = { "rfromadd", "rfromhn", NULL };
static const char *const right_to[] = { "rtoadd", "rtohn", NULL };

/* ---- properties ---- */

/* Numbers count as text: a house's is one in many a file. */
static struct str value_text(struct taking *t, const json_t *value)
{
    double n = json_number_value(value);

    if (json_is_string(value)) {
        return str_trim((struct str){ json_string_value(value),
                                      json_string_length(value) });
    }
    if (!json_is_number(value) || !(fabs(n) < 1e15) || n != floor(n))
        return STR_NONE;
    return str_of(arena_printf(&t->a, "%.0f", n));
}

/* The first of names that is told; upper and lower case are one. */
static struct str property(struct taking *t, keys names)
{
    json_t *all = json_object_get(t->feature, "properties");

    for (; *names != NULL; names++) {
        for (void *i = json_object_iter(all); i != NULL;
             i = json_object_iter_next(all, i)) {
            struct str text;

            if (!str_case_eq(str_of(json_object_iter_key(i)), str_of(*names)))
                continue;
            text = value_text(t, json_object_iter_value(i));
            if (text.n > 0)
                return text;
        }
    }
    return STR_NONE;
}

/* NG911 has a street in parts. */
static struct str whole_name(struct taking *t, keys names)
{
    static const char *const parts[][2] = { { "st_predir", NULL },
                                            { "st_pretyp", NULL },
                                            { "st_name", NULL },
                                            { "st_postyp", NULL },
                                            { "st_posdir", NULL } };
    struct str name = property(t, names);
    struct str whole = STR_NONE;

    if (name.n == 0 || !str_eq(name, property(t, parts[2])))
        return name;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct str part = property(t, parts[i]);

        if (part.n > 0) {
            whole = str_of(arena_printf(&t->a, "%.*s%s%.*s", STR_FMT(whole),
                                        whole.n > 0 ? " " : "", STR_FMT(part)));
        }
    }
    return whole;
}

static int64_t house(struct taking *t, keys names)
{
    int64_t n = 0;

    return str_int(property(t, names), &n) && n > 0 ? n : 0;
}

static struct build_range range_of(struct taking *t)
{
    return (struct build_range){ house(t, left_from), house(t, left_to),
                                 house(t, right_from), house(t, right_to) };
}

/* ---- coordinates ---- */

static struct point position(const json_t *pair)
{
    const json_t *lon = json_array_get(pair, 0);
    const json_t *lat = json_array_get(pair, 1);

    if (!json_is_number(lon) || !json_is_number(lat))
        return (struct point){ .known = false };
    return geo_point(json_number_value(lat), json_number_value(lon));
}

/* The points of an array of positions; NULL where one of them is wrong. */
static struct point *positions(struct taking *t, const json_t *array, int *n)
{
    size_t count = json_array_size(array);
    struct point *points;

    if (count == 0 || count > POINTS_MAX) {
        build_refuse(t->build, t->row, "a line of %zu points", count);
        return NULL;
    }
    points = arena_array(&t->a, struct point, count);
    for (size_t i = 0; i < count; i++) {
        points[i] = position(json_array_get(array, i));
        if (!build_point_is_good(t->build, points[i], t->row))
            return NULL;
    }
    *n = (int)count;
    return points;
}

/* Adds the rings of a polygon, the first its edge and the others holes. */
static bool rings_add(struct taking *t, const json_t *polygon,
                      struct build_ring *rings, int *n)
{
    for (size_t i = 0; i < json_array_size(polygon); i++) {
        struct build_ring *ring = &rings[*n];

        ring->points = positions(t, json_array_get(polygon, i), &ring->n);
        if (ring->points == NULL)
            return false;
        *n += ring->n >= 4;
    }
    return true;
}

/* ---- what geometries become ---- */

static void address(struct taking *t, struct point at)
{
    build_address(t->build, whole_name(t, street_keys),
                  property(t, number_keys), at, t->row);
}

static void line(struct taking *t, const json_t *array)
{
    struct build_line line = { .range = range_of(t) };

    line.points = positions(t, array, &line.n);
    if (line.points != NULL) {
        build_street(t->build, whole_name(t, name_keys), property(t, ref_keys),
                     &line, t->row);
    }
}

static void lines(struct taking *t, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        line(t, json_array_get(array, i));
}

static struct point middle(const struct build_ring *ring)
{
    struct point sum = { 0, 0, true };

    for (int i = 0; i < ring->n; i++) {
        sum.lat += ring->points[i].lat / ring->n;
        sum.lon += ring->points[i].lon / ring->n;
    }
    return sum;
}

static void area(struct taking *t, struct build_ring *rings, int n)
{
    struct str name = property(t, name_keys);

    if (n == 0) {
        build_refuse(t->build, t->row, "an area of fewer than four points");
    } else if (property(t, number_keys).n > 0) {
        address(t, middle(&rings[0])); /* a house, or what it stands on */
    } else {
        build_area(t->build, name, property(t, kind_keys), rings, n);
    }
}

static void polygons(struct taking *t, const json_t *array)
{
    struct build_ring *rings;
    size_t count = 0;
    int n = 0;
    bool good = true;

    for (size_t i = 0; i < json_array_size(array); i++)
        count += json_array_size(json_array_get(array, i));
    rings = arena_array(&t->a, struct build_ring, count + 1);
    for (size_t i = 0; good && i < json_array_size(array); i++)
        good = rings_add(t, json_array_get(array, i), rings, &n);
    if (good)
        area(t, rings, n);
}

static void polygon(struct taking *t, const json_t *array)
{
    size_t count = json_array_size(array);
    struct build_ring *rings = arena_array(&t->a, struct build_ring, count + 1);
    int n = 0;

    if (rings_add(t, array, rings, &n))
        area(t, rings, n);
}

static void spot(struct taking *t, const json_t *array)
{
    struct point at = position(array);

    if (property(t, number_keys).n > 0) {
        address(t, at);
    } else if (build_point_is_good(t->build, at, t->row)) {
        build_place(t->build, property(t, name_keys), property(t, kind_keys),
                    at, 60);
    }
}

static void spots(struct taking *t, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        spot(t, json_array_get(array, i));
}

/* It is known that there is such a place or street, but not where. */
static void name_alone(struct taking *t)
{
    struct str place = property(t, place_keys);
    struct str street = property(t, street_keys);
    struct build_line nowhere = { .range = range_of(t) };

    if (place.n > 0) {
        build_place(t->build, property(t, name_keys), place,
                    (struct point){ .known = false }, 0);
        return;
    }
    if (street.n > 0 && property(t, number_keys).n > 0) {
        street = whole_name(t, street_keys);
    } else {
        street = whole_name(t, name_keys);
    }
    build_street(t->build, street, property(t, ref_keys), &nowhere, t->row);
}

/* ---- a feature ---- */

static const struct {
    const char *type;
    void (*take)(struct taking *t, const json_t *coordinates);
} shapes[] = {
    { "LineString", line }, { "MultiLineString", lines },
    { "Polygon", polygon }, { "MultiPolygon", polygons },
    { "Point", spot },      { "MultiPoint", spots },
};

static void shape(struct taking *t, const json_t *geometry)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));

    for (size_t i = 0; type != NULL && i < COUNT_OF(shapes); i++) {
        if (strcmp(type, shapes[i].type) == 0) {
            shapes[i].take(t, json_object_get(geometry, "coordinates"));
            return;
        }
    }
    build_refuse(t->build, t->row, "no geometry");
}

static void feature_take(struct taking *t)
{
    const json_t *geometry = json_object_get(t->feature, "geometry");
    const json_t *parts = json_object_get(geometry, "geometries");

    if (property(t, name_keys).n == 0 && property(t, number_keys).n == 0) {
        build_refuse(t->build, t->row, "no name");
    } else if (geometry == NULL || json_is_null(geometry)) {
        name_alone(t);
    } else if (json_is_array(parts)) {
        for (size_t i = 0; i < json_array_size(parts); i++)
            shape(t, json_array_get(parts, i));
    } else {
        shape(t, geometry);
    }
}

static void on_feature(void *arg, const struct geojson_feature *feature)
{
    struct taking t = { .build = arg,
                        .feature = feature->json,
                        .row = feature->row };

    if (feature->json == NULL) {
        build_refuse(t.build, t.row, "a feature of over %d MB",
                     FEATURE_MAX_BYTES / 1024 / 1024);
        return;
    }
    feature_take(&t);
    arena_free(&t.a);
}

int import_geojson(struct build *b, const char *path, struct error *e)
{
    return geojson_read(path, on_feature, b, e);
}
