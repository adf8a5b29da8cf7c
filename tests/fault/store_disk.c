/*
 * Every write, sync, read and opening of a file fails in its turn, once or
 * from then on, for want of room or for a broken disk (promise P3). Whatever
 * fails: what was told as stored is stored, what was not was told so in a
 * sentence, and when the disk is well again so is the store, without being
 * opened anew.
 */
#include "../tap.h"
#include "../unit/store_fixture.h"
#include "store/sqlite/sqlite_internal.h"
#include "vfs.h"

enum { ITEMS = 12, TEXT = 1500, STEPS_MAX = 5000 };

struct item {
    struct filing filing; /* first: what filing_work() is given */
    struct trial *trial;
    char origin[24];
    char text[TEXT];
    bool done;
    int rc;
    bool silent; /* failed without a sentence */
};

struct trial {
    struct fixture f;
    uv_loop_t loop;
    struct item items[ITEMS];
    int next;
};

/* One way to fail. */
struct kind {
    const char *name;
    unsigned ops;
    int code;
    int want; /* 0: any */
    bool for_ever;
    int stride; /* every which operation */
};

struct tally {
    int runs, refused, wrong_code, silent, lost, half, stuck, unsound;
};

static void item_done(void *arg, int rc, const struct error *e)
{
    struct item *i = arg;
    struct trial *t = i->trial;

    i->done = true;
    i->rc = rc;
    i->silent = rc < 0 && (e->text[0] == '\0' || e->code != rc);
    /* One alone, then three together, then one alone. */
    if (t->next < ITEMS) {
        int n = t->next % 4 == 1 ? 3 : 1;

        if (i == &t->items[t->next - 1])
            for (; n > 0 && t->next < ITEMS; n--, t->next++)
                store_submit(t->f.store, filing_work, item_done,
                             &t->items[t->next]);
    }
}

static void items_make(struct trial *t)
{
    for (int i = 0; i < ITEMS; i++) {
        struct item *it = &t->items[i];

        it->trial = t;
        snprintf(it->origin, sizeof(it->origin), "item-%d", i);
        memset(it->text, 'a' + i, TEXT - 1);
        it->filing = filing_made(it->origin, it->text);
    }
}

/* How many rows of an item there are: all five or none. */
static int64_t rows_of(struct trial *t, const struct item *i)
{
    struct arena a = { 0 };
    int64_t n = -1;
    const char *sql = arena_printf(
        &a,
        "SELECT (SELECT count(*) FROM raws WHERE origin = '%s')"
        " + (SELECT count(*) FROM raws r JOIN raw_bytes b ON b.raw = r.id"
        "    WHERE origin = '%s')"
        " + (SELECT count(*) FROM messages WHERE message_id = '%s')"
        " + (SELECT count(*) FROM tickets WHERE title = '%s')"
        " + (SELECT count(*) FROM notices n JOIN messages m"
        "    ON m.ticket = n.ticket WHERE m.message_id = '%s')",
        i->origin, i->origin, i->origin, i->text, i->origin);

    if (db_int(&t->f.store->read, sql, &n, &t->f.e) < 0)
        printf("# %s\n", t->f.e.text);
    arena_free(&a);
    return n;
}

static void judge(struct trial *t, const struct kind *k, struct tally *all)
{
    struct store_verdict v;

    for (int i = 0; i < ITEMS; i++) {
        const struct item *it = &t->items[i];
        int64_t rows = rows_of(t, it);

        all->lost += !it->done || (it->rc == 0 && rows != 5);
        all->half += rows != 0 && rows != 5;
        all->refused += it->rc < 0;
        all->silent += it->silent;
        all->wrong_code += it->rc < 0 && k->want != 0 && it->rc != k->want;
    }
    all->unsound +=
        store_verify(t->f.store, &v, &t->f.a, &t->f.e) < 0 || v.damaged > 0;
}

static int open_failing(struct trial *t)
{
    return store_open(&t->f.store,
                      &(struct store_options){ .path = t->f.path,
                                               .jurisdiction = STR("town"),
                                               .create = true,
                                               .vfs = "failing" },
                      &t->f.e);
}

static void close_failing(struct trial *t)
{
    store_close(t->f.store);
    t->f.store = NULL;
    uv_run(&t->loop, UV_RUN_DEFAULT);
}

static int add_ticket(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_ticket_add(tx, arg, e);
}

/* false: nothing failed any more. */
static bool one_trial(struct disk *d, const struct kind *k, int step,
                      struct tally *all)
{
    struct trial *t = calloc(1, sizeof(*t));
    struct ticket ticket = { .title = STR("well again") };
    bool failed;

    fixture_folder(&t->f);
    uv_loop_init(&t->loop);
    items_make(t);
    /* A log that is copied often, a cache that does not hold much. */
    if (open_failing(t) < 0 ||
        sqlite3_exec(t->f.store->write.sql, "PRAGMA cache_size = 9", 0, 0, 0))
        abort();
    t->f.store->copier.every = 60;
    if (store_attach(t->f.store, &t->loop, &t->f.e) < 0)
        abort();
    d->failed = 0;
    d->fail_ops = k->ops;
    d->fail_code = k->code;
    d->fail_for_ever = k->for_ever;
    d->fail_in = step;
    t->next = 1;
    store_submit(t->f.store, filing_work, item_done, &t->items[0]);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    failed = d->failed > 0;
    d->fail_in = 0;
    if (store_run(t->f.store, add_ticket, &ticket, &t->f.e) < 0) {
        printf("# %s step %d: %s\n", k->name, step, t->f.e.text);
        all->stuck++;
    }
    close_failing(t);
    if (fixture_open(&t->f, "town") < 0)
        abort();
    judge(t, k, all);
    all->runs++;
    uv_loop_close(&t->loop);
    fixture_end(&t->f);
    free(t);
    return failed;
}

static void every_step_fails(struct disk *d, const struct kind *k)
{
    struct tally t = { 0 };
    int step = 1;

    while (step < STEPS_MAX && one_trial(d, k, step, &t))
        step += k->stride;
    printf("# %s: %d runs, %d items refused\n", k->name, t.runs, t.refused);
    CHECK(t.runs > 1 && t.refused > 0);
    CHECK(t.lost == 0);
    CHECK(t.half == 0);
    CHECK(t.silent == 0 && t.wrong_code == 0);
    CHECK(t.stuck == 0);
    CHECK(t.unsound == 0);
}

/* A new inbox on a failing disk: a sentence, and another try that works. */
static void opening_fails_in_words_and_works_later(struct disk *d)
{
    static const unsigned any = 1U << VFS_WRITE | 1U << VFS_SYNC |
                                1U << VFS_READ | 1U << VFS_OPEN |
                                1U << VFS_TRUNCATE;
    bool failed = true;
    int silent = 0;
    int stuck = 0;
    int runs = 0;

    for (int step = 1; failed && step < STEPS_MAX; step += 3) {
        struct trial t = { .next = 0 };

        fixture_folder(&t.f);
        d->failed = 0;
        d->fail_ops = any;
        d->fail_code = SQLITE_IOERR_WRITE;
        d->fail_for_ever = true;
        d->fail_in = step;
        if (open_failing(&t) < 0) {
            silent += t.f.e.text[0] == '\0';
            t.f.store = NULL;
        }
        failed = d->failed > 0;
        d->fail_in = 0;
        store_close(t.f.store);
        stuck += fixture_open(&t.f, "town") < 0;
        runs++;
        fixture_end(&t.f);
    }
    printf("# opening: %d runs\n", runs);
    CHECK(runs > 10 && silent == 0 && stuck == 0);
}

int main(void)
{
    static const unsigned writes = 1U << VFS_WRITE | 1U << VFS_TRUNCATE;
    static const unsigned syncs = 1U << VFS_SYNC;
    static const unsigned reads = 1U << VFS_READ | 1U << VFS_OPEN;
    static const struct kind kinds[] = {
        { "no room, once", writes, SQLITE_FULL, E_FULL, false, 3 },
        { "no room, from then on", writes, SQLITE_FULL, E_FULL, true, 7 },
        { "write error, once", writes, SQLITE_IOERR_WRITE, E_STORE, false, 3 },
        { "write error, from then on", writes, SQLITE_IOERR_WRITE, E_STORE,
          true, 7 },
        { "sync error, once", syncs, SQLITE_IOERR_FSYNC, E_STORE, false, 1 },
        { "sync error, from then on", syncs, SQLITE_IOERR_FSYNC, E_STORE, true,
          1 },
        { "read error, once", reads, SQLITE_IOERR_READ, E_STORE, false, 3 },
        { "read error, from then on", reads, SQLITE_IOERR_READ, E_STORE, true,
          7 },
    };
    struct disk d;

    vfs_register(&d, "failing", 1);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        every_step_fails(&d, &kinds[i]);
    opening_fails_in_words_and_works_later(&d);
    vfs_unregister(&d);
    return tap_done();
}
