/*
 * An action: what a person does to tickets, or takes back. Each is one
 * transaction: the ticket's row, an event that says who and when and keeps
 * what was before, and the notices that follow from it. Notices wait until
 * the time to undo is over, so that what was undone is never told.
 */
#ifndef PIPELINE_ACTION_H
#define PIPELINE_ACTION_H

#include "spine/config.h"
#include "store/store.h"

enum {
    ACTION_TICKETS = 1000, /* at once */
    ACTION_UNDO_S = 10,    /* notices wait so long */
    ACTION_TEXT_MAX = 20 * 1000,
};

enum action_kind {
    ACTION_STATE,      /* value: a state's name; reason; text: told to them */
    ACTION_ASSIGN,     /* value: a person's name; empty: nobody */
    ACTION_DEPARTMENT, /* value: its name; empty: none */
    ACTION_CATEGORY,   /* value: its name */
    ACTION_PLACE,      /* at, value: its label; method and uncertainty_m */
    ACTION_URGENT,     /* value: "yes" or "no" */
    ACTION_NOTE,       /* text: for the clerks alone */
    ACTION_REPLY,      /* text: to all who follow, each by their own door */
    ACTION_SNOOZE,     /* number: until when; 0: no more */
    ACTION_MERGE,      /* number: the ticket they are duplicates of */
    ACTION_SPLIT,      /* number: the message that becomes a ticket alone */
    ACTION_RESEND,     /* number: the notice */
    ACTION_PASS,       /* value: a neighbour's channel; text: for them */
    ACTION_UNDO,       /* number: the event */
    ACTIONS
};

extern const char *const action_names[ACTIONS]; /* "state", "assign", ... */

/* Why a ticket is done or not ours: words reason.NAME; ended by a NULL name. */
struct action_reason {
    enum ticket_state state;
    const char *name;
};
extern const struct action_reason action_reasons[];

struct action {
    const struct config *config;
    const struct templates *templates;
    enum action_kind kind;
    struct str actor;       /* the person's name */
    const int64_t *tickets; /* none for ACTION_UNDO */
    size_t count;
    struct str value, reason, text;
    int64_t number;
    struct point at;
    enum location_method method;
    double uncertainty_m;
    const struct area *areas; /* that hold at */
    int64_t revision; /* what the person saw of the one ticket; -1: any */
    /* what came of it */
    struct arena arena;
    /*
     * One for each ticket that is not as it was, to be undone by; to change
     * nothing is no event. A choice of category, place or department is one
     * always: a person vouches for it.
     */
    int64_t *events;
    size_t event_count;
    int64_t made; /* the ticket that ACTION_SPLIT made; else 0 */
    bool noticed; /* the outbox has something to send */
};

/*
 * Inside a transaction, whose end the caller waits for before act's arena
 * goes: text given is kept in it. All tickets or none; the sentence says which
 * one failed. What has to be told is a notice that waits ACTION_UNDO_S.
 *
 * E_AGAIN: somebody changed the ticket meanwhile; its
 * revision is another. E_NONE: no such ticket, message or event. E_SYNTAX,
 * E_LIMIT: the action does not say what it has to, or too much. E_DENIED: it
 * can no longer be undone, nobody can be told, or who is named may not.
 */
CHECKED int action_run(struct store_tx *tx, struct action *act,
                       struct error *e);

#endif
