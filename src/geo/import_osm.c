/* OpenStreetMap extracts, .osm and .osm.pbf, through libreadosm. */
#include <math.h>
#include <readosm.h>
#include <stdlib.h>

#include "geo/osm_internal.h"

enum { TAGS_KEPT = 64 };

#define OSM_KEY_TEXT(name, text) STR_INIT(text),
static const struct str keys[] = { OSM_KEYS(OSM_KEY_TEXT) };
#undef OSM_KEY_TEXT

/* ---- looking things up ---- */

struct str osm_value(const struct osm_thing *t, enum osm_key key)
{
    for (int i = 0; i < t->tag_count; i++) {
        if (t->tags[i].key == key)
            return t->tags[i].value;
    }
    return STR_NONE;
}

bool osm_is_street_relation(const struct osm_thing *relation)
{
    struct str type = osm_value(relation, OSM_TYPE);

    return str_eq(type, STR("associatedStreet")) || str_eq(type, STR("street"));
}

/* Nodes and things both begin with their id. */
static int by_id(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void *find(const GArray *array, size_t size, int64_t id)
{
    if (array->len == 0)
        return NULL;
    return bsearch(&id, array->data, array->len, size, by_id);
}

struct osm_thing *osm_find(const GArray *things, int64_t id)
{
    return find(things, sizeof(struct osm_thing), id);
}

bool osm_point(const struct osm *o, int64_t node, struct point *at)
{
    const struct osm_node *n = find(o->nodes, sizeof(*n), node);

    if (n == NULL)
        return false;
    *at = geo_point(n->lat / 1e7, n->lon / 1e7);
    return true;
}

/* Extracts come in this order already; then nothing is moved. */
static void sort(GArray *array, size_t size)
{
    for (guint i = 1; i < array->len; i++) {
        if (by_id(array->data + (i - 1) * size, array->data + i * size) > 0) {
            qsort(array->data, array->len, size, by_id);
            return;
        }
    }
}

/* ---- reading ---- */

static bool key_of(const char *text, enum osm_key *key)
{
    for (int k = 0; k < OSM_KEY_COUNT; k++) {
        if (strcmp(keys[k].p, text) == 0) {
            *key = (enum osm_key)k;
            return true;
        }
    }
    return false;
}

bool osm_tells(const struct osm_thing *t)
{
    for (int i = 0; i < t->tag_count; i++) {
        enum osm_key key = t->tags[i].key;

        if (key == OSM_NAME || key == OSM_REF || key == OSM_HOUSENUMBER ||
            key == OSM_INTERPOLATION)
            return true;
    }
    /* It may have no name: a way of it has. */
    return osm_is_street_relation(t);
}

/* Or is it a way or a relation that is drawn? */
static bool shows(const struct osm_thing *t)
{
    struct drawn drawn;

    return osm_tells(t) || osm_value(t, OSM_HIGHWAY).n > 0 ||
           osm_is_drawn(t, true, &drawn);
}

static void tags_keep(struct osm *o, const readosm_tag *tags, int n,
                      bool (*wanted)(const struct osm_thing *t),
                      struct osm_thing *thing)
{
    struct osm_tag kept[TAGS_KEPT];
    int count = 0;

    for (int i = 0; i < n && count < TAGS_KEPT; i++) {
        if (key_of(tags[i].key, &kept[count].key))
            kept[count++].value = str_of(tags[i].value);
    }
    if (!wanted(&(struct osm_thing){ .tags = kept, .tag_count = count }))
        return;
    thing->tags = arena_array(&o->arena, struct osm_tag, (size_t)count);
    thing->tag_count = count;
    for (int i = 0; i < count; i++) {
        thing->tags[i] = (struct osm_tag){
            kept[i].key,
            arena_str(&o->arena, kept[i].value),
        };
    }
}

/* The library hands its argument on as const. */
static struct osm *unconst(const void *arg)
{
    union {
        const void *in;
        struct osm *out;
    } u = { arg };

    return u.out;
}

static int on_node(const void *arg, const readosm_node *node)
{
    struct osm *o = unconst(arg);
    struct osm_node own = { .id = node->id };
    struct osm_thing thing = { .id = node->id };

    if (!(fabs(node->latitude) <= 90 && fabs(node->longitude) <= 180))
        return READOSM_OK;
    own.lat = (int32_t)lround(node->latitude * 1e7);
    own.lon = (int32_t)lround(node->longitude * 1e7);
    g_array_append_val(o->nodes, own);
    tags_keep(o, node->tags, node->tag_count, osm_tells, &thing);
    if (thing.tag_count > 0)
        g_array_append_val(o->spots, thing);
    return READOSM_OK;
}

static int on_way(const void *arg, const readosm_way *way)
{
    struct osm *o = unconst(arg);
    struct osm_thing thing = { .id = way->id,
                               .begin = o->refs->len,
                               .n = way->node_ref_count };

    if (thing.n > POINTS_MAX) {
        build_refuse(o->build, way->id, "a way of %d nodes", thing.n);
        return READOSM_OK;
    }
    for (int i = 0; i < thing.n; i++) {
        int64_t ref = way->node_refs[i];

        g_array_append_val(o->refs, ref);
    }
    tags_keep(o, way->tags, way->tag_count, shows, &thing);
    g_array_append_val(o->ways, thing);
    return READOSM_OK;
}

static enum osm_kind kind_of(int member_type)
{
    if (member_type == READOSM_MEMBER_NODE)
        return OSM_NODE;
    return member_type == READOSM_MEMBER_WAY ? OSM_WAY : OSM_RELATION;
}

/* Routes and such name thousands of ways for nothing. */
static bool is_used(const struct osm_thing *relation)
{
    struct str type = osm_value(relation, OSM_TYPE);

    return osm_is_street_relation(relation) || str_eq(type, STR("boundary")) ||
           str_eq(type, STR("multipolygon"));
}

static int on_relation(const void *arg, const readosm_relation *relation)
{
    struct osm *o = unconst(arg);
    struct osm_thing thing = { .id = relation->id,
                               .begin = o->members->len,
                               .n = relation->member_count };

    tags_keep(o, relation->tags, relation->tag_count, shows, &thing);
    if (thing.tag_count == 0 || !is_used(&thing))
        return READOSM_OK;
    for (int i = 0; i < thing.n; i++) {
        const readosm_member *m = &relation->members[i];
        struct osm_member own = {
            m->id,
            kind_of(m->member_type),
            m->role != NULL && strcmp(m->role, "street") == 0,
        };

        g_array_append_val(o->members, own);
    }
    g_array_append_val(o->relations, thing);
    return READOSM_OK;
}

static void osm_free(struct osm *o)
{
    g_array_free(o->nodes, TRUE);
    g_array_free(o->spots, TRUE);
    g_array_free(o->ways, TRUE);
    g_array_free(o->relations, TRUE);
    g_array_free(o->refs, TRUE);
    g_array_free(o->members, TRUE);
    g_array_free(o->points, TRUE);
    g_hash_table_destroy(o->aliases);
    arena_free(&o->arena);
}

int import_osm(struct build *b, const char *path, struct error *e)
{
    struct osm o = {
        .build = b,
        .nodes = g_array_new(FALSE, FALSE, sizeof(struct osm_node)),
        .spots = g_array_new(FALSE, FALSE, sizeof(struct osm_thing)),
        .ways = g_array_new(FALSE, FALSE, sizeof(struct osm_thing)),
        .relations = g_array_new(FALSE, FALSE, sizeof(struct osm_thing)),
        .refs = g_array_new(FALSE, FALSE, sizeof(int64_t)),
        .members = g_array_new(FALSE, FALSE, sizeof(struct osm_member)),
        .points = g_array_new(FALSE, FALSE, sizeof(struct point)),
        .aliases = g_hash_table_new(g_str_hash, g_str_equal),
    };
    const void *file = NULL;
    int rc = readosm_open(path, &file);

    if (rc == READOSM_OK)
        rc = readosm_parse(file, &o, on_node, on_way, on_relation);
    if (file != NULL)
        readosm_close(file);
    if (rc == READOSM_OK) {
        sort(o.nodes, sizeof(struct osm_node));
        sort(o.spots, sizeof(struct osm_thing));
        sort(o.ways, sizeof(struct osm_thing));
        osm_take(&o);
    }
    osm_free(&o);
    if (rc != READOSM_OK) {
        return error(e, E_SYNTAX,
                     "%s cannot be read as OpenStreetMap data (readosm says "
                     "%d)",
                     path, rc);
    }
    return 0;
}
