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
    struct str channel; /* the door they came in by; empty: any that can */
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
 * Open tickets of the same category within metres and days of t, the likest
 * first; at most max. Those merged already are left out.
 */
CHECKED int store_ticket_likes(struct store *, const struct ticket *t,
                               double metres, int max, struct likeness **out,
                               struct arena *a, struct error *);

#endif
