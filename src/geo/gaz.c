#include "geo/gaz_internal.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "geo/gaz_import.h"

static const double town_margin_degrees = 0.05;

/* ---- names ---- */

static void name_add(struct gaz *g, struct str folded, struct entry entry)
{
    GArray *list;
    size_t words = 1;

    if (folded.n == 0)
        return;
    for (size_t i = 0; i < folded.n; i++)
        words += folded.p[i] == ' ';
    if (words > g->longest)
        g->longest = words;
    list = g_hash_table_lookup(g->names, arena_dup(&g->arena, folded));
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof(struct entry));
        g_hash_table_insert(g->names, arena_dup(&g->arena, folded), list);
    }
    for (guint i = 0; i < list->len; i++) {
        const struct entry *e = &g_array_index(list, struct entry, i);

        if (e->thing == entry.thing && e->index == entry.index)
            return; /* the fuller form was put in first */
    }
    g_array_append_val(list, entry);
}

const GArray *gaz_named(const struct gaz *g, struct str folded)
{
    char key[512];

    if (folded.n >= sizeof(key) || folded.n == 0)
        return NULL;
    memcpy(key, folded.p, folded.n);
    key[folded.n] = '\0';
    return g_hash_table_lookup(g->names, key);
}

static bool is_one_of(struct str word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (str_eq(word, str_of(*list)))
            return true;
    }
    return false;
}

static const char *const suffixes[] = {
    "st",   "ave",  "rd",  "dr",   "blvd", "ln",  "ct",  "pl",
    "ter",  "sq",   "hwy", "cir",  "pkwy", "way", "ext", "aly",
    "tpke", "cres", "row", "expy", "pike", NULL,
};
static const char *const directions[] = { "n", "s", "e", "w", NULL };

/* The name without what people leave out: its kind, its direction. */
static void street_names(struct gaz *g, int index)
{
    const struct gaz_street *s = &g->streets[index];
    struct entry full = { THING_STREET, FORM_FULL, index };
    struct entry bare = { THING_STREET, FORM_BARE, index };
    struct str rest = s->folded;
    struct str head;
    size_t cut = rest.n;

    name_add(g, s->folded, full);
    head = str_word(&rest);
    if (is_one_of(head, directions) && rest.n > 0)
        name_add(g, rest, str_find(rest, STR(" ")) < rest.n ? full : bare);
    rest = s->folded;
    while (cut > 0 && rest.p[cut - 1] != ' ')
        cut--;
    if (cut == 0 || !is_one_of(str_slice(rest, cut, rest.n), suffixes))
        return;
    rest = str_slice(rest, 0, cut - 1);
    name_add(g, rest, bare);
    head = str_word(&rest);
    if (is_one_of(head, directions) && rest.n > 0)
        name_add(g, rest, bare);
}

/* "NH 9": route 9, rte 9, highway 9. */
static void ref_names(struct gaz *g, int index)
{
    struct entry entry = { THING_STREET, FORM_REF, index };
    struct str ref = name_fold(&g->arena, g->streets[index].ref);
    struct str number = ref;

    if (ref.n == 0)
        return;
    name_add(g, ref, entry);
    str_word(&number);
    if (number.n == 0)
        return;
    name_add(g, str_of(arena_printf(&g->arena, "rte %.*s", STR_FMT(number))),
             entry);
    name_add(g, str_of(arena_printf(&g->arena, "hwy %.*s", STR_FMT(number))),
             entry);
}

static void names_load(struct gaz *g)
{
    for (int i = 0; i < g->stats.streets; i++) {
        street_names(g, i);
        ref_names(g, i);
    }
    for (int i = 0; i < g->stats.places; i++) {
        struct entry e = { THING_PLACE, FORM_FULL, i };
        struct str folded = name_fold(&g->arena, g->places[i].name);

        if (!name_is_common(folded))
            name_add(g, folded, e);
    }
    for (int i = 0; i < g->stats.areas; i++) {
        struct entry e = { THING_AREA, FORM_FULL, i };

        name_add(g, name_fold(&g->arena, g->areas[i].name), e);
    }
}

/* ---- loading ---- */

static struct str text_of(struct gaz *g, sqlite3_stmt *s, int column)
{
    struct str text = { (const char *)sqlite3_column_text(s, column),
                        (size_t)sqlite3_column_bytes(s, column) };

    return arena_str(&g->arena, text);
}

static struct point point_of(sqlite3_stmt *s, int column)
{
    if (sqlite3_column_type(s, column) == SQLITE_NULL)
        return (struct point){ .known = false };
    return geo_point(sqlite3_column_int(s, column) / 1e7,
                     sqlite3_column_int(s, column + 1) / 1e7);
}

static struct gaz_line line_of(struct gaz *g, sqlite3_stmt *s, int column)
{
    int bytes = sqlite3_column_bytes(s, column);
    struct gaz_line line = { .n = bytes / (2 * (int)sizeof(int32_t)) };
    const int32_t *flat = sqlite3_column_blob(s, column);

    line.points = arena_array(&g->arena, struct point, (size_t)line.n + 1);
    for (int i = 0; i < line.n; i++)
        line.points[i] = geo_point(GINT32_FROM_LE(flat[2 * i]) / 1e7,
                                   GINT32_FROM_LE(flat[2 * i + 1]) / 1e7);
    return line;
}

static void cover(struct gaz *g, struct point p)
{
    g->south = fmin(g->south, p.lat);
    g->north = fmax(g->north, p.lat);
    g->west = fmin(g->west, p.lon);
    g->east = fmax(g->east, p.lon);
}

typedef void row_fn(struct gaz *g, sqlite3_stmt *s, int row);

static void street_row(struct gaz *g, sqlite3_stmt *s, int row)
{
    struct gaz_street *street = &g->streets[row];

    street->name = text_of(g, s, 0);
    street->folded = text_of(g, s, 1);
    street->ref = text_of(g, s, 2);
    street->middle = point_of(s, 3);
    street->extent_m = sqlite3_column_double(s, 5);
    street->lines = g_array_new(FALSE, FALSE, sizeof(struct gaz_line));
    cover(g, street->middle);
}

static void seg_row(struct gaz *g, sqlite3_stmt *s, int row)
{
    int street = sqlite3_column_int(s, 0);
    struct gaz_line line = line_of(g, s, 1);

    (void)row;
    if (street >= 0 && street < g->stats.streets)
        g_array_append_val(g->streets[street].lines, line);
}

static gint64 pair_of(int a, int b)
{
    return a < b ? ((gint64)a << 32) | b : ((gint64)b << 32) | a;
}

static void crossing_row(struct gaz *g, sqlite3_stmt *s, int row)
{
    gint64 key = pair_of(sqlite3_column_int(s, 0), sqlite3_column_int(s, 1));
    GArray *list = g_hash_table_lookup(g->crossings, &key);
    struct point at = point_of(s, 2);

    (void)row;
    if (list == NULL) {
        gint64 *own = arena_new(&g->arena, gint64);

        *own = key;
        list = g_array_new(FALSE, FALSE, sizeof(struct point));
        g_hash_table_insert(g->crossings, own, list);
    }
    g_array_append_val(list, at);
}

static void place_row(struct gaz *g, sqlite3_stmt *s, int row)
{
    g->places[row] = (struct gaz_place){
        .name = text_of(g, s, 0),
        .kind = text_of(g, s, 1),
        .at = point_of(s, 2),
        .radius_m = sqlite3_column_double(s, 4),
    };
}

static void area_row(struct gaz *g, sqlite3_stmt *s, int row)
{
    struct gaz_area *area = &g->areas[row];

    area->name = text_of(g, s, 0);
    area->kind = text_of(g, s, 1);
    area->ring = line_of(g, s, 2);
    area->middle = (struct point){ 0, 0, area->ring.n > 0 };
    for (int i = 0; i < area->ring.n; i++) {
        area->middle.lat += area->ring.points[i].lat / area->ring.n;
        area->middle.lon += area->ring.points[i].lon / area->ring.n;
    }
    for (int i = 0; i < area->ring.n; i++) {
        area->radius_m = fmax(area->radius_m,
                              geo_distance(area->middle, area->ring.points[i]));
    }
}

static void rows(struct gaz *g, const char *sql, row_fn *each)
{
    sqlite3_stmt *s = NULL;

    sqlite3_prepare_v2(g->db, sql, -1, &s, NULL);
    for (int row = 0; sqlite3_step(s) == SQLITE_ROW; row++)
        each(g, s, row);
    sqlite3_finalize(s);
}

static int64_t one_number(struct gaz *g, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t n = -1;

    sqlite3_prepare_v2(g->db, sql, -1, &s, NULL);
    if (sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static sqlite3_stmt *prepare(struct gaz *g, const char *sql)
{
    sqlite3_stmt *s = NULL;

    sqlite3_prepare_v2(g->db, sql, -1, &s, NULL);
    return s;
}

static void load(struct gaz *g)
{
    struct gaz_stats *n = &g->stats;
    sqlite3_stmt *s;

    n->streets = one_number(g, "SELECT count(*) FROM street");
    n->addresses = one_number(g, "SELECT count(*) FROM addr");
    n->crossings = one_number(g, "SELECT count(*) FROM crossing");
    n->places = one_number(g, "SELECT count(*) FROM place");
    n->areas = one_number(g, "SELECT count(*) FROM area");
    n->built_at = one_number(g, "SELECT value FROM meta WHERE"
                                " key = 'built_at'");
    g->streets =
        arena_array(&g->arena, struct gaz_street, (size_t)n->streets + 1);
    g->places = arena_array(&g->arena, struct gaz_place, (size_t)n->places + 1);
    g->areas = arena_array(&g->arena, struct gaz_area, (size_t)n->areas + 1);
    rows(g,
         "SELECT name, folded, ref, lat, lon, extent_m FROM street"
         " ORDER BY id",
         street_row);
    rows(g, "SELECT street, geom FROM seg", seg_row);
    rows(g, "SELECT a, b, lat, lon FROM crossing", crossing_row);
    rows(g, "SELECT name, kind, lat, lon, radius_m FROM place", place_row);
    rows(g,
         "SELECT name, kind, geom FROM area JOIN ring ON ring.area = area.id "
         "GROUP BY area.id ORDER BY area.id",
         area_row);
    s = prepare(g, "SELECT value FROM meta WHERE key = 'town'");
    if (sqlite3_step(s) == SQLITE_ROW) {
        struct str town = text_of(g, s, 0);

        g->town = name_fold(&g->arena, str_until(&town, STR(",")));
    }
    sqlite3_finalize(s);
    names_load(g);
    g->exact = prepare(g, "SELECT lat, lon FROM addr WHERE street = ?1 AND"
                          " number = ?2");
    g->below = prepare(g, "SELECT number, lat, lon FROM addr WHERE street = ?1"
                          " AND number < ?2 ORDER BY number DESC LIMIT 12");
    g->above = prepare(g, "SELECT number, lat, lon FROM addr WHERE street = ?1"
                          " AND number > ?2 ORDER BY number LIMIT 12");
    g->near = prepare(g, "SELECT street, number, suffix, lat, lon FROM"
                         " addr WHERE lon >= ?1 AND lon <= ?2 AND"
                         " lat <= ?4 AND lat >= ?3");
}

static void list_free(gpointer list)
{
    g_array_free(list, TRUE);
}

int gaz_open(struct gaz **out, const char *path, struct error *e)
{
    struct gaz *g = calloc(1, sizeof(*g));
    char *uri;

    if (g == NULL)
        abort();
    g->names = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, list_free);
    g->crossings =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, list_free);
    g->south = g->west = 1000;
    g->north = g->east = -1000;
    uri = arena_printf(&g->arena, "file:%s?mode=ro&immutable=1", path);
    if (sqlite3_open_v2(uri, &g->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                        NULL) != SQLITE_OK ||
        one_number(g, "SELECT value FROM meta WHERE key = 'schema'") !=
            GAZ_SCHEMA) {
        gaz_close(g);
        return error(e, E_CONFIG,
                     "%s is no gazetteer: make one with inlet gaz import -o "
                     "%s SOURCE...",
                     path, path);
    }
    sqlite3_exec(g->db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
    load(g);
    *out = g;
    return 0;
}

void gaz_close(struct gaz *g)
{
    sqlite3_finalize(g->exact);
    sqlite3_finalize(g->below);
    sqlite3_finalize(g->above);
    sqlite3_finalize(g->near);
    sqlite3_close(g->db);
    for (int i = 0; i < g->stats.streets && g->streets != NULL; i++) {
        if (g->streets[i].lines != NULL)
            g_array_free(g->streets[i].lines, TRUE);
    }
    g_hash_table_destroy(g->names);
    g_hash_table_destroy(g->crossings);
    arena_free(&g->arena);
    free(g);
}

void gaz_stats(const struct gaz *g, struct gaz_stats *out)
{
    *out = g->stats;
}

bool gaz_covers(const struct gaz *g, struct point at)
{
    return at.known && at.lat >= g->south - town_margin_degrees &&
           at.lat <= g->north + town_margin_degrees &&
           at.lon >= g->west - town_margin_degrees &&
           at.lon <= g->east + town_margin_degrees;
}
