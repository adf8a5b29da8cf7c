#include "rules/learn.h"

#include <stdlib.h>

#include "../tap.h"
#include "rules/rules_internal.h"

static bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part)) < s.n;
}

static void add(struct learn *l, const char *text, const char *category)
{
    struct rules_text t = { STR(""), str_of(text), STR("") };
    struct error e;

    CHECK(learn_add(l, &t, str_of(category), &e) == 0);
}

/* Ten reports each of two categories, with words in all sorts of order. */
static struct learn *taught(void)
{
    struct learn *l = learn_new();

    for (int i = 0; i < 10; i++) {
        add(l, i % 2 == 0 ? "A big pothole on Whitney road" : "potholes again",
            "road_hole");
        add(l, i % 3 == 0 ? "the lamp on Whitney is out" : "Street lamp dark",
            "street-light");
    }
    return l;
}

static struct str written(const struct learn *l, struct buf *out)
{
    struct learn_how how = { NULL, STR("en") };
    struct error e;
    int phrases;

    CHECK(learn_write(l, &how, out, &phrases, &e) == 0);
    CHECK(phrases > 0);
    return buf_str(out);
}

/* The category of text by rules read from file; empty: they do not load. */
static struct str category_by(struct str file, const char *text,
                              struct arena *a)
{
    struct rules_text t = { STR(""), str_of(text), STR("") };
    struct rules *r = rules_new();
    struct extract x = { .category.name = STR("") };
    struct error e;

    if (rules_parse(r, "learned.rules", 0, file, &e) == 0) {
        rules_ready(r);
        rules_apply(r, &t, &x, a);
        x.category.name = arena_str(a, x.category.name);
    }
    rules_free(r);
    return x.category.name;
}

static void what_is_learned_is_a_rule_file_that_sorts_reports(void)
{
    struct learn *l = taught();
    struct buf out = buf_init(1024 * 1024);
    struct arena a = { NULL };
    struct str file = written(l, &out);

    CHECK_STR(category_by(file, "huge POTHOLE here", &a), "road-hole");
    CHECK_STR(category_by(file, "no lamp at night", &a), "street-light");
    CHECK_STR(category_by(file, "nothing of it", &a), "other");
    arena_free(&a);
    buf_free(&out);
    learn_free(l);
}

static void each_phrase_has_its_counts_above_it(void)
{
    struct learn *l = taught();
    struct buf out = buf_init(1024 * 1024);
    struct str file = written(l, &out);

    CHECK(has(file, "category road-hole\n    # 10 reports\n"));
    CHECK(has(file, "# 10/10\n    phrases en "));
    buf_free(&out);
    learn_free(l);
}

static void names_and_numbers_are_not_learned(void)
{
    struct learn *l = taught();
    struct buf out = buf_init(1024 * 1024);
    struct str file;

    for (int i = 0; i < 5; i++)
        add(l, "the pothole of Ms Bergstrom at 4711", "road-hole");
    file = written(l, &out);
    CHECK(!has(file, "bergstrom"));
    CHECK(!has(file, "4711"));
    CHECK(!has(file, "whitney"));
    buf_free(&out);
    learn_free(l);
}

static void the_same_reports_give_the_same_file(void)
{
    struct learn *one = taught();
    struct learn *two = taught();
    struct buf a = buf_init(1024 * 1024);
    struct buf b = buf_init(1024 * 1024);

    CHECK(str_eq(written(one, &a), written(two, &b)));
    buf_free(&a);
    buf_free(&b);
    learn_free(one);
    learn_free(two);
}

static void rows_held_out_are_judged_by_the_others(void)
{
    struct learn *l = taught();
    struct learn_how how = { NULL, STR("en") };
    struct learn_share share;
    struct error e;

    CHECK(learn_held_out(l, &how, 5, &share, &e) == 0);
    CHECK(share.rows == 20 && share.right == 20);
    for (int i = 0; i < 5; i++)
        add(l, i == 0 ? "seen once: zebra" : "a kerb", "animal");
    CHECK(learn_held_out(l, &how, 5, &share, &e) == 0);
    CHECK(share.rows == 25 && share.right < 25);
    learn_free(l);
}

static void given_rules_are_extended(void)
{
    struct setting_list folder = { STR("rules"), NULL };
    struct learn_how how = { &folder, STR("en") };
    struct learn *l = learn_new();
    struct buf out = buf_init(1024 * 1024);
    struct error e;
    int phrases;

    for (int i = 0; i < 10; i++) {
        add(l, "the blorp is back", "pothole");
        add(l, "my lamp has gone", "lamp");
    }
    CHECK(learn_write(l, &how, &out, &phrases, &e) == 0);
    CHECK(has(buf_str(&out), "extend pothole\n"));
    CHECK(has(buf_str(&out), "category lamp\n"));
    buf_free(&out);
    learn_free(l);
}

static void hostile_texts_do_not_break_the_file(void)
{
    static const char *const texts[] = {
        "category x, (a|b)*: \\K $ # tree\ncategory y",
        "\xff\xfe \x01\x02 , , :::: ''' *** [[[",
        "caf\xc3\xa9 \xf0\x9f\x8c\xb3 \xe2\x80\x99\xe2\x80\x99 "
        "e\xcc\x81\xcc\x81",
        "",
    };
    struct learn *l = taught();
    struct buf out = buf_init(1024 * 1024);
    struct arena a = { NULL };

    for (int i = 0; i < 20; i++) {
        add(l, texts[i % 4], "road-hole");
        add(l, texts[(i + 1) % 4], i % 2 == 0 ? "c" : "street-light");
    }
    CHECK_STR(category_by(written(l, &out), "huge pothole", &a), "road-hole");
    arena_free(&a);
    buf_free(&out);
    learn_free(l);
}

static void a_category_that_is_no_name_is_refused(void)
{
    struct rules_text t = { STR(""), STR("text"), STR("") };
    struct learn *l = learn_new();
    struct error e;

    CHECK(learn_add(l, &t, STR(""), &e) == E_SYNTAX);
    CHECK(learn_add(l, &t, STR("a\nb"), &e) == E_SYNTAX);
    CHECK_STR(str_of(e.text), "\"a\nb\" cannot be a category's name");
    for (int i = 0; i < LEARN_CATEGORIES_MAX; i++) {
        char name[16];

        snprintf(name, sizeof(name), "c%d", i);
        CHECK(learn_add(l, &t, str_of(name), &e) == 0);
    }
    CHECK(learn_add(l, &t, STR("more"), &e) == E_LIMIT);
    CHECK(learn_rows(l) == LEARN_CATEGORIES_MAX);
    learn_free(l);
}

int main(void)
{
    what_is_learned_is_a_rule_file_that_sorts_reports();
    each_phrase_has_its_counts_above_it();
    names_and_numbers_are_not_learned();
    the_same_reports_give_the_same_file();
    rows_held_out_are_judged_by_the_others();
    given_rules_are_extended();
    hostile_texts_do_not_break_the_file();
    a_category_that_is_no_name_is_refused();
    return tap_done();
}
