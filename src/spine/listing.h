/*
 * What a channel may tell of tickets to programs elsewhere, and what one that
 * is trusted may do to them. It is the channel's to say who is asking; what
 * each may see is decided here, and is the same as on the public map.
 */
#ifndef SPINE_LISTING_H
#define SPINE_LISTING_H

#include "base/conf.h"
#include "spine/ticket.h"

struct channel;

enum { LISTING_MOST = 1000 /* at once: tickets, ids or updates */ };

enum listing_view {
    LISTING_EVERYBODY, /* what public-map, public-words, public-hide say */
    LISTING_PARTNER,   /* and all that came in by this channel */
    LISTING_TRUSTED,   /* all there is, in full; still not who said it */
};

struct listing_asked {
    enum listing_view view;
    struct str language; /* of what is said about them */
    /* These alone, whatever else is asked for; NULL: all. */
    const int64_t *ids;
    int id_count;
    const struct setting_list *categories;
    unsigned states;                       /* bits, 1 << TICKET_NEW; 0: any */
    int64_t made_since, made_before;       /* 0: whenever */
    int64_t changed_since, changed_before; /* 0: whenever */
    double west, south, east, north;       /* all 0: anywhere */
    int64_t offset;
    int limit;
};

/* What of it may not be seen is empty, or less exact. */
struct listed {
    struct ticket ticket;
    struct str words;  /* what was reported */
    struct str link;   /* a picture elsewhere that came with it */
    struct str reason; /* why it is settled, in the language */
    struct str told;   /* what was answered last */
    struct listed *next;
};

/* Newest first, but emergencies, where they may be seen, before all. */
CHECKED int listing_read(struct channel *, const struct listing_asked *,
                         struct listed **out, struct arena *a, struct error *);

/* What happened to tickets since and before that time, oldest first. */
struct listing_span {
    enum listing_view view;
    struct str language;
    int64_t since, before;
    struct str but; /* not what was done in this name; empty: all */
};

struct listed_update {
    int64_t id, ticket, at;
    enum ticket_state state; /* from then on */
    struct str reason;       /* its name: "fixed"; or empty */
    struct str text;
    struct listed_update *next;
};
CHECKED int listing_updates(struct channel *, const struct listing_span *,
                            struct listed_update **out, struct arena *a,
                            struct error *);

/*
 * The ticket that came of what this channel accepted as origin; *ticket 0: not
 * known yet. E_NONE: nothing was.
 */
CHECKED int listing_origin(struct channel *, struct str origin, int64_t *ticket,
                           struct error *);

/*
 * Sets a ticket's state in the name of actor, as a clerk would. Nothing is done
 * where it stands so already, or was merged into another. done is called once,
 * later, when it is on disk or has failed.
 */
struct listing_change {
    int64_t ticket;
    enum ticket_state state; /* but TICKET_DUPLICATE */
    const char *reason;      /* see action_reasons; NULL: none */
    struct str actor;
};
typedef void listing_done_fn(void *arg, int rc, const struct error *why);
void listing_settle(struct channel *, const struct listing_change *,
                    listing_done_fn *done, void *arg);

#endif
