/*
 * What a reporter was asked about a place, kept until the answer comes: the
 * cause (a block "ask" of the rules), the street it is about, and what there
 * was to choose from. As text: a line each, the choices last.
 */
#ifndef SPINE_ASKED_H
#define SPINE_ASKED_H

#include "base/arena.h"

/*
 * Cause "which": the choices are numbers of tickets that this one may be; the
 * rest is as for the place, if that was asked too.
 */
enum { ASKED_CHOICES = 3, ASKED_MAX = 2000 /* bytes as text */ };

struct asked {
    struct str cause;    /* "street-only" */
    struct str category; /* of the report it is about */
    struct str street;   /* "Elm Street"; empty: about none */
    struct str choices[ASKED_CHOICES];
    int choice_count;
};

struct str asked_write(const struct asked *q, struct arena *a);
struct asked asked_read(struct str text); /* points into text */

/*
 * What an answer means in full: "14" to a question about Elm Street is "14 Elm
 * Street", "the second one" the second choice, "corner Spring" a crossing.
 * Empty: it is no such answer.
 */
struct str asked_answer(const struct asked *q, struct str answer,
                        struct arena *a);

#endif
