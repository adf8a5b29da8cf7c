/* What is told outside: which tickets, in whose words, and what came of them.
 */
#include "../tap.h"
#include "store/work.h"
#include "store_fixture.h"

enum { TICKETS = 60, BEGIN = 1000, STEP = 10 };

/*
 * Each at its own time, pothole, tree and none in turn, every fifth urgent,
 * every fourth by text; three events: received, noted, and settled.
 */
static void made(struct fixture *f)
{
    static const char *const categories[] = { "pothole", "tree", "" };

    fixture_begin(f);
    for (int i = 1; i <= TICKETS; i++) {
        struct filing one = filing_made(arena_printf(&f->a, "m%d", i),
                                        arena_printf(&f->a, "Words %d", i));

        clock_set(BEGIN + STEP * i);
        one.ticket.category = str_of(categories[i % 3]);
        one.ticket.urgent = i % 5 == 0;
        one.ticket.channel = i % 4 == 0 ? STR("texts") : STR("mail");
        if (store_run(f->store, filing_work, &one, &f->e) < 0)
            abort();
        one.event = (struct event){ .ticket = one.ticket.id,
                                    .kind = STR("noted"),
                                    .actor = STR("ana"),
                                    .text = STR("secret") };
        one.ticket = (struct ticket){ .id = one.ticket.id };
        one.raw = raw_made(arena_printf(&f->a, "n%d", i), "x");
        one.notice.to = STR_NONE;
        one.message = (struct message){ .text = STR("Later") };
        if (store_run(f->store, filing_work, &one, &f->e) < 0)
            abort();
        one.event.kind = STR("state");
        one.event.text = STR("done (fixed)\nWe came by");
        one.raw = raw_made(arena_printf(&f->a, "s%d", i), "x");
        if (store_run(f->store, filing_work, &one, &f->e) < 0)
            abort();
    }
    clock_set(0);
}

struct seen {
    int n, urgent, texts;
    bool none; /* one of no category */
    bool tree;
};

static void see(void *arg, const struct ticket *t)
{
    struct seen *s = arg;

    s->n++;
    s->urgent += t->urgent;
    s->texts += str_eq(t->channel, STR("texts"));
    s->none = s->none || t->category.n == 0;
    s->tree = s->tree || str_eq(t->category, STR("tree"));
}

static struct seen seen(struct fixture *f, struct ticket_filter filter)
{
    struct seen s = { .n = 0 };

    filter.state = -1;
    CHECK(store_tickets(f->store, &filter, see, &s, &f->e) == 0);
    return s;
}

static void what_may_not_be_shown_is_not_counted_in_a_page(void)
{
    struct setting_list tree = { STR_INIT("tree"), NULL };
    struct ticket_shown all = { NULL, STR_NONE };
    struct ticket_shown no_trees = { &tree, STR_NONE };
    struct ticket_shown partner = { &tree, STR_INIT("texts") };
    struct fixture f;
    struct seen s;
    int64_t n;

    made(&f);
    s = seen(&f, (struct ticket_filter){ .shown = &all });
    CHECK(s.n == 32 && s.urgent == 0 && !s.none && s.tree);
    s = seen(&f, (struct ticket_filter){ .shown = &no_trees });
    CHECK(s.n == 16 && s.urgent == 0 && !s.none && !s.tree);
    s = seen(&f, (struct ticket_filter){
                     .shown = &no_trees, .limit = 10, .offset = 10 });
    CHECK(s.n == 6);
    s = seen(&f, (struct ticket_filter){ .shown = &partner });
    CHECK(s.texts == 15 && s.n == 15 + 12);
    CHECK(store_tickets_count(
              f.store,
              &(struct ticket_filter){ .state = -1, .shown = &no_trees }, &n,
              &f.e) == 0 &&
          n == 16);
    fixture_end(&f);
}

static void several_categories_and_times_are_asked_for_at_once(void)
{
    struct setting_list quote = { STR_INIT("' OR 1=1 --"), NULL };
    struct setting_list tree = { STR_INIT("tree"), &quote };
    struct setting_list both = { STR_INIT("pothole"), &tree };
    struct setting_list many[501];
    struct fixture f;

    made(&f);
    CHECK(seen(&f, (struct ticket_filter){ .categories = &both }).n == 40);
    CHECK(seen(&f, (struct ticket_filter){ .categories = &tree }).n == 20);
    CHECK(seen(&f, (struct ticket_filter){ .categories = &quote }).n == 0);
    CHECK(seen(&f, (struct ticket_filter){ .changed_since = BEGIN + 100,
                                           .changed_before = BEGIN + 200 })
              .n == 10);
    for (size_t i = 0; i < COUNT_OF(many); i++) {
        many[i] = (struct setting_list){ STR("x"), &many[i + 1] };
        if (i + 1 == COUNT_OF(many))
            many[i].next = NULL;
    }
    CHECK(store_tickets(
              f.store,
              &(struct ticket_filter){ .state = -1, .categories = many }, see,
              NULL, &f.e) == E_LIMIT);
    fixture_end(&f);
}

static void the_first_words_and_the_last_answer_are_told(void)
{
    struct ticket_said said;
    struct fixture f;

    made(&f);
    CHECK(store_ticket_said(f.store, 7, &said, &f.a, &f.e) == 0);
    CHECK_STR(said.words, "Words 7");
    CHECK_STR(said.told, "done (fixed)\nWe came by");
    CHECK(said.link.n == 0 && said.subject.n == 0);
    CHECK(store_ticket_said(f.store, 999, &said, &f.a, &f.e) == 0);
    CHECK(said.words.n == 0 && said.told.n == 0);
    fixture_end(&f);
}

/* "3 4": the tickets that something was said of. */
static const char *between(struct fixture *f, int64_t since, int64_t before,
                           int max)
{
    const struct said_when when = { since, before, max };
    struct event_row *e;
    const char *text = "";

    if (store_events_said(f->store, &when, &e, &f->a, &f->e) < 0)
        return f->e.text;
    for (; e != NULL; e = e->next) {
        text = arena_printf(&f->a, "%s%s%lld", text, *text == 0 ? "" : " ",
                            (long long)e->event.ticket);
        if (!str_eq(e->event.kind, STR("state")))
            return "what is inside was told";
    }
    return text;
}

static void events_are_found_by_their_time(void)
{
    struct fixture f;

    made(&f);
    CHECK_STR(str_of(between(&f, BEGIN + 30, BEGIN + 50, 100)), "3 4");
    CHECK_STR(str_of(between(&f, BEGIN + 31, BEGIN + 51, 100)), "4 5");
    CHECK_STR(str_of(between(&f, 0, BEGIN + 31, 100)), "1 2 3");
    CHECK_STR(str_of(between(&f, 0, BEGIN + 600, 2)), "1 2");
    CHECK_STR(str_of(between(&f, BEGIN + 590, INT64_MAX, 100)), "59 60");
    CHECK_STR(str_of(between(&f, BEGIN + 601, INT64_MAX, 100)), "");
    CHECK_STR(str_of(between(&f, 0, 0, 100)), "");
    fixture_end(&f);
    fixture_begin(&f);
    CHECK_STR(str_of(between(&f, 0, INT64_MAX, 100)), "");
    fixture_end(&f);
}

static int add_raw(struct store_tx *tx, void *arg, struct error *e)
{
    int64_t id;

    return tx_raw_add(tx, arg, &id, e);
}

static void an_origin_leads_to_its_ticket(void)
{
    struct raw waiting = raw_made("waiting", "x");
    struct str mail = STR("publicworks-mail");
    struct fixture f;
    int64_t ticket;

    made(&f);
    CHECK(store_origin_ticket(f.store, mail, STR("s9"), &ticket, &f.e) == 0 &&
          ticket == 9);
    CHECK(store_origin_ticket(f.store, mail, STR("s99"), &ticket, &f.e) ==
          E_NONE);
    CHECK(store_origin_ticket(f.store, STR("other"), STR("s9"), &ticket,
                              &f.e) == E_NONE);
    CHECK(store_run(f.store, add_raw, &waiting, &f.e) == 0);
    CHECK(store_origin_ticket(f.store, mail, STR("waiting"), &ticket, &f.e) ==
              0 &&
          ticket == 0);
    fixture_end(&f);
}

int main(void)
{
    what_may_not_be_shown_is_not_counted_in_a_page();
    several_categories_and_times_are_asked_for_at_once();
    the_first_words_and_the_last_answer_are_told();
    events_are_found_by_their_time();
    an_origin_leads_to_its_ticket();
    return tap_done();
}
