/*
 * What the pages keep: who follows a ticket, saved views, and what is counted
 * for the figures. As in store.h: tx_ inside a transaction, store_ for reading.
 */
#ifndef STORE_WORK_H
#define STORE_WORK_H

#include "store/store.h"

/* ---- who is told of a ticket: its reporters, and who asked to be ---- */

struct follower {
    int64_t ticket;
    struct str address; /* mail address or +number */
    struct str channel; /* the door they came in by; empty: a neighbour */
    struct str language;
    int64_t since, until; /* until 0: still told */
};

struct follower_list {
    struct follower follower;
    struct follower_list *next;
};

/* Who has stopped begins again; who is there stays as they are. */
CHECKED int tx_follower_add(struct store_tx *, const struct follower *,
                            struct error *);
CHECKED int tx_follower_end(struct store_tx *, int64_t ticket,
                            struct str address, struct error *);
/* Those still told, of the ticket and of all that were merged into it. */
CHECKED int tx_followers(struct store_tx *, int64_t ticket,
                         struct follower_list **out, struct arena *a,
                         struct error *);
CHECKED int store_followers(struct store *, int64_t ticket,
                            struct follower_list **out, struct arena *a,
                            struct error *);

/* ---- what happened, and what was told ---- */

CHECKED int tx_event_get(struct store_tx *, int64_t id, struct event *ev,
                         struct arena *a, struct error *); /* E_NONE */
CHECKED int store_event_get(struct store *, int64_t id, struct event *ev,
                            struct arena *a, struct error *); /* E_NONE */
/* It was taken back by that other event. */
CHECKED int tx_event_undone(struct store_tx *, int64_t id, int64_t by,
                            struct error *);

/* When a person first did what still holds; 0: nobody has. */
CHECKED int tx_first_act(struct store_tx *, int64_t ticket, int64_t *at,
                         struct error *);

/* An event as a page is told of it at once. */
struct news {
    int64_t event, ticket;
    int64_t revision; /* of the ticket, now */
    struct str kind, actor;
    bool first; /* the ticket is new with it */
    struct news *next;
};
/* Those after event, in order; max of them at most. */
CHECKED int store_events_after(struct store *, int64_t event, int max,
                               struct news **out, struct arena *a,
                               struct error *);
CHECKED int store_event_last(struct store *, int64_t *id, struct error *);

CHECKED int tx_notice_get(struct store_tx *, int64_t id, struct notice *n,
                          struct arena *a, struct error *); /* E_NONE */
CHECKED int store_notice_get(struct store *, int64_t id, struct notice *n,
                             struct arena *a, struct error *); /* E_NONE */
/* Those that tell of one event. */
CHECKED int tx_notices_of(struct store_tx *, int64_t event,
                          struct notice_list **out, struct arena *a,
                          struct error *);
/* How many of that kind a ticket has, but those withdrawn. */
CHECKED int tx_told(struct store_tx *, int64_t ticket, struct str kind,
                    int64_t *n, struct error *);
/* How many there are; those that are sent are not counted: 0. */
CHECKED int store_notice_counts(struct store *, int64_t n[NOTICE_STATES],
                                struct error *);

/* What a ticket is about in its reporter's words, and what was answered. */
struct ticket_said {
    struct str subject, words; /* of the first message; 4,000 characters */
    struct str link;           /* its first attachment that is elsewhere */
    struct str told;           /* text of the last change of state or reply */
};
CHECKED int store_ticket_said(struct store *, int64_t ticket,
                              struct ticket_said *out, struct arena *a,
                              struct error *);
/*
 * What was told or settled from since on and before, in order: kinds state,
 * reopened, replied, merged and undone, but what was undone.
 */
struct said_when {
    int64_t since, before;
    int max;
};
CHECKED int store_events_said(struct store *, const struct said_when *,
                              struct event_row **out, struct arena *a,
                              struct error *);
/* The ticket of what has that origin; *ticket 0: not filed yet. E_NONE. */
CHECKED int store_origin_ticket(struct store *, struct str channel,
                                struct str origin, int64_t *ticket,
                                struct error *);

/* ---- events on their way to programs elsewhere ---- */

struct hook_call {
    int64_t id;
    struct str channel; /* of inlet.conf */
    int64_t ticket, event;
    struct str kind; /* of the event */
    struct str body; /* as it is sent, each time */
    int tries;
    int64_t next_at;
    struct str why; /* the last failure */
    struct hook_call *next;
};

/* One for each channel and event: a second one is none. */
CHECKED int tx_hook_add(struct store_tx *, const struct hook_call *c,
                        struct error *);
CHECKED int tx_hook_set(struct store_tx *, const struct hook_call *c,
                        struct error *);
CHECKED int tx_hook_end(struct store_tx *, int64_t id, struct error *);
/*
 * Those of a channel that may be tried now, in order, HOOKS_DUE at most: of a
 * ticket the first alone.
 */
enum { HOOKS_DUE = 64 };
CHECKED int store_hooks_due(struct store *, struct str channel, int64_t now,
                            struct hook_call **out, struct arena *a,
                            struct error *);

/* ---- tickets that were passed on to a neighbour ---- */

struct passed_row {
    int64_t id;
    int64_t notice; /* that carried it there */
    int64_t ticket;
    struct str channel;   /* the neighbour's */
    struct str remote_id; /* what it is called there; empty: no word of it */
    struct str said;      /* what was said of it last */
    int64_t ended_at;     /* there; 0: it is not */
    struct passed_row *next;
};

CHECKED int tx_passed_add(struct store_tx *, const struct passed_row *,
                          struct error *);
CHECKED int tx_passed_set(struct store_tx *, const struct passed_row *,
                          struct error *);
CHECKED int tx_passed_get(struct store_tx *, int64_t id, struct passed_row *,
                          struct arena *a, struct error *); /* E_NONE */
/*
 * Those above after that have arrived there, are called something there and
 * are not ended, there or here; in order, PASSED_MOST at most.
 */
enum { PASSED_MOST = 500 };
CHECKED int store_passed_open(struct store *, struct str channel, int64_t after,
                              struct passed_row **out, struct arena *a,
                              struct error *);
/* How often a ticket went, or is about to go, there. */
struct passed_count {
    int64_t all, open; /* open: not ended there */
};
CHECKED int tx_passed_to(struct store_tx *, int64_t ticket, struct str channel,
                         struct passed_count *, struct error *);

/* ---- messages from one ticket to another ---- */

/* Of a ticket, oldest first, with all that hangs on them. */
CHECKED int tx_messages(struct store_tx *, int64_t ticket,
                        struct message_row **out, struct arena *a,
                        struct error *);
/* The Message-ID of the last one of who is answered there; or empty. */
CHECKED int tx_message_id_of(struct store_tx *, int64_t ticket,
                             struct str address, struct str *id,
                             struct arena *a, struct error *);
/* With its evidence and what is asked elsewhere about it. */
CHECKED int tx_message_move(struct store_tx *, int64_t message, int64_t ticket,
                            struct error *);

/* ---- words that tickets have ---- */

struct word_list {
    struct str word;
    struct word_list *next;
};
/* The subjects of all mails of a ticket, theirs and ours, but that raw's. */
CHECKED int tx_subjects(struct store_tx *, int64_t ticket, int64_t but_raw,
                        struct word_list **out, struct arena *a,
                        struct error *);
/* Each once, in order. */
CHECKED int store_departments(struct store *, struct word_list **out,
                              struct arena *a, struct error *);
CHECKED int store_areas(struct store *, struct word_list **out, struct arena *a,
                        struct error *);
/* Of one ticket; kind is not kept. */
CHECKED int tx_areas_of(struct store_tx *, int64_t ticket, struct area **out,
                        struct arena *a, struct error *);
CHECKED int store_areas_of(struct store *, int64_t ticket, struct area **out,
                           struct arena *a, struct error *);

/* The highest number of a ticket; 0: there is none. */
CHECKED int store_ticket_last(struct store *, int64_t *id, struct error *);

/* How many tickets were merged into that one. */
CHECKED int store_duplicates(struct store *, int64_t ticket, int64_t *n,
                             struct error *);

/* ---- views: a filter with a name ---- */

struct view {
    int64_t id;
    int64_t user; /* whose it is; 0: everybody's */
    struct str name;
    struct str filter; /* the query of the list, as its address has it */
};

struct view_list {
    struct view view;
    struct view_list *next;
};

CHECKED int tx_view_add(struct store_tx *, struct view *v, struct error *);
/* E_NONE: it is not there, or another's. */
CHECKED int tx_view_end(struct store_tx *, int64_t id, int64_t user,
                        struct error *);
CHECKED int store_views(struct store *, int64_t user, struct view_list **out,
                        struct arena *a, struct error *);

/* ---- tickets that may be the same matter ---- */

struct likeness {
    struct ticket ticket;
    double metres;
    double words; /* 0 to 1: how much of what they say is the same */
    double score; /* 0 to 1 */
    struct likeness *next;
};

/*
 * Open tickets within metres of one and LIKES_DAYS of it that may be of the
 * same category (either may be "other"), the likest first; at most max. Those
 * merged already are left out; of a ticket without a place nothing is known.
 *
 * score = 0.45 for standing at the same spot, less with the distance, to none
 *              at metres
 *       + 0.20 for the same category, half of it where one is "other"
 *       + 0.15 for the same time, less with the days between
 *       + 0.20 x words: how many of the words of the one that says less (four
 *              letters at least, titles and first messages) the other says too
 */
enum { LIKES_DAYS = 90 };
struct likes_asked {
    const struct ticket *like;
    double metres;
    int max;
};
CHECKED int store_ticket_likes(struct store *, const struct likes_asked *,
                               struct likeness **out, struct arena *a,
                               struct error *);

#endif
