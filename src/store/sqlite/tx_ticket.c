/* Tickets and their events. */
#include "base/clock.h"
#include "base/digest.h"
#include "store/sqlite/sqlite_internal.h"

/* Where the ticket is on the map, as its row says now. */
static int ticket_place(struct store_tx *tx, const struct ticket *t,
                        struct error *e)
{
    enum statement st = t->at.known ? ST_TICKET_PLACE : ST_TICKET_UNPLACE;
    struct query q;
    int rc = query_open(&q, tx->db, st, e);

    if (rc < 0)
        return rc;
    query_int(&q, t->id);
    return query_run(&q, e);
}

int tx_ticket_add(struct store_tx *tx, struct ticket *t, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_TICKET_ADD, e);

    if (rc < 0)
        return rc;
    t->token = digest_token(tx->arena, TICKET_TOKEN_BYTES);
    t->created_at = clock_now();
    t->changed_at = t->created_at;
    query_fields(&q, ticket_columns, t);
    rc = query_run(&q, e);
    if (rc < 0)
        return rc;
    t->id = sqlite3_last_insert_rowid(tx->db->sql);
    return t->at.known ? ticket_place(tx, t, e) : 0;
}

int ticket_read(struct query *q, struct ticket *t, struct arena *a,
                struct error *e)
{
    int rc = query_row(q, e);

    if (rc == 0)
        return error(e, E_NONE, "there is no such ticket");
    if (rc < 0)
        return rc;
    *t = (struct ticket){ .id = query_get_int(q) };
    query_get_fields(q, ticket_columns, t, a);
    query_end(q);
    return 0;
}

int ticket_get(struct db *db, int64_t id, struct ticket *t, struct arena *a,
               struct error *e)
{
    struct query q;
    int rc = query_open(&q, db, ST_TICKET_GET, e);

    if (rc < 0)
        return rc;
    query_int(&q, id);
    return ticket_read(&q, t, a, e);
}

int tx_ticket_get(struct store_tx *tx, int64_t id, struct ticket *t,
                  struct arena *a, struct error *e)
{
    return ticket_get(tx->db, id, t, a, e);
}

int tx_ticket_set(struct store_tx *tx, const struct ticket *t, struct error *e)
{
    struct ticket now = *t;
    struct query q;
    int rc = query_open(&q, tx->db, ST_TICKET_SET, e);

    if (rc < 0)
        return rc;
    now.changed_at = clock_now();
    now.revision++;
    query_sets(&q, ticket_columns, &now);
    query_int(&q, t->id);
    rc = query_run(&q, e);
    if (rc < 0)
        return rc;
    if (sqlite3_changes(tx->db->sql) == 0)
        return error(e, E_NONE, "there is no ticket %lld", (long long)t->id);
    return ticket_place(tx, t, e);
}

int tx_event_add(struct store_tx *tx, struct event *ev, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_EVENT_ADD, e);

    if (rc < 0)
        return rc;
    if (ev->at == 0)
        ev->at = clock_now();
    query_fields(&q, event_columns, ev);
    rc = query_run(&q, e);
    if (rc == 0)
        ev->id = sqlite3_last_insert_rowid(tx->db->sql);
    return rc;
}

int tx_event_undone(struct store_tx *tx, int64_t id, int64_t by,
                    struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_EVENT_UNDONE, id, e);

    if (rc < 0)
        return rc;
    query_int(&q, by);
    return query_run(&q, e);
}

int tx_ticket_areas(struct store_tx *tx, int64_t ticket,
                    const struct area *areas, struct error *e)
{
    int rc = run_of(tx->db, ST_AREAS_DROP, ticket, e);

    for (; rc == 0 && areas != NULL; areas = areas->next) {
        struct query q;

        rc = query_open(&q, tx->db, ST_AREA_ADD, e);
        if (rc < 0)
            return rc;
        query_text(&q, areas->name);
        query_int(&q, ticket);
        rc = query_run(&q, e);
    }
    return rc;
}
