/* What the other side tells of notices that were sent. */
#include "base/clock.h"
#include "store/sqlite/sqlite_internal.h"

enum { EARLY_S = 86400 };

static int find(struct store_tx *tx, struct str channel,
                const struct receipt *r, struct notice *n, struct arena *a,
                struct error *e)
{
    bool remote = r->remote_id.n > 0;
    struct notice_list *l = NULL;
    struct query q;
    int rc = query_open(&q, tx->db,
                        remote ? ST_NOTICE_REMOTE : ST_NOTICE_MESSAGE, e);

    if (rc < 0)
        return rc;
    query_text(&q, remote ? r->remote_id : r->message_id);
    if (remote)
        query_text(&q, channel);
    rc = notices_read(&q, &l, a, e);
    *n = rc == 0 && l != NULL ? l->notice : (struct notice){ 0 };
    return rc;
}

static enum delivery delivery_of(struct str word)
{
    int i = 0;

    while (i < DELIVERIES && !str_eq(word, str_of(delivery_names[i])))
        i++;
    return i < DELIVERIES ? (enum delivery)i : DELIVERY_UNTOLD;
}

/* *r stays as it is where nothing was told early. */
static int early_get(struct store_tx *tx, struct str channel, struct str id,
                     struct receipt *r, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RECEIPT_GET, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, id);
    while ((rc = query_row(&q, e)) > 0) {
        enum delivery told = delivery_of(query_get_text(&q, a));
        struct str why = query_get_text(&q, a);

        if (told <= r->delivery)
            continue;
        r->delivery = told;
        r->why = why;
    }
    return rc;
}

static int forget(struct store_tx *tx, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RECEIPTS_FORGET, e);

    if (rc < 0)
        return rc;
    query_int(&q, clock_now() - EARLY_S);
    return query_run(&q, e);
}

static int early_keep(struct store_tx *tx, struct str channel,
                      const struct receipt *told, struct arena *a,
                      struct error *e)
{
    struct receipt r = *told;
    struct query q;
    int rc = early_get(tx, channel, r.remote_id, &r, a, e);

    if (rc == 0)
        rc = query_open(&q, tx->db, ST_RECEIPT_KEEP, e);
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, r.remote_id);
    query_text(&q, str_of(delivery_names[r.delivery]));
    query_text(&q, r.why);
    query_int(&q, clock_now());
    rc = query_run(&q, e);
    return rc < 0 ? rc : forget(tx, e);
}

int tx_receipt(struct store_tx *tx, struct str channel, const struct receipt *r,
               struct receipt_taken *out, struct arena *a, struct error *e)
{
    struct notice *n = &out->notice;
    int rc = find(tx, channel, r, n, a, e);

    out->moved = rc == 0 && n->id != 0 && r->delivery > n->delivery;
    if (rc == 0 && n->id == 0 && r->remote_id.n > 0)
        return early_keep(tx, channel, r, a, e);
    if (!out->moved)
        return rc;
    n->delivery = r->delivery;
    n->delivery_why = r->why;
    return tx_notice_set(tx, n, e);
}

int tx_receipt_early(struct store_tx *tx, struct notice *n, struct arena *a,
                     struct error *e)
{
    struct receipt r = { .delivery = n->delivery, .why = n->delivery_why };
    struct query q;
    int rc;

    if (n->remote_id.n == 0)
        return 0;
    rc = early_get(tx, n->channel, n->remote_id, &r, a, e);
    if (rc < 0 || r.delivery == n->delivery)
        return rc;
    n->delivery = r.delivery;
    n->delivery_why = r.why;
    rc = query_open(&q, tx->db, ST_RECEIPT_DROP, e);
    if (rc < 0)
        return rc;
    query_text(&q, n->channel);
    query_text(&q, n->remote_id);
    rc = query_run(&q, e);
    return rc < 0 ? rc : tx_notice_set(tx, n, e);
}
