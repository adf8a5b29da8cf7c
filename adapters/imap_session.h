/*
 * One conversation with an IMAP server (RFC 3501), command by command. Only
 * what is needed is ever asked: CAPABILITY, STARTTLS, ID, LOGIN, AUTHENTICATE,
 * LIST, CREATE, SELECT, NOOP, IDLE, LOGOUT and the UID forms of SEARCH, FETCH,
 * STORE, COPY, MOVE and EXPUNGE. What a stranger mailed is not parsed here.
 *
 * E_NONE from a command is the server's NO: the session goes on. After any
 * other failure it can only be closed.
 */
#ifndef ADAPTERS_IMAP_SESSION_H
#define ADAPTERS_IMAP_SESSION_H

#include "base/buf.h"
#include "imap_stream.h"

struct imap_session;

struct imap_folder {
    uint32_t validity; /* UIDVALIDITY: what UIDs mean holds while it stays */
    uint32_t next;     /* UIDNEXT; 0: the server does not say */
};

struct imap_mail {
    uint32_t uid;
    int64_t at;       /* INTERNALDATE, seconds since 1970; 0: not said */
    int64_t size;     /* RFC822.SIZE */
    struct str bytes; /* good until the next command; p NULL: none came */
};

/*
 * Connects, greets, upgrades where it is asked for. Keeps *at. Where it fails
 * *out is NULL or to be closed all the same.
 */
CHECKED int imap_session_open(struct imap_session **out, struct co *co,
                              const struct imap_endpoint *at, struct error *e);

/* As open, over a stream that is there already; owns it from here on. */
CHECKED int imap_session_on(struct imap_session **out, struct imap_stream *line,
                            const struct imap_endpoint *at, struct error *e);

/* E_DENIED: the server refuses who we say we are. */
CHECKED int imap_session_login(struct imap_session *s, struct str user,
                               struct str password, struct error *e);

/* The same by a token of OAuth (XOAUTH2); e has what the server says. */
CHECKED int imap_session_login_token(struct imap_session *s, struct str user,
                                     struct str token, struct error *e);

/* Mails in the folder, as the server told last. */
uint32_t imap_session_exists(const struct imap_session *s);

bool imap_session_can(const struct imap_session *s, const char *capability);

/* Makes the folder where there is none of that name. */
CHECKED int imap_session_make(struct imap_session *s, struct str folder,
                              struct error *e);
CHECKED int imap_session_select(struct imap_session *s, struct str folder,
                                struct imap_folder *out, struct error *e);
/*
 * The same for the folder that the server calls its junk folder, by SPECIAL-USE
 * (RFC 6154). E_CONFIG: it calls none so.
 */
CHECKED int imap_session_select_junk(struct imap_session *s,
                                     struct imap_folder *out, struct error *e);

/* The UIDs from first on, ascending, in *uids of *n, which the caller frees. */
CHECKED int imap_session_search(struct imap_session *s, uint32_t first,
                                uint32_t **uids, size_t *n, struct error *e);

/*
 * Date and size of the first of n ascending uids. mails has room for n; *got
 * of them are filled in and *taken uids are done with.
 */
struct imap_asked {
    const uint32_t *uids;
    size_t n;
    size_t taken;
    struct imap_mail *mails;
    size_t got;
};
CHECKED int imap_session_describe(struct imap_session *s, struct imap_asked *q,
                                  struct error *e);

/* Their bytes as well; together they have about expected bytes. */
CHECKED int imap_session_fetch(struct imap_session *s, struct imap_asked *q,
                               int64_t expected, struct error *e);

/* The first most bytes of one. */
CHECKED int imap_session_head(struct imap_session *s, struct imap_asked *q,
                              int64_t most, struct error *e);

/*
 * One of about expected bytes into out, as much of it as out may hold; *whole
 * counts all that came.
 */
CHECKED int imap_session_stream(struct imap_session *s, uint32_t uid,
                                int64_t expected, struct buf *out,
                                int64_t *whole, struct error *e);

/*
 * For the first of n ascending uids; each gives in *taken how many. 1: they
 * are copied, and what the server refused then is in e.
 */
CHECKED int imap_session_flag(struct imap_session *s, const uint32_t *uids,
                              size_t n, size_t *taken, struct error *e);
CHECKED int imap_session_move(struct imap_session *s, const uint32_t *uids,
                              size_t n, struct str folder, size_t *taken,
                              struct error *e);
CHECKED int imap_session_delete(struct imap_session *s, const uint32_t *uids,
                                size_t n, size_t *taken, struct error *e);

CHECKED int imap_session_noop(struct imap_session *s, struct error *e);

/*
 * RFC 2177. Gives 1: the folder has changed, CO_WOKEN: co_wake(), 0: ms are
 * over.
 */
CHECKED int imap_session_idle(struct imap_session *s, int64_t ms,
                              struct error *e);

/* How long the server has asked to be left alone, in ms; 0: it has not. */
int64_t imap_session_backoff(const struct imap_session *s);

/* Says LOGOUT if the line is well, waits for nothing. */
void imap_session_close(struct imap_session *s);

#endif
