/*
 * For a provider with a protocol of its own: at the hook (its serve()), or
 * without one (a folder). What it has read goes into the store as all texts
 * do, and it hears when that is on disk.
 */
#ifndef ADAPTERS_TEXT_HOOK_H
#define ADAPTERS_TEXT_HOOK_H

#include "text.h"

struct text_taken {
    enum raw_format format; /* as read() wants it */
    struct str type;        /* Content-Type; empty: by format */
    struct str bytes;
    const struct text *texts; /* what read() makes of bytes */
};

/* rc 0: all of it is on disk; else: to be offered again. */
typedef void text_taken_fn(void *arg, int rc);

/*
 * Stores each message of what, notes each receipt, and visits. Copies. done
 * is called once, maybe before it returns.
 */
void text_take(struct text_channel *t, const struct text_taken *what,
               text_taken_fn *done, void *arg);

/* 403, a line a minute, and counted: r is not from who it says. */
void text_refuse(struct text_channel *t, struct http_request *r);

/* The channel is about to end: 503, and nothing new is begun. */
bool text_stopping(const struct text_channel *t);

/* For what a provider has under way by itself: text_stop() waits for it. */
void text_hold(struct text_channel *t);
void text_let_go(struct text_channel *t);

#endif
