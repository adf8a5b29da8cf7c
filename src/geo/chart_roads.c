/*
 * The lines of a street laid end to end: a source has a line for each block,
 * and a name has no room on one.
 */
#include <stdlib.h>

#include "geo/chart_internal.h"

struct road {
    struct chart_spot *spots;
    int n;
    int kind; /* in texts */
    bool used;
};

/* Where a line begins or ends. */
struct end {
    uint64_t at;
    int road;
};

struct street {
    struct arena arena;
    GArray *roads;    /* of struct road */
    struct end *ends; /* two a road, in the order of at */
    int name;
    int64_t id;
    double extent_m;
};

static uint64_t key(struct chart_spot at)
{
    return (uint64_t)at.x << 32 | at.y;
}

static int ends_by_place(const void *a, const void *b)
{
    const struct end *x = a;
    const struct end *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->road - y->road;
}

static struct road *road_at(const struct street *s, int i)
{
    return &g_array_index(s->roads, struct road, i);
}

/* An unused line of the same kind that begins or ends there, or NULL. */
static struct road *next_road(const struct street *s, struct chart_spot at,
                              int kind)
{
    guint low = 0;
    guint high = 2 * s->roads->len;

    while (low < high) {
        guint mid = low + (high - low) / 2;

        if (s->ends[mid].at < key(at)) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < 2 * s->roads->len && s->ends[low].at == key(at); low++) {
        struct road *r = road_at(s, s->ends[low].road);

        if (!r->used && r->kind == kind)
            return r;
    }
    return NULL;
}

/* Lays on the end of chain whatever fits there, until nothing does. */
static void extend(const struct street *s, GArray *chain, int kind)
{
    for (;;) {
        struct chart_spot last =
            g_array_index(chain, struct chart_spot, chain->len - 1);
        struct road *r = next_road(s, last, kind);
        bool back;

        if (r == NULL)
            return;
        r->used = true;
        back = key(r->spots[0]) != key(last);
        for (int i = 1; i < r->n; i++) {
            struct chart_spot at = r->spots[back ? r->n - 1 - i : i];

            g_array_append_val(chain, at);
        }
    }
}

static void turn(GArray *chain)
{
    for (guint i = 0, k = chain->len; i + 1 < k; i++) {
        struct chart_spot *a = &g_array_index(chain, struct chart_spot, i);
        struct chart_spot *b = &g_array_index(chain, struct chart_spot, --k);
        struct chart_spot other = *a;

        *a = *b;
        *b = other;
    }
}

static void chain_add(struct charting *c, const struct street *s,
                      const GArray *chain, int kind)
{
    struct chart_feature *f = chart_feature(
        c, CHART_LINE, chart_road_least(chart_word(c->chart, kind)));

    f->name = s->name;
    f->kind = kind;
    chart_part(c, &g_array_index(chain, struct chart_spot, 0), (int)chain->len);
}

static void street_end(struct charting *c, struct street *s)
{
    GArray *chain = g_array_new(FALSE, FALSE, sizeof(struct chart_spot));
    guint n = s->roads->len;

    s->ends = arena_array(&s->arena, struct end, 2 * (size_t)n + 1);
    for (guint i = 0; i < n; i++) {
        const struct road *r = road_at(s, (int)i);

        s->ends[2 * i] = (struct end){ key(r->spots[0]), (int)i };
        s->ends[2 * i + 1] = (struct end){ key(r->spots[r->n - 1]), (int)i };
    }
    qsort(s->ends, 2 * (size_t)n, sizeof(struct end), ends_by_place);
    for (guint i = 0; i < n; i++) {
        struct road *r = road_at(s, (int)i);

        if (r->used)
            continue;
        r->used = true;
        g_array_set_size(chain, 0);
        g_array_append_vals(chain, r->spots, (guint)r->n);
        extend(s, chain, r->kind);
        turn(chain);
        extend(s, chain, r->kind);
        turn(chain); /* as it was drawn */
        chain_add(c, s, chain, r->kind);
    }
    g_array_free(chain, TRUE);
    g_array_set_size(s->roads, 0);
    arena_free(&s->arena);
}

enum { LONG_M = 1200 };

/* What a source does not tell is guessed from what is known of the street. */
static struct str guess(struct str ref, double extent_m)
{
    if (ref.n > 0)
        return STR("major");
    return extent_m > LONG_M ? STR("middle") : STR("minor");
}

static void take(struct charting *c, struct street *s, sqlite3_stmt *row)
{
    struct str name = { (const char *)sqlite3_column_text(row, 2),
                        (size_t)sqlite3_column_bytes(row, 2) };
    struct str ref = { (const char *)sqlite3_column_text(row, 3),
                       (size_t)sqlite3_column_bytes(row, 3) };
    struct str kind = { (const char *)sqlite3_column_text(row, 5),
                        (size_t)sqlite3_column_bytes(row, 5) };
    struct road road = { .kind = 0 };
    struct chart_ring line;

    if (s->id != sqlite3_column_int64(row, 0)) {
        street_end(c, s);
        s->id = sqlite3_column_int64(row, 0);
        s->name = chart_text(c, name);
    }
    line = chart_geom(row, 1, &s->arena);
    if (line.n < 2)
        return;
    if (kind.n == 0)
        kind = guess(ref, sqlite3_column_double(row, 4));
    road.kind = chart_text(c, kind);
    road.spots = line.spots;
    road.n = line.n;
    g_array_append_val(s->roads, road);
}

/* A file of before knows no classes. */
static sqlite3_stmt *streets(const struct charting *c)
{
    static const char *const sql[] = {
        "SELECT street, geom, name, ref, extent_m, class FROM seg JOIN street"
        " ON street.id = seg.street ORDER BY street",
        "SELECT street, geom, name, ref, extent_m, '' FROM seg JOIN street"
        " ON street.id = seg.street ORDER BY street",
    };
    sqlite3_stmt *s = NULL;

    for (size_t i = 0; i < COUNT_OF(sql) && s == NULL; i++)
        sqlite3_prepare_v2(c->db, sql[i], -1, &s, NULL);
    return s;
}

void chart_roads(struct charting *c)
{
    struct street s = {
        .roads = g_array_new(FALSE, FALSE, sizeof(struct road)),
        .id = -1,
    };
    sqlite3_stmt *row = streets(c);

    while (row != NULL && sqlite3_step(row) == SQLITE_ROW)
        take(c, &s, row);
    street_end(c, &s);
    sqlite3_finalize(row);
    g_array_free(s.roads, TRUE);
}
