/*
 * The figures' sums. All of them ask tickets in the same words, bound in the
 * same order, so that they speak of the same tickets.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "store/figures.h"
#include "store/sqlite/sqlite_internal.h"

/* ?2 and ?3: made when; ?4: where, or empty. */
#define OF_TICKETS                                                             \
    " t.jurisdiction = ?1 AND t.created_at >= ?2 AND t.created_at < ?3"        \
    " AND (?4 = '' OR t.id IN (SELECT ticket FROM ticket_areas"                \
    " WHERE jurisdiction = ?1 AND area = ?4)) "

/* 1970-01-05 was the first Monday. */
#define WEEK "((t.created_at - 345600) / 604800) * 604800 + 345600"

/*
 * The first that a person said of each ticket. What was before it tells
 * whether there was something to correct.
 */
#define FIRST_SAID                                                             \
    "WITH said AS (SELECT ticket, min(id), before FROM events"                 \
    " WHERE jurisdiction = ?1 AND kind = ?5 AND undone_by = 0"                 \
    " AND actor NOT IN ('inlet', 'resident') GROUP BY ticket) "

static const char count_all[] =
    "SELECT count(*) FROM tickets t WHERE" OF_TICKETS;
static const char by_week[] =
    "SELECT " WEEK ", t.category, count(*)"
    " FROM tickets t WHERE" OF_TICKETS "GROUP BY 1, 2 ORDER BY 1, 2";
static const char by_category[] =
    "SELECT 0, t.category, count(*)"
    " FROM tickets t WHERE" OF_TICKETS "GROUP BY 2 ORDER BY 3 DESC, 2";
static const char by_area[] =
    "SELECT 0, a.area, count(*)"
    " FROM ticket_areas a JOIN tickets t"
    " ON t.id = a.ticket WHERE" OF_TICKETS "AND a.jurisdiction = ?1"
    " GROUP BY 2 ORDER BY 3 DESC, 2";
static const char lapses[] =
    "SELECT t.created_at, t.answered_at, t.done_at"
    " FROM tickets t WHERE" OF_TICKETS "AND t.answered_at + t.done_at > 0";
static const char places_said[] = FIRST_SAID
    "SELECT sum(t.lat IS NOT NULL AND"
    " (s.ticket IS NULL OR json_type(s.before, '$.was.at') IS NULL)),"
    " sum(t.lat IS NOT NULL AND json_type(s.before, '$.was.at') = 'array'),"
    " sum(t.lat IS NOT NULL AND json_type(s.before, '$.was.at') = 'null'),"
    " sum(t.lat IS NULL)"
    " FROM tickets t LEFT JOIN said s ON s.ticket = t.id WHERE" OF_TICKETS;
static const char categories_said[] = FIRST_SAID
    "SELECT sum(t.category NOT IN ('', 'other') AND (s.ticket IS NULL OR"
    " json_type(s.before, '$.was.category') IS NULL)),"
    " sum(t.category <> '' AND json_extract(s.before, '$.was.category')"
    " NOT IN ('', 'other')),"
    " sum(t.category <> '' AND json_extract(s.before, '$.was.category')"
    " IN ('', 'other')),"
    " sum(t.category IN ('', 'other') AND (s.ticket IS NULL OR"
    " json_type(s.before, '$.was.category') IS NULL))"
    " FROM tickets t LEFT JOIN said s ON s.ticket = t.id WHERE" OF_TICKETS;
static const char ages[] = "SELECT t.created_at FROM tickets t WHERE" OF_TICKETS
                           "AND t.state IN ('new', 'open', 'waiting')";

const int figures_age_days[FIGURES_AGES - 1] = { 1, 7, 30, 90 };

static int sums_open(struct query *q, struct store *s, const char *sql,
                     const struct figures_of *of, struct error *e)
{
    int rc = query_make(q, &s->read, sql, e);

    if (rc < 0)
        return rc;
    query_int(q, of->from);
    query_int(q, of->to);
    query_text(q, of->area);
    return 0;
}

/* ---- how many ---- */

static int tallies_read(struct store *s, const char *sql,
                        const struct figures_of *of, struct tally **out,
                        struct arena *a, struct error *e)
{
    struct query q;
    int rc = sums_open(&q, s, sql, of, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct tally *t = arena_new(a, struct tally);

        t->at = query_get_int(&q);
        t->name = query_get_text(&q, a);
        t->n = query_get_int(&q);
        *out = t;
        out = &t->next;
    }
    return rc;
}

/* ---- how long ---- */

static int by_size(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a;
    int64_t other = *(const int64_t *)b;

    return (one > other) - (one < other);
}

static struct lapse lapse_of(int64_t *spans, int64_t n)
{
    if (n == 0)
        return (struct lapse){ .n = 0 };
    qsort(spans, (size_t)n, sizeof(*spans), by_size);
    return (struct lapse){ n, spans[(n - 1) / 2], spans[(n - 1) * 9 / 10] };
}

static int lapses_read(struct store *s, const struct figures_of *of,
                       struct figures *out, struct error *e)
{
    struct arena spans = { 0 };
    int64_t *answered = arena_array(&spans, int64_t, (size_t)out->tickets + 1);
    int64_t *done = arena_array(&spans, int64_t, (size_t)out->tickets + 1);
    int64_t answered_n = 0;
    int64_t done_n = 0;
    struct query q;
    int rc = sums_open(&q, s, lapses, of, e);

    while (rc == 0 && answered_n < out->tickets && done_n < out->tickets) {
        int64_t made;
        int64_t at;

        rc = query_row(&q, e);
        if (rc <= 0)
            break;
        rc = 0;
        made = query_get_int(&q);
        at = query_get_int(&q);
        if (at > 0)
            answered[answered_n++] = at - made;
        at = query_get_int(&q);
        if (at > 0)
            done[done_n++] = at - made;
    }
    if (rc == 0)
        query_end(&q);
    out->answered = lapse_of(answered, answered_n);
    out->done = lapse_of(done, done_n);
    arena_free(&spans);
    return rc;
}

/* ---- who said it ---- */

static int said_read(struct store *s, const char *sql, const char *kind,
                     const struct figures_of *of, struct said_by *out,
                     struct error *e)
{
    struct query q;
    int rc = sums_open(&q, s, sql, of, e);

    if (rc < 0)
        return rc;
    query_text(&q, str_of(kind));
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    out->machine = query_get_int(&q);
    out->corrected = query_get_int(&q);
    out->clerk = query_get_int(&q);
    out->nobody = query_get_int(&q);
    query_end(&q);
    return 0;
}

/* ---- what is left to do ---- */

static int ages_read(struct store *s, const struct figures_of *of,
                     struct figures *out, struct error *e)
{
    struct figures_of always = { 0, INT64_MAX, of->area };
    int64_t now = clock_now();
    struct query q;
    int rc = sums_open(&q, s, ages, &always, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        int64_t days = (now - query_get_int(&q)) / 86400;
        int i = 0;

        while (i < FIGURES_AGES - 1 && days >= figures_age_days[i])
            i++;
        out->open_by_age[i]++;
    }
    return rc;
}

static int all_read(struct store *s, const struct figures_of *of,
                    struct figures *out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = sums_open(&q, s, count_all, of, e);

    if (rc == 0)
        rc = query_value(&q, &out->tickets, e);
    if (rc == 0)
        rc = tallies_read(s, by_week, of, &out->weeks, a, e);
    if (rc == 0)
        rc = tallies_read(s, by_category, of, &out->categories, a, e);
    if (rc == 0)
        rc = tallies_read(s, by_area, of, &out->areas, a, e);
    if (rc == 0)
        rc = lapses_read(s, of, out, e);
    if (rc == 0)
        rc = said_read(s, places_said, EVENT_PLACE, of, &out->placed, e);
    if (rc == 0) {
        rc = said_read(s, categories_said, EVENT_CATEGORY, of,
                       &out->categorised, e);
    }
    return rc < 0 ? rc : ages_read(s, of, out, e);
}

int store_figures(struct store *s, const struct figures_of *of,
                  struct figures *out, struct arena *a, struct error *e)
{
    struct error ignored;
    int rc = db_run(&s->read, ST_BEGIN_READ, e); /* all as of one moment */

    *out = (struct figures){ .tickets = 0 };
    if (rc < 0)
        return rc;
    rc = all_read(s, of, out, a, e);
    if (db_run(&s->read, ST_COMMIT, &ignored) < 0 && rc == 0)
        rc = error(e, ignored.code, "%s", ignored.text);
    return rc;
}
