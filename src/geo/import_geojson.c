/* GeoJSON (RFC 7946): streets are lines, areas polygons, places points. */
#include <math.h>

#include "geo/feature.h"
#include "geo/geojson.h"

struct source {
    struct build *build;
    struct mapping mapping;
    struct columns columns; /* a feature may have others: none are looked up */
};

struct taking {
    struct source *source;
    const json_t *feature;
    struct feature f;
    bool refused;   /* one of its parts, and so all */
    struct arena a; /* of this feature */
};

/* ---- properties ---- */

/* Numbers count as text: a house's is one in many a file. */
static struct str value_text(struct arena *a, const json_t *value)
{
    double n = json_number_value(value);

    if (json_is_string(value)) {
        return str_trim((struct str){ json_string_value(value),
                                      json_string_length(value) });
    }
    if (!json_is_number(value) || !(fabs(n) < 1e15) || n != floor(n))
        return STR_NONE;
    return str_of(arena_printf(a, "%.0f", n));
}

/* Upper and lower case are one. */
static struct str property(void *arg, const struct column *column)
{
    struct taking *t = arg;
    json_t *all = json_object_get(t->feature, "properties");

    for (void *i = json_object_iter(all); i != NULL;
         i = json_object_iter_next(all, i)) {
        if (str_case_eq(str_of(json_object_iter_key(i)), column->name))
            return value_text(&t->a, json_object_iter_value(i));
    }
    return STR_NONE;
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
        build_refuse(t->source->build, t->f.row, "a line of %zu points", count);
        return NULL;
    }
    points = arena_array(&t->a, struct point, count);
    for (size_t i = 0; i < count; i++) {
        points[i] = position(json_array_get(array, i));
    }
    *n = (int)count;
    return points;
}

/* ---- geometries ---- */

static void point(struct taking *t, const json_t *array)
{
    struct point *at = arena_new(&t->a, struct point);

    *at = position(array);
    t->f.parts[0] = (struct build_ring){ at, 1 };
    t->f.n = 1;
    t->f.shape = FEATURE_POINT;
}

/* A line, or points: one part. */
static void part_add(struct taking *t, const json_t *array,
                     enum feature_shape shape)
{
    struct build_ring *part = &t->f.parts[t->f.n];

    if (t->refused)
        return;
    part->points = positions(t, array, &part->n);
    t->refused = part->points == NULL;
    t->f.n++;
    t->f.shape = shape;
}

static void points(struct taking *t, const json_t *array)
{
    part_add(t, array, FEATURE_POINT);
}

static void line(struct taking *t, const json_t *array)
{
    part_add(t, array, FEATURE_LINE);
}

static void lines(struct taking *t, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        line(t, json_array_get(array, i));
}

/* The first ring is its edge, the others are holes. */
static void polygon(struct taking *t, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        part_add(t, json_array_get(array, i), FEATURE_AREA);
}

static void polygons(struct taking *t, const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        polygon(t, json_array_get(array, i));
}

static const struct {
    const char *type;
    void (*take)(struct taking *t, const json_t *coordinates);
} shapes[] = {
    { "LineString", line }, { "MultiLineString", lines },
    { "Polygon", polygon }, { "MultiPolygon", polygons },
    { "Point", point },     { "MultiPoint", points },
};

/* More than there can be parts in it. */
static size_t parts_of(const json_t *coordinates)
{
    size_t n = 1;

    for (size_t i = 0; i < json_array_size(coordinates); i++)
        n += 1 + json_array_size(json_array_get(coordinates, i));
    return n;
}

static void shape(struct taking *t, const json_t *geometry)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *coordinates = json_object_get(geometry, "coordinates");

    for (size_t i = 0; type != NULL && i < COUNT_OF(shapes); i++) {
        if (strcmp(type, shapes[i].type) != 0)
            continue;
        t->f.parts =
            arena_array(&t->a, struct build_ring, parts_of(coordinates));
        t->f.n = 0;
        shapes[i].take(t, coordinates);
        if (t->refused)
            return;
        if (t->f.n > 0) {
            feature_take(t->source->build, &t->source->mapping, &t->f);
            return;
        }
        break;
    }
    build_refuse(t->source->build, t->f.row, "no geometry");
}

/* ---- a feature ---- */

static void feature_read(struct taking *t)
{
    const json_t *geometry = json_object_get(t->feature, "geometry");
    const json_t *parts = json_object_get(geometry, "geometries");

    if (geometry == NULL || json_is_null(geometry)) {
        feature_take(t->source->build, &t->source->mapping, &t->f);
    } else if (json_is_array(parts)) {
        for (size_t i = 0; i < json_array_size(parts); i++)
            shape(t, json_array_get(parts, i));
    } else {
        shape(t, geometry);
    }
}

/* The first feature's properties say whose table it is. */
static void mapping_find(struct source *s, const json_t *feature)
{
    json_t *all = json_object_get(feature, "properties");
    struct str *names =
        arena_array(&s->build->arena, struct str, json_object_size(all) + 1);
    const char *name;
    json_t *value;

    s->columns.names = names;
    json_object_foreach(all, name, value) names[s->columns.n++] =
        arena_str(&s->build->arena, str_of(name));
    mapping_choose(&s->mapping, s->build->told, &s->columns, &s->build->arena);
    s->build->report->preset = s->mapping.preset;
}

static void on_feature(void *arg, const struct geojson_feature *feature)
{
    struct source *s = arg;
    struct taking t = { .source = s, .feature = feature->json };

    if (feature->json == NULL) {
        build_refuse(s->build, feature->row, "a feature of over %d MB",
                     FEATURE_MAX_BYTES / 1024 / 1024);
        return;
    }
    if (s->mapping.preset == NULL)
        mapping_find(s, feature->json);
    s->build->read = feature->at;
    t.f = (struct feature){
        .row = feature->row, .field = property, .arg = &t, .arena = &t.a
    };
    feature_read(&t);
    arena_free(&t.a);
}

int import_geojson(struct build *b, const char *path, struct error *e)
{
    struct source s = { .build = b, .columns = { .path = path } };

    return geojson_read(path, on_feature, &s, e);
}
