/*
 * Who answers an old mail of ours, but writes another subject over it, often
 * writes of something else. It joins all the same, for nothing is guessed
 * away; but a clerk is shown it, who may make it a report of its own.
 */
#ifndef PIPELINE_FILING_SUBJECT_H
#define PIPELINE_FILING_SUBJECT_H

#include "pipeline/conversation.h"

/*
 * The event where a resident's mail that joined ticket by home has a subject
 * that is on no mail there, of theirs or ours.
 */
CHECKED int filing_subject(struct store_tx *tx, struct filing *f,
                           int64_t ticket, const struct home *home,
                           struct error *e);

#endif
