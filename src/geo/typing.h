/*
 * Places while somebody types them: "elm", "12 el", "elm & o", "lib". Every
 * word may be cut short only at its end; case and accents do not count, and
 * kinds of street may be written out or not.
 */
#ifndef GEO_TYPING_H
#define GEO_TYPING_H

#include "geo/gaz.h"

struct typing;

/* What g is searched by; g has to live as long. */
struct typing *typing_new(const struct gaz *g);
void typing_free(struct typing *t);

enum { TYPING_MOST = 10, TYPING_TEXT_MAX = 120 };

struct suggestion {
    struct str label; /* "12 Elm Street", "Elm Street & Oak Street" */
    struct point at;
    const char *kind; /* address, street, crossing, place, area */
};

/*
 * The likeliest first, each label once; gives how many of at most most, which
 * is no more than TYPING_MOST. What it gives lives in a.
 */
int typing_find(const struct typing *t, struct str text, struct suggestion *out,
                int most, struct arena *a);

#endif
