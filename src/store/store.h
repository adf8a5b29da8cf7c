/*
 * The store: every row there is. One writer at a time, many readers.
 *
 * Writing: a work function runs on the writer's thread inside a transaction
 * that it may share with others (group commit), each behind its own
 * savepoint. done runs on the loop's thread, after the commit that holds the
 * work is on disk: rc 0, or what work returned (its savepoint is undone), or
 * E_FULL, E_BUSY, E_STORE where the commit failed (all of it is undone).
 *
 * Reading: functions without a transaction, on any one thread at a time,
 * never waiting for the writer. What they give lives in the arena.
 *
 * Every row carries the jurisdiction given at store_open().
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/conf.h"
#include "spine/notice.h"
#include "spine/reading.h"
#include "spine/ticket.h"

struct store;
struct store_tx;
struct uv_loop_s;

struct store_options {
    const char *path;
    struct str jurisdiction;
    bool read_only; /* list, show: no writer */
    bool create;    /* makes the file, brings the schema up to date */
    bool exclusive; /* serve: a second one is refused (E_BUSY) */
    /*
     * With less than this free on the disk no new raw is taken (E_FULL). What
     * was taken before is still filed: that is what the room is kept for.
     */
    int64_t reserve;
    const char *vfs; /* SQLite's: tests make disks fail with it; else NULL */
};

CHECKED int store_open(struct store **out, const struct store_options *,
                       struct error *e);
/*
 * Runs what was submitted, commits, calls done, and closes. After
 * store_attach() the loop has to run once more, to let go of a handle.
 */
void store_close(struct store *);

/*
 * Where done is called. What is submitted before waits. The loop stays alive
 * while something submitted is not done.
 */
CHECKED int store_attach(struct store *, struct uv_loop_s *loop,
                         struct error *e);

typedef int store_work_fn(struct store_tx *, void *arg, struct error *e);
typedef void store_done_fn(void *arg, int rc, const struct error *e);
void store_submit(struct store *, store_work_fn *work, store_done_fn *done,
                  void *arg);

/* The same on the caller's thread, for commands that have no loop. */
CHECKED int store_run(struct store *, store_work_fn *work, void *arg,
                      struct error *e);

/*
 * ---- inside a transaction ----
 *
 * Text that is given without an arena (a ticket's token) is good until done
 * has returned; from store_run() until the next store_run().
 */

enum raw_state {
    RAW_NEW,        /* to be read */
    RAW_FILED,      /* its message is on a ticket */
    RAW_QUARANTINE, /* could not be read: its ticket says so */
    RAW_ASIDE,      /* a delivery report of no mail of ours: no ticket */
    RAW_STATES
};

/* E_DUPLICATE: (channel, origin) is there; *id is the one there was. */
CHECKED int tx_raw_add(struct store_tx *, const struct raw *, int64_t *id,
                       struct error *e);
CHECKED int tx_raw_state(struct store_tx *, int64_t raw, enum raw_state,
                         struct str why, struct error *e);
CHECKED int tx_raw_mark(struct store_tx *, struct str channel,
                        struct str origin, struct error *e);

/* The message of a raw that could not be read: nothing hangs on it. */
CHECKED int tx_message_drop(struct store_tx *, int64_t raw, struct error *e);

/* Has this raw a message already? *ticket 0: no. */
CHECKED int tx_raw_ticket(struct store_tx *, int64_t raw, int64_t *ticket,
                          struct error *e);

/* Gives t->id, t->token (random) and the times. */
CHECKED int tx_ticket_add(struct store_tx *, struct ticket *t, struct error *);
CHECKED int tx_ticket_get(struct store_tx *, int64_t id, struct ticket *t,
                          struct arena *a, struct error *);
/* State, urgency, category, place, assignee: all that t says but its id. */
CHECKED int tx_ticket_set(struct store_tx *, const struct ticket *t,
                          struct error *);

/* The message with its attachments and answers; body_sha256 for the duplicate
 * rule. */
CHECKED int tx_message_add(struct store_tx *, int64_t raw, int64_t ticket,
                           const struct message *m, int64_t *id,
                           struct error *);
/* Findings and location candidates of a message. */
CHECKED int tx_evidence_add(struct store_tx *, int64_t message, int64_t ticket,
                            const struct reading *r, struct error *);
/* The same for a message that was read anew: what was found before goes. */
CHECKED int tx_evidence_replace(struct store_tx *, int64_t message,
                                int64_t ticket, const struct reading *r,
                                struct error *);
CHECKED int tx_event_add(struct store_tx *, struct event *ev, struct error *);

/*
 * What a person has set, a machine leaves alone: an event of these kinds whose
 * actor is neither "inlet" nor "resident" says so.
 */
#define EVENT_CATEGORY "categorised"
#define EVENT_PLACE    "placed"
#define EVENT_ROUTED   "routed"

struct ticket_hold {
    bool category, place, department;
};
CHECKED int tx_ticket_hold(struct store_tx *, int64_t ticket,
                           struct ticket_hold *, struct error *);

/*
 * E_DUPLICATE: this ticket has such a notice for this event and recipient.
 * Gives n->id.
 */
CHECKED int tx_notice_add(struct store_tx *, struct notice *n, int64_t event,
                          struct error *);
CHECKED int tx_notice_set(struct store_tx *, const struct notice *n,
                          struct error *);
/* The first answer to a ticket's reporter, if it waits still. *n: how many. */
CHECKED int tx_notice_withdraw(struct store_tx *, int64_t ticket, int64_t *n,
                               struct error *);
/*
 * Notices to that address that a program decided on, from that second to now;
 * empty: all. What people do is not counted.
 */
CHECKED int tx_notice_count(struct store_tx *, struct str to, int64_t since,
                            int64_t *n, struct error *);

/* Each gives *ticket, 0 where there is none. */
CHECKED int tx_find_token(struct store_tx *, struct str token, int64_t *ticket,
                          struct error *);
/* A message of ours or theirs with that Message-ID. */
CHECKED int tx_find_message_id(struct store_tx *, struct str id,
                               int64_t *ticket, struct error *);
/*
 * The same mail by another way: Message-ID, body, sender and date are those of
 * another raw's message; of a mail without Message-ID all its bytes are.
 */
CHECKED int tx_find_same(struct store_tx *, int64_t raw,
                         const struct message *m, int64_t *ticket,
                         struct error *);
/* A ticket somebody wrote on, and when they last did. */
struct talk {
    int64_t ticket, at;
};
enum { TALKS_MAX = 12 };
/*
 * Those sender wrote on by channel that have changed since then, whatever
 * their state; the last one written on first, each once. Gives how many.
 */
CHECKED int tx_find_talks(struct store_tx *, struct str channel,
                          struct str sender, int64_t since,
                          struct talk out[TALKS_MAX], struct error *);
/*
 * The ticket of the raw with that origin, or 0: there is no such raw, or it
 * made none. E_BUSY: it is here, and not filed yet.
 */
CHECKED int tx_find_origin(struct store_tx *, struct str channel,
                           struct str origin, int64_t *ticket, struct error *);

/* The areas that hold a ticket's place, instead of those before. */
CHECKED int tx_ticket_areas(struct store_tx *, int64_t ticket,
                            const struct area *areas, struct error *);

/*
 * What came of a notice that was sent, by the id that channel's provider gave
 * it or by our Message-ID. What a provider tells of no notice that is known is
 * kept for a day, for tx_receipt_early().
 */
struct receipt_taken {
    struct notice notice; /* as it is now; id 0: none of ours, or not yet */
    bool moved;           /* that was not known before */
};
CHECKED int tx_receipt(struct store_tx *, struct str channel,
                       const struct receipt *r, struct receipt_taken *out,
                       struct arena *a, struct error *);
/* Takes what was told of n before its remote_id was known. */
CHECKED int tx_receipt_early(struct store_tx *, struct notice *n,
                             struct arena *a, struct error *);

/* Whether something may be told to an address. */
enum opt {
    OPT_IN,   /* until they opt out */
    OPT_OUT,  /* their own wish */
    OPT_DEAD, /* what is sent there comes back; until somebody writes from it */
};
CHECKED int tx_opt_set(struct store_tx *, struct str address, bool in,
                       struct error *);
CHECKED int tx_opt_get(struct store_tx *, struct str address, enum opt *,
                       struct error *);
CHECKED int tx_opt_dead(struct store_tx *, struct str address, struct str why,
                        struct error *);
CHECKED int tx_reporter_seen(struct store_tx *, const struct mailbox *who,
                             struct str language, struct error *);

CHECKED int tx_cursor_set(struct store_tx *, struct str channel,
                          const char *key, struct str value, struct error *);
CHECKED int tx_cursor_get(struct store_tx *, struct str channel,
                          const char *key, struct arena *a, struct str *value,
                          struct error *); /* never set: empty */
CHECKED int tx_counter_add(struct store_tx *, struct str channel,
                           const char *what, struct error *);
CHECKED int tx_health_set(struct store_tx *, struct str channel,
                          struct str sentence, struct error *);

/*
 * A place to be asked for elsewhere: a row from the filing of its message
 * until there is an answer, or no hope of one.
 */
struct lookup {
    int64_t id, ticket, message;
    enum location_kind kind;
    struct str question; /* what is asked */
    struct str label;    /* what the place is called here */
    int tries;
    int64_t next_at;
};
CHECKED int tx_lookup_add(struct store_tx *, const struct lookup *l,
                          struct error *);
CHECKED int tx_lookup_set(struct store_tx *, const struct lookup *l,
                          struct error *);
CHECKED int tx_lookup_end(struct store_tx *, int64_t id, struct error *);

/* What was answered to a request, by its url; nothing found is one too. */
struct geocode {
    int64_t asked_at;
    struct point at; /* not known: nothing was found, or refused says why */
    double uncertainty_m;
    struct str name; /* as it is called there */
    struct str refused;
};
CHECKED int tx_geocode_set(struct store_tx *, struct str url,
                           const struct geocode *g, struct error *);
/* Forgets what was asked before that. */
CHECKED int tx_geocode_forget(struct store_tx *, int64_t before,
                              struct error *);

/* One more candidate of a message, behind those it has. */
CHECKED int tx_location_add(struct store_tx *, int64_t message, int64_t ticket,
                            const struct location *l, struct error *);

/* Brings full-text search up to date, at most n messages; *left: not done. */
CHECKED int tx_index_some(struct store_tx *, int n, int64_t *left,
                          struct error *);

/* ---- reading ---- */

CHECKED int store_cursor_get(struct store *, struct str channel,
                             const char *key, struct arena *a,
                             struct str *value, struct error *);

typedef void store_origin_fn(void *arg, struct str origin, bool marked);
CHECKED int store_origins(struct store *, struct str channel, struct str prefix,
                          store_origin_fn *, void *arg, struct error *);

/* The ids of raws in state, above after, in order; gives how many of max. */
CHECKED int store_raws(struct store *, enum raw_state, int64_t after,
                       int64_t *ids, int max, struct error *);
CHECKED int store_raw_get(struct store *, int64_t id, struct raw *out,
                          struct arena *a, struct error *); /* E_NONE */

/* Notices to be sent at now or before, and those CLAIMED; in order. */
struct notice_list {
    struct notice notice;
    struct notice_list *next;
};
CHECKED int store_notices_due(struct store *, int64_t now, int max,
                              struct notice_list **out, struct arena *a,
                              struct error *);
/* When the next one is due; 0: none waits. */
CHECKED int store_notice_next(struct store *, int64_t *at, struct error *);

/* The first lookup that is due; E_NONE: none is. */
CHECKED int store_lookup_due(struct store *, int64_t now, struct lookup *out,
                             struct arena *a, struct error *);
/* When the next one is due; 0: none waits. */
CHECKED int store_lookup_next(struct store *, int64_t *at, struct error *);
/* E_NONE: that url was not asked since then. */
CHECKED int store_geocode_get(struct store *, struct str url, int64_t since,
                              struct geocode *out, struct arena *a,
                              struct error *);

CHECKED int store_ticket_get(struct store *, int64_t id, struct ticket *t,
                             struct arena *a, struct error *); /* E_NONE */
CHECKED int store_ticket_by_token(struct store *, struct str token,
                                  struct ticket *t, struct arena *a,
                                  struct error *); /* E_NONE */

enum ticket_order {
    ORDER_URGENT,  /* urgent first, then the newest */
    ORDER_OLDEST,  /* by when they came */
    ORDER_CHANGED, /* the latest change first */
};

/*
 * What may be shown outside: no emergency, nothing without a category, none of
 * those categories; but all that came in by a channel, where one is named.
 */
struct ticket_shown {
    const struct setting_list *but;
    struct str channel; /* empty: none is */
};

struct ticket_filter {
    int state;           /* enum ticket_state; -1: any */
    unsigned states;     /* bits of several, 1 << TICKET_NEW; 0: any */
    struct str category; /* empty: any */
    const struct setting_list *categories; /* one of them; NULL: any */
    const struct ticket_shown *shown;      /* NULL: all */
    struct str channel, department, area;
    struct str assignee; /* "-": those nobody has */
    struct str search;   /* words, in tickets and messages */
    bool urgent;         /* only those */
    bool unplaced;       /* only without a place, or one not yet sure */
    bool uncategorised;  /* only without a category, or "other" */
    int64_t made_since, made_before;       /* created_at; 0: whenever */
    int64_t changed_since, changed_before; /* changed_at; 0: whenever */
    int64_t done_since; /* done_at; 0: whenever, or never. Say changed_since
                           too: it is quicker */
    int64_t awake_at;   /* not those snoozed then; 0: all */
    int64_t asleep_at;  /* only those snoozed then; 0: all */
    double west, south, east, north; /* all 0: anywhere */
    int64_t before; /* goes on after this ticket of the list; 0: its top */
    int64_t upto;   /* none above this number, so that offsets hold; 0: all */
    int64_t offset; /* so many of the list are passed over */
    enum ticket_order order;
    int limit;
};
typedef void store_ticket_fn(void *arg, const struct ticket *t);
CHECKED int store_tickets(struct store *, const struct ticket_filter *,
                          store_ticket_fn *each, void *arg, struct error *);
/* How many there are of them all: limit, offset and before do not count. */
CHECKED int store_tickets_count(struct store *, const struct ticket_filter *,
                                int64_t *n, struct error *);

/* One ticket with all that hangs on it. */
struct message_row {
    int64_t id, raw;
    int64_t received_at;
    struct str channel, origin;
    struct message message;
    struct finding *findings;
    struct location *locations;
    struct message_row *next;
};
struct event_row {
    struct event event;
    struct event_row *next;
};
struct ticket_whole {
    struct ticket ticket;
    struct message_row *messages; /* oldest first */
    struct event_row *events;
    struct notice_list *notices;
};
CHECKED int store_ticket_whole(struct store *, int64_t id,
                               struct ticket_whole *out, struct arena *a,
                               struct error *); /* E_NONE */

/* Whose a message is, and one attachment of it, from 0. E_NONE. */
struct message_ref {
    int64_t raw, ticket;
};
CHECKED int store_message_ref(struct store *, int64_t id,
                              struct message_ref *out, struct error *);
CHECKED int store_attachment_get(struct store *, int64_t message, int64_t n,
                                 struct attachment *out, struct arena *a,
                                 struct error *);

/*
 * The first ticket above after that was made at since or later, and the
 * messages on it, oldest first. E_NONE: there is none.
 */
struct ticket_message {
    int64_t id, raw;
    struct ticket_message *next;
};
struct ticket_read {
    struct ticket ticket;
    struct ticket_message *messages;
};
CHECKED int store_ticket_next(struct store *, int64_t after, int64_t since,
                              struct ticket_read *out, struct arena *a,
                              struct error *);
CHECKED int store_ticket_hold(struct store *, int64_t ticket,
                              struct ticket_hold *, struct error *);

struct channel_row {
    struct str channel;
    struct str health; /* empty: well */
    int64_t health_at;
    int64_t raws, waiting, quarantined; /* counts */
    int64_t last_at;
    struct str counters; /* "forged=3 limited=1" */
    struct channel_row *next;
};
CHECKED int store_channels(struct store *, struct channel_row **out,
                           struct arena *a, struct error *);

/* What could not be read or was set aside, the newest first; at most max. */
struct quarantine_row {
    int64_t raw, ticket; /* ticket 0: none */
    struct str channel;
    int64_t received_at;
    struct str why;
    struct quarantine_row *next;
};
CHECKED int store_quarantine(struct store *, int max,
                             struct quarantine_row **out, struct arena *a,
                             struct error *);

/* ---- the file itself ---- */

/* A whole copy at path while the store is in use. */
CHECKED int store_backup(struct store *, const char *path, struct error *);

/* Every raw's bytes against its hash, then SQLite's own check. */
struct store_verdict {
    int64_t raws;    /* looked at */
    int64_t damaged; /* raws, and what SQLite finds wrong; 0: all is well */
    struct str text; /* the damaged ones, a line each */
};
CHECKED int store_verify(struct store *, struct store_verdict *out,
                         struct arena *a, struct error *);

#endif
