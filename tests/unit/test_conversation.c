/* Texts of one person: one ticket or two, and what they are asked. */
#include "conversation_made.h"

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
    town_end();
    return tap_done();
}
