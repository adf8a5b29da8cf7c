/*
 * What happens, told at once: server-sent events of tickets that came or
 * changed, of who is in one, and of the channels' health. What has happened is
 * read from the store's events, so whoever made it (a channel, a clerk, the
 * outbox) need not say so.
 */
#ifndef WEB_INBOX_LIVE_H
#define WEB_INBOX_LIVE_H

#include "web/inbox/desk.h"

enum {
    LIVE_LOOK_MS = 250,
    LIVE_BEAT_MS = 5 * 1000,
    LIVE_COMMENT_S = 20,  /* so that a proxy does not think it dead */
    LIVE_MISSED = 1000,   /* sent again at most; more: "stale" */
    LIVE_PRESENCE_S = 30, /* until who says nothing is forgotten */
};

CHECKED int live_open(struct live **out, struct desk *d, struct error *e);
void live_stop(struct live *l);
void live_close(struct live *l); /* after http has closed */

/* Something was done: looks now, not in LIVE_LOOK_MS. */
void live_look(struct live *l);

/* [{"user","doing"}]: who else than but is in a ticket. */
void live_here(const struct live *l, struct json *j, int64_t ticket,
               struct str but);

#endif
