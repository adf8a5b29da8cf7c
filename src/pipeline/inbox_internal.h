/* Shared by inbox.c, inbox_channel.c, inbox_say.c and inbox_retry.c. */
#ifndef PIPELINE_INBOX_INTERNAL_H
#define PIPELINE_INBOX_INTERNAL_H

#include "pipeline/filing.h"
#include "pipeline/inbox.h"

struct store *inbox_store(struct inbox *);
void inbox_index_soon(struct inbox *);
const struct inbox_options *inbox_with(const struct inbox *);

/* Says f->said by that channel: no notice, and not tried again. */
void inbox_say(struct inbox *, struct str channel, const struct filing *f);

#endif
