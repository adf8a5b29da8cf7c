/*
 * The rules a municipality writes: which words make which category, what is
 * an emergency, what an address looks like, what to ask when a place is
 * missing. See inlet-rules(5) for the files.
 *
 * A struct rules is made once by rules_load() and is read-only from then on,
 * but for scratch space: one thread at a time applies it.
 */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "base/conf.h"
#include "spine/location.h"

struct rules;

/*
 * Reads and compiles every *.rules file of folders, in order: a block with the
 * name of an earlier one replaces it. Then runs every yes and no line against
 * the whole set. On failure e names file, line and what was found, and
 * nothing is loaded.
 */
CHECKED int rules_load(struct rules **out, const struct setting_list *folders,
                       struct error *e);
void rules_free(struct rules *r);

struct rules_text {
    struct str title;
    struct str text;
    struct str language; /* as the message says; empty: to be found out */
};

/*
 * Fills x from text within 50 ms (see promises): a rule that takes longer
 * counts as no match and leaves a finding "slow". Never fails.
 */
void rules_apply(struct rules *r, const struct rules_text *text,
                 struct extract *x, struct arena *a);

/*
 * Which department has a report of this category in these areas: the first
 * route that fits. An empty string: none does. *rule: file and line of it.
 */
struct str rules_route(const struct rules *r, struct str category,
                       const struct area *areas, struct str *rule);

/* How people call the category: "Fallen tree". Its name where not told. */
struct str rules_label(const struct rules *r, struct str category,
                       struct str language);

/* The question of block "ask CAUSE", or an empty string. */
struct str rules_question(const struct rules *r, const char *cause,
                          struct str language);

/* Calls each for every category there is, in the order of the files. */
typedef void category_fn(void *arg, struct str name);
void rules_categories(const struct rules *r, category_fn *each, void *arg);

int rules_test_count(const struct rules *r);

#endif
