/*
 * One mailbox: a coroutine that walks from state to state. imap.c has the
 * conversation, imap_intake.c what is known of the mails and what is wanted.
 *
 * The inbox's raws are the journal: the origin of a mail is
 * "UIDVALIDITY/UID", and "UIDVALIDITY/UID/cut" where only its beginning could
 * be taken, so that what is left on the server is never deleted.
 */
#ifndef ADAPTERS_IMAP_INTERNAL_H
#define ADAPTERS_IMAP_INTERNAL_H

#include "imap_session.h"
#include "net/oauth_keeper.h"
#include "spine/adapter.h"

enum imap_after { IMAP_KEEP, IMAP_FLAG, IMAP_MOVE, IMAP_DELETE };
enum imap_first { IMAP_FROM_NOW, IMAP_ALL };

/* A mail that is on the server and not in the inbox. */
struct imap_todo {
    uint32_t uid;
    int64_t at; /* INTERNALDATE */
    int64_t size;
    bool quiet;
};

/* A mail that is in the inbox and not yet flagged, moved or deleted. */
struct imap_safe {
    uint32_t uid;
    bool cut;
};

/* A mail that was given to the inbox and not yet answered for. */
struct imap_flight {
    uint32_t validity;
    uint32_t uid;
    bool cut;
    bool answered;
    int rc;
    int64_t bytes;
    struct imap_flight *next;
};

/* A mail that could not be fetched, and how bad that was. */
struct imap_suspect {
    uint32_t uid;
    int weight;
};

enum {
    IMAP_SUSPECTS = 64,
    IMAP_WEIGHT_SKIP = 12, /* a suspect of this weight is left alone */
    IMAP_ORIGIN = 48,
};

struct imap;
typedef void imap_state(struct imap *m); /* sets m->next */

struct imap {
    struct channel channel;
    struct str host, ca_file, user, password, folder, move_to;
    int64_t port, idle_renew, poll, timeout;
    int tls, after, first, junk;
    struct oauth_settings oauth;

    struct imap_endpoint at;
    struct oauth_account *account; /* NULL: a password */
    struct oauth_user token_user;
    struct co *co;
    struct imap_session *session;
    imap_state *next; /* NULL: the end */
    channel_stopped_fn *stopped;
    struct error trouble;
    int failures;  /* since all was well */
    bool ill;      /* and the inbox has been told */
    bool signless; /* and it was told that the sign-in has ended */
    bool fresh;    /* there was news of the sign-in while in trouble */
    int64_t ends;  /* when the sign-in ends, as the inbox was told */
    bool no_idle;  /* the server does not, whatever it says it can */

    uint32_t validity;
    uint32_t begin_uid; /* what is below was there before us */
    int64_t begin_at;   /* and when we came */
    bool jumped;        /* UIDVALIDITY has changed since */
    uint32_t known_to;  /* all up to here has been looked at */
    int64_t reconcile_at;

    struct imap_todo *todo;
    size_t todo_n, todo_done;
    struct imap_safe *safe;
    size_t safe_n, safe_size;
    struct imap_flight *flights;
    int flying;
    int64_t flying_bytes;
    struct imap_suspect suspects[IMAP_SUSPECTS];
    size_t suspects_n;
    int skipped;  /* mails that cannot be fetched */
    int64_t told; /* mails in the folder, as the inbox was told; -1: not */
    int refused;  /* times the inbox could not store, in a row */
};

/* What was there before the first connection, from the inbox's memory. */
CHECKED int imap_begin(struct imap *m, const struct imap_folder *f,
                       struct error *e);

/* All there is against all that is known. */
CHECKED int imap_reconcile(struct imap *m, struct error *e);

/* Only what is new since. */
CHECKED int imap_news(struct imap *m, struct error *e);

/* Whether there is something to fetch, and whether it may be fetched now. */
bool imap_wants(const struct imap *m);
bool imap_has_room(const struct imap *m);

/* Fetches the next mails and gives them to the inbox. */
CHECKED int imap_fetch_some(struct imap *m, struct error *e);

/* Takes up the inbox's answers. */
void imap_answers(struct imap *m);

/* Flags, moves or deletes what is safe. */
CHECKED int imap_mark(struct imap *m, struct error *e);

/* How suspect a mail is. */
int imap_weight(const struct imap *m, uint32_t uid);

/* A mail that is in the inbox: imap_mark() sees to the server's copy. */
void imap_safe_add(struct imap *m, uint32_t uid, bool cut);

/* The server's copy has been seen to. */
void imap_marked(struct imap *m, uint32_t uid, bool cut);

struct str imap_origin(char text[IMAP_ORIGIN], uint32_t validity, uint32_t uid,
                       bool cut);

/* All is to be looked at again, ever later the more often it was tried. */
void imap_look_again(struct imap *m, int times);

/* The connection is gone: what is not in the journal will be seen again. */
void imap_forget(struct imap *m);

#endif
