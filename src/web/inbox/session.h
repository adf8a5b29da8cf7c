/*
 * Sessions: 256 random bits in a cookie, of which the store holds the hash.
 * They end after 8 hours without a request, and after 7 days in any case.
 */
#ifndef WEB_INBOX_SESSION_H
#define WEB_INBOX_SESSION_H

#include "web/inbox/desk.h"

enum { SESSION_IDLE_S = 8 * 3600, SESSION_MOST_S = 7 * 24 * 3600 };

/* Who holds the cookie that r came with. E_NONE: nobody. */
CHECKED int session_person(struct desk *d, struct http_request *r,
                           struct person *who, struct error *e);

/* A new session of user; *cookie: what the answer's Set-Cookie says. */
void session_make(const struct desk *d, struct http_request *r, int64_t user,
                  struct session *out, struct str *cookie);

/*
 * Is r sent by one of our own pages? Where the browser says nothing of it, it
 * is not.
 */
bool session_same_origin(const struct desk *d, const struct http_request *r);
bool session_says_origin(const struct http_request *r);

/* Does it carry the session's token, in X-CSRF or in the form's field csrf? */
bool session_token_given(struct http_request *r, const struct person *who);

/* A path of our own that one may be sent on to; else "/inbox". */
struct str session_next(struct str asked);

#endif
