/*
 * Delivery reports: they are no reports of residents, so they make no tickets.
 * One of a notice of ours is told on that notice. One of anything else is set
 * aside for a clerk to see, and to make a ticket of: it holds nobody's words,
 * and a ticket for each would bury those that do, for whoever sends spam in the
 * town's name makes thousands. What only looks like a delivery report, from a
 * program that writes none in a form of its own, is a ticket that is not
 * answered.
 */
#ifndef PIPELINE_FILING_DELIVERY_H
#define PIPELINE_FILING_DELIVERY_H

#include "pipeline/filing.h"

bool filing_is_delivery(const struct message *m);

/* *taken: it was of a notice of ours, and nothing else is to be done. */
CHECKED int filing_delivery(struct store_tx *tx, const struct filing *f,
                            bool *taken, struct error *e);

/* It is of no mail that we know: kept, counted, and seen under health. */
CHECKED int filing_aside(struct store_tx *tx, struct filing *f,
                         struct error *e);

#endif
