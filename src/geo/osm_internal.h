/*
 * An OpenStreetMap extract while it is read. All of it is kept before any of
 * it is used: exports of Overpass have ways before their nodes, and relations
 * name ways that come anywhere. So a node is 16 bytes, a node in a way 8.
 */
#ifndef GEO_OSM_INTERNAL_H
#define GEO_OSM_INTERNAL_H

#include "geo/build_internal.h"

/* The keys that are looked at; X(name, as it is spelled). */
/* clang-format off */
#define OSM_KEYS(X)                                                            \
    X(NAME, "name") X(REF, "ref") X(TYPE, "type")                              \
    X(HIGHWAY, "highway") X(BOUNDARY, "boundary") X(PLACE, "place")            \
    X(AMENITY, "amenity") X(LEISURE, "leisure") X(SHOP, "shop")                \
    X(TOURISM, "tourism") X(RAILWAY, "railway") X(HISTORIC, "historic")        \
    X(OFFICE, "office") X(HEALTHCARE, "healthcare") X(MAN_MADE, "man_made")    \
    X(BUILDING, "building") X(NATURAL, "natural") X(LANDUSE, "landuse")        \
    X(HOUSENUMBER, "addr:housenumber") X(STREET, "addr:street")                \
    X(ADDR_PLACE, "addr:place") X(INTERPOLATION, "addr:interpolation")         \
    X(ALT_NAME, "alt_name") X(OLD_NAME, "old_name") X(LOC_NAME, "loc_name")    \
    X(OFFICIAL_NAME, "official_name") X(SHORT_NAME, "short_name")              \
    X(NAME_EN, "name:en") X(NAME_ES, "name:es") X(WATERWAY, "waterway")        \
    X(TUNNEL, "tunnel")
/* clang-format on */

#define OSM_KEY_ENUM(name, text) OSM_##name,
enum osm_key { OSM_KEYS(OSM_KEY_ENUM) OSM_KEY_COUNT };
#undef OSM_KEY_ENUM

struct osm_tag {
    enum osm_key key;
    struct str value;
};

struct osm_node {
    int64_t id;
    int32_t lat, lon; /* 1e-7 degree */
};

enum osm_kind { OSM_NODE, OSM_WAY, OSM_RELATION };

/* What has tags worth keeping, and every way. */
struct osm_thing {
    int64_t id;
    struct osm_tag *tags;
    size_t begin; /* of a way in refs, of a relation in members */
    int n;
    int tag_count;
};

struct osm_member {
    int64_t id;
    enum osm_kind kind;
    bool is_street; /* its role */
};

struct osm {
    struct build *build;
    struct arena arena;  /* tags */
    GArray *nodes;       /* of struct osm_node; by id once all is read */
    GArray *spots;       /* of struct osm_thing: nodes with tags; by id */
    GArray *ways;        /* of struct osm_thing; by id */
    GArray *relations;   /* of struct osm_thing */
    GArray *refs;        /* of int64_t: the nodes of ways */
    GArray *members;     /* of struct osm_member: those of relations */
    GArray *points;      /* of struct point: scratch */
    GHashTable *aliases; /* "name\nalias", told already */
};

/* Empty where the thing has no such tag. */
struct str osm_value(const struct osm_thing *t, enum osm_key key);

bool osm_is_street_relation(const struct osm_thing *relation);

/* NULL: the file does not have it. */
struct osm_thing *osm_find(const GArray *things, int64_t id);

/* False: no such node, or it has no coordinates. */
bool osm_point(const struct osm *o, int64_t node, struct point *at);

static inline struct osm_thing *osm_at(const GArray *things, guint i)
{
    return &g_array_index(things, struct osm_thing, i);
}

static inline const int64_t *osm_refs(const struct osm *o,
                                      const struct osm_thing *way)
{
    return &g_array_index(o->refs, int64_t, way->begin);
}

static inline const struct osm_member *osm_members(const struct osm *o,
                                                   const struct osm_thing *rel)
{
    return &g_array_index(o->members, struct osm_member, rel->begin);
}

/* Rings of one or more ways, whose points are all known. */
struct osm_rings {
    struct build_ring *rings;
    int n;
    char *why; /* what is wrong; NULL: nothing */
};

/* The ways of a relation put together, in either direction, into rings. */
struct osm_rings osm_assemble(const struct osm *o, const struct osm_thing *rel,
                              struct arena *a);

bool osm_is_area(const struct osm_thing *t);
/* By its tags t is a place, an area, an address, or nothing. */
void osm_place(struct osm *o, const struct osm_thing *t,
               const struct build_ring *rings, int n, bool closed);
/* What t is by its tags for who only looks at the map. */
bool osm_is_drawn(const struct osm_thing *t, bool closed, struct drawn *out);
void osm_draw(struct osm *o, const struct osm_thing *t,
              const struct build_ring *rings, int n, bool closed);
/* Does a thing say where something is? Most of a map has no name. */
bool osm_tells(const struct osm_thing *t);
void osm_street(struct osm *o, const struct osm_thing *t,
                const struct build_ring *points);

/* Everything is read: it becomes streets, addresses, places and areas. */
void osm_take(struct osm *o);

#endif
