/* No statement reads a whole table: an inbox stays quick as it grows. */
#include "../tap.h"
#include "base/buf.h"
#include "store/sqlite/sqlite_internal.h"
#include "store_fixture.h"

/* Reads all there is of something small, or has nothing to search by. */
static bool may_scan(const char *step)
{
    static const char *const small[] = { "CONSTANT ROW", "SCAN c ",
                                         "VIRTUAL TABLE INDEX" };

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
           st == ST_NOTICES_OF;
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

static void the_list_has_an_index_whatever_is_asked(void)
{
    static const char *const wheres[] = {
        "",
        " AND state = 'new'",
        " AND category = 'tree'",
        " AND urgent = 1",
        " AND (urgent, id) < (0, 5)",
        " AND state = 'new' AND (urgent, id) < (0, 5)",
    };
    struct fixture f;

    fixture_begin(&f);
    for (size_t i = 0; i < COUNT_OF(wheres); i++)
        CHECK(is_searched(f.store->read.sql,
                          arena_printf(&f.a,
                                       "SELECT title FROM tickets"
                                       " WHERE jurisdiction = ?1%s"
                                       " ORDER BY urgent DESC, id DESC"
                                       " LIMIT 50",
                                       wheres[i])));
    fixture_end(&f);
}

int main(void)
{
    every_statement_has_an_index();
    the_list_has_an_index_whatever_is_asked();
    return tap_done();
}
