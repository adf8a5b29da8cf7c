/* Notices: rows first, messages second. */
#include "base/clock.h"
#include "store/sqlite/sqlite_internal.h"

int tx_notice_add(struct store_tx *tx, struct notice *n, int64_t event,
                  struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_NOTICE_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, notice_columns, n);
    query_int(&q, event);
    query_int(&q, clock_now());
    rc = query_run(&q, e);
    if (rc < 0)
        return rc;
    if (sqlite3_changes(tx->db->sql) == 0) {
        return error(e, E_DUPLICATE,
                     "ticket %lld has a notice for that event already",
                     (long long)n->ticket);
    }
    n->id = sqlite3_last_insert_rowid(tx->db->sql);
    tx->bytes += (int64_t)n->text.n;
    return 0;
}

int tx_notice_set(struct store_tx *tx, const struct notice *n, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_NOTICE_SET, e);

    if (rc < 0)
        return rc;
    query_sets(&q, notice_columns, n);
    query_int(&q, n->id);
    rc = query_run(&q, e);
    if (rc == 0 && sqlite3_changes(tx->db->sql) == 0)
        return error(e, E_NONE, "there is no notice %lld", (long long)n->id);
    return rc;
}

int tx_notice_withdraw(struct store_tx *tx, int64_t ticket, int64_t *n,
                       struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_NOTICE_WITHDRAW, e);

    *n = 0;
    if (rc < 0)
        return rc;
    query_int(&q, ticket);
    rc = query_run(&q, e);
    if (rc == 0)
        *n = sqlite3_changes(tx->db->sql);
    return rc;
}

int tx_notice_count(struct store_tx *tx, struct str to, int64_t since,
                    int64_t *n, struct error *e)
{
    enum statement st = to.n > 0 ? ST_NOTICE_COUNT : ST_NOTICE_COUNT_ALL;
    struct query q;
    int rc = query_open(&q, tx->db, st, e);

    if (rc < 0)
        return rc;
    query_int(&q, since);
    query_int(&q, clock_now());
    if (to.n > 0)
        query_text(&q, to);
    return query_value(&q, n, e);
}
