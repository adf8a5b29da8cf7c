/* A gazetteer becomes a map in memory. */
#include <math.h>
#include <stdlib.h>

#include "geo/chart_internal.h"
#include "geo/gaz_internal.h"

static const double world = 4294967296.0; /* 2^32 */

/* ---- projection ---- */

/* Where the globe is cut off: the map is a square. */
static const double lat_most = 85.05112877980659;

static uint32_t whole(double share)
{
    double at = floor(share * world);

    if (!(at > 0))
        return 0;
    return at >= world - 1 ? UINT32_MAX : (uint32_t)at;
}

struct chart_spot chart_spot(struct point at)
{
    double lat = fmax(-lat_most, fmin(lat_most, at.lat));

    return (struct chart_spot){
        whole((at.lon + 180) / 360),
        whole(0.5 - atanh(sin(lat * M_PI / 180)) / (2 * M_PI)),
    };
}

bool tile_is(struct tile at)
{
    int64_t side;

    if (at.z < 0 || at.z > TILE_ZOOM_MAX)
        return false;
    side = (int64_t)1 << at.z;
    return at.x >= 0 && at.x < side && at.y >= 0 && at.y < side;
}

static double lat_of(double share)
{
    return asin(tanh((0.5 - share) * 2 * M_PI)) * 180 / M_PI;
}

struct box tile_box(struct tile at)
{
    double side = (double)((int64_t)1 << at.z);

    return (struct box){
        .south = lat_of((double)(at.y + 1) / side),
        .west = (double)at.x / side * 360 - 180,
        .north = lat_of((double)at.y / side),
        .east = (double)(at.x + 1) / side * 360 - 180,
    };
}

/* ---- features ---- */

int chart_text(struct charting *c, struct str text)
{
    GArray *texts = c->chart->texts;
    struct str own;
    gpointer found;
    char *key;

    if (text.n == 0)
        return 0;
    key = arena_dup(&c->chart->arena, text);
    found = g_hash_table_lookup(c->text_of, key);
    if (found != NULL)
        return GPOINTER_TO_INT(found);
    own = (struct str){ key, text.n };
    g_array_append_val(texts, own);
    g_hash_table_insert(c->text_of, key, GINT_TO_POINTER((int)texts->len - 1));
    return (int)texts->len - 1;
}

struct chart_feature *chart_feature(struct charting *c, enum chart_form form,
                                    int least)
{
    GArray *features = c->chart->features;
    struct chart_feature f = {
        .box = { UINT32_MAX, UINT32_MAX, 0, 0 },
        .form = form,
        .least = least,
        .first = c->chart->parts->len,
    };

    g_array_append_val(features, f);
    return &g_array_index(features, struct chart_feature, features->len - 1);
}

static void cover(struct chart_box *box, struct chart_spot at)
{
    box->west = MIN(box->west, at.x);
    box->north = MIN(box->north, at.y);
    box->east = MAX(box->east, at.x);
    box->south = MAX(box->south, at.y);
}

void chart_part(struct charting *c, const struct chart_spot *spots, int n)
{
    struct chart *chart = c->chart;
    struct chart_part part = { chart->spots->len, n, false };
    struct chart_feature *f = &g_array_index(
        chart->features, struct chart_feature, chart->features->len - 1);

    g_array_append_vals(chart->spots, spots, (guint)n);
    g_array_append_val(chart->parts, part);
    f->n++;
    for (int i = 0; i < n; i++)
        cover(&f->box, spots[i]);
}

int64_t chart_features(const struct chart *c)
{
    return c->features->len;
}

/* ---- the town ---- */

enum { SAMPLES = 20000, DOORS_LEAST = 500 };

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* What all but one in fifty of some numbers lie between. */
static void spread(GArray *numbers, uint32_t *low, uint32_t *high)
{
    guint aside = numbers->len / 100;

    qsort(numbers->data, numbers->len, sizeof(uint32_t), by_number);
    *low = g_array_index(numbers, uint32_t, aside);
    *high = g_array_index(numbers, uint32_t, numbers->len - 1 - aside);
}

struct box chart_town(const struct chart *c)
{
    guint step = 1 + c->spots->len / SAMPLES;
    GArray *xs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    GArray *ys = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    struct box box = { 0, 0, 0, 0 };
    uint32_t west;
    uint32_t north;
    uint32_t east;
    uint32_t south;

    int64_t doors = c->gaz == NULL ? 0 : c->gaz->stats.addresses;

    /* Where people live, or else where roads are. */
    for (int64_t i = 0; doors >= DOORS_LEAST && i < doors;
         i += 1 + doors / SAMPLES) {
        struct chart_spot at = chart_spot(gaz_door_at(&c->gaz->doors[i]));

        g_array_append_val(xs, at.x);
        g_array_append_val(ys, at.y);
    }
    for (guint i = c->roads_from; doors < DOORS_LEAST && i < c->roads_to;
         i += step) {
        const struct chart_spot *s =
            &g_array_index(c->spots, struct chart_spot, i);

        g_array_append_val(xs, s->x);
        g_array_append_val(ys, s->y);
    }
    if (xs->len > 0) {
        spread(xs, &west, &east);
        spread(ys, &north, &south);
        box = (struct box){ .south = lat_of(south / world),
                            .west = west / world * 360 - 180,
                            .north = lat_of(north / world),
                            .east = east / world * 360 - 180 };
    }
    g_array_free(xs, TRUE);
    g_array_free(ys, TRUE);
    return box;
}

/* ---- rows ---- */

struct chart_ring chart_geom(sqlite3_stmt *s, int column, struct arena *a)
{
    int bytes = sqlite3_column_bytes(s, column);
    const unsigned char *flat = sqlite3_column_blob(s, column);
    struct chart_ring ring = { .n = bytes / (2 * (int)sizeof(int32_t)) };

    ring.spots = arena_array(a, struct chart_spot, (size_t)ring.n + 1);
    for (int i = 0; i < ring.n; i++) {
        int32_t pair[2];

        memcpy(pair, flat + (size_t)i * sizeof(pair), sizeof(pair));
        ring.spots[i] = chart_spot(geo_point(pair[0] / 1e7, pair[1] / 1e7));
    }
    return ring;
}

static struct str text_of(sqlite3_stmt *s, int column)
{
    return (struct str){ (const char *)sqlite3_column_text(s, column),
                         (size_t)sqlite3_column_bytes(s, column) };
}

typedef void row_fn(struct charting *c, sqlite3_stmt *s);

/* A file of before has not all of the tables: then there are no rows. */
static void rows(struct charting *c, const char *sql, row_fn *each)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v2(c->db, sql, -1, &s, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(s) == SQLITE_ROW)
        each(c, s);
    sqlite3_finalize(s);
}

enum { OUTLINES_MAX = 20000 };

/* Every geom that sql gives for the thing numbered id. */
static int outlines(struct charting *c, const char *sql, int64_t id,
                    struct chart_ring **out, struct arena *a)
{
    sqlite3_stmt *s = NULL;
    GArray *rings = g_array_new(FALSE, FALSE, sizeof(struct chart_ring));
    int n;

    sqlite3_prepare_v2(c->db, sql, -1, &s, NULL);
    sqlite3_bind_int64(s, 1, id);
    while (sqlite3_step(s) == SQLITE_ROW && rings->len < OUTLINES_MAX) {
        struct chart_ring ring = chart_geom(s, 0, a);

        if (ring.n > 1)
            g_array_append_val(rings, ring);
    }
    sqlite3_finalize(s);
    n = (int)rings->len;
    *out = arena_array(a, struct chart_ring, (size_t)n + 1);
    if (n > 0)
        memcpy(*out, rings->data, sizeof(**out) * (size_t)n);
    g_array_free(rings, TRUE);
    return n;
}

/* id, kind, name, whether it is an area */
static void shape_row(struct charting *c, sqlite3_stmt *s)
{
    static const char sql[] = "SELECT geom FROM outline WHERE shape = ?1";
    struct arena a = { NULL };
    struct chart_ring *rings;
    int n = outlines(c, sql, sqlite3_column_int64(s, 0), &rings, &a);
    bool area = sqlite3_column_int(s, 3) != 0;
    struct chart_feature *f = chart_feature(c, area ? CHART_AREA : CHART_LINE,
                                            chart_shape_least(text_of(s, 1)));

    f->kind = chart_text(c, text_of(s, 1));
    f->name = chart_text(c, text_of(s, 2));
    if (area) {
        chart_rings(c, rings, n);
    } else {
        for (int i = 0; i < n; i++)
            chart_part(c, rings[i].spots, rings[i].n);
    }
    arena_free(&a);
}

/* The middle of the box around the largest of some rings. */
static struct chart_spot middle(const struct chart_ring *rings, int n)
{
    struct chart_spot at = { 0, 0 };
    uint64_t most = 0;

    for (int i = 0; i < n; i++) {
        struct chart_box box = { UINT32_MAX, UINT32_MAX, 0, 0 };
        uint64_t size;

        for (int k = 0; k < rings[i].n; k++)
            cover(&box, rings[i].spots[k]);
        size = (uint64_t)(box.east - box.west) * (box.south - box.north);
        if (i > 0 && size <= most)
            continue;
        most = size;
        at.x = box.west + (box.east - box.west) / 2;
        at.y = box.north + (box.south - box.north) / 2;
    }
    return at;
}

enum { AREA_LEAST = 8, AREA_LABEL_LEAST = 8 };

/* id, kind, name: its edge, and a point for its name. */
static void area_row(struct charting *c, sqlite3_stmt *s)
{
    static const char sql[] = "SELECT geom FROM ring WHERE area = ?1";
    struct arena a = { NULL };
    struct str kind = text_of(s, 1);
    struct chart_ring *rings;
    int n = outlines(c, sql, sqlite3_column_int64(s, 0), &rings, &a);
    int name = chart_text(c, text_of(s, 2));
    struct chart_feature *f = chart_feature(c, CHART_LINE, AREA_LEAST);
    struct chart_spot at = middle(rings, n);

    f->name = name;
    f->kind = chart_text(c, kind);
    for (int i = 0; i < n; i++)
        chart_part(c, rings[i].spots, rings[i].n);
    f = chart_feature(c, CHART_POINT, AREA_LABEL_LEAST);
    f->name = name;
    f->kind = chart_text(c, kind);
    if (n > 0)
        chart_part(c, &at, 1);
    arena_free(&a);
}

/* The same for green that is no place: its name is a label as theirs are. */
static void green_row(struct charting *c, sqlite3_stmt *s)
{
    static const char sql[] = "SELECT geom FROM ring WHERE area = ?1";
    struct arena a = { NULL };
    struct chart_ring *rings;
    int n = outlines(c, sql, sqlite3_column_int64(s, 0), &rings, &a);
    struct chart_spot at = middle(rings, n);
    struct chart_feature *f =
        chart_feature(c, CHART_POINT, chart_place_least(text_of(s, 1)));

    f->kind = chart_text(c, text_of(s, 1));
    f->name = chart_text(c, text_of(s, 2));
    if (n > 0)
        chart_part(c, &at, 1);
    arena_free(&a);
}

/* lat, kind, name, lon */
static void place_row(struct charting *c, sqlite3_stmt *s)
{
    struct chart_spot at = chart_spot(geo_point(
        sqlite3_column_int(s, 0) / 1e7, sqlite3_column_int(s, 3) / 1e7));
    struct chart_feature *f =
        chart_feature(c, CHART_POINT, chart_place_least(text_of(s, 1)));

    f->kind = chart_text(c, text_of(s, 1));
    f->name = chart_text(c, text_of(s, 2));
    chart_part(c, &at, 1);
}

static void is_green(sqlite3_context *to, int n, sqlite3_value **values)
{
    struct str kind = str_of((const char *)sqlite3_value_text(values[0]));

    (void)n;
    sqlite3_result_int(to, chart_is_land(kind));
}

#define SHAPES(layer)                                                          \
    ("SELECT id, kind, name, area FROM shape WHERE layer = '" layer            \
     "' ORDER BY id")

/* Those that are seen from farther off come first: their names have room. */
static int by_least(const void *a, const void *b)
{
    const struct chart_feature *x = a;
    const struct chart_feature *y = b;

    return x->least != y->least ? x->least - y->least
                                : (x->first > y->first) - (x->first < y->first);
}

static double size_of(const struct chart_feature *f)
{
    return ((double)f->box.east - f->box.west) *
           ((double)f->box.south - f->box.north);
}

/* What is large lies below what is small: a park in a quarter is seen. */
static int by_size(const void *a, const void *b)
{
    double x = size_of(a);
    double y = size_of(b);

    return x > y ? -1 : x < y;
}

static void put_in_order(const struct chart *c, enum chart_layer layer,
                         int (*order)(const void *, const void *))
{
    guint n = c->begin[layer + 1] - c->begin[layer];

    if (n > 1) {
        qsort(
            &g_array_index(c->features, struct chart_feature, c->begin[layer]),
            n, sizeof(struct chart_feature), order);
    }
}

static void load(struct charting *c)
{
    GArray *features = c->chart->features;
    guint *begin = c->chart->begin;

    begin[CHART_LAND] = 0;
    rows(c, SHAPES("land"), shape_row);
    begin[CHART_WATER] = features->len;
    rows(c, SHAPES("water"), shape_row);
    begin[CHART_ROADS] = features->len;
    rows(c, SHAPES("roads"), shape_row);
    c->chart->roads_from = c->chart->spots->len;
    chart_roads(c);
    c->chart->roads_to = c->chart->spots->len;
    begin[CHART_AREAS] = features->len;
    rows(c,
         "SELECT id, kind, name FROM area WHERE NOT is_green(kind)"
         " ORDER BY id",
         area_row);
    begin[CHART_PLACES] = features->len;
    rows(c,
         "SELECT id, kind, name FROM area WHERE is_green(kind) AND NOT EXISTS"
         " (SELECT 1 FROM place WHERE place.name = area.name) ORDER BY id",
         green_row);
    rows(c,
         "SELECT lat, kind, name, lon FROM place WHERE lat IS NOT NULL"
         " ORDER BY id",
         place_row);
    begin[CHART_DOORS] = features->len;
    begin[CHART_LAYERS] = features->len;
    put_in_order(c->chart, CHART_LAND, by_size);
    put_in_order(c->chart, CHART_PLACES, by_least);
}

struct chart *chart_open(const struct gaz *g, const char *path)
{
    struct chart *chart = calloc(1, sizeof(*chart));
    struct charting c = { .chart = chart };
    struct str none = STR("");
    char *uri;

    if (chart == NULL)
        abort();
    chart->gaz = g;
    chart->texts = g_array_new(FALSE, FALSE, sizeof(struct str));
    chart->features = g_array_new(FALSE, FALSE, sizeof(struct chart_feature));
    chart->parts = g_array_new(FALSE, FALSE, sizeof(struct chart_part));
    chart->spots = g_array_new(FALSE, FALSE, sizeof(struct chart_spot));
    g_array_append_val(chart->texts, none);
    c.text_of = g_hash_table_new(g_str_hash, g_str_equal);
    uri = arena_printf(&chart->arena, "file:%s?mode=ro&immutable=1", path);
    if (sqlite3_open_v2(uri, &c.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                        NULL) == SQLITE_OK) {
        sqlite3_create_function(c.db, "is_green", 1, SQLITE_UTF8, NULL,
                                is_green, NULL, NULL);
        load(&c);
    }
    sqlite3_close(c.db);
    g_hash_table_destroy(c.text_of);
    return chart;
}

void chart_close(struct chart *c)
{
    if (c == NULL)
        return;
    g_array_free(c->texts, TRUE);
    g_array_free(c->features, TRUE);
    g_array_free(c->parts, TRUE);
    g_array_free(c->spots, TRUE);
    arena_free(&c->arena);
    free(c);
}
