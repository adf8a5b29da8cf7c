/* Where things are: numbers on streets, streets at streets, doors at points. */
#include <math.h>

#include "geo/gaz_internal.h"

enum { DOOR_M = 15, NEAR_DOOR_M = 200 };

const GArray *gaz_crossings(const struct gaz *g, int a, int b)
{
    gint64 key = a < b ? ((gint64)a << 32) | b : ((gint64)b << 32) | a;

    return g_hash_table_lookup(g->crossings, &key);
}

static double line_approach(const struct gaz_line *a, const struct gaz_line *b,
                            struct point *at)
{
    double best = 1e12;

    for (int i = 0; i < a->n; i++) {
        for (int k = 0; k + 1 < b->n; k++) {
            struct point there = { .known = false };
            double d = geo_to_line(a->points[i], b->points[k], b->points[k + 1],
                                   &there);

            if (d < best) {
                best = d;
                *at = geo_between(a->points[i], there, 0.5);
            }
        }
    }
    return best;
}

double gaz_approach(const struct gaz *g, int a, int b, struct point *at)
{
    const GArray *of_a = g->streets[a].lines;
    const GArray *of_b = g->streets[b].lines;
    double best = 1e12;

    if (geo_distance(g->streets[a].middle, g->streets[b].middle) >
        g->streets[a].extent_m + g->streets[b].extent_m + 500)
        return best;
    for (guint i = 0; i < of_a->len; i++) {
        const struct gaz_line *p = &g_array_index(of_a, struct gaz_line, i);

        for (guint k = 0; k < of_b->len; k++) {
            const struct gaz_line *q = &g_array_index(of_b, struct gaz_line, k);
            struct point there = { .known = false };
            double d = line_approach(p, q, &there);

            if (d < best) {
                best = d;
                *at = there;
            }
            d = line_approach(q, p, &there);
            if (d < best) {
                best = d;
                *at = there;
            }
        }
    }
    return best;
}

struct door {
    int64_t number;
    struct point at;
};

/* The nearest number of the same side, else of any; false: there is none. */
static bool neighbour(sqlite3_stmt *s, int street, int64_t number,
                      struct door *out)
{
    bool found = false;
    bool same_side = false;

    sqlite3_bind_int(s, 1, street);
    sqlite3_bind_int64(s, 2, number);
    while (!same_side && sqlite3_step(s) == SQLITE_ROW) {
        int64_t there = sqlite3_column_int64(s, 0);

        same_side = (there & 1) == (number & 1);
        if (found && !same_side)
            continue;
        out->number = there;
        out->at = geo_point(sqlite3_column_double(s, 1) / 1e7,
                            sqlite3_column_double(s, 2) / 1e7);
        found = true;
    }
    sqlite3_reset(s);
    return found;
}

static bool exact(struct gaz *g, int street, int64_t number, struct point *at)
{
    bool found;

    sqlite3_bind_int(g->exact, 1, street);
    sqlite3_bind_int64(g->exact, 2, number);
    found = sqlite3_step(g->exact) == SQLITE_ROW;
    if (found) {
        *at = geo_point(sqlite3_column_double(g->exact, 0) / 1e7,
                        sqlite3_column_double(g->exact, 1) / 1e7);
    }
    sqlite3_reset(g->exact);
    return found;
}

enum location_method gaz_number(struct gaz *g, int street, int64_t number,
                                struct point *at, double *uncertainty_m,
                                int64_t *high)
{
    struct door below;
    struct door above;
    bool has_below;
    bool has_above;
    double t;

    if (exact(g, street, number, at)) {
        *uncertainty_m = DOOR_M;
        return METHOD_ADDRESS_POINT;
    }
    has_below = neighbour(g->below, street, number, &below);
    has_above = neighbour(g->above, street, number, &above);
    *high = has_below ? below.number : 0;
    if (has_below && has_above) {
        t = (double)(number - below.number) /
            (double)(above.number - below.number);
        *at = geo_between(below.at, above.at, t);
        *uncertainty_m = fmax(DOOR_M, geo_distance(below.at, above.at) / 2);
        return METHOD_INTERPOLATED;
    }
    if ((has_below && number - below.number <= 20) ||
        (has_above && above.number - number <= 20)) {
        *at = has_below ? below.at : above.at;
        *uncertainty_m = 75;
        return METHOD_INTERPOLATED;
    }
    return METHOD_NONE;
}

struct str gaz_label_at(struct gaz *g, struct point at, struct arena *a)
{
    double dlat = NEAR_DOOR_M / 111000.0;
    double dlon = dlat / fmax(0.1, cos(at.lat * M_PI / 180));
    double best = NEAR_DOOR_M;
    struct str label = STR_NONE;

    sqlite3_bind_double(g->near, 1, (at.lon - dlon) * 1e7);
    sqlite3_bind_double(g->near, 2, (at.lon + dlon) * 1e7);
    sqlite3_bind_double(g->near, 3, (at.lat - dlat) * 1e7);
    sqlite3_bind_double(g->near, 4, (at.lat + dlat) * 1e7);
    while (sqlite3_step(g->near) == SQLITE_ROW) {
        double d = geo_distance(
            at, geo_point(sqlite3_column_double(g->near, 3) / 1e7,
                          sqlite3_column_double(g->near, 4) / 1e7));
        int street = sqlite3_column_int(g->near, 0);

        if (d >= best || street < 0 || street >= g->stats.streets)
            continue;
        best = d;
        label = str_of(
            arena_printf(a, "%lld%s %.*s", sqlite3_column_int64(g->near, 1),
                         (const char *)sqlite3_column_text(g->near, 2),
                         STR_FMT(g->streets[street].name)));
    }
    sqlite3_reset(g->near);
    return label;
}

struct area *gaz_areas_at(const struct gaz *g, struct point at, struct arena *a)
{
    struct area *areas = NULL;
    struct area **tail = &areas;

    for (int i = 0; at.known && i < g->stats.areas; i++) {
        const struct gaz_area *area = &g->areas[i];

        if (geo_distance(at, area->middle) > area->radius_m ||
            !geo_in_ring(at, area->ring.points, (size_t)area->ring.n))
            continue;
        *tail = arena_new(a, struct area);
        (*tail)->name = area->name;
        (*tail)->kind = area->kind;
        tail = &(*tail)->next;
    }
    return areas;
}
