/*
 * The parts of the adapter "neighbour": what another body's Open311 (GeoReport
 * v2) is sent, and asked afterwards. One that is written to by mail has a
 * channel for its settings alone; smtp carries the mail.
 *
 *   neighbour.c         settings, start and stop
 *   neighbour_send.c    a ticket goes there, once
 *   neighbour_poll.c    what is said of it there
 *   neighbour_answer.c  what is answered, in JSON or XML
 */
#ifndef ADAPTERS_NEIGHBOUR_H
#define ADAPTERS_NEIGHBOUR_H

#include <uv.h>

#include "base/buf.h"
#include "net/transfer.h"
#include "spine/neighbour.h"

enum {
    NEIGHBOUR_ANSWER = 1024 * 1024,    /* bytes of one request */
    NEIGHBOUR_LIST = 16 * 1024 * 1024, /* bytes of many */
    NEIGHBOUR_REQUESTS = 1000,         /* the spec's, of one answer */
    NEIGHBOUR_ID = 200,                /* bytes of an id or a token */
    NEIGHBOUR_TEXT = 4000,             /* bytes of any other field */
};

/* ---- what is answered ---- */

/* Text is valid UTF-8; what is missing is empty. */
struct neighbour_request {
    struct str id, token, status, notes, description;
    struct neighbour_request *next;
};

struct neighbour_answer {
    struct neighbour_request *requests;
    struct str fault; /* what it says is wrong; or empty */
    bool is_list;     /* of requests, by its shape; it may be empty */
};

/*
 * E_SYNTAX: it is neither JSON nor XML. It is read leniently: ids are numbers
 * or text, a list may be a member of an object or have one element without a
 * list; what has neither an id, a token nor a fault is left out.
 */
CHECKED int neighbour_answer_read(struct neighbour_answer *out, struct str body,
                                  struct arena *a, struct error *e);

/* ---- the channel ---- */

struct neighbour_pass;
struct neighbour_poll;

struct neighbour_channel {
    struct neighbour of; /* see spine/neighbour.h */

    struct str key, jurisdiction, ca_file;
    int64_t every, timeout;

    bool xml; /* it has no JSON */
    struct neighbour_pass *passes;
    struct neighbour_poll *poll; /* NULL: nothing is being asked */
    int64_t asked;               /* the passed ticket that was asked of last */
    uv_timer_t timer;
    bool started, stopping;
    channel_stopped_fn *stopped;
};

/*
 * "URL/PATH.json" or .xml; with its jurisdiction and key as a question has
 * them, and more ("&start_date=..."), or bare for a POST where more is NULL.
 */
const char *neighbour_url(const struct neighbour_channel *n, const char *path,
                          const char *more, struct arena *a);

/* The other side has no such thing as JSON: from now on XML is asked for. */
bool neighbour_wants_xml(struct neighbour_channel *n,
                         const struct transfer_result *r);

void neighbour_send(struct channel *, const struct notice *,
                    notice_sent_fn *sent, void *arg);
void neighbour_send_stop(struct neighbour_channel *n);

void neighbour_poll_begin(struct neighbour_channel *n);
void neighbour_poll_stop(struct neighbour_channel *n);

/* In notice.remote_id, before a token that an id is asked for by. */
#define NEIGHBOUR_TOKEN "token:"

#endif
