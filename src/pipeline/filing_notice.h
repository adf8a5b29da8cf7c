/* Whether a ticket's reporters are told when a message is filed, and what. */
#ifndef PIPELINE_FILING_NOTICE_H
#define PIPELINE_FILING_NOTICE_H

#include "pipeline/filing.h"

/* The first answer to a new ticket. */
CHECKED int filing_notice(struct store_tx *tx, struct filing *f,
                          const struct ticket *t, int64_t event,
                          struct error *e);

/* Its sender is told of t from now on, where they may be answered. */
CHECKED int filing_follow(struct store_tx *tx, const struct filing *f,
                          const struct ticket *t, struct str language,
                          struct error *e);

/*
 * Is it a neighbour's word on what was passed on to it? Mails of an inlet are
 * marked as a program's, but a clerk is behind them: it thanks no other inlet.
 */
bool filing_is_word(const struct filing *f);

/*
 * Is it only thanks? A few words, each among "joined.thanks" of the language
 * it is in: such a message opens nothing again.
 */
bool filing_is_thanks(const struct filing *f);

/* All who follow t hear that it is taken up again. */
CHECKED int filing_reopened(struct store_tx *tx, struct filing *f,
                            const struct ticket *t, int64_t event,
                            struct error *e);

#endif
