/* Shared by inbox.c and inbox_channel.c. */
#ifndef PIPELINE_INBOX_INTERNAL_H
#define PIPELINE_INBOX_INTERNAL_H

#include "pipeline/inbox.h"

struct store *inbox_store(struct inbox *);
void inbox_index_soon(struct inbox *);
const struct inbox_options *inbox_with(const struct inbox *);

#endif
