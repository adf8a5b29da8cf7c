/* Where things are: streets at streets, and what is near a point. */
#include <math.h>

#include "geo/gaz_internal.h"

enum { LABEL_M = 200, NEAR_M = 1000, FIRST_M = 60 };

static const double far_away = 1e12;

/* ---- crossings ---- */

static int crossing_order(const struct gaz_crossing *c, int a, int b)
{
    if (c->a != a)
        return c->a < a ? -1 : 1;
    return (c->b > b) - (c->b < b);
}

const struct gaz_crossing *gaz_crossings(const struct gaz *g, int a, int b,
                                         int *n)
{
    int low = 0;
    int high = (int)g->stats.crossings;
    int first;

    if (a > b) {
        int swap = a;

        a = b;
        b = swap;
    }
    while (low < high) {
        int middle = low + (high - low) / 2;

        if (crossing_order(&g->crossings[middle], a, b) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    first = low;
    while (low < g->stats.crossings &&
           crossing_order(&g->crossings[low], a, b) == 0)
        low++;
    *n = low - first;
    return *n > 0 ? &g->crossings[first] : NULL;
}

static double line_approach(const struct gaz_line *a, const struct gaz_line *b,
                            struct point *at)
{
    double best = far_away;

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

/* The nearer of the two ways round; *best and *at where it is nearer yet. */
static void lines_approach(const struct gaz_line *a, const struct gaz_line *b,
                           double *best, struct point *at)
{
    struct point there = { .known = false };
    double d = line_approach(a, b, &there);

    if (d < *best) {
        *best = d;
        *at = there;
    }
    d = line_approach(b, a, &there);
    if (d < *best) {
        *best = d;
        *at = there;
    }
}

/* Of at from a line, with one cosine for all of it. */
static double line_distance(const struct gaz_line *l, struct point at)
{
    double narrow = cos(at.lat * M_PI / 180);
    double best = far_away;
    double ax = 0;
    double ay = 0;

    for (int i = 0; i < l->n; i++) {
        double bx = (l->points[i].lon - at.lon) * narrow;
        double by = l->points[i].lat - at.lat;
        double dx = i == 0 ? 0 : bx - ax;
        double dy = i == 0 ? 0 : by - ay;
        double length = dx * dx + dy * dy;
        double t = length > 0 ? -(ax * dx + ay * dy) / length : 1;

        t = t < 0 ? 0 : t > 1 ? 1 : t;
        if (i == 0) {
            ax = bx;
            ay = by;
        }
        dx = ax + t * dx;
        dy = ay + t * dy;
        best = fmin(best, dx * dx + dy * dy);
        ax = bx;
        ay = by;
    }
    return l->n == 0 ? far_away : sqrt(best) * GEO_METRES_A_DEGREE;
}

/* The door of a street without lines that is nearest to one that has some. */
static double doors_approach(const struct gaz_street *lined,
                             const struct gaz_street *doors, struct point *at)
{
    double best = far_away;

    for (int i = 0; i < doors->door_count; i++) {
        struct point door = gaz_door_at(&doors->doors[i]);

        for (int k = 0; k < lined->line_count; k++) {
            double off = line_distance(&lined->lines[k], door);

            if (off < best) {
                best = off;
                *at = door;
            }
        }
    }
    return best;
}

double gaz_approach(const struct gaz *g, int a, int b, struct point *at)
{
    const struct gaz_street *p = &g->streets[a];
    const struct gaz_street *q = &g->streets[b];
    double best = far_away;

    if (!p->middle.known || !q->middle.known ||
        geo_distance(p->middle, q->middle) > p->extent_m + q->extent_m + 500)
        return best;
    for (int i = 0; i < p->line_count; i++) {
        for (int k = 0; k < q->line_count; k++)
            lines_approach(&p->lines[i], &q->lines[k], &best, at);
    }
    if (p->line_count == 0 && q->line_count > 0) {
        best = doors_approach(q, p, at);
    } else if (q->line_count == 0 && p->line_count > 0) {
        best = doors_approach(p, q, at);
    }
    return best;
}

double gaz_street_distance(const struct gaz *g, int street, struct point at)
{
    const struct gaz_street *s = &g->streets[street];
    double best = far_away;

    for (int i = 0; i < s->line_count; i++)
        best = fmin(best, line_distance(&s->lines[i], at));
    for (int i = 0; s->line_count == 0 && i < s->door_count; i++)
        best = fmin(best, geo_distance(at, gaz_door_at(&s->doors[i])));
    return best;
}

double gaz_off(const struct gaz *g, const struct location *l, struct point at)
{
    double best = far_away;

    if (l->kind != LOCATION_STREET)
        return l->at.known ? geo_distance(l->at, at) : far_away;
    for (int i = 0; i < g->stats.streets; i++) {
        if (str_eq(g->streets[i].name, l->streets[0]))
            best = fmin(best, gaz_street_distance(g, i, at));
    }
    return best;
}

/* ---- near a point ---- */

static struct box door_box(const void *arg, int item)
{
    const struct gaz *g = arg;
    struct point p = gaz_door_at(&g->doors[item]);

    return (struct box){ p.lat, p.lon, p.lat, p.lon };
}

static struct box crossing_box(const void *arg, int item)
{
    const struct gaz *g = arg;
    struct point p = g->crossings[item].at;

    return (struct box){ p.lat, p.lon, p.lat, p.lon };
}

static struct box line_box(const void *arg, int item)
{
    const struct gaz *g = arg;
    const struct gaz_line *l = &g->lines[item];
    struct box b = { 1000, 1000, -1000, -1000 };

    for (int i = 0; i < l->n; i++) {
        b.south = fmin(b.south, l->points[i].lat);
        b.north = fmax(b.north, l->points[i].lat);
        b.west = fmin(b.west, l->points[i].lon);
        b.east = fmax(b.east, l->points[i].lon);
    }
    return b;
}

void gaz_grids_load(struct gaz *g)
{
    grid_build(&g->doors_near, &g->arena, (int)g->stats.addresses, door_box, g);
    grid_build(&g->crossings_near, &g->arena, (int)g->stats.crossings,
               crossing_box, g);
    grid_build(&g->lines_near, &g->arena, g->line_count, line_box, g);
}

struct nearest {
    const struct gaz *g;
    struct point at;
    double best;
    int item; /* -1: none */
};

static void door_near(void *arg, int item)
{
    struct nearest *n = arg;
    double d = geo_distance(n->at, gaz_door_at(&n->g->doors[item]));

    if (d < n->best) {
        n->best = d;
        n->item = item;
    }
}

static void crossing_near(void *arg, int item)
{
    struct nearest *n = arg;
    double d = geo_distance(n->at, n->g->crossings[item].at);

    if (d < n->best) {
        n->best = d;
        n->item = item;
    }
}

static void line_near(void *arg, int item)
{
    struct nearest *n = arg;
    double d = line_distance(&n->g->lines[item], n->at);

    if (d < n->best) {
        n->best = d;
        n->item = item;
    }
}

/* Looks in a small box first; what is found must lie within its reach. */
static struct nearest nearest(const struct gaz *g, const struct grid *grid,
                              grid_item_fn *each, struct point at, double most)
{
    struct nearest n = { g, at, most, -1 };
    double reach = at.known ? FIRST_M : most;

    grid_each(grid, grid_around(at, reach), each, &n);
    while (reach < most && (n.item < 0 || n.best > reach)) {
        reach = fmin(most, 4 * reach);
        grid_each(grid, grid_around(at, reach), each, &n);
    }
    return n;
}

static struct str door_label(const struct gaz *g, int door, struct arena *a)
{
    const struct gaz_door *d = &g->doors[door];
    const struct gaz_street *s = &g->streets[g->door_street[door]];

    return str_of(arena_printf(a, "%d%.4s %.*s", (int)d->number, d->suffix,
                               STR_FMT(s->name)));
}

struct str gaz_label_at(const struct gaz *g, struct point at, struct arena *a)
{
    struct nearest n = nearest(g, &g->doors_near, door_near, at, LABEL_M);

    return n.item < 0 ? STR_NONE : door_label(g, n.item, a);
}

void gaz_near(const struct gaz *g, struct point at, struct gaz_near *out,
              struct arena *a)
{
    struct nearest n = nearest(g, &g->doors_near, door_near, at, NEAR_M);

    *out = (struct gaz_near){ .address_m = n.best };
    if (n.item >= 0)
        out->address = door_label(g, n.item, a);
    n = nearest(g, &g->lines_near, line_near, at, NEAR_M);
    out->street_m = n.best;
    if (n.item >= 0)
        out->street = g->streets[g->line_street[n.item]].name;
    n = nearest(g, &g->crossings_near, crossing_near, at, NEAR_M);
    out->crossing_m = n.best;
    if (n.item >= 0) {
        const struct gaz_crossing *c = &g->crossings[n.item];

        out->crossing = str_of(arena_printf(a, "%.*s & %.*s",
                                            STR_FMT(g->streets[c->a].name),
                                            STR_FMT(g->streets[c->b].name)));
    }
}

static bool holds(const struct gaz_area *area, struct point at)
{
    bool in = false;

    if (at.lat < area->box.south || at.lat > area->box.north ||
        at.lon < area->box.west || at.lon > area->box.east)
        return false;
    for (int i = 0; i < area->ring_count; i++) {
        if (area->rings[i].n > 0 &&
            geo_in_ring(at, area->rings[i].points, (size_t)area->rings[i].n))
            in = !in;
    }
    return in;
}

struct area *gaz_areas_at(const struct gaz *g, struct point at, struct arena *a)
{
    struct area *areas = NULL;
    struct area **tail = &areas;

    for (int i = 0; at.known && i < g->stats.areas; i++) {
        if (!holds(&g->areas[i], at))
            continue;
        *tail = arena_new(a, struct area);
        **tail = (struct area){ g->areas[i].name, g->areas[i].kind, NULL };
        tail = &(*tail)->next;
    }
    return areas;
}
