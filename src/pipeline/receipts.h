/*
 * What became of notices after they were sent: receipts of texts, delivery
 * reports of mail. The trail says what went wrong; the notice, all of it.
 */
#ifndef PIPELINE_RECEIPTS_H
#define PIPELINE_RECEIPTS_H

#include "store/store.h"

/*
 * Takes a receipt that came by channel. *ticket: whose notice it is of; 0:
 * none of ours, or not yet known to be one.
 */
CHECKED int receipt_take(struct store_tx *tx, struct str channel,
                         const struct receipt *r, int64_t *ticket,
                         struct error *e);

/* After n was sent: takes what was told of it before it was known as sent. */
CHECKED int receipts_early(struct store_tx *tx, struct notice *n,
                           struct error *e);

#endif
