/* What the query of a list asks for, as its address has it. */
#ifndef WEB_INBOX_FILTER_H
#define WEB_INBOX_FILTER_H

#include "store/store.h"

enum { FILTER_LIMIT = 500, FILTER_LIMIT_USUAL = 100, FILTER_QUERY_MAX = 2000 };

/*
 * "state=new&area=Ward+1&age=7d&q=elm". me: whom assignee=me means. Names that
 * are not known are passed over; E_SYNTAX: a value cannot be what its name
 * asks for. What f points at lives in a.
 */
CHECKED int filter_read(struct ticket_filter *f, struct str query,
                        struct str me, struct arena *a, struct error *e);

/* The query of a request's target: what is behind its "?". */
struct str filter_query(struct str target);

#endif
