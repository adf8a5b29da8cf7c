/*
 * Texts of one person: which ticket the next one belongs to. What is likely
 * joins; what is clear on its own is a ticket of its own. What is neither is
 * one too, and its sender is asked afterwards: a report never waits for an
 * answer.
 */
#ifndef PIPELINE_CONVERSATION_H
#define PIPELINE_CONVERSATION_H

#include "pipeline/filing.h"

enum {
    CONVERSATION_S = 24 * 3600,      /* texts within it belong together */
    CONVERSATION_DONE_S = 7 * 86400, /* and answers to "it is done" */
    CONVERSATION_MINUTES_S = 600,    /* a picture, and what it is of */
    CONVERSATION_WAIT_S = 30, /* for words, before a picture is asked of */
    CONVERSATION_MAX = 3,     /* reports a question names */
};

/* Why this message belongs to a ticket there is; for the trail. */
struct home {
    int64_t ticket; /* 0: it makes its own */
    const char *why;
    bool known; /* nothing new is said: it was there, or belongs to what was */
    int64_t instead; /* this ticket was asked about, and is the same; or 0 */
    int64_t maybe[CONVERSATION_MAX]; /* its own; and what else it may be */
    int maybe_count;
};

/* Gives *home for a text; leaves it alone for anything else. */
CHECKED int conversation_home(struct store_tx *tx, struct filing *f,
                              struct home *home, struct error *e);

/* Does it say nothing in words: a picture, a pin? */
bool conversation_is_wordless(const struct message *m);

/* "12 (pothole), 13": the tickets of home->maybe, for who is asked. */
CHECKED int conversation_names(struct store_tx *tx, struct filing *f,
                               const struct home *home, struct str language,
                               struct error *e);

/* Writes into t what its reporter is asked besides the place. */
void conversation_ask(struct ticket *t, const struct home *home,
                      struct arena *a);

#endif
