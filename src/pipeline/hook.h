/*
 * Hooks: what happens to tickets, told to programs elsewhere by channels that
 * send events. Each event is a row from the moment it is taken up until it has
 * arrived or is given up, so that a restart loses none. Events of one ticket
 * arrive in their order; tickets do not wait for each other.
 *
 * A channel is given a notice for it: id is the event's number, kind what
 * happened, text the JSON to send. It may be given the same one again.
 */
#ifndef PIPELINE_HOOK_H
#define PIPELINE_HOOK_H

#include "spine/config.h"
#include "store/store.h"

struct hooks;

/* NULL: no channel sends events. */
CHECKED int hooks_open(struct hooks **out, struct uv_loop_s *loop,
                       struct config *config, struct store *store,
                       struct error *e);

/* Goes on where it was. What was before its channel was there is not told. */
void hooks_start(struct hooks *);

void hooks_close(struct hooks *); /* nothing new is tried */
void hooks_free(struct hooks *);  /* after the loop has run out */

#endif
