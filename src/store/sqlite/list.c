#include "store/sqlite/list.h"

#include <stddef.h>

#include "base/utf8.h"

enum { WORD_BYTES = 200, OFTEN = 3000 };

/* ---- words ---- */

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

static void words_read(struct list *l, struct str search, struct arena *a)
{
    search = str_trim(search);
    while (search.n > 0 && l->word_count < LIST_WORDS_MAX) {
        struct str blank = str_word(&search);

        search = str_trim(search);
        while (blank.n > 0 && l->word_count < LIST_WORDS_MAX) {
            struct str word = str_until(&blank, STR("\""));
            bool last = search.n == 0 && blank.n == 0;

            word = utf8_head(word, WORD_BYTES);
            if (has_token(word))
                l->words[l->word_count++] = word_quote(a, word, last);
        }
    }
}

static int hits_count(struct db *db, struct str word, int64_t *n,
                      struct error *e)
{
    struct query q;
    int rc = query_make(&q, db,
                        "SELECT count(*) FROM (SELECT 1 FROM search"
                        " WHERE search MATCH ?2 LIMIT ?3)",
                        e);

    if (rc < 0)
        return rc;
    query_text(&q, word);
    query_int(&q, OFTEN);
    return query_value(&q, n, e);
}

/*
 * Few hits are looked up in the list one by one. Many are better held against
 * the list as it is walked in its order, which needs no sorting.
 */
static int often_find(struct list *l, struct db *db, struct error *e)
{
    int rc = 0;

    l->often = l->word_count > 0;
    for (int i = 0; rc == 0 && l->often && i < l->word_count; i++) {
        int64_t n;

        rc = hits_count(db, l->words[i], &n, e);
        l->often = rc == 0 && n == OFTEN;
    }
    return rc;
}

/* ---- conditions ---- */

enum kind {
    SAYS_TEXT,   /* not empty: bound */
    SAYS_NOBODY, /* the same, "-" meaning an empty one */
    SAYS_INT,    /* not 0: bound */
    SAYS_BOOL,   /* true: nothing to bind */
};

/* An id is compared as it stands: the index has it, and the rest. */
static const struct condition {
    const char *sql;
    enum kind kind;
    size_t offset;
} conditions[] = {
#define SAYS(kind, member, sql)                                                \
    {                                                                          \
        (sql), (kind), offsetof(struct ticket_filter, member)                  \
    }
    SAYS(SAYS_BOOL, urgent, " AND urgent = 1"),
    SAYS(SAYS_INT, upto, " AND id <= ?"),
    SAYS(SAYS_TEXT, category, " AND category = ?"),
    SAYS(SAYS_TEXT, channel, " AND channel = ?"),
    SAYS(SAYS_TEXT, department, " AND department = ?"),
    SAYS(SAYS_NOBODY, assignee, " AND assignee = ?"),
    SAYS(SAYS_BOOL, unplaced, " AND (lat IS NULL OR decision <> 'accept')"),
    SAYS(SAYS_BOOL, uncategorised, " AND category IN ('', 'other')"),
    SAYS(SAYS_INT, made_since, " AND created_at >= ?"),
    SAYS(SAYS_INT, made_before, " AND created_at < ?"),
    SAYS(SAYS_INT, changed_since, " AND changed_at >= ?"),
    SAYS(SAYS_INT, changed_before, " AND changed_at < ?"),
    SAYS(SAYS_INT, done_since, " AND done_at >= ?"),
    SAYS(SAYS_INT, asleep_at, " AND snoozed_until > ?"),
    SAYS(SAYS_INT, awake_at, " AND snoozed_until <= ?"),
    SAYS(SAYS_TEXT, area,
         " AND id IN (SELECT ticket FROM ticket_areas"
         " WHERE jurisdiction = ?1 AND area = ?)"),
#undef SAYS
};

static const void *said(const struct list *l, const struct condition *c)
{
    return (const char *)l->filter + c->offset;
}

static bool is_said(const struct list *l, const struct condition *c)
{
    const void *at = said(l, c);
    bool is = false;

    if (c->kind == SAYS_BOOL) {
        is = *(const bool *)at;
    } else if (c->kind == SAYS_INT) {
        is = *(const int64_t *)at != 0;
    } else {
        is = ((const struct str *)at)->n > 0;
    }
    return is;
}

static void condition_bind(const struct list *l, const struct condition *c,
                           struct query *q)
{
    const void *at = said(l, c);

    if (c->kind == SAYS_INT) {
        query_int(q, *(const int64_t *)at);
    } else if (c->kind == SAYS_TEXT) {
        query_text(q, *(const struct str *)at);
    } else if (c->kind == SAYS_NOBODY) {
        struct str who = *(const struct str *)at;

        query_text(q, str_eq(who, STR("-")) ? STR_NONE : who);
    }
}

static bool is_boxed(const struct ticket_filter *f)
{
    return f->west != 0 || f->south != 0 || f->east != 0 || f->north != 0;
}

static void box_bind(struct query *q, const struct ticket_filter *f)
{
    query_real(q, f->west);
    query_real(q, f->east);
    query_real(q, f->south);
    query_real(q, f->north);
}

/* ---- lists of categories ---- */

static void marks_write(const struct setting_list *l, struct buf *sql)
{
    for (; l != NULL; l = l->next)
        buf_printf(sql, "?%s", l->next == NULL ? "" : ", ");
}

static void values_bind(const struct setting_list *l, struct query *q)
{
    for (; l != NULL; l = l->next)
        query_text(q, l->value);
}

static void categories_write(const struct ticket_filter *f, struct buf *sql)
{
    const struct ticket_shown *s = f->shown;

    if (f->categories != NULL) {
        buf_printf(sql, " AND category IN (");
        marks_write(f->categories, sql);
        buf_printf(sql, ")");
    }
    if (s == NULL)
        return;
    buf_printf(sql, " AND (urgent = 0 AND category <> ''");
    if (s->but != NULL) {
        buf_printf(sql, " AND category NOT IN (");
        marks_write(s->but, sql);
        buf_printf(sql, ")");
    }
    buf_printf(sql, "%s)", s->channel.n > 0 ? " OR channel = ?" : "");
}

static void categories_bind(const struct ticket_filter *f, struct query *q)
{
    values_bind(f->categories, q);
    if (f->shown == NULL)
        return;
    values_bind(f->shown->but, q);
    if (f->shown->channel.n > 0)
        query_text(q, f->shown->channel);
}

static int categories_check(const struct setting_list *l, struct error *e)
{
    int n = 0;

    for (; l != NULL; l = l->next)
        n++;
    if (n <= LIST_CATEGORIES_MAX)
        return 0;
    return error(e, E_LIMIT, "%d categories at once, %d at most", n,
                 LIST_CATEGORIES_MAX);
}

/* ---- states ---- */

enum {
    ACTIVE = 1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_WAITING,
    ALL_STATES = (1 << TICKET_STATES) - 1,
};

static unsigned states_of(const struct ticket_filter *f)
{
    unsigned states = f->states == 0 ? ALL_STATES : f->states;

    return f->state < 0 ? states : states & 1U << f->state;
}

/*
 * Both indexes hold all that is asked for, so that a row is looked at only
 * when it is shown; tickets_active has what people work on and is short
 * however long the years grow. It serves where its own words are said.
 */
static void from_write(unsigned states, struct buf *sql)
{
    static const char active[] =
        "tickets INDEXED BY tickets_active WHERE jurisdiction = ?1"
        " AND state IN ('new', 'open', 'waiting')";
    static const char all[] =
        "tickets INDEXED BY tickets_list WHERE jurisdiction = ?1";
    const char *between = "";

    buf_printf(sql, "%s", (states & ~(unsigned)ACTIVE) == 0 ? active : all);
    if (states == ACTIVE || states == ALL_STATES)
        return;
    if (states == 0) { /* one state, and others: there is no such ticket */
        buf_printf(sql, " AND id < 0");
        return;
    }
    buf_printf(sql, " AND state IN (");
    for (int i = 0; i < TICKET_STATES; i++) {
        if ((states & 1U << i) != 0) {
            buf_printf(sql, "%s'%s'", between, ticket_state_names[i]);
            between = ", ";
        }
    }
    buf_printf(sql, ")");
}

/* ---- orders ---- */

static const struct {
    const char *by;
    const char *after; /* what comes after the row that is bound */
} orders[] = {
    [ORDER_URGENT] = { " ORDER BY urgent DESC, id DESC",
                       " AND (urgent, id) < (?, ?)" },
    [ORDER_OLDEST] = { " ORDER BY id", " AND (0, id) > (?, ?)" },
    [ORDER_CHANGED] = { " ORDER BY changed_at DESC, id DESC",
                        " AND (changed_at, id) < (?, ?)" },
};

static void before_bind(const struct list *l, struct query *q)
{
    const int64_t first[] = {
        [ORDER_URGENT] = l->before.urgent,
        [ORDER_OLDEST] = 0,
        [ORDER_CHANGED] = l->before.changed_at,
    };

    query_int(q, first[l->filter->order]);
    query_int(q, l->before.id);
}

/* ---- all of it ---- */

int list_read(struct list *l, struct db *db, const struct ticket_filter *f,
              struct arena *a, struct error *e)
{
    int rc = 0;

    *l = (struct list){ .filter = f };
    if (f->state >= TICKET_STATES || f->states > ALL_STATES)
        return error(e, E_SYNTAX, "no state of a ticket: %d", f->state);
    if ((unsigned)f->order >= COUNT_OF(orders))
        return error(e, E_SYNTAX, "no order of tickets: %d", (int)f->order);
    rc = categories_check(f->categories, e);
    if (rc == 0 && f->shown != NULL)
        rc = categories_check(f->shown->but, e);
    if (rc < 0)
        return rc;
    words_read(l, f->search, a);
    if (f->before > 0)
        rc = ticket_get(db, f->before, &l->before, a, e);
    if (rc == E_NONE)
        l->before = (struct ticket){ .id = f->before };
    return rc == E_NONE || rc == 0 ? often_find(l, db, e) : rc;
}

void list_where(const struct list *l, struct buf *sql)
{
    from_write(states_of(l->filter), sql);
    for (size_t i = 0; i < COUNT_OF(conditions); i++) {
        if (is_said(l, &conditions[i]))
            buf_printf(sql, "%s", conditions[i].sql);
    }
    categories_write(l->filter, sql);
    if (is_boxed(l->filter))
        buf_printf(sql, " AND lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?");
    for (int i = 0; i < l->word_count; i++) {
        buf_printf(sql,
                   " AND %sid IN (SELECT ticket FROM search"
                   " CROSS JOIN messages INDEXED BY messages_home"
                   " ON messages.id = search.rowid WHERE search MATCH ?)",
                   l->often ? "+" : "");
    }
    if (l->before.id > 0)
        buf_printf(sql, "%s", orders[l->filter->order].after);
}

void list_bind(const struct list *l, struct query *q)
{
    for (size_t i = 0; i < COUNT_OF(conditions); i++) {
        if (is_said(l, &conditions[i]))
            condition_bind(l, &conditions[i], q);
    }
    categories_bind(l->filter, q);
    if (is_boxed(l->filter))
        box_bind(q, l->filter);
    for (int i = 0; i < l->word_count; i++)
        query_text(q, l->words[i]);
    if (l->before.id > 0)
        before_bind(l, q);
}

void list_order(const struct list *l, struct buf *sql)
{
    buf_printf(sql, "%s", orders[l->filter->order].by);
}
