/*
 * The list of tickets. Its SQL is made for each filter from a table of
 * conditions; what the filter says is bound, never written into it.
 */
#include "base/buf.h"
#include "base/utf8.h"
#include "store/sqlite/sqlite_internal.h"

enum {
    SQL_MAX = 16 * 1024,
    WORDS_MAX = 8,
    WORD_BYTES = 200,
    LIMIT_MAX = 10000,
};

/* The words of a search, each quoted for FTS5. */
struct words {
    struct str quoted[WORDS_MAX];
    int n;
};

/*
 * Blanks end a word, and so do quotes: what is left stands in quotes of ours.
 * The last word may be the beginning of one.
 */
static struct str word_quote(struct arena *a, struct str word, bool last)
{
    return str_of(
        arena_printf(a, "\"%.*s\"%s", STR_FMT(word), last ? "*" : ""));
}

/* Letters, digits and what is beyond ASCII: all that FTS5 makes words of. */
static bool has_token(struct str word)
{
    bool has = false;

    for (const char *p = word.p; p != NULL && p < word.p + word.n; p++) {
        unsigned char c = (unsigned char)*p;

        has = has || c >= 0x80 || (c >= '0' && c <= '9') ||
              ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    }
    return has;
}

static void words_read(struct words *w, struct str search, struct arena *a)
{
    *w = (struct words){ .n = 0 };
    search = str_trim(search);
    while (search.n > 0 && w->n < WORDS_MAX) {
        struct str blank = str_word(&search);

        search = str_trim(search);
        while (blank.n > 0 && w->n < WORDS_MAX) {
            struct str word = str_until(&blank, STR("\""));
            bool last = search.n == 0 && blank.n == 0;

            word = utf8_head(word, WORD_BYTES);
            if (has_token(word))
                w->quoted[w->n++] = word_quote(a, word, last);
        }
    }
}

static bool is_boxed(const struct ticket_filter *f)
{
    return f->west != 0 || f->south != 0 || f->east != 0 || f->north != 0;
}

static void sql_write(const struct ticket_filter *f, const struct words *w,
                      struct buf *sql)
{
    statement_expand(
        STR("SELECT id, {columns} FROM tickets WHERE jurisdiction = ?1"),
        ticket_columns, sql);
    if (f->state >= 0)
        buf_printf(sql, " AND state = ?");
    if (f->category.n > 0)
        buf_printf(sql, " AND category = ?");
    if (f->channel.n > 0)
        buf_printf(sql, " AND channel = ?");
    if (f->department.n > 0)
        buf_printf(sql, " AND department = ?");
    if (f->urgent)
        buf_printf(sql, " AND urgent = 1");
    if (is_boxed(f)) {
        buf_printf(sql, " AND id IN (SELECT id FROM ticket_map"
                        " WHERE east >= ? AND west <= ?"
                        " AND north >= ? AND south <= ?)"
                        " AND lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?");
    }
    for (int i = 0; i < w->n; i++) {
        buf_printf(sql, " AND id IN (SELECT ticket FROM messages"
                        " WHERE id IN (SELECT rowid FROM search"
                        " WHERE search MATCH ?))");
    }
    if (f->before > 0)
        buf_printf(sql, " AND (urgent, id) < (?, ?)");
    buf_printf(sql, " ORDER BY urgent DESC, id DESC LIMIT ?");
}

static void box_bind(struct query *q, const struct ticket_filter *f)
{
    query_real(q, f->west);
    query_real(q, f->east);
    query_real(q, f->south);
    query_real(q, f->north);
    query_real(q, f->west);
    query_real(q, f->east);
    query_real(q, f->south);
    query_real(q, f->north);
}

static void filter_bind(struct query *q, const struct ticket_filter *f,
                        const struct words *w, bool urgent)
{
    if (f->state >= 0)
        query_text(q, str_of(ticket_state_names[f->state]));
    if (f->category.n > 0)
        query_text(q, f->category);
    if (f->channel.n > 0)
        query_text(q, f->channel);
    if (f->department.n > 0)
        query_text(q, f->department);
    if (is_boxed(f))
        box_bind(q, f);
    for (int i = 0; i < w->n; i++)
        query_text(q, w->quoted[i]);
    if (f->before > 0) {
        query_int(q, urgent);
        query_int(q, f->before);
    }
    query_int(q, f->limit > 0 && f->limit < LIMIT_MAX ? f->limit : LIMIT_MAX);
}

/* Where the page before ended: among the urgent ones or below them? */
static int before_find(struct store *s, int64_t before, bool *urgent,
                       struct arena *a, struct error *e)
{
    struct ticket t;
    int rc;

    *urgent = false;
    if (before <= 0)
        return 0;
    rc = ticket_get(&s->read, before, &t, a, e);
    if (rc == 0)
        *urgent = t.urgent;
    return rc == E_NONE ? 0 : rc;
}

static int list_run(struct store *s, const struct ticket_filter *f,
                    struct query *q, struct arena *a, struct error *e)
{
    struct buf sql = buf_init(SQL_MAX);
    struct words words;
    bool urgent;
    int rc = before_find(s, f->before, &urgent, a, e);

    words_read(&words, f->search, a);
    sql_write(f, &words, &sql);
    if (rc == 0)
        rc = query_make(q, &s->read, buf_cstr(&sql), e);
    if (rc == 0)
        filter_bind(q, f, &words, urgent);
    buf_free(&sql);
    return rc;
}

int store_tickets(struct store *s, const struct ticket_filter *f,
                  store_ticket_fn *each, void *arg, struct error *e)
{
    struct arena bound = { 0 };
    struct query q;
    int rc;

    if (f->state >= TICKET_STATES)
        return error(e, E_SYNTAX, "no state of a ticket: %d", f->state);
    rc = list_run(s, f, &q, &bound, e);
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
