/*
 * A ticket: the case. Its state, category and place, who has it, and behind it
 * its messages and its events. History is only added to: a correction is an
 * event, never an edit.
 */
#ifndef SPINE_TICKET_H
#define SPINE_TICKET_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "spine/location.h"

enum ticket_state {
    TICKET_NEW,
    TICKET_OPEN,
    TICKET_WAITING, /* for the resident, or for whom it was passed on to */
    TICKET_DONE,
    TICKET_NOT_OURS,
    TICKET_DUPLICATE,
    TICKET_STATES
};

extern const char *const ticket_state_names[TICKET_STATES];

enum { TICKET_TOKEN_BYTES = 16 }; /* 22 characters: /t/TOKEN */

struct ticket {
    int64_t id; /* what people call its number; 0 until stored */
    struct str token;
    enum ticket_state state;
    bool urgent;
    bool unread; /* could not be read by machine: open the original */
    struct str category;
    struct str title;    /* subject or the first line, for the list */
    struct str language; /* of the reporter */
    struct str label;    /* the place in words */
    struct point at;
    enum location_method method;
    double uncertainty_m;
    double confidence;
    enum decision decision;
    struct str asked; /* what the reporter was asked, see asked.h; or empty */
    struct str department; /* that has it; empty: none */
    struct str assignee;   /* empty: nobody */
    struct str reason; /* why it is done or not ours: "fixed", ...; or empty */
    int64_t duplicate_of;  /* the ticket it was merged into; 0: none */
    int64_t snoozed_until; /* out of the way till then; 0: not */
    int64_t answered_at;   /* when a person first did something; 0: not yet */
    int64_t done_at;       /* 0: it is not */
    bool photo;            /* there is a photo on one of its messages */
    int64_t revision;      /* one more with each change */
    struct str channel;    /* the door its first message came in by */
    int64_t created_at;
    int64_t changed_at;
};

struct event {
    int64_t id;
    int64_t ticket;
    int64_t at;
    struct str kind;   /* "received", "placed", "opted-out", "undelivered"... */
    struct str actor;  /* "inlet", a clerk's name, "resident" */
    struct str text;   /* a sentence, or a value; never secret */
    struct str before; /* JSON: what undoing it brings back; empty: cannot be */
    int64_t undone_by; /* the event that took it back; 0: it holds */
};

/*
 * Two tokens lead to a ticket's page. Its own is its reporters': who has it
 * may write to it. The other, made from it, is for neighbours: "42-..." shows
 * the page and no more, and the own one cannot be told from it.
 */
struct str ticket_public_token(const struct ticket *t, struct arena *a);

/* A third shows its pictures alone, at /passed/TOKEN/MESSAGE/N. */
struct str ticket_photo_token(const struct ticket *t, struct arena *a);

/* Its members, for an object that the caller has opened and will end. */
void ticket_json(struct json *j, const struct ticket *t);

#endif
