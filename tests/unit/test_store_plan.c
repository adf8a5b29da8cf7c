/* No statement reads a whole table: an inbox stays quick as it grows. */
#include "../tap.h"
#include "base/buf.h"
#include "store/sqlite/list.h"
#include "store_fixture.h"

/* Reads all there is of something small, or has nothing to search by. */
static bool may_scan(const char *step)
{
    static const char *const small[] = {
        "CONSTANT ROW",        "SCAN c ", "SCAN seen", "SCAN home",
        "VIRTUAL TABLE INDEX",
    };

    for (size_t i = 0; i < COUNT_OF(small); i++)
        if (strstr(step, small[i]) != NULL)
            return true;
    return false;
}

/* Writes the plan as comments where it is not as it should be. */
static bool is_searched(sqlite3 *db, const char *sql)
{
    char explain[20000];
    sqlite3_stmt *st;
    bool searched = true;

    snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s", sql);
    if (sqlite3_prepare_v2(db, explain, -1, &st, NULL) != SQLITE_OK) {
        printf("# %s: %s\n", sql, sqlite3_errmsg(db));
        return false;
    }
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(st, 3);
        bool slow = strncmp(step, "SCAN", 4) == 0 ||
                    strstr(step, "TEMP B-TREE") != NULL;

        if (slow && !may_scan(step)) {
            printf("# %s\n#   %s\n", step, sql);
            searched = false;
        }
    }
    sqlite3_finalize(st);
    return searched;
}

static bool is_plain(int st)
{
    /* Transactions have no plan; the others sort a few rows. */
    return st <= ST_RELEASE || st == ST_CHANNELS || st == ST_WAITING ||
           st == ST_NOTICES_OF || st == ST_FOLLOWERS || st == ST_EVENT_LAST ||
           st == ST_TICKET_LAST;
}

static void every_statement_has_an_index(void)
{
    struct fixture f;

    fixture_begin(&f);
    for (int st = 0; st < STATEMENTS; st++) {
        struct buf sql = buf_init(16 * 1024);

        statement_sql((enum statement)st, &sql);
        if (!is_plain(st))
            CHECK(is_searched(f.store->read.sql, buf_cstr(&sql)));
        buf_free(&sql);
    }
    fixture_end(&f);
}

/* What the list's SQL does with an index that has all it is asked for. */
static bool is_covered(struct fixture *f, struct ticket_filter filter)
{
    struct buf sql = buf_init(16 * 1024);
    struct list list;
    char explain[20000];
    sqlite3_stmt *st;
    bool covered = false;

    if (list_read(&list, &f->store->read, &filter, &f->a, &f->e) < 0)
        return false;
    buf_printf(&sql, "EXPLAIN QUERY PLAN SELECT id FROM ");
    list_where(&list, &sql);
    list_order(&list, &sql);
    snprintf(explain, sizeof(explain), "%s", buf_cstr(&sql));
    buf_free(&sql);
    if (sqlite3_prepare_v2(f->store->read.sql, explain, -1, &st, NULL) !=
        SQLITE_OK) {
        printf("# %s: %s\n", explain, sqlite3_errmsg(f->store->read.sql));
        return false;
    }
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(st, 3);

        if (strstr(step, "tickets USING COVERING INDEX") != NULL)
            covered = true;
        if (strstr(step, "SCAN messages") != NULL ||
            (strstr(step, "TEMP B-TREE") != NULL &&
             filter.order == ORDER_URGENT))
            printf("# %s\n", step);
    }
    sqlite3_finalize(st);
    if (!covered)
        printf("# %s\n", explain);
    return covered;
}

static void the_list_looks_at_an_index_alone_whatever_is_asked(void)
{
    static const struct ticket_filter asked[] = {
        { .state = -1 },
        { .state = TICKET_NEW },
        { .state = TICKET_DONE },
        { .state = -1, .states = 1 << TICKET_OPEN | 1 << TICKET_DONE },
        { .state = -1, .category = STR_INIT("tree") },
        { .state = -1, .channel = STR_INIT("sms") },
        { .state = -1, .department = STR_INIT("Streets") },
        { .state = -1, .assignee = STR_INIT("-") },
        { .state = -1, .area = STR_INIT("Ward 1") },
        { .state = -1, .search = STR_INIT("elm street") },
        { .state = -1, .urgent = true, .unplaced = true },
        { .state = -1, .uncategorised = true, .upto = 5 },
        { .state = -1, .made_since = 5, .made_before = 9, .awake_at = 7 },
        { .state = -1, .west = -72, .south = 41, .east = -71, .north = 42 },
        { .state = -1, .before = 5 },
        { .state = -1, .before = 5, .order = ORDER_OLDEST },
        { .state = -1, .before = 5, .order = ORDER_CHANGED },
    };
    struct fixture f;

    fixture_begin(&f);
    for (size_t i = 0; i < COUNT_OF(asked); i++)
        CHECK(is_covered(&f, asked[i]));
    fixture_end(&f);
}

int main(void)
{
    every_statement_has_an_index();
    the_list_looks_at_an_index_alone_whatever_is_asked();
    return tap_done();
}
