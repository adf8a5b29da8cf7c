/* The clerk's list: order, pages, filters, words and places. */
#include "../tap.h"
#include "store_fixture.h"

struct shown {
    int64_t ids[64];
    int n;
};

static void show(void *arg, const struct ticket *t)
{
    struct shown *s = arg;

    if (s->n < 64)
        s->ids[s->n++] = t->id;
}

static const char *shown(struct fixture *f, struct ticket_filter filter)
{
    struct shown s = { .n = 0 };
    const char *text = "";

    if (store_tickets(f->store, &filter, show, &s, &f->e) < 0)
        return f->e.text;
    for (int i = 0; i < s.n; i++)
        text = arena_printf(&f->a, "%s%s%lld", text, i > 0 ? " " : "",
                            (long long)s.ids[i]);
    return text;
}

static int index_all(struct store_tx *tx, void *arg, struct error *e)
{
    int64_t *left = arg;

    return tx_index_some(tx, 3, left, e);
}

/* Seven tickets: 2 and 5 urgent, 3 done, 4 in the park, 6 by text. */
static void town_begin(struct fixture *f)
{
    static const char *const texts[] = {
        "",
        "Pothole on Elm Street, deep",
        "Gas smell at 5 O'Brien's Lane",
        "Calle Nuñez está oscura",
        "Tree down in the park",
        "Wires down near Elm",
        "Elmwood: graffiti again",
        "pothole OR graffiti NOT \"clean\"",
    };
    struct filing one;

    fixture_begin(f);
    for (int i = 1; i <= 7; i++) {
        one = filing_made(arena_printf(&f->a, "m%d", i), texts[i]);
        one.ticket.urgent = i == 2 || i == 5;
        one.ticket.state = i == 3 ? TICKET_DONE : TICKET_NEW;
        one.ticket.at = (struct point){ 41 + i / 10.0, -71, true };
        if (i == 4) {
            one.ticket.category = STR("tree");
            one.ticket.at = (struct point){ 41.4, -71.1, true };
            one.ticket.label = STR("Veterans Park");
        }
        if (i == 6) {
            one.ticket.channel = STR("text");
            one.ticket.at = (struct point){ 0 };
        }
        clock_set(100 + i);
        if (store_run(f->store, filing_work, &one, &f->e) < 0)
            abort();
    }
    clock_set(0);
}

static void urgent_comes_first_then_the_newest(void)
{
    struct fixture f;
    struct ticket_filter all = { .state = -1 };

    town_begin(&f);
    CHECK_STR(str_of(shown(&f, all)), "5 2 7 6 4 3 1");
    fixture_end(&f);
}

static void pages_follow_each_other_through_the_urgent_ones(void)
{
    struct fixture f;

    town_begin(&f);
    CHECK_STR(
        str_of(shown(&f, (struct ticket_filter){ .state = -1, .limit = 1 })),
        "5");
    CHECK_STR(str_of(shown(&f, (struct ticket_filter){ .state = -1,
                                                       .before = 5,
                                                       .limit = 3 })),
              "2 7 6");
    CHECK_STR(str_of(shown(&f, (struct ticket_filter){ .state = -1,
                                                       .before = 6,
                                                       .limit = 9 })),
              "4 3 1");
    CHECK_STR(
        str_of(shown(&f, (struct ticket_filter){ .state = -1, .before = 1 })),
        "");
    fixture_end(&f);
}

static void filters_narrow_the_list(void)
{
    struct fixture f;

    town_begin(&f);
    CHECK_STR(str_of(shown(&f, (struct ticket_filter){ .state = TICKET_DONE })),
              "3");
    CHECK_STR(str_of(shown(
                  &f, (struct ticket_filter){ .state = -1, .urgent = true })),
              "5 2");
    CHECK_STR(
        str_of(shown(&f, (struct ticket_filter){ .state = -1,
                                                 .category = STR("tree") })),
        "4");
    CHECK_STR(
        str_of(shown(
            &f, (struct ticket_filter){ .state = -1, .channel = STR("text") })),
        "6");
    CHECK(store_tickets(f.store,
                        &(struct ticket_filter){ .state = TICKET_STATES }, show,
                        NULL, &f.e) == E_SYNTAX);
    fixture_end(&f);
}

static int work_on(struct store_tx *tx, void *arg, struct error *e)
{
    struct fixture *f = arg;
    struct area ward = { .name = STR("Ward 1") };
    struct ticket t;
    int rc = tx_ticket_get(tx, 1, &t, &f->a, e);

    t.assignee = STR("Ana");
    t.state = TICKET_WAITING;
    t.decision = DECISION_ACCEPT;
    if (rc == 0)
        rc = tx_ticket_set(tx, &t, e);
    if (rc == 0)
        rc = tx_ticket_areas(tx, 1, &ward, e);
    if (rc == 0)
        rc = tx_ticket_areas(tx, 3, &ward, e);
    if (rc == 0)
        rc = tx_ticket_get(tx, 7, &t, &f->a, e);
    t.snoozed_until = 500;
    t.category = STR("other");
    t.decision = DECISION_ASK;
    return rc < 0 ? rc : tx_ticket_set(tx, &t, e);
}

static int64_t counted(struct fixture *f, struct ticket_filter filter)
{
    int64_t n = -1;

    if (store_tickets_count(f->store, &filter, &n, &f->e) < 0)
        printf("# %s\n", f->e.text);
    return n;
}

static void what_clerks_ask_for_is_shown_and_counted(void)
{
    static const struct {
        struct ticket_filter asked;
        const char *want;
        int64_t n;
    } cases[] = {
        { { .state = -1 }, "5 2 7 6 4 3 1", 7 },
        { { .state = -1, .limit = 2 }, "5 2", 7 },
        { { .state = -1, .limit = 2, .offset = 3 }, "6 4", 7 },
        { { .state = -1, .offset = 99 }, "", 7 },
        { { .state = -1, .offset = -5, .limit = 1 }, "5", 7 },
        { { .state = -1, .upto = 4 }, "2 4 3 1", 4 },
        { { .state = -1, .states = 1 << TICKET_WAITING | 1 << TICKET_DONE },
          "3 1",
          2 },
        { { .state = -1,
            .states =
                1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_WAITING },
          "5 2 7 6 4 1",
          6 },
        { { .state = TICKET_DONE, .states = 1 << TICKET_NEW }, "", 0 },
        { { .state = -1, .assignee = STR_INIT("Ana") }, "1", 1 },
        { { .state = -1, .assignee = STR_INIT("-"), .urgent = true },
          "5 2",
          2 },
        { { .state = -1, .area = STR_INIT("Ward 1") }, "3 1", 2 },
        { { .state = TICKET_DONE, .area = STR_INIT("Ward 1") }, "3", 1 },
        { { .state = -1, .area = STR_INIT("Ward' OR 1") }, "", 0 },
        { { .state = -1, .uncategorised = true }, "7", 1 },
        { { .state = -1, .unplaced = true }, "7 6", 2 },
        { { .state = -1, .awake_at = 499, .limit = 3 }, "5 2 6", 6 },
        { { .state = -1, .awake_at = 500, .limit = 3 }, "5 2 7", 7 },
        { { .state = -1, .made_since = 103, .made_before = 106 }, "5 4 3", 3 },
        { { .state = -1, .order = ORDER_OLDEST }, "1 2 3 4 5 6 7", 7 },
        { { .state = -1, .order = ORDER_OLDEST, .before = 3, .limit = 2 },
          "4 5",
          7 },
        { { .state = -1, .order = ORDER_CHANGED }, "7 1 6 5 4 3 2", 7 },
        { { .state = -1, .order = ORDER_CHANGED, .before = 1, .limit = 2 },
          "6 5",
          7 },
    };
    struct fixture f;

    town_begin(&f);
    clock_set(1000);
    CHECK(store_run(f.store, work_on, &f, &f.e) == 0);
    clock_set(0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CHECK_STR(str_of(shown(&f, cases[i].asked)), cases[i].want);
        CHECK(counted(&f, cases[i].asked) == cases[i].n);
    }
    fixture_end(&f);
}

static void what_makes_no_sense_is_not_counted(void)
{
    struct ticket_filter wrong[] = {
        { .state = -1, .states = 1 << TICKET_STATES },
        { .state = -1, .order = (enum ticket_order)9 },
    };
    struct fixture f;

    town_begin(&f);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        int64_t n;

        CHECK(store_tickets_count(f.store, &wrong[i], &n, &f.e) == E_SYNTAX);
    }
    fixture_end(&f);
}

static int move_ticket(struct store_tx *tx, void *arg, struct error *e)
{
    struct fixture *f = arg;
    struct ticket t;
    int rc = tx_ticket_get(tx, 1, &t, &f->a, e);

    t.at = (struct point){ 41.65, -71.05, true };
    if (rc == 0)
        rc = tx_ticket_set(tx, &t, e);
    if (rc == 0)
        rc = tx_ticket_get(tx, 5, &t, &f->a, e);
    t.at.known = false;
    return rc < 0 ? rc : tx_ticket_set(tx, &t, e);
}

static void a_box_on_the_map_shows_what_is_in_it(void)
{
    struct fixture f;
    struct ticket_filter box = {
        .state = -1, .west = -71.05, .east = -70.9, .south = 41.2, .north = 41.5
    };

    town_begin(&f);
    CHECK_STR(str_of(shown(&f, box)), "5 2 3");
    CHECK(store_run(f.store, move_ticket, &f, &f.e) == 0);
    CHECK_STR(str_of(shown(&f, box)), "2 3");
    box.north = 41.7;
    CHECK_STR(str_of(shown(&f, box)), "2 7 3 1");
    /* The index keeps 32-bit numbers; the edge itself is exact. */
    box = (struct ticket_filter){ .state = -1,
                                  .west = -71.0999999,
                                  .east = -70,
                                  .south = 41.4,
                                  .north = 41.4 };
    CHECK_STR(str_of(shown(&f, box)), "");
    box.west = -71.1;
    CHECK_STR(str_of(shown(&f, box)), "4");
    fixture_end(&f);
}

static const char *found(struct fixture *f, const char *words)
{
    return shown(
        f, (struct ticket_filter){ .state = -1, .search = str_of(words) });
}

static void words_are_found_once_they_are_indexed(void)
{
    struct fixture f;
    int64_t left = -1;

    town_begin(&f);
    CHECK_STR(str_of(found(&f, "pothole")), "");
    CHECK(store_run(f.store, index_all, &left, &f.e) == 0 && left == 4);
    CHECK_STR(str_of(found(&f, "pothole")), "1");
    CHECK(store_run(f.store, index_all, &left, &f.e) == 0 && left == 1);
    CHECK(store_run(f.store, index_all, &left, &f.e) == 0 && left == 0);
    CHECK(store_run(f.store, index_all, &left, &f.e) == 0 && left == 0);
    CHECK_STR(str_of(found(&f, "pothole")), "7 1");
    fixture_end(&f);
}

static void words_are_words_and_not_operators(void)
{
    struct fixture f;
    int64_t left = 1;

    town_begin(&f);
    while (left > 0 && store_run(f.store, index_all, &left, &f.e) == 0)
        ;
    CHECK_STR(str_of(found(&f, "elm street")), "1");
    CHECK_STR(str_of(found(&f, "elm ")), "5 6 1"); /* may go on: Elmwood */
    CHECK_STR(str_of(found(&f, "elm pothole")), "1");
    CHECK_STR(str_of(found(&f, "NUNEZ esta")), "3");
    CHECK_STR(str_of(found(&f, "o'brien's")), "2");
    CHECK_STR(str_of(found(&f, "pothole OR graffiti")), "7");
    CHECK_STR(str_of(found(&f, "text:pothole")), "");
    CHECK_STR(str_of(found(&f, "\"clean\"")), "7");
    CHECK_STR(str_of(found(&f, "cl\"ean")), "");
    CHECK_STR(str_of(found(&f, "veterans")), "4"); /* the place in words */
    CHECK_STR(str_of(found(&f, "pothole * ( ) ^ - \" '")), "7 1");
    CHECK_STR(str_of(found(&f, "pothole\xff")), "7 1");
    CHECK_STR(str_of(found(&f, "***")), "5 2 7 6 4 3 1");
    fixture_end(&f);
}

static void words_of_all_of_a_tickets_messages_count(void)
{
    struct fixture f;
    struct filing more = filing_made("m8", "the hole is by the bakery");
    int64_t left = 1;

    town_begin(&f);
    more.ticket.id = 1;
    CHECK(store_run(f.store, filing_work, &more, &f.e) == 0);
    while (left > 0 && store_run(f.store, index_all, &left, &f.e) == 0)
        ;
    CHECK_STR(str_of(found(&f, "deep bakery")), "1");
    fixture_end(&f);
}

int main(void)
{
    urgent_comes_first_then_the_newest();
    pages_follow_each_other_through_the_urgent_ones();
    filters_narrow_the_list();
    what_clerks_ask_for_is_shown_and_counted();
    what_makes_no_sense_is_not_counted();
    a_box_on_the_map_shows_what_is_in_it();
    words_are_found_once_they_are_indexed();
    words_are_words_and_not_operators();
    words_of_all_of_a_tickets_messages_count();
    return tap_done();
}
