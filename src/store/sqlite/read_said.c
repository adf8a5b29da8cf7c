/* What of tickets is told outside: their words, and what became of them. */
#include "store/sqlite/sqlite_internal.h"

static int text_of(struct db *db, enum statement st, int64_t id,
                   struct str *out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, st, id, e);

    if (rc == 0)
        rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *out = query_get_text(&q, a);
    query_end(&q);
    return 0;
}

static int first_words(struct db *db, int64_t ticket, struct ticket_said *out,
                       int64_t *message, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_FIRST_WORDS, ticket, e);

    *message = 0;
    if (rc == 0)
        rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *message = query_get_int(&q);
    out->subject = query_get_text(&q, a);
    out->words = query_get_text(&q, a);
    query_end(&q);
    return 0;
}

int store_ticket_said(struct store *s, int64_t ticket, struct ticket_said *out,
                      struct arena *a, struct error *e)
{
    int64_t message;
    int rc;

    *out = (struct ticket_said){ STR_NONE, STR_NONE, STR_NONE, STR_NONE };
    rc = first_words(&s->read, ticket, out, &message, a, e);
    if (rc == 0 && message != 0)
        rc = text_of(&s->read, ST_FIRST_LINK, message, &out->link, a, e);
    return rc < 0 ? rc
                  : text_of(&s->read, ST_LAST_TOLD, ticket, &out->told, a, e);
}

/* ---- since when ---- */

/* The first event from id on; *found 0: there is none. */
static int event_from(struct db *db, int64_t id, int64_t *found, int64_t *at,
                      struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_EVENT_FROM, id, e);

    *found = 0;
    if (rc == 0)
        rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *found = query_get_int(&q);
    *at = query_get_int(&q);
    query_end(&q);
    return 0;
}

/*
 * Events are numbered as they happen, and no index has their time: so the
 * first of a time is halved for.
 */
static int event_since(struct db *db, int64_t since, int64_t last,
                       int64_t *first, struct error *e)
{
    int64_t low = 1;
    int64_t high = last + 1;
    int rc = 0;

    while (rc == 0 && low < high) {
        int64_t middle = low + (high - low) / 2;
        int64_t found;
        int64_t at;

        rc = event_from(db, middle, &found, &at, e);
        if (rc == 0 && found != 0 && at < since) {
            low = found + 1;
        } else {
            high = middle;
        }
    }
    *first = low;
    return rc;
}

int store_events_said(struct store *s, const struct said_when *when,
                      struct event_row **out, struct arena *a, struct error *e)
{
    struct query q;
    int64_t last;
    int64_t first = 1;
    int rc = store_event_last(s, &last, e);

    *out = NULL;
    if (rc == 0)
        rc = event_since(&s->read, when->since, last, &first, e);
    if (rc == 0)
        rc = query_of(&q, &s->read, ST_EVENTS_SAID, first, e);
    if (rc < 0)
        return rc;
    query_int(&q, when->before);
    query_int(&q, when->max > 0 ? when->max : 0);
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct event_row);
        (*out)->event.id = query_get_int(&q);
        query_get_fields(&q, event_columns, &(*out)->event, a);
        out = &(*out)->next;
    }
    return rc;
}

/* ---- by how it came ---- */

int store_origin_ticket(struct store *s, struct str channel, struct str origin,
                        int64_t *ticket, struct error *e)
{
    struct query q;
    int64_t raw = 0;
    int rc = query_open(&q, &s->read, ST_RAW_ID, e);

    *ticket = 0;
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, origin);
    rc = query_value(&q, &raw, e);
    if (rc == 0 && raw == 0)
        return error(e, E_NONE, "nothing has come in by that name");
    if (rc == 0)
        rc = query_of(&q, &s->read, ST_RAW_TICKET, raw, e);
    return rc < 0 ? rc : query_value(&q, ticket, e);
}
