/*
 * A house number on a street: the door itself, a point between the doors on
 * its side, a point along a line whose numbers are known, a little past the
 * last door; else it is not there.
 */
#include <math.h>

#include "geo/gaz_internal.h"

enum {
    DOOR_M = 15, /* a door's point is some of the lot away from it */
    BEYOND = 24, /* numbers past the last one that are believed */
    BEYOND_M = 100,
    SIDE_M = 15,    /* of a line's middle to its houses */
    ASTRAY_M = 300, /* a door that far from its street is not believed */
    BESIDE_M = 100  /* unless the next number is that near */
};

/* The first door with that number or a higher one. */
static int door_from(const struct gaz_street *s, int64_t number)
{
    int low = 0;
    int high = s->door_count;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (s->doors[middle].number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Do the doors before and behind d in number stand far from it, too? */
static bool is_alone(const struct gaz_street *s, const struct gaz_door *d)
{
    ptrdiff_t i = d - s->doors;
    struct point at = gaz_door_at(d);

    return (i == 0 || geo_distance(at, gaz_door_at(d - 1)) > BESIDE_M) &&
           (i + 1 >= s->door_count ||
            geo_distance(at, gaz_door_at(d + 1)) > BESIDE_M);
}

/* A street may be drawn in part only: then its doors vouch for each other. */
static bool is_astray(const struct gaz *g, int street, const struct gaz_door *d)
{
    return g->streets[street].line_count > 0 &&
           gaz_street_distance(g, street, gaz_door_at(d)) > ASTRAY_M &&
           is_alone(&g->streets[street], d);
}

static bool suffix_is(const struct gaz_door *d, struct str suffix)
{
    size_t n = strnlen(d->suffix, sizeof(d->suffix));

    return str_eq((struct str){ d->suffix, n }, suffix);
}

/* The door itself; that of 12 where 12a is not known. */
static const struct gaz_door *door_of(const struct gaz *g, int street,
                                      int64_t number, struct str suffix)
{
    const struct gaz_street *s = &g->streets[street];
    const struct gaz_door *found = NULL;

    for (int i = door_from(s, number);
         i < s->door_count && s->doors[i].number == number; i++) {
        if (is_astray(g, street, &s->doors[i]))
            continue;
        if (found == NULL || suffix_is(&s->doors[i], suffix))
            found = &s->doors[i];
    }
    return found;
}

/* The next door in steps of by from i: of the number's side, else any. */
static const struct gaz_door *neighbour(const struct gaz *g, int street, int i,
                                        int by, int64_t number)
{
    enum { LOOKED_AT = 16 };
    const struct gaz_street *s = &g->streets[street];
    const struct gaz_door *any = NULL;

    for (int n = 0; n < LOOKED_AT && i >= 0 && i < s->door_count;
         n++, i += by) {
        const struct gaz_door *d = &s->doors[i];

        if (is_astray(g, street, d))
            continue;
        if ((d->number & 1) == (number & 1))
            return d;
        any = any == NULL ? d : any;
    }
    return any;
}

static struct gaz_number between(const struct gaz_door *below,
                                 const struct gaz_door *above, int64_t number)
{
    struct point a = gaz_door_at(below);
    struct point b = gaz_door_at(above);
    double t = (double)(number - below->number) /
               (double)(above->number - below->number);

    return (struct gaz_number){
        .method = METHOD_INTERPOLATED,
        .at = geo_between(a, b, t),
        .uncertainty_m = fmax(DOOR_M, geo_distance(a, b) / 2),
    };
}

static struct gaz_number past(const struct gaz_door *d)
{
    return (struct gaz_number){
        .method = METHOD_INTERPOLATED,
        .at = gaz_door_at(d),
        .uncertainty_m = BEYOND_M,
        .beyond = true,
    };
}

/* The number is known, its point cannot be right: on the street it is. */
static struct gaz_number somewhere(const struct gaz_street *s)
{
    return (struct gaz_number){ .method = METHOD_STREET,
                                .at = s->middle,
                                .uncertainty_m = fmax(DOOR_M, s->extent_m) };
}

/* ---- numbers of lines ---- */

static double line_length(const struct gaz_line *l)
{
    double sum = 0;

    for (int i = 0; i + 1 < l->n; i++)
        sum += geo_distance(l->points[i], l->points[i + 1]);
    return sum;
}

static struct point line_along(const struct gaz_line *l, double metres)
{
    for (int i = 0; i + 1 < l->n; i++) {
        double d = geo_distance(l->points[i], l->points[i + 1]);

        if (metres <= d && d > 0)
            return geo_between(l->points[i], l->points[i + 1], metres / d);
        metres -= d;
    }
    return l->points[l->n - 1];
}

static bool in_range(const struct gaz_range *r, int64_t number)
{
    int64_t low = r->from < r->to ? r->from : r->to;
    int64_t high = r->from < r->to ? r->to : r->from;

    return high > 0 && number >= low && number <= high;
}

static struct gaz_number along(const struct gaz_line *l,
                               const struct gaz_range *r, int64_t number)
{
    double length = line_length(l);
    double t = r->from == r->to
                   ? 0.5
                   : (double)(number - r->from) / (double)(r->to - r->from);
    double step = length / (1 + fabs((double)(r->to - r->from)) / 2);

    return (struct gaz_number){
        .method = METHOD_INTERPOLATED,
        .at = line_along(l, t * length),
        .uncertainty_m = fmax(SIDE_M, fmin(length / 4, 4 * step)) + SIDE_M,
    };
}

/* On the side whose parity the number has; else on the other. */
static bool on_lines(const struct gaz_street *s, int64_t number,
                     struct gaz_number *out)
{
    const struct gaz_range *best = NULL;

    for (int i = 0; i < s->line_count; i++) {
        const struct gaz_line *l = &s->lines[i];
        const struct gaz_range *sides[] = { &l->left, &l->right };

        for (int k = 0; k < 2; k++) {
            bool same = (sides[k]->from & 1) == (number & 1);

            if (l->n < 2 || !in_range(sides[k], number) ||
                (best != NULL && !same))
                continue;
            best = sides[k];
            *out = along(l, best, number);
            if (same)
                return true;
        }
    }
    return best != NULL;
}

static void range_add(const struct gaz_range *r, struct gaz_number *out)
{
    int64_t low = r->from < r->to ? r->from : r->to;
    int64_t high = r->from < r->to ? r->to : r->from;

    if (high <= 0)
        return;
    if (out->low == 0 || low < out->low)
        out->low = low;
    if (high > out->high)
        out->high = high;
}

static struct gaz_number not_there(const struct gaz_street *s)
{
    struct gaz_number none = { .method = METHOD_NONE };

    if (s->door_count > 0) {
        none.low = s->doors[0].number;
        none.high = s->doors[s->door_count - 1].number;
    }
    for (int i = 0; i < s->line_count; i++) {
        range_add(&s->lines[i].left, &none);
        range_add(&s->lines[i].right, &none);
    }
    return none;
}

struct gaz_number gaz_number(const struct gaz *g, int street, int64_t number,
                             struct str suffix)
{
    const struct gaz_street *s = &g->streets[street];
    const struct gaz_door *d = door_of(g, street, number, suffix);
    const struct gaz_door *below;
    const struct gaz_door *above;
    struct gaz_number found;
    int from;

    if (d != NULL) {
        return (struct gaz_number){ .method = METHOD_ADDRESS_POINT,
                                    .at = gaz_door_at(d),
                                    .uncertainty_m = DOOR_M };
    }
    if (on_lines(s, number, &found))
        return found;
    from = door_from(s, number);
    if (from < s->door_count && s->doors[from].number == number &&
        s->middle.known)
        return somewhere(s);
    below = neighbour(g, street, from - 1, -1, number);
    above = neighbour(g, street, from, 1, number);
    if (below != NULL && above != NULL && above->number > number)
        return between(below, above, number);
    if (below != NULL && number - below->number <= BEYOND)
        return past(below);
    if (above != NULL && above->number - number <= BEYOND)
        return past(above);
    return not_there(s);
}
