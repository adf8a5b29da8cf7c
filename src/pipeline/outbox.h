/*
 * The outbox: notices go out by their channels. A try is committed before it
 * begins; a notice whose outcome is not known is never sent again by itself.
 */
#ifndef PIPELINE_OUTBOX_H
#define PIPELINE_OUTBOX_H

#include "spine/config.h"
#include "store/store.h"

struct outbox;

CHECKED int outbox_open(struct outbox **out, struct uv_loop_s *loop,
                        struct config *config, struct store *store,
                        struct error *e);

/* What was under way when inlet last ended is unknown now; the rest goes on. */
void outbox_resume(struct outbox *);

/* There may be something to send. */
void outbox_kick(struct outbox *);

void outbox_close(struct outbox *); /* nothing new is tried */
void outbox_free(struct outbox *);  /* after the loop has run out */

#endif
