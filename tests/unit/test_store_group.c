/* What shares a commit, in which order it is told, and what is undone. */
#include "../tap.h"
#include "store/sqlite/sqlite_internal.h"
#include "store_fixture.h"

enum { MANY = 600 };

struct many {
    struct fixture f;
    uv_loop_t loop;
    struct job *jobs;
    int told[2 * MANY], n;
    int commits;
};

struct job {
    struct many *all;
    struct filing filing;
    char origin[32];
    int nr;
    int fail; /* what work gives after it has written */
    int rc;
    bool was_durable; /* its raw could be read when done was called */
    char why[64];
};

static void many_begin(struct many *m)
{
    *m = (struct many){ .n = 0 };
    fixture_begin(&m->f);
    uv_loop_init(&m->loop);
    m->jobs = calloc(2 * MANY, sizeof(*m->jobs));
    for (int i = 0; i < 2 * MANY; i++) {
        struct job *j = &m->jobs[i];

        snprintf(j->origin, sizeof(j->origin), "%d", i);
        *j = (struct job){ .all = m, .nr = i };
        snprintf(j->origin, sizeof(j->origin), "%d", i);
        j->filing.raw = raw_made(j->origin, "bytes");
    }
}

static void many_end(struct many *m)
{
    struct store *s = m->f.store;

    m->f.store = NULL;
    store_close(s);
    uv_run(&m->loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&m->loop) == 0);
    fixture_end(&m->f);
    free(m->jobs);
}

static int job_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct job *j = arg;
    int rc = tx_raw_add(tx, &j->filing.raw, &j->filing.raw_id, e);

    if (rc < 0)
        return rc;
    return j->fail == 0 ? 0 : error(e, j->fail, "asked to fail");
}

static void job_done(void *arg, int rc, const struct error *e)
{
    struct job *j = arg;
    struct raw got;
    struct error ignored;

    j->rc = rc;
    snprintf(j->why, sizeof(j->why), "%s", rc < 0 ? e->text : "");
    j->was_durable = store_raw_get(j->all->f.store, j->filing.raw_id, &got,
                                   &j->all->f.a, &ignored) == 0 &&
                     str_eq(got.origin, j->filing.raw.origin);
    j->all->told[j->all->n++] = j->nr;
}

static int64_t count(struct many *m, const char *sql)
{
    int64_t n = -1;

    if (db_int(&m->f.store->read, sql, &n, &m->f.e) < 0)
        return -1;
    return n;
}

static void a_bad_item_undoes_itself_alone(void)
{
    struct many m;
    bool right = true;
    bool in_order = true;

    many_begin(&m);
    CHECK(store_attach(m.f.store, &m.loop, &m.f.e) == 0);
    m.jobs[300].fail = E_SYNTAX;
    for (int i = 0; i < MANY; i++)
        store_submit(m.f.store, job_work, job_done, &m.jobs[i]);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.n == MANY);
    for (int i = 0; i < MANY; i++) {
        in_order = in_order && m.told[i] == i;
        right = right && m.jobs[i].rc == (i == 300 ? E_SYNTAX : 0) &&
                m.jobs[i].was_durable == (i != 300);
    }
    CHECK(in_order);
    CHECK(right);
    CHECK_STR(str_of(m.jobs[300].why), "asked to fail");
    CHECK(count(&m, "SELECT count(*) FROM raws") == MANY - 1);
    CHECK(count(&m, "SELECT count(*) FROM raw_bytes") == MANY - 1);
    many_end(&m);
}

static void count_commit(struct many *m)
{
    m->commits++;
}

static int commit_seen(void *arg)
{
    count_commit(arg);
    return 0;
}

static void what_waits_shares_a_commit(void)
{
    struct many m;

    many_begin(&m);
    sqlite3_commit_hook(m.f.store->write.sql, commit_seen, &m);
    for (int i = 0; i < MANY; i++)
        store_submit(m.f.store, job_work, job_done, &m.jobs[i]);
    CHECK(store_attach(m.f.store, &m.loop, &m.f.e) == 0);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.n == MANY);
    CHECK(m.commits == 3); /* 256 + 256 + 88 */
    many_end(&m);
}

static void what_is_big_is_not_held_back(void)
{
    struct many m;
    struct str big = { calloc(1, 3 * 1024 * 1024), 3 * 1024 * 1024 };

    many_begin(&m);
    sqlite3_commit_hook(m.f.store->write.sql, commit_seen, &m);
    for (int i = 0; i < 4; i++) {
        m.jobs[i].filing.raw.bytes = big;
        store_submit(m.f.store, job_work, job_done, &m.jobs[i]);
    }
    CHECK(store_attach(m.f.store, &m.loop, &m.f.e) == 0);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.n == 4 && m.commits == 2);
    many_end(&m);
    free((void *)(uintptr_t)big.p);
}

static int commit_refused(void *arg)
{
    count_commit(arg);
    return ((struct many *)arg)->commits == 1;
}

/* The second finds the first's row, which the failed commit then takes away. */
static void a_duplicate_is_not_acknowledged_by_a_failed_commit(void)
{
    struct many m;

    many_begin(&m);
    sqlite3_commit_hook(m.f.store->write.sql, commit_refused, &m);
    m.jobs[1].filing.raw.origin = m.jobs[0].filing.raw.origin;
    store_submit(m.f.store, job_work, job_done, &m.jobs[0]);
    store_submit(m.f.store, job_work, job_done, &m.jobs[1]);
    CHECK(store_attach(m.f.store, &m.loop, &m.f.e) == 0);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.n == 2);
    CHECK(m.jobs[0].rc == E_STORE && m.jobs[1].rc == E_STORE);
    CHECK(m.jobs[1].why[0] != '\0');
    CHECK(count(&m, "SELECT count(*) FROM raws") == 0);
    store_submit(m.f.store, job_work, job_done, &m.jobs[2]);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.jobs[2].rc == 0 && m.jobs[2].was_durable);
    many_end(&m);
}

static void submit_next(void *arg, int rc, const struct error *e)
{
    struct job *j = arg;

    job_done(arg, rc, e);
    if (j->nr + 1 < 20)
        store_submit(j->all->f.store, job_work, submit_next, j + 1);
}

static void closing_runs_what_was_submitted_and_what_that_submits(void)
{
    struct many m;
    struct store *s;
    int64_t n = 0;

    many_begin(&m);
    s = m.f.store;
    CHECK(store_attach(s, &m.loop, &m.f.e) == 0);
    store_submit(s, job_work, submit_next, &m.jobs[0]);
    store_close(s);
    CHECK(m.n == 20);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(fixture_open(&m.f, "springfield") == 0);
    n = count(&m, "SELECT count(*) FROM raws");
    CHECK(n == 20);
    many_end(&m);
}

static int add_ticket(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_ticket_add(tx, arg, e);
}

static void run_waits_its_turn_beside_the_thread(void)
{
    struct many m;
    struct ticket t = { .title = STR("x") };
    struct ticket got;

    many_begin(&m);
    CHECK(store_attach(m.f.store, &m.loop, &m.f.e) == 0);
    for (int i = 0; i < 50; i++)
        store_submit(m.f.store, job_work, job_done, &m.jobs[i]);
    CHECK(store_run(m.f.store, add_ticket, &t, &m.f.e) == 0);
    CHECK(count(&m, "SELECT count(*) FROM raws") == 50);
    CHECK(t.token.n == 22);
    CHECK(store_ticket_by_token(m.f.store, t.token, &got, &m.f.a, &m.f.e) == 0);
    CHECK(m.n == 0); /* done is for the loop alone to call */
    m.jobs[60].fail = E_NONE;
    CHECK(store_run(m.f.store, job_work, &m.jobs[60], &m.f.e) == E_NONE);
    CHECK_STR(str_of(m.f.e.text), "asked to fail");
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.n == 50);
    many_end(&m);
}

static void a_held_database_is_busy_then_free(void)
{
    struct many m;
    sqlite3 *other;

    many_begin(&m);
    sqlite3_busy_timeout(m.f.store->write.sql, 50);
    CHECK(sqlite3_open(m.f.path, &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "BEGIN IMMEDIATE", 0, 0, 0) == SQLITE_OK);
    for (int i = 0; i < 3; i++)
        store_submit(m.f.store, job_work, job_done, &m.jobs[i]);
    CHECK(store_attach(m.f.store, &m.loop, &m.f.e) == 0);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.n == 3 && m.jobs[0].rc == E_BUSY && m.jobs[2].rc == E_BUSY);
    CHECK(strstr(m.jobs[0].why, "held by another process") != NULL);
    CHECK(sqlite3_exec(other, "COMMIT", 0, 0, 0) == SQLITE_OK);
    store_submit(m.f.store, job_work, job_done, &m.jobs[3]);
    uv_run(&m.loop, UV_RUN_DEFAULT);
    CHECK(m.jobs[3].rc == 0);
    sqlite3_close(other);
    many_end(&m);
}

static void a_reader_does_not_wait_for_the_writer(void)
{
    struct many m;
    sqlite3 *other;
    int64_t before;

    many_begin(&m);
    CHECK(sqlite3_open(m.f.path, &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "BEGIN IMMEDIATE", 0, 0, 0) == SQLITE_OK);
    before = clock_monotonic_ms();
    CHECK(count(&m, "SELECT count(*) FROM raws") == 0);
    CHECK(clock_monotonic_ms() - before < 500); /* it gives up after 1000 */
    sqlite3_close(other);
    many_end(&m);
}

static void without_the_reserve_nothing_new_is_taken(void)
{
    struct many m;
    struct ticket t = { .title = STR("x") };

    many_begin(&m);
    CHECK(store_run(m.f.store, job_work, &m.jobs[0], &m.f.e) == 0);
    store_close(m.f.store);
    CHECK(
        store_open(&m.f.store,
                   &(struct store_options){ .path = m.f.path,
                                            .jurisdiction = STR("springfield"),
                                            .reserve = INT64_MAX },
                   &m.f.e) == 0);
    CHECK(store_run(m.f.store, job_work, &m.jobs[1], &m.f.e) == E_FULL);
    CHECK(strstr(m.f.e.text, "reserve") != NULL);
    CHECK(store_run(m.f.store, job_work, &m.jobs[0], &m.f.e) == E_DUPLICATE);
    CHECK(store_run(m.f.store, add_ticket, &t, &m.f.e) == 0);
    many_end(&m);
}

int main(void)
{
    a_bad_item_undoes_itself_alone();
    what_waits_shares_a_commit();
    what_is_big_is_not_held_back();
    a_duplicate_is_not_acknowledged_by_a_failed_commit();
    closing_runs_what_was_submitted_and_what_that_submits();
    run_waits_its_turn_beside_the_thread();
    a_held_database_is_busy_then_free();
    a_reader_does_not_wait_for_the_writer();
    without_the_reserve_nothing_new_is_taken();
    return tap_done();
}
