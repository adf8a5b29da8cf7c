#include "rules/rules.h"

#include <stdlib.h>
#include <unistd.h>

#include "../tap.h"
#include "../temp.h"
#include "rules/rules_internal.h"

/* A set made of one file's text, not tested. NULL: e says why. */
static struct rules *set_of(const char *text, struct error *e)
{
    struct rules *r = rules_new();

    if (rules_parse(r, "town/a.rules", 0, str_of(text), e) < 0) {
        rules_free(r);
        return NULL;
    }
    rules_ready(r);
    return r;
}

/* What is wrong with text, as the person who wrote it reads it. */
static struct str complaint(const char *text, struct error *e)
{
    struct rules *r = set_of(text, e);

    if (r == NULL)
        return str_of(e->text);
    if (routes_check(r, e) == 0 && rules_test(r, e) == 0)
        snprintf(e->text, sizeof(e->text), "nothing");
    rules_free(r);
    return str_of(e->text);
}

#define COMPLAINT(text, want)                                                  \
    do {                                                                       \
        struct error e_;                                                       \
        CHECK_STR(complaint(text, &e_), want);                                 \
    } while (0)

static void a_broken_line_is_told_by_file_line_and_sentence(void)
{
    COMPLAINT("category a\n\ncategry b\n",
              "town/a.rules:3: unknown word \"categry\"");
    COMPLAINT("category a\nphrases en 2: one two three four\n",
              "town/a.rules:2: \"one two three four\" is no phrase of one to 3 "
              "words");
    COMPLAINT("category a\nphrases en 2: tree,,\001\n",
              "town/a.rules:2: \"\" is no phrase of one to 3 words");
    COMPLAINT("category a\nbase nan\n", "town/a.rules:2: base is a number from "
                                        "-100 to 100, not nan");
    COMPLAINT("category a\ndepartment Parks\n",
              "town/a.rules:2: department does not belong in category a");
    COMPLAINT("route a\ndepartment Parks\ndepartment Roads\n",
              "town/a.rules:3: a route leads to one department");
    COMPLAINT("route a\nareas Ward 1,, Ward 2\n",
              "town/a.rules:2: a name is missing between two commas");
    COMPLAINT("route a\nareas Ward 1\n",
              "town/a.rules:1: route a has no department");
    COMPLAINT("route a\ndepartment X\ncategories hole\n",
              "town/a.rules:1: route a: there is no category \"hole\"");
    COMPLAINT("extend b\n",
              "town/a.rules:1: there is no category \"b\" above to extend");
    COMPLAINT("words en a\n", "town/a.rules:1: words stands outside a block");
    COMPLAINT("category a\ntext en Hello\n",
              "town/a.rules:2: text does not belong in category a");
    COMPLAINT("category a\nmatch\n", "town/a.rules:2: match needs a value");
    COMPLAINT("category Pot Hole\n",
              "town/a.rules:1: \"Pot Hole\" is not a name: it takes small "
              "letters, digits and hyphens");
    COMPLAINT("category a\nwords pothole*, crater\n",
              "town/a.rules:2: \"pothole*,\" is not a language such as en or "
              "es");
    COMPLAINT("category a\nwords en\n",
              "town/a.rules:2: words en needs something after the language");
    COMPLAINT("category a\nwords en one,, two\n",
              "town/a.rules:2: a word is missing between two commas");
    COMPLAINT("category a\nwords en 0: one\n",
              "town/a.rules:2: a score is -100 to 100 and not 0, not 0");
    COMPLAINT("category a\nweight heavy\n",
              "town/a.rules:2: weight is over 0 and at most 100, not heavy");
    COMPLAINT("category a\nmatch %{nowhere} x\n",
              "town/a.rules:2: no pattern \"nowhere\" stands above");
    COMPLAINT("category a\nmatch (?<n:a)\n",
              "town/a.rules:2: syntax error in subpattern name (missing "
              "terminator?) at \":a)\"");
    COMPLAINT("category a\nmatch a\\Gb\n",
              "town/a.rules:2: \\G is not allowed in a rule");
    COMPLAINT("category a\nmatch (*COMMIT)b\n",
              "town/a.rules:2: a verb such as (*COMMIT) is not allowed in a "
              "rule");
    COMPLAINT("category a\nmatch caf\xe9\n",
              "town/a.rules:2: this line is not UTF-8");
    COMPLAINT("category a\ncategory a\n",
              "town/a.rules:2: category a stands already at town/a.rules:1");
}

static void a_failing_test_says_what_was_found(void)
{
    COMPLAINT("category a\nwords en tree\nyes a bush\n",
              "town/a.rules:3: category a: \"a bush\" gives other");
    COMPLAINT("category a\nwords en tree\nno a tree\n",
              "town/a.rules:3: category a: \"a tree\" gives a");
    COMPLAINT("address a\nmatch (?<number>\\d+) (?<street>\\w+)\n"
              "yes 12 Oak => number=12; street=Elm\n",
              "town/a.rules:3: street is \"Oak\", not \"Elm\"");
    COMPLAINT("address a\nmatch (?<number>\\d+)\nyes 12 => city=Elm\n",
              "town/a.rules:3: there is no part \"city\"");
    COMPLAINT("emergency a\nwords en fire\nyes a lake\n",
              "town/a.rules:3: emergency a: \"a lake\" gives nothing");
    COMPLAINT("category a\nwords en tree\nyes a TREE\nno a bush\n", "nothing");
}

static void a_new_category_that_steals_reports_does_not_load(void)
{
    COMPLAINT("category tree\nwords en tree\nyes a tree fell\n"
              "category fall\nwords en 9: fell\n",
              "town/a.rules:3: category tree: \"a tree fell\" gives fall");
}

/* The category of text, in a set of rules given as text. */
static struct str category_of(const char *rules, const char *title,
                              const char *text, struct extract *x,
                              struct arena *a)
{
    struct rules_text in = { str_of(title), str_of(text), STR("") };
    struct error e;
    struct rules *r = set_of(rules, &e);

    if (r == NULL)
        return arena_str(a, str_of(e.text));
    rules_apply(r, &in, x, a);
    rules_free(r);
    return x->category.name;
}

#define CATEGORY(rules, text, want)                                            \
    do {                                                                       \
        struct arena a_ = { NULL };                                            \
        struct extract x_;                                                     \
        CHECK_STR(category_of(rules, "", text, &x_, &a_), want);               \
        arena_free(&a_);                                                       \
    } while (0)

static void words_are_found_whatever_their_case_and_accents(void)
{
    static const char *const rules =
        "category a\nwords es socavón, árbol caíd*, niñ*\n";

    CATEGORY(rules, "un SOCAVÓN enorme", "a");
    CATEGORY(rules, "un socavon enorme", "a");
    CATEGORY(rules, "Árbol  caído aqui", "a");
    CATEGORY(rules, "ARBOL CAIDA", "a");
    CATEGORY(rules, "los NIÑOS", "a");
    CATEGORY(rules, "los ninos", "a");
    CATEGORY(rules, "socavones", "other");
    CATEGORY(rules, "subarbol caido", "other");
}

static void words_may_hold_what_a_regex_would_misread(void)
{
    static const char *const rules =
        "category a\nwords en don't stop, c++, u-turn, (help), no.5\n";

    CATEGORY(rules, "they dont stop", "a");
    CATEGORY(rules, "they don’t  stop", "a");
    CATEGORY(rules, "a c++ road", "a");
    CATEGORY(rules, "a ccc road", "other");
    CATEGORY(rules, "noX5", "other");
    CATEGORY(rules, "at no.5", "a");
    CATEGORY(rules, "please (help) me", "a");
}

static void unless_takes_the_category_away(void)
{
    static const char *const rules = "category a\nwords en tree\n"
                                     "unless \\bfamily tree\\b\n";

    CATEGORY(rules, "a tree", "a");
    CATEGORY(rules, "my family tree", "other");
}

static void the_highest_sum_wins_and_the_next_is_kept(void)
{
    static const char *const rules =
        "category a\nwords en 2: tree\nwords en 2: limb\n"
        "category b\nwords en 3: light\ncategory c\nwords en -5: light\n";
    struct arena a = { NULL };
    struct extract x;

    CHECK_STR(category_of(rules, "", "tree limb light", &x, &a), "a");
    CHECK(x.category.score == 4);
    CHECK_STR(x.category.rule, "a.rules:2");
    CHECK_STR(x.runner_up.name, "b");
    CHECK(x.runner_up.score == 3);
    CHECK_STR(category_of(rules, "", "tree light", &x, &a), "b");
    CHECK_STR(category_of(rules, "", "nothing", &x, &a), "other");
    CHECK(x.category.score == 0 &&
          x.category.span.begin == x.category.span.end);
    CHECK(x.runner_up.name.n == 0 && x.findings == NULL);
    arena_free(&a);
}

static void a_tie_and_a_weak_score_are_other_with_the_candidate_kept(void)
{
    static const char *const rules =
        "category a\nwords en 2: tree\ncategory b\nwords en 2: light\n"
        "category c\nwords en 3: bench\ncategory d\nwords en 0.4: sign\n";
    struct arena a = { NULL };
    struct extract x;

    CHECK_STR(category_of(rules, "", "light in the tree", &x, &a), "other");
    CHECK_STR(x.runner_up.name, "b");
    CHECK_STR(category_of(rules, "", "tree by the light", &x, &a), "other");
    CHECK_STR(x.runner_up.name, "a");
    CHECK_STR(category_of(rules, "light", "tree", &x, &a), "b");
    CHECK_STR(category_of(rules, "", "sign", &x, &a), "other");
    CHECK_STR(x.runner_up.name, "d");
    CHECK_STR(x.findings->value, "d");
    arena_free(&a);
}

static void each_phrase_counts_for_itself_and_a_plural_as_one(void)
{
    static const char *const rules =
        "category light\nbase -1\nphrases en 2: street light, lamp, out\n"
        "phrases es 3: l\303\241mpara\ncategory tree\nphrases en 4: tree\n";
    struct arena a = { NULL };
    struct extract x;

    CHECK_STR(category_of(rules, "", "Street LIGHTS: out", &x, &a), "light");
    CHECK(x.category.score == 3); /* 2 + 2 - 1 */
    CHECK_STR(x.category.rule, "a.rules:3");
    CHECK(x.category.span.begin == 0 && x.category.span.end == 13);
    category_of(rules, "", "lamp lamp lamp", &x, &a);
    CHECK(x.category.score == 1); /* one phrase counts once */
    category_of(rules, "lamps", "a lamp", &x, &a);
    CHECK(x.category.score == 2); /* 2 x 1.5 in the title, - 1 */
    CHECK_STR(category_of(rules, "", "on the street. Light", &x, &a), "other");
    category_of(rules, "", "la lampara", &x, &a);
    CHECK(x.category.score == 2);
    CHECK_STR(category_of(rules, "", "out of a tree lamp", &x, &a), "tree");
    CHECK_STR(x.runner_up.name, "light");
    CHECK(x.runner_up.score == 3);
    arena_free(&a);
}

static void a_category_is_extended_by_a_later_block(void)
{
    static const char *const rules =
        "category a\nwords en 2: tree\nname en Tree\nextend a\n"
        "phrases en 1: limb\ncategory b\nwords en 2.5: limb\n";
    struct arena a = { NULL };
    struct extract x;

    CHECK_STR(category_of(rules, "", "tree limb", &x, &a), "a");
    CHECK(x.category.score == 3);
    arena_free(&a);
}

static struct str routed(const char *rules, const char *category,
                         const struct area *areas, struct str *rule)
{
    static struct rules *r;
    struct error e;

    rules_free(r); /* what the last one gave is no longer looked at */
    r = set_of(rules, &e);
    return rules_route(r, str_of(category), areas, rule);
}

static void the_first_route_that_fits_has_the_report(void)
{
    static const char *const rules =
        "category tree\ncategory road\n"
        "route north\ndepartment Parks north\ncategories tree, park\n"
        "areas Ward 1, North Side\n"
        "route trees\ndepartment Parks\ncategories tree\n"
        "route west\ndepartment West Office\nareas Ward 9\n"
        "route rest\ndepartment Public Works\n";
    struct area side = { STR("north side"), STR("neighborhood"), NULL };
    struct area ward = { STR("Ward 9"), STR("ward"), &side };
    struct str rule;

    CHECK_STR(routed(rules, "tree", &side, &rule), "Parks north");
    CHECK_STR(rule, "a.rules:3");
    CHECK_STR(routed(rules, "tree", &ward, &rule), "Parks north");
    CHECK_STR(routed(rules, "tree", NULL, &rule), "Parks");
    CHECK_STR(routed(rules, "road", &ward, &rule), "West Office");
    CHECK_STR(routed(rules, "road", &side, &rule), "Public Works");
    CHECK_STR(rule, "a.rules:13");
    CHECK_STR(routed("category tree\n", "tree", &side, &rule), "");
    CHECK_STR(rule, "");
}

static void spans_count_bytes_in_the_text_they_were_found_in(void)
{
    static const char *const rules = "category a\nwords en tree\n";
    struct arena a = { NULL };
    struct extract x;

    category_of(rules, "", "año: the tree", &x, &a);
    CHECK(x.category.span.in == ZONE_VISIBLE);
    CHECK(x.category.span.begin == 10 && x.category.span.end == 14);
    category_of(rules, "TREE", "the tree", &x, &a);
    CHECK(x.category.span.in == ZONE_TITLE);
    CHECK(x.category.span.begin == 0 && x.category.span.end == 4);
    CHECK_STR(x.findings->field, "category");
    CHECK_STR(x.findings->value, "a");
    CHECK(x.findings->next == NULL);
    arena_free(&a);
}

static const struct finding *field(const struct extract *x, const char *name)
{
    const struct finding *f = x->findings;

    while (f != NULL && !str_eq(f->field, str_of(name)))
        f = f->next;
    return f;
}

static void the_first_address_block_takes_the_words(void)
{
    static const char *const rules =
        "pattern st (?:St|Ave)\n"
        "address crossing\nmatch (?<street>\\w+ %{st}) and (?<cross>\\w+)\n"
        "address numbered\nmatch (?<number>\\d+) (?<street>\\w+ %{st})\n";
    struct arena a = { NULL };
    struct extract x;
    const struct finding *f;

    category_of(rules, "", "12 Oak St and Elm, then 7 Ash Ave", &x, &a);
    f = field(&x, "address");
    CHECK_STR(f->value, "crossing");
    CHECK_STR(f->next->field, "street");
    CHECK_STR(f->next->value, "Oak St");
    CHECK(f->next->span.begin == 3 && f->next->span.end == 9);
    CHECK_STR(f->next->next->value, "Elm");
    f = field(&x, "number");
    CHECK_STR(f->value, "7");
    CHECK_STR(f->rule, "a.rules:5");
    CHECK_STR(f->next->value, "Ash Ave");
    CHECK(f->next->next == NULL);
    arena_free(&a);
}

static void an_emergency_is_told_beside_the_category(void)
{
    static const char *const rules =
        "category a\nwords en tree\nemergency wires\nwords en live wire*\n";
    struct arena a = { NULL };
    struct extract x;

    CHECK_STR(category_of(rules, "", "live wires in a tree", &x, &a), "a");
    CHECK(x.urgent);
    CHECK_STR(field(&x, "urgent")->value, "wires");
    category_of(rules, "", "a tree", &x, &a);
    CHECK(!x.urgent);
    arena_free(&a);
}

static void the_language_is_told_from_small_words_or_from_rules(void)
{
    static const char *const rules = "category a\nwords es bache\n";
    struct arena a = { NULL };
    struct extract x;

    category_of(rules, "", "Hay un hoyo en la esquina", &x, &a);
    CHECK_STR(x.language, "es");
    category_of(rules, "", "There is a hole on the corner", &x, &a);
    CHECK_STR(x.language, "en");
    category_of(rules, "BACHE", "12 Elm", &x, &a);
    CHECK_STR(x.language, "es");
    category_of(rules, "", "12 Elm", &x, &a);
    CHECK_STR(x.language, "");
    arena_free(&a);
}

static void a_language_that_was_told_stays(void)
{
    struct rules_text in = { STR(""), STR("the hole is deep"), STR("es") };
    struct arena a = { NULL };
    struct error e;
    struct extract x;
    struct rules *r = set_of("category a\nwords en hole\n", &e);

    rules_apply(r, &in, &x, &a);
    CHECK_STR(x.language, "es");
    rules_free(r);
    arena_free(&a);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[TEMP_ROOM + 32];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "w");
    CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void remove_file(const char *folder, const char *name)
{
    char path[TEMP_ROOM + 32];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    unlink(path);
}

static void a_test_is_told_with_the_file_it_stands_in(void)
{
    char one[TEMP_ROOM];
    char two[TEMP_ROOM];
    struct setting_list second = { STR_NONE, NULL };
    struct setting_list first = { STR_NONE, &second };
    struct rules *r = NULL;
    struct error e = { 0 };

    CHECK(temp_folder(one, "rules") && temp_folder(two, "rules"));
    first.value = str_of(one);
    second.value = str_of(two);
    write_file(one, "a.rules", "category light\nwords en light\n");
    write_file(two, "b.rules", "extend light\nwords en lamp\nyes a tree\n");
    CHECK(rules_load(&r, &first, &e) == E_RULE_TEST);
    CHECK(str_find(str_of(e.text), STR("/b.rules:3: ")) < strlen(e.text));
    remove_file(one, "a.rules");
    remove_file(two, "b.rules");
    CHECK(rmdir(one) == 0 && rmdir(two) == 0);
}

static void a_later_folder_replaces_a_block_with_its_tests(void)
{
    char one[TEMP_ROOM];
    char two[TEMP_ROOM];
    struct setting_list second = { STR_NONE, NULL };
    struct setting_list first = { STR_NONE, &second };
    struct rules_text in = { .text = STR("a tree and a bush") };
    struct arena a = { NULL };
    struct extract x;
    struct rules *r = NULL;
    struct error e = { 0 };

    CHECK(temp_folder(one, "rules") && temp_folder(two, "rules"));
    first.value = str_of(one);
    second.value = str_of(two);
    write_file(one, "a.rules",
               "category plant\nname en Plant\nwords en 5: tree\n"
               "yes a tree\ncategory light\nwords en light\nyes a light\n"
               "ask nothing\ntext en Where?\n");
    write_file(two, "b.rules",
               "category plant\nname en Bush\nname es Arbusto\n"
               "words en bush\nno a tree\nyes a bush\n");
    CHECK(rules_load(&r, &first, &e) == 0);
    if (r == NULL)
        printf("# %s\n", e.text);
    CHECK(rules_test_count(r) == 3);
    rules_apply(r, &in, &x, &a);
    CHECK_STR(x.category.rule, "b.rules:4");
    CHECK_STR(rules_label(r, STR("plant"), STR("en-US")), "Bush");
    CHECK_STR(rules_label(r, STR("plant"), STR("es")), "Arbusto");
    CHECK_STR(rules_label(r, STR("plant"), STR("fr")), "Bush");
    CHECK_STR(rules_label(r, STR("light"), STR("en")), "light");
    CHECK_STR(rules_question(r, "nothing", STR("es")), "Where?");
    CHECK_STR(rules_question(r, "nowhere", STR("es")), "");
    rules_free(r);
    write_file(two, "b.rules", "category plant\nyes a bush\n");
    CHECK(rules_load(&r, &first, &e) == E_RULE_TEST && r == NULL);
    remove_file(one, "a.rules");
    remove_file(two, "b.rules");
    rmdir(two);
    CHECK(rules_load(&r, &first, &e) < 0);
    rmdir(one);
    arena_free(&a);
}

int main(void)
{
    a_broken_line_is_told_by_file_line_and_sentence();
    a_failing_test_says_what_was_found();
    a_new_category_that_steals_reports_does_not_load();
    words_are_found_whatever_their_case_and_accents();
    words_may_hold_what_a_regex_would_misread();
    unless_takes_the_category_away();
    the_highest_sum_wins_and_the_next_is_kept();
    a_tie_and_a_weak_score_are_other_with_the_candidate_kept();
    each_phrase_counts_for_itself_and_a_plural_as_one();
    a_category_is_extended_by_a_later_block();
    the_first_route_that_fits_has_the_report();
    spans_count_bytes_in_the_text_they_were_found_in();
    the_first_address_block_takes_the_words();
    an_emergency_is_told_beside_the_category();
    the_language_is_told_from_small_words_or_from_rules();
    a_language_that_was_told_stays();
    a_test_is_told_with_the_file_it_stands_in();
    a_later_folder_replaces_a_block_with_its_tests();
    return tap_done();
}
