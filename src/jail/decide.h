/*
 * What becomes of a place: accepted, for a clerk to look at, or not clear, and
 * then the question that the resident is asked.
 */
#ifndef JAIL_DECIDE_H
#define JAIL_DECIDE_H

#include "geo/gaz.h"
#include "rules/rules.h"
#include "spine/reading.h"

/* The most characters of a question, filled in: with the ticket's number in
   front it is to fit one text message. */
enum { QUESTION_MAX = 130 };

/* Fills decision, question and asked. g may be NULL. */
void decide(const struct rules *rules, const struct gaz *g,
            struct reading *reading, struct arena *a);

#endif
