/*
 * Names of streets and places as they are compared: words in one spelling,
 * without case, accents and dots. "Saint James Court", "ST JAMES CT" and "st.
 * james ct" are one. Both readings of an abbreviation fold to one word (street
 * and saint: st), so nothing has to be decided before the look-up.
 */
#ifndef GEO_NAME_H
#define GEO_NAME_H

#include "base/arena.h"

enum word_kind {
    WORD_PLAIN,
    WORD_NUMBER,    /* 12, 12a */
    WORD_ORDINAL,   /* 5th, fifth */
    WORD_SUFFIX,    /* st, ave: what kind of street */
    WORD_PREFIX,    /* calle: the same, before the name */
    WORD_DIRECTION, /* n, south */
    WORD_MARK,      /* & @ / - # , . ; and the like */
};

struct word {
    struct str text;   /* as it stands */
    struct str folded; /* as it is compared */
    enum word_kind kind;
    unsigned is;       /* see vocabulary.h */
    size_t begin, end; /* bytes in the text */
    bool capital;      /* begins with a capital letter */
    bool all_capitals; /* and has no small one */
    bool first;        /* begins a sentence or a line */
    int64_t number;    /* WORD_NUMBER, WORD_ORDINAL */
    int token;         /* in a gazetteer's index; -1: not known there */
};

/* The words of text, in a; *n of them. At most WORDS_MAX. */
enum { WORDS_MAX = 4096 };
struct word *words_of(struct arena *a, struct str text, size_t *n);

/* name in its compared spelling, words parted by one space. */
struct str name_fold(struct arena *a, struct str name);

/* One word without case, accents and dots, but in its own spelling. */
struct str word_plain(struct arena *a, struct str word);

/*
 * Letters put in, left out, changed or swapped with their neighbour (optimal
 * string alignment) between a and b; most + 1 where it is more than most.
 */
int name_distance(struct str a, struct str b, int most);

#endif
