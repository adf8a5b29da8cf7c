/*
 * A notice: something to tell a resident, and how far telling them has got.
 * Notices are rows first and messages second: the store holds each from the
 * transaction that changed the ticket until a channel has sent it or given it
 * up. One at most for each ticket, event and recipient.
 */
#ifndef SPINE_NOTICE_H
#define SPINE_NOTICE_H

#include "base/str.h"

enum notice_state {
    NOTICE_PENDING,
    NOTICE_CLAIMED, /* a try is under way: committed before the request left */
    NOTICE_SENT,
    NOTICE_FAILED,    /* given up: a clerk is told */
    NOTICE_UNKNOWN,   /* it may have gone out: never sent again by itself */
    NOTICE_WITHDRAWN, /* what it told of was undone before it was sent */
    NOTICE_STATES
};

extern const char *const notice_state_names[NOTICE_STATES];

/*
 * How far a sent notice has got, as the other side tells afterwards: receipts
 * of texts, delivery reports of mail (RFC 3464). They come late, twice and in
 * any order, so the order of these words decides, and not that of coming.
 */
enum delivery {
    DELIVERY_UNTOLD,
    DELIVERY_QUEUED,
    DELIVERY_SENDING,
    DELIVERY_SENT,
    DELIVERY_DELAYED,
    DELIVERY_FAILED,
    DELIVERY_DELIVERED, /* above failed: who has it has it */
    DELIVERY_READ,
    DELIVERIES
};

extern const char *const delivery_names[DELIVERIES]; /* "", "queued", ... */

/* What the other side tells of one notice. */
struct receipt {
    struct str remote_id;  /* the provider's id; or empty: */
    struct str message_id; /* our Message-ID without <> */
    struct str address;    /* of whom; may be empty */
    enum delivery delivery;
    bool dead;      /* nothing sent to that address will ever arrive */
    struct str why; /* in a sentence, with the code; may be empty */
    struct receipt *next;
};

/* Of a kind "passed" is what a neighbour gets: see spine/neighbour.h. */
#define NOTICE_PASSED "passed"

struct notice {
    int64_t id;
    int64_t ticket;
    struct str kind;    /* "received", "emergency", "ask" */
    struct str channel; /* which channel sends it */
    struct str to;
    struct str subject;     /* empty on channels that have none */
    struct str text;        /* already written: nothing is filled in later */
    struct str message_id;  /* made once, so that repeats are seen as such */
    struct str in_reply_to; /* so that an answer threads; may be empty */
    struct str token;       /* for Reply-To, so that the answer finds home */
    enum notice_state state;
    int tries;
    int64_t next_at;      /* not before */
    struct str remote_id; /* the provider's id, once it has given one */
    struct str why;       /* the last failure in a sentence */
    enum delivery delivery;
    struct str delivery_why;
    int64_t created_at; /* set by the store */
};

#endif
