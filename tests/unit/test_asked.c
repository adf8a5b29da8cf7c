#include "spine/asked.h"

#include "../tap.h"

static struct arena home;

static struct str street(const char *answer)
{
    struct asked q = { .cause = STR("street-only"),
                       .street = STR("Elm Street") };

    return asked_answer(&q, str_of(answer), &home);
}

static struct str of_three(const char *answer)
{
    struct asked q = {
        .cause = STR("ambiguous"),
        .choices = { STR("9 Park Street"), STR("9 Park Avenue"),
                     STR("9 Park Place") },
        .choice_count = 3,
    };

    return asked_answer(&q, str_of(answer), &home);
}

static void a_number_is_one_on_the_street(void)
{
    CHECK_STR(street("14"), "14 Elm Street");
    CHECK_STR(street(" #14. "), "14 Elm Street");
    CHECK_STR(street("It's number 14a"), "14a Elm Street");
    CHECK_STR(street("in front of 12-14"), "12-14 Elm Street");
    CHECK_STR(street("el 14"), "14 Elm Street");
    CHECK_STR(street("frente al 14"), "14 Elm Street");
    CHECK_STR(street("across from 14"), "14 Elm Street");
}

static void a_name_is_what_the_street_crosses(void)
{
    CHECK_STR(street("corner Spring"), "Elm Street and Spring");
    CHECK_STR(street("the corner of Spring St"), "Elm Street and Spring St");
    CHECK_STR(street("esquina con Spring"), "Elm Street and Spring");
    CHECK_STR(street("Spring"), "Elm Street and Spring");
    CHECK_STR(street("between Oak and Pine"),
              "Elm Street between Oak and Pine");
    CHECK_STR(street("entre Oak y Pine"), "Elm Street entre Oak y Pine");
}

static void a_choice_is_told_by_number_or_word(void)
{
    CHECK_STR(of_three("2"), "9 Park Avenue");
    CHECK_STR(of_three("2)"), "9 Park Avenue");
    CHECK_STR(of_three("the second one"), "9 Park Avenue");
    CHECK_STR(of_three("La segunda, por favor"), "9 Park Avenue");
    CHECK_STR(of_three("number 3 please"), "9 Park Place");
    CHECK_STR(of_three("first"), "9 Park Street");
    CHECK_STR(of_three("4"), "");
    CHECK_STR(of_three("2 or 3"), "");
    CHECK_STR(of_three("yes"), "");
}

static void yes_is_the_only_choice(void)
{
    struct asked q = { .cause = STR("unknown-street"),
                       .street = STR("Elmwod"),
                       .choices = { STR("Elmwood Avenue") },
                       .choice_count = 1 };

    CHECK_STR(asked_answer(&q, STR("Yes!"), &home), "Elmwood Avenue");
    CHECK_STR(asked_answer(&q, STR("s\303\255"), &home), "Elmwood Avenue");
}

static void what_is_no_answer_is_left_alone(void)
{
    static char much[4000];

    memset(much, '1', sizeof(much) - 1);
    CHECK_STR(street(""), "");
    CHECK_STR(street(" ... "), "");
    CHECK_STR(street("14 Oak Street"), "");
    CHECK_STR(street("and and and"), "");
    CHECK_STR(street("thank you so much for your fast help"), "");
    CHECK_STR(street(much), "");
}

static void a_question_is_kept_as_text(void)
{
    struct asked q = { .cause = STR("ambiguous"),
                       .street = STR(""),
                       .choices = { STR("1 A St"), STR("1 B St") },
                       .choice_count = 2 };
    struct asked back = asked_read(asked_write(&q, &home));

    CHECK_STR(back.cause, "ambiguous");
    CHECK_STR(back.street, "");
    CHECK(back.choice_count == 2);
    CHECK_STR(back.choices[1], "1 B St");
    back = asked_read(STR("x"));
    CHECK(back.street.n == 0 && back.choice_count == 0);
    back = asked_read(STR("a\nc\nb\n1\n2\n3\n4\n5"));
    CHECK(back.choice_count == ASKED_CHOICES);
}

int main(void)
{
    a_number_is_one_on_the_street();
    a_name_is_what_the_street_crosses();
    a_choice_is_told_by_number_or_word();
    yes_is_the_only_choice();
    what_is_no_answer_is_left_alone();
    a_question_is_kept_as_text();
    arena_free(&home);
    return tap_done();
}
