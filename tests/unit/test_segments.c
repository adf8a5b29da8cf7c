#include "../../adapters/segments.h"

#include "../tap.h"
#include "base/utf8.h"
#include "shared.h"

static struct arena a;

static void long_texts_cost_what_the_provider_says(void)
{
    json_t *top = shared_json("sms/segments.json");
    const json_t *c;
    size_t i;

    if (top == NULL) {
        printf("ok %d # SKIP no ../shared/data\n", ++tap_run);
        return;
    }
    json_array_foreach(json_object_get(top, "cases"), i, c)
    {
        const json_t *t = json_object_get(c, "text");
        const json_t *want = json_object_get(c, "twilio");
        struct str text = { json_string_value(t), json_string_length(t) };
        struct segments s = segments_of(text);
        const char *kind = json_string_value(json_object_get(want, "encoding"));
        json_int_t bits = json_integer_value(json_object_get(want, "bits"));
        json_int_t n = json_integer_value(json_object_get(want, "segments"));

        printf("# %s\n", json_string_value(json_object_get(c, "name")));
        CHECK(strcmp(kind, s.gsm ? "GSM-7" : "UCS-2") == 0);
        CHECK(s.count == (size_t)n);
        CHECK(s.units * (s.gsm ? 7 : 16) == (size_t)bits);
    }
    CHECK(i == 30);
    json_decref(top);
}

static void the_costly_character_is_named(void)
{
    CHECK_STR(segments_of(STR("Gracias, José: árbol")).odd, "á");
    CHECK(segments_of(STR("Gracias")).odd.n == 0);
}

static void typed_marks_are_folded_into_the_cheap_alphabet(void)
{
    struct str s = segments_fold(
        &a, STR("It’s “fixed” – thanks… a\xc2\xa0z\xe2\x80\x8b."));

    CHECK_STR(s, "It's \"fixed\" - thanks... a z.");
    CHECK(segments_of(s).gsm);
}

static void letters_of_other_languages_stay(void)
{
    CHECK_STR(segments_fold(&a, STR("Árbol caído 🌳 ¿ok?")),
              "Árbol caído 🌳 ¿ok?");
}

static void bytes_that_are_no_text_are_counted_not_read_past(void)
{
    CHECK(segments_of(STR("\xf0\x9f")).count == 1);
    CHECK(segments_of(STR("abc\xff")).count == 1);
    CHECK(segments_fold(&a, STR("\xe2\x80")).n == 2);
}

int main(void)
{
    long_texts_cost_what_the_provider_says();
    the_costly_character_is_named();
    typed_marks_are_folded_into_the_cheap_alphabet();
    letters_of_other_languages_stay();
    bytes_that_are_no_text_are_counted_not_read_past();
    arena_free(&a);
    return tap_done();
}
