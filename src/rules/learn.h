/*
 * Category rules from reports whose category is known: phrases lines with
 * scores that a person reads and edits, each with its counts.
 *
 * Which phrases: those that stand out in a category by the log-odds with an
 * informative Dirichlet prior, divided by their standard deviation (Monroe,
 * Colaresi, Quinn: Fightin' Words, Political Analysis 16, 2008). What each
 * counts: one multinomial logistic over them all, kept small and sparse,
 * because phrases that stand side by side say the same thing twice.
 */
#ifndef RULES_LEARN_H
#define RULES_LEARN_H

#include "base/buf.h"
#include "rules/rules.h"

enum {
    LEARN_CATEGORIES_MAX = 100,
    LEARN_ROWS_MAX = 1000000,
    LEARN_TEXT_MAX = 16 * 1024 /* bytes of a title or text that are read */
};

struct learn;

struct learn *learn_new(void);
void learn_free(struct learn *l);

/* A category's name is made one of a rule file: "traffic_safety" is
 * traffic-safety. E_SYNTAX: it cannot be; E_LIMIT: too many. */
CHECKED int learn_add(struct learn *l, const struct rules_text *text,
                      struct str category, struct error *e);

int learn_rows(const struct learn *l);
int learn_categories(const struct learn *l);

struct learn_how {
    const struct setting_list *given; /* folders of rules that score too, and
                                         are added to; may be NULL */
    struct str language;              /* of the phrases */
};

/* Writes the rule file; *phrases: how many it has. */
CHECKED int learn_write(const struct learn *l, const struct learn_how *how,
                        struct buf *out, int *phrases, struct error *e);

struct learn_share {
    int rows;
    int right;  /* the category they have is the one chosen */
    int second; /* it is the next best */
};

/*
 * How often what is learned is right for rows it has not seen: one in folds
 * is kept aside and judged by rules learned from the others, each in turn.
 */
CHECKED int learn_held_out(const struct learn *l, const struct learn_how *how,
                           int folds, struct learn_share *out, struct error *e);

#endif
