/* All of an extract is read: its nodes, ways and relations are taken. */
#include "geo/osm_internal.h"

/* ---- streets whose houses are told by a relation ---- */

static struct str relation_street(const struct osm *o,
                                  const struct osm_thing *rel)
{
    struct str name = osm_value(rel, OSM_NAME);

    for (int i = 0; name.n == 0 && i < rel->n; i++) {
        const struct osm_member *m = &osm_members(o, rel)[i];
        const struct osm_thing *way = NULL;

        if (m->kind == OSM_WAY && m->is_street)
            way = osm_find(o->ways, m->id);
        if (way != NULL)
            name = osm_value(way, OSM_NAME);
    }
    return name;
}

static void house_name_street(struct osm *o, struct osm_thing *house,
                              struct str street)
{
    struct osm_tag *tags;
    size_t n = (size_t)house->tag_count;

    if (osm_value(house, OSM_HOUSENUMBER).n == 0 ||
        osm_value(house, OSM_STREET).n > 0)
        return;
    tags = arena_array(&o->arena, struct osm_tag, n + 1);
    memcpy(tags, house->tags, sizeof(*tags) * n);
    tags[n] = (struct osm_tag){ OSM_STREET, street };
    house->tags = tags;
    house->tag_count++;
}

static void houses_of_relation(struct osm *o, const struct osm_thing *rel)
{
    struct str street = relation_street(o, rel);

    if (!osm_is_street_relation(rel) || street.n == 0)
        return;
    for (int i = 0; i < rel->n; i++) {
        const struct osm_member *m = &osm_members(o, rel)[i];
        struct osm_thing *house = NULL;

        if (m->kind == OSM_NODE)
            house = osm_find(o->spots, m->id);
        if (m->kind == OSM_WAY)
            house = osm_find(o->ways, m->id);
        if (house != NULL)
            house_name_street(o, house, street);
    }
}

/* ---- nodes, ways, relations ---- */

static void node_take(struct osm *o, const struct osm_thing *node)
{
    struct point at;
    struct build_ring one = { &at, 1 };

    if (osm_point(o, node->id, &at))
        osm_place(o, node, &one, 1, false);
}

/* An extract is cut at its edge: nodes beyond it are missing. */
static struct build_ring way_points(struct osm *o, const struct osm_thing *way)
{
    g_array_set_size(o->points, 0);
    for (int i = 0; i < way->n; i++) {
        struct point at;

        if (osm_point(o, osm_refs(o, way)[i], &at))
            g_array_append_val(o->points, at);
    }
    return (struct build_ring){ &g_array_index(o->points, struct point, 0),
                                (int)o->points->len };
}

/* The whole number at the start of a door's: 12 of "12a". */
static int64_t door_number(const struct osm_thing *door)
{
    struct str text = osm_value(door, OSM_HOUSENUMBER);
    size_t digits = 0;
    int64_t number = 0;

    while (digits < text.n && digits < 9 && text.p[digits] >= '0' &&
           text.p[digits] <= '9')
        digits++;
    return str_int(str_slice(text, 0, digits), &number) ? number : 0;
}

/* The houses between two doors, on the line drawn between them. */
static void interpolation_take(struct osm *o, const struct osm_thing *way,
                               const struct build_ring *points)
{
    static const struct osm_thing none = { .id = 0 };
    const int64_t *refs = osm_refs(o, way);
    const struct osm_thing *first = osm_find(o->spots, refs[0]);
    const struct osm_thing *last = osm_find(o->spots, refs[way->n - 1]);
    struct build_line line = { .points = points->points, .n = points->n };
    struct str street = osm_value(way, OSM_STREET);

    first = first == NULL ? &none : first;
    last = last == NULL ? &none : last;
    if (street.n == 0)
        street = osm_value(first, OSM_STREET);
    if (street.n == 0)
        street = osm_value(last, OSM_STREET);
    line.range.left_from = door_number(first);
    line.range.left_to = door_number(last);
    if (street.n == 0 || line.n < 2 || line.range.left_from == 0 ||
        line.range.left_to == 0) {
        build_refuse(o->build, way->id,
                     "a line between two house numbers, which are missing");
        return;
    }
    build_street(o->build, street, STR_NONE, &line, way->id);
}

static void way_take(struct osm *o, const struct osm_thing *way)
{
    struct build_ring line = way_points(o, way);
    const int64_t *refs = osm_refs(o, way);
    bool closed = way->n >= 4 && refs[0] == refs[way->n - 1];

    if (osm_value(way, OSM_HIGHWAY).n > 0) {
        osm_street(o, way, &line);
        return;
    }
    if (osm_value(way, OSM_INTERPOLATION).n > 0 && way->n > 1) {
        interpolation_take(o, way, &line);
        return;
    }
    if (osm_is_area(way) && closed && line.n < way->n) {
        build_refuse(o->build, way->id,
                     "the edge of %.*s is not whole: %d of its nodes are "
                     "missing",
                     STR_FMT(osm_value(way, OSM_NAME)), way->n - line.n);
        return;
    }
    osm_draw(o, way, &line, 1, closed && line.n == way->n);
    osm_place(o, way, &line, 1, closed);
}

static void relation_take(struct osm *o, const struct osm_thing *rel)
{
    struct arena a = { 0 };
    struct osm_rings whole;

    if (osm_is_street_relation(rel))
        return;
    whole = osm_assemble(o, rel, &a);
    if (whole.why != NULL && !osm_tells(rel)) {
        /* Drawn only, and cut by the extract's edge: nobody misses it. */
    } else if (whole.why != NULL) {
        build_refuse(o->build, rel->id, "the edge of %.*s is not whole: %s",
                     STR_FMT(osm_value(rel, OSM_NAME)), whole.why);
    } else if (osm_value(rel, OSM_HIGHWAY).n > 0) {
        for (int i = 0; i < whole.n; i++)
            osm_street(o, rel, &whole.rings[i]);
    } else {
        osm_draw(o, rel, whole.rings, whole.n, true);
        osm_place(o, rel, whole.rings, whole.n, true);
    }
    arena_free(&a);
}

void osm_take(struct osm *o)
{
    for (guint i = 0; i < o->relations->len; i++)
        houses_of_relation(o, osm_at(o->relations, i));
    for (guint i = 0; i < o->spots->len; i++)
        node_take(o, osm_at(o->spots, i));
    for (guint i = 0; i < o->ways->len; i++) {
        if (osm_at(o->ways, i)->tag_count > 0)
            way_take(o, osm_at(o->ways, i));
    }
    for (guint i = 0; i < o->relations->len; i++)
        relation_take(o, osm_at(o->relations, i));
}
