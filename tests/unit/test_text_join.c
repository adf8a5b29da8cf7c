/* Long texts in parts: joined in every order, and after every end. */
#include "text_made.h"

/* ---- parts ---- */

static int part(const char *id, const char *from, int n, int of,
                const char *words)
{
    return deliver(
        "good", arena_printf(&setup,
                             "[{\"id\":\"%s\",\"from\":\"%s\",\"to\":\"+1555\","
                             "\"ref\":\"7\",\"part\":%d,\"parts\":%d,"
                             "\"words\":\"%s\"}]",
                             id, from, n, of, words));
}

static void parts_become_one_text_in_whatever_order_they_come(void)
{
    static const int orders[6][3] = { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 },
                                      { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } };
    static const char *const words[] = { "", "Pothole 100% ", "at\\n12 Elm",
                                         " St \\u00e1" };
    struct text_channel *t = start();

    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 3; k++) {
            int n = orders[i][k];

            CHECK(part(arena_printf(&setup, "p%d", n), ANA, n, 3, words[n]) ==
                  200);
        }
        WAIT(fake_inbox.waiting == 0);
        CHECK(fake_inbox.n == 4 && t->machine->groups == NULL);
        CHECK_STR(jailed(fake_row("joined/p1")).text,
                  "Pothole 100% at\n12 Elm St á");
        CHECK_STR(jailed(fake_row("joined/p1")).sender.address, ANA);
        CHECK(jailed(fake_row("joined/p1")).control == CONTROL_NONE);
        CHECK(jailed(fake_row("p2")).control == CONTROL_PART);
        CHECK_STR(str_of(cursor("parts")), "");
        CHECK(part("p2", ANA, 2, 3, words[2]) == 200); /* it comes again */
        CHECK(fake_inbox.n == 4 && t->machine->groups == NULL);
        fake_inbox_reset();
    }
    stop(t);
}

static void a_part_that_never_comes_is_shown_as_missing(void)
{
    struct text_channel *t = start();

    clock_set(NOON);
    part("p2", ANA, 2, 4, "two");
    part("p2", ANA, 2, 4, "two");
    CHECK(fake_inbox.n == 1);
    stop(t);
    clock_set(NOON + TEXT_PARTS_WAIT_S - 1);
    t = start();
    CHECK(fake_inbox.n == 1 && t->machine->groups != NULL);
    stop(t);
    clock_set(NOON + TEXT_PARTS_WAIT_S);
    t = start();
    WAIT(fake_inbox.n == 2 && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/p2")).text, "[...]two[...]");
    CHECK_STR(str_of(cursor("parts")), "");
    part("p4", ANA, 4, 4, "four"); /* late, but not lost */
    stop(t);
    clock_set(NOON + 200);
    t = start();
    WAIT(fake_inbox.n == 4 && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/p4")).text, "[...]four");
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void a_restart_goes_on_joining(void)
{
    struct text_channel *t = start();

    clock_set(NOON);
    part("p1", ANA, 1, 2, "Pot");
    part("q1", "+15555550124", 1, 2, "not ");
    stop(t);
    t = start();
    part("p2", ANA, 2, 2, "hole");
    WAIT(fake_row("joined/p1") != NULL && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/p1")).text, "Pothole");
    CHECK(str_find(str_of(cursor("parts")), STR("q1 ")) == 0);

    /* The whole cannot be stored: it is tried again. */
    stop(t);
    fake_inbox.refuse = E_FULL;
    clock_set(NOON + 100);
    t = start();
    WAIT(fake_inbox.waiting > 0);
    WAIT(fake_inbox.waiting == 0);
    CHECK(str_find(str_of(cursor("parts")), STR("q1 ")) == 0);
    stop(t);
    fake_inbox.refuse = 0;
    t = start();
    WAIT(fake_row("joined/q1") != NULL && fake_inbox.waiting == 0);
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void killed_at_any_point_a_long_text_is_one_text(void)
{
    struct text_channel *t = start();
    struct fake_pair *parts = fake_pair(fake_inbox.cursors, "parts");
    char lines[4096];

    /* Noted, and killed before the raw was stored: it comes again. */
    snprintf(parts->value, sizeof(parts->value),
             "p1 %%2B15555550123 %%2B1555 7 1 2 %d Pot \n", NOON);
    stop(t);
    clock_set(NOON);
    t = start();
    CHECK(t->machine->groups == NULL);
    part("p1", ANA, 1, 2, "Pot");
    snprintf(lines, sizeof(lines), "%s", parts->value);
    part("p2", ANA, 2, 2, "hole");
    WAIT(fake_row("joined/p1") != NULL && fake_inbox.waiting == 0);
    CHECK(fake_inbox.n == 3);

    /* Joined and stored, and killed before the lines were struck out. */
    stop(t);
    snprintf(parts->value, sizeof(parts->value),
             "%sp2 %%2B15555550123 %%2B1555 7 2 2 %d hole \n", lines, NOON);
    t = start();
    WAIT(fake_inbox.waiting == 0 && t->machine->groups == NULL);
    CHECK(fake_inbox.n == 3);
    CHECK_STR(str_of(parts->value), "");
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void a_part_that_is_not_stored_is_not_held(void)
{
    struct text_channel *t = start();

    fake_inbox.refuse = E_FULL;
    CHECK(part("p1", ANA, 1, 2, "Pot") == 503);
    CHECK(t->machine->groups == NULL && cursor("parts")[0] == '\0');
    fake_inbox.refuse = 0;
    part("p1", ANA, 1, 2, "Pot");
    part("p2", ANA, 2, 2, "stop");
    WAIT(fake_row("joined/p1") != NULL && fake_inbox.waiting == 0);
    /* The end of a sentence is no STOP. */
    CHECK_STR(str_of(fake_pair(fake_inbox.opts, ANA)->value), "");
    stop(t);
    fake_inbox_reset();
}

static void a_reference_that_comes_round_mixes_nothing(void)
{
    struct text_channel *t = start();

    part("a1", ANA, 1, 2, "one ");
    part("b1", ANA, 1, 2, "other ");
    part("b3", ANA, 2, 3, "of three");
    part("a2", ANA, 2, 2, "text");
    part("b2", ANA, 2, 2, "words");
    WAIT(fake_row("joined/a1") != NULL && fake_row("joined/b1") != NULL &&
         fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/a1")).text, "one text");
    CHECK_STR(jailed(fake_row("joined/b1")).text, "other words");
    CHECK(fake_inbox.n == 7 && t->machine->groups != NULL);
    stop(t);
    fake_inbox_reset();
}

static void more_parts_than_can_be_held_are_texts_by_themselves(void)
{
    struct text_channel *t = start();
    struct message m;

    for (int i = 0; i < 70; i++) {
        CHECK(part(arena_printf(&setup, "p%d", i), ANA, 1, 2, "half") == 200);
    }
    CHECK(fake_inbox.n == 70 && fake_count("limited") == 6);
    CHECK(jailed(fake_row("p63")).control == CONTROL_PART);
    m = jailed(fake_row("p64"));
    CHECK(m.control == CONTROL_NONE);
    CHECK_STR(m.text, "half");
    CHECK(part("q1", "+15555550124", 1, 2, "half") == 200); /* another may */
    CHECK(jailed(fake_row("q1")).control == CONTROL_PART);
    stop(t);
    fake_inbox_reset();
}

static void odd_parts_are_texts_by_themselves(void)
{
    static const struct {
        const char *id;
        int n, of;
    } odd[] = { { "a", 0, 3 },
                { "b", 4, 3 },
                { "c", -1, 2 },
                { "d", 1, 256 },
                { "e", 1, 2000000000 } };
    struct text_channel *t = start();

    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        CHECK(part(odd[i].id, ANA, odd[i].n, odd[i].of, "x") == 200);
        CHECK(jailed(fake_row(odd[i].id)).control == CONTROL_NONE);
    }
    CHECK(part("f", "", 1, 2, "x") == 200);
    CHECK(t->machine->groups == NULL);
    CHECK(part("g", "a\\nb %41", 1, 2, "x\\ny") == 200);
    stop(t);
    t = start();
    CHECK(part("h", "a\\nb %41", 2, 2, "z") == 200);
    WAIT(fake_row("joined/g") != NULL && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/g")).text, "x\nyz");
    stop(t);
    fake_inbox_reset();
}

int main(void)
{
    if (!api_begin(serve_api))
        return 1;
    parts_become_one_text_in_whatever_order_they_come();
    a_part_that_never_comes_is_shown_as_missing();
    a_restart_goes_on_joining();
    killed_at_any_point_a_long_text_is_one_text();
    a_part_that_is_not_stored_is_not_held();
    a_reference_that_comes_round_mixes_nothing();
    more_parts_than_can_be_held_are_texts_by_themselves();
    odd_parts_are_texts_by_themselves();
    return api_end();
}
