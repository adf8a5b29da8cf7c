/* Points that people write into their reports, in the made-up town. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "geo/gaz.h"
#include "geo/gaz_import.h"
#include "geo/geometry.h"
#include "geo/vcard.h"

#include "../tap.h"
#include "../temp.h"

static struct gaz *town;

/* The point most of these texts mean: by 15 Pine Street. */
static const struct point pine = { 43.503700, -71.898145, true };

static const struct location *find(struct arena *a, const char *text)
{
    struct gaz_query q = { .text = str_of(text) };

    return gaz_find(town, &q, a);
}

static const struct location *coordinate(const struct location *l)
{
    while (l != NULL && l->kind != LOCATION_COORDINATE)
        l = l->next;
    return l;
}

static bool has(struct str s, const char *word)
{
    return str_find(s, str_of(word)) < s.n;
}

struct want {
    const char *text;
    double off_m;         /* at most so far from pine; 0: no place at all */
    double uncertainty_m; /* 0: not looked at */
};

static void holds(const struct want *wants, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena a = { 0 };
        const struct location *l = coordinate(find(&a, wants[i].text));
        bool right = (l != NULL) == (wants[i].off_m > 0);

        if (l != NULL && right) {
            right = l->rejected.n == 0 && l->at.known &&
                    l->method == METHOD_COORDINATE &&
                    geo_distance(l->at, pine) <= wants[i].off_m &&
                    (wants[i].uncertainty_m <= 0 ||
                     fabs(l->uncertainty_m - wants[i].uncertainty_m) < 1);
        }
        CHECK(right);
        if (!right) {
            printf("# %s\n", wants[i].text);
            if (l != NULL) {
                printf("# %.6f %.6f +-%.1f %.*s\n", l->at.lat, l->at.lon,
                       l->uncertainty_m, STR_FMT(l->rejected));
            }
        }
        arena_free(&a);
    }
}

static void a_pair_of_degrees_is_a_place(void)
{
    static const struct want wants[] = {
        { "43.503700, -71.898145", 1, 15 },
        { "hole at 43.503700 -71.898145.", 1, 15 },
        { "(43.503700,-71.898145)", 1, 15 },
        { "GPS:43.503700;-71.898145", 1, 15 },
        { "it is at 43.504, -71.898 roughly", 60, 56 },
        { "43.503700 N, 71.898145 W", 1, 15 },
        { "N43.503700 W71.898145", 1, 15 },
        { "n 43.503700\xc2\xb0, w 71.898145\xc2\xb0", 1, 15 },
        { "43.503700\xc2\xb0 N 71.898145\xc2\xb0 W", 1, 15 },
        { "43.503700\xc2\xb0, \xe2\x88\x92"
          "71.898145\xc2\xb0",
          1, 15 },
        { "71.898145 W, 43.503700 N", 1, 15 },
        { "43.503700 N, 71.898145 O", 1, 15 },
        { "lat: 43.503700, long: -71.898145", 1, 15 },
        { "Latitude 43.503700\nLongitude -71.898145", 1, 15 },
        { "lng=-71.898145 lat=43.503700", 1, 15 },
        { "43,503700 -71,898145", 1, 15 },
        { "43,5037; -71,8981", 10, 15 },
        { "43,5037, -71,8981", 10, 15 },
        { "Latitud: 43,5037 Longitud: -71,8981", 10, 15 },
    };

    holds(wants, COUNT_OF(wants));
}

static void minutes_and_seconds_are_read_in_every_spelling(void)
{
    static const struct want wants[] = {
        { "43\xc2\xb0"
          "30'13.3\"N 71\xc2\xb0"
          "53'53.3\"W",
          5, 15 },
        { "43\xc2\xb0 30' 13\" N, 71\xc2\xb0 53' 53\" W", 20, 15 },
        { "43\xc2\xb0"
          "30\xe2\x80\xb2"
          "13\xe2\x80\xb3N 71\xc2\xb0"
          "53\xe2\x80\xb2"
          "53\xe2\x80\xb3W",
          20, 15 },
        { "43\xc2\xba"
          "30\xe2\x80\x99"
          "13\xe2\x80\x9dN, 71\xc2\xba"
          "53\xe2\x80\x99"
          "53\xe2\x80\x9dW",
          20, 15 },
        { "N 43\xc2\xb0 30.222' W 71\xc2\xb0 53.889'", 5, 15 },
        { "43\xc2\xb0 30,222' N 71\xc2\xb0 53,889' W", 5, 15 },
        { "43 30 13 N 71 53 53 W", 20, 15 },
        { "43 30 13N, 71 53 53W", 20, 15 },
        { "N 43 30.222 W 71 53.889", 5, 15 },
        { "43\xc2\xb0 30.222 N 71\xc2\xb0 53.889 W", 5, 15 },
        { "43:30:13N 71:53:53W", 20, 15 },
        { "43 deg 30 min 13 sec N, 71 deg 53 min 53 sec W", 20, 15 },
        { "43\xc2\xb0"
          "30'N 71\xc2\xb0"
          "54'W",
          800, 927 },
        { "43\xc2\xb0"
          "30''N 71\xc2\xb0"
          "54''W",
          0, 0 },
    };

    holds(wants, COUNT_OF(wants));
}

static void other_numbers_are_no_place(void)
{
    static const struct want wants[] = {
        { "call 555-123-4567 or 555.123.4567", 0, 0 },
        { "+1 603 555 0123, 43.5037", 0, 0 },
        { "on 24.11.2026, 12:30", 0, 0 },
        { "version 43.503.1, 71.898.2", 0, 0 },
        { "12.345, 67.890", 0, 0 },
        { "prices: 12.345, 67.890, 23.456", 0, 0 },
        { "$43.5037, -71.8981", 0, 0 },
        { "43.5037, 71.8981 EUR", 0, 0 },
        { "43.50, -71.89", 0, 0 },
        { "43, -71", 0, 0 },
        { "between 20\xc2\xb0 and 30\xc2\xb0", 0, 0 },
        { "20\xc2\xb0, 30\xc2\xb0", 0, 0 },
        { "12 N Main St and 14 W Oak", 0, 0 },
        { "1,234,567 43,5037", 0, 0 },
        { "192.168.0.1 10.0.0.1", 0, 0 },
        { "43.5037", 0, 0 },
        { "143.503700, -71.898145.2", 0, 0 },
        { "lat lon later", 0, 0 },
        { "file:///a.b.c or ///a.b", 0, 0 },
        { "///filled..soap //filled.count.soap", 0, 0 },
        { "", 0, 0 },
    };

    holds(wants, COUNT_OF(wants));
}

#define PINE "43.503700,-71.898145"

static void a_map_link_is_its_pin(void)
{
    static const struct want wants[] = {
        { "geo:" PINE, 1, 15 },
        { "<geo:" PINE ";u=35>", 1, 35 },
        { "geo:" PINE ",12;crs=wgs84;u=40", 1, 40 },
        { "geo:0,0?q=" PINE "(Here)", 1, 15 },
        { "Seegeo:" PINE ";u=35", 1, 35 },
        { "www.openstreetmap.org/?mlat=43.503700&mlon=-71.898145", 1, 15 },
        { "WWW.OpenStreetMap.org/?mlat=43.503700&mlon=-71.898145", 1, 15 },
        { "https://maps.google.com/?q=" PINE, 1, 15 },
        { "https://maps.google.com/maps?q=43.503700%2C-71.898145&z=15", 1, 15 },
        { "https://www.google.com/maps/search/?api=1&query=43.503700%2c"
          "-71.898145",
          1, 15 },
        { "https://www.google.com/maps/dir/?api=1&destination=" PINE, 1, 15 },
        { "https://maps.google.com/?q=loc:" PINE, 1, 15 },
        { "www.google.com/maps?ll=" PINE ".", 1, 15 },
        { "https://www.google.com/maps/@" PINE ",17z", 1, 150 },
        { "https://www.google.com/maps/@" PINE ",15z/data=!5m1!1e1", 1, 600 },
        { "https://www.google.com/maps/place/Elm/@43.5,-71.9,17z/data=!3m1!4b1"
          "!4m5!3m4!1s0x0:0x0!8m2!3d43.503700!4d-71.898145?hl=en",
          1, 15 },
        { "https://www.google.com/maps/place/43%C2%B030'13.3%22N+71%C2%B053'"
          "53.3%22W/@43.49,-71.91,17z",
          5, 15 },
        { "https://www.google.com/maps/search/43.503700,+-71.898145?entry=tts",
          1, 15 },
        { "https://www.google.com/maps/dir/43.51,-71.91/" PINE "/@43.5,-71.9",
          1, 15 },
        { "https://maps.apple.com/?ll=" PINE "&q=Dropped%20Pin&sll=43.5,-71.9",
          1, 15 },
        { "maps.apple.com/place?coordinate=" PINE "&name=Here", 1, 15 },
        { "https://www.openstreetmap.org/?mlat=43.503700&mlon=-71.898145"
          "#map=17/43.51/-71.91",
          1, 15 },
        { "https://www.openstreetmap.org/#map=17/43.503700/-71.898145", 1,
          150 },
        { "https://www.bing.com/maps?cp=43.503700~-71.898145&lvl=16", 1, 15 },
        { "https://waze.com/ul?ll=" PINE "&navigate=yes", 1, 15 },
        { "[here](https://waze.com/ul?ll=43.503700%2C-71.898145)", 1, 15 },
        { "https://wego.here.com/?map=" PINE ",17,normal", 1, 150 },
        { "https://yandex.com/maps/?pt=-71.898145,43.503700&z=17", 1, 15 },
        { "https://example.org/?lat=43.503700&lng=-71.898145&x=1", 1, 15 },
        { "https://example.org/news/2026/11?id=43.5", 0, 0 },
        { "https://www.google.com/maps/place/12+Elm+Street", 0, 0 },
        { "geo:", 0, 0 },
        { "https://", 0, 0 },
    };

    holds(wants, COUNT_OF(wants));
}

static void a_plus_code_is_its_place(void)
{
    static const struct want wants[] = {
        { "87MCG432+FP", 15, 15 },
        { "by 87mcg432+fp.", 15, 15 },
        { "G432+FP Millbrook", 15, 15 },
        { "(G432+FP)", 15, 15 },
        { "87MCG400+", 4000, 0 },
        { "https://plus.codes/87MCG432+FP", 15, 15 },
        { "https://www.google.com/maps/place/G432%2BFP+Millbrook", 15, 15 },
        { "2345+67", 0, 0 },
        { "g432+Fp", 0, 0 },
        { "G432+F", 0, 0 },
        { "AG432+FP", 0, 0 },
        { "1G432+FP", 0, 0 },
        { "_87MCG432+FP", 0, 0 },
        { "32+FP", 0, 0 },
        { "C++ and c+", 0, 0 },
    };

    holds(wants, COUNT_OF(wants));
}

static void a_link_that_cannot_be_placed_says_why(void)
{
    static const struct {
        const char *text, *why;
    } wants[] = {
        { "https://maps.app.goo.gl/AbCdEf123", "short link" },
        { "see goo.gl/maps/AbCdEf", "short link" },
        { "it is at ///filled.count.soap", "what3words" },
        { "https://w3w.co/filled.count.soap", "what3words" },
        { "https://what3words.com/filled.count.soap", "what3words" },
        { "8FW4V75V+8Q", "outside" },
        { "https://maps.apple/p/AbC", "short link" },
        { "https://maps.apple.com/?q=pizza&sll=" PINE, "centred" },
        { "geo:43.5,-71.9;crs=nad27", "WGS 84" },
        { "https://maps.google.com/?q=48.858370,2.294481", "outside" },
    };

    for (size_t i = 0; i < COUNT_OF(wants); i++) {
        struct arena a = { 0 };
        const struct location *l = coordinate(find(&a, wants[i].text));

        CHECK(l != NULL && has(l->rejected, wants[i].why));
        CHECK(l != NULL && l->label.n > 0);
        if (l == NULL)
            printf("# %s\n", wants[i].text);
        arena_free(&a);
    }
}

static void longitude_first_is_understood_and_told(void)
{
    struct arena a = { 0 };
    const struct location *l = coordinate(find(&a, "-71.898145, 43.503700"));

    CHECK(l != NULL);
    if (l != NULL) {
        CHECK(l->rejected.n == 0);
        CHECK(geo_distance(l->at, pine) < 1);
        CHECK(has(l->features, "swapped"));
    }
    l = coordinate(find(&a, "43.503700, -71.898145"));
    CHECK(l != NULL && !has(l->features, "swapped"));
    /* Letters say which is which: nothing is turned around. */
    l = coordinate(find(&a, "71.898145 S, 43.503700 E"));
    CHECK(l != NULL && has(l->rejected, "outside the town"));
    arena_free(&a);
}

static void a_point_outside_the_town_is_kept_and_refused(void)
{
    struct arena a = { 0 };
    const struct location *l = coordinate(find(&a, "at 48.858370, 2.294481"));

    CHECK(l != NULL);
    if (l != NULL) {
        CHECK(has(l->rejected, "outside the town"));
        CHECK(l->at.known && fabs(l->at.lat - 48.858370) < 1e-9);
    }
    arena_free(&a);
}

static void a_span_shows_the_pair(void)
{
    struct arena a = { 0 };
    const char *text = "see 43.503700 N, 71.898145 W, by the tree";
    const struct location *l = coordinate(find(&a, text));

    CHECK(l != NULL);
    if (l != NULL) {
        CHECK_STR(str_slice(str_of(text), l->span.begin, l->span.end),
                  "43.503700 N, 71.898145 W");
    }
    arena_free(&a);
}

/* As many candidates as a person can read, whatever is sent. */
static void a_hostile_text_gives_few_places(void)
{
    static const char *const pieces[] = {
        "1",       "1.",   "1 ",   "+",  "-",        "\xc2\xb0", "1\xc2\xb0",
        "N ",      "N1",   "1,",   "/",  "https://", "geo:1",    "%2C",
        "1.2345,", "'",    "\"",   "\\", "lat lat",  "Q2+",      "a.b.",
        "///a.",   "\xff", "\xe2", "\n", PINE " ",   "G432+FP ", "///a.b.c ",
    };
    char *text = malloc(64 * 1024 + 1);

    for (size_t i = 0; text != NULL && i < COUNT_OF(pieces); i++) {
        struct arena a = { 0 };
        size_t n = strlen(pieces[i]);
        int count = 0;

        for (size_t k = 0; k < 64 * 1024; k++)
            text[k] = pieces[i][k % n];
        text[64 * 1024] = '\0';
        for (const struct location *l = coordinate(find(&a, text)); l != NULL;
             l = coordinate(l->next))
            count++;
        CHECK(count <= 20);
        arena_free(&a);
    }
    free(text);
}

static struct point card(struct arena *a, const char *properties)
{
    const char *text = arena_printf(
        a, "BEGIN:VCARD\r\nVERSION:3.0\r\n%s\r\nEND:VCARD\r\n", properties);

    return vcard_point(a, str_of(text));
}

static void a_card_of_a_place_is_a_point(void)
{
    static const char *const places[] = {
        "GEO:43.503700;-71.898145",
        "geo:geo:43.503700,-71.898145",
        "FN:Here\r\nitem1.URL;type=pref:https://maps.apple.com/?ll=43.503700"
        "\\,-71.898145&q=43.5,-71.8",
        "URL:https://maps.google.com/?q=43.503\r\n 700,-71.898145",
        "FN:Shop\r\nTEL:555\r\nGEO;TYPE=work:43.503700\\;-71.898145",
    };
    static const char *const others[] = {
        "",
        "GEO:",
        "GEO:0.000000;0.000000",
        "GEO:943.503700;-71.898145",
        "URL:https://example.org",
        "URL:https://maps.app.goo.gl/AbC",
        "FN:Ana\r\nEMAIL:ana@example.org\r\nGEO:43.503700;-71.898145",
        "NOTE:GEO:43.503700;-71.898145",
    };
    struct arena a = { 0 };

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct point at = card(&a, places[i]);

        CHECK(at.known && geo_distance(at, pine) < 1);
    }
    for (size_t i = 0; i < COUNT_OF(others); i++)
        CHECK(!card(&a, others[i]).known);
    CHECK(vcard_is_type(STR("text/x-vlocation")));
    CHECK(!vcard_is_type(STR("text/plain")));
    arena_free(&a);
}

static int open_town(struct arena *a, struct error *e)
{
    struct setting_list items[2] = {
        { .value = STR_INIT("samples/town/addresses.csv"), .next = &items[1] },
        { .value = STR_INIT("samples/town/streets.geojson") },
    };
    struct gaz_import in = { .out = NULL,
                             .town = STR("Millbrook"),
                             .sources = items };
    struct gaz_source_report *report = NULL;
    char path[TEMP_ROOM];
    int fd = temp_file(path, "coordinate");
    int rc;

    if (fd < 0)
        return error(e, E_NONE, "no temporary file");
    close(fd);
    in.out = path;
    rc = gaz_import(&in, &report, a, e);
    if (rc == 0)
        rc = gaz_open(&town, path, e);
    unlink(path);
    return rc;
}

int main(void)
{
    struct arena a = { 0 };
    struct error e;

    if (open_town(&a, &e) < 0) {
        printf("Bail out! %s\n", e.text);
        return 1;
    }
    a_pair_of_degrees_is_a_place();
    minutes_and_seconds_are_read_in_every_spelling();
    other_numbers_are_no_place();
    a_map_link_is_its_pin();
    a_plus_code_is_its_place();
    a_link_that_cannot_be_placed_says_why();
    longitude_first_is_understood_and_told();
    a_point_outside_the_town_is_kept_and_refused();
    a_span_shows_the_pair();
    a_hostile_text_gives_few_places();
    a_card_of_a_place_is_a_point();
    gaz_close(town);
    arena_free(&a);
    return tap_done();
}
