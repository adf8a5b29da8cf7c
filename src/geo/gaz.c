/* Loading a gazetteer: from a file of rows into arrays. */
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/gaz_import.h"
#include "geo/gaz_internal.h"
#include "geo/gaz_learn.h"
#include "geo/name.h"

static const double town_margin_degrees = 0.05;

struct loading {
    struct gaz *g;
    sqlite3 *db;
    sqlite3_stmt *s; /* the rows now read */
    struct learned *learned;
};

static struct str text_of(const struct loading *l, int column)
{
    struct str text = { (const char *)sqlite3_column_text(l->s, column),
                        (size_t)sqlite3_column_bytes(l->s, column) };

    return arena_str(&l->g->arena, text);
}

static struct point point_of(const struct loading *l, int column)
{
    if (sqlite3_column_type(l->s, column) == SQLITE_NULL)
        return (struct point){ .known = false };
    return geo_point(sqlite3_column_int(l->s, column) / 1e7,
                     sqlite3_column_int(l->s, column + 1) / 1e7);
}

static struct gaz_line line_of(const struct loading *l, int column)
{
    int bytes = sqlite3_column_bytes(l->s, column);
    struct gaz_line line = { .n = bytes / (2 * (int)sizeof(int32_t)) };
    const unsigned char *flat = sqlite3_column_blob(l->s, column);

    line.points = arena_array(&l->g->arena, struct point, (size_t)line.n + 1);
    for (int i = 0; i < line.n; i++) {
        int32_t pair[2];

        memcpy(pair, flat + (size_t)i * sizeof(pair), sizeof(pair));
        line.points[i] = geo_point(pair[0] / 1e7, pair[1] / 1e7);
    }
    return line;
}

static void cover(struct gaz *g, struct point p)
{
    if (!p.known)
        return;
    g->south = fmin(g->south, p.lat);
    g->north = fmax(g->north, p.lat);
    g->west = fmin(g->west, p.lon);
    g->east = fmax(g->east, p.lon);
}

/* ---- rows ---- */

typedef void row_fn(struct loading *l, int row);

static void street_row(struct loading *l, int row)
{
    struct gaz_street *s = &l->g->streets[row];

    s->name = text_of(l, 0);
    s->folded = text_of(l, 1);
    s->ref = text_of(l, 2);
    s->middle = point_of(l, 3);
    s->extent_m = sqlite3_column_double(l->s, 5);
    cover(l->g, s->middle);
}

/* The street a row belongs to; NULL: it belongs to none. */
static struct gaz_street *street_of(struct loading *l, int column)
{
    int street = sqlite3_column_int(l->s, column);

    if (street < 0 || street >= l->g->stats.streets)
        return NULL;
    return &l->g->streets[street];
}

static void line_row(struct loading *l, int row)
{
    struct gaz_street *s = street_of(l, 0);

    l->g->lines[row] = line_of(l, 1);
    l->g->line_street[row] = s == NULL ? 0 : (int)(s - l->g->streets);
    l->g->lines[row].left = (struct gaz_range){ sqlite3_column_int64(l->s, 2),
                                                sqlite3_column_int64(l->s, 3) };
    l->g->lines[row].right =
        (struct gaz_range){ sqlite3_column_int64(l->s, 4),
                            sqlite3_column_int64(l->s, 5) };
    if (s == NULL)
        return;
    if (s->line_count++ == 0)
        s->lines = &l->g->lines[row];
}

static void door_row(struct loading *l, int row)
{
    struct gaz_street *s = street_of(l, 0);
    struct gaz_door *d = &l->g->doors[row];
    struct str suffix = { (const char *)sqlite3_column_text(l->s, 2),
                          (size_t)sqlite3_column_bytes(l->s, 2) };

    d->number = sqlite3_column_int(l->s, 1);
    d->lat = sqlite3_column_int(l->s, 3);
    d->lon = sqlite3_column_int(l->s, 4);
    for (size_t i = 0; i < suffix.n && i < sizeof(d->suffix); i++)
        d->suffix[i] = suffix.p[i];
    l->g->door_street[row] = s == NULL ? 0 : (int)(s - l->g->streets);
    if (s != NULL && s->door_count++ == 0)
        s->doors = d;
}

static void crossing_row(struct loading *l, int row)
{
    l->g->crossings[row] =
        (struct gaz_crossing){ sqlite3_column_int(l->s, 0),
                               sqlite3_column_int(l->s, 1), point_of(l, 2) };
}

static void place_row(struct loading *l, int row)
{
    l->g->places[row] = (struct gaz_place){
        .name = text_of(l, 0),
        .folded = text_of(l, 1),
        .kind = text_of(l, 2),
        .at = point_of(l, 3),
        .radius_m = sqlite3_column_double(l->s, 5),
    };
    cover(l->g, l->g->places[row].at);
}

static void area_row(struct loading *l, int row)
{
    struct gaz_area *area = &l->g->areas[row];
    int rings = sqlite3_column_int(l->s, 3);

    area->name = text_of(l, 0);
    area->folded = text_of(l, 1);
    area->kind = text_of(l, 2);
    area->rings = arena_array(&l->g->arena, struct gaz_line, (size_t)rings + 1);
    area->box = (struct box){ 1000, 1000, -1000, -1000 };
}

static void ring_row(struct loading *l, int row)
{
    int i = sqlite3_column_int(l->s, 0);
    struct gaz_line ring = line_of(l, 1);
    struct gaz_area *area;

    (void)row;
    if (i < 0 || i >= l->g->stats.areas)
        return;
    area = &l->g->areas[i];
    area->rings[area->ring_count++] = ring;
    for (int k = 0; k < ring.n; k++) {
        area->box.south = fmin(area->box.south, ring.points[k].lat);
        area->box.north = fmax(area->box.north, ring.points[k].lat);
        area->box.west = fmin(area->box.west, ring.points[k].lon);
        area->box.east = fmax(area->box.east, ring.points[k].lon);
    }
    area->middle = geo_point((area->box.south + area->box.north) / 2,
                             (area->box.west + area->box.east) / 2);
    area->radius_m =
        geo_distance(area->middle, geo_point(area->box.north, area->box.east));
}

static int smaller(const void *a, const void *b)
{
    const struct gaz_area *x = a;
    const struct gaz_area *y = b;

    return (x->radius_m > y->radius_m) - (x->radius_m < y->radius_m);
}

static void rows(struct loading *l, const char *sql, row_fn *each)
{
    l->s = NULL;
    sqlite3_prepare_v2(l->db, sql, -1, &l->s, NULL);
    for (int row = 0; sqlite3_step(l->s) == SQLITE_ROW; row++)
        each(l, row);
    sqlite3_finalize(l->s);
}

static int64_t one_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t n = -1;

    sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static void town_row(struct loading *l, int row)
{
    struct str town = text_of(l, 0);

    (void)row;
    l->g->town = name_fold(&l->g->arena, str_until(&town, STR(",")));
}

#define ROOM(g, type, n) arena_array(&(g)->arena, type, (size_t)(n) + 1)

static void load(struct loading *l)
{
    struct gaz *g = l->g;
    struct gaz_stats *n = &g->stats;

    n->streets = one_number(l->db, "SELECT count(*) FROM street");
    n->addresses = one_number(l->db, "SELECT count(*) FROM addr");
    n->crossings = one_number(l->db, "SELECT count(*) FROM crossing");
    n->places = one_number(l->db, "SELECT count(*) FROM place");
    n->areas = one_number(l->db, "SELECT count(*) FROM area");
    n->built_at = one_number(l->db, "SELECT value FROM meta WHERE"
                                    " key = 'built_at'");
    g->line_count = (int)one_number(l->db, "SELECT count(*) FROM seg");
    g->streets = ROOM(g, struct gaz_street, n->streets);
    g->lines = ROOM(g, struct gaz_line, g->line_count);
    g->line_street = ROOM(g, int, g->line_count);
    g->doors = ROOM(g, struct gaz_door, n->addresses);
    g->door_street = ROOM(g, int, n->addresses);
    g->crossings = ROOM(g, struct gaz_crossing, n->crossings);
    g->places =
        ROOM(g, struct gaz_place, n->places + gaz_learned_places(l->learned));
    g->areas = ROOM(g, struct gaz_area, n->areas);
    rows(l,
         "SELECT name, folded, ref, lat, lon, extent_m FROM street"
         " ORDER BY id",
         street_row);
    rows(l,
         "SELECT street, geom, left_from, left_to, right_from, right_to"
         " FROM seg ORDER BY street",
         line_row);
    rows(l,
         "SELECT street, number, suffix, lat, lon FROM addr"
         " ORDER BY street, number, suffix",
         door_row);
    rows(l, "SELECT a, b, lat, lon FROM crossing ORDER BY a, b", crossing_row);
    rows(l,
         "SELECT name, folded, kind, lat, lon, radius_m FROM place"
         " ORDER BY id",
         place_row);
    rows(l,
         "SELECT name, folded, kind, (SELECT count(*) FROM ring WHERE"
         " ring.area = area.id) FROM area ORDER BY id",
         area_row);
    rows(l, "SELECT area, geom FROM ring ORDER BY area", ring_row);
    qsort(g->areas, (size_t)n->areas, sizeof(*g->areas), smaller);
    rows(l, "SELECT value FROM meta WHERE key = 'town'", town_row);
    gaz_learn_places(g, l->learned);
}

static void alias_row(struct loading *l, int row)
{
    int street = sqlite3_column_int(l->s, 0);
    struct entry e = { THING_STREET, FORM_ALIAS, street, -1 };

    (void)row;
    if (street >= 0 && street < l->g->stats.streets)
        index_add(l->g->index, name_fold(&l->g->arena, text_of(l, 1)), e);
}

/* What came with later versions is only drawn: see chart.h. */
static bool is_readable(int64_t schema)
{
    return schema >= GAZ_SCHEMA_READ && schema <= GAZ_SCHEMA;
}

int gaz_open(struct gaz **out, const char *path, struct error *e)
{
    return gaz_open_learned(out, path, NULL, e);
}

int gaz_open_learned(struct gaz **out, const char *path,
                     const struct setting_list *folders, struct error *e)
{
    struct gaz *g = calloc(1, sizeof(*g));
    struct loading l = { .g = g };
    char *uri;
    int rc;

    if (g == NULL)
        abort();
    g->index = index_new();
    g->south = g->west = 1000;
    g->north = g->east = -1000;
    rc = learned_load(&l.learned, folders, &g->arena, e);
    if (rc < 0) {
        gaz_close(g);
        return rc;
    }
    uri = arena_printf(&g->arena, "file:%s?mode=ro&immutable=1", path);
    if (sqlite3_open_v2(uri, &l.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                        NULL) != SQLITE_OK ||
        !is_readable(one_number(l.db, "SELECT value FROM meta WHERE"
                                      " key = 'schema'"))) {
        sqlite3_close(l.db);
        gaz_close(g);
        return error(e, E_CONFIG,
                     "%s is no gazetteer of this version: make one with "
                     "inlet gaz import -o %s SOURCE...",
                     path, path);
    }
    load(&l);
    gaz_names_load(g);
    rows(&l, "SELECT street, name FROM alias", alias_row);
    gaz_learn_names(g, l.learned);
    sqlite3_close(l.db);
    index_finish(g->index);
    gaz_grids_load(g);
    rc = weights_default(&g->weights, e);
    if (rc < 0) {
        gaz_close(g);
        return rc;
    }
    *out = g;
    return 0;
}

int gaz_weigh(struct gaz *g, const struct setting_list *folders,
              struct error *e)
{
    int rc = 0;

    for (; rc == 0 && folders != NULL; folders = folders->next) {
        const char *path = arena_printf(&g->arena, "%.*s/places.weights",
                                        STR_FMT(folders->value));

        if (access(path, F_OK) == 0)
            rc = weights_load(&g->weights, path, e);
    }
    return rc;
}

const struct weights *gaz_weights(const struct gaz *g)
{
    return &g->weights;
}

void gaz_close(struct gaz *g)
{
    index_free(g->index);
    arena_free(&g->arena);
    free(g);
}

void gaz_stats(const struct gaz *g, struct gaz_stats *out)
{
    *out = g->stats;
}

struct box gaz_box(const struct gaz *g)
{
    return (struct box){ .south = g->south - town_margin_degrees,
                         .west = g->west - town_margin_degrees,
                         .north = g->north + town_margin_degrees,
                         .east = g->east + town_margin_degrees };
}

bool gaz_covers(const struct gaz *g, struct point at)
{
    struct box box = gaz_box(g);

    return at.known && at.lat >= box.south && at.lat <= box.north &&
           at.lon >= box.west && at.lon <= box.east;
}
