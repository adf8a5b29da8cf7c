/* The list of tickets: which of them, in order, and how many there are. */
#include "store/sqlite/list.h"

enum { SQL_MAX = 16 * 1024, LIMIT_MAX = 10000 };

/* The ids are found in an index alone; only what is shown is read. */
static void page_write(const struct list *l, struct buf *sql)
{
    statement_expand(STR("SELECT id, {columns} FROM tickets WHERE id IN"
                         " (SELECT id FROM "),
                     ticket_columns, sql);
    list_where(l, sql);
    list_order(l, sql);
    buf_printf(sql, " LIMIT ? OFFSET ?)");
    list_order(l, sql);
}

static int page_open(struct store *s, const struct list *l, struct query *q,
                     struct error *e)
{
    const struct ticket_filter *f = l->filter;
    struct buf sql = buf_init(SQL_MAX);
    int rc;

    page_write(l, &sql);
    rc = query_make(q, &s->read, buf_cstr(&sql), e);
    buf_free(&sql);
    if (rc < 0)
        return rc;
    list_bind(l, q);
    query_int(q, f->limit > 0 && f->limit < LIMIT_MAX ? f->limit : LIMIT_MAX);
    query_int(q, f->offset > 0 ? f->offset : 0);
    return 0;
}

int store_tickets(struct store *s, const struct ticket_filter *f,
                  store_ticket_fn *each, void *arg, struct error *e)
{
    struct arena bound = { 0 };
    struct list list;
    struct query q;
    int rc = list_read(&list, &s->read, f, &bound, e);

    if (rc == 0)
        rc = page_open(s, &list, &q, e);
    while (rc == 0) {
        struct arena row = { 0 };
        struct ticket t = { 0 };

        rc = query_row(&q, e);
        if (rc <= 0)
            break;
        t.id = query_get_int(&q);
        query_get_fields(&q, ticket_columns, &t, &row);
        each(arg, &t);
        arena_free(&row);
        rc = 0;
    }
    arena_free(&bound);
    return rc;
}

int store_tickets_count(struct store *s, const struct ticket_filter *f,
                        int64_t *n, struct error *e)
{
    struct ticket_filter all = *f;
    struct buf sql = buf_init(SQL_MAX);
    struct arena bound = { 0 };
    struct list list;
    struct query q;
    int rc;

    *n = 0;
    all.before = 0;
    rc = list_read(&list, &s->read, &all, &bound, e);
    if (rc == 0) {
        buf_printf(&sql, "SELECT count(*) FROM ");
        list_where(&list, &sql);
        rc = query_make(&q, &s->read, buf_cstr(&sql), e);
    }
    if (rc == 0) {
        list_bind(&list, &q);
        rc = query_value(&q, n, e);
    }
    buf_free(&sql);
    arena_free(&bound);
    return rc;
}

int store_ticket_last(struct store *s, int64_t *id, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_TICKET_LAST, e);

    *id = 0;
    return rc < 0 ? rc : query_value(&q, id, e);
}
