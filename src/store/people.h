/*
 * People who sign in, their sessions, and what was changed about them. As in
 * store.h: tx_ inside a transaction, store_ for reading.
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/store.h"

/* Each may do what those before it may. */
enum role {
    ROLE_READER,
    ROLE_CLERK,
    ROLE_SUPERVISOR, /* rules, places, bulk changes */
    ROLE_ADMIN,      /* people */
    ROLES
};

extern const char *const role_names[ROLES];

struct user {
    int64_t id;
    struct str name;     /* one signs in with it; letters of either case */
    struct str password; /* see base/password.h */
    struct str totp;     /* secret, see base/totp.h; empty: no code is asked */
    int64_t totp_used;   /* the last step */
    enum role role;
    struct str language; /* of their pages; empty: the browser's */
    int64_t created_at;
    int64_t disabled_at; /* 0: may sign in */
};

struct user_list {
    struct user user;
    struct user_list *next;
};

/* Gives u->id. E_DUPLICATE: somebody has that name. E_SYNTAX: nobody can. */
CHECKED int tx_user_add(struct store_tx *, struct user *u, struct error *);
/* All that u says but its name and when it was made. */
CHECKED int tx_user_set(struct store_tx *, const struct user *u,
                        struct error *);
CHECKED int tx_user_get(struct store_tx *, int64_t id, struct user *u,
                        struct arena *a, struct error *); /* E_NONE */
CHECKED int tx_user_named(struct store_tx *, struct str name, struct user *,
                          struct arena *a, struct error *); /* E_NONE */
CHECKED int store_user_named(struct store *, struct str name, struct user *,
                             struct arena *a, struct error *); /* E_NONE */
CHECKED int store_user_get(struct store *, int64_t id, struct user *u,
                           struct arena *a, struct error *); /* E_NONE */
CHECKED int store_users(struct store *, struct user_list **out, struct arena *a,
                        struct error *);

/* How many admins may sign in, but that one. */
CHECKED int tx_other_admins(struct store_tx *, int64_t but, int64_t *n,
                            struct error *e);

/* ---- sessions: id is the hash of what the browser holds ---- */

struct session {
    struct str id;
    int64_t user;
    int64_t created_at;
    int64_t seen_at;
    struct str address;
    struct str browser; /* as it calls itself */
};

CHECKED int tx_session_add(struct store_tx *, const struct session *,
                           struct error *);
CHECKED int tx_session_seen(struct store_tx *, struct str id, int64_t at,
                            struct error *);
CHECKED int tx_session_end(struct store_tx *, struct str id, struct error *);
CHECKED int tx_sessions_end(struct store_tx *, int64_t user, struct error *);
/* Those of a user, or of all (0), the one seen last first. */
struct session_list {
    struct session session;
    struct session_list *next;
};
CHECKED int store_sessions(struct store *, int64_t user,
                           struct session_list **out, struct arena *a,
                           struct error *);
/* Those not seen since then. */
CHECKED int tx_sessions_forget(struct store_tx *, int64_t before,
                               struct error *);
/* And whose it is, who may not be disabled. E_NONE. */
CHECKED int store_session_get(struct store *, struct str id, struct session *,
                              struct user *, struct arena *a, struct error *);

/* ---- who fails to sign in, by name and network address ---- */

/* One more; those before since are forgotten. */
CHECKED int tx_sign_in_failed(struct store_tx *, struct str name,
                              struct str address, int64_t since,
                              struct error *);
CHECKED int tx_sign_in_good(struct store_tx *, struct str name,
                            struct str address, struct error *);
/* How many in a row, the last of them at since or later. */
CHECKED int store_sign_in_failures(struct store *, struct str name,
                                   struct str address, int64_t since,
                                   int64_t *n, struct error *);

/* ---- what was changed about people and settings, only added to ---- */

struct audit {
    int64_t at;
    struct str actor; /* a name, or "root (command line)" */
    struct str what;  /* "user added", "password", "role", "signed in", ... */
    struct str text;  /* whom or what; never secret */
};

struct audit_list {
    struct audit audit;
    struct audit_list *next;
};

CHECKED int tx_audit_add(struct store_tx *, const struct audit *,
                         struct error *);
/* The latest first, so many of them. */
CHECKED int store_audits(struct store *, int max, struct audit_list **out,
                         struct arena *a, struct error *);

#endif
