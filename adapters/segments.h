/*
 * How a text is cut for the air (3GPP TS 23.038 and 23.040): one character
 * outside the GSM alphabet makes every character cost two bytes, and the bill
 * three times as long.
 */
#ifndef ADAPTERS_SEGMENTS_H
#define ADAPTERS_SEGMENTS_H

#include "base/arena.h"

struct segments {
    bool gsm;       /* the GSM alphabet; else UCS-2 */
    size_t units;   /* septets, or 16 bit units */
    size_t count;   /* segments; 1 for an empty text */
    struct str odd; /* the first character outside the alphabet; or empty */
};

struct segments segments_of(struct str text);

/*
 * text with what phones type by themselves (curly quotes, dashes, hard
 * spaces, dots run together) written in the GSM alphabet.
 */
struct str segments_fold(struct arena *a, struct str text);

#endif
