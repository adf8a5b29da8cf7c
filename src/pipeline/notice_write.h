/*
 * A notice is written: by which channel, whether at all, and in which words.
 * The same for a first answer and for what clerks do later.
 */
#ifndef PIPELINE_NOTICE_WRITE_H
#define PIPELINE_NOTICE_WRITE_H

#include "base/template.h"
#include "spine/config.h"
#include "spine/ticket.h"
#include "store/work.h"

enum {
    NOTICES_PER_ADDRESS = 5, /* an hour, of those a program decided on */
    NOTICES_IN_ALL = 600,    /* an hour: a loop, not a town */
};

struct notice_draft {
    const struct config *config;
    const struct templates *templates;
    const struct ticket *ticket; /* whose number and page it tells */
    int64_t event;               /* that it tells of */
    const char *kind;            /* "received": its templates, and its own */
    bool neighbour; /* may read the page, not write in the reporter's name */
    struct str to;
    struct str door;     /* the channel they came in by, where it can send */
    struct str language; /* empty: the ticket's */
    struct str in_reply_to;
    int64_t not_before; /* 0: at once */
    /* what some templates tell; may be empty */
    struct str name;     /* of the person */
    struct str category; /* in words */
    struct str question;
    struct str reason; /* in words */
    struct str text;   /* what a clerk wrote */
};

/* The channel that carries something to address: door, or the first. NULL. */
const struct channel *notice_channel(const struct config *c, struct str address,
                                     struct str door);

/* The channel of that name; NULL: it is not in inlet.conf any more. */
const struct channel *notice_door(const struct config *c, struct str name);

/* One of our own addresses: what is sent there comes back. */
bool notice_is_ours(const struct config *c, struct str address);

/*
 * What forbids to tell address anything: *why stays where nothing does. A
 * program must hold to the limits above; people know what they do.
 */
CHECKED int notice_opted_out(struct store_tx *tx, struct str address,
                             const char **why, struct error *e);
CHECKED int notice_limits(struct store_tx *tx, struct str address,
                          const char **why, struct error *e);

/* Writes it, to be sent by by. *added: false where it was there already. */
CHECKED int notice_write(struct store_tx *tx, const struct notice_draft *d,
                         const struct channel *by, bool *added,
                         struct error *e);

/* A Message-ID of ours. */
struct str notice_message_id(const struct config *c, struct arena *a);

/* An event "not-answered": who was not told, and why. */
CHECKED int notice_untold(struct store_tx *tx, int64_t ticket, struct str text,
                          struct error *e);

/* ---- all who follow ---- */

struct notice_round {
    /* ticket, to, door, language and category are filled in; reason: "fixed" */
    struct notice_draft draft;
    const struct ticket *ticket;
    bool by_program; /* within the limits */
    int told;        /* what came of it */
};

/*
 * Tells each who follows ticket or one merged into it, once, by their own
 * door, in their language, with the link of their own ticket.
 */
CHECKED int notice_round(struct store_tx *tx, struct notice_round *r,
                         struct error *e);

#endif
