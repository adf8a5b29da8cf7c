/*
 * What speaks for a candidate and against it, and by how much: the sum of the
 * weights of its features is the logit of its confidence. And how far off
 * each method is in practice. Both are read from a file, places.weights,
 * which "inlet rules fit" writes from reports whose place is known.
 */
#ifndef GEO_WEIGHTS_H
#define GEO_WEIGHTS_H

#include "base/buf.h"
#include "base/conf.h"
#include "spine/location.h"

enum feature {
    FEATURE_ADDRESS,      /* it is a house number */
    FEATURE_INTERSECTION, /* it is two streets */
    FEATURE_STREET,       /* it is a street alone */
    FEATURE_PLACE,        /* a landmark */
    FEATURE_AREA,
    FEATURE_FULL,         /* the whole name stands there */
    FEATURE_BARE,         /* "Elm" */
    FEATURE_ALIAS,        /* another name of it */
    FEATURE_PREFIXED,     /* "calle Elm" */
    FEATURE_OTHER_SUFFIX, /* "Elm Street" where there is only Elm Avenue */
    FEATURE_TYPO,         /* a letter off */
    FEATURE_TYPOS,        /* two */
    FEATURE_LEADING,      /* "on", "at" before it */
    FEATURE_ALONG,        /* "on", "down" right before it: as of a street */
    FEATURE_CAPITAL,      /* within a sentence */
    FEATURE_UNCASED,      /* where capitals tell nothing */
    FEATURE_COMMON,       /* a word of every day */
    FEATURE_LONGER,       /* a part of some longer name */
    FEATURE_LISTED,       /* "Elm, Oak and Pine" */
    FEATURE_TITLE,        /* in the subject */
    FEATURE_FIELD,        /* in the form's own field */
    FEATURE_SIGNATURE,    /* behind "thanks" */
    FEATURE_HOME,         /* "I live at", and another place is told */
    FEATURE_EXISTS,       /* the house number is known */
    FEATURE_IN_RANGE,     /* it lies between two that are */
    FEATURE_BEYOND,       /* or a little past the last */
    FEATURE_UNLISTED,     /* or it is not known at all */
    FEATURE_CROSS,        /* the streets do cross */
    FEATURE_APPROACH,     /* they only come near each other */
    FEATURE_JOINED,       /* "and", "&" between them */
    FEATURE_CORNER,       /* "corner of" before them */
    FEATURE_APART,        /* both are named, not joined */
    FEATURE_SEVERAL,      /* more than one place fits the words */
    FEATURE_BETWEEN,
    FEATURE_BLOCK,
    FEATURE_RELATION, /* "near", "behind" */
    FEATURE_ANSWER,   /* the resident was asked and answers */
    FEATURE_PIN,
    FEATURE_EXIF,
    FEATURE_COORDINATE,
    FEATURE_SWAPPED, /* longitude was written first */
    FEATURES
};

extern const char *const feature_names[FEATURES]; /* "other-suffix" */

struct weights {
    double base;
    double of[FEATURES];
    double scale[METHODS];    /* of the uncertainty, by method */
    char shown[FEATURES][32]; /* "bare=-0.8", for a person */
};

/* Reads a file. e says what of it is wrong, with its line. */
CHECKED int weights_load(struct weights *w, const char *path, struct error *e);

/* Those of rules/places.weights as it was when the program was built. */
CHECKED int weights_default(struct weights *w, struct error *e);

/* The file's text; comments says where the numbers come from, lines of #. */
void weights_print(const struct weights *w, struct str comments,
                   struct buf *out);

/* The confidence that goes with a set of features (a bit each). */
double weights_confidence(const struct weights *w, uint64_t features);

/* The set that location.features tells of. */
uint64_t features_of(struct str features);

#endif
