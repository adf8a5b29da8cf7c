#include "geo/drawn.h"

#define LAND(value, kind)                                                      \
    {                                                                          \
        value,                                                                 \
        {                                                                      \
            "land", kind, true                                                 \
        }                                                                      \
    }
#define WATER(value)                                                           \
    {                                                                          \
        value,                                                                 \
        {                                                                      \
            "water", "water", true                                             \
        }                                                                      \
    }
#define STREAM(value, kind)                                                    \
    {                                                                          \
        value,                                                                 \
        {                                                                      \
            "water", kind, false                                               \
        }                                                                      \
    }
#define RAIL(value)                                                            \
    {                                                                          \
        value,                                                                 \
        {                                                                      \
            "roads", "rail", false                                             \
        }                                                                      \
    }

static const struct {
    const char *value;
    struct drawn drawn;
} things[] = {
    /* leisure */
    LAND("park", "park"),
    LAND("garden", "park"),
    LAND("common", "park"),
    LAND("dog_park", "park"),
    LAND("golf_course", "park"),
    LAND("playground", "sport"),
    LAND("pitch", "sport"),
    LAND("track", "sport"),
    LAND("sports_centre", "sport"),
    LAND("stadium", "sport"),
    /* landuse */
    LAND("recreation_ground", "park"),
    LAND("village_green", "park"),
    LAND("forest", "wood"),
    LAND("grass", "grass"),
    LAND("meadow", "grass"),
    LAND("orchard", "grass"),
    LAND("vineyard", "grass"),
    LAND("allotments", "grass"),
    LAND("cemetery", "cemetery"),
    LAND("farmland", "farmland"),
    LAND("residential", "built"),
    LAND("commercial", "built"),
    LAND("industrial", "built"),
    LAND("retail", "built"),
    WATER("reservoir"),
    WATER("basin"),
    /* natural */
    LAND("wood", "wood"),
    LAND("scrub", "grass"),
    LAND("grassland", "grass"),
    LAND("heath", "grass"),
    LAND("wetland", "wetland"),
    LAND("beach", "beach"),
    LAND("sand", "beach"),
    WATER("water"),
    WATER("bay"),
    /* amenity */
    LAND("school", "school"),
    LAND("college", "school"),
    LAND("university", "school"),
    LAND("kindergarten", "school"),
    LAND("hospital", "school"),
    LAND("grave_yard", "cemetery"),
    /* waterway */
    WATER("riverbank"),
    WATER("dock"),
    WATER("lake"),
    WATER("pond"),
    STREAM("river", "river"),
    STREAM("canal", "river"),
    STREAM("stream", "stream"),
    STREAM("brook", "stream"),
    STREAM("ditch", "stream"),
    STREAM("drain", "stream"),
    /* railway */
    RAIL("rail"),
    RAIL("light_rail"),
    RAIL("narrow_gauge"),
    RAIL("tram"),
    /* TIGER's lines and areas */
    STREAM("H3010", "stream"),
    STREAM("H3013", "stream"),
    STREAM("H3020", "stream"),
    WATER("H2030"),
    WATER("H2040"),
    WATER("H2051"),
    WATER("H2053"),
    RAIL("R1011"),
    RAIL("R1051"),
};

static const struct {
    const char *class, *kind;
} roads[] = {
    { "motorway", "highway" },    { "motorway_link", "highway" },
    { "trunk", "major" },         { "trunk_link", "major" },
    { "primary", "major" },       { "primary_link", "major" },
    { "secondary", "middle" },    { "secondary_link", "middle" },
    { "tertiary", "middle" },     { "tertiary_link", "middle" },
    { "unclassified", "minor" },  { "residential", "minor" },
    { "living_street", "minor" }, { "road", "minor" },
    { "pedestrian", "minor" },    { "service", "service" },
    { "services", "service" },    { "track", "path" },
    { "path", "path" },           { "footway", "path" },
    { "cycleway", "path" },       { "bridleway", "path" },
    { "steps", "path" },          { "S1100", "highway" },
    { "S1200", "major" },         { "S1400", "minor" },
    { "S1500", "path" },          { "S1630", "service" },
    { "S1640", "service" },       { "S1710", "path" },
    { "S1720", "path" },          { "S1730", "service" },
    { "S1740", "service" },       { "S1750", "service" },
    { "S1780", "service" },
};

bool drawn_of(struct str value, bool closed, struct drawn *out)
{
    for (size_t i = 0; value.n > 0 && i < COUNT_OF(things); i++) {
        if (!str_eq(value, str_of(things[i].value)))
            continue;
        *out = things[i].drawn;
        return closed || !out->area;
    }
    return false;
}

struct str drawn_road(struct str class)
{
    for (size_t i = 0; class.n > 0 && i < COUNT_OF(roads); i++) {
        if (str_eq(class, str_of(roads[i].class)))
            return str_of(roads[i].kind);
    }
    return STR_NONE;
}
