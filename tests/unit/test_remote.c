/*
 * A geocoder elsewhere: what a report gives away to it, and what of its
 * answers is taken.
 */
#include "geo/remote.h"

#include <math.h>

#include "../tap.h"

static const struct box box = { 43.4, -72.0, 43.6, -71.8 };

static struct location unplaced(const char *number, const char *label)
{
    return (struct location){
        .kind = number[0] == '\0' ? LOCATION_STREET : LOCATION_ADDRESS,
        .number = str_of(number),
        .label = str_of(label),
        .rejected = STR("the gazetteer has no such street"),
    };
}

static void only_the_address_and_the_town_are_asked_for(void)
{
    struct arena a = { 0 };
    struct location l = unplaced("12", "Quarry Lane");
    const struct location *which;
    struct str q = remote_question(&a, &l, STR("Millbrook"), &which);

    CHECK_STR(q, "12 Quarry Lane, Millbrook");
    CHECK(which == &l);
    CHECK_STR(remote_url(&a, REMOTE_NOMINATIM, STR("https://geo.example.org/"),
                         q, &box),
              "https://geo.example.org/search?format=jsonv2&limit=1&bounded=1"
              "&viewbox=-72.0000,43.6000,-71.8000,43.4000"
              "&q=12%20Quarry%20Lane%2C%20Millbrook");
    CHECK_STR(
        remote_url(&a, REMOTE_PHOTON, STR("https://geo.example.org"), q, &box),
        "https://geo.example.org/api?limit=1&lat=43.5000&lon=-71.9000"
        "&bbox=-72.0000,43.4000,-71.8000,43.6000"
        "&q=12%20Quarry%20Lane%2C%20Millbrook");
    l = unplaced("12", "12 Quarry & Lane=\n?#%");
    CHECK_STR(remote_question(&a, &l, STR_NONE, &which),
              "12 Quarry & Lane= ?#%");
    arena_free(&a);
}

static void what_needs_no_asking_is_not_asked(void)
{
    struct arena a = { 0 };
    struct location street = unplaced("", "Quarry Lane");
    struct location best = { .kind = LOCATION_ADDRESS,
                             .label = STR("14 Elm Street"),
                             .at = { 43.5, -71.9, true },
                             .next = &street };
    const struct location *which;

    CHECK(remote_question(&a, &best, STR("M"), &which).n == 0);
    CHECK(which == NULL);
    CHECK(remote_question(&a, NULL, STR("M"), &which).n == 0);
    best.rejected = STR("it lies outside the town");
    CHECK_STR(remote_question(&a, &best, STR("M"), &which), "Quarry Lane, M");
    /* Where the reporter lives is not where the trouble is. */
    street.features = STR("signature=-2.00 street=1.00");
    CHECK(remote_question(&a, &street, STR("M"), &which).n == 0);
    street = unplaced("", "ana@example.org Street");
    CHECK(remote_question(&a, &street, STR("M"), &which).n == 0);
    street = unplaced("", "https://maps.app.goo.gl/x");
    street.kind = LOCATION_COORDINATE;
    CHECK(remote_question(&a, &street, STR("M"), &which).n == 0);
    arena_free(&a);
}

static struct remote_place answer(struct arena *a, enum remote_service service,
                                  const char *body)
{
    struct remote_place p;
    struct error e;

    CHECK(remote_answer(a, service, str_of(body), &box, &p, &e) == 0);
    return p;
}

static void a_house_and_a_road_are_found(void)
{
    struct arena a = { 0 };
    struct remote_place p = answer(
        &a, REMOTE_NOMINATIM,
        "[{\"lat\":\"43.51\",\"lon\":\"-71.91\",\"addresstype\":"
        "\"place\",\"display_name\":\"12, Quarry Lane\\n, Millbrook\"}]");

    CHECK(p.found && p.refused.n == 0 && p.uncertainty_m == 30);
    CHECK(p.at.known && p.at.lat == 43.51 && p.at.lon == -71.91);
    CHECK_STR(p.name, "12, Quarry Lane , Millbrook");
    p = answer(&a, REMOTE_NOMINATIM,
               "[{\"lat\":\"43.51\",\"lon\":\"-71.91\",\"addresstype\":\"road\""
               ",\"boundingbox\":[\"43.51\",\"43.519\",\"-71.91\",\"-71.91\"]"
               "}]");
    CHECK(p.found && p.refused.n == 0 && fabs(p.uncertainty_m - 500) < 2);
    p = answer(&a, REMOTE_PHOTON,
               "{\"features\":[{\"geometry\":{\"coordinates\":[-71.91,43.51]},"
               "\"properties\":{\"type\":\"house\",\"housenumber\":\"12\","
               "\"street\":\"Quarry Lane\"}}]}");
    CHECK(p.found && p.refused.n == 0 && p.uncertainty_m == 30);
    CHECK_STR(p.name, "12 Quarry Lane");
    CHECK(!answer(&a, REMOTE_NOMINATIM, "[]").found);
    CHECK(!answer(&a, REMOTE_PHOTON, "{\"features\":[]}").found);
    arena_free(&a);
}

static void a_place_elsewhere_or_too_wide_is_refused(void)
{
    struct arena a = { 0 };

    CHECK(answer(&a, REMOTE_NOMINATIM,
                 "[{\"lat\":\"48.85\",\"lon\":\"2.29\",\"addresstype\":"
                 "\"road\"}]")
              .refused.n > 0);
    CHECK(answer(&a, REMOTE_NOMINATIM,
                 "[{\"lat\":\"43.5\",\"lon\":\"-71.9\",\"addresstype\":"
                 "\"town\"}]")
              .refused.n > 0);
    CHECK(answer(&a, REMOTE_PHOTON,
                 "{\"features\":[{\"geometry\":{\"coordinates\":[-71.9,43.5]},"
                 "\"properties\":{\"type\":\"street\",\"name\":\"x\","
                 "\"extent\":[-71.99,43.59,-71.81,43.41]}}]}")
              .refused.n > 0);
    arena_free(&a);
}

static void what_is_no_answer_is_an_error(void)
{
    static const char *const bodies[] = {
        "",
        "<html>",
        "{}",
        "null",
        "[",
        "[1]",
        "[{\"lat\":\"x\",\"lon\":\"y\"}]",
        "[{\"lat\":1e999,\"lon\":0}]",
        "[{\"lat\":91,\"lon\":0}]",
        "[{\"lat\":[],\"lon\":{}}]",
    };
    struct arena a = { 0 };
    struct remote_place p;
    struct error e;

    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        CHECK(remote_answer(&a, REMOTE_NOMINATIM, str_of(bodies[i]), &box, &p,
                            &e) < 0);
    }
    CHECK(remote_answer(&a, REMOTE_PHOTON, STR("{\"features\":[{}]}"), &box, &p,
                        &e) < 0);
    arena_free(&a);
}

int main(void)
{
    only_the_address_and_the_town_are_asked_for();
    what_needs_no_asking_is_not_asked();
    a_house_and_a_road_are_found();
    a_place_elsewhere_or_too_wide_is_refused();
    what_is_no_answer_is_an_error();
    return tap_done();
}
