/* OpenStreetMap extracts, .osm and .osm.pbf, through libreadosm. */
#include <readosm.h>
#include <stdlib.h>

#include "geo/build_internal.h"

struct osm {
    struct build *build;
    GHashTable *nodes; /* id -> index + 1 in points */
    GArray *points;
    GArray *line; /* of the way being read */
};

static struct str tag(const readosm_tag *tags, int n, const char *key)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(tags[i].key, key) == 0)
            return str_of(tags[i].value);
    }
    return STR_NONE;
}

static struct str place_kind(const readosm_tag *tags, int n)
{
    static const char *const keys[] = { "amenity",  "leisure", "shop",
                                        "tourism",  "railway", "historic",
                                        "building", "man_made" };

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct str value = tag(tags, n, keys[i]);

        if (value.n > 0)
            return value;
    }
    return STR_NONE;
}

static void spot(struct osm *o, const readosm_tag *tags, int n, struct point at,
                 int64_t id)
{
    struct str number = tag(tags, n, "addr:housenumber");
    struct str street = tag(tags, n, "addr:street");
    struct str kind = place_kind(tags, n);

    if (number.n > 0 && street.n > 0)
        build_address(o->build, street, number, at, id);
    if (kind.n > 0 && tag(tags, n, "name").n > 0)
        build_place(o->build, tag(tags, n, "name"), kind, at, 60);
}

static int on_node(const void *arg, const readosm_node *node)
{
    union {
        const void *in;
        struct osm *out;
    } u = { arg };
    struct osm *o = u.out;
    struct point at = geo_point(node->latitude, node->longitude);

    g_array_append_val(o->points, at);
    g_hash_table_insert(o->nodes, GSIZE_TO_POINTER((gsize)node->id),
                        GINT_TO_POINTER((int)o->points->len));
    if (node->tag_count > 0)
        spot(o, node->tags, node->tag_count, at, node->id);
    return READOSM_OK;
}

static void way_points(struct osm *o, const readosm_way *way)
{
    g_array_set_size(o->line, 0);
    for (int i = 0; i < way->node_ref_count; i++) {
        gpointer found = g_hash_table_lookup(
            o->nodes, GSIZE_TO_POINTER((gsize)way->node_refs[i]));

        if (found != NULL) {
            g_array_append_val(o->line,
                               g_array_index(o->points, struct point,
                                             GPOINTER_TO_INT(found) - 1));
        }
    }
}

static struct point middle(const GArray *line)
{
    struct point sum = { 0, 0, line->len > 0 };

    for (guint i = 0; i < line->len; i++) {
        sum.lat += g_array_index(line, struct point, i).lat / line->len;
        sum.lon += g_array_index(line, struct point, i).lon / line->len;
    }
    return sum;
}

static int on_way(const void *arg, const readosm_way *way)
{
    union {
        const void *in;
        struct osm *out;
    } u = { arg };
    struct osm *o = u.out;
    const readosm_tag *tags = way->tags;
    int n = way->tag_count;
    struct str name = tag(tags, n, "name");
    struct build_line line = { .n = 0 };
    struct build_ring ring;

    way_points(o, way);
    if (o->line->len < 2)
        return READOSM_OK;
    line.points = &g_array_index(o->line, struct point, 0);
    line.n = (int)o->line->len;
    ring = (struct build_ring){ line.points, line.n };
    if (tag(tags, n, "highway").n > 0) {
        if (name.n == 0 && tag(tags, n, "ref").n == 0)
            return READOSM_OK;
        build_street(o->build, name.n > 0 ? name : tag(tags, n, "ref"),
                     tag(tags, n, "ref"), &line, way->id);
        return READOSM_OK;
    }
    if (name.n > 0 &&
        (tag(tags, n, "boundary").n > 0 || tag(tags, n, "place").n > 0 ||
         str_eq(tag(tags, n, "leisure"), STR("park")))) {
        build_area(o->build, name,
                   tag(tags, n, "leisure").n > 0 ? tag(tags, n, "leisure")
                                                 : tag(tags, n, "boundary"),
                   &ring, 1);
    }
    spot(o, tags, n, middle(o->line), way->id);
    return READOSM_OK;
}

int import_osm(struct build *b, const char *path, struct error *e)
{
    struct osm o = {
        .build = b,
        .nodes = g_hash_table_new(g_direct_hash, g_direct_equal),
        .points = g_array_new(FALSE, FALSE, sizeof(struct point)),
        .line = g_array_new(FALSE, FALSE, sizeof(struct point)),
    };
    const void *file = NULL;
    int rc = readosm_open(path, &file);

    if (rc == READOSM_OK)
        rc = readosm_parse(file, &o, on_node, on_way, NULL);
    if (file != NULL)
        readosm_close(file);
    g_hash_table_destroy(o.nodes);
    g_array_free(o.points, TRUE);
    g_array_free(o.line, TRUE);
    if (rc != READOSM_OK) {
        return error(e, E_SYNTAX,
                     "%s cannot be read as OpenStreetMap data (readosm says "
                     "%d)",
                     path, rc);
    }
    return 0;
}
