/* What waits to be sent. */
#include "store/sqlite/sqlite_internal.h"

int notices_read(struct query *q, struct notice_list **out, struct arena *a,
                 struct error *e)
{
    int rc;

    *out = NULL;
    while ((rc = query_row(q, e)) > 0) {
        struct notice_list *l = arena_new(a, struct notice_list);

        l->notice.id = query_get_int(q);
        l->notice.created_at = query_get_int(q);
        query_get_fields(q, notice_columns, &l->notice, a);
        *out = l;
        out = &l->next;
    }
    return rc;
}

int store_notices_due(struct store *s, int64_t now, int max,
                      struct notice_list **out, struct arena *a,
                      struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_NOTICES_DUE, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_int(&q, now);
    query_int(&q, max);
    return notices_read(&q, out, a, e);
}

int store_notice_next(struct store *s, int64_t *at, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_NOTICE_NEXT, e);

    *at = 0;
    return rc < 0 ? rc : query_value(&q, at, e);
}
