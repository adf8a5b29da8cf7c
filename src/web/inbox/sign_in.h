/*
 * Signing in: a page with a form, for who has a browser without scripts too.
 * A password takes 0.1 s to check, so that is done on libuv's threads, two at
 * once; who fails five times within a quarter of an hour waits.
 */
#ifndef WEB_INBOX_SIGN_IN_H
#define WEB_INBOX_SIGN_IN_H

#include "web/inbox/desk.h"

enum {
    SIGN_IN_FAILURES = 5,
    SIGN_IN_WINDOW_S = 15 * 60,
    SIGN_IN_AT_ONCE = 2,
    SIGN_IN_WAITING = 16, /* more: 503 */
};

/* Adds its routes. */
CHECKED int sign_ins_open(struct sign_ins **out, struct desk *d,
                          struct error *e);
void sign_ins_close(struct sign_ins *s); /* after http has closed */

#endif
