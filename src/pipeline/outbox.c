#include "pipeline/outbox.h"

#include <sodium.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "pipeline/notice_write.h"
#include "pipeline/passing.h"
#include "pipeline/receipts.h"
#include "store/work.h"

enum {
    UNDER_WAY_MAX = 8,
    BATCH = 32,
    BACKOFF_S = 30, /* doubled with each try */
    BACKOFF_MAX_S = 4 * 3600,
    TRIES_MAX = 12,  /* about two days */
    LOOK_MS = 30000, /* a look at the table, should a kick be lost */
};

struct outbox {
    uv_loop_t *loop;
    struct config *config;
    struct store *store;
    uv_timer_t timer;
    int under_way;
    struct sending *sendings;
    bool closing;
};

/* One notice on its way. */
struct sending {
    struct outbox *outbox;
    struct arena arena;
    struct notice notice;
    struct channel *channel;
    const char *forbidden; /* why it must not be sent; NULL: it may */
    bool withdrawn;        /* since it was seen to be due */
    struct sending *next;
};

static void look(struct outbox *o);

static void timer_due(uv_timer_t *t)
{
    look(t->data);
}

static void wake_in(struct outbox *o, int64_t ms)
{
    if (!o->closing)
        uv_timer_start(&o->timer, timer_due, (uint64_t)ms, LOOK_MS);
}

/* What waits for the other side to ask must not keep the others waiting. */
static int weight(const struct sending *s)
{
    return s->channel == NULL ||
           (s->channel->adapter->can & ADAPTER_WAITS) == 0;
}

static void sending_end(struct sending *s)
{
    struct outbox *o = s->outbox;
    struct sending **at = &o->sendings;

    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    o->under_way -= weight(s);
    arena_free(&s->arena);
    free(s);
    wake_in(o, 0);
}

/* ---- what came of a try ---- */

static int record_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct sending *s = arg;
    struct event ev = {
        .ticket = s->notice.ticket,
        .at = clock_now(),
        .kind = STR("notice"),
        .actor = STR("inlet"),
    };
    const char *state = notice_state_names[s->notice.state];
    struct arena a = { 0 };
    int rc = tx_notice_set(tx, &s->notice, e);

    if (rc == 0 && s->notice.state == NOTICE_SENT)
        rc = receipts_early(tx, &s->notice, e);
    if (rc == 0 && s->notice.state == NOTICE_FAILED &&
        str_eq(s->notice.kind, STR(NOTICE_PASSED)))
        rc = passing_returned(tx, &s->notice, e);
    ev.text = str_of(arena_printf(&a, "%.*s %s%s%.*s", STR_FMT(s->notice.kind),
                                  state, s->notice.why.n > 0 ? ": " : "",
                                  STR_FMT(s->notice.why)));
    if (rc == 0 && s->notice.state != NOTICE_PENDING)
        rc = tx_event_add(tx, &ev, e);
    arena_free(&a);
    return rc;
}

static void record_done(void *arg, int rc, const struct error *e)
{
    struct sending *s = arg;

    if (rc < 0) {
        log_error("what became of notice %lld is not stored: %s",
                  (long long)s->notice.id, e->text);
    }
    sending_end(s);
}

static int64_t backoff_s(int tries)
{
    int64_t s = BACKOFF_S;

    for (int i = 1; i < tries && s < BACKOFF_MAX_S; i++)
        s *= 2;
    if (s > BACKOFF_MAX_S)
        s = BACKOFF_MAX_S;
    return s + (int64_t)randombytes_uniform((uint32_t)s / 4 + 1);
}

static void sent(void *arg, enum outcome outcome, struct str remote_id,
                 const struct error *why)
{
    static const enum notice_state states[] = {
        [OUTCOME_DONE] = NOTICE_SENT,
        [OUTCOME_LATER] = NOTICE_PENDING,
        [OUTCOME_NEVER] = NOTICE_FAILED,
        [OUTCOME_UNKNOWN] = NOTICE_UNKNOWN,
    };
    struct sending *s = arg;
    struct notice *n = &s->notice;

    n->state = states[outcome];
    n->remote_id = arena_str(&s->arena, remote_id);
    n->why = outcome == OUTCOME_DONE || why == NULL
                 ? STR_NONE
                 : str_of(arena_printf(&s->arena, "%s", why->text));
    if (outcome == OUTCOME_LATER) {
        n->next_at = clock_now() + backoff_s(n->tries);
        if (n->tries >= TRIES_MAX)
            n->state = NOTICE_FAILED;
    }
    if (n->state != NOTICE_SENT) {
        log_warn("notice %lld by %.*s is %s: %.*s", (long long)n->id,
                 STR_FMT(n->channel), notice_state_names[n->state],
                 STR_FMT(n->why));
    }
    store_submit(s->outbox->store, record_work, record_done, s);
}

/* ---- a try ---- */

static int claim_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct sending *s = arg;
    struct notice now;
    int rc = tx_notice_get(tx, s->notice.id, &now, &s->arena, e);

    if (rc < 0)
        return rc;
    s->withdrawn = now.state != NOTICE_PENDING;
    if (s->withdrawn)
        return 0;
    rc = notice_opted_out(tx, s->notice.to, &s->forbidden, e);
    s->notice.state = NOTICE_CLAIMED;
    return rc < 0 ? rc : tx_notice_set(tx, &s->notice, e);
}

static void claim_done(void *arg, int rc, const struct error *e)
{
    struct sending *s = arg;
    struct outbox *o = s->outbox;
    struct error why;

    if (rc < 0) { /* nothing has left: it stays due */
        log_error("notice %lld waits: %s", (long long)s->notice.id, e->text);
        sending_end(s);
        wake_in(o, BACKOFF_S * 1000);
    } else if (s->withdrawn) {
        sending_end(s);
    } else if (s->forbidden != NULL) {
        error(&why, E_DENIED, "%s", s->forbidden);
        sent(s, OUTCOME_NEVER, STR_NONE, &why);
    } else if (s->channel == NULL) {
        error(&why, E_NONE, "there is no channel %.*s any more",
              STR_FMT(s->notice.channel));
        sent(s, OUTCOME_NEVER, STR_NONE, &why);
    } else {
        s->channel->adapter->send(s->channel, &s->notice, sent, s);
    }
}

static struct channel *channel_named(const struct outbox *o, struct str name)
{
    for (struct config_channel *c = o->config->channels; c != NULL;
         c = c->next) {
        if (str_eq(str_of(c->channel->name), name))
            return c->channel;
    }
    return NULL;
}

static bool is_under_way(const struct outbox *o, int64_t id)
{
    const struct sending *s = o->sendings;

    while (s != NULL && s->notice.id != id)
        s = s->next;
    return s != NULL;
}

static void notice_copy(struct notice *to, const struct notice *from,
                        struct arena *a)
{
    *to = *from;
    to->kind = arena_str(a, from->kind);
    to->channel = arena_str(a, from->channel);
    to->to = arena_str(a, from->to);
    to->subject = arena_str(a, from->subject);
    to->text = arena_str(a, from->text);
    to->message_id = arena_str(a, from->message_id);
    to->in_reply_to = arena_str(a, from->in_reply_to);
    to->token = arena_str(a, from->token);
    to->remote_id = arena_str(a, from->remote_id);
    to->why = STR_NONE;
}

static struct sending *sending_new(struct outbox *o, const struct notice *n)
{
    struct sending *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    s->outbox = o;
    notice_copy(&s->notice, n, &s->arena);
    s->channel = channel_named(o, n->channel);
    s->next = o->sendings;
    o->sendings = s;
    o->under_way += weight(s);
    return s;
}

static void try_one(struct outbox *o, const struct notice *n)
{
    struct sending *s = sending_new(o, n);

    s->notice.tries++;
    store_submit(o->store, claim_work, claim_done, s);
}

static void look(struct outbox *o)
{
    struct arena a = { 0 };
    struct notice_list *due;
    struct error e;
    int64_t next = 0;

    if (o->closing || o->under_way >= UNDER_WAY_MAX)
        return;
    if (store_notices_due(o->store, clock_now(), BATCH, &due, &a, &e) < 0) {
        log_error("cannot look for notices: %s", e.text);
        due = NULL;
    }
    for (; due != NULL && o->under_way < UNDER_WAY_MAX; due = due->next) {
        if (due->notice.state == NOTICE_PENDING &&
            !is_under_way(o, due->notice.id))
            try_one(o, &due->notice);
    }
    arena_free(&a);
    if (o->under_way == 0 && store_notice_next(o->store, &next, &e) == 0 &&
        next > clock_now() && next - clock_now() < LOOK_MS / 1000)
        wake_in(o, (next - clock_now()) * 1000);
}

void outbox_kick(struct outbox *o)
{
    look(o);
}

/* ---- after a restart ---- */

void outbox_resume(struct outbox *o)
{
    struct arena a = { 0 };
    struct notice_list *due;
    struct error e;

    error(&e, E_DIED,
          "inlet ended while it was being sent: it may have arrived");
    if (store_notices_due(o->store, clock_now(), 100000, &due, &a, &e) < 0) {
        log_error("cannot look for notices: %s", e.text);
        due = NULL;
    }
    for (; due != NULL; due = due->next) {
        if (due->notice.state == NOTICE_CLAIMED)
            sent(sending_new(o, &due->notice), OUTCOME_UNKNOWN, STR_NONE, &e);
    }
    arena_free(&a);
    wake_in(o, 0);
}

int outbox_open(struct outbox **out, struct uv_loop_s *loop,
                struct config *config, struct store *store, struct error *e)
{
    struct outbox *o = calloc(1, sizeof(*o));

    (void)e;
    if (o == NULL)
        abort();
    o->loop = loop;
    o->config = config;
    o->store = store;
    uv_timer_init(loop, &o->timer);
    o->timer.data = o;
    *out = o;
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    (void)handle;
}

void outbox_close(struct outbox *o)
{
    o->closing = true;
    uv_close((uv_handle_t *)&o->timer, timer_closed);
}

void outbox_free(struct outbox *o)
{
    free(o);
}
