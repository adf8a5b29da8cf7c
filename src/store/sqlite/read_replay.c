/* Tickets one after the other, for reading their raws anew. */
#include "store/sqlite/sqlite_internal.h"

static CHECKED int messages_of(struct db *db, int64_t ticket,
                               struct ticket_message **out, struct arena *a,
                               struct error *e)
{
    struct query q;
    int rc = query_open(&q, db, ST_TICKET_RAWS, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_int(&q, ticket);
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct ticket_message);
        (*out)->id = query_get_int(&q);
        (*out)->raw = query_get_int(&q);
        out = &(*out)->next;
    }
    return rc;
}

int store_ticket_next(struct store *s, int64_t after, int64_t since,
                      struct ticket_read *out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_TICKET_NEXT, e);

    if (rc < 0)
        return rc;
    query_int(&q, after);
    query_int(&q, since);
    rc = ticket_read(&q, &out->ticket, a, e);
    return rc < 0 ? rc
                  : messages_of(&s->read, out->ticket.id, &out->messages, a, e);
}

static CHECKED int is_set(struct db *db, int64_t ticket, const char *kind,
                          bool *out, struct error *e)
{
    struct query q;
    int rc = query_open(&q, db, ST_TICKET_HOLD, e);

    if (rc < 0)
        return rc;
    query_int(&q, ticket);
    query_text(&q, str_of(kind));
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *out = query_get_int(&q) > 0;
    query_end(&q);
    return 0;
}

static CHECKED int hold_read(struct db *db, int64_t ticket,
                             struct ticket_hold *out, struct error *e)
{
    int rc = is_set(db, ticket, EVENT_CATEGORY, &out->category, e);

    if (rc == 0)
        rc = is_set(db, ticket, EVENT_PLACE, &out->place, e);
    if (rc == 0)
        rc = is_set(db, ticket, EVENT_ROUTED, &out->department, e);
    return rc;
}

int store_ticket_hold(struct store *s, int64_t ticket, struct ticket_hold *out,
                      struct error *e)
{
    return hold_read(&s->read, ticket, out, e);
}

int tx_ticket_hold(struct store_tx *tx, int64_t ticket, struct ticket_hold *out,
                   struct error *e)
{
    return hold_read(tx->db, ticket, out, e);
}
