/* What a channel said of the last notice that it was given. */
#ifndef NOTICE_SENT_H
#define NOTICE_SENT_H

#include <stdio.h>
#include <uv.h>

#include "spine/adapter.h"

static struct {
    int calls;
    enum outcome outcome;
    char id[128];
    char why[512];
} sent;

/* arg: the loop, which has turned enough. */
static inline void note_sent(void *arg, enum outcome outcome, struct str id,
                             const struct error *why)
{
    sent.calls++;
    sent.outcome = outcome;
    snprintf(sent.id, sizeof(sent.id), "%.*s", STR_FMT(id));
    snprintf(sent.why, sizeof(sent.why), "%s", why == NULL ? "" : why->text);
    uv_stop(arg);
}

#endif
