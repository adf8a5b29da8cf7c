/* From which zoom on things are drawn: what is large before what is small. */
#include "geo/chart_internal.h"

struct from {
    const char *kind;
    int zoom;
};

enum { EVERYWHERE = 12, PLACE_ELSE = 16, LAND_ELSE = 12 };

static const struct from roads[] = {
    { "highway", 5 }, { "major", 8 },    { "middle", 10 }, { "rail", 11 },
    { "minor", 12 },  { "service", 14 }, { "path", 14 },
};

static const struct from shapes[] = {
    { "highway", 5 }, { "major", 8 },     { "middle", 10 },   { "rail", 11 },
    { "minor", 12 },  { "service", 14 },  { "path", 14 },     { "water", 6 },
    { "river", 8 },   { "stream", 12 },   { "wood", 8 },      { "park", 9 },
    { "grass", 11 },  { "cemetery", 11 }, { "school", 12 },   { "sport", 12 },
    { "beach", 10 },  { "wetland", 10 },  { "farmland", 10 }, { "built", 9 },
};

/* What a place is called by, and what people look for first. */
static const struct from places[] = {
    { "city", 6 },
    { "town", 8 },
    { "village", 10 },
    { "suburb", 11 },
    { "quarter", 11 },
    { "hamlet", 12 },
    { "neighbourhood", 12 },
    { "park", 13 },
    { "nature_reserve", 12 },
    { "cemetery", 13 },
    { "hospital", 13 },
    { "university", 13 },
    { "townhall", 13 },
    { "station", 13 },
    { "square", 14 },
    { "school", 14 },
    { "college", 14 },
    { "library", 14 },
    { "fire_station", 14 },
    { "police", 14 },
    { "museum", 14 },
    { "stadium", 14 },
    { "golf_course", 13 },
    { "wood", 13 },
    { "forest", 13 },
    { "water", 13 },
    { "beach", 13 },
    { "bridge", 14 },
    { "marketplace", 14 },
    { "community_centre", 15 },
    { "place_of_worship", 15 },
    { "playground", 15 },
    { "sports_centre", 15 },
    { "pitch", 16 },
    { "kindergarten", 15 },
    { "theatre", 15 },
    { "garden", 15 },
    { "attraction", 15 },
    { "post_office", 15 },
    { "courthouse", 15 },
    { "peak", 13 },
};

static const char *const land[] = {
    "park",
    "nature_reserve",
    "garden",
    "cemetery",
    "wood",
    "forest",
    "grass",
    "golf_course",
    "pitch",
    "playground",
    "meadow",
    "beach",
    "recreation_ground",
    "water",
    "common",
    "village_green",
    "protected_area",
};

static int find(const struct from *table, size_t n, struct str kind, int other)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(kind, str_of(table[i].kind)))
            return table[i].zoom;
    }
    return other;
}

int chart_road_least(struct str kind)
{
    return find(roads, COUNT_OF(roads), kind, EVERYWHERE);
}

int chart_shape_least(struct str kind)
{
    return find(shapes, COUNT_OF(shapes), kind, LAND_ELSE);
}

int chart_place_least(struct str kind)
{
    return find(places, COUNT_OF(places), kind, PLACE_ELSE);
}

bool chart_is_land(struct str kind)
{
    for (size_t i = 0; i < COUNT_OF(land); i++) {
        if (str_eq(kind, str_of(land[i])))
            return true;
    }
    return false;
}
