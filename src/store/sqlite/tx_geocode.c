/* Places to be asked for elsewhere, and the answers that were given. */
#include "store/sqlite/sqlite_internal.h"

int tx_lookup_add(struct store_tx *tx, const struct lookup *l, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_LOOKUP_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, lookup_columns, l);
    return query_run(&q, e);
}

int tx_lookup_set(struct store_tx *tx, const struct lookup *l, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_LOOKUP_SET, e);

    if (rc < 0)
        return rc;
    query_sets(&q, lookup_columns, l);
    query_int(&q, l->id);
    return query_run(&q, e);
}

int tx_lookup_end(struct store_tx *tx, int64_t id, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_LOOKUP_END, e);

    if (rc < 0)
        return rc;
    query_int(&q, id);
    return query_run(&q, e);
}

int tx_geocode_set(struct store_tx *tx, struct str url, const struct geocode *g,
                   struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_GEOCODE_SET, e);

    if (rc < 0)
        return rc;
    query_fields(&q, geocode_columns, g);
    query_text(&q, url);
    return query_run(&q, e);
}

int tx_geocode_forget(struct store_tx *tx, int64_t before, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_GEOCODE_FORGET, e);

    if (rc < 0)
        return rc;
    query_int(&q, before);
    return query_run(&q, e);
}

int tx_location_add(struct store_tx *tx, int64_t message, int64_t ticket,
                    const struct location *l, struct error *e)
{
    struct query q;
    int64_t n = 0;
    int rc = query_open(&q, tx->db, ST_LOCATION_MORE, e);

    if (rc < 0)
        return rc;
    query_int(&q, message);
    rc = query_value(&q, &n, e);
    if (rc == 0)
        rc = query_open(&q, tx->db, ST_LOCATION_ADD, e);
    if (rc < 0)
        return rc;
    query_fields(&q, location_columns, l);
    query_int(&q, message);
    query_int(&q, n);
    query_int(&q, ticket);
    return query_run(&q, e);
}

int store_lookup_due(struct store *s, int64_t now, struct lookup *out,
                     struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_LOOKUP_DUE, e);

    *out = (struct lookup){ .id = 0 };
    if (rc < 0)
        return rc;
    query_int(&q, now);
    rc = query_row(&q, e);
    if (rc == 0)
        return error(e, E_NONE, "no place is to be asked for");
    if (rc < 0)
        return rc;
    out->id = query_get_int(&q);
    query_get_fields(&q, lookup_columns, out, a);
    query_end(&q);
    return 0;
}

int store_lookup_next(struct store *s, int64_t *at, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_LOOKUP_NEXT, e);

    *at = 0;
    return rc < 0 ? rc : query_value(&q, at, e);
}

int store_geocode_get(struct store *s, struct str url, int64_t since,
                      struct geocode *out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_GEOCODE_GET, e);

    *out = (struct geocode){ .asked_at = 0 };
    if (rc < 0)
        return rc;
    query_text(&q, url);
    query_int(&q, since);
    rc = query_row(&q, e);
    if (rc == 0)
        return error(e, E_NONE, "that was not asked");
    if (rc < 0)
        return rc;
    query_get_fields(&q, geocode_columns, out, a);
    query_end(&q);
    return 0;
}
