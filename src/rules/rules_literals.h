/*
 * Sets of literals while a regex is read. A set stands for how the matches of
 * a piece of regex begin: an exact literal is all that the piece matches, one
 * that is not exact may go on with anything. { "" not exact } says nothing.
 */
#ifndef RULES_RULES_LITERALS_H
#define RULES_RULES_LITERALS_H

#include "rules/rules_filter.h"

struct literal {
    char bytes[LITERAL_MAX];
    uint8_t n;
    bool exact;
};

struct literals_set {
    struct literal of[LITERALS_MAX];
    int count;
};

void set_nothing(struct literals_set *s); /* { "" exact }: matches nothing */
void set_anything(struct literals_set *s);

/* False: it does not fit. */
bool set_add(struct literals_set *s, struct str bytes, bool exact);
bool set_union(struct literals_set *s, const struct literals_set *more);

/* s followed by next. False: too large, and s is as it was. */
bool set_follow(struct literals_set *s, const struct literals_set *next);

void set_cut(struct literals_set *s); /* all may go on with anything */
bool set_any_exact(const struct literals_set *s);

/*
 * How often one of s stands in a text, as a guess between 0 and 1; 1 where
 * the set says nothing.
 */
double set_frequency(const struct literals_set *s);

/* Without those that begin with another. */
void set_shorten(struct literals_set *s);

#endif
