/*
 * What an action changed, kept with its event as JSON: the members that are
 * another now, as they were and as they are.
 *
 *   {"was": {"state": "open", ...}, "is": {"state": "done", ...}}
 *
 * Undoing brings back what was, where it still is as the action left it.
 */
#ifndef PIPELINE_BEFORE_H
#define PIPELINE_BEFORE_H

#include "spine/ticket.h"

struct before {
    const struct ticket *was, *is;
    /* The areas of its place as they were, where the place is another. */
    bool moved;
    const struct area *areas;
    /* The message that became a ticket of its own, and that ticket; or 0. */
    int64_t message, made;
};

struct str before_write(const struct before *b, struct arena *a);

/*
 * Puts back into t what was; areas, message and made are for the caller.
 * E_DENIED: something changed the same since. E_SYNTAX: that is no such text.
 */
CHECKED int before_restore(struct str text, struct ticket *t, struct before *b,
                           struct arena *a, struct error *e);

#endif
