/*
 * What a reading makes of a ticket's category and place: the same where it is
 * filed and where it is read anew.
 */
#ifndef PIPELINE_PLACING_H
#define PIPELINE_PLACING_H

#include "spine/reading.h"
#include "spine/ticket.h"

/* The best candidate, or NULL where all are refused. */
const struct location *placing_best(const struct reading *r);

/* The first message of a ticket says what and where. */
void placing_first(struct ticket *t, const struct reading *r);

/*
 * What a message that joins may still change: a place where there is none, or
 * only a street; an answer to a question, any place. Gives whether it did. A
 * reporter who was asked and has answered is not asked again: what is then not
 * clear is for a clerk.
 */
bool placing_joined(struct ticket *t, const struct reading *r, bool answers);

enum { PLACING_TITLE_MAX = 120 };

/* The subject, or the first line that says something. */
struct str placing_title(const struct message *m);

/* "9 Park Street (interpolated, within 12 m)". */
struct str placing_words(struct arena *a, const struct ticket *t);

#endif
