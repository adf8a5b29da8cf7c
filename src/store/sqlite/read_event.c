/* What happened, one by one and since when; and the notices that tell of it. */
#include "store/sqlite/sqlite_internal.h"

static int event_get(struct db *db, int64_t id, struct event *ev,
                     struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_EVENT_GET, id, e);

    if (rc == 0)
        rc = query_row(&q, e);
    if (rc == 0)
        return error(e, E_NONE, "there is no event %lld", (long long)id);
    if (rc < 0)
        return rc;
    *ev = (struct event){ .id = query_get_int(&q) };
    query_get_fields(&q, event_columns, ev, a);
    query_end(&q);
    return 0;
}

int tx_event_get(struct store_tx *tx, int64_t id, struct event *ev,
                 struct arena *a, struct error *e)
{
    return event_get(tx->db, id, ev, a, e);
}

int store_event_get(struct store *s, int64_t id, struct event *ev,
                    struct arena *a, struct error *e)
{
    return event_get(&s->read, id, ev, a, e);
}

int tx_first_act(struct store_tx *tx, int64_t ticket, int64_t *at,
                 struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_FIRST_ACT, ticket, e);

    *at = 0;
    return rc < 0 ? rc : query_value(&q, at, e);
}

int store_events_after(struct store *s, int64_t event, int max,
                       struct news **out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, &s->read, ST_EVENTS_AFTER, event, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_int(&q, max > 0 ? max : 0);
    while ((rc = query_row(&q, e)) > 0) {
        struct news *n = arena_new(a, struct news);

        n->event = query_get_int(&q);
        n->ticket = query_get_int(&q);
        n->revision = query_get_int(&q);
        n->kind = query_get_text(&q, a);
        n->actor = query_get_text(&q, a);
        n->first = query_get_int(&q) != 0;
        *out = n;
        out = &n->next;
    }
    return rc;
}

int store_event_last(struct store *s, int64_t *id, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_EVENT_LAST, e);

    *id = 0;
    return rc < 0 ? rc : query_value(&q, id, e);
}

/* ---- notices ---- */

static int notice_get(struct db *db, int64_t id, struct notice *n,
                      struct arena *a, struct error *e)
{
    struct notice_list *list = NULL;
    struct query q;
    int rc = query_of(&q, db, ST_NOTICE_GET, id, e);

    if (rc == 0)
        rc = notices_read(&q, &list, a, e);
    if (rc == 0 && list == NULL)
        rc = error(e, E_NONE, "there is no notice %lld", (long long)id);
    if (rc == 0)
        *n = list->notice;
    return rc;
}

int tx_notice_get(struct store_tx *tx, int64_t id, struct notice *n,
                  struct arena *a, struct error *e)
{
    return notice_get(tx->db, id, n, a, e);
}

int store_notice_get(struct store *s, int64_t id, struct notice *n,
                     struct arena *a, struct error *e)
{
    return notice_get(&s->read, id, n, a, e);
}

int tx_notices_of(struct store_tx *tx, int64_t event, struct notice_list **out,
                  struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_NOTICES_EVENT, event, e);

    *out = NULL;
    return rc < 0 ? rc : notices_read(&q, out, a, e);
}

int tx_told(struct store_tx *tx, int64_t ticket, struct str kind, int64_t *n,
            struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_TOLD, ticket, e);

    *n = 0;
    if (rc < 0)
        return rc;
    query_text(&q, kind);
    return query_value(&q, n, e);
}

int store_notice_counts(struct store *s, int64_t n[NOTICE_STATES],
                        struct error *e)
{
    struct arena a = { 0 };
    struct query q;
    int rc = query_open(&q, &s->read, ST_NOTICE_STATES, e);

    memset(n, 0, sizeof(n[0]) * NOTICE_STATES);
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct str state = query_get_text(&q, &a);
        int64_t count = query_get_int(&q);

        for (int i = 0; i < NOTICE_STATES; i++) {
            if (str_eq(state, str_of(notice_state_names[i])))
                n[i] = count;
        }
    }
    arena_free(&a);
    return rc;
}
