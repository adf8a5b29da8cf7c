/*
 * What phrases lines say: each phrase found counts for itself. All of them
 * are looked up at once, a few steps a word, however many there are.
 */
#ifndef RULES_PHRASES_H
#define RULES_PHRASES_H

#include "rules/terms.h"

struct phrase {
    uint64_t hash;
    double score;
    int block;       /* whose it is, as blocks are counted */
    struct str rule; /* "words.rules:12" */
    struct str language;
    struct phrase *next; /* of the block, in the order of the file */
};

struct phrases;

struct phrases *phrases_new(void);
void phrases_free(struct phrases *p);
void phrases_add(struct phrases *p, const struct phrase *phrase);

/* Calls each for every phrase in terms, with its first and last term. */
typedef void phrase_fn(void *arg, const struct phrase *phrase,
                       const struct term *first, const struct term *last);
void phrases_find(const struct phrases *p, const struct term *terms, size_t n,
                  phrase_fn *each, void *arg);

/* The hash of a phrase as it stands in a file; 0: it has too many terms. */
uint64_t phrase_of(struct arena *a, struct str text);

#endif
