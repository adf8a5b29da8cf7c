/*
 * Weights from reports whose place is known: a logistic regression of "the
 * candidate is right" on its features, drawn towards the weights there were,
 * so that what the reports say nothing about stays as it is.
 */
#ifndef GEO_FIT_H
#define GEO_FIT_H

#include "geo/weights.h"

/* A candidate and what came of it. */
struct fit_row {
    uint64_t features;
    bool right;
    bool first; /* it was the best of its report */
    enum location_method method;
    double off_m;         /* how far the truth is */
    double uncertainty_m; /* as the gazetteer has it, before any scale */
};

struct fit_result {
    double loss_before, loss_after; /* mean log loss */
    double within;                  /* share of the told within uncertainty */
};

/* Changes w. rows are not kept. */
void fit_weights(struct weights *w, const struct fit_row *rows, size_t n,
                 struct fit_result *out);

#endif
