/*
 * Full-text search follows the messages at a distance: filing a message does
 * not wait for it, and a step that is cut off is done again from where the
 * last one was committed.
 */
#include "store/sqlite/sqlite_internal.h"

static int value_of(struct store_tx *tx, enum statement st,
                    const int64_t *param, int64_t *out, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, st, e);

    if (rc < 0)
        return rc;
    if (param != NULL)
        query_int(&q, *param);
    return query_value(&q, out, e);
}

int tx_index_some(struct store_tx *tx, int n, int64_t *left, struct error *e)
{
    int64_t upto = 0;
    int64_t next = 0;
    int64_t ignored;
    int did = 0;
    int rc = value_of(tx, ST_SEARCH_UPTO, NULL, &upto, e);

    while (rc == 0 && did < n) {
        rc = value_of(tx, ST_SEARCH_NEXT, &upto, &next, e);
        if (rc < 0 || next == 0)
            break;
        upto = next;
        did++;
        rc = value_of(tx, ST_SEARCH_ADD, &upto, &ignored, e);
    }
    if (rc == 0 && did > 0)
        rc = value_of(tx, ST_SEARCH_MOVE, &upto, &ignored, e);
    if (rc == 0)
        rc = value_of(tx, ST_SEARCH_LAST, &upto, left, e);
    return rc;
}
