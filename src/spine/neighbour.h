/*
 * A neighbour: another body that tickets are passed on to, a county, a
 * utility, the state's roads. It is a channel whose adapter can
 * ADAPTER_NEIGHBOUR, and whose struct begins with this one. What is passed on
 * is a notice of kind "passed": by the neighbour's own channel where it has an
 * Open311 endpoint (GeoReport v2), else by mail.
 */
#ifndef SPINE_NEIGHBOUR_H
#define SPINE_NEIGHBOUR_H

#include "spine/adapter.h"
#include "spine/ticket.h"

enum {
    NEIGHBOUR_WORDS = 3000, /* bytes of the report that are passed on */
    NEIGHBOUR_NOTE = 600,   /* bytes of a clerk's words to them */
};

struct neighbour {
    struct channel channel;

    struct str name; /* "Adams County"; the channel's where none is set */
    struct str url;  /* of its Open311, without a slash at the end; or empty */
    struct str mail; /* the address it is written to, where url is empty */
    /* What else it is known by: an address, "@domain", a host. */
    struct setting_list *from;
    struct setting_list *services; /* "pothole = 001", "* = 999" */
    bool with_contact; /* does it hear who reported, and how to reach them? */
    bool trusted;      /* is a ticket done when it says so? */
};

/* NULL: that channel is none. */
const struct neighbour *neighbour_of(const struct channel *);

/* What it calls that category; empty: it has no name for it. */
struct str neighbour_service(const struct neighbour *, struct str category);

/* ---- what its channel may do ---- */

/* What of a ticket is passed on beside the words, as it is now. */
struct passed_report {
    struct ticket ticket;
    struct str page; /* where it is seen, by who may not write to it */
    struct str link; /* its first picture; or empty */
    /* The pages of all it came through, ours the last, with blanks between. */
    struct str came;
    struct mailbox reporter; /* empty where it may not be told */
};
CHECKED int passed_report(struct channel *, int64_t ticket,
                          struct passed_report *out, struct arena *a,
                          struct error *e);

/*
 * What has arrived there and is not ended, there or here: those with an id
 * above after, in order; not always all of them.
 */
struct passed {
    int64_t id, ticket;
    struct str remote_id; /* as notice_sent_fn was told it; never empty */
    struct passed *next;
};
CHECKED int passed_open(struct channel *, int64_t after, struct passed **out,
                        struct arena *a, struct error *e);

/*
 * What is said of it there. What was said before is not news; the first time
 * that it is closed it is done here too, or comes back to the clerks. done is
 * called once, later.
 */
struct passed_news {
    int64_t id;
    struct str remote_id; /* where it is another now; or empty */
    struct str status, notes;
    bool closed;
};
typedef void passed_done_fn(void *arg, int rc, const struct error *why);
void passed_told(struct channel *, const struct passed_news *,
                 passed_done_fn *done, void *arg);

#endif
