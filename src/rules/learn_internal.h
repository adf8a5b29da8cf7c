/*
 * Between learn*.c: the rows as numbers of phrases, and what is made of them.
 */
#ifndef RULES_LEARN_INTERNAL_H
#define RULES_LEARN_INTERNAL_H

#include <glib.h>

#include "rules/learn.h"
#include "rules/terms.h"

/* Any phrase of one to three words that a row has. */
struct learn_phrase {
    struct str text;
    int rows;    /* that have it */
    int capital; /* of them, how many write it with a capital letter inside a
                    sentence: a name */
    int last;    /* row that counted it, from 1 */
    bool number; /* has a word of digits */
};

/* One phrase in one row; in the title it counts more. */
struct learn_hit {
    guint phrase;
    double value;
};

struct learn_row {
    struct rules_text text;
    int category;
    guint first, n; /* of hits */
};

struct learn {
    struct arena arena;
    GHashTable *ids;  /* a phrase's hash: its number + 1 */
    GArray *phrases;  /* of struct learn_phrase */
    GArray *hits;     /* of struct learn_hit */
    GArray *rows;     /* of struct learn_row */
    GPtrArray *names; /* of categories, of struct str */
};

/* The phrases that were chosen, and a score for each in each category. */
struct learned {
    int phrases, categories;
    guint *chosen; /* numbers of phrases */
    int *counts;   /* [phrase * categories + category] rows */
    int *rows;     /* by category */
    double *score; /* like counts */
    double *base;  /* by category */
};

/* What is read: every folds-th row, from without on, stays unseen. */
struct learn_part {
    int folds, without; /* folds 0: all rows are read */
    struct rules *given;
    struct str language;
};

void learn_choose(const struct learn *l, const struct learn_part *part,
                  struct learned *w, struct arena *a);
void learn_fit(const struct learn *l, const struct learn_part *part,
               struct learned *w, struct arena *a);
int learn_file(const struct learn *l, const struct learn_part *part,
               struct buf *out);

bool learn_is_in(const struct learn_part *part, guint row);

#define ROW(l, i)    (&g_array_index((l)->rows, struct learn_row, (i)))
#define HIT(l, i)    (&g_array_index((l)->hits, struct learn_hit, (i)))
#define PHRASE(l, i) (&g_array_index((l)->phrases, struct learn_phrase, (i)))

#endif
