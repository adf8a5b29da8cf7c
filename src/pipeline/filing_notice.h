/* Whether a new ticket's reporter is told, by which channel, and what. */
#ifndef PIPELINE_FILING_NOTICE_H
#define PIPELINE_FILING_NOTICE_H

#include "pipeline/filing.h"

CHECKED int filing_notice(struct store_tx *tx, struct filing *f,
                          const struct ticket *t, int64_t event,
                          struct error *e);

#endif
