/*
 * Vector tiles, read back by a reader of the test's own: what the
 * specification asks of them, and that they show what was imported.
 */
#include <math.h>
#include <unistd.h>

#include "base/pack.h"
#include "geo/chart.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"
#include "tile_read.h"

static char folder[TEMP_ROOM];

/* A gazetteer of one file, and its map. */
struct map {
    struct made made;
    struct gaz *gaz;
    struct chart *chart;
};

static struct map map_of(const char *name, const char *text)
{
    struct map m = { .made = gaz_made_of(folder, name, str_of(text)) };
    struct error e;

    if (m.made.rc < 0 || gaz_open(&m.gaz, m.made.out, &e) < 0)
        printf("# %s\n", m.made.rc < 0 ? m.made.e.text : e.text);
    m.chart = chart_open(m.gaz, m.made.out);
    return m;
}

static void map_end(struct map *m)
{
    chart_close(m->chart);
    gaz_close(m->gaz);
    arena_free(&m->made.a);
}

#define FEATURE(properties, type, coordinates)                                 \
    "{\"type\":\"Feature\",\"properties\":{" properties                        \
    "},\"geometry\":{\"type\":\"" type "\",\"coordinates\":" coordinates       \
    "}}\n"

static struct tile tile_at(int64_t z, double lat, double lon)
{
    double side = (double)((int64_t)1 << z);
    double y = 0.5 - atanh(sin(lat * M_PI / 180)) / (2 * M_PI);

    return (struct tile){ z, (int64_t)((lon + 180) / 360 * side),
                          (int64_t)(y * side) };
}

static struct arena seen_all; /* what was read of all tiles */

static struct seen *cut(const struct map *m, struct tile at)
{
    struct buf out = buf_init(1 << 24);
    struct seen *seen;

    tile_cut(m->chart, at, &out);
    seen = tile_read(&seen_all, buf_str(&out));
    buf_free(&out);
    return seen;
}

/* The numbers of a tile's own corner are those of its degrees. */
static void a_tile_covers_the_degrees_of_its_numbers(void)
{
    struct tile at = tile_at(14, 43.5, -71.9);
    struct box box = tile_box(at);

    CHECK(box.south < 43.5 && box.north > 43.5);
    CHECK(box.west < -71.9 && box.east > -71.9);
    CHECK(fabs(tile_box((struct tile){ 0, 0, 0 }).north - 85.0511) < 0.001);
    CHECK(fabs(box.east - box.west - 360.0 / 16384) < 1e-9);
}

static void numbers_that_are_no_tile_are_refused(void)
{
    static const struct tile bad[] = {
        { -1, 0, 0 },        { 17, 0, 0 },        { 3, 8, 0 },
        { 3, 0, 8 },         { 3, -1, 0 },        { 3, 0, -1 },
        { 0, 1, 0 },         { 16, 65536, 0 },    { 1 << 30, 1, 1 },
        { 5, INT64_MAX, 1 }, { 5, 1, INT64_MIN },
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(!tile_is(bad[i]));
    CHECK(tile_is((struct tile){ 0, 0, 0 }));
    CHECK(tile_is((struct tile){ 16, 65535, 65535 }));
}

static void streets_have_their_name_and_stand_where_they_are(void)
{
    struct map m =
        map_of("streets.geojson",
               FEATURE("\"name\":\"Elm Street\"", "LineString",
                       "[[-71.9,43.5],[-71.899,43.5],[-71.898,43.5]]")
                   FEATURE("\"name\":\"Elm Street\"", "LineString",
                           "[[-71.898,43.5],[-71.897,43.5]]"));
    struct tile at = tile_at(15, 43.5, -71.8985);
    struct seen *seen = cut(&m, at);
    const struct seen_layer *roads = layer_of(seen, "roads");
    struct box box = tile_box(at);

    CHECK(seen->bad == 0 && seen->n == 1 && roads->n == 1);
    CHECK_STR(str_of(value_in(&roads->features[0], "name")), "Elm Street");
    CHECK_STR(str_of(value_in(&roads->features[0], "kind")), "minor");
    CHECK(roads->features[0].type == 2);
    /* two blocks are one line, a straight one of two points */
    CHECK(roads->features[0].parts == 1 && roads->features[0].points == 2);
    for (int i = 0; i < 2; i++) {
        double lon = i == 0 ? -71.9 : -71.897;
        int other =
            roads->features[0].x[0] < roads->features[0].x[1] ? i : 1 - i;

        CHECK(abs(roads->features[0].x[other] -
                  (int)lround((lon - box.west) / (box.east - box.west) *
                              4096)) <= 1);
    }
    map_end(&m);
}

static void lines_are_cut_a_little_beyond_the_edge(void)
{
    struct map m = map_of(
        "long.geojson", FEATURE("\"name\":\"Long Road\"", "LineString",
                                "[[-72.4,43.5],[-71.9,43.5001],[-71.4,43.5]]"));
    struct seen *seen = cut(&m, tile_at(14, 43.5, -71.95));
    const struct seen_feature *f = &layer_of(seen, "roads")->features[0];

    CHECK(seen->bad == 0 && layer_of(seen, "roads")->n == 1);
    CHECK(f->points == 2 && f->x[0] == -64 && f->x[1] == 4096 + 64);
    /* its neighbour to the north has nothing of it */
    seen = cut(&m, tile_at(14, 43.53, -71.95));
    CHECK(seen->n == 0);
    map_end(&m);
}

/* It leaves the tile and comes back: two pieces, no line along the edge. */
static void a_line_that_comes_back_is_two_pieces(void)
{
    struct tile at = tile_at(14, 43.5, -71.9);
    struct box b = tile_box(at);
    struct arena a = { NULL };
    double middle = (b.south + b.north) / 2;
    struct map m =
        map_of("bow.geojson",
               arena_printf(
                   &a,
                   FEATURE("\"name\":\"Bow\"", "LineString",
                           "[[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f]]"),
                   b.west + 0.005, middle, b.east + 0.05, middle, b.east + 0.05,
                   middle + 0.002, b.west + 0.005, middle + 0.002));
    struct seen *seen = cut(&m, at);

    CHECK(seen->bad == 0 && layer_of(seen, "roads")->n == 1);
    CHECK(layer_of(seen, "roads")->features[0].parts == 2);
    CHECK(layer_of(seen, "roads")->features[0].points == 4);
    map_end(&m);
    arena_free(&a);
}

static int64_t twice_area(const struct seen_feature *f, int part)
{
    int64_t sum = 0;
    int first = -1;
    int last = -1;

    for (int i = 0; i < f->points; i++) {
        if (f->part[i] != part)
            continue;
        if (first < 0)
            first = i;
        last = i;
    }
    for (int i = first, j = last; i <= last; j = i++)
        sum += (int64_t)f->x[j] * f->y[i] - (int64_t)f->x[i] * f->y[j];
    return sum;
}

#define SQUARE(w, s, e, n)                                                     \
    "[[" #w "," #s "],[" #e "," #s "],[" #e "," #n "],[" #w "," #n "],[" #w    \
    "," #s "]]"
/* The same the other way round. */
#define ERAUQS(w, s, e, n)                                                     \
    "[[" #w "," #s "],[" #w "," #n "],[" #e "," #n "],[" #e "," #s "],[" #w    \
    "," #s "]]"

/* Outer rings clockwise, holes against it, whichever way they came. */
static void rings_are_closed_and_turn_as_they_should(void)
{
    static const char *const texts[] = {
        FEATURE("\"natural\":\"wood\"", "Polygon",
                "[" SQUARE(-71.91, 43.49, -71.89, 43.51) "," SQUARE(
                    -71.905, 43.495, -71.895, 43.505) "]"),
        FEATURE("\"natural\":\"wood\"", "Polygon",
                "[" ERAUQS(-71.91, 43.49, -71.89, 43.51) "," ERAUQS(
                    -71.905, 43.495, -71.895, 43.505) "]"),
        /* the hole first */
        FEATURE("\"natural\":\"wood\"", "Polygon",
                "[" ERAUQS(-71.905, 43.495, -71.895, 43.505) "," SQUARE(
                    -71.91, 43.49, -71.89, 43.51) "]"),
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct map m = map_of("wood.geojson", texts[i]);
        struct seen *seen = cut(&m, tile_at(12, 43.5, -71.9));
        const struct seen_layer *land = layer_of(seen, "land");
        const struct seen_feature *f = &land->features[0];

        CHECK(seen->bad == 0 && land->n == 1 && f->type == 3);
        CHECK_STR(str_of(value_in(f, "kind")), "wood");
        CHECK(f->parts == 2 && f->closes == 2 && f->points == 8);
        CHECK(twice_area(f, 0) > 0 && twice_area(f, 1) < 0);
        CHECK(twice_area(f, 0) > -twice_area(f, 1));
        map_end(&m);
    }
}

/* In the middle of a lake a tile is all water. */
static void an_area_around_a_tile_fills_it(void)
{
    struct map m =
        map_of("lake.geojson", FEATURE("\"natural\":\"water\"", "Polygon",
                                       "[" SQUARE(-72.5, 43, -71.5, 44) "]")
                                   FEATURE("\"name\":\"Elm St\"", "LineString",
                                           "[[-72.0,43.5],[-71.99,43.5]]"));
    struct seen *seen = cut(&m, tile_at(14, 43.6, -72.0));
    const struct seen_feature *f = &layer_of(seen, "water")->features[0];

    CHECK(seen->bad == 0 && seen->n == 1 && f->points == 4);
    CHECK(twice_area(f, 0) == 2 * (4096 + 128) * (4096 + 128));
    map_end(&m);
}

static void what_is_too_small_to_see_is_left_out(void)
{
    struct map m =
        map_of("pond.geojson",
               FEATURE("\"natural\":\"water\"", "Polygon",
                       "[" SQUARE(-71.9001, 43.5, -71.9, 43.5001) "]"));

    CHECK(cut(&m, tile_at(16, 43.50005, -71.90005))->n == 1);
    CHECK(cut(&m, tile_at(8, 43.50005, -71.90005))->n == 0);
    map_end(&m);
}

static void small_roads_wait_until_one_is_near(void)
{
    struct map m =
        map_of("roads.geojson",
               FEATURE("\"name\":\"Elm\",\"highway\":\"residential\"",
                       "LineString", "[[-71.91,43.5],[-71.89,43.5]]")
                   FEATURE("\"name\":\"Turnpike\",\"highway\":\"motorway\"",
                           "LineString", "[[-71.91,43.51],[-71.89,43.51]]"));
    struct seen *far = cut(&m, tile_at(10, 43.5, -71.9));
    struct seen *near = cut(&m, tile_at(12, 43.5, -71.9));

    CHECK(layer_of(far, "roads")->n == 1);
    CHECK_STR(str_of(value_in(&layer_of(far, "roads")->features[0], "kind")),
              "highway");
    CHECK(layer_of(near, "roads")->n == 2);
    map_end(&m);
}

static void doors_places_and_areas_are_points(void)
{
    struct map m = map_of(
        "all.geojson",
        FEATURE("\"addr:housenumber\":\"12a\",\"addr:street\":\"Elm St\"",
                "Point", "[-71.9,43.5]")
            FEATURE("\"name\":\"Town Hall\",\"amenity\":\"townhall\"", "Point",
                    "[-71.9005,43.5]")
                FEATURE("\"name\":\"Ward 1\",\"boundary\":\"ward\"", "Polygon",
                        "[" SQUARE(-71.901, 43.4995, -71.899, 43.5005) "]"));
    struct seen *near = cut(&m, tile_at(16, 43.5, -71.9));
    struct seen *far = cut(&m, tile_at(15, 43.5, -71.9));
    const struct seen_layer *areas = layer_of(near, "areas");

    CHECK(near->bad == 0 && layer_of(near, "doors")->n == 1);
    CHECK_STR(str_of(value_in(&layer_of(near, "doors")->features[0], "number")),
              "12a");
    CHECK(layer_of(far, "doors")->n == 0);
    CHECK_STR(str_of(value_in(&layer_of(far, "places")->features[0], "name")),
              "Town Hall");
    CHECK_STR(str_of(value_in(&layer_of(far, "places")->features[0], "kind")),
              "townhall");
    CHECK(areas->n == 2 && areas->features[0].type == 2);
    CHECK(areas->features[1].type == 1);
    CHECK_STR(str_of(value_in(&areas->features[1], "name")), "Ward 1");
    map_end(&m);
}

/* A point on the edge is in one tile, not in both. */
static void a_label_is_in_one_tile_only(void)
{
    struct map m = map_of("hall.geojson",
                          FEATURE("\"name\":\"Hall\",\"amenity\":\"townhall\"",
                                  "Point", "[-71.9000000,43.5000000]"));
    struct tile at = tile_at(16, 43.5, -71.9);
    int n = 0;

    for (int dx = -1; dx <= 1; dx++) {
        for (int dy = -1; dy <= 1; dy++)
            n += layer_of(cut(&m, (struct tile){ 16, at.x + dx, at.y + dy }),
                          "places")
                     ->n;
    }
    CHECK(n == 1);
    map_end(&m);
}

static void rivers_and_ponds_are_drawn_and_not_named(void)
{
    struct map m =
        map_of("water.geojson",
               FEATURE("\"name\":\"Mill Brook\",\"waterway\":\"stream\"",
                       "LineString", "[[-71.91,43.5],[-71.89,43.5]]")
                   FEATURE("\"natural\":\"water\"", "Polygon",
                           "[" SQUARE(-71.91, 43.49, -71.89, 43.51) "]")
                       FEATURE("\"railway\":\"rail\"", "LineString",
                               "[[-71.91,43.5],[-71.89,43.505]]"));
    struct seen *seen = cut(&m, tile_at(13, 43.5, -71.9));
    struct gaz_stats n;

    gaz_stats(m.gaz, &n);
    CHECK(m.made.report->taken == 3 && m.made.report->refused == 0);
    CHECK(n.streets == 0 && n.places == 0 && n.areas == 0);
    CHECK(layer_of(seen, "water")->n == 2);
    CHECK_STR(str_of(value_in(&layer_of(seen, "water")->features[0], "name")),
              "Mill Brook");
    CHECK_STR(str_of(value_in(&layer_of(seen, "roads")->features[0], "kind")),
              "rail");
    map_end(&m);
}

#define NODE(id, lat, lon)  "<node id='" #id "' lat='" #lat "' lon='" #lon "'/>"
#define WAY(id, refs, tags) "<way id='" #id "'>" refs tags "</way>"
#define ND(id)              "<nd ref='" #id "'/>"
#define TAG(k, v)           "<tag k='" k "' v='" v "'/>"
#define RING                ND(1) ND(2) ND(3) ND(4) ND(1)

static void an_extract_is_drawn_with_what_has_no_name(void)
{
    struct map m = map_of(
        "town.osm",
        "<?xml version='1.0' encoding='UTF-8'?><osm version='0.6'>" NODE(
            1, 43.49, -71.91) NODE(2, 43.49, -71.89) NODE(3, 43.51, -71.89)
            NODE(4, 43.51, -71.91) WAY(10, RING, TAG("landuse", "forest")) WAY(
                11, RING, TAG("building", "yes")) WAY(12, ND(1) ND(3),
                                                      TAG("waterway", "river"))
                WAY(13, ND(1) ND(3),
                    TAG("waterway", "stream") TAG("tunnel", "yes"))
                    WAY(14, ND(2) ND(4), TAG("highway", "footway")) WAY(
                        15, ND(1) ND(2),
                        TAG("highway", "primary") TAG("name", "Main Street"))
                        WAY(16, ND(1) ND(9), TAG("landuse", "grass")) "</osm>");
    struct seen *seen = cut(&m, tile_at(14, 43.4999, -71.9));
    struct gaz_stats n;
    int paths = 0;

    gaz_stats(m.gaz, &n);
    CHECK(n.streets == 1 && n.places == 0 && n.areas == 0);
    CHECK(m.made.report->refused == 0);
    CHECK(seen->bad == 0 && layer_of(seen, "land")->n == 1);
    CHECK(layer_of(seen, "water")->n == 1);
    for (int i = 0; i < layer_of(seen, "roads")->n; i++)
        paths += strcmp(value_in(&layer_of(seen, "roads")->features[i], "kind"),
                        "path") == 0;
    CHECK(paths == 1);
    CHECK_STR(rows(&m.made, "SELECT class FROM seg"), "major");
    map_end(&m);
}

/* What a town had before this was drawn opens, and has its streets. */
static void a_file_of_before_is_still_a_map(void)
{
    struct map m =
        map_of("old.geojson", FEATURE("\"name\":\"Elm Street\"", "LineString",
                                      "[[-71.9,43.5],[-71.89,43.5]]"));
    sqlite3 *db;

    sqlite3_open(m.made.out, &db);
    CHECK(sqlite3_exec(db,
                       "DROP TABLE shape; DROP TABLE outline;"
                       "ALTER TABLE seg DROP COLUMN class;"
                       "UPDATE meta SET value = 2 WHERE key = 'schema'",
                       NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    chart_close(m.chart);
    gaz_close(m.gaz);
    CHECK(gaz_open(&m.gaz, m.made.out, &m.made.e) == 0);
    m.chart = chart_open(m.gaz, m.made.out);
    CHECK(layer_of(cut(&m, tile_at(13, 43.5, -71.9)), "roads")->n == 1);
    map_end(&m);
}

static void nothing_is_an_empty_tile(void)
{
    struct chart *none = chart_open(NULL, "/nonexistent.gaz");
    struct buf out = buf_init(1000);
    struct map m = map_of("empty.geojson",
                          "{\"type\":\"FeatureCollection\",\"features\":[]}");

    tile_cut(none, (struct tile){ 16, 100, 100 }, &out);
    CHECK(out.n == 0 && !out.over);
    CHECK(chart_town(none).south == 0 && chart_town(none).north == 0);
    chart_close(none);
    tile_cut(m.chart, (struct tile){ 0, 0, 0 }, &out);
    CHECK(out.n == 0);
    buf_free(&out);
    map_end(&m);
}

/* Lines across the date line, at a pole, in one point: no harm is done. */
static void odd_shapes_do_no_harm(void)
{
    struct map m = map_of(
        "odd.geojson",
        FEATURE("\"name\":\"A\"", "LineString", "[[179.99,10],[-179.99,10]]")
            FEATURE("\"name\":\"B\"", "LineString", "[[10,89.9],[10,-89.9]]")
                FEATURE("\"name\":\"C\"", "LineString",
                        "[[10,10],[10,10],[10,10]]")
                    FEATURE("\"natural\":\"water\"", "Polygon",
                            "[[[1,1],[1,1],[1,1],[1,1]]]")
                        FEATURE("\"natural\":\"water\"", "Polygon",
                                "[[[-180,-90],[180,-90],[180,90],[-180,90],"
                                "[-180,-90]]]"));
    int bad = 0;

    for (int64_t z = 0; z <= 4; z++) {
        for (int64_t x = 0; x < 1 << z; x++) {
            for (int64_t y = 0; y < 1 << z; y++)
                bad += cut(&m, (struct tile){ z, x, y })->bad;
        }
    }
    CHECK(bad == 0);
    map_end(&m);
}

static void packed_bytes_come_back(void)
{
    struct buf packed = buf_init(1 << 20);
    struct buf plain = buf_init(1 << 20);
    struct buf small = buf_init(10);
    char text[70000];

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * i % 251);
    CHECK(pack_gzip((struct str){ text, sizeof(text) }, &packed) == 0);
    CHECK(unpack_gzip(buf_str(&packed), &plain) == 0);
    CHECK(str_eq(buf_str(&plain), (struct str){ text, sizeof(text) }));
    CHECK(unpack_gzip(buf_str(&packed), &small) == E_LIMIT);
    buf_clear(&plain);
    CHECK(unpack_gzip(str_slice(buf_str(&packed), 0, packed.n - 9), &plain) ==
          E_SYNTAX);
    CHECK(unpack_gzip(STR("not gzip"), &plain) == E_SYNTAX);
    buf_free(&packed);
    buf_free(&plain);
    buf_free(&small);
}

int main(void)
{
    if (!temp_folder(folder, "tile"))
        return 1;
    a_tile_covers_the_degrees_of_its_numbers();
    numbers_that_are_no_tile_are_refused();
    streets_have_their_name_and_stand_where_they_are();
    lines_are_cut_a_little_beyond_the_edge();
    a_line_that_comes_back_is_two_pieces();
    rings_are_closed_and_turn_as_they_should();
    an_area_around_a_tile_fills_it();
    what_is_too_small_to_see_is_left_out();
    small_roads_wait_until_one_is_near();
    doors_places_and_areas_are_points();
    a_label_is_in_one_tile_only();
    rivers_and_ponds_are_drawn_and_not_named();
    an_extract_is_drawn_with_what_has_no_name();
    a_file_of_before_is_still_a_map();
    nothing_is_an_empty_tile();
    odd_shapes_do_no_harm();
    packed_bytes_come_back();
    arena_free(&seen_all);
    return tap_done();
}
