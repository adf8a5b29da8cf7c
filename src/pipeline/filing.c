#include "pipeline/filing.h"

#include "base/clock.h"
#include "pipeline/before.h"
#include "pipeline/conversation.h"
#include "pipeline/filing_delivery.h"
#include "pipeline/filing_notice.h"
#include "pipeline/filing_subject.h"
#include "pipeline/geocoder.h"
#include "pipeline/keywords.h"
#include "pipeline/placing.h"
#include "spine/contact.h"

enum { MERGED_DEEP = 100 };

static int home_by_thread(struct store_tx *tx, const struct message *m,
                          struct home *home, struct error *e)
{
    int rc = 0;

    for (const struct thread_id *t = m->thread;
         rc == 0 && t != NULL && home->ticket == 0; t = t->next)
        rc = tx_find_message_id(tx, t->id, &home->ticket, e);
    home->why = "it answers a mail on this ticket";
    return rc;
}

static int find_home(struct store_tx *tx, struct filing *f, struct home *home,
                     struct error *e)
{
    const struct message *m = &f->reading->message;
    int rc = 0;

    *home = (struct home){ .why = "it is the same message by another way",
                           .known = true };
    if (f->raw->parent.n > 0) {
        home->why = "it belongs to a message on this ticket";
        return tx_find_origin(tx, f->raw->channel, f->raw->parent,
                              &home->ticket, e);
    }
    if (f->reading->failed.n > 0)
        return 0;
    rc = tx_find_same(tx, f->raw->id, m, &home->ticket, e);
    home->known = home->ticket != 0;
    if (rc == 0 && home->ticket == 0 && m->token.n > 0) {
        home->why = "it was sent to this ticket's own address";
        rc = tx_find_token(tx, m->token, &home->ticket, e);
    }
    if (rc == 0 && home->ticket == 0)
        rc = home_by_thread(tx, m, home, e);
    if (rc == 0 && home->ticket == 0)
        rc = conversation_home(tx, f, home, e);
    return rc;
}

static struct str title_of(const struct reading *r)
{
    struct str title = placing_title(&r->message);

    return title.n == 0 && r->failed.n > 0
               ? STR("Could not be read: open the original")
               : title;
}

static struct str language_of(const struct filing *f)
{
    const struct town *town = &f->config->town;
    struct str found = f->reading->extract.language;

    if (f->reading->message.language.n >= 2)
        found = str_slice(f->reading->message.language, 0, 2);
    for (const struct setting_list *l = town->languages; l != NULL;
         l = l->next) {
        if (str_eq(l->value, found))
            return l->value;
    }
    return town->language;
}

static bool has_photo(const struct message *m)
{
    const struct attachment *at = m->attachments;

    while (at != NULL && !at->photo)
        at = at->next;
    return at != NULL;
}

static int event(struct store_tx *tx, int64_t ticket, const char *kind,
                 struct str text, int64_t *id, struct error *e)
{
    struct event ev = {
        .ticket = ticket,
        .at = clock_now(),
        .kind = str_of(kind),
        .actor = STR("inlet"),
        .text = text,
    };
    int rc = tx_event_add(tx, &ev, e);

    if (id != NULL)
        *id = ev.id;
    return rc;
}

/* What a clerk should know of the message before reading it. */
static int beside_events(struct store_tx *tx, struct filing *f,
                         const struct ticket *t, struct error *e)
{
    const struct message *m = &f->reading->message;
    const struct raw *raw = f->raw;
    int rc = 0;

    if (m->sealed) /* to be opened with the mail program that has the key */
        rc = event(tx, t->id, "sealed", STR_NONE, NULL, e);
    if (rc == 0 && m->spam.n > 0)
        rc = event(tx, t->id, "spam", m->spam, NULL, e);
    if (rc == 0 && raw->full_size > (int64_t)raw->bytes.n) {
        rc = event(tx, t->id, "cut",
                   str_of(arena_printf(&f->arena, "%lld of %lld MB",
                                       (long long)(raw->bytes.n >> 20),
                                       (long long)(raw->full_size >> 20))),
                   NULL, e);
    }
    return rc;
}

/* The message and all that was thought about it, on its ticket. */
static int add_message(struct store_tx *tx, struct filing *f,
                       const struct ticket *t, struct error *e)
{
    int64_t message;
    int rc = tx_message_add(tx, f->raw->id, t->id, &f->reading->message,
                            &message, e);

    if (rc == 0)
        rc = tx_evidence_add(tx, message, t->id, f->reading, e);
    if (rc == 0) {
        struct geocoder_report report = { t, message, f->reading };

        rc = geocoder_ask(tx, &f->config->town, &report, &f->look_up, e);
    }
    if (rc == 0 && f->reading->message.sender.address.n > 0) {
        struct mailbox who = f->reading->message.sender;

        who.address = contact_person(who.address);
        rc = tx_reporter_seen(tx, &who, language_of(f), e);
    }
    if (rc == 0)
        rc = beside_events(tx, f, t, e);
    return rc < 0 ? rc : filing_follow(tx, f, t, language_of(f), e);
}

static int placed_event(struct store_tx *tx, struct filing *f,
                        const struct ticket *t, struct error *e)
{
    if (!t->at.known)
        return 0;
    return event(tx, t->id, EVENT_PLACE, placing_words(&f->arena, t), NULL, e);
}

static int routed_event(struct store_tx *tx, struct filing *f,
                        const struct ticket *t, struct error *e)
{
    const struct reading *r = f->reading;

    if (t->department.n == 0)
        return 0;
    return event(
        tx, t->id, "routed",
        str_of(arena_printf(&f->arena, "%.*s, by %.*s", STR_FMT(t->department),
                            STR_FMT(r->department_rule))),
        NULL, e);
}

static int new_ticket(struct store_tx *tx, struct filing *f,
                      const struct home *home, struct error *e)
{
    const struct reading *r = f->reading;
    struct ticket t = {
        .state = TICKET_NEW,
        .urgent = r->extract.urgent,
        .unread = r->failed.n > 0,
        .title = title_of(r),
        .language = language_of(f),
        .channel = f->raw->channel,
        .asked = r->asked,
        .photo = has_photo(&r->message),
    };
    int64_t received;
    int rc;

    placing_first(&t, r);
    conversation_ask(&t, home, &f->arena);
    rc = conversation_names(tx, f, home, t.language, e);
    if (rc == 0)
        rc = tx_ticket_add(tx, &t, e);
    if (rc == 0 && t.at.known)
        rc = tx_ticket_areas(tx, t.id, r->areas, e);
    if (rc == 0)
        rc = add_message(tx, f, &t, e);
    if (rc == 0)
        rc = event(tx, t.id, "received", f->raw->channel, &received, e);
    if (rc == 0 && t.unread)
        rc = event(tx, t.id, "unread", r->failed, NULL, e);
    if (rc == 0)
        rc = placed_event(tx, f, &t, e);
    if (rc == 0)
        rc = routed_event(tx, f, &t, e);
    if (rc == 0)
        rc = filing_notice(tx, f, &t, received, e);
    f->filed = (struct filed){ .ticket = t.id,
                               .token = arena_str(&f->arena, t.token) };
    return rc;
}

/* What was nothing in particular is what is said now. */
static int categorise(struct store_tx *tx, const struct filing *f,
                      struct ticket *t, const struct ticket_hold *hold,
                      struct error *e)
{
    const struct reading *r = f->reading;

    if (hold->category || r->extract.category.score <= 0 ||
        str_eq(r->extract.category.name, STR("other")) ||
        !str_eq(t->category, STR("other")))
        return 0;
    t->category = r->extract.category.name;
    if (r->department.n > 0)
        t->department = r->department;
    return event(tx, t->id, EVENT_CATEGORY, t->category, NULL, e);
}

/* What a person has set stays. */
static int improve(struct store_tx *tx, struct filing *f, struct ticket *t,
                   struct error *e)
{
    const struct reading *r = f->reading;
    struct str department = t->department;
    struct ticket_hold hold;
    int rc = tx_ticket_hold(tx, t->id, &hold, e);

    t->urgent = t->urgent || r->extract.urgent;
    if (rc == 0 && !hold.place && placing_joined(t, r, f->raw->asked.n > 0)) {
        rc = placed_event(tx, f, t, e);
        if (rc == 0)
            rc = tx_ticket_areas(tx, t->id, r->areas, e);
    }
    if (rc == 0)
        rc = categorise(tx, f, t, &hold, e);
    if (hold.department)
        t->department = department;
    if (rc == 0 && !str_eq(department, t->department))
        rc = routed_event(tx, f, t, e);
    return rc;
}

/* Done, and now somebody says it is not: once, for then it is open. */
static int reopen(struct store_tx *tx, struct filing *f, struct ticket *t,
                  struct error *e)
{
    struct event ev = {
        .ticket = t->id,
        .at = clock_now(),
        .kind = STR("reopened"),
        .actor = STR("resident"),
    };
    int rc = tx_event_add(tx, &ev, e);

    t->state = TICKET_OPEN;
    t->reason = STR_NONE;
    t->done_at = 0;
    return rc < 0 ? rc : filing_reopened(tx, f, t, ev.id, e);
}

static int look_again(struct store_tx *tx, struct ticket *t, struct error *e)
{
    t->state = TICKET_OPEN;
    return event(tx, t->id, "state", STR("open"), NULL, e);
}

/* Somebody has written: it is looked at again. */
static int take_up(struct store_tx *tx, struct filing *f, struct ticket *t,
                   struct error *e)
{
    int rc = 0;

    if (t->snoozed_until != 0) {
        t->snoozed_until = 0;
        rc = event(tx, t->id, "woken", STR("somebody wrote"), NULL, e);
    }
    if (rc == 0 && t->state == TICKET_WAITING)
        rc = look_again(tx, t, e);
    if (rc == 0 && (t->state == TICKET_DONE || t->state == TICKET_NOT_OURS) &&
        !filing_is_thanks(f))
        rc = reopen(tx, f, t, e);
    return rc;
}

/* A duplicate's message is on the ticket it was merged into. */
static int remaining(struct store_tx *tx, struct filing *f, int64_t id,
                     struct ticket *t, struct error *e)
{
    int rc = tx_ticket_get(tx, id, t, &f->arena, e);

    for (int i = 0; rc == 0 && t->duplicate_of != 0 && i < MERGED_DEEP; i++)
        rc = tx_ticket_get(tx, t->duplicate_of, t, &f->arena, e);
    return rc;
}

/*
 * Only knowing the question is "14" a place. A picture of the message that was
 * asked about is no answer, and words to a picture are what it is of.
 */
static bool is_answer(const struct filing *f, const struct ticket *t,
                      const struct home *home)
{
    return t->asked.n > 0 && t->decision == DECISION_ASK && t->title.n > 0 &&
           f->raw->parent.n == 0 && home->instead == 0 &&
           f->raw->asked.n == 0 &&
           f->reading->message.automatic == AUTOMATIC_NO;
}

/* A picture was all there was: this is what it is of, and is answered. */
static int first_words(struct store_tx *tx, struct filing *f, struct ticket *t,
                       int64_t joined, struct error *e)
{
    int64_t waited = 0;
    int rc = tx_notice_withdraw(tx, t->id, &waited, e);

    t->title = title_of(f->reading);
    t->language = language_of(f);
    if (t->decision == DECISION_ASK)
        t->asked = f->reading->asked;
    return rc == 0 && waited > 0 ? filing_notice(tx, f, t, joined, e) : rc;
}

/* One was made before its sender said that it is another. */
static int give_way(struct store_tx *tx, struct filing *f,
                    const struct home *home, struct error *e)
{
    struct ticket was;
    struct ticket t;
    struct event ev = { .ticket = home->instead,
                        .at = clock_now(),
                        .kind = STR("merged"),
                        .actor = STR("resident") };
    int rc = tx_ticket_get(tx, home->instead, &was, &f->arena, e);

    if (rc < 0)
        return rc;
    t = was;
    t.state = TICKET_DUPLICATE;
    t.duplicate_of = home->ticket;
    t.snoozed_until = 0;
    t.done_at = clock_now();
    ev.text = str_of(arena_printf(&f->arena, "%lld", (long long)home->ticket));
    ev.before =
        before_write(&(struct before){ .was = &was, .is = &t }, &f->arena);
    rc = tx_ticket_set(tx, &t, e);
    return rc < 0 ? rc : tx_event_add(tx, &ev, e);
}

/* What it says to a ticket there is. */
static int join_says(struct store_tx *tx, struct filing *f, struct ticket *t,
                     const struct home *home, struct error *e)
{
    bool first =
        t->title.n == 0 && !conversation_is_wordless(&f->reading->message);
    int64_t joined;
    int rc = event(tx, t->id, "joined", str_of(home->why), &joined, e);

    if (rc == 0)
        rc = filing_subject(tx, f, t->id, home, e);
    if (rc == 0 && home->instead == 0)
        rc = improve(tx, f, t, e);
    if (rc == 0 && first)
        rc = first_words(tx, f, t, joined, e);
    return rc == 0 && !home->known ? take_up(tx, f, t, e) : rc;
}

static int join_ticket(struct store_tx *tx, struct filing *f,
                       const struct home *home, struct error *e)
{
    const struct message *m = &f->reading->message;
    const char *kind =
        m->automatic == AUTOMATIC_BOUNCE ? "undelivered" : "joined";
    struct ticket t;
    int rc = remaining(tx, f, home->ticket, &t, e);

    if (rc == 0 && is_answer(f, &t, home)) {
        f->asked = t.asked;
        return error(e, E_AGAIN, "it answers a question");
    }
    if (rc == 0 && home->instead != 0)
        rc = give_way(tx, f, home, e);
    if (rc == 0)
        rc = add_message(tx, f, &t, e);
    if (rc == 0) {
        rc = m->automatic == AUTOMATIC_NO
                 ? join_says(tx, f, &t, home, e)
                 : event(tx, t.id, kind, str_of(home->why), NULL, e);
    }
    if (rc == 0 && filing_is_word(f) && t.state == TICKET_WAITING)
        rc = look_again(tx, &t, e);
    t.photo = t.photo || has_photo(m);
    if (rc == 0)
        rc = tx_ticket_set(tx, &t, e);
    f->filed =
        (struct filed){ .ticket = t.id, .token = t.token, .joined = true };
    return rc;
}

static int place_filed(struct store_tx *tx, struct filing *f, struct error *e)
{
    struct home home;
    int rc;

    if (f->reading->message.control != CONTROL_NONE)
        return keywords_file(tx, f, language_of(f), e);
    rc = find_home(tx, f, &home, e);
    if (rc < 0)
        return rc;
    if (home.ticket != 0)
        return join_ticket(tx, f, &home, e);
    return new_ticket(tx, f, &home, e);
}

/* A delivery report: of a notice, of another mail on a ticket, of neither. */
static int delivery_filed(struct store_tx *tx, struct filing *f,
                          struct error *e)
{
    struct home home = { 0 };
    bool taken;
    int rc = filing_delivery(tx, f, &taken, e);

    if (rc == 0 && !taken)
        rc = find_home(tx, f, &home, e);
    if (rc == 0 && !taken && home.ticket == 0)
        return filing_aside(tx, f, e);
    if (rc == 0 && !taken)
        rc = join_ticket(tx, f, &home, e);
    if (rc < 0)
        return rc;
    return tx_raw_state(tx, f->raw->id, RAW_FILED, STR_NONE, e);
}

/* Filed before: a restart, a repetition. f->filed.ticket 0: it was not. */
static int filed_before(struct store_tx *tx, struct filing *f, struct error *e)
{
    int64_t ticket;
    struct ticket t;
    int rc = tx_raw_ticket(tx, f->raw->id, &ticket, e);

    f->filed = (struct filed){ 0 };
    f->noticed = false;
    f->look_up = false;
    if (rc < 0 || ticket == 0)
        return rc;
    rc = tx_ticket_get(tx, ticket, &t, &f->arena, e);
    if (rc == 0)
        f->filed = (struct filed){ ticket, t.token, true };
    return rc;
}

int filing_file(struct store_tx *tx, struct filing *f, struct error *e)
{
    bool failed = f->reading->failed.n > 0;
    int rc = filed_before(tx, f, e);

    if (rc < 0 || f->filed.ticket != 0)
        return rc;
    if (filing_is_delivery(&f->reading->message))
        return delivery_filed(tx, f, e);
    rc = place_filed(tx, f, e);
    if (rc == 0) {
        rc = tx_raw_state(tx, f->raw->id, failed ? RAW_QUARANTINE : RAW_FILED,
                          f->reading->failed, e);
    }
    return rc;
}

int filing_after_all(struct store_tx *tx, struct filing *f, struct str actor,
                     struct error *e)
{
    struct home none = { 0 };
    struct event ev = { .at = clock_now(),
                        .kind = STR("after-all"),
                        .actor = actor };
    int rc = filed_before(tx, f, e);

    if (rc < 0 || f->filed.ticket != 0)
        return rc;
    rc = new_ticket(tx, f, &none, e);
    ev.ticket = f->filed.ticket;
    if (rc == 0)
        rc = tx_event_add(tx, &ev, e);
    return rc < 0 ? rc : tx_raw_state(tx, f->raw->id, RAW_FILED, STR_NONE, e);
}

/* ---- a raw that could not be read, and now can ---- */

/* Category, place and department, as far as no person has said so. */
static int think_again(struct store_tx *tx, const struct filing *f,
                       struct ticket *t, struct error *e)
{
    const struct reading *r = f->reading;
    struct ticket was = *t;
    struct ticket_hold hold;
    int rc = tx_ticket_hold(tx, t->id, &hold, e);

    if (rc < 0)
        return rc;
    placing_first(t, r);
    if (hold.category)
        t->category = was.category;
    if (hold.department)
        t->department = was.department;
    if (!hold.place)
        return t->at.known ? tx_ticket_areas(tx, t->id, r->areas, e) : 0;
    t->decision = was.decision;
    t->label = was.label;
    t->at = was.at;
    t->method = was.method;
    t->uncertainty_m = was.uncertainty_m;
    t->confidence = was.confidence;
    return 0;
}

static int take_again(struct store_tx *tx, struct filing *f, struct ticket *t,
                      struct error *e)
{
    const struct reading *r = f->reading;
    int rc = think_again(tx, f, t, e);

    t->unread = false;
    t->title = title_of(r);
    t->language = language_of(f);
    t->urgent = t->urgent || r->extract.urgent;
    t->asked = r->asked;
    t->photo = has_photo(&r->message);
    if (rc == 0)
        rc = add_message(tx, f, t, e);
    return rc < 0 ? rc : tx_ticket_set(tx, t, e);
}

/* STOP is no report, and is not thanked for. */
static int answer_again(struct store_tx *tx, struct filing *f,
                        const struct ticket *t, int64_t event_id,
                        struct error *e)
{
    if (f->reading->message.control != CONTROL_NONE)
        return keywords_file(tx, f, language_of(f), e);
    return t->state == TICKET_NEW ? filing_notice(tx, f, t, event_id, e) : 0;
}

int filing_again(struct store_tx *tx, struct filing *f, struct str actor,
                 struct error *e)
{
    struct event ev = { .at = clock_now(),
                        .kind = STR("read-again"),
                        .actor = actor };
    struct ticket t = { .id = 0 };
    int rc = tx_raw_ticket(tx, f->raw->id, &ev.ticket, e);

    f->noticed = false;
    f->look_up = false;
    if (rc == 0)
        rc = tx_ticket_get(tx, ev.ticket, &t, &f->arena, e);
    if (rc < 0)
        return rc;
    f->filed = (struct filed){ t.id, t.token, false };
    rc = tx_message_drop(tx, f->raw->id, e);
    if (rc == 0)
        rc = take_again(tx, f, &t, e);
    if (rc == 0)
        rc = tx_event_add(tx, &ev, e);
    if (rc == 0)
        rc = answer_again(tx, f, &t, ev.id, e);
    return rc < 0 ? rc : tx_raw_state(tx, f->raw->id, RAW_FILED, STR_NONE, e);
}
