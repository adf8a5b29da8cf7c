/* GeoJSON becomes a gazetteer, a feature at a time, whatever shape it has. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/gaz.h"
#include "geo/geojson.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static char folder[TEMP_ROOM];

static struct made made_of(struct str text)
{
    return gaz_made_of(folder, "in.geojson", text);
}

/* What becomes of the features of a collection. */
static struct made made(const char *features)
{
    struct arena a = { 0 };
    struct made m = made_of(
        str_of(arena_printf(&a,
                            "{\"type\":\"FeatureCollection\",\"features\":"
                            "[%s]}",
                            features)));

    arena_free(&a);
    return m;
}

static bool is_in(struct made *m, double lat, double lon)
{
    struct arena a = { 0 };
    struct gaz *g;
    bool in;

    if (gaz_open(&g, m->out, &m->e) < 0)
        return false;
    in = gaz_areas_at(g, (struct point){ lat, lon, true }, &a) != NULL;
    gaz_close(g);
    arena_free(&a);
    return in;
}

#define FEATURE(properties, geometry)                                          \
    "{\"type\":\"Feature\",\"properties\":{" properties                        \
    "},\"geometry\":" geometry "}"
#define SHAPE(type, coordinates)                                               \
    "{\"type\":\"" type "\",\"coordinates\":" coordinates "}"
#define NAME(name) "\"name\":\"" name "\""
#define EDGE       "[[9.4,47.0],[9.6,47.0],[9.6,47.2],[9.4,47.2],[9.4,47.0]]"
#define HOLE                                                                   \
    "[[9.49,47.09],[9.51,47.09],[9.51,47.11],[9.49,47.11],[9.49,47.09]]"
#define FAR "[[9.8,47.0],[9.9,47.0],[9.9,47.2],[9.8,47.2],[9.8,47.0]]"
#define STREET                                                                 \
    FEATURE(NAME("Elm Street"), SHAPE("LineString", "[[9.5,47.1],[9.51,47.1]"  \
                                                    "]"))

static bool is_crossing(struct made *m, const char *text)
{
    struct gaz_query q = { .text = str_of(text) };
    const struct location *l;
    struct arena a = { 0 };
    struct gaz *g;
    bool is;

    if (gaz_open(&g, m->out, &m->e) < 0)
        return false;
    l = gaz_find(g, &q, &a);
    is = l != NULL && l->kind == LOCATION_INTERSECTION && l->rejected.n == 0 &&
         l->method == METHOD_INTERSECTION;
    gaz_close(g);
    arena_free(&a);
    return is;
}

#define LINE(name, coordinates)                                                \
    FEATURE(NAME(name), SHAPE("LineString", coordinates))

/* Drawn a few metres apart, in the far north too: 12 m here are .0003 east. */
static void lines_that_nearly_meet_are_a_corner(void)
{
    struct made m = made(LINE("Elm Street", "[[9.5,69.1],[9.51,69.1]]") "," LINE(
        "Oak Street",
        "[[9.5103,69.09],[9.5103,69.11]]") "," LINE("Pine Street",
                                                    "[[9.505,69.10011],[9.505,"
                                                    "69.11]]") "," LINE("Ash "
                                                                        "Stree"
                                                                        "t",
                                                                        "[[9."
                                                                        "502,"
                                                                        "69."
                                                                        "1003],"
                                                                        "[9."
                                                                        "502,"
                                                                        "69.11]"
                                                                        "]"));

    CHECK(m.rc == 0);
    CHECK(is_crossing(&m, "hole at Elm and Oak"));
    CHECK(is_crossing(&m, "hole at Elm and Pine"));
    CHECK(!is_crossing(&m, "hole at Elm and Ash"));
    arena_free(&m.a);
}

static void a_hole_is_not_in_the_area(void)
{
    struct made m =
        made(FEATURE(NAME("Ward 1"), SHAPE("Polygon", "[" EDGE "," HOLE "]")));

    CHECK(m.rc == 0 && m.report->taken == 1);
    CHECK(is_in(&m, 47.05, 9.5) && !is_in(&m, 47.1, 9.5));
    arena_free(&m.a);
}

static void an_area_of_several_pieces_is_one(void)
{
    struct made m =
        made(FEATURE(NAME("Ward 1"),
                     SHAPE("MultiPolygon", "[[" EDGE "," HOLE "],[" FAR "]]")));

    CHECK_STR(rows(&m, "SELECT name FROM area"), "Ward 1");
    CHECK_STR(rows(&m, "SELECT count(*) FROM ring"), "3");
    CHECK(is_in(&m, 47.1, 9.85) && !is_in(&m, 47.1, 9.5) &&
          !is_in(&m, 47.1, 9.7));
    arena_free(&m.a);
}

static void what_has_no_geometry_is_kept_as_a_name(void)
{
    struct made m = made(FEATURE(NAME("Elm Street"), "null") "," FEATURE(
        NAME("Hill School") ",\"amenity\":"
                            "\"school\"",
        "null") "," FEATURE("\"number\":7,"
                            "\"street\":\"Oak "
                            "Street\"",
                            "null"));
    struct gaz *g;

    CHECK(m.report->taken == 3 && m.report->refused == 0);
    CHECK_STR(rows(&m, "SELECT name FROM street WHERE lat IS NULL ORDER BY"
                       " name"),
              "Elm Street | Oak Street");
    CHECK_STR(rows(&m, "SELECT name FROM place WHERE lat IS NULL"),
              "Hill School");
    CHECK(gaz_open(&g, m.out, &m.e) == 0);
    gaz_close(g);
    arena_free(&m.a);
}

static void features_may_come_one_a_line(void)
{
    static const char *const between[] = { "\n", "", "\n\x1e", "\r\n\r\n" };

    for (size_t i = 0; i < COUNT_OF(between); i++) {
        struct arena a = { 0 };
        struct made m = made_of(str_of(arena_printf(
            &a, "\xef\xbb\xbf%s%s%s", STREET, between[i], STREET)));

        CHECK(m.rc == 0 && m.report->taken == 2);
        arena_free(&m.a);
        arena_free(&a);
    }
}

static void other_coordinates_are_refused_with_the_remedy(void)
{
    static const struct {
        const char *crs;
        bool good;
    } systems[] = {
        { "{\"type\":\"name\",\"properties\":{\"name\":"
          "\"urn:ogc:def:crs:OGC:1.3:CRS84\"}}",
          true },
        { "{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:4326\"}}", true },
        { "null", true },
        { "{\"type\":\"name\",\"properties\":{\"name\":"
          "\"urn:ogc:def:crs:EPSG::2234\"}}",
          false },
        { "{\"type\":\"link\"}", false },
    };

    for (size_t i = 0; i < COUNT_OF(systems); i++) {
        struct arena a = { 0 };
        struct made m = made_of(str_of(
            arena_printf(&a,
                         "{\"type\":\"FeatureCollection\",\"features\":[" STREET
                         "],\"crs\":%s}",
                         systems[i].crs)));

        CHECK((m.rc == 0) == systems[i].good);
        CHECK(systems[i].good || strstr(m.e.text, "ogr2ogr -t_srs EPSG:4326"));
        arena_free(&m.a);
        arena_free(&a);
    }
}

static void names_of_county_files_are_known(void)
{
    struct made m = made(FEATURE(
        "\"Add_Number\":12,\"St_PreDir\":\"N\",\"St_Name\":\"Elm\","
        "\"St_PosTyp\":\"Street\"",
        SHAPE("Point", "[9.5,47.1]")) "," FEATURE("\"FULLNAME\":\"Oak St\","
                                                  "\"LFROMADD\":\"1\","
                                                  "\"LTOADD\":\"9\","
                                                  "\"RFROMADD\":2,"
                                                  "\"RTOADD\":10",
                                                  SHAPE("LineString",
                                                        "[[9.5,47.1],[9.51,"
                                                        "47.1]]")));

    CHECK_STR(rows(&m, "SELECT name || ' ' || number FROM addr JOIN street ON"
                       " street.id = street"),
              "N Elm Street 12");
    CHECK_STR(rows(&m, "SELECT left_from || ' ' || left_to || ' ' ||"
                       " right_from || ' ' || right_to FROM seg"),
              "1 9 2 10");
    arena_free(&m.a);
}

static void a_bad_feature_costs_only_itself(void)
{
    static const char *const bad[] = {
        "null",
        "7",
        "[]",
        "{}",
        FEATURE("", SHAPE("Point", "[9.5,47.1]")),
        FEATURE(NAME("x"), "7"),
        FEATURE(NAME("x"), SHAPE("Circle", "[9.5,47.1]")),
        FEATURE(NAME("x"), SHAPE("Point", "[\"9.5\",\"47.1\"]")),
        FEATURE(NAME("x"), SHAPE("Point", "[9.5]")),
        FEATURE(NAME("x"), SHAPE("Point", "[480000,9500000]")),
        FEATURE(NAME("x"), SHAPE("LineString", "{}")),
        FEATURE(NAME("x"), SHAPE("LineString", "[[9.5,47.1],[null,47.1]]")),
        FEATURE(NAME("x"), SHAPE("Polygon", "[[[9.5,47.1],[9.6,47.1]]]")),
        FEATURE(NAME("x"), SHAPE("Polygon", "[]")),
        FEATURE(NAME("x"), SHAPE("MultiPolygon", "[7,[7],[[7]]]")),
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct arena a = { 0 };
        struct made m = made(arena_printf(&a, "%s,%s", bad[i], STREET));

        CHECK(m.rc == 0 && m.report->taken == 1 && m.report->refused == 1);
        if (m.rc < 0 || m.report->refused != 1)
            printf("# %s: %s\n", bad[i], m.rc < 0 ? m.e.text : "");
        arena_free(&m.a);
        arena_free(&a);
    }
}

/* text, n times. */
static struct str many(struct arena *a, char c, size_t n)
{
    char *p = arena_alloc(a, n + 1);

    memset(p, c, n);
    return (struct str){ p, n };
}

static void a_feature_of_any_length_is_left_out(void)
{
    struct arena a = { 0 };
    struct str note = many(&a, 'x', FEATURE_MAX_BYTES);
    struct made m =
        made(arena_printf(&a, "{\"note\":\"%.*s\"}," STREET, STR_FMT(note)));

    CHECK(m.rc == 0 && m.report->taken == 1 && m.report->refused == 1);
    CHECK(is_refused(m.report, "over 16 MB"));
    arena_free(&m.a);
    arena_free(&a);
}

static void what_is_no_geojson_says_where(void)
{
    static const struct {
        const char *text, *sentence;
    } bad[] = {
        { "", "is empty" },
        { "\n\n[]", ":3: '{' is missing" },
        { "{}", "neither a Feature" },
        { "{\"type\":\"Point\",\"coordinates\":[1,2]}", "neither a Feature" },
        { "{\n\"features\":7}", ":2: features are no array" },
        { "{\"features\":[{}", "ends in the middle" },
        { "{\"features\":[{\"a", "ends in the middle" },
        { "{\"features\":[{} {}]}", "',' or ']' is missing" },
        { "{\"features\":[,]}", "a value is missing" },
        { "{\"features\":[{\"a\":}]}", ":1: " },
        { "{\"features\":[]", "ends in the middle" },
        { "{7:7}", "no name of a member" },
        { "{\"a\" 7}", "':' is missing" },
        { "{\"features\":[{\"a\":\"\xe9\"}]}", "unable to decode byte 0xe9" },
    };
    struct arena a = { 0 };
    struct made m;

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        m = made_of(str_of(bad[i].text));
        CHECK(m.rc < 0 && strstr(m.e.text, bad[i].sentence) != NULL);
        if (m.rc == 0 || strstr(m.e.text, bad[i].sentence) == NULL)
            printf("# %s: %s\n", bad[i].text, m.rc < 0 ? m.e.text : "taken");
        arena_free(&m.a);
    }
    m = made_of(str_of(arena_printf(&a, "{\"features\":[%.*s",
                                    STR_FMT(many(&a, '[', 1000000)))));
    CHECK(m.rc < 0);
    arena_free(&m.a);
    m = made(arena_printf(&a, "%.*s%.*s", STR_FMT(many(&a, '[', 10000)),
                          STR_FMT(many(&a, ']', 10000))));
    CHECK(m.rc < 0 && strstr(m.e.text, "depth") != NULL);
    arena_free(&m.a);
    m = made_of(STR("{\"type\":\"Feature\",\"a\0b\":1}"));
    CHECK(m.report->taken == 0);
    arena_free(&m.a);
    arena_free(&a);
}

int main(void)
{
    if (!temp_folder(folder, "geojson")) {
        printf("Bail out! no folder\n");
        return 1;
    }
    lines_that_nearly_meet_are_a_corner();
    a_hole_is_not_in_the_area();
    an_area_of_several_pieces_is_one();
    what_has_no_geometry_is_kept_as_a_name();
    features_may_come_one_a_line();
    other_coordinates_are_refused_with_the_remedy();
    names_of_county_files_are_known();
    a_bad_feature_costs_only_itself();
    a_feature_of_any_length_is_left_out();
    what_is_no_geojson_says_where();
    return tap_done();
}
