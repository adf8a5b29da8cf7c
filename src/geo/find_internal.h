/* One search of one text: shared by the files that make candidates of it. */
#ifndef GEO_FIND_INTERNAL_H
#define GEO_FIND_INTERNAL_H

#include "geo/gaz_internal.h"
#include "geo/name.h"
#include "geo/vocabulary.h"

enum {
    MENTIONS_MAX = 200, /* in one text */
    SENSES_MAX = 12,    /* of one mention */
    FAR_MAX = 12,       /* looks at every name for two wrong letters */
    NAMED_MAX = 16      /* streets that are remembered by their whole name */
};

/* One thing that a mention may be. */
struct sense {
    enum thing thing;
    enum form form;
    int index;
    int edits; /* letters that are wrong */
};

/* A stretch of words that is a name the town has. */
struct mention {
    size_t first, last; /* words, its kind of street among them */
    struct sense *senses;
    int count;
    int edits;         /* of the best */
    enum form form;    /* of the best */
    bool street;       /* one of the senses is a street */
    bool leading;      /* "on Elm", "at Elm" */
    bool along;        /* "on Elm", "down Elm": words that lead to streets */
    bool capital;      /* within a sentence */
    bool uncased;      /* no capital, but none is to be expected */
    bool heads;        /* a sentence, and is no everyday word: "Elmore is" */
    bool common;       /* one word, and of every day */
    bool plain;        /* of every day, and seldom a street: "front" */
    bool weak;         /* "east", "court": a street only beside another */
    bool longer;       /* "Elm Bakery", "Mr. Elm" */
    bool listed;       /* one of several streets in a row */
    bool ends;         /* it is in a stretch: "Elm between Oak and Ivy" */
    bool prefixed;     /* "calle Elm" */
    bool other_suffix; /* "Elm Road", where there is only Elm Street */
    bool negated;      /* "not Elm" */
    bool signature;    /* behind "thanks" */
    bool home;         /* "I live at" */
    bool used;         /* a shape has taken it */
};

/* A location and the features that speak for it, a bit each. */
struct candidate {
    struct location location; /* first: one is the other */
    uint64_t features;
};

struct find {
    const struct gaz *gaz;
    const struct gaz_query *query;
    struct arena *a;
    enum zone zone;
    struct str text;
    struct word *words;
    size_t n;
    bool shouting;  /* ALL IN CAPITALS: they tell nothing */
    bool no_case;   /* no capital anywhere */
    bool no_inner;  /* none but at a sentence's begin, as phones put them */
    size_t closing; /* the word behind which a signature stands; n: none */
    int far_looks;
    int named[NAMED_MAX]; /* streets told by their whole name so far */
    int named_count;
    struct mention *mentions;
    int count;
    struct location **tail; /* of what has been found */
};

/* Fills mentions, left to right, the longest name at each place. */
void mentions_find(struct find *f);

/* mention_words.c: may its words be this name at all? And what is around it? */
bool mention_describe(const struct find *f, struct mention *m);

/* Turns them into candidates. */
void shapes_find(struct find *f);

/* shape_corner.c: crossings and "between"; marks what it used. */
void corners_find(struct find *f);
void betweens_find(struct find *f);

/* shape_number.c: house numbers and blocks; false: there is none. */
bool number_find(struct find *f, struct mention *m);
bool block_find(struct find *f, struct mention *m);

/* Pairs of degrees, map links and the like. */
void coordinates_find(struct find *f);

/* A candidate at the list's end; its span is words first..last. */
struct location *location_add(struct find *f, enum location_kind kind,
                              const char *rule, size_t first, size_t last);

/* The same without words: its span is empty. */
struct location *location_new(struct find *f, enum location_kind kind,
                              const char *rule);

void location_weigh(struct location *l, enum feature feature);

bool location_has(struct location *l, enum feature feature);

/* What the words of m say for or against any candidate made of it. */
void location_weigh_mention(struct location *l, const struct mention *m,
                            const struct sense *s);

void location_street(struct find *f, struct location *l, int street);

/* Is word i there, and one of these (see vocabulary.h)? */
static inline bool word_is(const struct find *f, size_t i, unsigned what)
{
    return i < f->n && (f->words[i].is & what) != 0;
}

static inline bool word_mark(const struct find *f, size_t i, char mark)
{
    return i < f->n && f->words[i].kind == WORD_MARK &&
           f->words[i].text.p[0] == mark;
}

#endif
