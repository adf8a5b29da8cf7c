#include <math.h>
#include <stdlib.h>

#include "rules/learn_internal.h"

enum { ROWS_MIN = 3 };

static const double STANDS_OUT = 2; /* standard deviations */
static const double PRIOR = 20;     /* rows, spread as in all categories */

/* How far a phrase stands out in a category, in standard deviations. */
static double stands_out(double in, double rows, double all, double all_rows)
{
    double prior = PRIOR * all / all_rows;
    double out = all - in;
    double out_rows = all_rows - rows;
    double odds_in = log((in + prior) / (rows + PRIOR - in - prior));
    double odds_out = log((out + prior) / (out_rows + PRIOR - out - prior));

    return (odds_in - odds_out) / sqrt(1 / (in + prior) + 1 / (out + prior));
}

static void count(const struct learn *l, const struct learn_part *part,
                  struct learned *w, int *counts)
{
    for (guint i = 0; i < l->rows->len; i++) {
        const struct learn_row *r = ROW(l, i);

        if (!learn_is_in(part, i))
            continue;
        w->rows[r->category]++;
        for (guint k = r->first; k < r->first + r->n; k++) {
            counts[HIT(l, k)->phrase * (guint)w->categories +
                   (guint)r->category]++;
        }
    }
}

static bool is_name(const struct learn_phrase *p)
{
    return p->capital * 2 > p->rows;
}

static bool choose(const struct learned *w, const struct learn_phrase *p,
                   const int *counts, int all_rows)
{
    int all = 0;

    if (p->number || is_name(p))
        return false;
    for (int c = 0; c < w->categories; c++)
        all += counts[c];
    if (all < ROWS_MIN)
        return false;
    for (int c = 0; c < w->categories; c++) {
        if (stands_out(counts[c], w->rows[c], all, all_rows) >= STANDS_OUT)
            return true;
    }
    return false;
}

void learn_choose(const struct learn *l, const struct learn_part *part,
                  struct learned *w, struct arena *a)
{
    size_t n = l->names->len;
    int *counts;
    int all_rows = 0;

    w->categories = (int)n;
    w->rows = arena_array(a, int, n + 1);
    w->chosen = arena_array(a, guint, l->phrases->len + 1);
    w->counts = arena_array(a, int, l->phrases->len *n + 1);
    counts = w->counts;
    count(l, part, w, counts);
    for (size_t c = 0; c < n; c++)
        all_rows += w->rows[c];
    for (guint i = 0; i < l->phrases->len; i++) {
        if (!choose(w, PHRASE(l, i), counts + i * n, all_rows))
            continue;
        memmove(counts + (size_t)w->phrases * n, counts + i * n,
                n * sizeof(*counts));
        w->chosen[w->phrases++] = i;
    }
}
