/*
 * What filing costs beside the bare limit: the same rows put in by prepared
 * statements in a loop, a commit for each 64, against store_submit() with its
 * savepoints, its hashes and its way there and back between two threads. Both
 * in one run, in turns; the median of each is printed, and their ratio.
 *
 *   store_speed [ITEMS]
 */
#include "../unit/store_fixture.h"
#include "store/sqlite/sqlite_internal.h"

enum { BATCH = 64, UNDER_WAY = 128, TURNS = 5, BYTES = 4096 };

struct bench {
    struct fixture f;
    uv_loop_t loop;
    struct filing *items;
    char *text;
    int n, next, done, failed;
    double *waited; /* ms from submit to done, each */
};

static void items_make(struct bench *b)
{
    b->text = calloc(1, BYTES + 1);
    memset(b->text, 'x', BYTES);
    for (int i = 64; i < BYTES; i += 64)
        b->text[i] = ' ';
    b->items = calloc((size_t)b->n, sizeof(*b->items));
    b->waited = calloc((size_t)b->n, sizeof(*b->waited));
    for (int i = 0; i < b->n; i++) {
        struct filing *it = &b->items[i];
        const char *id = arena_printf(&b->f.a, "%08x@mail.example.org",
                                      (unsigned)i * 2654435761U);

        *it = filing_made(id, "The lamp in front of 12 Elm Street is out");
        it->raw.bytes = str_of(b->text);
        it->ticket.at = (struct point){ 41 + i % 1000 / 1e3, -71, true };
        it->notice.to = str_of(arena_printf(&b->f.a, "r%d@example.org", i));
        it->message.sender.address = it->notice.to;
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* ---- bare ---- */

enum { RAW, RAW_BYTES, TICKET, PLACE, MESSAGE, EVENT, NOTICE, KINDS };

static const char *const bare_sql[KINDS] = {
    [RAW] = "INSERT INTO raws (jurisdiction, channel, adapter, origin,"
            " received_at, format, envelope, parent, full_size, quiet, sha256,"
            " state) VALUES (1, ?1, 'imap', ?2, 1700000000, 'rfc822',"
            " 'rcpt-to: reports@example.org', '', 4096, 0, zeroblob(32),"
            " 'filed')",
    [RAW_BYTES] = "INSERT INTO raw_bytes (jurisdiction, raw, bytes)"
                  " VALUES (1, ?1, ?2)",
    [TICKET] = "INSERT INTO tickets (jurisdiction, token, state, urgent,"
               " unread, category, title, language, label, lat, lon, method,"
               " uncertainty_m, confidence, decision, assignee, channel,"
               " created_at, changed_at) VALUES (1, hex(randomblob(11)), 'new',"
               " 0, 0, 'pothole', ?1, '', '', ?2, ?3, 'none', 0, 0, 'accept',"
               " '', 'publicworks-mail', 1700000000, 1700000000)",
    [PLACE] = "INSERT INTO ticket_map VALUES (?1, ?2, ?2, ?3, ?3)",
    [MESSAGE] = "INSERT INTO messages (jurisdiction, raw, ticket, channel,"
                " sender_name, sender, forwarder_name, forwarder, reply_to,"
                " subject, sent_at, message_id, token, automatic, no_answer,"
                " control, note, address, category, language,"
                " body_sha256, text) VALUES (1, ?1, ?2, 'publicworks-mail',"
                " 'Ana', ?3, '', '', '', '', 1700000000, ?4, '', 'no', 0,"
                " 'none', '', '', '', '', zeroblob(32), ?5)",
    [EVENT] = "INSERT INTO events (jurisdiction, ticket, at, kind, actor,"
              " text) VALUES (1, ?1, 1700000000, 'received', 'inlet', '')",
    [NOTICE] = "INSERT INTO notices (jurisdiction, ticket, event, kind,"
               " channel, recipient, subject, text, message_id, in_reply_to,"
               " token, state, tries, next_at, remote_id, why, created_at)"
               " VALUES (1, ?1, ?2, 'received', 'publicworks-mail', ?3, '',"
               " 'Thank you.', '', '', '', 'pending', 0, 0, '', '',"
               " 1700000000)",
};

struct bare {
    sqlite3 *db;
    sqlite3_stmt *st[KINDS];
};

static void text(sqlite3_stmt *st, int at, struct str s)
{
    sqlite3_bind_text64(st, at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static int64_t run(struct bare *b, int kind)
{
    if (sqlite3_step(b->st[kind]) != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(b->db));
        exit(1);
    }
    sqlite3_reset(b->st[kind]);
    return sqlite3_last_insert_rowid(b->db);
}

static void bare_one(struct bare *b, const struct filing *it)
{
    int64_t raw;
    int64_t ticket;
    int64_t event;

    text(b->st[RAW], 1, it->raw.channel);
    text(b->st[RAW], 2, it->raw.origin);
    raw = run(b, RAW);
    sqlite3_bind_int64(b->st[RAW_BYTES], 1, raw);
    sqlite3_bind_blob64(b->st[RAW_BYTES], 2, it->raw.bytes.p, it->raw.bytes.n,
                        SQLITE_STATIC);
    run(b, RAW_BYTES);
    text(b->st[TICKET], 1, it->ticket.title);
    sqlite3_bind_double(b->st[TICKET], 2, it->ticket.at.lat);
    sqlite3_bind_double(b->st[TICKET], 3, it->ticket.at.lon);
    ticket = run(b, TICKET);
    sqlite3_bind_int64(b->st[PLACE], 1, ticket);
    sqlite3_bind_double(b->st[PLACE], 2, it->ticket.at.lon);
    sqlite3_bind_double(b->st[PLACE], 3, it->ticket.at.lat);
    run(b, PLACE);
    sqlite3_bind_int64(b->st[MESSAGE], 1, raw);
    sqlite3_bind_int64(b->st[MESSAGE], 2, ticket);
    text(b->st[MESSAGE], 3, it->message.sender.address);
    text(b->st[MESSAGE], 4, it->message.message_id);
    text(b->st[MESSAGE], 5, it->message.text);
    run(b, MESSAGE);
    sqlite3_bind_int64(b->st[EVENT], 1, ticket);
    event = run(b, EVENT);
    sqlite3_bind_int64(b->st[NOTICE], 1, ticket);
    sqlite3_bind_int64(b->st[NOTICE], 2, event);
    text(b->st[NOTICE], 3, it->notice.to);
    run(b, NOTICE);
}

static double bare_run(struct bench *b)
{
    struct bare bare;
    int64_t began;
    double took;

    store_close(b->f.store); /* it has made the schema */
    b->f.store = NULL;
    if (sqlite3_open(b->f.path, &bare.db) != SQLITE_OK ||
        sqlite3_exec(bare.db,
                     "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                     "PRAGMA cache_size = -8000;"
                     "PRAGMA wal_autocheckpoint = 4000",
                     0, 0, 0) != SQLITE_OK)
        exit(1);
    for (int i = 0; i < KINDS; i++)
        if (sqlite3_prepare_v2(bare.db, bare_sql[i], -1, &bare.st[i], 0))
            exit(1);
    began = clock_monotonic_ms();
    for (int i = 0; i < b->n; i++) {
        if (i % BATCH == 0)
            sqlite3_exec(bare.db, "BEGIN IMMEDIATE", 0, 0, 0);
        bare_one(&bare, &b->items[i]);
        if ((i + 1) % BATCH == 0 || i + 1 == b->n)
            sqlite3_exec(bare.db, "COMMIT", 0, 0, 0);
    }
    took = (double)(clock_monotonic_ms() - began) / 1000;
    for (int i = 0; i < KINDS; i++)
        sqlite3_finalize(bare.st[i]);
    sqlite3_close(bare.db);
    return b->n / took;
}

/* ---- through the store ---- */

/* What an item is submitted with: the bench, then the filing. */
struct submitted {
    struct bench *bench;
    struct filing *filing;
    uint64_t at;
};

static void submit_next(struct bench *b);

static void item_done(void *arg, int rc, const struct error *e)
{
    struct submitted *s = arg;
    struct bench *b = s->bench;

    (void)e;
    b->failed += rc < 0;
    b->waited[b->done++] = (double)(uv_hrtime() - s->at) / 1e6;
    submit_next(b);
}

static int submitted_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct submitted *s = arg;

    return filing_work(tx, s->filing, e);
}

static void submit_next(struct bench *b)
{
    struct submitted *s;

    if (b->next == b->n)
        return;
    s = arena_new(&b->f.a, struct submitted);
    *s = (struct submitted){ b, &b->items[b->next++], uv_hrtime() };
    store_submit(b->f.store, submitted_work, item_done, s);
}

static double store_turn(struct bench *b)
{
    int64_t began;
    double took;

    uv_loop_init(&b->loop);
    if (store_attach(b->f.store, &b->loop, &b->f.e) < 0)
        exit(1);
    began = clock_monotonic_ms();
    for (int i = 0; i < UNDER_WAY; i++)
        submit_next(b);
    uv_run(&b->loop, UV_RUN_DEFAULT);
    took = (double)(clock_monotonic_ms() - began) / 1000;
    store_close(b->f.store);
    b->f.store = NULL;
    uv_run(&b->loop, UV_RUN_DEFAULT);
    uv_loop_close(&b->loop);
    if (b->failed > 0 || b->done != b->n)
        exit(1);
    qsort(b->waited, (size_t)b->n, sizeof(*b->waited), by_size);
    printf("# waited p50 %.1f p99 %.1f max %.1f ms\n", b->waited[b->n / 2],
           b->waited[b->n * 99 / 100], b->waited[b->n - 1]);
    return b->n / took;
}

static double turn(int n, double (*how)(struct bench *))
{
    struct bench b = { .n = n };
    double rate;

    fixture_begin(&b.f);
    items_make(&b);
    rate = how(&b);
    fixture_end(&b.f);
    free(b.items);
    free(b.waited);
    free(b.text);
    return rate;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 6400;
    double bare[TURNS];
    double store[TURNS];
    double ratio[TURNS];

    for (int i = 0; i < TURNS; i++) {
        bare[i] = turn(n, bare_run);
        store[i] = turn(n, store_turn);
        ratio[i] = store[i] / bare[i];
    }
    qsort(bare, TURNS, sizeof(*bare), by_size);
    qsort(store, TURNS, sizeof(*store), by_size);
    qsort(ratio, TURNS, sizeof(*ratio), by_size);
    printf("commit alone, %d a commit: %.0f rows/s\n", BATCH, bare[TURNS / 2]);
    printf("through the store:        %.0f rows/s\n", store[TURNS / 2]);
    printf("store / commit alone:     %.2f (%.2f to %.2f)\n", ratio[TURNS / 2],
           ratio[0], ratio[TURNS - 1]);
    return 0;
}
