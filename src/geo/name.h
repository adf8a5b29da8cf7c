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
    WORD_DIRECTION, /* n, south */
    WORD_MARK,      /* & @ / - # , . ; and the like */
};

struct word {
    struct str text;   /* as it stands */
    struct str folded; /* as it is compared */
    enum word_kind kind;
    size_t begin, end; /* bytes in the text */
    bool capital;      /* begins with a capital letter */
    bool first;        /* begins a sentence or a line */
    bool all_capitals;
    int64_t number; /* WORD_NUMBER */
};

/* The words of text, in a; *n of them. At most WORDS_MAX. */
enum { WORDS_MAX = 4096 };
struct word *words_of(struct arena *a, struct str text, size_t *n);

/* name in its compared spelling, words parted by one space. */
struct str name_fold(struct arena *a, struct str name);

/* Is folded too common a word to be a street by itself ("park", "main")? */
bool name_is_common(struct str folded);

/* Within one letter put in, left out, changed or swapped. */
bool name_is_near(struct str a, struct str b);

#endif
