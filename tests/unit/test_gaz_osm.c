/*
 * OpenStreetMap extracts become a gazetteer: small ones written here, each
 * with what real ones have and get wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/gaz.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static char folder[TEMP_ROOM];

static void file_write(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL)
        abort();
    fputs(text, f);
    fclose(f);
}

static struct made made_from(const char *path)
{
    struct made m = { .rc = 0 };
    struct setting_list source = { .value = str_of(path) };
    struct gaz_import in = { .sources = &source };

    m.out = arena_printf(&m.a, "%s/osm.gaz", folder);
    in.out = m.out;
    m.rc = gaz_import(&in, &m.report, &m.a, &m.e);
    return m;
}

/* What becomes of the elements between <osm> and </osm>. */
static struct made made(const char *elements)
{
    struct arena a = { 0 };
    const char *path = arena_printf(&a, "%s/map.osm", folder);
    struct made m;

    file_write(path, arena_printf(&a,
                                  "<?xml version='1.0' encoding='UTF-8'?>"
                                  "<osm version='0.6'>%s</osm>",
                                  elements));
    m = made_from(path);
    m.report->path = arena_dup(&m.a, str_of(m.report->path));
    arena_free(&a);
    return m;
}

#define NODE(id, lat, lon) "<node id='" #id "' lat='" #lat "' lon='" #lon "'/>"
#define DOOR(id, lat, lon, number, street)                                     \
    "<node id='" #id "' lat='" #lat "' lon='" #lon "'>"                        \
    "<tag k='addr:housenumber' v='" number "'/>" street "</node>"
#define ON(street)    "<tag k='addr:street' v='" street "'/>"
#define ND(id)        "<nd ref='" #id "'/>"
#define TAG(k, v)     "<tag k='" k "' v='" v "'/>"
#define WAY(id, rest) "<way id='" #id "'>" rest "</way>"
#define MEMBER(type, id, role)                                                 \
    "<member type='" type "' ref='" #id "' role='" role "'/>"

/* A square of 0.02 degree around 47.1, 9.5, and a smaller one within. */
#define SQUARE                                                                 \
    NODE(1, 47.09, 9.49)                                                       \
    NODE(2, 47.09, 9.51) NODE(3, 47.11, 9.51) NODE(4, 47.11, 9.49)
#define HOLE                                                                   \
    NODE(5, 47.099, 9.499)                                                     \
    NODE(6, 47.099, 9.501) NODE(7, 47.101, 9.501) NODE(8, 47.101, 9.499)
#define TOWN                                                                   \
    TAG("type", "boundary")                                                    \
    TAG("boundary", "administrative") TAG("name", "Millbrook")

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

/* One way runs against the others, and the last one closes the ring. */
static void ways_in_either_direction_make_an_area(void)
{
    struct made m = made(
        SQUARE WAY(10, ND(1) ND(2)) WAY(11, ND(4) ND(3) ND(2))
            WAY(12, ND(4) ND(1)) "<relation id='9'>" MEMBER("way", 12, "outer")
                MEMBER("way", 10, "") MEMBER("way", 11, "outer")
                    MEMBER("node", 1, "label") TOWN "</relation>");

    CHECK(m.rc == 0 && m.report->refused == 0);
    CHECK_STR(rows(&m, "SELECT name || ',' || kind FROM area"),
              "Millbrook,administrative");
    CHECK_STR(rows(&m, "SELECT length(geom) FROM ring"), "40");
    CHECK(is_in(&m, 47.1, 9.5) && !is_in(&m, 47.12, 9.5));
    arena_free(&m.a);
}

static void a_hole_is_not_in_the_area(void)
{
    struct made m = made(SQUARE HOLE WAY(10, ND(1) ND(2) ND(3) ND(4) ND(1)) WAY(
        11, ND(5) ND(6) ND(7) ND(8) ND(5)) "<relation id='9'>" MEMBER("way", 10,
                                                                      "outer")
                             MEMBER("way", 11, "inner") TOWN "</relation>");

    CHECK_STR(rows(&m, "SELECT count(*) FROM ring"), "2");
    CHECK(is_in(&m, 47.095, 9.5) && !is_in(&m, 47.1, 9.5));
    arena_free(&m.a);
}

/* Overpass writes relations and ways first, and their nodes at the end. */
static void the_order_of_a_file_does_not_matter(void)
{
    struct made m = made("<relation id='9'>" MEMBER("way", 10, "outer") TOWN
                         "</relation>" WAY(10, ND(1) ND(2) ND(3) ND(4) ND(1))
                             NODE(4, 47.11, 9.49) NODE(2, 47.09, 9.51)
                                 NODE(3, 47.11, 9.51) NODE(1, 47.09, 9.49));

    CHECK(m.report->refused == 0);
    CHECK(is_in(&m, 47.1, 9.5));
    arena_free(&m.a);
}

static void an_edge_that_is_not_whole_is_refused_with_what_is_missing(void)
{
    static const struct {
        const char *elements, *why;
    } cut[] = {
        { SQUARE WAY(10, ND(1) ND(2) ND(3)) "<relation id='9'>" MEMBER(
              "way", 10, "outer") MEMBER("way", 11, "outer") TOWN "</relation>",
          "the edge of Millbrook is not whole: way 11 is missing" },
        { SQUARE WAY(10, ND(1) ND(2) ND(3)) "<relation id='9'>" MEMBER(
              "way", 10, "outer") TOWN "</relation>",
          "its edge is open at node 3" },
        { SQUARE WAY(10, ND(1) ND(2) ND(77) ND(1)) "<relation id='9'>" MEMBER(
              "way", 10, "outer") TOWN "</relation>",
          "node 77 of way 10 is missing" },
        { "<relation id='9'>" TOWN "</relation>", "it has no ways" },
        { SQUARE WAY(10, ND(1) ND(2) ND(77) ND(1) TAG("place", "suburb")
                             TAG("name", "Eastside")),
          "the edge of Eastside is not whole: 1 of its nodes are missing" },
    };

    for (size_t i = 0; i < COUNT_OF(cut); i++) {
        struct made m = made(cut[i].elements);

        CHECK(m.rc == 0 && m.report->refused == 1);
        CHECK(is_refused(m.report, cut[i].why));
        CHECK_STR(rows(&m, "SELECT count(*) FROM area"), "0");
        arena_free(&m.a);
    }
}

static void a_street_is_known_by_its_other_names_once(void)
{
    struct made m = made(SQUARE WAY(
        10, ND(1) ND(2) TAG("highway", "residential") TAG("name", "Elm Street")
                TAG("alt_name", "Old Mill Road;The Lane")
                    TAG("name:es", "Calle Olmo"))
                             WAY(11, ND(2) ND(3) TAG("highway", "residential")
                                         TAG("name", "Elm Street")
                                             TAG("alt_name", "Old Mill Road")));

    CHECK_STR(rows(&m, "SELECT name FROM alias ORDER BY name"),
              "Calle Olmo | Old Mill Road | The Lane");
    arena_free(&m.a);
}

static void a_way_without_a_name_is_a_street_only_where_its_number_is_one(void)
{
    struct made m = made(
        SQUARE WAY(10, ND(1) ND(2) TAG("highway", "primary") TAG("ref", "US 5"))
            WAY(11, ND(2) ND(3) TAG("highway", "path") TAG("ref", "65")) WAY(
                12, ND(3) ND(4) TAG("highway", "path") TAG("name", "Mill Path"))
                WAY(13, ND(4) ND(1) TAG("highway", "proposed")
                            TAG("name", "Bypass")));

    CHECK_STR(rows(&m, "SELECT name FROM street ORDER BY name"),
              "Mill Path | US 5");
    arena_free(&m.a);
}

static void numbers_of_a_door_are_taken_apart(void)
{
    struct made m = made(DOOR(1, 47.1, 9.5, "2;4a", ON("Elm Street"))
                             DOOR(2, 47.1, 9.5, "12-16", ON("Elm Street"))
                                 DOOR(3, 47.1, 9.5, "112-14", ON("Oak Street"))
                                     DOOR(4, 47.1, 9.5, "x", ON("Oak Street")));

    CHECK_STR(rows(&m, "SELECT number || suffix FROM addr"
                       " JOIN street ON street.id = street WHERE name LIKE"
                       " 'Elm%' ORDER BY number"),
              "2 | 4a | 12 | 14 | 16");
    CHECK_STR(rows(&m, "SELECT number FROM addr JOIN street ON"
                       " street.id = street WHERE name LIKE 'Oak%'"),
              "112");
    CHECK(m.report->refused == 1);
    arena_free(&m.a);
}

static void a_relation_tells_the_street_of_its_houses(void)
{
    struct made m = made(SQUARE DOOR(20, 47.09, 9.5, "7", "") WAY(
        10, ND(1) ND(2) TAG("highway", "residential")
                TAG("name", "Elm Street")) "<relation id='9'>" MEMBER("way", 10,
                                                                      "street")
                             MEMBER("node", 20, "house")
                                 TAG("type", "associatedStreet") "</relation>");

    CHECK_STR(rows(&m, "SELECT street.name || ' ' || number FROM addr"
                       " JOIN street ON street.id = street"),
              "Elm Street 7");
    arena_free(&m.a);
}

static void a_line_between_two_doors_has_the_houses_between(void)
{
    struct made m = made(
        DOOR(1, 47.1, 9.50, "2", ON("Elm Street"))
            DOOR(2, 47.1, 9.51, "20a", "")
                WAY(10, ND(1) ND(2) TAG("addr:interpolation", "even"))
                    WAY(11, ND(1) ND(3) TAG("addr:interpolation", "even")));

    CHECK_STR(rows(&m, "SELECT name || left_from || '-' || left_to FROM seg"
                       " JOIN street ON street.id = street"),
              "Elm Street2-20");
    CHECK(m.report->refused == 1);
    arena_free(&m.a);
}

static void a_large_place_has_a_large_radius(void)
{
    struct made m = made(
        SQUARE HOLE WAY(10, ND(1) ND(2) ND(3) ND(4) ND(1) TAG("leisure", "park")
                                TAG("name", "Big Park"))
            WAY(11, ND(5) ND(6) ND(7) ND(8) ND(5)) "<relation id='9'>" MEMBER(
                "way", 11, "outer") TAG("type", "multipolygon")
                TAG("amenity", "school") TAG("name", "Hill School")
                    TAG("short_name",
                        "HS") "</relation>"
                              "<node id='30' lat='47.1' lon='9.5'>" TAG("shop",
                                                                        "books")
                                  TAG("name", "Ink") "</node>");

    CHECK_STR(rows(&m, "SELECT name || ' ' || cast(radius_m AS INT) FROM place"
                       " ORDER BY name"),
              "Big Park 1345 | HS 134 | Hill School 134 | Ink 60");
    CHECK_STR(rows(&m, "SELECT name FROM area"), "Big Park");
    arena_free(&m.a);
}

/* Its neighbours are cut by the edge of the extract; it is whole. */
static void liechtenstein_has_its_eleven_towns(void)
{
    static const char map[] = "../shared/data/osm/liechtenstein.osm.pbf";
    struct made m;

    if (access(map, R_OK) < 0) {
        printf("# no %s\n", map);
        return;
    }
    m = made_from(map);
    CHECK(m.rc == 0);
    CHECK_STR(rows(&m, "SELECT name FROM area WHERE kind = 'administrative'"
                       " AND name NOT LIKE 'W%' ORDER BY name"),
              "Balzers | Eschen | Gamprin | Liechtenstein | Mauren | Planken | "
              "Ruggell | Schaan | Schellenberg | Triesen | Triesenberg | "
              "Vaduz");
    arena_free(&m.a);
}

/* SHA-256 of "number,street,lat,lon\n1,Elm St,47.1,9.5\n". */
static const char csv_sum[] =
    "8ce8eaa283a201a15977a1b9ef3e9028fd8f82da4a7e42045a1865ea7db7e5b4";

static void a_gazetteer_tells_where_it_comes_from(void)
{
    struct arena a = { 0 };
    const char *csv = arena_printf(&a, "%s/a.csv", folder);
    const char *osm = arena_printf(&a, "%s/b.osm", folder);
    const char *out = arena_printf(&a, "%s/sources.gaz", folder);
    struct setting_list second = { .value = str_of(osm) };
    struct setting_list first = { .value = str_of(csv), .next = &second };
    struct gaz_rights rights[] = { { STR("CC0"), STR_NONE },
                                   { STR_NONE, STR_NONE } };
    struct gaz_import in = { .out = out, .sources = &first, .rights = rights };
    struct gaz_source_report *report;
    struct gaz_source *s = NULL;
    struct error e;

    file_write(csv, "number,street,lat,lon\n1,Elm St,47.1,9.5\n");
    file_write(osm, "<osm></osm>");
    CHECK(gaz_import(&in, &report, &a, &e) == 0);
    CHECK(gaz_sources(&s, out, &a, &e) == 0);
    CHECK(s != NULL && s->next != NULL && s->next->next == NULL);
    if (s != NULL && s->next != NULL) {
        CHECK_STR(s->sha256, csv_sum);
        CHECK_STR(s->rights.licence, "CC0");
        CHECK(s->taken == 1 && s->rights.attribution.n == 0);
        CHECK_STR(s->next->rights.licence, "ODbL 1.0");
        CHECK_STR(s->next->rights.attribution,
                  "\xc2\xa9 OpenStreetMap contributors");
    }
    CHECK(gaz_sources(&s, csv, &a, &e) < 0);
    arena_free(&a);
}

/* readosm forgets its XML parser where a file breaks off: not ours to free. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libexpat\n";
}

static void what_is_no_map_is_refused(void)
{
    static const char *const bad[] = { "", "<osm><node id='1'",
                                       "<html></html" };
    struct arena a = { 0 };
    const char *path = arena_printf(&a, "%s/bad.osm", folder);

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct made m;

        file_write(path, bad[i]);
        m = made_from(path);
        CHECK(m.rc < 0);
        arena_free(&m.a);
    }
    arena_free(&a);
}

/* Nowhere, off the earth, ways of nothing, members that are not there. */
static void nonsense_costs_only_itself(void)
{
    struct made m = made(
        "<node id='1'/><node id='2' lat='nan' lon='inf'/>"
        "<node id='3' lat='1e300' lon='-1e300'/>"
        "<node id='-4' lat='47.1' lon='9.5'/>" WAY(
            10, TAG("highway", "residential") TAG("name", "Elm Street"))
            WAY(11, ND(3) ND(3) ND(3) ND(3) TAG("leisure", "park")
                        TAG("name", "Nowhere"))
                WAY(12, TAG("amenity", "school") TAG("name", "No School")) WAY(
                    13,
                    ND(-4) TAG("addr:housenumber", "5")
                        ON("Oak Street")) "<relation id='9'>" MEMBER("relation",
                                                                     9, "outer")
                    MEMBER("way", 999, "street")
                        TAG("type", "associatedStreet") "</relation>");

    CHECK(m.rc == 0);
    CHECK_STR(rows(&m, "SELECT name FROM street ORDER BY name"),
              "Elm Street | Oak Street");
    CHECK_STR(rows(&m, "SELECT count(*) FROM area"), "0");
    arena_free(&m.a);
}

int main(void)
{
    if (!temp_folder(folder, "osm")) {
        printf("Bail out! no folder\n");
        return 1;
    }
    ways_in_either_direction_make_an_area();
    a_hole_is_not_in_the_area();
    the_order_of_a_file_does_not_matter();
    an_edge_that_is_not_whole_is_refused_with_what_is_missing();
    a_street_is_known_by_its_other_names_once();
    a_way_without_a_name_is_a_street_only_where_its_number_is_one();
    numbers_of_a_door_are_taken_apart();
    a_relation_tells_the_street_of_its_houses();
    a_line_between_two_doors_has_the_houses_between();
    a_large_place_has_a_large_radius();
    liechtenstein_has_its_eleven_towns();
    a_gazetteer_tells_where_it_comes_from();
    what_is_no_map_is_refused();
    nonsense_costs_only_itself();
    return tap_done();
}
