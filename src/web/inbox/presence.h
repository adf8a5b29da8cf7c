/*
 * Who is in which ticket, so that two do not answer the same report. Each
 * person is in one at most; who says nothing for LIVE_PRESENCE_S is forgotten.
 */
#ifndef WEB_INBOX_PRESENCE_H
#define WEB_INBOX_PRESENCE_H

#include "base/json.h"

struct presence;

struct present {
    struct str user;
    int64_t ticket; /* 0: in none */
    bool writing;
    int64_t at; /* seconds of the monotonic clock */
};

/* Who is in ticket has changed. */
typedef void presence_changed_fn(void *arg, int64_t ticket);

struct presence *presence_new(void);
void presence_free(struct presence *p);

/* Copies now. */
void presence_set(struct presence *p, const struct present *now,
                  presence_changed_fn *changed, void *arg);
void presence_expire(struct presence *p, int64_t now,
                     presence_changed_fn *changed, void *arg);

/* [{"user","doing"}] of a ticket, without the one called but. */
void presence_json(const struct presence *p, struct json *j, int64_t ticket,
                   struct str but);

#endif
