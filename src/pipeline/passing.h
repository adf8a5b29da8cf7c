/*
 * Passing on: tickets go to a neighbour, and what becomes of them comes back.
 * See spine/neighbour.h, which this keeps the promises of, and "pass" in
 * action.h.
 */
#ifndef PIPELINE_PASSING_H
#define PIPELINE_PASSING_H

#include "base/template.h"
#include "pipeline/outbox.h"
#include "spine/neighbour.h"

/* What a channel is set up with. */
struct passing {
    struct store *store;
    struct outbox *outbox;
    const struct templates *templates;
    const struct config *config;
};

/* The neighbour of that channel's name; NULL: there is none. */
const struct neighbour *passing_named(const struct config *c, struct str name);

/* The neighbour that writes from that address; NULL: none does. */
const struct neighbour *passing_wrote(const struct config *c,
                                      struct str address);

struct message_row;

/*
 * Is it that neighbour that a ticket's first message came from, by the address
 * it was written from or by one of the pages it came through?
 */
bool passing_came_from(const struct neighbour *n,
                       const struct message_row *first);

/* The answer's code, of a report that was passed on by Open311. */
#define PASSED_BY "passed_by"
struct str passing_came_by(const struct message_row *first);

/* Where its pictures are seen, a line each; most of them at most. */
enum { PASSING_PHOTOS = 10 };
struct str passing_photos(const struct town *town, const struct ticket *t,
                          const struct message_row *messages, struct arena *a);

/* In a transaction: what was to be passed on did not arrive. */
CHECKED int passing_returned(struct store_tx *tx, const struct notice *n,
                             struct error *e);

#endif
