/*
 * Places in text, held against the made-up town of samples/town: what a
 * resident writes, in the phrasings they write it in, is found where it is.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/gaz.h"
#include "geo/gaz_import.h"
#include "geo/geometry.h"
#include "geo/name.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static struct gaz *town;
static char folder[TEMP_ROOM];

static const char *in_folder(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/%s", folder, name);
}

static int import(struct arena *a, const char *out, const char *const *paths,
                  struct gaz_source_report **report, struct error *e)
{
    struct setting_list items[8] = { { .value = STR_NONE } };
    struct gaz_import in = { .out = out,
                             .town = STR("Millbrook"),
                             .sources = items };

    for (int i = 0; paths[i] != NULL; i++) {
        items[i].value = str_of(paths[i]);
        items[i].next = paths[i + 1] == NULL ? NULL : &items[i + 1];
    }
    return gaz_import(&in, report, a, e);
}

static void write_file(const char *path, struct str text)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL)
        abort();
    fwrite(text.p, 1, text.n, f);
    fclose(f);
}

static struct location *find(struct arena *a, const char *text)
{
    struct gaz_query q = { .text = str_of(text) };

    return gaz_find(town, &q, a);
}

struct want {
    const char *text;
    const char *label; /* of the best candidate; NULL: none is accepted */
    enum location_method method;
};

static const struct want wants[] = {
    { "hole at 14 Elm St", "14 Elm Street", METHOD_ADDRESS_POINT },
    { "hole at 14 ELM STREET!", "14 Elm Street", METHOD_ADDRESS_POINT },
    { "in front of 12 Elm", "12 Elm Street", METHOD_INTERPOLATED },
    { "at 52 washingtn ave pls", "52 Washington Avenue", METHOD_ADDRESS_POINT },
    { "10 St. James Ct", "10 Saint James Court", METHOD_ADDRESS_POINT },
    { "corner of Oak St and Church St", "Oak Street & Church Street",
      METHOD_INTERSECTION },
    { "at Oak & Church", "Oak Street & Church Street", METHOD_INTERSECTION },
    { "on Church Street at Oak", "Church Street & Oak Street",
      METHOD_INTERSECTION },
    { "Oak St/Church St", "Oak Street & Church Street", METHOD_INTERSECTION },
    { "bache en la esquina de Oak y Church", "Oak Street & Church Street",
      METHOD_INTERSECTION },
    { "Main St between Elm and Church",
      "Main Street between Elm Street and Church Street", METHOD_BETWEEN },
    { "farola del número 24 de Pine Street", "24 Pine Street",
      METHOD_ADDRESS_POINT },
    { "loose dog at Millbrook Elementary School", "Millbrook Elementary School",
      METHOD_PLACE },
    { "dead deer on Route 9", "Miller Highway", METHOD_STREET },
    { "see 43.503700, -71.898145", "15 Pine Street", METHOD_COORDINATE },
    { "https://maps.example.org/@43.5,-71.9,17z/data=!3d43.503700!4d-71.898145",
      "15 Pine Street", METHOD_COORDINATE },
    { "pole #3 is leaning", NULL, METHOD_NONE },
    { "I waited 20 minutes", NULL, METHOD_NONE },
    { "the park is nice and the school too", NULL, METHOD_NONE },
    { "please call me", NULL, METHOD_NONE },
};

static void places_are_found_as_residents_write_them(void)
{
    for (size_t i = 0; i < COUNT_OF(wants); i++) {
        struct arena a = { 0 };
        const struct location *l = find(&a, wants[i].text);
        bool found = l != NULL && l->rejected.n == 0;

        CHECK(found == (wants[i].label != NULL));
        if (!found || wants[i].label == NULL) {
            printf("# %s\n", wants[i].text);
        } else {
            CHECK_STR(l->label, wants[i].label);
            CHECK(l->method == wants[i].method);
        }
        arena_free(&a);
    }
}

/* How many streets are told as places of their own, none of them refused. */
static int streets_told(struct arena *a, const char *text)
{
    int n = 0;

    for (const struct location *l = find(a, text); l != NULL; l = l->next)
        n += l->kind == LOCATION_STREET && l->rejected.n == 0;
    return n;
}

static bool is_crossing(struct arena *a, const char *text)
{
    const struct location *l = find(a, text);

    return l != NULL && l->kind == LOCATION_INTERSECTION;
}

static void a_list_of_streets_is_each_of_them(void)
{
    struct arena a = { 0 };

    CHECK(streets_told(&a, "please plow main, elm, church") == 3);
    CHECK(streets_told(&a, "please plow main and then rest") == 0);
    arena_free(&a);
}

static void streets_are_joined_by_more_than_and(void)
{
    struct arena a = { 0 };

    CHECK(is_crossing(&a, "a hole on Main in the intersection of Elm St"));
    CHECK(is_crossing(&a, "Main St by the old mill (at Elm) is dark"));
    CHECK(!is_crossing(&a, "dark from Main St to Elm St"));
    arena_free(&a);
}

static void a_number_may_stand_in_brackets(void)
{
    struct arena a = { 0 };
    const struct location *l = find(&a, "sidewalks of Elm Street (14-18)");

    CHECK(l != NULL && l->kind == LOCATION_ADDRESS);
    if (l != NULL)
        CHECK_STR(l->number, "14-18");
    arena_free(&a);
}

static void a_span_shows_the_words(void)
{
    struct arena a = { 0 };
    const char *text = "There is a hole at 14 Elm St, by the tree";
    const struct location *l = find(&a, text);

    CHECK(l != NULL);
    if (l != NULL)
        CHECK_STR(str_slice(str_of(text), l->span.begin, l->span.end),
                  "14 Elm St");
    arena_free(&a);
}

/* Two streets of one name: the one that has the number is meant. */
static void a_number_tells_two_oak_streets_apart(void)
{
    struct arena a = { 0 };
    const struct location *near = find(&a, "sign missing at 14 Oak St");
    const struct location *far = find(&a, "sign missing at 215 Oak St");

    CHECK(near->at.known && far->at.known);
    CHECK(geo_distance(near->at, far->at) > 2000);
    arena_free(&a);
}

static void what_is_refused_says_why(void)
{
    struct arena a = { 0 };
    const struct location *l = find(&a, "pothole at 9000 Elm St");
    bool told = false;

    for (; l != NULL; l = l->next)
        told = told ||
               str_find(l->rejected, STR("has numbers from")) < l->rejected.n;
    CHECK(told);
    l = find(&a, "it is not on Elm Street");
    CHECK(l != NULL && l->rejected.n > 0);
    arena_free(&a);
}

static void a_pin_outside_the_town_is_kept_and_refused(void)
{
    struct arena a = { 0 };
    struct gaz_query q = { .pin = { 10, 10, true } };
    const struct location *l = gaz_find(town, &q, &a);

    CHECK(l != NULL && l->at.lat == 10 && l->rejected.n > 0);
    q.pin = geo_point(43.503700, -71.898145);
    l = gaz_find(town, &q, &a);
    CHECK(l != NULL && l->method == METHOD_PIN && l->rejected.n == 0);
    arena_free(&a);
}

static void a_pin_says_more_than_the_address_beside_it(void)
{
    struct arena a = { 0 };
    struct gaz_query q = { .address = STR("elm street 14"),
                           .pin = geo_point(43.503700, -71.898145) };
    const struct location *l = gaz_find(town, &q, &a);

    CHECK(l != NULL && l->method == METHOD_PIN);
    CHECK(l != NULL && l->next != NULL && l->next->span.in == ZONE_ADDRESS);
    q.pin = geo_point(10, 10); /* unless it is nowhere here */
    l = gaz_find(town, &q, &a);
    CHECK(l != NULL && l->span.in == ZONE_ADDRESS);
    arena_free(&a);
}

static void a_typed_address_counts_as_one(void)
{
    struct arena a = { 0 };
    struct gaz_query q = { .address = STR("elm street 14") };
    const struct location *l = gaz_find(town, &q, &a);

    CHECK(l != NULL && l->span.in == ZONE_ADDRESS);
    if (l != NULL)
        CHECK_STR(l->label, "14 Elm Street");
    arena_free(&a);
}

/* A sealed worker opens nothing: all that is needed is there by then. */
static void a_gazetteer_needs_its_file_no_more(void)
{
    struct arena a = { 0 };
    const char *path = in_folder(&a, "town.gaz");
    const char *away = in_folder(&a, "away.gaz");

    CHECK(rename(path, away) == 0);
    CHECK(find(&a, "hole at 14 Elm St") != NULL);
    CHECK(rename(away, path) == 0);
    arena_free(&a);
}

static void names_fold_to_one_spelling(void)
{
    struct arena a = { 0 };

    CHECK_STR(name_fold(&a, STR("Saint  James Court")), "st james ct");
    CHECK_STR(name_fold(&a, STR("ST. JAMES CT.")), "st james ct");
    CHECK_STR(name_fold(&a, STR("Avenida Ju\xc3\xa1rez")), "ave juarez");
    CHECK_STR(name_fold(&a, STR("Second Avenue")), "2nd ave");
    CHECK(name_distance(STR("washington"), STR("washingtn"), 1) == 1);
    CHECK(name_distance(STR("elm"), STR("eml"), 1) == 1);
    CHECK(name_distance(STR("frnklni"), STR("franklin"), 2) == 2);
    CHECK(name_distance(STR("elm"), STR("oaks"), 1) == 2);
    arena_free(&a);
}

static void a_bad_source_says_what_is_wrong_and_leaves_the_old_file(void)
{
    static const struct {
        const char *name, *text, *sentence;
    } bad[] = {
        { "empty.csv", "", "is empty" },
        { "columns.csv", "a,b,c\n1,2,3\n", ":1: the first line names" },
        { "cut.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{",
          "cut.geojson:1: " },
        { "cut.osm.pbf", "\0\0\0\x0d\x0a", "cannot be read as OpenStreetMap" },
        { "what.xyz", "?", "ogr2ogr" },
    };
    struct arena a = { 0 };
    const char *out = in_folder(&a, "town.gaz");

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *paths[] = { in_folder(&a, bad[i].name), NULL };
        struct gaz_source_report *report = NULL;
        struct error e = { 0 };

        write_file(paths[0], str_of(bad[i].text));
        CHECK(import(&a, out, paths, &report, &e) < 0);
        CHECK(strstr(e.text, bad[i].sentence) != NULL);
    }
    CHECK(access(out, R_OK) == 0);
    arena_free(&a);
}

static void a_bad_row_costs_only_itself(void)
{
    struct arena a = { 0 };
    const char *paths[] = { in_folder(&a, "rows.csv"), NULL };
    struct gaz_source_report *report = NULL;
    struct error e = { 0 };

    write_file(paths[0], STR("number,street,lat,lon\n"
                             "1,Elm St,43.5,-71.9\n"
                             "x,Elm St,43.5,-71.9\n"
                             "3,\"Elm, \"\"the\"\" St\",43.5,-71.9\n"
                             "5,Elm St,480000,9500000\n"
                             "7,Elm St,,\n"
                             "9,Elm St,43.5,-71.9"));
    CHECK(import(&a, in_folder(&a, "rows.gaz"), paths, &report, &e) == 0);
    CHECK(report->taken == 3);
    CHECK(report->refused == 3);
    CHECK(is_refused(report, "EPSG:4326"));
    arena_free(&a);
}

static void a_county_has_its_streets_in_parts(void)
{
    struct arena a = { 0 };
    struct gaz_source_report *report = NULL;
    const char *csv = in_folder(&a, "county.csv");
    const char *out = in_folder(&a, "county.gaz");
    const char *paths[] = { csv, NULL };
    struct gaz_query q = { .text = STR("hole at 12 N Elm St") };
    struct error e;
    struct gaz *g;

    write_file(csv, STR("Add_Number;AddNum_Suf;St_PreDir;St_Name;St_PosTyp;"
                        "Lat;Long\n"
                        "12;;North;Elm;Street;43.5;-71.9\n"
                        "14;A;North;Elm;Street;43.5001;-71.9\n"));
    CHECK(import(&a, out, paths, &report, &e) == 0);
    CHECK(report->taken == 2 && report->refused == 0);
    CHECK_STR(str_of(report->preset), "ng911-address");
    CHECK(gaz_open(&g, out, &e) == 0);
    CHECK_STR(gaz_find(g, &q, &a)->label, "12 North Elm Street");
    gaz_close(g);
    arena_free(&a);
}

static void a_file_that_is_no_gazetteer_is_refused(void)
{
    struct arena a = { 0 };
    struct gaz *g;
    struct error e;

    write_file(in_folder(&a, "no.gaz"), STR("this is no database"));
    CHECK(gaz_open(&g, in_folder(&a, "no.gaz"), &e) < 0);
    CHECK(strstr(e.text, "inlet gaz import") != NULL);
    CHECK(gaz_open(&g, in_folder(&a, "missing.gaz"), &e) < 0);
    arena_free(&a);
}

int main(void)
{
    static const char *const sources[] = { "samples/town/addresses.csv",
                                           "samples/town/streets.geojson",
                                           "samples/town/places.geojson",
                                           "samples/town/wards.geojson", NULL };
    struct arena a = { 0 };
    struct gaz_source_report *report = NULL;
    struct error e;

    if (!temp_folder(folder, "gaz") ||
        import(&a, in_folder(&a, "town.gaz"), sources, &report, &e) < 0 ||
        gaz_open(&town, in_folder(&a, "town.gaz"), &e) < 0) {
        printf("Bail out! %s\n", e.text);
        return 1;
    }
    places_are_found_as_residents_write_them();
    a_list_of_streets_is_each_of_them();
    streets_are_joined_by_more_than_and();
    a_number_may_stand_in_brackets();
    a_span_shows_the_words();
    a_number_tells_two_oak_streets_apart();
    what_is_refused_says_why();
    a_pin_outside_the_town_is_kept_and_refused();
    a_pin_says_more_than_the_address_beside_it();
    a_typed_address_counts_as_one();
    a_gazetteer_needs_its_file_no_more();
    names_fold_to_one_spelling();
    a_bad_source_says_what_is_wrong_and_leaves_the_old_file();
    a_bad_row_costs_only_itself();
    a_county_has_its_streets_in_parts();
    a_file_that_is_no_gazetteer_is_refused();
    gaz_close(town);
    arena_free(&a);
    return tap_done();
}
