/* Raws come in, are marked, and end as filed or in quarantine. */
#include "base/clock.h"
#include "base/digest.h"
#include "store/sqlite/sqlite_internal.h"

static int raw_insert(struct store_tx *tx, const struct raw *raw, bool *added,
                      struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, raw_columns, raw);
    query_blob(&q, digest(tx->arena, DIGEST_SHA256, raw->bytes));
    rc = query_run(&q, e);
    *added = rc == 0 && sqlite3_changes(tx->db->sql) == 1;
    return rc;
}

static int raw_insert_bytes(struct store_tx *tx, int64_t id, struct str bytes,
                            struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_BYTES_ADD, e);

    if (rc < 0)
        return rc;
    query_int(&q, id);
    query_blob(&q, bytes.n == 0 ? STR("") : bytes);
    return query_run(&q, e);
}

static int raw_count(struct store_tx *tx, const struct raw *raw,
                     struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_CHANNEL, e);

    if (rc < 0)
        return rc;
    query_text(&q, raw->channel);
    query_int(&q, clock_now());
    return query_run(&q, e);
}

static int raw_id(struct store_tx *tx, struct str channel, struct str origin,
                  int64_t *id, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_ID, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, origin);
    return query_value(&q, id, e);
}

int tx_raw_add(struct store_tx *tx, const struct raw *raw, int64_t *id,
               struct error *e)
{
    bool added = false;
    int rc;

    *id = 0;
    if (tx->roomless) {
        /* What is there may still be acknowledged once more. */
        rc = raw_id(tx, raw->channel, raw->origin, id, e);
        if (rc < 0)
            return rc;
        if (*id == 0) {
            return error(e, E_FULL,
                         "less than the reserve is free on the disk of %s",
                         tx->db->path);
        }
        return error(e, E_DUPLICATE, "stored before as raw %lld",
                     (long long)*id);
    }
    rc = raw_insert(tx, raw, &added, e);
    if (rc < 0)
        return rc;
    if (!added) {
        rc = raw_id(tx, raw->channel, raw->origin, id, e);
        return rc < 0 ? rc
                      : error(e, E_DUPLICATE, "stored before as raw %lld",
                              (long long)*id);
    }
    *id = sqlite3_last_insert_rowid(tx->db->sql);
    tx->bytes += (int64_t)raw->bytes.n;
    rc = raw_insert_bytes(tx, *id, raw->bytes, e);
    return rc < 0 ? rc : raw_count(tx, raw, e);
}

/* After an update: E_NONE where there was no such row. */
static int changed(struct store_tx *tx, const char *what, struct error *e)
{
    if (sqlite3_changes(tx->db->sql) > 0)
        return 0;
    return error(e, E_NONE, "there is no such %s", what);
}

int tx_raw_state(struct store_tx *tx, int64_t raw, enum raw_state state,
                 struct str why, struct error *e)
{
    struct query q;
    int rc;

    if ((unsigned)state >= RAW_STATES)
        return error(e, E_SYNTAX, "no state of a raw: %d", (int)state);
    rc = query_open(&q, tx->db, ST_RAW_STATE, e);
    if (rc < 0)
        return rc;
    query_text(&q, str_of(raw_state_names[state]));
    query_text(&q, why);
    query_int(&q, raw);
    rc = query_run(&q, e);
    return rc < 0 ? rc : changed(tx, "raw", e);
}

int tx_raw_mark(struct store_tx *tx, struct str channel, struct str origin,
                struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_MARK, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, origin);
    rc = query_run(&q, e);
    return rc < 0 ? rc : changed(tx, "raw", e);
}

int tx_raw_ticket(struct store_tx *tx, int64_t raw, int64_t *ticket,
                  struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_RAW_TICKET, e);

    if (rc < 0)
        return rc;
    query_int(&q, raw);
    return query_value(&q, ticket, e);
}

int tx_message_drop(struct store_tx *tx, int64_t raw, struct error *e)
{
    int rc = run_of(tx->db, ST_MESSAGE_DROP, raw, e);

    return rc < 0 ? rc : db_run(tx->db, ST_SEARCH_BACK, e);
}
