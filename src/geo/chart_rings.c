/*
 * The rings of an area put in the order tiles have them: each outer ring, then
 * its holes; outer ones run clockwise, as y grows downwards, holes the other
 * way. In the gazetteer a point is in where it is in an odd number of rings.
 */
#include "geo/chart_internal.h"

enum { NESTED_MAX = 400 }; /* rings; of more each is taken for an outer one */

struct nest {
    struct chart_ring *ring;
    struct chart_box box;
    int depth; /* how many rings it is in */
    int outer; /* the smallest that holds it; -1: none */
};

static double area_of(const struct chart_ring *r)
{
    double sum = 0;

    for (int i = 0, j = r->n - 1; i < r->n; j = i++) {
        sum += (double)r->spots[j].x * r->spots[i].y -
               (double)r->spots[i].x * r->spots[j].y;
    }
    return sum;
}

static struct chart_box box_of(const struct chart_ring *r)
{
    struct chart_box box = { UINT32_MAX, UINT32_MAX, 0, 0 };

    for (int i = 0; i < r->n; i++) {
        box.west = MIN(box.west, r->spots[i].x);
        box.north = MIN(box.north, r->spots[i].y);
        box.east = MAX(box.east, r->spots[i].x);
        box.south = MAX(box.south, r->spots[i].y);
    }
    return box;
}

static bool in_ring(struct chart_spot at, const struct chart_ring *r)
{
    bool in = false;

    for (int i = 0, j = r->n - 1; i < r->n; j = i++) {
        struct chart_spot a = r->spots[j];
        struct chart_spot b = r->spots[i];

        if ((a.y > at.y) != (b.y > at.y) &&
            at.x < a.x + ((double)b.x - a.x) * ((double)at.y - a.y) /
                             ((double)b.y - a.y))
            in = !in;
    }
    return in;
}

static bool holds(const struct nest *outer, const struct nest *inner)
{
    return outer != inner && outer->box.west <= inner->box.west &&
           outer->box.east >= inner->box.east &&
           outer->box.north <= inner->box.north &&
           outer->box.south >= inner->box.south &&
           in_ring(inner->ring->spots[0], outer->ring);
}

static uint64_t size_of(const struct nest *n)
{
    return (uint64_t)(n->box.east - n->box.west) *
           (n->box.south - n->box.north);
}

static void nest(struct nest *all, int n)
{
    for (int i = 0; i < n; i++) {
        all[i].outer = -1;
        for (int k = 0; n <= NESTED_MAX && k < n; k++) {
            if (!holds(&all[k], &all[i]))
                continue;
            all[i].depth++;
            if (all[i].outer < 0 ||
                size_of(&all[k]) < size_of(&all[all[i].outer]))
                all[i].outer = k;
        }
    }
}

static void ring_add(struct charting *c, struct chart_ring *r, bool hole)
{
    GArray *parts = c->chart->parts;

    if ((area_of(r) > 0) == hole) {
        for (int i = 0, k = r->n - 1; i < k; i++, k--) {
            struct chart_spot other = r->spots[i];

            r->spots[i] = r->spots[k];
            r->spots[k] = other;
        }
    }
    chart_part(c, r->spots, r->n);
    g_array_index(parts, struct chart_part, parts->len - 1).hole = hole;
}

void chart_rings(struct charting *c, struct chart_ring *rings, int n)
{
    struct arena a = { NULL };
    struct nest *all = arena_array(&a, struct nest, (size_t)n + 1);
    int count = 0;

    for (int i = 0; i < n; i++) {
        struct chart_ring *r = &rings[i];

        /* The first point again at the end says nothing. */
        if (r->n > 1 && r->spots[0].x == r->spots[r->n - 1].x &&
            r->spots[0].y == r->spots[r->n - 1].y)
            r->n--;
        if (r->n >= 3)
            all[count++] = (struct nest){ .ring = r, .box = box_of(r) };
    }
    nest(all, count);
    for (int i = 0; i < count; i++) {
        if (all[i].depth % 2 != 0)
            continue;
        ring_add(c, all[i].ring, false);
        for (int k = 0; k < count; k++) {
            if (all[k].depth % 2 != 0 && all[k].outer == i)
                ring_add(c, all[k].ring, true);
        }
    }
    arena_free(&a);
}
