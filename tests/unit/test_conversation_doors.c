/* One person by several doors; STOP and HELP; what a question may cost. */
#include "../../adapters/segments.h"
#include "conversation_made.h"

/* ---- doors ---- */

static void two_doors_are_one_person(void)
{
    const char *ana = somebody();
    const char *too = arena_printf(&a, "whatsapp:%s", ana);
    int64_t id = ticket_of(said(ana, "Pothole", "pothole", NOWHERE));
    struct follower_list *l;

    CHECK(comes_by("phone", said(too, "At 12 Elm", NULL, ELM)).filed.ticket ==
          id);
    CHECK_STR(read_ticket(id).label, "12 Elm Street");
    CHECK(store_followers(store, id, &l, &a, &e) == 0 && l->next != NULL);
}

static void a_form_with_their_number_is_not_they(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));

    CHECK(comes_by("site", said(ana, "Hello", NULL, NOWHERE)).filed.ticket !=
          id);
}

static int opt_read(struct store_tx *tx, void *arg, struct error *err)
{
    enum opt *opt = arg;

    return tx_opt_get(tx, STR("whatsapp:+15555559999"), opt, err);
}

static struct reading keyword(const char *from, const char *words,
                              enum control control)
{
    struct reading r = said(from, words, NULL, NOWHERE);

    r.message.control = control;
    return r;
}

static void stop_counts_at_every_door(void)
{
    enum opt opt = OPT_IN;

    comes_by("phone", keyword("+15555559999", "STOP", CONTROL_STOP));
    CHECK(store_run(store, opt_read, &opt, &e) == 0 && opt == OPT_OUT);
    comes_by("phone", keyword("+15555559999", "START", CONTROL_START));
    CHECK(store_run(store, opt_read, &opt, &e) == 0 && opt == OPT_IN);
}

static void keywords_are_answered_once_an_hour(void)
{
    const char *ana = somebody();
    int before = tickets();
    struct filing f = comes_by("phone", keyword(ana, "help", CONTROL_HELP));

    CHECK_STR(f.said.to, ana);
    CHECK_STR(f.said.text,
              "Millbrook: text us what is wrong, and where. In danger? Call "
              "911. Reply STOP to get no more texts. "
              "https://reports.example.org");
    f = comes_by("phone", keyword(ana, "help", CONTROL_HELP));
    CHECK(f.said.text.n == 0);
    f = comes_by("phone", keyword(ana, "ALTO", CONTROL_STOP));
    CHECK_STR(f.said.text, "Millbrook: no recibira mas mensajes nuestros. "
                           "Responda INICIAR para volver a recibirlos.");
    f = comes_by("phone", keyword(ana, "no mas", CONTROL_STOP));
    CHECK(f.said.text.n == 0);
    passes(HOUR + 1);
    f = comes_by("phone", keyword(ana, "ayuda", CONTROL_HELP));
    CHECK(str_starts(f.said.text, STR("Millbrook: escriba")));
    f = comes_by("texts", keyword(somebody(), "help", CONTROL_HELP));
    CHECK(f.said.text.n == 0); /* that provider answers itself */
    CHECK(tickets() == before);
}

/* ---- one segment ---- */

static bool is_one_text(struct str text)
{
    struct segments s = segments_of(segments_fold(&a, text));

    if (s.count > 1) {
        printf("# %zu segments, \"%.*s\": %.*s\n", s.count, STR_FMT(s.odd),
               STR_FMT(text));
    }
    return s.count == 1;
}

static void a_question_is_one_text_in_each_language(void)
{
    static const char *const languages[] = { "en", "es" };
    static const struct str names[] = {
        STR_INIT("Millbrook"),
        STR_INIT("Charter Township of Millbrook-on-the-Lakes and Hills"),
    };
    const char *longest = "123456789 123456789 123456789 123456789 123456789 "
                          "123456789 123456789 123456789 123456789 123456789 "
                          "123456789 123456789 123456789";

    CHECK(strlen(longest) == 129);
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(languages); i++) {
        const char *ana = somebody();
        struct reading r = said(ana, "Pothole", "pothole", NOWHERE);
        int64_t id;

        town.town.name = names[i / COUNT_OF(languages)];
        r.extract.language = str_of(languages[i % COUNT_OF(languages)]);
        r.question = str_of(longest);
        id = ticket_of(r);
        CHECK_STR(told(id).kind, "ask");
        CHECK(is_one_text(told(id).text));
        CHECK(str_find(told(id).text, str_of(longest)) < told(id).text.n);
        ticket_of(said(ana, "Leaves at 12 Elm", "leaf-collection", ELM));
        ticket_of(said(ana, "Light at 9 Oak", "street-lights", OAK));
        passes(HOUR);
        r = said(ana, "Somebody fell", NULL, NOWHERE);
        r.extract.language = str_of(languages[i % COUNT_OF(languages)]);
        id = ticket_of(r);
        CHECK_STR(told(id).kind, "which");
        CHECK(is_one_text(told(id).text));
        for (int k = 0; k < 3; k++) {
            static const char *const words[] = { "stop", "start", "help" };
            struct reading w =
                keyword(somebody(), words[k], (enum control)(k + 1));

            w.message.language = str_of(languages[i % COUNT_OF(languages)]);
            CHECK(names[0].n < town.town.name.n ||
                  is_one_text(comes_by("phone", w).said.text));
        }
    }
    town.town.name = names[0];
}

int main(void)
{
    now = BEGAN;
    town_begin(now);
    two_doors_are_one_person();
    a_form_with_their_number_is_not_they();
    stop_counts_at_every_door();
    keywords_are_answered_once_an_hour();
    a_question_is_one_text_in_each_language();
    town_end();
    return tap_done();
}
