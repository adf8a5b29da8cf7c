/*
 * The words of a text as phrases lines and learning compare them: small
 * letters without accents and apostrophes, a plural as its singular. A phrase
 * is up to PHRASE_TERMS of them in one sentence.
 */
#ifndef RULES_TERMS_H
#define RULES_TERMS_H

#include "base/arena.h"

enum { TERMS_MAX = 4096, PHRASE_TERMS = 3 };

struct term {
    struct str word;   /* folded, but the plural left */
    struct str folded; /* of the arena, like word */
    uint64_t hash;     /* of folded, never 0 */
    uint32_t begin, end;
    bool first;   /* begins a sentence: no phrase reaches over it */
    bool capital; /* begins with a capital letter */
    bool number;  /* digits only */
};

/* The terms of valid UTF-8, at most TERMS_MAX; *n of them. */
struct term *terms_of(struct arena *a, struct str text, size_t *n);

/* The hash of a phrase that goes on with a term; begin with 0. */
uint64_t phrase_hash(uint64_t before, const struct term *t);

#endif
