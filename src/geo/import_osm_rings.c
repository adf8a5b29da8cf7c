/*
 * Areas of OpenStreetMap: the ways of a relation, in any order and either
 * direction, laid end to end until each ring closes. Where more than two ways
 * meet in one node any choice will do: which points are in an odd number of
 * rings stays the same.
 */
#include <stdlib.h>

#include "geo/osm_internal.h"

enum { RING_POINTS_MAX = 2000000 };

struct end {
    int64_t node;
    int way; /* in ways */
};

struct ways {
    const struct osm_thing **way;
    bool *used;
    struct end *ends; /* two a way, by node */
    int n;
};

static int ends_by_node(const void *a, const void *b)
{
    const struct end *x = a;
    const struct end *y = b;

    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return x->way - y->way;
}

static int ways_by_id(const void *a, const void *b)
{
    const struct osm_thing *const *x = a;
    const struct osm_thing *const *y = b;

    return (*x)->id < (*y)->id ? -1 : (*x)->id > (*y)->id;
}

static int64_t end_of(const struct osm *o, const struct osm_thing *way, int i)
{
    return osm_refs(o, way)[i == 0 ? 0 : way->n - 1];
}

/* The ways of the relation, each once. A missing one is told in why. */
static char *gather(const struct osm *o, const struct osm_thing *rel,
                    struct ways *w, struct arena *a)
{
    const struct osm_member *m = osm_members(o, rel);
    int64_t points = 0;
    int kept = 0;

    w->way = arena_array(a, const struct osm_thing *, (size_t)rel->n + 1);
    for (int i = 0; i < rel->n; i++) {
        if (m[i].kind != OSM_WAY)
            continue;
        w->way[w->n] = osm_find(o->ways, m[i].id);
        if (w->way[w->n] == NULL || w->way[w->n]->n < 2)
            return arena_printf(a, "way %lld is missing", (long long)m[i].id);
        points += w->way[w->n++]->n;
    }
    if (points > RING_POINTS_MAX)
        return arena_printf(a, "an edge of %lld points", (long long)points);
    qsort(w->way, (size_t)w->n, sizeof(struct osm_thing *), ways_by_id);
    for (int i = 0; i < w->n; i++) {
        if (kept == 0 || w->way[kept - 1] != w->way[i])
            w->way[kept++] = w->way[i];
    }
    w->n = kept;
    w->used = arena_array(a, bool, (size_t)kept + 1);
    w->ends = arena_array(a, struct end, 2 * (size_t)kept + 1);
    for (int i = 0; i < 2 * kept; i++)
        w->ends[i] = (struct end){ end_of(o, w->way[i / 2], i % 2), i / 2 };
    qsort(w->ends, 2 * (size_t)kept, sizeof(struct end), ends_by_node);
    return kept == 0 ? arena_printf(a, "it has no ways") : NULL;
}

/* A way not used that begins or ends at node, or -1. */
static int way_at(const struct ways *w, int64_t node)
{
    int low = 0;
    int high = 2 * w->n;

    while (low < high) {
        int mid = low + (high - low) / 2;

        if (w->ends[mid].node < node) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    for (; low < 2 * w->n && w->ends[low].node == node; low++) {
        if (!w->used[w->ends[low].way])
            return w->ends[low].way;
    }
    return -1;
}

/* Adds the nodes of a way, beginning with node; *node: where it ends. */
static char *way_add(const struct osm *o, const struct osm_thing *way,
                     int64_t *node, struct arena *a)
{
    const int64_t *refs = osm_refs(o, way);
    bool back = refs[0] != *node;

    for (int i = o->points->len == 0 ? 0 : 1; i < way->n; i++) {
        int64_t ref = refs[back ? way->n - 1 - i : i];
        struct point at;

        if (!osm_point(o, ref, &at)) {
            return arena_printf(a, "node %lld of way %lld is missing",
                                (long long)ref, (long long)way->id);
        }
        g_array_append_val(o->points, at);
    }
    *node = refs[back ? 0 : way->n - 1];
    return NULL;
}

static char *ring_close(const struct osm *o, struct ways *w, int first,
                        struct build_ring *ring, struct arena *a)
{
    int64_t begin = end_of(o, w->way[first], 0);
    int64_t node = begin;
    int next = first;
    char *why = NULL;

    g_array_set_size(o->points, 0);
    do {
        w->used[next] = true;
        why = way_add(o, w->way[next], &node, a);
        next = node == begin ? -1 : way_at(w, node);
    } while (why == NULL && next >= 0);
    if (why != NULL)
        return why;
    if (node != begin) {
        return arena_printf(a, "its edge is open at node %lld",
                            (long long)node);
    }
    ring->n = (int)o->points->len;
    ring->points = arena_array(a, struct point, (size_t)ring->n);
    memcpy(ring->points, o->points->data,
           sizeof(struct point) * (size_t)ring->n);
    return NULL;
}

struct osm_rings osm_assemble(const struct osm *o, const struct osm_thing *rel,
                              struct arena *a)
{
    struct ways w = { .n = 0 };
    struct osm_rings out = { .why = gather(o, rel, &w, a) };

    if (out.why != NULL)
        return out;
    out.rings = arena_array(a, struct build_ring, (size_t)w.n);
    for (int i = 0; w.used != NULL && i < w.n && out.why == NULL; i++) {
        if (!w.used[i])
            out.why = ring_close(o, &w, i, &out.rings[out.n++], a);
    }
    return out;
}
