/* Calls to programs elsewhere: rows until they have arrived. */
#include "store/sqlite/sqlite_internal.h"

int tx_hook_add(struct store_tx *tx, const struct hook_call *c, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_HOOK_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, hook_columns, c);
    return query_run(&q, e);
}

int tx_hook_set(struct store_tx *tx, const struct hook_call *c, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_HOOK_SET, e);

    if (rc < 0)
        return rc;
    query_sets(&q, hook_columns, c);
    query_int(&q, c->id);
    return query_run(&q, e);
}

int tx_hook_end(struct store_tx *tx, int64_t id, struct error *e)
{
    return run_of(tx->db, ST_HOOK_END, id, e);
}

int store_hooks_due(struct store *s, struct str channel, int64_t now,
                    struct hook_call **out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_HOOKS_DUE, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_int(&q, now);
    query_int(&q, HOOKS_DUE);
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct hook_call);
        (*out)->id = query_get_int(&q);
        query_get_fields(&q, hook_columns, *out, a);
        out = &(*out)->next;
    }
    return rc;
}
