/* The file itself: who may open it, how it grows old, whether it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "../tap.h"
#include "store/sqlite/sqlite_internal.h"
#include "store_fixture.h"

static int open_as(struct fixture *f, struct store_options o, struct store **s)
{
    *s = NULL;
    o.path = f->path;
    o.jurisdiction = STR("springfield");
    return store_open(s, &o, &f->e);
}

static void a_second_serve_is_refused(void)
{
    struct fixture f;
    struct store *first;
    struct store *second;
    struct store *ingest;

    fixture_folder(&f);
    CHECK(open_as(&f,
                  (struct store_options){ .create = true, .exclusive = true },
                  &first) == 0);
    CHECK(open_as(&f,
                  (struct store_options){ .create = true, .exclusive = true },
                  &second) == E_BUSY);
    CHECK(strstr(f.e.text, arena_printf(&f.a, "process %d", getpid())) != NULL);
    CHECK(open_as(&f, (struct store_options){ 0 }, &ingest) == 0);
    store_close(ingest);
    store_close(first);
    CHECK(open_as(&f, (struct store_options){ .exclusive = true }, &second) ==
          0);
    store_close(second);
    fixture_end(&f);
}

/* The first one says "ready" on a pipe, then is killed without a warning. */
static void a_killed_serve_does_not_keep_the_lock(void)
{
    struct fixture f;
    struct store *s;
    char ready = 0;
    int ends[2];
    pid_t child;

    fixture_folder(&f);
    if (pipe(ends) < 0)
        abort();
    fflush(stdout);
    child = fork();
    if (child == 0) {
        struct store_options o = { .create = true, .exclusive = true };

        ready = open_as(&f, o, &s) == 0 ? 'y' : 'n';
        if (write(ends[1], &ready, 1) == 1)
            pause();
        _exit(0);
    }
    CHECK(read(ends[0], &ready, 1) == 1 && ready == 'y');
    CHECK(open_as(&f, (struct store_options){ .exclusive = true }, &s) ==
          E_BUSY);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK(open_as(&f, (struct store_options){ .exclusive = true }, &s) == 0);
    store_close(s);
    close(ends[0]);
    close(ends[1]);
    fixture_end(&f);
}

static int add_nothing(struct store_tx *tx, void *arg, struct error *e)
{
    (void)tx;
    (void)arg;
    (void)e;
    return 0;
}

static void a_list_reads_and_never_writes(void)
{
    struct fixture f;
    struct store *s;
    struct filing one = filing_made("1", "Pothole");
    struct ticket t;

    fixture_folder(&f);
    CHECK(open_as(&f, (struct store_options){ .read_only = true }, &s) ==
          E_NONE);
    CHECK(strstr(f.e.text, "there is no database") != NULL);
    CHECK(open_as(&f, (struct store_options){ 0 }, &s) == E_NONE);
    CHECK(access(f.path, F_OK) < 0);
    CHECK(fixture_open(&f, "springfield") == 0);
    CHECK(store_run(f.store, filing_work, &one, &f.e) == 0);
    CHECK(open_as(&f, (struct store_options){ .read_only = true }, &s) == 0);
    CHECK(store_ticket_get(s, 1, &t, &f.a, &f.e) == 0);
    CHECK(store_run(s, add_nothing, NULL, &f.e) == E_DENIED);
    store_close(s);
    store_close(f.store);
    f.store = NULL;
    CHECK(open_as(&f, (struct store_options){ .read_only = true }, &s) == 0);
    CHECK(store_ticket_get(s, 1, &t, &f.a, &f.e) == 0);
    store_close(s);
    fixture_end(&f);
}

static void sql(struct fixture *f, const char *text)
{
    sqlite3 *db;
    char *why = NULL;

    if (sqlite3_open(f->path, &db) != SQLITE_OK ||
        sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK) {
        printf("# %s: %s\n", text, why == NULL ? "cannot open" : why);
        abort();
    }
    sqlite3_close(db);
}

static void a_newer_schema_is_refused(void)
{
    struct fixture f;

    fixture_begin(&f);
    store_close(f.store);
    f.store = NULL;
    sql(&f, "PRAGMA user_version = 99");
    CHECK(fixture_open(&f, "springfield") == E_CONFIG);
    CHECK(strstr(f.e.text, "newer inlet") != NULL);
    CHECK(open_as(&f, (struct store_options){ .read_only = true }, &f.store) ==
          E_CONFIG);
    fixture_end(&f);
}

static void what_is_not_an_inbox_is_left_alone(void)
{
    struct fixture f;
    FILE *file;

    fixture_folder(&f);
    sql(&f, "CREATE TABLE bookmarks (url TEXT)");
    CHECK(fixture_open(&f, "springfield") == E_CONFIG);
    CHECK(strstr(f.e.text, "not one of inlet's") != NULL);
    unlink(f.path);
    file = fopen(f.path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is a letter, not a database\n", file);
    fclose(file);
    CHECK(fixture_open(&f, "springfield") == E_STORE);
    CHECK(f.e.text[0] != '\0');
    fixture_end(&f);
}

static void show(void *arg, const struct ticket *t)
{
    *(int64_t *)arg += t->id;
}

static int index_some(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_index_some(tx, 100, arg, e);
}

/* A file as version 1 wrote it: no search, no map; one report, of a pothole. */
static void make_version_1(struct fixture *f)
{
    struct store_options o = { .path = f->path, .create = true };
    struct db db = { 0 };

    if (db_open(&db, &o, DB_CREATE, &f->e) < 0 ||
        schema_upgrade(&db, 1, &f->e) < 0)
        abort();
    db_close(&db);
    sql(f, "INSERT INTO jurisdictions VALUES (1, 'springfield');"
           "INSERT INTO raws VALUES (1, 1, 'mail', 'imap', '1', 1700000000,"
           " 'rfc822', '', '', 7, 0, x'00', 'filed', 1, '', 0);"
           "INSERT INTO raw_bytes VALUES (1, 1, x'00');"
           "INSERT INTO tickets VALUES (1, 1, 'token', 'new', 0, 0, 'pothole',"
           " 'Pothole', 'en', '', 41.5, -71.5, 'pin', 10, 0.9, 'accept', '',"
           " 'mail', 1700000000, 1700000000);"
           "INSERT INTO messages VALUES (1, 1, 1, 1, 'mail', 'Ana',"
           " 'ana@example.org', '', '', '', 'Pothole', 1700000000, '1', '',"
           " 'no', 0, '', '', NULL, NULL, '', '', 'en', x'00', NULL,"
           " 'Pothole', 'Pothole')");
}

static void an_older_file_is_brought_up_to_date_with_all_its_rows(void)
{
    struct fixture f;
    struct ticket_filter filter = { .state = -1 };
    struct store *s;
    int64_t found = 0;
    int64_t left;

    fixture_folder(&f);
    make_version_1(&f);
    CHECK(open_as(&f, (struct store_options){ 0 }, &s) == E_CONFIG);
    CHECK(strstr(f.e.text, "older inlet") != NULL);
    CHECK(fixture_open(&f, "springfield") == 0);
    if (f.store == NULL)
        abort();
    filter.west = -72;
    filter.east = -71;
    filter.south = 41;
    filter.north = 42;
    CHECK(store_tickets(f.store, &filter, show, &found, &f.e) == 0);
    CHECK(found == 1);
    filter = (struct ticket_filter){ .state = -1, .search = STR("pothole") };
    CHECK(store_run(f.store, index_some, &left, &f.e) == 0 && left == 0);
    CHECK(store_tickets(f.store, &filter, show, &found, &f.e) == 0);
    CHECK(found == 2);
    fixture_end(&f);
}

/* A step that fails leaves the file as it was. */
static void an_upgrade_is_done_whole_or_not_at_all(void)
{
    struct fixture f;

    fixture_folder(&f);
    make_version_1(&f);
    /* search and search_upto can be made, ticket_map is in the way. */
    sql(&f, "CREATE TABLE ticket_map (id)");
    CHECK(fixture_open(&f, "springfield") == E_STORE);
    CHECK(strstr(f.e.text, "cannot bring") != NULL);
    sql(&f, "DROP TABLE ticket_map");
    CHECK(fixture_open(&f, "springfield") == 0);
    fixture_end(&f);
}

static int fill(struct fixture *f, int from, int n)
{
    int rc = 0;

    for (int i = from; rc == 0 && i < from + n; i++) {
        const char *name = arena_printf(&f->a, "mail-%d", i);
        struct filing one = filing_made(name, name);

        one.raw.bytes = str_of(arena_printf(&f->a, "%2000d", i));
        rc = store_run(f->store, filing_work, &one, &f->e);
    }
    return rc;
}

static void a_backup_is_whole_and_can_be_opened(void)
{
    struct fixture f;
    struct fixture copy;
    struct store_verdict v;
    struct ticket t;
    const char *path;

    fixture_begin(&f);
    path = arena_printf(&f.a, "%s/copy.db", f.folder);
    CHECK(fill(&f, 0, 100) == 0);
    CHECK(store_backup(f.store, path, &f.e) == 0);
    CHECK(fill(&f, 100, 10) == 0);
    CHECK(store_backup(f.store, path, &f.e) == 0); /* over the last one */
    CHECK(fill(&f, 200, 10) == 0);
    CHECK(store_backup(f.store, "/nowhere/x.db", &f.e) < 0);
    CHECK(strstr(f.e.text, "/nowhere/x.db") != NULL);
    copy = (struct fixture){ .store = NULL };
    snprintf(copy.path, sizeof(copy.path), "%s", path);
    CHECK(fixture_open(&copy, "springfield") == 0);
    CHECK(store_verify(copy.store, &v, &f.a, &f.e) == 0);
    CHECK(v.raws == 110 && v.damaged == 0 && v.text.n == 0);
    CHECK(store_ticket_get(copy.store, 110, &t, &f.a, &f.e) == 0);
    CHECK(store_ticket_get(copy.store, 111, &t, &f.a, &f.e) == E_NONE);
    store_close(copy.store);
    fixture_end(&f);
}

/* Submits while the copy is made on another thread. */
struct busy {
    struct fixture f;
    char path[96];
    int rc;
};

static void *back_up(void *arg)
{
    struct busy *b = arg;
    struct error e;

    b->rc = store_backup(b->f.store, b->path, &e);
    return NULL;
}

static void a_backup_is_of_one_moment_while_others_write(void)
{
    struct busy b = { .rc = -1 };
    struct store_verdict v;
    struct store *copy;
    pthread_t thread;
    struct fixture at;

    fixture_begin(&b.f);
    snprintf(b.path, sizeof(b.path), "%s/copy.db", b.f.folder);
    CHECK(fill(&b.f, 0, 200) == 0);
    CHECK(pthread_create(&thread, NULL, back_up, &b) == 0);
    CHECK(fill(&b.f, 200, 200) == 0);
    pthread_join(thread, NULL);
    CHECK(b.rc == 0);
    at = (struct fixture){ .store = NULL };
    snprintf(at.path, sizeof(at.path), "%.79s", b.path);
    CHECK(open_as(&at, (struct store_options){ 0 }, &copy) == 0);
    CHECK(store_verify(copy, &v, &b.f.a, &b.f.e) == 0);
    CHECK(v.damaged == 0 && v.raws >= 200);
    store_close(copy);
    fixture_end(&b.f);
}

/* Where needle stands in the file; flips one bit of its first byte. */
static bool flip(const char *path, const char *needle)
{
    struct arena a = { 0 };
    struct error e;
    struct str all;
    size_t at;
    char c;
    int fd = open(path, O_RDWR);
    bool did = false;

    if (fd >= 0 && file_read(&a, path, 1 << 28, &all, &e) == 0) {
        at = str_find(all, str_of(needle));
        c = at < all.n ? (char)(all.p[at] ^ 1) : 0;
        did = at < all.n && pwrite(fd, &c, 1, (off_t)at) == 1;
    }
    close(fd);
    arena_free(&a);
    return did;
}

static void one_changed_bit_in_a_raw_is_seen(void)
{
    struct fixture f;
    struct store_verdict v;

    fixture_begin(&f);
    CHECK(fill(&f, 1000, 20) == 0);
    store_close(f.store);
    CHECK(flip(f.path, "  1013"));
    CHECK(fixture_open(&f, "springfield") == 0);
    CHECK(store_verify(f.store, &v, &f.a, &f.e) == 0);
    CHECK(v.raws == 20 && v.damaged == 1);
    CHECK_STR(v.text, "raw 14 (publicworks-mail, mail-1013): its bytes have "
                      "changed\n");
    fixture_end(&f);
}

/* The raws on a page that cannot be read are named, the others are read. */
static void a_broken_page_does_not_end_the_search(void)
{
    struct fixture f;
    struct store_verdict v;
    char junk[64];
    int fd;

    fixture_begin(&f);
    CHECK(fill(&f, 0, 400) == 0);
    store_close(f.store);
    memset(junk, 0xff, sizeof(junk));
    fd = open(f.path, O_RDWR);
    CHECK(pwrite(fd, junk, sizeof(junk), 4096L * 160) == sizeof(junk));
    close(fd);
    CHECK(fixture_open(&f, "springfield") == 0);
    CHECK(store_verify(f.store, &v, &f.a, &f.e) == 0);
    CHECK(v.damaged > 0 && v.text.n > 0);
    printf("# %lld of %lld\n# %.*s\n", (long long)v.damaged, (long long)v.raws,
           STR_FMT(str_slice(v.text, 0, 70)));
    fixture_end(&f);
}

int main(void)
{
    a_second_serve_is_refused();
    a_killed_serve_does_not_keep_the_lock();
    a_list_reads_and_never_writes();
    a_newer_schema_is_refused();
    what_is_not_an_inbox_is_left_alone();
    an_older_file_is_brought_up_to_date_with_all_its_rows();
    an_upgrade_is_done_whole_or_not_at_all();
    a_backup_is_whole_and_can_be_opened();
    a_backup_is_of_one_moment_while_others_write();
    one_changed_bit_in_a_raw_is_seen();
    a_broken_page_does_not_end_the_search();
    return tap_done();
}
