/* How each channel is, for the clerk and for inlet doctor. */
#include "base/buf.h"
#include "store/sqlite/sqlite_internal.h"

enum { COUNTERS_MAX = 4096 };

static int rows_read(struct store *s, struct channel_row **end, struct arena *a,
                     struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_CHANNELS, e);

    *end = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct channel_row *r = arena_new(a, struct channel_row);

        r->channel = query_get_text(&q, a);
        r->health = query_get_text(&q, a);
        r->health_at = query_get_int(&q);
        r->raws = query_get_int(&q);
        r->last_at = query_get_int(&q);
        *end = r;
        end = &r->next;
    }
    return rc;
}

static struct channel_row *row_of(struct channel_row *rows, struct str channel)
{
    while (rows != NULL && !str_eq(rows->channel, channel))
        rows = rows->next;
    return rows;
}

static int waiting_read(struct store *s, struct channel_row *rows,
                        struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_WAITING, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct channel_row *r = row_of(rows, query_get_text(&q, a));
        bool is_new = query_get_int(&q) != 0;
        int64_t n = query_get_int(&q);

        if (r != NULL && is_new) {
            r->waiting = n;
        } else if (r != NULL) {
            r->quarantined = n;
        }
    }
    return rc;
}

static int counters_read(struct store *s, struct channel_row *rows,
                         struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_COUNTERS, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct channel_row *r = row_of(rows, query_get_text(&q, a));
        struct str what = query_get_text(&q, a);
        long long n = query_get_int(&q);

        if (r == NULL || r->counters.n > COUNTERS_MAX)
            continue;
        r->counters = str_of(
            arena_printf(a, "%.*s%s%.*s=%lld", STR_FMT(r->counters),
                         r->counters.n > 0 ? " " : "", STR_FMT(what), n));
    }
    return rc;
}

int store_channels(struct store *s, struct channel_row **out, struct arena *a,
                   struct error *e)
{
    struct error ignored;
    int rc = db_run(&s->read, ST_BEGIN_READ, e);

    if (rc < 0)
        return rc;
    rc = rows_read(s, out, a, e);
    if (rc == 0)
        rc = waiting_read(s, *out, a, e);
    if (rc == 0)
        rc = counters_read(s, *out, a, e);
    if (db_run(&s->read, ST_COMMIT, &ignored) < 0 && rc == 0)
        rc = error(e, ignored.code, "%s", ignored.text);
    return rc;
}

int store_quarantine(struct store *s, int max, struct quarantine_row **out,
                     struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, &s->read, ST_QUARANTINE, max, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct quarantine_row *r = arena_new(a, struct quarantine_row);

        r->raw = query_get_int(&q);
        r->ticket = query_get_int(&q);
        r->channel = query_get_text(&q, a);
        r->received_at = query_get_int(&q);
        r->why = query_get_text(&q, a);
        *out = r;
        out = &r->next;
    }
    return rc;
}
