/*
 * Replay: what rules and gazetteer as they are now would make of every ticket
 * there is, by reading the raws behind it once more in the jail. With apply
 * set it is written: as events, with the evidence of the new reading. What a
 * clerk has set stays, and nobody is told anything.
 */
#ifndef PIPELINE_REPLAY_H
#define PIPELINE_REPLAY_H

#include "jail/jail.h"
#include "store/store.h"

/* One ticket as it is and as it would be. */
struct replay_change {
    const struct ticket *was, *now;
    struct ticket_hold hold; /* what a clerk has set: now has it as it was */
    bool category, place, decision, department; /* which of them differ */
    int unread; /* messages that could not be read: they say nothing */
};

typedef void replay_fn(void *arg, const struct replay_change *change);

struct replay_options {
    int64_t since; /* tickets made then or later; 0: all */
    bool apply;
    replay_fn *each; /* in the order they are done */
    void *arg;
};

struct replay;

/* Runs on the loop that jail and store were given, and then stops the jail. */
struct replay *replay_begin(struct store *store, struct jail *jail,
                            const struct replay_options *options);

/* After the loop has run out: 0, or why it stopped before the end. */
CHECKED int replay_end(struct replay *r, struct error *e);

#endif
