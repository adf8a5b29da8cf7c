/*
 * Which places a clerk is told of, held against a made-up grid of streets:
 * none that the text does not mean, none of those it means left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/gaz.h"
#include "geo/gaz_import.h"
#include "geo/geometry.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static const double told_from = 0.45; /* a confidence */

static struct gaz *town;
static char folder[TEMP_ROOM];

/* ---- the town: upright streets 300 m apart, level ones 450 m ---- */

struct line {
    const char *name;
    double a_lat, a_lon, b_lat, b_lon;
};

static const struct line lines[] = {
    { "Elm Street", 43.498, -71.900, 43.518, -71.900 },
    { "Henley Street", 43.498, -71.896, 43.518, -71.896 },
    { "Alder Avenue", 43.498, -71.892, 43.518, -71.892 },
    { "East Street", 43.498, -71.888, 43.518, -71.888 },
    { "Miller Street", 43.498, -71.884, 43.518, -71.884 },
    { "Orchard Street", 43.498, -71.880, 43.518, -71.880 },
    { "Oak Street", 43.500, -71.902, 43.500, -71.878 },
    { "Barlow Avenue", 43.504, -71.902, 43.504, -71.878 },
    { "State Street", 43.508, -71.902, 43.508, -71.878 },
    { "Ferry Street", 43.512, -71.902, 43.512, -71.878 },
    { "South Ferry Street", 43.490, -71.902, 43.490, -71.878 },
    { "Orchard Lane", 43.516, -71.882, 43.516, -71.878 },
    { "Dell Street", 43.530, -71.902, 43.530, -71.898 },
    { "Dell Lane", 43.5033, -71.898, 43.5023, -71.898 }, /* 80 m of Barlow */
    { "Ledge Road", 43.486, -71.902, 43.486, -71.878 },
    { "S Stony Island Avenue", 43.478, -71.896, 43.470, -71.896 },
    { "S Street", 43.474, -71.902, 43.474, -71.878 },
    { "Stony Street", 43.470, -71.902, 43.470, -71.878 },
    { "Miller Street", 43.600, -71.884, 43.602, -71.884 }, /* another town's */
};

static const char doors[] = "number,street,lat,lon\n"
                            "1,Oak Street,43.5001,-71.901\n"
                            "12,Oak Street,43.4999,-71.895\n"
                            "5,Miller Street,43.502,-71.8841\n"
                            "7,LEDGE,43.4861,-71.890\n"
                            "6700,S STONY ISLAND AVE,43.476,-71.8961\n"
                            "6702,S STONY ISLAND AVE,43.4761,-71.8961\n";

static struct str streets_text(struct arena *a)
{
    struct str all = STR("{\"type\":\"FeatureCollection\",\"features\":[");

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const struct line *l = &lines[i];

        all = str_of(arena_printf(
            a,
            "%.*s%s{\"type\":\"Feature\",\"properties\":{\"name\":\"%s\"},"
            "\"geometry\":{\"type\":\"LineString\",\"coordinates\":"
            "[[%.4f,%.4f],[%.4f,%.4f]]}}",
            STR_FMT(all), i > 0 ? "," : "", l->name, l->a_lon, l->a_lat,
            l->b_lon, l->b_lat));
    }
    return str_of(arena_printf(a, "%.*s]}", STR_FMT(all)));
}

static int town_make(struct arena *a, struct error *e)
{
    const char *out = arena_printf(a, "%s/town.gaz", folder);
    struct setting_list second = { .value = str_of(arena_printf(
                                       a, "%s/doors.csv", folder)) };
    struct setting_list first = { .value = str_of(arena_printf(
                                      a, "%s/streets.geojson", folder)),
                                  .next = &second };
    struct gaz_import in = { .out = out, .sources = &first };
    struct gaz_source_report *report = NULL;
    int rc;

    file_put(folder, "streets.geojson", streets_text(a));
    file_put(folder, "doors.csv", str_of(doors));
    rc = gaz_import(&in, &report, a, e);
    return rc < 0 ? rc : gaz_open(&town, out, e);
}

/* ---- what is told ---- */

static struct location *find(struct arena *a, const char *text)
{
    struct gaz_query q = { .text = str_of(text) };

    return gaz_find(town, &q, a);
}

/* The labels of all that is told, best first, with " | " between them. */
static struct str told(struct arena *a, const char *text)
{
    struct str all = STR("");

    for (const struct location *l = find(a, text); l != NULL; l = l->next) {
        if (l->rejected.n > 0 || l->confidence < told_from)
            continue;
        all = str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(all),
                                  all.n > 0 ? " | " : "", STR_FMT(l->label)));
    }
    return all;
}

struct want {
    const char *text, *told;
};

static void all_are_told(const struct want *wants, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena a = { 0 };

        CHECK_STR(told(&a, wants[i].text), wants[i].told);
        arena_free(&a);
    }
}

static void streets_named_for_a_direction_can_cross(void)
{
    static const struct want wants[] = {
        { "lights are out at State and East", "State Street & East Street" },
        { "hay un bache en Oak e Elm", "Oak Street & Elm Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

/* "S St" begins "S Stony Island Ave", and is a street of its own. */
static void a_name_is_not_cut_where_another_ends(void)
{
    static const struct want wants[] = {
        { "Pothole at 6700 S Stony Island Ave", "6700 S Stony Island Avenue" },
        { "Pothole on S Stony Island Ave", "S Stony Island Avenue" },
        { "S Stony Island Ave and S St, light out",
          "S Stony Island Avenue & S Street" },
        { "Pothole on S St", "S Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

/* Phones put a capital where a sentence begins, and nowhere else. */
static void a_capital_at_the_begin_asks_for_no_other(void)
{
    static const struct want wants[] = {
        { "Street lights on state and east are out.",
          "State Street & East Street" },
        { "The state and the road are bad. Thanks.", "" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void a_whole_name_needs_no_capital(void)
{
    static const struct want wants[] = {
        { "My friend Bob Jones fell in alder avenue", "Alder Avenue" },
        { "My friend Bob Jones is in the state street gang", "State Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void what_leads_to_streets_tells_one(void)
{
    static const struct want wants[] = {
        { "six bikes went down Henley and Bob Jones saw it", "Henley Street" },
        { "we met Bob Jones near Henley", "" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

/* Miller, a word of every day, is a street between two that are no words. */
static void a_list_speaks_for_all_its_members(void)
{
    static const struct want wants[] = {
        { "Miller, Alder, and Henley are a mess and Bob Jones is angry",
          "Henley Street | Alder Avenue | Miller Street" },
        { "neighbors of Elm and Henley Streets want Bob Jones out",
          "Henley Street | Elm Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void the_ends_of_a_stretch_are_no_crossing(void)
{
    static const struct want wants[] = {
        { "Oak St between Elm St and Henley St",
          "Oak Street between Elm Street and Henley Street" },
        { "Henley St between Elm St and Oak St",
          "Henley Street & Oak Street | Elm Street" },
        { "potholes from elm street to 1 oak street",
          "1 Oak Street | Elm Street" },
        { "all the way from Oak to Orchard, the worst on Orchard",
          "Orchard Street | Orchard Lane" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void a_site_named_for_a_street_is_no_street(void)
{
    static const struct want wants[] = {
        { "we walk by oak street and alder school", "Oak Street" },
        { "dark on Elm by the Henley Alder Church (at Oak)",
          "Elm Street & Oak Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void of_two_names_the_nearer_one_is_the_corner(void)
{
    static const struct want wants[] = {
        { "corner of Dell and Barlow Ave", "Dell Lane & Barlow Avenue" },
        { "where Dell Lane and Barlow Ave meet", "Dell Lane & Barlow Avenue" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

/* A stray row of the addresses makes no better street of a word. */
static void a_name_without_a_kind_is_no_whole_name(void)
{
    static const struct want wants[] = {
        { "THE SIDEWALK FROM LEDGE DOWN IS ICY", "" },
        { "THE SIDEWALK OF LEDGE ROAD IS ICY", "Ledge Road" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void a_number_may_stick_to_the_word_before(void)
{
    static const struct want wants[] = {
        { "hole at12 Oak Street", "12 Oak Street" },
        { "empty lot next to1 Oak Street", "1 Oak Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void a_short_name_is_the_street_told_in_full(void)
{
    static const struct want wants[] = {
        { "Orchard Street is dark. Bob Jones fell on Orchard!",
          "Orchard Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

static void a_street_without_direction_is_told_without_one(void)
{
    static const struct want wants[] = {
        { "Bob Jones fell on Ferry", "Ferry Street" },
        { "Bob Jones fell on South Ferry", "South Ferry Street" },
    };

    all_are_told(wants, COUNT_OF(wants));
}

/* A map goes on into other towns; the addresses are this town's. */
static void the_street_with_addresses_is_the_towns_own(void)
{
    struct arena a = { 0 };
    const struct location *l = find(&a, "Bob Jones fell on Miller Street");

    CHECK_STR(told(&a, "Bob Jones fell on Miller Street"), "Miller Street");
    CHECK(l != NULL && l->at.lat < 43.55);
    arena_free(&a);
}

/* Too little to tell of, but for a clerk to see. */
static void a_name_that_begins_a_sentence_is_kept(void)
{
    struct arena a = { 0 };
    const struct location *l = find(&a, "Henley is still not plowed by Bob.");

    CHECK(l != NULL && l->rejected.n == 0);
    l = find(&a, "Miller is still not here, says Bob.");
    CHECK(l != NULL && l->rejected.n > 0);
    arena_free(&a);
}

/* What "next to" adds to the doubt is its own: no method's scale stretches it.
 */
static void next_to_a_door_adds_what_it_says(void)
{
    struct arena a = { 0 };
    const struct location *at = find(&a, "hole at 12 Oak Street");
    const struct location *near = find(&a, "hole next to 12 Oak Street");

    CHECK(near->uncertainty_m > at->uncertainty_m + 19);
    CHECK(near->uncertainty_m < at->uncertainty_m + 21);
    arena_free(&a);
}

static void where_somebody_lives_gives_way_to_where_it_is(void)
{
    static const struct want wants[] = {
        { "I live at 5 Miller Street. The pothole is at 12 Oak Street.",
          "12 Oak Street | 5 Miller Street" },
        { "My home address is 5 Miller Street, but the light is out at 12 "
          "Oak Street",
          "12 Oak Street | 5 Miller Street" },
        { "Vivo en el 5 Miller Street. El bache esta en 12 Oak Street.",
          "12 Oak Street | 5 Miller Street" },
        { "I live at 5 Miller Street and my trash was not picked up",
          "5 Miller Street" },
        { "The pothole is at 5 Miller Street. Our shop is at 12 Oak Street.",
          "5 Miller Street | 12 Oak Street | Miller Street & Oak Street" },
    };

    struct arena a = { 0 };

    all_are_told(wants, COUNT_OF(wants));
    /* and is the place as much as any where no other is told */
    CHECK(find(&a, "I live at 5 Miller Street")->confidence ==
          find(&a, "I am at 5 Miller Street")->confidence);
    arena_free(&a);
}

int main(void)
{
    struct arena a = { 0 };
    struct error e;

    if (!temp_folder(folder, "gaz") || town_make(&a, &e) < 0) {
        printf("Bail out! %s\n", e.text);
        return 1;
    }
    streets_named_for_a_direction_can_cross();
    a_name_is_not_cut_where_another_ends();
    a_capital_at_the_begin_asks_for_no_other();
    a_whole_name_needs_no_capital();
    what_leads_to_streets_tells_one();
    a_list_speaks_for_all_its_members();
    the_ends_of_a_stretch_are_no_crossing();
    a_site_named_for_a_street_is_no_street();
    of_two_names_the_nearer_one_is_the_corner();
    a_name_without_a_kind_is_no_whole_name();
    a_number_may_stick_to_the_word_before();
    a_short_name_is_the_street_told_in_full();
    a_street_without_direction_is_told_without_one();
    the_street_with_addresses_is_the_towns_own();
    a_name_that_begins_a_sentence_is_kept();
    next_to_a_door_adds_what_it_says();
    where_somebody_lives_gives_way_to_where_it_is();
    gaz_close(town);
    arena_free(&a);
    return tap_done();
}
