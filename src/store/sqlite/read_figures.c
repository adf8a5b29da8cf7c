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
 * The first that a person said of each ticket, of its place and its category.
 * What was before it tells whether there was something to correct.
 */
#define SAID(name, kind)                                                       \
    name " AS MATERIALIZED (SELECT ticket, min(id), before FROM events"        \
         " WHERE jurisdiction = ?1 AND kind = " kind " AND undone_by = 0"      \
         " AND actor NOT IN ('inlet', 'resident') GROUP BY ticket)"
#define WAS_AT       "json_type(p.before, '$.was.at')"
#define WAS_CATEGORY "json_extract(c.before, '$.was.category')"

/* All that is counted of tickets in one walk over their index. */
static const char by_week[] = "WITH " SAID("p", "?5") ", " SAID(
    "c", "?6") " SELECT " WEEK ", t.category, count(*),"
               " sum(t.lat IS NOT NULL AND " WAS_AT " IS NULL),"
               " sum(t.lat IS NOT NULL AND " WAS_AT " = 'array'),"
               " sum(t.lat IS NOT NULL AND " WAS_AT " = 'null'),"
               " sum(t.lat IS NULL),"
               " sum(t.category NOT IN ('', 'other') AND " WAS_CATEGORY
               " IS NULL),"
               " sum(t.category <> '' AND " WAS_CATEGORY
               " NOT IN ('', 'other')),"
               " sum(t.category <> '' AND " WAS_CATEGORY " IN ('', 'other')),"
               " sum(t.category IN ('', 'other') AND " WAS_CATEGORY " IS NULL)"
               " FROM tickets t LEFT JOIN p ON p.ticket = t.id"
               " LEFT JOIN c ON c.ticket = t.id WHERE" OF_TICKETS
               "GROUP BY 1, 2 ORDER BY 1, 2";

/* The tickets that count, or those that do not: whichever are fewer. */
#define BY_AREA                                                                \
    "SELECT 0, a.area, count(*) FROM ticket_areas a"                           \
    " WHERE a.jurisdiction = ?1 AND "
static const char by_area_in[] =
    BY_AREA "a.ticket IN (SELECT t.id FROM tickets t WHERE" OF_TICKETS ")"
            " GROUP BY 2 ORDER BY 3 DESC, 2";
static const char by_area_not[] = BY_AREA
    "(?4 = '' OR a.ticket IN (SELECT ticket FROM ticket_areas"
    " WHERE jurisdiction = ?1 AND area = ?4))"
    " AND a.ticket NOT IN (SELECT id FROM tickets WHERE jurisdiction = ?1"
    " AND NOT (created_at >= ?2 AND created_at < ?3))"
    " GROUP BY 2 ORDER BY 3 DESC, 2";
static const char count_others[] =
    "SELECT count(*) FROM tickets WHERE jurisdiction = ?1"
    " AND NOT (created_at >= ?2 AND created_at < ?3)";
static const char lapses[] =
    "SELECT t.created_at, t.answered_at, t.done_at"
    " FROM tickets t WHERE" OF_TICKETS "AND t.answered_at + t.done_at > 0";
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

/* ---- how many, and who said it ---- */

static struct tally *tally_read(struct query *q, struct arena *a)
{
    struct tally *t = arena_new(a, struct tally);

    t->at = query_get_int(q);
    t->name = query_get_text(q, a);
    t->n = query_get_int(q);
    return t;
}

static void said_add(struct query *q, struct said_by *to)
{
    to->machine += query_get_int(q);
    to->corrected += query_get_int(q);
    to->clerk += query_get_int(q);
    to->nobody += query_get_int(q);
}

static int weeks_read(struct store *s, const struct figures_of *of,
                      struct figures *out, struct arena *a, struct error *e)
{
    struct tally **tail = &out->weeks;
    struct query q;
    int rc = sums_open(&q, s, by_week, of, e);

    if (rc < 0)
        return rc;
    query_text(&q, STR(EVENT_PLACE));
    query_text(&q, STR(EVENT_CATEGORY));
    while ((rc = query_row(&q, e)) > 0) {
        *tail = tally_read(&q, a);
        out->tickets += (*tail)->n;
        said_add(&q, &out->placed);
        said_add(&q, &out->categorised);
        tail = &(*tail)->next;
    }
    return rc;
}

/* Does x come before y: the more, then by name. */
static bool is_before(const struct tally *x, const struct tally *y)
{
    return x->n != y->n ? x->n > y->n : str_cmp(x->name, y->name) < 0;
}

/* The weeks' tallies, all weeks together; there are few categories. */
static struct tally *categories_of(const struct tally *weeks, struct arena *a)
{
    struct tally *all = NULL;
    struct tally *sorted = NULL;

    for (const struct tally *w = weeks; w != NULL; w = w->next) {
        struct tally *t = all;

        while (t != NULL && !str_eq(t->name, w->name))
            t = t->next;
        if (t == NULL) {
            t = arena_new(a, struct tally);
            *t = (struct tally){ .name = w->name, .next = all };
            all = t;
        }
        t->n += w->n;
    }
    while (all != NULL) {
        struct tally *t = all;
        struct tally **at = &sorted;

        all = t->next;
        while (*at != NULL && is_before(*at, t))
            at = &(*at)->next;
        t->next = *at;
        *at = t;
    }
    return sorted;
}

static int areas_read(struct store *s, const struct figures_of *of,
                      struct figures *out, struct arena *a, struct error *e)
{
    struct tally **tail = &out->areas;
    int64_t others = 0;
    struct query q;
    int rc = sums_open(&q, s, count_others, of, e);

    if (rc == 0)
        rc = query_value(&q, &others, e);
    if (rc == 0) {
        rc = sums_open(&q, s, others < out->tickets ? by_area_not : by_area_in,
                       of, e);
    }
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *tail = tally_read(&q, a);
        tail = &(*tail)->next;
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
    int rc = weeks_read(s, of, out, a, e);

    out->categories = categories_of(out->weeks, a);
    if (rc == 0)
        rc = areas_read(s, of, out, a, e);
    if (rc == 0)
        rc = lapses_read(s, of, out, e);
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
