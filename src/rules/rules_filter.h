/*
 * The literal filter. Most regexes cannot match without some plain words in
 * the text; one pass of an Aho-Corasick automaton finds all such words of all
 * rules, and tells for each rule whether it can match at all and, mostly, at
 * which bytes its match would have to begin.
 *
 * Letters are compared without case, for ASCII and for Latin-1 in UTF-8. Only
 * U+017F and U+212A fold to an ASCII letter from outside, and \d also takes
 * the digits of other scripts: a text with one of those is not filtered.
 */
#ifndef RULES_RULES_FILTER_H
#define RULES_RULES_FILTER_H

#include "base/arena.h"

enum {
    LITERAL_MAX = 10, /* bytes: longer ones are cut, which loses nothing */
    LITERALS_MAX = 96 /* in one set; a larger set is no set */
};

struct literal_set {
    struct str *of; /* lower case, none empty, none begins with another */
    uint32_t *ids;  /* in the filter, once it is built */
    int count;      /* 0: nothing is known */
};

/* What is known of a regex without running it. */
struct literals {
    struct literal_set first; /* each match begins with one of these */
    struct literal_set inner; /* each match holds one of these somewhere */
    struct literal_set later; /* and one of these */
    bool at_word;             /* a match begins where a word begins */
    uint32_t id;              /* of the matcher in the filter */
};

/*
 * Reads regex. What it does not understand gives empty sets, which is always
 * right. E_SYNTAX: it uses something that cannot be searched for in pieces.
 */
CHECKED int literals_of(struct literals *l, struct str regex, struct arena *a,
                        struct error *e);

struct filter;

struct filter *filter_new(void);
void filter_free(struct filter *f);

/* Adds what is known of one regex; l is kept and gets its ids. */
void filter_add(struct filter *f, struct literals *l);

/* After the last filter_add(). */
void filter_build(struct filter *f);

/* Turns to a text: finds every literal in it. */
void filter_scan(struct filter *f, struct str text);

/* False: l cannot match in the text of the last filter_scan(). */
bool filter_possible(const struct filter *f, const struct literals *l);

/*
 * The offsets at which a match of l may begin, ascending, in *out. They stay
 * until the next call. -1: anywhere.
 */
int filter_starts(struct filter *f, const struct literals *l,
                  const uint32_t **out);

#endif
