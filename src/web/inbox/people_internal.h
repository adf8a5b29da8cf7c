/* What people.c and account.c share: a user is changed, and told in the audit.
 */
#ifndef WEB_INBOX_PEOPLE_INTERNAL_H
#define WEB_INBOX_PEOPLE_INTERNAL_H

#include <uv.h>

#include "web/inbox/desk.h"

enum { USER_NAME_MAX = 80, HASHING_AT_ONCE = 2 };

/*
 * What is to be different about a user, and how it went. In the request's
 * memory. Each that is set is a row of the audit.
 */
struct user_change {
    struct desk *d;
    struct http_request *r;
    const struct person *who;
    int64_t id; /* 0: somebody new, called name */
    struct str name, role_name, language, password;
    struct str old; /* the password that is there, to be checked; or empty */
    bool role_set, language_set, disabled_set, disabled;
    bool totp_set; /* to totp, which may be empty: no code is asked */
    struct str totp;
    int64_t totp_used;
    enum role role;
    struct user user;  /* as it is then */
    const char *fault; /* the word of why it may not be; NULL: none */
    /* on another thread */
    uv_work_t work;
    struct arena arena; /* the thread's */
    struct str hash_now, hash;
    bool right;
};

struct user_change *user_change_new(struct desk *d, struct http_request *r,
                                    const struct person *who);

bool user_password_fits(struct str password, struct str name);

/* Checks old and hashes password where they are given, writes, answers. */
void user_change_begin(struct user_change *c);

/* Its members for the pages: never the hash, never the secret. */
void user_json(struct json *j, const struct user *u);

#endif
