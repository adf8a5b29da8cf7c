/* The parts of the public map: public.c, public_feed.c. */
#ifndef WEB_REPORT_PUBLIC_INTERNAL_H
#define WEB_REPORT_PUBLIC_INTERNAL_H

#include "http/limit.h"
#include "http/page.h"
#include "store/work.h"
#include "web/report/public.h"

enum { PUBLIC_MOST = 200 };

struct public
{
    struct residents_with with;
    const struct town *town;
    struct limit limit;
};

/* A report as everybody may see it. */
struct public_report {
    int64_t id;
    struct str category, category_label;
    struct str state, state_label;
    struct str label; /* of the place; or empty */
    struct str words; /* or empty */
    struct point at;
    int64_t created_at;
};

/* What one request asks for, and what there is. */
struct public_list {
    struct public *public;
    struct page page;
    struct str area, category;
    struct public_report all[PUBLIC_MOST];
    int n;
};

void public_feed_write(const struct public_list *l, struct buf *out);

#endif
