/* What the files of actions share: one action on one ticket. */
#ifndef PIPELINE_ACTION_INTERNAL_H
#define PIPELINE_ACTION_INTERNAL_H

#include "pipeline/action.h"
#include "store/work.h"

struct doing {
    struct store_tx *tx;
    struct action *act;
    struct arena *a; /* the action's */
    int64_t now;
    struct ticket was;
    struct ticket t; /* as it is to be */
    /* what the event says; the verb sets it */
    const char *kind;
    struct str text;
    struct str before; /* see before.h; the verb may leave it to action.c */
    int64_t event;     /* once it is written */
    int told;          /* how many are */
    const struct notice *again; /* to be sent once more */
    struct str name;            /* whom a notice speaks of; or empty */
};

typedef int action_fn(struct doing *d, struct error *e);

struct verb {
    action_fn *apply; /* changes d->t, says kind and text */
    action_fn *tell;  /* after the event; NULL: nobody is told */
    bool always;      /* an event even where the ticket stays as it was */
    bool alone;       /* one ticket only */
};

/* action_verbs.c */
action_fn action_state, action_assign, action_department, action_category,
    action_place, action_urgent, action_note, action_snooze;
/* action_merge.c */
action_fn action_merge, action_merge_tell, action_split;
CHECKED int action_unsplit(struct doing *d, int64_t message, int64_t made,
                           struct error *e);
/* action_notice.c */
action_fn action_state_tell, action_assign_tell, action_reply,
    action_reply_tell, action_resend, action_resend_tell;
/* All who follow of hear of d's event, in the words of kind. */
CHECKED int action_tell(struct doing *d, const struct ticket *of,
                        const char *kind, struct error *e);
/* action_pass.c */
action_fn action_pass, action_pass_tell;
/* A notice that passed d's ticket on is there once more. */
CHECKED int action_pass_again(struct doing *d, const struct notice *n,
                              struct error *e);
/* action_undo.c: the whole of it, without a ticket given */
CHECKED int action_undo(struct store_tx *tx, struct action *act,
                        struct error *e);

/* Puts the ticket's time of ending right after its state has changed. */
void action_ended(struct doing *d);
bool action_is_active(enum ticket_state state);
bool action_is_reopened(const struct doing *d);

void action_event_done(struct action *act, int64_t event);

#endif
