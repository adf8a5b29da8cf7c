/*
 * The parts of the adapter "twilio": texts, pictures and WhatsApp messages
 * through Twilio's Programmable Messaging.
 *
 *   twilio.c            settings, start and stop
 *   twilio_signature.c  who has sent a request
 *   twilio_webhook.c    what Twilio tells us, as it happens
 *   twilio_poll.c       what it would have told us, had we been there
 *   twilio_media.c      pictures, fetched afterwards
 *   twilio_send.c       what we say
 *   twilio_read.c       a raw becomes a message; runs in the jail
 */
#ifndef ADAPTERS_TWILIO_H
#define ADAPTERS_TWILIO_H

#include <uv.h>

#include "base/buf.h"
#include "http/form.h"
#include "net/transfer.h"
#include "spine/adapter.h"

enum {
    TWILIO_MEDIA_FILES = 10,
    TWILIO_MEDIA_BYTES = 16 * 1024 * 1024,
    TWILIO_BODY_BYTES = 256 * 1024, /* of one webhook */
    TWILIO_ANSWER_BYTES = 8 * 1024 * 1024,
    TWILIO_TIMEOUT_MS = 20 * 1000,
    TWILIO_STATUSES = 256, /* sent texts whose state is remembered */
};

struct twilio_media; /* a picture still to be fetched */
struct twilio_poll;  /* one reading of Twilio's list */

struct twilio_state {
    char sid[40];
    int rank;
};

struct twilio {
    struct channel channel;

    struct str account;
    struct str token, token_old;
    struct str number;
    struct str service;
    struct str api;
    struct str path;
    struct str url;
    struct str ca_file;
    struct setting_list *media_hosts;
    int64_t poll_every;

    const char *hook;        /* our url as Twilio signs it, without a query */
    const char *status_hook; /* where it tells how sending went; or NULL */
    const char *api_host;
    bool api_inside; /* the api is on this machine: a stand-in */
    const struct setting_list *hosts; /* to fetch pictures from */
    struct str tokens[2];

    struct twilio_media *media; /* in order of coming */
    int fetching;
    uv_timer_t media_timer;

    struct twilio_poll *poll; /* under way; or NULL */
    uv_timer_t poll_timer;

    struct twilio_state states[TWILIO_STATUSES];
    size_t next_state;

    int64_t warned_at; /* the last line about forged requests; monotonic */
    int64_t forged;    /* since then */

    int busy; /* what must end before the channel may */
    int handles;
    bool stopping;
    channel_stopped_fn *stopped;
};

/* For everything that is under way: the channel ends when nothing is. */
void twilio_begin(struct twilio *t);
void twilio_end(struct twilio *t);

/* A message Twilio has told us of, on its way into the store. */
enum twilio_source { TWILIO_WEBHOOK, TWILIO_POLL, TWILIO_MEDIA };

struct http_request;

struct twilio_offer {
    struct twilio *t;
    struct arena arena; /* holds the offer itself */
    enum twilio_source source;
    struct str sid;
    struct form_field *fields;
    struct http_request *request; /* to be answered; TWILIO_WEBHOOK */
    struct twilio_media *media;   /* TWILIO_MEDIA */
};

struct twilio_offer *twilio_offer_new(struct twilio *t,
                                      enum twilio_source source);
void twilio_offer_free(struct twilio_offer *o);

/* The fields of raw, from a copy of its bytes: they may point into them. */
void twilio_offer_read(struct twilio_offer *o, const struct raw *raw);

/* Stores the message of o as raw; its pictures are noted with it. */
void twilio_offer(struct twilio_offer *o, const struct raw *raw);

/* Fields of a form or of a flat JSON object. Also runs in the jail. */
CHECKED int twilio_fields(struct form_field **out, enum raw_format format,
                          struct str bytes, struct arena *a, struct error *e);
struct str twilio_sid(const struct form_field *fields);
struct str twilio_numbered(const struct form_field *fields, const char *name,
                           int n); /* MediaUrl0 ... */
int twilio_media_count(const struct form_field *fields);

/* twilio_webhook.c */
void twilio_routes(struct twilio *t);
void twilio_accepted(struct channel *c, void *arg, int rc);
int twilio_status_rank(struct str status); /* 0: not a known word */
/* Moves a text's state up, never down. False: nothing new. */
bool twilio_status_move(struct twilio *t, struct str sid, struct str status);

/* twilio_poll.c */
void twilio_poll_start(struct twilio *t);
void twilio_poll_accepted(struct twilio *t, int rc);

/* twilio_media.c */
void twilio_media_start(struct twilio *t);
/*
 * Notes the pictures of a message; those there are already are left out. They
 * are kept back until twilio_media_ready(): first the message, then they.
 */
void twilio_media_add(struct twilio *t, struct str sid,
                      const struct form_field *fields);
void twilio_media_ready(struct twilio *t, struct str sid);
void twilio_media_forget(struct twilio *t, struct str sid);
bool twilio_media_waits(const struct twilio *t, struct str sid);
void twilio_media_accepted(struct twilio *t, struct twilio_media *m, int rc);
void twilio_media_free(struct twilio *t);

/* twilio_send.c */
void twilio_send(struct channel *c, const struct notice *n,
                 notice_sent_fn *sent, void *arg);
/*
 * Asks the api; path begins with a slash; an empty body is a GET. done calls
 * twilio_end() when it is through.
 */
void twilio_ask(struct twilio *t, const char *path, struct str body,
                transfer_done_fn *done, void *arg);
void twilio_add_pair(struct buf *out, const char *name, struct str value);

/* twilio_read.c */
int twilio_read(struct message *m, const struct raw *raw,
                const struct reading_context *ctx, struct arena *a,
                struct error *e);
int twilio_part(struct str *bytes, const struct raw *raw, int part,
                struct arena *a, struct error *e);

extern const struct adapter twilio_adapter;

#endif
