/* Tickets that were passed on: rows for as long as there is the ticket. */
#include "store/sqlite/sqlite_internal.h"

int tx_passed_add(struct store_tx *tx, const struct passed_row *p,
                  struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_PASSED_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, passed_columns, p);
    return query_run(&q, e);
}

int tx_passed_set(struct store_tx *tx, const struct passed_row *p,
                  struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_PASSED_SET, e);

    if (rc < 0)
        return rc;
    query_sets(&q, passed_columns, p);
    query_int(&q, p->id);
    return query_run(&q, e);
}

/* The notice has the id until the other side has said another. */
static void row_read(struct query *q, struct passed_row *p, struct arena *a)
{
    struct str first;

    p->id = query_get_int(q);
    first = query_get_text(q, a);
    query_get_fields(q, passed_columns, p, a);
    if (p->remote_id.n == 0)
        p->remote_id = first;
}

int tx_passed_get(struct store_tx *tx, int64_t id, struct passed_row *p,
                  struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_PASSED_GET, id, e);

    *p = (struct passed_row){ .id = 0 };
    if (rc == 0)
        rc = query_row(&q, e);
    if (rc == 0)
        rc = error(e, E_NONE, "nothing was passed on as %lld", (long long)id);
    if (rc < 0)
        return rc;
    row_read(&q, p, a);
    query_end(&q);
    return 0;
}

int store_passed_open(struct store *s, struct str channel, int64_t after,
                      struct passed_row **out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_PASSED_OPEN, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_int(&q, after);
    query_int(&q, PASSED_MOST);
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct passed_row);
        row_read(&q, *out, a);
        out = &(*out)->next;
    }
    return rc;
}

int tx_passed_to(struct store_tx *tx, int64_t ticket, struct str channel,
                 struct passed_count *n, struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_PASSED_TO, ticket, e);

    *n = (struct passed_count){ 0, 0 };
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    n->all = query_get_int(&q);
    n->open = query_get_int(&q);
    query_end(&q);
    return 0;
}
