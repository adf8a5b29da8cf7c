#include "geo/fit.h"

#include <math.h>
#include <stdlib.h>

enum {
    SIZE = FEATURES + 1, /* the last one is the base */
    ROUNDS = 25,
    HALVED_MAX = 10,
    SCALE_MIN = 10 /* told places of a method, or its scale stays */
};

static const double draw = 8;    /* towards the old weight: as many rows */
static const double told = 0.4;  /* the confidence from which one is told */
static const double share = 0.9; /* of the told within their uncertainty */
static const double scale_max = 20;
static const double scale_wide_max = 8; /* of what is as long as a street */

static double logit_of(const double *weights, uint64_t features)
{
    double sum = weights[FEATURES];

    for (int i = 0; i < FEATURES; i++)
        sum += (features >> i & 1) != 0 ? weights[i] : 0;
    return sum;
}

static double loss(const double *weights, const struct fit_row *rows, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        double logit = logit_of(weights, rows[i].features);

        sum += log1p(exp(rows[i].right ? -logit : logit));
    }
    return n > 0 ? sum / (double)n : 0;
}

/* Solves a x = b by elimination; a is of full rank, for draw is above 0. */
static void solve(double a[SIZE][SIZE], double b[SIZE])
{
    for (int i = 0; i < SIZE; i++) {
        for (int k = i + 1; k < SIZE; k++) {
            double factor = a[k][i] / a[i][i];

            for (int m = i; m < SIZE; m++)
                a[k][m] -= factor * a[i][m];
            b[k] -= factor * b[i];
        }
    }
    for (int i = SIZE - 1; i >= 0; i--) {
        for (int k = i + 1; k < SIZE; k++)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
}

static void row_add(double a[SIZE][SIZE], double b[SIZE],
                    const struct fit_row *row, double p)
{
    int set[SIZE];
    int n = 0;

    for (int i = 0; i < FEATURES; i++) {
        if ((row->features >> i & 1) != 0)
            set[n++] = i;
    }
    set[n++] = FEATURES;
    for (int i = 0; i < n; i++) {
        b[set[i]] += (row->right ? 1 : 0) - p;
        for (int k = 0; k < n; k++)
            a[set[i]][set[k]] += p * (1 - p);
    }
}

/* What is made small: the loss, and how far the weights are from the old. */
static double badness(const double *weights, const double *old,
                      const struct fit_row *rows, size_t n)
{
    double far = 0;

    for (int i = 0; i < SIZE; i++)
        far += (weights[i] - old[i]) * (weights[i] - old[i]);
    return loss(weights, rows, n) * (double)n + draw / 2 * far;
}

/* One step of Newton's way, halved until it does not lead up. */
static void step(double *weights, const double *old, const struct fit_row *rows,
                 size_t n)
{
    double a[SIZE][SIZE] = { { 0 } };
    double b[SIZE] = { 0 };
    double next[SIZE];
    double before = badness(weights, old, rows, n);

    for (int i = 0; i < SIZE; i++) {
        a[i][i] = draw;
        b[i] = draw * (old[i] - weights[i]);
    }
    for (size_t i = 0; i < n; i++) {
        double p = 1 / (1 + exp(-logit_of(weights, rows[i].features)));

        row_add(a, b, &rows[i], p);
    }
    solve(a, b);
    for (int halved = 0; halved < HALVED_MAX; halved++) {
        for (int i = 0; i < SIZE; i++)
            next[i] = weights[i] + ldexp(b[i], -halved);
        if (badness(next, old, rows, n) <= before) {
            memcpy(weights, next, sizeof(next));
            return;
        }
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static bool is_told(const struct weights *w, const struct fit_row *row)
{
    return row->first && weights_confidence(w, row->features) >= told &&
           row->uncertainty_m > 0;
}

/* By how much each method's uncertainty is to be stretched. */
static void scales(struct weights *w, const struct fit_row *rows, size_t n)
{
    double *ratios = calloc(n + 1, sizeof(*ratios));

    if (ratios == NULL)
        abort();
    for (int method = METHOD_NONE + 1; method < METHODS; method++) {
        size_t count = 0;

        for (size_t i = 0; i < n; i++) {
            if ((int)rows[i].method == method && is_told(w, &rows[i]))
                ratios[count++] = rows[i].off_m / rows[i].uncertainty_m;
        }
        if (count < SCALE_MIN)
            continue;
        qsort(ratios, count, sizeof(*ratios), by_value);
        w->scale[method] =
            fmin(method == METHOD_STREET ? scale_wide_max : scale_max,
                 fmax(0.1, ratios[(size_t)(share * (double)count)]));
    }
    free(ratios);
}

static double within(const struct weights *w, const struct fit_row *rows,
                     size_t n)
{
    size_t all = 0;
    size_t in = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_told(w, &rows[i]))
            continue;
        all++;
        in += rows[i].off_m <= rows[i].uncertainty_m * w->scale[rows[i].method];
    }
    return all > 0 ? (double)in / (double)all : 0;
}

void fit_weights(struct weights *w, const struct fit_row *rows, size_t n,
                 struct fit_result *out)
{
    double old[SIZE];
    double weights[SIZE];

    memcpy(old, w->of, sizeof(w->of));
    old[FEATURES] = w->base;
    memcpy(weights, old, sizeof(weights));
    out->loss_before = loss(weights, rows, n);
    for (int i = 0; i < ROUNDS; i++)
        step(weights, old, rows, n);
    out->loss_after = loss(weights, rows, n);
    memcpy(w->of, weights, sizeof(w->of));
    w->base = weights[FEATURES];
    scales(w, rows, n);
    out->within = within(w, rows, n);
}
