/*
 * Filing: a reading becomes a ticket, or joins one, in one transaction with
 * its event, its evidence and the first notice; or nothing of it happens.
 */
#ifndef PIPELINE_FILING_H
#define PIPELINE_FILING_H

#include "spine/config.h"
#include "store/store.h"

enum {
    FILING_ANSWER_AGE = 48 * 3600, /* older mail is not answered */
};

struct filing {
    const struct config *config;
    const struct templates *templates;
    const struct raw *raw; /* raw->id is set */
    const struct reading *reading;
    /* what came of it */
    struct arena arena;
    struct filed filed;
    bool noticed;     /* a notice waits to be sent */
    struct str asked; /* E_AGAIN: read raw as the answer to this, then file */
    bool look_up;     /* its place is to be asked for elsewhere */
    struct str doubt; /* the tickets it may belong to, in words; or empty */
    /* An answer to STOP or HELP: said at once, by the door it came in by. */
    struct {
        struct str kind, to, text; /* text empty: nothing is said */
    } said;
};

/*
 * Inside the transaction that files it. E_AGAIN: nothing is filed, for it
 * answers a question, and has to be read knowing that one. E_BUSY: nothing is
 * filed, for the raw that it belongs to is still being read.
 */
CHECKED int filing_file(struct store_tx *tx, struct filing *f, struct error *e);

/*
 * The same for a raw whose ticket says that it could not be read: the ticket
 * says what it says from now on, but for what a person has set meanwhile.
 * actor: who asked for it.
 */
CHECKED int filing_again(struct store_tx *tx, struct filing *f,
                         struct str actor, struct error *e);

/*
 * A delivery report that was set aside is a ticket after all, which nobody is
 * told of. actor: who asked for it.
 */
CHECKED int filing_after_all(struct store_tx *tx, struct filing *f,
                             struct str actor, struct error *e);

#endif
