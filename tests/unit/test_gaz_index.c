/* The tree of names: what is found by its whole name, and what a letter off. */
#include "geo/gaz_index.h"

#include "../tap.h"

static struct index *names(void)
{
    static const char *const list[] = { "whalley ave", "elm st", "van buren st",
                                        "franklin st" };
    struct index *ix = index_new();

    for (size_t i = 0; i < COUNT_OF(list); i++) {
        struct entry e = { THING_STREET, FORM_FULL, (int)i, -1 };

        index_add(ix, str_of(list[i]), e);
    }
    index_finish(ix);
    return ix;
}

static int node_of(const struct index *ix, struct str name)
{
    int node = INDEX_ROOT;

    while (name.n > 0)
        node = index_step(ix, node, index_token(ix, str_word(&name)));
    return node;
}

static void a_name_is_found_whole_and_not_in_part(void)
{
    struct index *ix = names();
    int entry = index_entry(ix, node_of(ix, STR("van buren st")));

    CHECK(entry >= 0 && index_at(ix, entry)->index == 2);
    CHECK(index_entry(ix, node_of(ix, STR("van buren"))) < 0);
    CHECK(index_entry(ix, node_of(ix, STR("buren st"))) < 0);
    CHECK(node_of(ix, STR("elm ave")) < 0);
    index_free(ix);
}

static void two_things_of_one_name_are_both_told(void)
{
    struct index *ix = index_new();
    struct entry street = { THING_STREET, FORM_BARE, 7, -1 };
    struct entry area = { THING_AREA, FORM_FULL, 3, -1 };
    const struct entry *first;

    index_add(ix, STR("east rock"), street);
    index_add(ix, STR("east rock"), area);
    index_add(ix, STR("east rock"), street);
    index_finish(ix);
    first = index_at(ix, index_entry(ix, node_of(ix, STR("east rock"))));
    CHECK(first->thing == THING_STREET && first->next >= 0);
    CHECK(index_at(ix, first->next)->thing == THING_AREA);
    CHECK(index_at(ix, first->next)->next < 0);
    index_free(ix);
}

static bool is_near(const struct index *ix, const char *word, const char *name)
{
    int tokens[8];
    size_t n = index_near(ix, str_of(word), tokens, 8);

    for (size_t i = 0; i < n; i++) {
        if (str_eq(index_text(ix, tokens[i]), str_of(name)))
            return true;
    }
    return false;
}

static void a_letter_off_is_near_and_two_are_far(void)
{
    struct index *ix = names();
    int tokens[8];

    CHECK(is_near(ix, "walley", "whalley"));
    CHECK(is_near(ix, "whaalley", "whalley"));
    CHECK(is_near(ix, "whallay", "whalley"));
    CHECK(is_near(ix, "wahlley", "whalley"));
    CHECK(is_near(ix, "avenu", "ave"));
    CHECK(!is_near(ix, "wally", "whalley"));
    CHECK(!is_near(ix, "whalley", "whalley"));
    CHECK(!is_near(ix, "elmm", "elm"));
    CHECK(index_far(ix, STR("frnklni"), tokens, 8) == 1);
    CHECK(index_far(ix, STR("frnlni"), tokens, 8) == 0);
    index_free(ix);
}

static void words_of_any_length_do_no_harm(void)
{
    static char word[70000];
    struct index *ix = names();
    int tokens[8];

    memset(word, 'a', sizeof(word));
    CHECK(index_near(ix, (struct str){ word, sizeof(word) }, tokens, 8) == 0);
    CHECK(index_token(ix, (struct str){ word, sizeof(word) }) < 0);
    CHECK(index_near(ix, STR_NONE, tokens, 8) == 0);
    CHECK(index_step(ix, INDEX_ROOT, -1) < 0);
    index_free(ix);
}

int main(void)
{
    a_name_is_found_whole_and_not_in_part();
    two_things_of_one_name_are_both_told();
    a_letter_off_is_near_and_two_are_far();
    words_of_any_length_do_no_harm();
    return tap_done();
}
