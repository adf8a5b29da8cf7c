/*
 * The list's WHERE: what a filter says as SQL, from a table of conditions.
 * What it says is bound, never written into the text.
 */
#ifndef STORE_SQLITE_LIST_H
#define STORE_SQLITE_LIST_H

#include "base/buf.h"
#include "store/sqlite/sqlite_internal.h"

enum { LIST_WORDS_MAX = 8, LIST_CATEGORIES_MAX = 500 };

struct list {
    const struct ticket_filter *filter;
    struct str words[LIST_WORDS_MAX]; /* of its search, as FTS5 has them */
    int word_count;
    bool often;           /* each of the words is in many messages */
    struct ticket before; /* where the page before ended; id 0: at the top */
};

/* E_SYNTAX: there is no such state or order. */
CHECKED int list_read(struct list *l, struct db *db,
                      const struct ticket_filter *f, struct arena *a,
                      struct error *e);

/* "tickets INDEXED BY ... WHERE ...", and the values for it. */
void list_where(const struct list *l, struct buf *sql);
void list_bind(const struct list *l, struct query *q);

/* " ORDER BY ..." of the filter's order. */
void list_order(const struct list *l, struct buf *sql);

#endif
