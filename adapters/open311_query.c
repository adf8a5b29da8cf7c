/* What a list is asked for: every filter of the spec, and the usual others. */
#include <math.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "open311.h"

enum { DAY_S = 24 * 3600, CODE_MAX = 64, CODES_MAX = 100 };

/* An empty parameter is one that was not given. */
static struct str asked(const struct open311_call *c, const char *name)
{
    return str_trim(http_query(c->request, name));
}

/* ---- lists ---- */

static bool ids_read(const struct open311_call *c, struct str list,
                     struct listing_asked *q)
{
    int64_t *ids = arena_array(c->a, int64_t, LISTING_MOST);

    q->ids = ids;
    while (list.n > 0) {
        struct str word = str_trim(str_until(&list, STR(",")));

        if (word.n == 0)
            continue;
        if (q->id_count == LISTING_MOST)
            return false;
        /* What is no number is no request of ours: not found, not wrong. */
        if (str_int(word, &ids[q->id_count]) && ids[q->id_count] > 0)
            q->id_count++;
    }
    return true;
}

static bool codes_read(const struct open311_call *c, struct str list,
                       struct listing_asked *q)
{
    struct setting_list *all = NULL;
    int n = 0;

    while (list.n > 0) {
        struct setting_list *item;
        struct str word = str_trim(str_until(&list, STR(",")));

        if (word.n == 0)
            continue;
        if (++n > CODES_MAX || word.n > CODE_MAX || !utf8_valid(word))
            return false;
        item = arena_new(c->a, struct setting_list);
        item->value = word;
        item->next = all;
        all = item;
    }
    q->categories = all;
    return true;
}

static bool states_read(struct str list, struct listing_asked *q)
{
    enum {
        OPEN = 1 << TICKET_NEW | 1 << TICKET_OPEN | 1 << TICKET_WAITING,
        CLOSED =
            1 << TICKET_DONE | 1 << TICKET_NOT_OURS | 1 << TICKET_DUPLICATE,
    };

    while (list.n > 0) {
        struct str word = str_trim(str_until(&list, STR(",")));

        if (str_case_eq(word, STR("open"))) {
            q->states |= OPEN;
        } else if (str_case_eq(word, STR("closed"))) {
            q->states |= CLOSED;
        } else if (word.n > 0) {
            return false;
        }
    }
    return true;
}

/* ---- times ---- */

static bool date_read(const struct open311_call *c, const char *name,
                      int64_t *out, struct open311_faults *f)
{
    struct str text = asked(c, name);

    *out = 0;
    if (text.n == 0 || open311_date(text, out))
        return true;
    open311_fault(f, 400, "open311.date", str_of(name));
    return false;
}

/* Both ends of 90 days, from what is said of them. before is not within. */
static void window_read(const struct open311_call *c, int64_t *since,
                        int64_t *before, struct open311_faults *f)
{
    const int64_t span = (int64_t)OPEN311_DAYS * DAY_S;

    if (!date_read(c, "start_date", since, f) ||
        !date_read(c, "end_date", before, f))
        return;
    if (*since != 0 && *before != 0) {
        if (*before < *since)
            open311_fault(f, 400, "open311.date_order", STR_NONE);
        if (*before - *since > span)
            open311_fault(f, 400, "open311.span", STR_NONE);
        *before += 1;
    } else if (*before != 0) {
        *since = *before - span;
        *before += 1;
    } else if (*since != 0) {
        *before = *since + span + 1;
    }
}

/* ---- where, and which page ---- */

/* "west,south,east,north" in degrees, as GeoJSON has it (RFC 7946, 5). */
static bool box_read(struct str list, struct listing_asked *q)
{
    double *const edges[] = { &q->west, &q->south, &q->east, &q->north };
    struct point low;
    struct point high;

    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        struct str word = str_trim(str_until(&list, STR(",")));

        if (!str_double(word, edges[i]) || !isfinite(*edges[i]))
            return false;
    }
    low = (struct point){ q->south, q->west, true };
    high = (struct point){ q->north, q->east, true };
    return list.n == 0 && fabs(low.lat) <= 90 && fabs(high.lat) <= 90 &&
           fabs(low.lon) <= 180 && fabs(high.lon) <= 180 &&
           low.lat <= high.lat && low.lon <= high.lon &&
           (low.lat != 0 || low.lon != 0 || high.lat != 0 || high.lon != 0);
}

static bool page_read(const struct open311_call *c, struct listing_asked *q)
{
    struct str size_text = asked(c, "page_size");
    struct str page_text = asked(c, "page");
    int64_t size = LISTING_MOST;
    int64_t page = 1;

    if ((size_text.n > 0 && !str_int(size_text, &size)) ||
        (page_text.n > 0 && !str_int(page_text, &page)))
        return false;
    if (size < 1 || size > LISTING_MOST || page < 1 || page > OPEN311_PAGES)
        return false;
    q->limit = (int)size;
    q->offset = (page - 1) * size;
    return true;
}

/* ---- all of it ---- */

/* Whoever asks for what has changed asks for old ones too. */
static void dates_read(const struct open311_call *c, struct listing_asked *q,
                       struct open311_faults *f)
{
    window_read(c, &q->made_since, &q->made_before, f);
    (void)date_read(c, "updated_after", &q->changed_since, f);
    (void)date_read(c, "updated_before", &q->changed_before, f);
    if (q->made_since == 0 && q->changed_since == 0 && q->changed_before == 0)
        q->made_since = clock_now() - (int64_t)OPEN311_DAYS * DAY_S;
}

bool open311_query(const struct open311_call *c, struct listing_asked *q)
{
    struct open311_faults f = { .n = 0 };
    struct str ids = asked(c, "service_request_id");
    struct str box = asked(c, "bbox");

    *q = (struct listing_asked){ .view = c->view,
                                 .language = c->language,
                                 .limit = LISTING_MOST };
    if (ids.n > 0) {
        if (!ids_read(c, ids, q))
            open311_fault(&f, 400, "open311.ids", STR_NONE);
    } else {
        if (!codes_read(c, asked(c, "service_code"), q))
            open311_fault(&f, 400, "open311.codes", STR_NONE);
        if (!states_read(asked(c, "status"), q))
            open311_fault(&f, 400, "open311.status", STR_NONE);
        if (box.n > 0 && !box_read(box, q))
            open311_fault(&f, 400, "open311.bbox", STR_NONE);
        if (!page_read(c, q))
            open311_fault(&f, 400, "open311.page", STR_NONE);
        dates_read(c, q, &f);
    }
    if (f.n > 0)
        open311_refuse(c, &f);
    return f.n == 0;
}

bool open311_span(const struct open311_call *c, struct listing_span *out)
{
    struct open311_faults f = { .n = 0 };

    *out = (struct listing_span){ .view = c->view, .language = c->language };
    window_read(c, &out->since, &out->before, &f);
    if (f.n > 0) {
        open311_refuse(c, &f);
        return false;
    }
    if (out->before == 0) {
        out->before = clock_now() + 1;
        out->since = out->before - (int64_t)OPEN311_DAYS * DAY_S;
    }
    return true;
}
