/*
 * Colours as styles write them, "#1a5f8a", and whether one can be read on
 * another (WCAG 2.1, 1.4.3: a contrast of 4.5 for text).
 */
#ifndef BASE_COLOUR_H
#define BASE_COLOUR_H

#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

struct colour {
    uint8_t red, green, blue;
};

#define COLOUR_READABLE 4.5

enum { COLOUR_TEXT = 8 }; /* "#1a5f8a" and a NUL */

/* "#1a5f8a"; E_SYNTAX with the sentence. */
CHECKED int colour_read(struct colour *out, struct str s, struct error *e);
const char *colour_write(struct colour c, char to[COLOUR_TEXT]);

/* 1 (the same) to 21 (black on white). */
double colour_contrast(struct colour a, struct colour b);

/* So much of to, 0 to 1, in c. */
struct colour colour_mix(struct colour c, struct colour to, double much);

/* c, mixed with towards until it stands off from behind so much. */
struct colour colour_until(struct colour c, struct colour towards,
                           struct colour behind, double contrast);

#endif
