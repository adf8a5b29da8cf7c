/* What residents wrote, without what says who they are. */
#include "web/report/discreet.h"

#include "../tap.h"

static const struct discreet english = {
    STR_INIT("my name is|my name's"),
    STR_INIT("this is|i am|regards|thanks"),
    STR_INIT("#"),
};

static struct str hidden(const char *text)
{
    static struct arena a;

    arena_free(&a);
    return words_discreet(&a, str_of(text), &english);
}

static void addresses_and_numbers_are_left_out(void)
{
    CHECK_STR(hidden("write to ana@example.org please"), "write to # please");
    CHECK_STR(hidden("ana.maria+x@mail.example.org"), "#");
    CHECK_STR(hidden("see https://example.org/ana, or www.example.org"),
              "see # or #");
    CHECK_STR(hidden("call (555) 555-0123 now"), "call # now");
    CHECK_STR(hidden("call 555.555.0123."), "call #.");
    CHECK_STR(hidden("+1 555 555 0123"), "#");
    CHECK_STR(hidden("5550123"), "#");
}

static void what_is_no_number_of_a_phone_stays(void)
{
    CHECK_STR(hidden("12 Elm Street, since 2026"), "12 Elm Street, since 2026");
    CHECK_STR(hidden("pole 4711 (on Main St)"), "pole 4711 (on Main St)");
    CHECK_STR(hidden("2 or 3 potholes"), "2 or 3 potholes");
    CHECK_STR(hidden("route 9 and 14 and 15"), "route 9 and 14 and 15");
    CHECK_STR(hidden("at Elm @ Oak"), "at Elm @ Oak");
}

static void names_are_left_out_where_they_are_told(void)
{
    CHECK_STR(hidden("My name is Bob Nagle, a tree fell"),
              "My name is #, a tree fell");
    CHECK_STR(hidden("my name is bob nagle and a tree fell"),
              "my name is # and a tree fell");
    CHECK_STR(hidden("I am Jos\xc3\xa9 P\xc3\xa9rez. A tree fell"),
              "I am #. A tree fell");
    CHECK_STR(hidden("a tree fell, thanks, Ana"), "a tree fell, thanks, #");
    CHECK_STR(hidden("this is a big hole"), "this is a big hole");
    CHECK_STR(hidden("I am at the corner"), "I am at the corner");
    CHECK_STR(hidden("miami amp"), "miami amp");
}

static void odd_text_does_no_harm(void)
{
    static char large[5000];

    CHECK_STR(hidden(""), "");
    CHECK_STR(hidden("my name is"), "my name is");
    CHECK_STR(hidden("my name is "), "my name is ");
    CHECK_STR(hidden("@"), "@");
    CHECK_STR(hidden("((((((((((1"), "((((((((((1");
    memset(large, '1', sizeof(large) - 1);
    CHECK_STR(hidden(large), "#");
    memset(large, 'a', sizeof(large) - 1);
    CHECK(hidden(large).n == 2000);
}

static void who_was_at_whose_door_is_private(void)
{
    CHECK(category_is_private(STR("police")));
    CHECK(category_is_private(STR("homeless")));
    CHECK(category_is_private(STR("")));
    CHECK(!category_is_private(STR("pothole")));
}

int main(void)
{
    addresses_and_numbers_are_left_out();
    what_is_no_number_of_a_phone_stays();
    names_are_left_out_where_they_are_told();
    odd_text_does_no_harm();
    who_was_at_whose_door_is_private();
    return tap_done();
}
