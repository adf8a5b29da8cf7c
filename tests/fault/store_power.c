/*
 * The power is cut at random moments under a store at work (promise P2). What
 * was acknowledged is there afterwards, and the file is sound. The same run
 * with synchronous=NORMAL has to lose something: else this test sees nothing.
 *
 *   store_power [SEED [ROUNDS]]
 */
#include <time.h>

#include "../tap.h"
#include "../unit/store_fixture.h"
#include "store/sqlite/sqlite_internal.h"
#include "vfs.h"

enum { ROUNDS = 160, MUTANTS = 20, ITEMS = 100, TEXT = 3000 };

struct item {
    struct filing filing; /* first: what filing_work() is given */
    struct round *round;
    char origin[24];
    char text[TEXT];
    bool acknowledged;
};

struct round {
    struct fixture f;
    struct disk disk;
    uv_loop_t loop;
    struct item *items;
    uint64_t seed; /* the loop's own: the disk's is other threads' */
    int next, done;
};

struct tally {
    int64_t ops; /* of a whole round, to choose a moment from */
    int acknowledged, lost, unsound, cuts;
};

static void submit_some(struct round *r);

static void item_done(void *arg, int rc, const struct error *e)
{
    struct item *i = arg;

    (void)e;
    i->acknowledged = rc == 0;
    i->round->done++;
    submit_some(i->round);
}

/* A few at a time, so that groups come in many sizes. */
static void submit_some(struct round *r)
{
    int limit = 1 + (int)(vfs_random(&r->seed) % 8);

    while (r->next < ITEMS && r->next - r->done < limit)
        store_submit(r->f.store, filing_work, item_done, &r->items[r->next++]);
}

static void items_make(struct round *r)
{
    r->items = calloc(ITEMS, sizeof(*r->items));
    for (int i = 0; i < ITEMS; i++) {
        struct item *it = &r->items[i];

        it->round = r;
        snprintf(it->origin, sizeof(it->origin), "item-%d", i);
        memset(it->text, 'a' + i % 26, TEXT);
        it->text[vfs_random(&r->seed) % TEXT] = '\0';
        it->filing = filing_made(it->origin, it->text);
    }
}

/* The log is copied often, so that this is cut too. */
static void settings_change(struct round *r, bool normal)
{
    sqlite3 *db = r->f.store->write.sql;

    r->f.store->copier.every = 150;
    if (normal && sqlite3_exec(db, "PRAGMA synchronous = NORMAL", 0, 0, 0))
        abort();
}

static void round_begin(struct round *r, uint64_t seed, bool normal)
{
    struct store_options o = { .jurisdiction = STR("town"),
                               .create = true,
                               .vfs = "failing" };

    *r = (struct round){ .seed = seed };
    fixture_folder(&r->f);
    vfs_register(&r->disk, "failing", seed);
    r->disk.hold = true;
    o.path = r->f.path;
    uv_loop_init(&r->loop);
    items_make(r);
    if (store_open(&r->f.store, &o, &r->f.e) < 0)
        abort();
    settings_change(r, normal);
    if (store_attach(r->f.store, &r->loop, &r->f.e) < 0)
        abort();
}

static void round_run(struct round *r)
{
    submit_some(r);
    uv_run(&r->loop, UV_RUN_DEFAULT);
    store_close(r->f.store);
    r->f.store = NULL;
    uv_run(&r->loop, UV_RUN_DEFAULT);
    uv_loop_close(&r->loop);
}

static bool is_there(struct round *r, const struct item *i)
{
    int64_t n = 0;
    const char *sql = arena_printf(
        &r->f.a,
        "SELECT count(*) FROM raws r JOIN messages m ON m.raw = r.id"
        " JOIN tickets t ON t.id = m.ticket JOIN events v ON v.ticket = t.id"
        " JOIN notices n ON n.ticket = t.id AND n.event = v.id"
        " WHERE r.origin = '%s' AND r.state = 'filed'",
        i->origin);

    return db_int(&r->f.store->read, sql, &n, &r->f.e) == 0 && n == 1;
}

/* The power is back: what does the file say? */
static void round_judge(struct round *r, struct tally *t)
{
    struct store_verdict v;
    const char *shm = arena_printf(&r->f.a, "%s-shm", r->f.path);

    unlink(shm);
    if (fixture_open(&r->f, "town") < 0 ||
        store_verify(r->f.store, &v, &r->f.a, &r->f.e) < 0) {
        printf("# %s\n", r->f.e.text);
        t->unsound++;
        return;
    }
    t->unsound += v.damaged > 0;
    for (int i = 0; i < ITEMS; i++) {
        t->acknowledged += r->items[i].acknowledged;
        t->lost += r->items[i].acknowledged && !is_there(r, &r->items[i]);
    }
}

static void round_end(struct round *r)
{
    fixture_end(&r->f);
    vfs_unregister(&r->disk);
    free(r->items);
}

/* The first one is not cut: it shows how long a round is. */
static void one_round(struct tally *t, uint64_t seed, bool normal)
{
    struct round r;

    round_begin(&r, seed, normal);
    r.disk.ops = 0;
    if (t->ops > 0)
        r.disk.cut_in =
            1 + (int64_t)(vfs_random(&r.seed) % (uint64_t)(t->ops * 3 / 4));
    round_run(&r);
    if (t->ops == 0)
        t->ops = r.disk.ops;
    t->cuts += r.disk.dead;
    round_judge(&r, t);
    round_end(&r);
}

static struct tally rounds_run(uint64_t seed, int rounds, bool normal)
{
    struct tally t = { 0 };

    for (int i = 0; i <= rounds; i++)
        one_round(&t, seed + (uint64_t)i * 7919, normal);
    printf("# synchronous=%s: %d cuts, %d acknowledged, %d of them lost, "
           "%d files unsound\n",
           normal ? "NORMAL" : "FULL", t.cuts, t.acknowledged, t.lost,
           t.unsound);
    return t;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    int rounds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : ROUNDS;
    struct tally t;

    if (seed == 0)
        seed = (uint64_t)time(NULL);
    printf("# seed %llu\n", (unsigned long long)seed);
    t = rounds_run(seed, rounds, false);
    CHECK(t.cuts > rounds / 4);
    CHECK(t.acknowledged > rounds * 10);
    CHECK(t.lost == 0);
    CHECK(t.unsound == 0);
    t = rounds_run(seed, MUTANTS, true);
    CHECK(t.lost > 0);
    CHECK(t.unsound == 0);
    return tap_done();
}
