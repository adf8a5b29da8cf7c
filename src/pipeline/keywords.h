/*
 * STOP, START and HELP: for the channel, kept, but no report. Where the
 * provider answers none of them, we do, once an hour: one confirmation is
 * owed (47 CFR 64.1200(a)(12)), and more would be what they want to stop.
 */
#ifndef PIPELINE_KEYWORDS_H
#define PIPELINE_KEYWORDS_H

#include "pipeline/filing.h"

enum { KEYWORDS_APART_S = 3600 };

/* Fills f->said. otherwise: the language where the word itself tells none. */
CHECKED int keywords_file(struct store_tx *tx, struct filing *f,
                          struct str otherwise, struct error *e);

#endif
