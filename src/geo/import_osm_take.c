/* What a thing of OpenStreetMap is by its tags: street, address, place. */
#include <math.h>
#include <stdio.h>

#include "geo/osm_internal.h"

enum {
    PLACE_M = 60,         /* around a point that stands for a building */
    NEIGHBOURHOOD_M = 400 /* around one that stands for a part of a town */
};

/* ---- names ---- */

static const enum osm_key other_names[] = {
    OSM_ALT_NAME,   OSM_OLD_NAME, OSM_LOC_NAME, OSM_OFFICIAL_NAME,
    OSM_SHORT_NAME, OSM_NAME_EN,  OSM_NAME_ES,
};

/* A street is many ways, which all tell its other names. */
static void alias_add(struct osm *o, struct str name, struct str alias)
{
    char *told;

    if (alias.n == 0 || str_eq(alias, name))
        return;
    told = arena_printf(&o->arena, "%.*s\n%.*s", STR_FMT(name), STR_FMT(alias));
    if (g_hash_table_add(o->aliases, told))
        build_alias(o->build, name, alias);
}

static void aliases(struct osm *o, const struct osm_thing *t, struct str name)
{
    for (size_t i = 0; i < COUNT_OF(other_names); i++) {
        struct str rest = osm_value(t, other_names[i]);

        while (rest.n > 0)
            alias_add(o, name, str_trim(str_until(&rest, STR(";"))));
    }
}

/* ---- streets ---- */

static bool is_among(struct str value, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_starts(value, list[i]))
            return true;
    }
    return false;
}

/* Paths have numbers too, but of hikes, which nobody gives as a street. */
static bool is_street(struct str highway, bool has_name)
{
    static const struct str none[] = {
        STR_INIT("proposed"), STR_INIT("razed"),    STR_INIT("abandoned"),
        STR_INIT("platform"), STR_INIT("elevator"), STR_INIT("corridor"),
        STR_INIT("services"), STR_INIT("rest_area")
    };
    static const struct str numbered[] = {
        STR_INIT("motorway"),   STR_INIT("trunk"),    STR_INIT("primary"),
        STR_INIT("secondary"),  STR_INIT("tertiary"), STR_INIT("unclassified"),
        STR_INIT("residential")
    };

    return has_name ? !is_among(highway, none, COUNT_OF(none))
                    : is_among(highway, numbered, COUNT_OF(numbered));
}

/* A road without a name is a road all the same, for who looks at a map. */
static void road_draw(struct osm *o, const struct build_line *line)
{
    struct build_ring whole = { line->points, line->n };
    struct drawn drawn = { "roads", line->kind.p, false };

    if (line->kind.n > 0)
        build_shape(o->build, &drawn, STR_NONE, &whole, 1);
}

void osm_street(struct osm *o, const struct osm_thing *t,
                const struct build_ring *points)
{
    struct str name = osm_value(t, OSM_NAME);
    struct str ref = osm_value(t, OSM_REF);
    struct build_line line = {
        .points = points->points,
        .n = points->n,
        .kind = drawn_road(osm_value(t, OSM_HIGHWAY)),
    };

    if ((name.n == 0 && ref.n == 0) ||
        !is_street(osm_value(t, OSM_HIGHWAY), name.n > 0)) {
        road_draw(o, &line);
        return;
    }
    if (name.n == 0)
        name = ref;
    build_street(o->build, name, ref, &line, t->id);
    aliases(o, t, name);
}

/* ---- what is only drawn ---- */

bool osm_is_drawn(const struct osm_thing *t, bool closed, struct drawn *out)
{
    static const enum osm_key keys[] = {
        OSM_WATERWAY, OSM_NATURAL, OSM_LEISURE,
        OSM_LANDUSE,  OSM_AMENITY, OSM_RAILWAY
    };

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if (drawn_of(osm_value(t, keys[i]), closed, out))
            return osm_value(t, OSM_TUNNEL).n == 0;
    }
    return false;
}

void osm_draw(struct osm *o, const struct osm_thing *t,
              const struct build_ring *rings, int n, bool closed)
{
    struct drawn drawn;

    if (osm_is_drawn(t, closed, &drawn))
        build_shape(o->build, &drawn, osm_value(t, OSM_NAME), rings, n);
}

/* ---- addresses ---- */

static struct str street_of(const struct osm_thing *t)
{
    struct str street = osm_value(t, OSM_STREET);

    return street.n > 0 ? street : osm_value(t, OSM_ADDR_PLACE);
}

/*
 * "12-16" is the houses 12, 14 and 16; "41-15" and "112-14" are one house of a
 * town that numbers by blocks.
 */
static bool range_of(struct str number, int64_t *from, int64_t *to)
{
    struct str rest = number;

    return str_int(str_trim(str_until(&rest, STR("-"))), from) &&
           str_int(str_trim(rest), to) && *from > 0 && *to > *from &&
           *to - *from <= 20 && (*to - *from) % 2 == 0;
}

static void addresses(struct osm *o, const struct osm_thing *t, struct point at)
{
    struct str rest = osm_value(t, OSM_HOUSENUMBER);
    struct str street = street_of(t);

    while (street.n > 0 && rest.n > 0) {
        bool by_comma = str_find(rest, STR(";")) == rest.n;
        struct str one =
            str_trim(str_until(&rest, by_comma ? STR(",") : STR(";")));
        int64_t from;
        int64_t to;

        if (!range_of(one, &from, &to)) {
            if (one.n > 0)
                build_address(o->build, street, one, at, t->id);
            continue;
        }
        for (; from <= to; from += 2) {
            char text[24];
            int n = snprintf(text, sizeof(text), "%lld", (long long)from);

            build_address(o->build, street, (struct str){ text, (size_t)n }, at,
                          t->id);
        }
    }
}

/* ---- places and areas ---- */

struct extent {
    struct point middle;
    double radius_m;
};

/* The middle of the box around it: not drawn to where its edge has corners. */
static struct extent extent_of(const struct build_ring *rings, int n)
{
    struct extent e = { .middle = { 0, 0, false } };
    struct point low = geo_point(90, 180);
    struct point high = geo_point(-90, -180);

    for (int i = 0; i < n; i++) {
        for (int k = 0; k < rings[i].n; k++) {
            struct point p = rings[i].points[k];

            low = geo_point(fmin(low.lat, p.lat), fmin(low.lon, p.lon));
            high = geo_point(fmax(high.lat, p.lat), fmax(high.lon, p.lon));
            e.middle.known = true;
        }
    }
    if (e.middle.known) {
        e.middle = geo_between(low, high, 0.5);
        e.radius_m = geo_distance(e.middle, high);
    }
    return e;
}

/* Lines that are named all along, a way at a time, are no places. */
static struct str place_kind(const struct osm_thing *t, bool is_line)
{
    static const enum osm_key of[] = {
        OSM_AMENITY,  OSM_LEISURE, OSM_SHOP,       OSM_TOURISM,
        OSM_HISTORIC, OSM_OFFICE,  OSM_HEALTHCARE, OSM_MAN_MADE,
    };
    static const enum osm_key of_no_line[] = { OSM_RAILWAY, OSM_BUILDING,
                                               OSM_NATURAL, OSM_LANDUSE };

    for (size_t i = 0; i < COUNT_OF(of); i++) {
        if (osm_value(t, of[i]).n > 0)
            return osm_value(t, of[i]);
    }
    for (size_t i = 0; !is_line && i < COUNT_OF(of_no_line); i++) {
        struct str kind = osm_value(t, of_no_line[i]);

        if (kind.n > 0)
            return str_eq(kind, STR("yes")) ? STR("building") : kind;
    }
    return STR_NONE;
}

/* A part of the town that is a point; whole towns say nothing in a report. */
static double part_radius(struct str place)
{
    if (str_eq(place, STR("square")))
        return PLACE_M;
    return str_eq(place, STR("neighbourhood")) ||
                   str_eq(place, STR("quarter")) || str_eq(place, STR("suburb"))
               ? NEIGHBOURHOOD_M
               : 0;
}

/* Who looks for a place may know it by another of its names. */
static void place_add(struct osm *o, const struct osm_thing *t, struct str kind,
                      struct point at, double radius_m)
{
    struct str name = osm_value(t, OSM_NAME);

    build_place(o->build, name, kind, at, radius_m);
    for (size_t i = 0; i < COUNT_OF(other_names); i++) {
        struct str rest = osm_value(t, other_names[i]);

        while (rest.n > 0) {
            struct str other = str_trim(str_until(&rest, STR(";")));

            if (!str_eq(other, name))
                build_place(o->build, other, kind, at, radius_m);
        }
    }
}

static bool is_park(struct str leisure)
{
    return str_eq(leisure, STR("park")) ||
           str_eq(leisure, STR("nature_reserve"));
}

bool osm_is_area(const struct osm_thing *t)
{
    return osm_value(t, OSM_NAME).n > 0 &&
           (osm_value(t, OSM_BOUNDARY).n > 0 || osm_value(t, OSM_PLACE).n > 0 ||
            is_park(osm_value(t, OSM_LEISURE)));
}

static void area_add(struct osm *o, const struct osm_thing *t,
                     const struct build_ring *rings, int n)
{
    struct str kind = osm_value(t, OSM_LEISURE);

    if (kind.n == 0)
        kind = osm_value(t, OSM_BOUNDARY);
    if (kind.n == 0)
        kind = osm_value(t, OSM_PLACE);
    build_area(o->build, osm_value(t, OSM_NAME), kind, rings, n);
}

void osm_place(struct osm *o, const struct osm_thing *t,
               const struct build_ring *rings, int n, bool closed)
{
    bool is_line = !closed && n == 1 && rings[0].n > 1;
    struct extent e = extent_of(rings, n);
    struct str kind = place_kind(t, is_line);
    double radius = part_radius(osm_value(t, OSM_PLACE));

    if (!e.middle.known)
        return;
    if (closed && osm_is_area(t))
        area_add(o, t, rings, n);
    if (osm_value(t, OSM_NAME).n > 0 && kind.n > 0) {
        place_add(o, t, kind, e.middle, fmax(PLACE_M, e.radius_m));
    } else if (!closed && !is_line && radius > 0) {
        place_add(o, t, osm_value(t, OSM_PLACE), e.middle, radius);
    }
    addresses(o, t, e.middle);
}
