/* The rules that are shipped: they load, and their questions fit one text. */
#include <stdlib.h>

#include "../tap.h"
#include "base/utf8.h"
#include "rules/rules.h"

static struct rules *pack(void)
{
    struct setting_list folder = { STR("rules"), NULL };
    struct rules *r = NULL;
    struct error e = { 0 };

    if (rules_load(&r, &folder, &e) < 0)
        printf("# %s\n", e.text);
    return r;
}

static const char *const wanted[] = {
    "pothole",
    "road",
    "sidewalk",
    "streetlight",
    "traffic-signal",
    "sign",
    "tree",
    "trash",
    "dumping",
    "graffiti",
    "snow",
    "park",
    "parking",
    "abandoned-vehicle",
    "property-code",
    "traffic-safety",
    "water-sewer-drain",
    "animal",
    "dead-animal",
    "noise",
    "police",
    "homeless",
    "other",
};

struct seen {
    bool each[COUNT_OF(wanted)];
    int count;
};

static void see(void *arg, struct str name)
{
    struct seen *s = arg;

    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        s->each[i] = s->each[i] || str_eq(name, str_of(wanted[i]));
    s->count++;
}

static void
every_category_is_there_with_its_label_in_both_languages(const struct rules *r)
{
    struct seen s = { .count = 0 };

    rules_categories(r, see, &s);
    CHECK(s.count == (int)COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        struct str name = str_of(wanted[i]);
        struct str en = rules_label(r, name, STR("en"));

        CHECK(s.each[i] && !str_eq(en, name));
        CHECK(!str_eq(en, rules_label(r, name, STR("es"))) ||
              str_eq(name, STR("animal")));
    }
    CHECK(rules_test_count(r) > 200);
}

/* 3GPP TS 23.038, the default alphabet, beyond ASCII; without ` and the
 * characters that take two places. */
static bool in_gsm_alphabet(struct str c)
{
    static const char others[] = "@£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

    if (c.n == 1)
        return strchr("`\\[]^|~", c.p[0]) == NULL;
    return str_find(STR(others), c) < sizeof(others) - 1;
}

static void a_question_fits_one_text_message(const struct rules *r)
{
    static const char *const causes[] = { "nothing", "street-only", "ambiguous",
                                          "unknown-street" };
    static const char *const languages[] = { "en", "es" };

    for (size_t i = 0; i < COUNT_OF(causes) * 2; i++) {
        struct str text =
            rules_question(r, causes[i / 2], str_of(languages[i % 2]));
        int characters = 0;
        bool gsm = true;

        while (text.n > 0) {
            struct str c = str_slice(text, 0, utf8_len(text));

            gsm = gsm && in_gsm_alphabet(c);
            characters++;
            text = str_slice(text, c.n, text.n);
        }
        CHECK(gsm && characters > 20 && characters <= 130);
    }
}

int main(void)
{
    struct rules *r = pack();

    CHECK(r != NULL);
    if (r != NULL) {
        every_category_is_there_with_its_label_in_both_languages(r);
        a_question_fits_one_text_message(r);
    }
    rules_free(r);
    return tap_done();
}
