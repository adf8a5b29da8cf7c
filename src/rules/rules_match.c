/*
 * PCRE2 with a bound. Its match limit counts anew for each byte a match may
 * begin at, so a search over a text goes in windows of a few beginnings, with
 * a look at the clock between them.
 */
#include <stdlib.h>
#include <time.h>

#include "rules/rules_internal.h"

enum {
    WINDOW = 64,         /* beginnings between two looks at the clock */
    WINDOW_SLOW = 4,     /* where the processor interprets the regex */
    MATCH_STEPS = 10000, /* of PCRE2, for one beginning */
    HEAP_KIB = 8 * 1024,
    STACK_FIRST = 32 * 1024,
    STACK_MAX = 1024 * 1024,
};

/* Of 50 ms: one more window may be under way when the time is up. */
static const int64_t BUDGET_NS = 40 * INT64_C(1000000);
static const int64_t SHARE_NS =
    10 * INT64_C(1000000);               /* for one line of a rule */
static const int64_t STALE_NS = 1000000; /* a processor time that will do */

static int64_t clock_ns(clockid_t which)
{
    struct timespec t;

    clock_gettime(which, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t wall_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static int64_t cpu_ns(void)
{
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

void search_open(struct search *s)
{
    *s = (struct search){ .wall = wall_ns, .cpu = cpu_ns };
    s->context = pcre2_match_context_create(NULL);
    s->data = pcre2_match_data_create(RULES_GROUPS_MAX + 1, NULL);
    s->filter = filter_new();
    if (s->context == NULL || s->data == NULL)
        abort();
    pcre2_set_match_limit(s->context, MATCH_STEPS);
    pcre2_set_heap_limit(s->context, HEAP_KIB);
    s->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MAX, NULL);
    if (s->stack != NULL)
        pcre2_jit_stack_assign(s->context, NULL, s->stack);
}

void search_close(struct search *s)
{
    filter_free(s->filter);
    pcre2_match_context_free(s->context);
    pcre2_match_data_free(s->data);
    pcre2_jit_stack_free(s->stack);
}

void search_begin(struct search *s)
{
    s->out_of_time = false;
    s->starts = 0;
    s->wall_seen = s->wall();
    s->cpu_began = s->cpu();
    s->cpu_seen = s->cpu_began;
}

void search_turn(struct search *s, struct str text)
{
    s->text = text;
    filter_scan(s->filter, text);
}

/*
 * Is there time to go on with a line begun when cpu_seen was since? The wall
 * clock costs little, the processor's a system call: it is asked only when
 * enough time has gone by on the wall to matter.
 */
static bool time_left(struct search *s, int64_t since)
{
    int64_t wall = s->wall();

    s->starts = 0;
    if (wall - s->wall_seen >= STALE_NS) {
        s->wall_seen = wall;
        s->cpu_seen = s->cpu();
    }
    if (s->cpu_seen - s->cpu_began >= BUDGET_NS)
        s->out_of_time = true;
    return !s->out_of_time && s->cpu_seen - since < SHARE_NS;
}

/* Tries matches that begin at from to last. */
static enum search_result search_at(struct search *s, const struct matcher *m,
                                    size_t from, size_t last)
{
    PCRE2_SPTR text = (PCRE2_SPTR)s->text.p;
    int rc;

    pcre2_set_offset_limit(s->context, last);
    if (m->jit) {
        rc = pcre2_jit_match(m->code, text, s->text.n, from, 0, s->data,
                             s->context);
    } else {
        rc = pcre2_match(m->code, text, s->text.n, from, PCRE2_NO_UTF_CHECK,
                         s->data, s->context);
    }
    if (rc >= 0)
        return SEARCH_FOUND;
    return rc == PCRE2_ERROR_NOMATCH ? SEARCH_NONE : SEARCH_SLOW;
}

static bool look_due(struct search *s, const struct matcher *m, size_t starts)
{
    s->starts += starts;
    return s->starts >= (m->jit ? WINDOW : WINDOW_SLOW);
}

static enum search_result search_starts(struct search *s,
                                        const struct matcher *m, size_t from,
                                        const uint32_t *starts, int count)
{
    int64_t since = s->cpu_seen;

    for (int i = 0; i < count; i++) {
        enum search_result found;

        if (starts[i] < from)
            continue;
        found = search_at(s, m, starts[i], starts[i]);
        if (found != SEARCH_NONE)
            return found;
        if (look_due(s, m, 1) && !time_left(s, since))
            return SEARCH_SLOW;
    }
    return SEARCH_NONE;
}

/* The next beginning of a character at or after at. */
static size_t character_at(struct str text, size_t at)
{
    while (at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static enum search_result search_windows(struct search *s,
                                         const struct matcher *m, size_t from)
{
    size_t step = m->jit ? WINDOW : WINDOW_SLOW;
    int64_t since = s->cpu_seen;

    while (from <= s->text.n) {
        enum search_result found = search_at(s, m, from, from + step - 1);

        if (found != SEARCH_NONE)
            return found;
        if (look_due(s, m, step) && !time_left(s, since))
            return SEARCH_SLOW;
        from = character_at(s->text, from + step);
    }
    return SEARCH_NONE;
}

enum search_result search_next(struct search *s, const struct matcher *m,
                               size_t from)
{
    const uint32_t *starts;
    int count;

    if (!filter_possible(s->filter, &m->literals))
        return SEARCH_NONE;
    if (s->out_of_time)
        return SEARCH_SLOW;
    count = filter_starts(s->filter, &m->literals, &starts);
    if (count >= 0)
        return search_starts(s, m, from, starts, count);
    return search_windows(s, m, from);
}

struct str search_group(const struct search *s, uint32_t group)
{
    const size_t *at = pcre2_get_ovector_pointer(s->data) + (size_t)2 * group;

    if (at[0] == PCRE2_UNSET || at[1] < at[0])
        return STR_NONE;
    return str_slice(s->text, at[0], at[1]);
}
