/*
 * What a person newly wrote. To leave too little loses a resident's words; to
 * leave too much has the town read its own questions as the answer.
 */
#include "mail_tests.h"

#define REPLY "From: ana@example.org\nSubject: Re: x\nIn-Reply-To: <1@a>\n\n"
#define NEW   "It is at the corner of Elm and Oak."

static void an_attribution_is_known_in_many_languages(void)
{
    static const char *const lines[] = {
        "On Tue, Nov 24, 2026 at 9:30 AM Town <r@example.org>\nwrote:",
        "El mar, 24 nov 2026 a las 9:30, Pueblo (<r@example.org>) "
        "escribi\xc3\xb3:",
        "Le mar. 24 nov. 2026 \xc3\xa0 9:30, Ville <r@example.org> a "
        "\xc3\xa9"
        "crit :",
        "Am Di., 24. Nov. 2026 um 9:30 Uhr schrieb Stadt <r@example.org>:",
        "Stadt <r@example.org> schrieb am Di., 24. Nov. 2026\num 9:30 Uhr:",
        "Il giorno mar 24 nov 2026 alle ore 9:30 Citta <r@example.org> ha "
        "scritto:",
        "Op di 24 nov. 2026 om 9:30 schreef Stad <r@example.org>:",
        "Em ter., 24 de nov. de 2026 \xc3\xa0s 9:30, Vila <r@example.org> "
        "escreveu:",
        "tis 24 nov. 2026 kl. 9:30 skrev Stad <r@example.org>:",
        "wt., 24 lis 2026 o 9:30 Miasto <r@example.org> "
        "napisa\xc5\x82(a):",
        "\xe5\x9c\xa8 2026\xe5\xb9\xb4"
        "11\xe6\x9c\x88"
        "24\xe6\x97\xa5\xef\xbc\x8cTown <r@example.org> "
        "\xe5\x86\x99\xe9\x81\x93\xef\xbc\x9a",
        "2026-11-24 9:30 GMT+01:00 Town <r@example.org>:",
        "---- On Tue, 24 Nov 2026 09:30:00 +0100 Town <r@example.org> wrote "
        "----",
        "-----Original Message-----",
        "________________________________\nVon: Stadt <r@example.org>\n"
        "Gesendet: Dienstag\nAn: Ana\nBetreff: x\n",
    };

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        CHECK_STR(read_mail(arena_printf(&arena, REPLY NEW "\n\n%s\n> Where?\n",
                                         lines[i]))
                      .visible,
                  NEW);
        /* Programs that mark no quote, and put it under the line. */
        CHECK_STR(read_mail(arena_printf(&arena, REPLY NEW "\n%s\n\nWhere?\n",
                                         lines[i]))
                      .visible,
                  NEW);
    }
}

static void answers_between_the_quotes_stay(void)
{
    CHECK_STR(read_mail(REPLY
                        "On 24 Nov 2026 at 9:30, Town <r@example.org> wrote:\n"
                        "> Which corner?\nElm and Oak.\n\n> Since when?\n"
                        "Sunday.\n")
                  .visible,
              "Elm and Oak.\n\nSunday.");
    /* Said to stand below: all is left, marked or not. */
    CHECK(read_mail(REPLY "See my answers in red below.\n\n"
                          "From: Town <r@example.org>\nSent: Monday\nTo: Ana\n"
                          "Subject: x\n\nWhich corner? Elm and Oak.\n")
              .visible.n > 100);
}

static void answers_between_quotes_of_html_stay(void)
{
    CHECK_STR(read_mail("From: ana@example.org\nSubject: Re: x\n"
                        "Content-Type: text/html\n\n"
                        "<div>On 24 Nov 2026, Town &lt;r@example.org&gt; wrote:"
                        "</div><blockquote type=cite><p>Which corner?</p>"
                        "</blockquote><p>Elm and Oak.</p>"
                        "<blockquote type=cite><p>Since when?</p></blockquote>"
                        "<blockquote style='margin: 0 0 0 40px; border: none; "
                        "padding: 0px;'><p>Sunday.</p></blockquote>")
                  .visible,
              "Elm and Oak.\n\nSunday.");
}

static void words_that_only_look_like_a_quote_stay(void)
{
    static const char *const texts[] = {
        "On the corner of Elm and 5th there is a hole.\nOn Oak, too.",
        "The data come From: the school, Sent: by bus. To: Elm St.",
        "> 30 cm deep\n> 2 m long",
        "On Elm St. there is a hole. As my wife wrote:\nit is deep.",
        "At 12:30 this car was at\n9 Oak Av with its alarm on:\n"
        "for two hours",
        "Lamps out:\n----\n1. Elm St\n2. Oak Av\n----\nThat is all.",
    };

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        CHECK_STR(read_mail(arena_printf(&arena, "Subject: x\n\n%s", texts[i]))
                      .visible,
                  arena_printf(&arena, "%s", texts[i]));
    }
}

static void what_programs_add_below_is_folded(void)
{
    static const char *const lines[] = {
        "Sent from my iPhone",
        "Enviado desde mi iPhone",
        "Envoy\xc3\xa9 de mon iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS<https://example.org>",
        "-- \nAna Ruiz\n9 Oak Av",
        "Sent from my iPad\n\nOn 24 Nov 2026 at 9:30, r@example.org wrote:\n\n"
        "> Where?",
    };

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        CHECK_STR(
            read_mail(arena_printf(&arena, REPLY NEW "\n\n%s\n", lines[i]))
                .visible,
            NEW);
    }
}

static void where_nothing_is_left_all_is(void)
{
    CHECK_STR(read_mail(REPLY "> Where is it?\n> Elm St\n").visible,
              "> Where is it?\n> Elm St\n");
    CHECK_STR(read_mail(REPLY "Sent from my iPhone\n").visible,
              "Sent from my iPhone");
    CHECK_STR(read_mail(REPLY "Yes.\n\n> Is it 12 Elm St?\n").visible, "Yes.");
    /* A resident's own forward: what it says counts, not its head. */
    CHECK_STR(read_mail("From: bob@example.org\nSubject: Fwd: x\n\n"
                        "-- Forwarded message --\nFrom: Ana <a@example.org>\n"
                        "Date: Monday\nSubject: x\n\n" NEW)
                  .visible,
              NEW);
}

int main(void)
{
    an_attribution_is_known_in_many_languages();
    answers_between_the_quotes_stay();
    answers_between_quotes_of_html_stay();
    words_that_only_look_like_a_quote_stay();
    what_programs_add_below_is_folded();
    where_nothing_is_left_all_is();
    arena_free(&arena);
    return tap_done();
}
