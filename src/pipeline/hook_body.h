/* What a hook says of an event: the JSON that inlet.conf(5) describes. */
#ifndef PIPELINE_HOOK_BODY_H
#define PIPELINE_HOOK_BODY_H

#include "base/buf.h"
#include "spine/adapter.h"
#include "spine/ticket.h"

enum { HOOK_BODY_MAX = 256 * 1024 };

/* The ticket is as it stands now. Nothing in it says who reported it. */
void hook_body(struct buf *out, const struct town *town, const struct event *ev,
               const struct ticket *t);

#endif
