/* One search of one text: shared by mention.c, shape.c and gaz_find.c. */
#ifndef GEO_FIND_INTERNAL_H
#define GEO_FIND_INTERNAL_H

#include "geo/gaz_internal.h"

enum { MENTIONS_MAX = 200 };

/* A stretch of words that is a name the town has. */
struct mention {
    size_t first, last; /* words */
    const GArray *entries;
    enum form form; /* the best of them */
    enum thing thing;
    bool preposition; /* "on Elm", "at Elm" */
    bool capital;
    bool common;
    bool spanish; /* "calle" stands before it */
    bool negated; /* "not Elm" */
    bool used;    /* a shape has taken it */
};

struct find {
    struct gaz *gaz;
    const struct gaz_query *query;
    struct arena *a;
    enum zone zone;
    struct str text;
    struct word *words;
    size_t n;
    struct mention *mentions;
    int count;
    struct location **tail; /* of what has been found */
};

/* Fills mentions, left to right, the longest name at each place. */
void mentions_find(struct find *f);

/* Turns them into candidates. */
void shapes_find(struct find *f);

/* Pairs of degrees, map links and the like. */
void coordinates_find(struct find *f);

/* A candidate with its span over words first..last, at the list's end. */
struct location *location_add(struct find *f, enum location_kind kind,
                              const char *rule, size_t first, size_t last);

/* Adds to the logit that becomes confidence, and to features. */
void location_weigh(struct find *f, struct location *l, const char *feature);

bool word_is(const struct word *w, const char *const *list);

#endif
