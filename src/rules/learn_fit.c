/*
 * The scores: multinomial logistic regression by FTRL-Proximal (McMahan and
 * others: Ad Click Prediction, KDD 2013), which leaves what tells little at 0.
 */
#include <math.h>
#include <stdlib.h>

#include "rules/learn_internal.h"
#include "rules/rules_internal.h"

enum { PASSES = 12 };

static const double RATE = 0.25; /* alpha and beta of the paper */
static const double RATE_BETA = 1;
static const double SPARSE = 9; /* L1 */
static const double SMALL = 6;  /* L2 */

/* The score that makes the odds e times as good: hand-written rules count 1 to
   6, and what is learned is added to them. */
static const double SCORE_E = 4;

/* One score on its way. */
struct weight {
    double z, n;
};

struct fit {
    const struct learn *l;
    struct learned *w;
    int *place; /* a phrase's number: its place among the chosen, or -1 */
    struct weight *weights;
    struct weight *bases;
    double *given; /* [row * categories + category] or NULL */
};

bool learn_is_in(const struct learn_part *part, guint row)
{
    return part->folds == 0 || (int)row % part->folds != part->without;
}

static double value_of(const struct weight *w, double sparse)
{
    double rate = (RATE_BETA + sqrt(w->n)) / RATE + SMALL;

    if (fabs(w->z) <= sparse)
        return 0;
    return (copysign(sparse, w->z) - w->z) / rate;
}

static void step(struct weight *w, double value, double slope)
{
    double sigma = (sqrt(w->n + slope * slope) - sqrt(w->n)) / RATE;

    w->z += slope - sigma * value;
    w->n += slope * slope;
}

/* Scores of the row, then their shares of 1. */
static void predict(const struct fit *f, guint row, double *share)
{
    const struct learn_row *r = ROW(f->l, row);
    int n = f->w->categories;
    double most = -INFINITY;
    double sum = 0;

    for (int c = 0; c < n; c++) {
        share[c] = value_of(&f->bases[c], 0);
        if (f->given != NULL)
            share[c] += f->given[(size_t)row * (size_t)n + (size_t)c];
    }
    for (guint i = r->first; i < r->first + r->n; i++) {
        const struct learn_hit *hit = HIT(f->l, i);
        int at = f->place[hit->phrase];

        for (int c = 0; at >= 0 && c < n; c++)
            share[c] += hit->value * value_of(&f->weights[at * n + c], SPARSE);
    }
    for (int c = 0; c < n; c++)
        most = fmax(most, share[c]);
    for (int c = 0; c < n; c++)
        sum += share[c] = exp(share[c] - most);
    for (int c = 0; c < n; c++)
        share[c] /= sum;
}

static void learn_from(struct fit *f, guint row, double *share)
{
    const struct learn_row *r = ROW(f->l, row);
    int n = f->w->categories;

    predict(f, row, share);
    share[r->category] -= 1;
    for (int c = 0; c < n; c++)
        step(&f->bases[c], value_of(&f->bases[c], 0), share[c]);
    for (guint i = r->first; i < r->first + r->n; i++) {
        const struct learn_hit *hit = HIT(f->l, i);
        int at = f->place[hit->phrase];

        for (int c = 0; at >= 0 && c < n; c++) {
            struct weight *w = &f->weights[at * n + c];

            step(w, value_of(w, SPARSE), share[c] * hit->value);
        }
    }
}

/* The same order each time: what is learned does not change by itself. */
static guint *shuffled(const struct learn *l, struct arena *a)
{
    guint *order = arena_array(a, guint, l->rows->len + 1);
    uint64_t state = 1;

    for (guint i = 0; i < l->rows->len; i++) {
        guint other;

        state = state * 6364136223846793005u + 1442695040888963407u;
        other = (guint)((state >> 33) % (i + 1));
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

/* Where the score of a row for a category goes. */
struct giving {
    const struct learn *l;
    double *row;
};

static void give(void *arg, struct str category, double score)
{
    struct giving *g = arg;

    for (guint c = 0; c < g->l->names->len; c++) {
        if (str_eq(*(struct str *)g->l->names->pdata[c], category))
            g->row[c] = score / SCORE_E;
    }
}

static void given_scores(struct fit *f, const struct learn_part *part,
                         struct arena *a)
{
    size_t n = (size_t)f->w->categories;

    if (part->given == NULL)
        return;
    f->given = arena_array(a, double, f->l->rows->len *n + 1);
    for (guint i = 0; i < f->l->rows->len; i++) {
        struct giving g = { f->l, f->given + i * n };

        rules_scores(part->given, &ROW(f->l, i)->text, give, &g);
    }
}

static struct fit begin(const struct learn *l, struct learned *w,
                        struct arena *a)
{
    size_t scores = (size_t)w->phrases * (size_t)w->categories + 1;
    struct fit f = { .l = l, .w = w };

    f.place = arena_array(a, int, l->phrases->len + 1);
    f.weights = arena_array(a, struct weight, scores);
    f.bases = arena_array(a, struct weight, (size_t)w->categories + 1);
    w->score = arena_array(a, double, scores);
    w->base = arena_array(a, double, (size_t)w->categories + 1);
    for (guint i = 0; i < l->phrases->len; i++)
        f.place[i] = -1;
    for (int i = 0; i < w->phrases; i++)
        f.place[w->chosen[i]] = i;
    return f;
}

void learn_fit(const struct learn *l, const struct learn_part *part,
               struct learned *w, struct arena *a)
{
    double *share = arena_array(a, double, (size_t)w->categories + 1);
    struct fit f = begin(l, w, a);
    const guint *order = shuffled(l, a);

    given_scores(&f, part, a);
    for (int pass = 0; pass < PASSES; pass++) {
        for (guint i = 0; i < l->rows->len; i++) {
            if (learn_is_in(part, order[i]))
                learn_from(&f, order[i], share);
        }
    }
    for (int i = 0; i < w->phrases * w->categories; i++)
        w->score[i] = SCORE_E * value_of(&f.weights[i], SPARSE);
    for (int c = 0; c < w->categories; c++)
        w->base[c] = SCORE_E * value_of(&f.bases[c], 0);
}
