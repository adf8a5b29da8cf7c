/*
 * The inbox an adapter sees, in memory: it outlives the channels of a test as
 * the store outlives a process. What is accepted is committed on the loop's
 * next turn, or refused with fake_inbox.refuse.
 */
#ifndef FAKE_INBOX_H
#define FAKE_INBOX_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/buf.h"
#include "spine/adapter.h"

enum { FAKE_ROWS = 128 };

struct fake_row {
    struct raw raw;
    bool marked;
};

struct fake_pair {
    char key[64];
    int rank;
    char value[4096];
};

static struct {
    struct arena arena;
    struct fake_row rows[FAKE_ROWS];
    int n;
    int waiting;       /* accepted() owed */
    int refuse;        /* an error code; 0: store */
    bool lose_cursors; /* as if killed before they were written */
    struct fake_pair cursors[16];
    struct fake_pair counts[16];
    struct fake_pair opts[16];
    struct fake_pair told[16];
    char health[512];
} fake_inbox;

static inline struct fake_pair *fake_pair(struct fake_pair *all,
                                          const char *key)
{
    for (int i = 0; i < 16; i++) {
        if (all[i].key[0] == '\0')
            snprintf(all[i].key, sizeof(all[i].key), "%s", key);
        if (strcmp(all[i].key, key) == 0)
            return &all[i];
    }
    abort();
}

static inline struct fake_row *fake_row(const char *origin)
{
    for (int i = 0; i < fake_inbox.n; i++) {
        if (str_eq(fake_inbox.rows[i].raw.origin, str_of(origin)))
            return &fake_inbox.rows[i];
    }
    return NULL;
}

struct fake_offer {
    uv_timer_t timer;
    struct channel *c;
    void *arg;
    int rc;
};

static inline void fake_offer_gone(uv_handle_t *h)
{
    free(h->data);
}

static inline void fake_commit(uv_timer_t *timer)
{
    struct fake_offer *o = timer->data;

    fake_inbox.waiting--;
    o->c->adapter->accepted(o->c, o->arg, o->rc);
    uv_close((uv_handle_t *)timer, fake_offer_gone);
    uv_stop(timer->loop);
}

static inline struct raw fake_copy(const struct raw *raw)
{
    struct arena *a = &fake_inbox.arena;
    struct raw r = *raw;

    r.channel = arena_str(a, raw->channel);
    r.adapter = arena_str(a, raw->adapter);
    r.origin = arena_str(a, raw->origin);
    r.envelope = arena_str(a, raw->envelope);
    r.parent = arena_str(a, raw->parent);
    r.bytes = arena_str(a, raw->bytes);
    return r;
}

void inbox_accept(struct channel *c, const struct raw *raw, void *arg)
{
    struct fake_offer *o = calloc(1, sizeof(*o));

    o->c = c;
    o->arg = arg;
    o->rc = fake_inbox.refuse;
    for (int i = 0; i < fake_inbox.n && o->rc == 0; i++) {
        if (str_eq(fake_inbox.rows[i].raw.origin, raw->origin))
            o->rc = E_DUPLICATE;
    }
    if (o->rc == 0 && fake_inbox.n < FAKE_ROWS)
        fake_inbox.rows[fake_inbox.n++].raw = fake_copy(raw);
    fake_inbox.waiting++;
    uv_timer_init(c->loop, &o->timer);
    o->timer.data = o;
    uv_timer_start(&o->timer, fake_commit, 1, 0);
}

int inbox_origins(struct channel *c, struct str prefix, origin_fn *each,
                  void *arg, struct error *e)
{
    (void)c;
    (void)e;
    for (int i = 0; i < fake_inbox.n; i++) {
        struct str origin = fake_inbox.rows[i].raw.origin;

        if (str_starts(origin, prefix))
            each(arg, origin, fake_inbox.rows[i].marked);
    }
    return 0;
}

void inbox_marked(struct channel *c, struct str origin)
{
    (void)c;
    for (int i = 0; i < fake_inbox.n; i++) {
        if (str_eq(fake_inbox.rows[i].raw.origin, origin))
            fake_inbox.rows[i].marked = true;
    }
}

void inbox_cursor_set(struct channel *c, const char *key, struct str value)
{
    struct fake_pair *p = fake_pair(fake_inbox.cursors, key);

    (void)c;
    if (!fake_inbox.lose_cursors)
        snprintf(p->value, sizeof(p->value), "%.*s", STR_FMT(value));
}

int inbox_cursor_get(struct channel *c, const char *key, struct arena *a,
                     struct str *value, struct error *e)
{
    (void)c;
    (void)e;
    *value = arena_str(a, str_of(fake_pair(fake_inbox.cursors, key)->value));
    return 0;
}

int inbox_token(struct channel *c, struct str token, struct error *e)
{
    (void)c;
    (void)token;
    return error(e, E_NONE, "there is no such ticket");
}

void inbox_backlog_told(struct channel *c, int64_t n)
{
    (void)c;
    snprintf(fake_pair(fake_inbox.counts, "server-has")->value, 24, "%lld",
             (long long)n);
}

void inbox_sign_in_told(struct channel *c, int64_t ends_at)
{
    (void)c;
    snprintf(fake_pair(fake_inbox.counts, "sign-in-ends")->value, 24, "%lld",
             (long long)ends_at);
}

void inbox_health(struct channel *c, const char *fmt, ...)
{
    va_list ap;

    (void)c;
    fake_inbox.health[0] = '\0';
    if (fmt == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(fake_inbox.health, sizeof(fake_inbox.health), fmt, ap);
    va_end(ap);
}

void inbox_count(struct channel *c, const char *what)
{
    struct fake_pair *p = fake_pair(fake_inbox.counts, what);

    (void)c;
    snprintf(p->value, sizeof(p->value), "%ld", strtol(p->value, NULL, 10) + 1);
}

static inline int fake_count(const char *what)
{
    return (int)strtol(fake_pair(fake_inbox.counts, what)->value, NULL, 10);
}

void inbox_opt(struct channel *c, struct str address, bool in)
{
    char key[64];

    (void)c;
    snprintf(key, sizeof(key), "%.*s", STR_FMT(address));
    snprintf(fake_pair(fake_inbox.opts, key)->value, 8, in ? "in" : "out");
}

/* By the provider's id, the furthest and why: "failed 30003: ...". */
void inbox_told(struct channel *c, const struct receipt *r)
{
    char key[64];
    struct fake_pair *p;

    (void)c;
    snprintf(key, sizeof(key), "%.*s", STR_FMT(r->remote_id));
    p = fake_pair(fake_inbox.told, key);
    if ((int)r->delivery <= p->rank)
        return;
    p->rank = r->delivery;
    snprintf(p->value, sizeof(p->value), "%s%s%.*s",
             delivery_names[r->delivery], r->why.n > 0 ? " " : "",
             STR_FMT(r->why));
}

static inline void fake_inbox_reset(void)
{
    arena_free(&fake_inbox.arena);
    memset(&fake_inbox, 0, sizeof(fake_inbox));
}

#endif
