/* What clerks teach of places: the file, and what a gazetteer makes of it. */
#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "geo/gaz.h"
#include "geo/gaz_learn.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static char folder[TEMP_ROOM];

static const char streets[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"name\":\"Elm Street\"},"
    "\"geometry\":{\"type\":\"LineString\","
    "\"coordinates\":[[-72.5,44.5],[-72.49,44.5]]}}]}";

static int open_with(struct gaz **g, const char *learned, struct error *e)
{
    struct setting_list rules = { .value = str_of(folder) };
    struct arena a = { 0 };
    int rc;

    file_put(folder, LEARNED_PLACES, str_of(learned));
    rc = gaz_open_learned(g, arena_printf(&a, "%s/out.gaz", folder), &rules, e);
    arena_free(&a);
    return rc;
}

static struct location *find(const struct gaz *g, const char *text,
                             struct arena *a)
{
    struct gaz_query q = { .text = str_of(text) };

    return gaz_find(g, &q, a);
}

static void an_alias_leads_to_its_street(void)
{
    struct arena a = { 0 };
    struct error e;
    struct gaz *g;
    struct location *l;

    CHECK(open_with(&g, "# told\n\nalias Farewell Strt = Elm St.\n", &e) == 0);
    l = find(g, "a hole in Farewell Strt", &a);
    CHECK(l != NULL && l->rejected.n == 0);
    if (l != NULL)
        CHECK_STR(l->label, "Elm Street");
    gaz_close(g);
    arena_free(&a);
}

static void a_place_is_where_it_was_put(void)
{
    struct arena a = { 0 };
    struct error e;
    struct gaz *g;
    struct location *l;

    CHECK(open_with(&g, "place the big rock = 44.5001 -72.495 30\n", &e) == 0);
    l = find(g, "graffiti on the big rock", &a);
    CHECK(l != NULL && l->at.known && fabs(l->at.lat - 44.5001) < 1e-9);
    CHECK(l != NULL && l->uncertainty_m >= 30);
    CHECK(gaz_knows(g, STR("THE BIG ROCK"), &a));
    CHECK(!gaz_knows(g, STR("the small rock"), &a));
    CHECK(!gaz_knows(g, STR(""), &a));
    gaz_close(g);
    arena_free(&a);
}

/* The next import may leave out a street: reports are read all the same. */
static void an_alias_of_nothing_is_passed_over(void)
{
    struct arena a = { 0 };
    struct error e;
    struct gaz *g;
    struct location *l;

    CHECK(open_with(&g, "alias Old Mill = Mill Lane\nalias Ulm = Elm Street\n",
                    &e) == 0);
    l = find(g, "a hole at Old Mill", &a);
    CHECK(l == NULL || l->rejected.n > 0);
    gaz_close(g);
    arena_free(&a);
}

static void no_file_is_nothing_learned(void)
{
    struct setting_list empty = { .value = STR("/var/empty/nothing") };
    struct arena a = { 0 };
    struct learned *l;
    struct error e;

    CHECK(learned_load(&l, &empty, &a, &e) == 0);
    CHECK(l == NULL);
    arena_free(&a);
}

static void what_is_wrong_is_named_with_its_line(void)
{
    static const char *const wrong[] = {
        "alias Elm\n",
        "alias = Elm Street\n",
        "alias Elm Strt =\n",
        "place rock = 44.5\n",
        "place rock = 44.5 -72.5\n",
        "place rock = 44.5 -72.5 0\n",
        "place rock = 44.5 -72.5 1e9\n",
        "place rock = 944.5 -72.5 30\n",
        "place rock = nan -72.5 30\n",
        "place rock = 44.5 -72.5 30 40\n",
        "street Elm = Oak\n",
    };
    struct arena a = { 0 };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct str text =
            str_of(arena_printf(&a, "# a line ahead\n%s", wrong[i]));
        struct learned *l;
        struct error e = { 0 };

        CHECK(learned_read(&l, text, "t/places.learned", &a, &e) < 0);
        CHECK(str_starts(str_of(e.text), STR("t/places.learned:2: ")));
    }
    arena_free(&a);
}

static void a_wrong_file_keeps_the_gazetteer_shut(void)
{
    struct error e = { 0 };
    struct gaz *g = NULL;

    CHECK(open_with(&g, "alias nonsense\n", &e) < 0);
    CHECK(str_find(str_of(e.text), STR("places.learned:1")) < strlen(e.text));
}

static void a_file_is_replaced_whole_or_not_at_all(void)
{
    struct arena a = { 0 };
    const char *path = arena_printf(&a, "%s/some.file", folder);
    struct str text;
    struct error e = { 0 };

    CHECK(file_replace(path, STR("one\n"), &e) == 0);
    CHECK(file_replace(path, STR("two\n"), &e) == 0);
    CHECK(file_read(&a, path, 100, &text, &e) == 0);
    CHECK_STR(text, "two\n");
    CHECK(access(arena_printf(&a, "%s.part", path), F_OK) < 0);
    CHECK(file_replace("/var/empty/no/such", STR("x"), &e) < 0);
    CHECK(str_find(str_of(e.text), STR("/var/empty/no/such")) < strlen(e.text));
    unlink(path);
    arena_free(&a);
}

int main(void)
{
    struct made m;

    if (!temp_folder(folder, "learn"))
        return 1;
    m = gaz_made_of(folder, "streets.geojson", str_of(streets));
    CHECK(m.rc == 0);
    an_alias_leads_to_its_street();
    a_place_is_where_it_was_put();
    an_alias_of_nothing_is_passed_over();
    no_file_is_nothing_learned();
    what_is_wrong_is_named_with_its_line();
    a_wrong_file_keeps_the_gazetteer_shut();
    a_file_is_replaced_whole_or_not_at_all();
    arena_free(&m.a);
    return tap_done();
}
