/* Texts of one person: one ticket or two, and what they are asked. */
#include "pipeline/conversation.h"

#include "../../adapters/segments.h"
#include "../tap.h"
#include "filing_made.h"
#include "spine/asked.h"

enum { BEGAN = 1764331200, MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const struct adapter by_text = {
    .name = "phone", .can = ADAPTER_SENDS_TEXT | ADAPTER_KEYWORDS
};
static const struct adapter by_twilio = { .name = "twilio",
                                          .can = ADAPTER_SENDS_TEXT };
static const struct adapter by_form = { .name = "web" };
static struct channel phone = { .adapter = &by_text, .name = "phone" };
static struct channel texts = { .adapter = &by_twilio, .name = "texts" };
static struct channel site = { .adapter = &by_form, .name = "site" };
static struct config_channel site_line = { .channel = &site };
static struct config_channel texts_line = { .channel = &texts,
                                            .next = &site_line };
static struct config_channel phone_line = { .channel = &phone,
                                            .next = &texts_line };
static struct setting_list spanish = { STR_INIT("es"), NULL };
static struct setting_list english = { STR_INIT("en"), &spanish };
static struct config town = {
    .town = { .name = STR_INIT("Millbrook"),
              .language = STR_INIT("en"),
              .languages = &english,
              .emergency = STR_INIT("911"),
              .public_url = STR_INIT("https://reports.example.org") },
    .channels = &phone_line,
};

static int64_t now;

static void passes(int64_t seconds)
{
    now += seconds;
    clock_set(now);
}

/* ---- somebody writes ---- */

enum place { NOWHERE, ELM, ELM_TOO, OAK };

static struct location places[] = {
    [ELM] = { .at = { 41.5, -72.5, true },
              .method = METHOD_ADDRESS_POINT,
              .label = STR_INIT("12 Elm Street"),
              .uncertainty_m = 10 },
    [ELM_TOO] = { .at = { 41.5005, -72.5, true }, /* 56 m away */
                  .method = METHOD_ADDRESS_POINT,
                  .label = STR_INIT("18 Elm Street"),
                  .uncertainty_m = 10 },
    [OAK] = { .at = { 41.52, -72.5, true },
              .method = METHOD_ADDRESS_POINT,
              .label = STR_INIT("9 Oak Avenue"),
              .uncertainty_m = 10 },
};

static struct attachment photo = { .photo = true };

/* As the jail would read it: category NULL, NOWHERE: it says none. */
static struct reading said(const char *from, const char *words,
                           const char *category, enum place where)
{
    static int n;
    struct reading r = {
        .message = { .sender = { .address = str_of(from) },
                     .reply_to = str_of(from),
                     .text = str_of(words),
                     .visible = str_of(words),
                     .message_id = str_of(arena_printf(&a, "SM%d", n++)) },
        .extract = { .language = STR("en") },
        .decision = where == NOWHERE ? DECISION_ASK : DECISION_ACCEPT,
    };

    if (category != NULL) {
        r.extract.category =
            (struct category){ .name = str_of(category), .score = 1 };
    }
    if (where != NOWHERE)
        r.locations = &places[where];
    if (where == NOWHERE) {
        r.question = STR("Where is it?");
        r.asked = asked_write(&(struct asked){ .cause = STR("nothing") }, &a);
    }
    if (words[0] == '\0')
        r.message.attachments = &photo;
    return r;
}

struct coming {
    struct filing f;
    struct raw raw;
};

static int store_it(struct store_tx *tx, void *arg, struct error *err)
{
    struct coming *c = arg;

    return tx_raw_add(tx, &c->raw, &c->raw.id, err);
}

static int file_it(struct store_tx *tx, void *arg, struct error *err)
{
    struct coming *c = arg;

    c->f.raw = &c->raw;
    c->f.config = &town;
    c->f.templates = templates;
    return filing_file(tx, &c->f, err);
}

static int take_in(struct store_tx *tx, void *arg, struct error *err)
{
    int rc = store_it(tx, arg, err);

    return rc < 0 ? rc : file_it(tx, arg, err);
}

static struct filing comes_by(const char *channel, struct reading r)
{
    static int n;
    struct coming c = {
        .f = { .reading = &r },
        .raw = { .channel = str_of(channel),
                 .adapter = STR("twilio"),
                 .origin = str_of(arena_printf(&a, "%d", n++)),
                 .received_at = now,
                 .format = RAW_FORM,
                 .bytes = str_of(arena_printf(&a, "bytes %d", n)) },
    };
    int rc = store_run(store, take_in, &c, &e);

    if (rc == E_AGAIN) { /* the jail knows the question now */
        c.raw.asked = arena_str(&a, c.f.asked);
        arena_free(&c.f.arena);
        c.f = (struct filing){ .reading = &r };
        rc = store_run(store, take_in, &c, &e);
    }
    if (rc < 0)
        printf("# %s\n", e.text);
    c.f.said.to = arena_str(&a, c.f.said.to);
    c.f.said.text = arena_str(&a, c.f.said.text);
    arena_free(&c.f.arena);
    return c.f;
}

static int64_t ticket_of(struct reading r)
{
    return comes_by("texts", r).filed.ticket;
}

static struct ticket read_ticket(int64_t id)
{
    struct ticket t = { .id = 0 };

    if (store_ticket_get(store, id, &t, &a, &e) < 0)
        printf("# %s\n", e.text);
    return t;
}

static int tickets(void)
{
    int64_t n = 0;

    CHECK(store_ticket_last(store, &n, &e) == 0);
    return (int)n;
}

/* The last notice of a ticket that is not withdrawn; kind empty: none. */
static struct notice told(int64_t id)
{
    struct ticket_whole w;
    struct notice last = { .id = 0 };

    if (store_ticket_whole(store, id, &w, &a, &e) < 0)
        abort();
    for (const struct notice_list *l = w.notices; l != NULL; l = l->next) {
        if (l->notice.state != NOTICE_WITHDRAWN)
            last = l->notice;
    }
    return last;
}

static int happened(int64_t id, const char *kind)
{
    struct ticket_whole w;
    int n = 0;

    if (store_ticket_whole(store, id, &w, &a, &e) < 0)
        abort();
    for (const struct event_row *r = w.events; r != NULL; r = r->next)
        n += str_eq(r->event.kind, str_of(kind));
    return n;
}

static int set_ticket(struct store_tx *tx, void *arg, struct error *err)
{
    return tx_ticket_set(tx, arg, err);
}

static void done(int64_t id)
{
    struct ticket t = read_ticket(id);

    t.state = TICKET_DONE;
    t.done_at = now;
    if (store_run(store, set_ticket, &t, &e) < 0)
        abort();
}

/* A number of its own for each test. */
static const char *somebody(void)
{
    static int n;

    return arena_printf(&a, "+1555555%04d", 100 + n++);
}

/* ---- one or two ---- */

static void what_follows_belongs_to_what_was(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));

    passes(HOUR);
    CHECK(ticket_of(said(ana, "It is getting worse", NULL, NOWHERE)) == id);
    CHECK(ticket_of(said(ana, "The pothole is deep", "pothole", NOWHERE)) ==
          id);
    CHECK(ticket_of(said(ana, "by number 18", NULL, ELM_TOO)) == id);
    CHECK(ticket_of(said(ana, "Pothole at 18 Elm", "pothole", ELM_TOO)) == id);
    passes(DAY + 1);
    CHECK(ticket_of(said(ana, "Hello?", NULL, NOWHERE)) != id);
}

static void two_reports_with_words_are_two(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));

    CHECK(ticket_of(said(ana, "Light out, 12 Elm", "lights", ELM)) != id);
    CHECK(ticket_of(said(ana, "Pothole at 9 Oak", "pothole", OAK)) != id);
    CHECK(ticket_of(said(ana, "Pothole at 9 Oak", "pothole", OAK)) == id + 2);
    CHECK(ticket_of(said(somebody(), "Any news?", NULL, NOWHERE)) != id);
}

static void a_picture_and_its_words_are_one(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "", NULL, NOWHERE));
    struct ticket t;

    CHECK(told(id).next_at > now); /* not asked of a picture at once */
    passes(5 * MINUTE);
    CHECK(ticket_of(said(ana, "Pothole at 12 Elm", "pothole", ELM)) == id);
    t = read_ticket(id);
    CHECK_STR(t.title, "Pothole at 12 Elm");
    CHECK_STR(t.category, "pothole");
    CHECK_STR(t.label, "12 Elm Street");
    CHECK(t.photo && t.decision == DECISION_ACCEPT);
    CHECK_STR(told(id).kind, "received");
    CHECK(happened(id, "placed") == 1 && happened(id, "categorised") == 1);
    passes(MINUTE);
    CHECK(ticket_of(said(ana, "Light out, 9 Oak", "lights", OAK)) != id);
}

static void words_and_their_picture_are_one(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Pothole at 12 Elm", "pothole", ELM));

    passes(5 * MINUTE);
    CHECK(ticket_of(said(ana, "", NULL, NOWHERE)) == id);
    CHECK(read_ticket(id).photo);
    CHECK_STR(read_ticket(id).title, "Pothole at 12 Elm");
    CHECK_STR(told(id).kind, "received");
}

static void words_long_after_a_picture_are_their_own(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "", NULL, NOWHERE));

    passes(CONVERSATION_MINUTES_S + MINUTE);
    CHECK(ticket_of(said(ana, "Light out, 9 Oak", "lights", OAK)) == id + 1);
    CHECK(read_ticket(id).title.n == 0);
}

static void words_without_a_place_are_asked_for_it_once(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "", NULL, NOWHERE));

    CHECK(ticket_of(said(ana, "A deep pothole", "pothole", NOWHERE)) == id);
    CHECK_STR(told(id).kind, "ask");
    CHECK(told(id).next_at <= now);
    CHECK(read_ticket(id).decision == DECISION_ASK);
    CHECK(read_ticket(id).asked.n > 0);
    CHECK(ticket_of(said(ana, "12 Elm", NULL, ELM)) == id);
    CHECK_STR(read_ticket(id).label, "12 Elm Street");
    CHECK(happened(id, "joined") == 2);
}

/* A picture that was fetched for the message that is asked about. */
static void a_fetched_picture_is_no_answer(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Pothole", "pothole", NOWHERE));
    struct reading picture = said("", "", NULL, NOWHERE);
    struct ticket_whole w;
    struct coming c = {
        .f = { .reading = &picture },
        .raw = { .channel = STR("texts"),
                 .adapter = STR("twilio"),
                 .origin = STR("picture/0"),
                 .received_at = now,
                 .format = RAW_MEDIA,
                 .bytes = STR("jpeg") },
    };

    CHECK(store_ticket_whole(store, id, &w, &a, &e) == 0);
    c.raw.parent = w.messages->origin;
    CHECK(store_run(store, take_in, &c, &e) == 0);
    CHECK(c.f.filed.ticket == id);
    arena_free(&c.f.arena);
    CHECK(read_ticket(id).decision == DECISION_ASK);
    CHECK(ticket_of(said(ana, "12 Elm", NULL, ELM)) == id);
    CHECK(read_ticket(id).decision == DECISION_ACCEPT);
}

/* Two workers read at once: a pin may be read before the words it came with. */
static void what_comes_with_a_message_waits_for_it(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Raccoon", "animal", NOWHERE));
    struct reading words = said(ana, "", NULL, NOWHERE);
    struct reading pin = said("", "", NULL, OAK);
    struct coming c = { .f = { .reading = &words },
                        .raw = { .channel = STR("texts"),
                                 .adapter = STR("twilio"),
                                 .origin = STR("with-pin"),
                                 .received_at = now,
                                 .format = RAW_FORM,
                                 .asked = read_ticket(id).asked,
                                 .bytes = STR("words") } };
    struct coming with = c;

    with.f.reading = &pin;
    with.raw.origin = STR("with-pin/0");
    with.raw.parent = STR("with-pin");
    with.raw.format = RAW_MEDIA;
    with.raw.asked = STR_NONE;
    CHECK(store_run(store, store_it, &c, &e) == 0);
    CHECK(store_run(store, take_in, &with, &e) == E_BUSY);
    CHECK(tickets() == id);
    CHECK(store_run(store, file_it, &c, &e) == 0);
    CHECK(c.f.filed.ticket == id);
    CHECK(store_run(store, take_in, &with, &e) == 0);
    CHECK(with.f.filed.ticket == id);
    CHECK(str_eq(read_ticket(id).label, STR("9 Oak Avenue")));
    arena_free(&c.f.arena);
    arena_free(&with.f.arena);
}

/* ---- which of them ---- */

static void what_is_unclear_is_a_ticket_before_it_is_a_question(void)
{
    const char *ana = somebody();
    int64_t first = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));
    int64_t second = ticket_of(said(ana, "Light out, 9 Oak", "lights", OAK));
    int64_t third;
    struct filing f;

    passes(HOUR);
    third = ticket_of(said(ana, "Somebody fell there", NULL, NOWHERE));
    CHECK(third > second);
    CHECK_STR(told(third).kind, "which");
    CHECK_STR(told(third).text,
              arena_printf(&a,
                           "Millbrook no. %lld: Where is it? Or is it about "
                           "your report %lld, %lld (Pothole)? Then just "
                           "answer with that number.",
                           (long long)third, (long long)second,
                           (long long)first));
    f = comes_by("texts",
                 said(ana, arena_printf(&a, "It's %lld.", (long long)first),
                      NULL, NOWHERE));
    CHECK(f.filed.ticket == first && f.filed.joined && !f.noticed);
    CHECK(read_ticket(third).state == TICKET_DUPLICATE);
    CHECK(read_ticket(third).duplicate_of == first);
    CHECK(happened(third, "merged") == 1);
    CHECK(tickets() == third);
}

static void a_place_is_an_answer_to_which_too(void)
{
    const char *ana = somebody();
    int64_t first = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));
    int64_t second;

    passes(HOUR);
    second = ticket_of(said(ana, "The light is out", "lights", NOWHERE));
    CHECK(second != first);
    CHECK_STR(told(second).kind, "which");
    CHECK(ticket_of(said(ana, "At 9 Oak", NULL, OAK)) == second);
    CHECK_STR(read_ticket(second).label, "9 Oak Avenue");
    CHECK(read_ticket(second).state != TICKET_DUPLICATE);
}

static void who_never_answers_has_a_ticket_all_the_same(void)
{
    const char *ana = somebody();
    int64_t first = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));
    int64_t second;

    passes(HOUR);
    second = ticket_of(said(ana, "Also 9 Oak", NULL, OAK));
    CHECK(second != first);
    CHECK_STR(told(second).kind, "which");
    CHECK(str_find(told(second).text, STR("Where is it")) ==
          told(second).text.n);
    CHECK_STR(read_ticket(second).label, "9 Oak Avenue");
}

static void a_number_of_theirs_is_heeded_and_no_others(void)
{
    const char *ana = somebody();
    int64_t first = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));
    int64_t second = ticket_of(said(ana, "Light out, 9 Oak", "lights", OAK));
    int64_t other =
        ticket_of(said(somebody(), "Noise at 12 Elm", "noise", ELM));

    passes(HOUR);
    CHECK(ticket_of(said(ana,
                         arena_printf(&a, "#%lld is worse", (long long)first),
                         NULL, NOWHERE)) == first);
    CHECK(
        ticket_of(said(ana, arena_printf(&a, "Report %lld?", (long long)second),
                       NULL, NOWHERE)) == second);
    CHECK(
        ticket_of(said(ana, arena_printf(&a, "#%lld please", (long long)other),
                       NULL, NOWHERE)) != other);
}

static void done_is_answered_for_a_week(void)
{
    const char *ana = somebody();
    int64_t id = ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM));

    done(id);
    passes(2 * DAY);
    CHECK(ticket_of(said(ana, "Thank you!", NULL, NOWHERE)) == id);
    CHECK(read_ticket(id).state == TICKET_DONE);
    CHECK(ticket_of(said(ana, "It is not", NULL, NOWHERE)) == id);
    CHECK(read_ticket(id).state == TICKET_OPEN);
    done(id);
    CHECK(ticket_of(said(ana, "Pothole, 12 Elm", "pothole", ELM)) != id);
    done(tickets());
    passes(8 * DAY);
    CHECK(ticket_of(said(ana, "It is not", NULL, NOWHERE)) == tickets());
    CHECK(tickets() > id + 1);
}

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
    what_follows_belongs_to_what_was();
    two_reports_with_words_are_two();
    a_picture_and_its_words_are_one();
    words_and_their_picture_are_one();
    words_long_after_a_picture_are_their_own();
    words_without_a_place_are_asked_for_it_once();
    a_fetched_picture_is_no_answer();
    what_comes_with_a_message_waits_for_it();
    what_is_unclear_is_a_ticket_before_it_is_a_question();
    a_place_is_an_answer_to_which_too();
    who_never_answers_has_a_ticket_all_the_same();
    a_number_of_theirs_is_heeded_and_no_others();
    done_is_answered_for_a_week();
    two_doors_are_one_person();
    a_form_with_their_number_is_not_they();
    stop_counts_at_every_door();
    keywords_are_answered_once_an_hour();
    a_question_is_one_text_in_each_language();
    town_end();
    return tap_done();
}
