/* What is said without a ticket: the answer to STOP or HELP. */
#include <stdlib.h>

#include "base/log.h"
#include "pipeline/inbox_internal.h"
#include "pipeline/notice_write.h"

struct saying {
    struct arena arena;
    struct channel *channel;
    struct notice notice;
};

static void said(void *arg, enum outcome outcome, struct str remote_id,
                 const struct error *why)
{
    struct saying *s = arg;

    (void)remote_id;
    if (outcome != OUTCOME_DONE) {
        log_warn("%s: the answer to a keyword (%.*s) was not sent: %s",
                 s->channel->name, STR_FMT(s->notice.kind),
                 why != NULL ? why->text : "no reason is given");
    }
    arena_free(&s->arena);
    free(s);
}

static struct channel *channel_named(const struct config *c, struct str name)
{
    const struct config_channel *at = c->channels;

    while (at != NULL && !str_eq(str_of(at->channel->name), name))
        at = at->next;
    return at == NULL ? NULL : at->channel;
}

void inbox_say(struct inbox *in, struct str channel, const struct filing *f)
{
    struct channel *by = channel_named(inbox_with(in)->config, channel);
    struct saying *s;

    if (by == NULL || by->adapter->send == NULL)
        return;
    s = calloc(1, sizeof(*s));
    if (s == NULL)
        abort();
    s->channel = by;
    s->notice = (struct notice){
        .kind = arena_str(&s->arena, f->said.kind),
        .channel = str_of(by->name),
        .to = arena_str(&s->arena, f->said.to),
        .text = arena_str(&s->arena, f->said.text),
        .message_id = notice_message_id(f->config, &s->arena),
    };
    inbox_count(by, "keywords");
    by->adapter->send(by, &s->notice, said, s);
}
