/* What was set aside, and a person thinks otherwise. */
#include "pipeline/filing.h"

#include "../tap.h"
#include "filing_made.h"

enum { NOW = 1764331200 };

static struct setting_list english = { STR_INIT("en"), NULL };
static const struct adapter by_mail = { .name = "mail",
                                        .can = ADAPTER_SENDS_MAIL };
static struct channel post = { .adapter = &by_mail, .name = "post" };
static struct config_channel post_line = { .channel = &post };
static struct config town = {
    .town = { .name = STR_INIT("Millbrook"),
              .language = STR_INIT("en"),
              .languages = &english,
              .public_url = STR_INIT("https://reports.example.org"),
              .mail_from = STR_INIT("Millbrook <reports@example.org>") },
    .channels = &post_line,
};

static struct receipt failed = { .message_id = STR_INIT("x@spam.example"),
                                 .address = STR_INIT("nobody@example.net"),
                                 .delivery = DELIVERY_FAILED };
static const struct reading bounce = {
    .message = { .sender = { STR_INIT(""),
                             STR_INIT("mailer-daemon@example.org") },
                 .reply_to = STR_INIT("ana@example.org"),
                 .subject = STR_INIT("Returned: deep pothole"),
                 .text = STR_INIT("Could not be delivered: a deep pothole"),
                 .visible = STR_INIT("Could not be delivered: a deep pothole"),
                 .automatic = AUTOMATIC_BOUNCE,
                 .receipts = &failed },
    .extract = { .category = { .name = STR_INIT("pothole"), .score = 5 },
                 .language = STR_INIT("en") },
    .decision = DECISION_CLERK,
};
static struct raw raw = { .channel = STR_INIT("publicworks"),
                          .adapter = STR_INIT("mail"),
                          .origin = STR_INIT("1"),
                          .received_at = NOW,
                          .format = RAW_RFC822,
                          .bytes = STR_INIT("bytes") };

static int take_in(struct store_tx *tx, void *arg, struct error *err)
{
    int rc = tx_raw_add(tx, &raw, &raw.id, err);

    return rc < 0 ? rc : filing_file(tx, arg, err);
}

static int after_all(struct store_tx *tx, void *arg, struct error *err)
{
    return filing_after_all(tx, arg, STR("Bea"), err);
}

static struct filed run(store_work_fn *work)
{
    struct filing f = {
        .config = &town, .templates = templates, .raw = &raw, .reading = &bounce
    };

    CHECK(store_run(store, work, &f, &e) == 0);
    CHECK(!f.noticed);
    arena_free(&f.arena);
    return f.filed;
}

/* By both ways of asking. */
static bool is_aside(void)
{
    struct quarantine_row *rows = NULL;
    int64_t id = 0;
    int n = store_raws(store, RAW_ASIDE, 0, &id, 1, &e);

    CHECK(store_quarantine(store, 10, &rows, &a, &e) == 0);
    CHECK((rows != NULL) == (n == 1));
    return n == 1 && id == raw.id;
}

static void it_is_a_ticket_that_says_who_asked(void)
{
    struct ticket_whole w;
    bool said = false;
    int64_t id;

    CHECK(run(take_in).ticket == 0 && is_aside());
    id = run(after_all).ticket;
    CHECK(id != 0 && !is_aside());
    CHECK(store_ticket_whole(store, id, &w, &a, &e) == 0);
    CHECK(w.ticket.state == TICKET_NEW);
    CHECK_STR(w.ticket.category, "pothole");
    CHECK(w.messages != NULL && w.messages->raw == raw.id);
    for (const struct event_row *r = w.events; r != NULL; r = r->next)
        said = said || (str_eq(r->event.kind, STR("after-all")) &&
                        str_eq(r->event.actor, STR("Bea")));
    CHECK(said);
}

/* A program wrote it: an answer would begin a loop. */
static void nobody_is_told_of_it(void)
{
    struct follower_list *who = NULL;
    struct ticket_whole w;
    int64_t id = run(after_all).ticket;

    CHECK(store_ticket_whole(store, id, &w, &a, &e) == 0);
    CHECK(w.notices == NULL);
    CHECK(store_followers(store, id, &who, &a, &e) == 0 && who == NULL);
}

static void two_who_ask_get_the_same_ticket(void)
{
    struct filed first = run(after_all);
    struct filed second = run(after_all);

    CHECK(first.ticket != 0 && first.ticket == second.ticket);
    CHECK(second.joined);
}

int main(void)
{
    town_begin(NOW);
    it_is_a_ticket_that_says_who_asked();
    nobody_is_told_of_it();
    two_who_ask_get_the_same_ticket();
    town_end();
    return tap_done();
}
