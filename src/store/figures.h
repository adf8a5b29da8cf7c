/*
 * Sums over tickets, for the figures page. Weeks begin on Monday, 0:00 UTC.
 * Each is of the tickets made from from up to, not with, to; in one area where
 * one is named.
 */
#ifndef STORE_FIGURES_H
#define STORE_FIGURES_H

#include "store/store.h"

struct figures_of {
    int64_t from, to; /* seconds since 1970 */
    struct str area;  /* empty: everywhere */
};

/* So many of a name; in a week, where at says which. */
struct tally {
    int64_t at;
    struct str name;
    int64_t n;
    struct tally *next;
};

/* How long it took, in seconds, where it has happened: n of them. */
struct lapse {
    int64_t n, median_s, p90_s;
};

/* Who said it: the machine, the machine and then a clerk otherwise, ... */
struct said_by {
    int64_t machine, corrected, clerk, nobody;
};

enum { FIGURES_AGES = 5 };

/* Days that end each span of age but the last: 1, 7, 30, 90. */
extern const int figures_age_days[FIGURES_AGES - 1];

struct figures {
    int64_t tickets;
    struct tally *weeks; /* by category, in the order of time */
    struct tally *categories, *areas;
    struct lapse answered, done;
    struct said_by placed, categorised;
    int64_t open_by_age[FIGURES_AGES]; /* of what is open now, whenever made */
};

CHECKED int store_figures(struct store *, const struct figures_of *,
                          struct figures *out, struct arena *a,
                          struct error *e);

#endif
