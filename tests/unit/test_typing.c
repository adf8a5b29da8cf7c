/* Places while somebody types them, in the made-up town and in a large one. */
#include <time.h>
#include <unistd.h>

#include "geo/typing.h"

#include "../tap.h"
#include "../temp.h"
#include "gaz_made.h"

static char folder[TEMP_ROOM];

static struct gaz *town;
static struct typing *typing;

static void town_make(void)
{
    static const char *const files[] = { "samples/town/streets.geojson",
                                         "samples/town/addresses.csv",
                                         "samples/town/places.geojson",
                                         "samples/town/wards.geojson" };
    struct setting_list sources[COUNT_OF(files)];
    struct arena a = { NULL };
    struct gaz_source_report *report;
    struct gaz_import in = { .sources = sources,
                             .out = arena_printf(&a, "%s/town.gaz", folder) };
    struct error e;

    for (size_t i = 0; i < COUNT_OF(files); i++) {
        sources[i] = (struct setting_list){
            str_of(files[i]), i + 1 < COUNT_OF(files) ? &sources[i + 1] : NULL
        };
    }
    if (gaz_import(&in, &report, &a, &e) < 0 ||
        gaz_open(&town, in.out, &e) < 0) {
        printf("Bail out! %s\n", e.text);
        exit(1);
    }
    typing = typing_new(town);
    arena_free(&a);
}

/* The labels with " | " between them; most of them. */
static const char *found(const char *text, int most)
{
    static struct arena a;
    struct suggestion all[TYPING_MOST];
    int n;
    const char *labels = "";

    arena_free(&a);
    n = typing_find(typing, str_of(text), all, most, &a);
    for (int i = 0; i < n; i++) {
        labels = arena_printf(&a, "%s%s%.*s", labels, i == 0 ? "" : " | ",
                              STR_FMT(all[i].label));
    }
    return labels;
}

static struct suggestion first(const char *text)
{
    static struct arena a;
    struct suggestion all[TYPING_MOST] = { { .kind = "" } };

    arena_free(&a);
    (void)typing_find(typing, str_of(text), all, TYPING_MOST, &a);
    return all[0];
}

static void a_street_is_found_from_its_first_letters(void)
{
    CHECK_STR(str_of(found("el", 1)), "Elm Street");
    CHECK_STR(str_of(found("ELM", 1)), "Elm Street");
    CHECK_STR(str_of(found("elm stree", 1)), "Elm Street");
    CHECK_STR(str_of(found("elm st", 1)), "Elm Street");
    CHECK_STR(str_of(found("washington av", 1)), "Washington Avenue");
    CHECK_STR(str_of(found("2nd", 1)), "2nd Avenue");
    CHECK_STR(str_of(found("second a", 1)), "2nd Avenue");
    CHECK_STR(str_of(found("s\xc3\xa1n ju", 1)), "San Juan Avenue");
    CHECK_STR(str_of(found("luther king", 1)),
              "Dr. Martin Luther King Jr. Boulevard");
}

static void two_of_one_name_are_told_apart(void)
{
    CHECK_STR(str_of(found("oak street", 5)),
              "Oak Street | Oak Street, North Millbrook");
}

static void a_number_gives_the_house(void)
{
    struct suggestion s = first("12 elm");

    CHECK_STR(s.label, "12 Elm Street");
    CHECK_STR(str_of(s.kind), "address");
    CHECK(s.at.lat > 43.5 && s.at.lat < 43.502);
    CHECK_STR(str_of(found("river road 14", 1)), "14 River Road");
    CHECK_STR(str_of(found("9999 elm", 3)), "Elm Street");
}

static void two_streets_give_their_corner(void)
{
    CHECK_STR(str_of(found("elm & oa", 3)), "Elm Street & Oak Street");
    CHECK_STR(str_of(found("oak and elm", 3)), "Oak Street & Elm Street");
    CHECK_STR(str_of(found("esquina de elm con oak", 3)),
              "Elm Street & Oak Street");
    CHECK_STR(str_of(found("corner of elm and oak", 3)),
              "Elm Street & Oak Street");
    CHECK_STR(str_of(found("elm y", 2)),
              "Elm Street & Oak Street | Elm Street & Main Street");
    CHECK_STR(str_of(first("elm/oak").kind), "crossing");
    CHECK_STR(str_of(found("elm & bell", 3)), "");
}

static void places_and_areas_are_found(void)
{
    CHECK_STR(str_of(found("libr", 3)), "Millbrook Public Library");
    CHECK_STR(str_of(first("libr").kind), "place");
    CHECK_STR(str_of(found("ward 3", 1)), "Ward 3");
    CHECK_STR(str_of(found("park", 9)),
              "Park Avenue | Park Street | Memorial Park | Riverside Park");
}

static void one_wrong_letter_is_forgiven(void)
{
    CHECK_STR(str_of(found("washingtn", 1)), "Washington Avenue");
    CHECK_STR(str_of(found("20 chruch", 1)), "20 Church Street");
    CHECK_STR(str_of(found("maplr", 1)), "Maple Street");
}

static void what_is_no_place_is_none(void)
{
    static const char *const bad[] = {
        "",
        " ",
        "xyzzy",
        "12",
        "&",
        "& & &",
        "and",
        "12 12 12",
        "%",
        "\"'",
        "\xf0\x9f\x92\xa9",
        "' OR 1=1 --",
        "elm elm elm elm elm elm",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK_STR(str_of(found(bad[i], 3)), "");
}

static void never_more_than_asked(void)
{
    struct suggestion all[TYPING_MOST + 1] = { { .kind = NULL } };
    struct arena a = { NULL };

    CHECK(typing_find(typing, STR("s"), all, 3, &a) == 3);
    CHECK(typing_find(typing, STR("s"), all, 1000, &a) == TYPING_MOST);
    CHECK(typing_find(typing, STR("s"), all, 0, &a) == 0);
    CHECK(all[TYPING_MOST].kind == NULL);
    arena_free(&a);
}

static void long_text_is_cut(void)
{
    char text[20000];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    CHECK_STR(str_of(found(text, 3)), "");
    for (size_t i = 0; i + 2 < sizeof(text); i += 2)
        memcpy(text + i, "e ", 2);
    (void)found(text, 3);
    for (size_t i = 0; i + 2 < sizeof(text); i += 2)
        memcpy(text + i, "&e", 2);
    (void)found(text, 3);
    CHECK(true);
}

int main(void)
{
    if (!temp_folder(folder, "typing"))
        return 1;
    town_make();
    a_street_is_found_from_its_first_letters();
    two_of_one_name_are_told_apart();
    a_number_gives_the_house();
    two_streets_give_their_corner();
    places_and_areas_are_found();
    one_wrong_letter_is_forgiven();
    what_is_no_place_is_none();
    never_more_than_asked();
    long_text_is_cut();
    typing_free(typing);
    gaz_close(town);
    return tap_done();
}
