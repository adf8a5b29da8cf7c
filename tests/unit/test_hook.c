/* Events for programs elsewhere: what they say, and in which order they go. */
#include "../tap.h"
#include "pipeline/hook_body.h"
#include "store/work.h"
#include "store_fixture.h"

static int call_work(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_hook_add(tx, arg, e);
}

static int set_work(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_hook_set(tx, arg, e);
}

static int end_work(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_hook_end(tx, *(const int64_t *)arg, e);
}

static void add(struct fixture *f, const char *channel, int64_t ticket,
                int64_t event)
{
    struct hook_call c = { .channel = str_of(channel),
                           .ticket = ticket,
                           .event = event,
                           .kind = STR("state"),
                           .body = STR("{}") };

    CHECK(store_run(f->store, call_work, &c, &f->e) == 0);
}

/* "1 2": the events that may be tried at that time. */
static const char *due(struct fixture *f, const char *channel, int64_t now,
                       struct hook_call **first)
{
    struct hook_call *c = NULL;
    const char *text = "";

    if (store_hooks_due(f->store, str_of(channel), now, &c, &f->a, &f->e) < 0)
        return f->e.text;
    if (first != NULL)
        *first = c;
    for (; c != NULL; c = c->next)
        text = arena_printf(&f->a, "%s%s%lld", text, *text == '\0' ? "" : " ",
                            (long long)c->event);
    return text;
}

static void made(struct fixture *f)
{
    fixture_begin(f);
    for (int i = 1; i <= 3; i++) {
        struct filing one = filing_made(arena_printf(&f->a, "m%d", i), "Hole");

        if (store_run(f->store, filing_work, &one, &f->e) < 0)
            abort();
        one.raw = raw_made(arena_printf(&f->a, "n%d", i), "x");
        one.message.message_id = STR_NONE;
        one.notice.to = STR_NONE;
        if (store_run(f->store, filing_work, &one, &f->e) < 0)
            abort();
    }
}

static void of_a_ticket_the_first_goes_alone(void)
{
    struct fixture f;
    struct hook_call *first;

    made(&f);
    add(&f, "works", 1, 1);
    add(&f, "works", 1, 2);
    add(&f, "works", 2, 3);
    add(&f, "works", 2, 4);
    add(&f, "other", 1, 2);
    CHECK_STR(str_of(due(&f, "works", 100, &first)), "1 3");
    CHECK_STR(str_of(due(&f, "other", 100, NULL)), "2");
    CHECK_STR(str_of(due(&f, "none", 100, NULL)), "");
    first->next_at = 200;
    first->tries = 1;
    first->why = STR("away");
    CHECK(store_run(f.store, set_work, first, &f.e) == 0);
    CHECK_STR(str_of(due(&f, "works", 100, NULL)), "3");
    CHECK_STR(str_of(due(&f, "works", 200, &first)), "1 3");
    CHECK(first->tries == 1);
    CHECK_STR(first->why, "away");
    CHECK_STR(first->body, "{}");
    CHECK(store_run(f.store, end_work, &first->id, &f.e) == 0);
    CHECK_STR(str_of(due(&f, "works", 200, NULL)), "2 3");
    fixture_end(&f);
}

static void an_event_is_taken_up_once(void)
{
    struct hook_call *first;
    struct fixture f;

    made(&f);
    add(&f, "works", 1, 1);
    add(&f, "works", 1, 1);
    CHECK_STR(str_of(due(&f, "works", 0, &first)), "1");
    CHECK(store_run(f.store, end_work, &first->id, &f.e) == 0);
    CHECK_STR(str_of(due(&f, "works", 0, NULL)), "");
    fixture_end(&f);
}

static struct str body(const struct event *ev, const struct ticket *t,
                       struct arena *a)
{
    static const struct town town = { .public_url =
                                          STR_INIT("https://r.example.org"),
                                      .jurisdiction = STR_INIT("millbrook") };
    struct buf b = buf_init(HOOK_BODY_MAX);
    struct str got;

    hook_body(&b, &town, ev, t);
    CHECK(!b.over);
    got = arena_str(a, buf_str(&b));
    buf_free(&b);
    return got;
}

static void nothing_says_who_reported_it(void)
{
    const struct ticket t = { .id = 7,
                              .token = STR("OWNTOKENOFREPORTERXXXX"),
                              .state = TICKET_DONE,
                              .reason = STR("fixed"),
                              .category = STR("pothole"),
                              .created_at = 1000000000 };
    struct event ev = { .id = 9,
                        .ticket = 7,
                        .at = 1000000000,
                        .kind = STR("opted-out"),
                        .actor = STR("resident"),
                        .text = STR("+15555550100") };
    struct arena a = { NULL };
    struct str got = body(&ev, &t, &a);

    CHECK(str_starts(got, STR("{\"id\":9,\"event\":\"opted-out\","
                              "\"at\":\"2001-09-09T01:46:40Z\","
                              "\"actor\":\"resident\",\"text\":null,"
                              "\"jurisdiction\":\"millbrook\","
                              "\"ticket\":{\"number\":7,")));
    CHECK(str_find(got, STR("OWNTOKEN")) == got.n);
    CHECK(str_find(got, STR("5555550100")) == got.n);
    CHECK(str_find(got, STR("\"url\":\"https://r.example.org/t/7-")) < got.n);
    CHECK(str_find(got, STR("\"lat\":null")) < got.n);
    ev.kind = STR("noted");
    ev.text = STR("a clerk's own words");
    got = body(&ev, &t, &a);
    CHECK(str_find(got, STR("own words")) == got.n);
    ev.kind = STR("state");
    ev.text = STR("done (fixed)\nWe came by \"today\"");
    got = body(&ev, &t, &a);
    CHECK(str_find(got, STR("We came by \\\"today\\\"")) < got.n);
    arena_free(&a);
}

int main(void)
{
    of_a_ticket_the_first_goes_alone();
    an_event_is_taken_up_once();
    nothing_says_who_reported_it();
    return tap_done();
}
