/*
 * What the clerk's list costs at the store: a first page with its count, by
 * what it is asked, in a database of so many tickets. Milliseconds, the
 * median of so many turns.
 *
 *   list_speed [TICKETS]...
 */
#include "../unit/store_fixture.h"
#include "store/work.h"

enum { BATCH = 1000, TURNS = 15, PAGE = 100 };

static const char *const categories[] = { "pothole",  "streetlight", "tree",
                                          "graffiti", "trash",       "other" };
static const char *const departments[] = { "", "Streets", "Parks", "Water" };
static const char *const areas[] = { "Ward 1", "Ward 2", "Ward 3", "Ward 4" };
static const char *const texts[] = {
    "There is a deep pothole in front of the bakery, a cyclist fell there",
    "The street lamp has been dark for a week and the corner is not safe",
    "A big branch came down in the storm and blocks half of the street",
    "Someone sprayed the wall of the school again, please have it cleaned",
    "Bags of trash were left beside the street bin and smell in the sun",
    "Hay un bache muy hondo cerca de la escuela y los coches frenan tarde",
};
static const char *const streets[] = { "Elm Street", "Oak Avenue", "Park Road",
                                       "Mill Lane", "River Street" };

struct making {
    struct fixture *f;
    int from, to;
};

/* Without a pattern between one number's bits and the next's. */
static unsigned mixed(unsigned n)
{
    n = (n ^ n >> 16) * 0x45d9f3bU;
    n = (n ^ n >> 16) * 0x45d9f3bU;
    return n ^ n >> 16;
}

/* Two of five are active, as after a year; one of fifty snoozed. */
static struct filing one_made(struct arena *a, int i)
{
    static const enum ticket_state states[] = { TICKET_NEW, TICKET_OPEN,
                                                TICKET_DONE, TICKET_DONE,
                                                TICKET_NOT_OURS };
    unsigned h = mixed((unsigned)i);
    unsigned g = mixed(h);
    const char *text =
        arena_printf(a, "%s, near %u %s. Token%d", texts[h % COUNT_OF(texts)],
                     h % 300 + 1, streets[h / 7 % COUNT_OF(streets)], i);
    struct filing one = filing_made(
        arena_printf(a, "%08x@mail.example.org", (unsigned)i), text);

    one.ticket.title = str_of(text);
    one.ticket.state = states[g % COUNT_OF(states)];
    one.ticket.urgent = g / 5 % 97 == 0;
    one.ticket.category = str_of(categories[g / 500 % COUNT_OF(categories)]);
    one.ticket.department =
        str_of(departments[g / 4000 % COUNT_OF(departments)]);
    one.ticket.assignee = g / 16000 % 3 == 0 ? STR("Ana") : STR("");
    one.ticket.at = (struct point){ 41 + h % 1000 / 1e4,
                                    -72 + h / 1000 % 1000 / 1e4, h % 9 != 0 };
    one.ticket.decision = h % 9 == 0 ? DECISION_ASK : DECISION_ACCEPT;
    one.ticket.snoozed_until = h % 50 == 0 ? 4000000000 : 0;
    one.message.sender.address =
        str_of(arena_printf(a, "r%d@example.org", i % 20000));
    return one;
}

static int make_some(struct store_tx *tx, void *arg, struct error *e)
{
    struct making *m = arg;
    struct arena a = { 0 };
    int rc = 0;

    for (int i = m->from; rc == 0 && i < m->to; i++) {
        struct filing one = one_made(&a, i);
        struct area area = { .name = str_of(areas[i % 4]) };

        rc = filing_work(tx, &one, e);
        if (rc == 0)
            rc = tx_ticket_areas(tx, one.ticket.id, &area, e);
    }
    arena_free(&a);
    return rc;
}

static int index_some(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_index_some(tx, BATCH, arg, e);
}

static void town_make(struct fixture *f, int n)
{
    int64_t left = 1;

    fixture_begin(f);
    for (int i = 0; i < n; i += BATCH) {
        struct making m = { f, i, i + BATCH < n ? i + BATCH : n };

        if (store_run(f->store, make_some, &m, &f->e) < 0)
            goto failed;
    }
    while (left > 0) {
        if (store_run(f->store, index_some, &left, &f->e) < 0)
            goto failed;
    }
    return;
failed:
    fprintf(stderr, "%s\n", f->e.text);
    exit(1);
}

static void count_row(void *arg, const struct ticket *t)
{
    (void)t;
    ++*(int *)arg;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double ms_now(void)
{
    return (double)uv_hrtime() / 1e6;
}

static void measure(struct fixture *f, const char *name,
                    struct ticket_filter filter)
{
    double took[TURNS];
    int64_t total = 0;
    int rows = 0;

    if (filter.limit == 0)
        filter.limit = PAGE;
    for (int i = 0; i < TURNS; i++) {
        double begin = ms_now();

        rows = 0;
        if (store_tickets(f->store, &filter, count_row, &rows, &f->e) < 0 ||
            store_tickets_count(f->store, &filter, &total, &f->e) < 0) {
            fprintf(stderr, "%s: %s\n", name, f->e.text);
            exit(1);
        }
        took[i] = ms_now() - begin;
    }
    qsort(took, TURNS, sizeof(took[0]), by_size);
    printf("%-28s %8.2f ms  %5d of %lld\n", name, took[TURNS / 2], rows,
           (long long)total);
}

static void measure_likes(struct fixture *f)
{
    double took[TURNS];
    struct likeness *list = NULL;
    struct ticket t;

    for (int i = 0; i < TURNS; i++) {
        double begin = ms_now();

        if (store_ticket_get(f->store, 10 + i, &t, &f->a, &f->e) < 0 ||
            store_ticket_likes(f->store, &(struct likes_asked){ &t, 150, 5 },
                               &list, &f->a, &f->e) < 0) {
            fprintf(stderr, "likes: %s\n", f->e.text);
            exit(1);
        }
        took[i] = ms_now() - begin;
    }
    qsort(took, TURNS, sizeof(took[0]), by_size);
    printf("%-28s %8.2f ms\n", "tickets like one", took[TURNS / 2]);
}

static void measure_search(struct fixture *town, struct ticket_filter work)
{
    struct ticket_filter f = { .state = -1 };

    f.search = STR("street");
    measure(town, "search: in two of three", f);
    f.search = STR("bakery");
    measure(town, "search: in one of six", f);
    f.search = STR("bakery elm");
    measure(town, "search: two words", f);
    f.search = STR("token77");
    measure(town, "search: the start of a word", f);
    f.search = STR("token77777");
    measure(town, "search: in one", f);
    f = work;
    f.search = STR("street");
    measure(town, "search: among the active", f);
}

static void town_measure(int n)
{
    enum {
        WORKED_ON = 1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_WAITING
    };
    struct ticket_filter work = { .state = -1,
                                  .states = WORKED_ON,
                                  .awake_at = 1800000000 };
    struct ticket_filter any = { .state = -1 };
    struct ticket_filter f;
    struct fixture town;

    town_make(&town, n);
    printf("%d tickets\n", n);
    measure(&town, "the first page", work);
    measure(&town, "any state", any);
    f = any;
    f.order = ORDER_OLDEST;
    measure(&town, "any state, oldest first", f);
    f.order = ORDER_CHANGED;
    measure(&town, "any state, by change", f);
    f = any;
    f.offset = n - PAGE;
    measure(&town, "the last page of any", f);
    f = work;
    f.category = STR("tree");
    measure(&town, "a category", f);
    f.assignee = STR("-");
    f.unplaced = true;
    measure(&town, "three conditions", f);
    f = work;
    f.area = STR("Ward 2");
    measure(&town, "an area", f);
    f = any;
    f.area = STR("Ward 2");
    measure(&town, "an area, any state", f);
    f = any;
    f.west = -71.96;
    f.east = -71.95;
    f.south = 41.02;
    f.north = 41.03;
    measure(&town, "a box", f);
    f = (struct ticket_filter){ .state = -1,
                                .limit = 5000,
                                .west = -73,
                                .east = -71,
                                .south = 40,
                                .north = 42 };
    measure(&town, "5,000 pins of all", f);
    measure_search(&town, work);
    measure_likes(&town);
    fixture_end(&town);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        town_measure(1000);
        town_measure(100000);
    }
    for (int i = 1; i < argc; i++)
        town_measure((int)strtol(argv[i], NULL, 10));
    return 0;
}
