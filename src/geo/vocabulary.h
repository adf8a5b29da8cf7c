/* Words that mean something where places are told, in English and Spanish. */
#ifndef GEO_VOCABULARY_H
#define GEO_VOCABULARY_H

#include "geo/name.h"

/* What a word can be; several at once. */
enum {
    IS_LEADING = 1 << 0,  /* leads to a place: on, at, en */
    IS_JOINING = 1 << 1,  /* joins two streets: and, &, con */
    IS_CORNER = 1 << 2,   /* corner, esquina */
    IS_BETWEEN = 1 << 3,  /* between, entre */
    IS_BLOCK = 1 << 4,    /* block, cuadra */
    IS_FILLER = 1 << 5,   /* the, la: may stand before a name */
    IS_OWNER = 1 << 6,    /* has numbers that are no house's: pole, apt */
    IS_NOT = 1 << 7,      /* not, no */
    IS_NEAR = 1 << 8,     /* near, behind, frente */
    IS_COUNTED = 1 << 9,  /* what numbers count: minutes, cars */
    IS_CLOSING = 1 << 10, /* thanks, regards: a name follows */
    IS_COMMON = 1 << 11,  /* a word of every day that is many a street, too */
    IS_WORD = 1 << 12,    /* a word of every report: never a misspelt name */
};

struct vocable {
    const char *word; /* without accents, lower case */
    const char *fold; /* as it is compared; NULL: as it is */
    enum word_kind kind;
    unsigned is;
};

const struct vocable *vocable_find(struct str word);

typedef void vocable_fn(void *arg, const struct vocable *v);
void vocables_each(vocable_fn *each, void *arg);

#endif
