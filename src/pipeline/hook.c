#include "pipeline/hook.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "pipeline/hook_body.h"
#include "store/work.h"

enum {
    LOOK_MS = 250,
    BATCH = 200, /* events taken up at once */
    UNDER_WAY_MAX = 4,
    BACKOFF_S = 2, /* doubled with each try */
    BACKOFF_MAX_S = 3600,
    TRIES_MAX = 80, /* about three days */
    FAILURES = 4,   /* in a row, then the other side is left in peace */
    PEACE_MAX_S = 300,
    STORE_S = 10, /* until a store that failed is asked again */
};

#define CURSOR "event"

struct hook {
    struct hooks *of;
    struct channel *channel;
    int64_t taken; /* events up to this one are rows, or were */
    bool taking;
    struct call *calls;
    int under_way;
    int failures;      /* in a row */
    int64_t resume_at; /* not before */
    int64_t take_at;   /* nor is anything taken up */
    struct hook *next;
};

struct hooks {
    uv_loop_t *loop;
    struct config *config;
    struct store *store;
    uv_timer_t timer;
    struct hook *all;
    bool closing;
};

/* ---- events become rows ---- */

struct taking {
    struct hook *hook;
    struct arena arena;
    struct hook_call *calls;
    int64_t upto;
};

static int take_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct taking *t = arg;
    char text[24];
    int rc = 0;

    for (const struct hook_call *c = t->calls; rc == 0 && c != NULL;
         c = c->next)
        rc = tx_hook_add(tx, c, e);
    snprintf(text, sizeof(text), "%lld", (long long)t->upto);
    if (rc == 0) {
        rc = tx_cursor_set(tx, str_of(t->hook->channel->name), CURSOR,
                           str_of(text), e);
    }
    return rc;
}

static void take_done(void *arg, int rc, const struct error *e)
{
    struct taking *t = arg;

    t->hook->taking = false;
    if (rc == 0) {
        t->hook->taken = t->upto;
    } else {
        log_error("%s: events wait: %s", t->hook->channel->name, e->text);
        t->hook->take_at = clock_now() + STORE_S;
    }
    arena_free(&t->arena);
    free(t);
}

static int call_make(struct taking *t, const struct news *n,
                     struct hook_call **out, struct error *e)
{
    struct hooks *of = t->hook->of;
    struct buf body = buf_init(HOOK_BODY_MAX);
    struct ticket ticket;
    struct event ev;
    int rc = store_event_get(of->store, n->event, &ev, &t->arena, e);

    if (rc == 0)
        rc = store_ticket_get(of->store, n->ticket, &ticket, &t->arena, e);
    if (rc < 0)
        return rc;
    hook_body(&body, &of->config->town, &ev, &ticket);
    *out = arena_new(&t->arena, struct hook_call);
    **out = (struct hook_call){
        .channel = str_of(t->hook->channel->name),
        .ticket = n->ticket,
        .event = n->event,
        .kind = ev.kind,
        .body = arena_str(&t->arena, buf_str(&body)),
    };
    buf_free(&body);
    return 0;
}

static int calls_make(struct taking *t, struct error *e)
{
    struct hook_call **end = &t->calls;
    struct news *news;
    int rc = store_events_after(t->hook->of->store, t->hook->taken, BATCH,
                                &news, &t->arena, e);

    for (; rc == 0 && news != NULL; news = news->next) {
        rc = call_make(t, news, end, e);
        if (rc == 0) {
            t->upto = news->event;
            end = &(*end)->next;
        }
    }
    return rc;
}

static void take(struct hook *h)
{
    struct taking *t;
    int64_t last = 0;
    struct error e;
    int rc;

    if (h->taking || h->take_at > clock_now() ||
        store_event_last(h->of->store, &last, &e) < 0 || last <= h->taken)
        return;
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        abort();
    t->hook = h;
    rc = calls_make(t, &e);
    if (rc < 0) {
        log_error("%s: events cannot be told: %s", h->channel->name, e.text);
        h->take_at = clock_now() + STORE_S;
    }
    if (t->calls == NULL) {
        arena_free(&t->arena);
        free(t);
        return;
    }
    h->taking = true;
    store_submit(h->of->store, take_work, take_done, t);
}

/* ---- rows go out ---- */

struct call {
    struct hook *hook;
    struct arena arena;
    struct hook_call row;
    struct notice notice;
    bool ended;
    struct call *next;
};

static void call_free(struct call *c)
{
    struct call **at = &c->hook->calls;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->hook->under_way--;
    arena_free(&c->arena);
    free(c);
}

static int record_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct call *c = arg;

    return c->ended ? tx_hook_end(tx, c->row.id, e)
                    : tx_hook_set(tx, &c->row, e);
}

static void record_done(void *arg, int rc, const struct error *e)
{
    struct call *c = arg;

    if (rc < 0) {
        log_error("%s: what became of event %lld is not stored: %s",
                  c->hook->channel->name, (long long)c->row.event, e->text);
        c->hook->resume_at = clock_now() + STORE_S; /* it stays due */
    }
    call_free(c);
}

static int64_t backoff_s(int tries, int64_t most)
{
    int64_t s = BACKOFF_S;

    for (int i = 1; i < tries && s < most; i++)
        s *= 2;
    return s < most ? s : most;
}

static void is_well(struct hook *h)
{
    if (h->failures >= FAILURES)
        inbox_health(h->channel, NULL);
    h->failures = 0;
    h->resume_at = 0;
}

static void is_ill(struct hook *h, const struct error *why)
{
    h->failures++;
    if (h->failures < FAILURES)
        return;
    h->resume_at =
        clock_now() + backoff_s(h->failures - FAILURES + 1, PEACE_MAX_S);
    if (h->failures == FAILURES)
        inbox_health(h->channel, "events do not arrive: %s", why->text);
}

static void give_up(struct call *c, const char *why)
{
    c->ended = true;
    inbox_count(c->hook->channel, "events-lost");
    log_error("%s: event %lld of ticket %lld is given up: %s",
              c->hook->channel->name, (long long)c->row.event,
              (long long)c->row.ticket, why);
}

/* Spread, so that all do not come back at once. */
static void put_off(struct call *c, const char *why)
{
    int64_t s = backoff_s(c->row.tries, BACKOFF_MAX_S);

    c->row.next_at =
        clock_now() + s + (int64_t)randombytes_uniform((uint32_t)s / 4 + 1);
    c->row.why = str_of(arena_printf(&c->arena, "%s", why));
    log_info("%s: event %lld waits: %s", c->hook->channel->name,
             (long long)c->row.event, why);
}

static void sent(void *arg, enum outcome outcome, struct str remote_id,
                 const struct error *why)
{
    struct call *c = arg;
    struct hooks *of = c->hook->of;

    (void)remote_id;
    if (outcome == OUTCOME_DONE) {
        is_well(c->hook);
        c->ended = true;
    } else if (of->closing) { /* it was cut short by us: it stays due */
        call_free(c);
        return;
    } else if (outcome == OUTCOME_NEVER || ++c->row.tries >= TRIES_MAX) {
        give_up(c, why->text);
    } else {
        is_ill(c->hook, why);
        put_off(c, why->text);
    }
    store_submit(of->store, record_work, record_done, c);
}

static bool is_under_way(const struct hook *h, int64_t id)
{
    const struct call *c = h->calls;

    while (c != NULL && c->row.id != id)
        c = c->next;
    return c != NULL;
}

static void try_one(struct hook *h, const struct hook_call *row)
{
    struct call *c = calloc(1, sizeof(*c));

    if (c == NULL)
        abort();
    c->hook = h;
    c->row = *row;
    c->row.kind = arena_str(&c->arena, row->kind);
    c->row.body = arena_str(&c->arena, row->body);
    c->row.channel = str_of(h->channel->name);
    c->row.why = STR_NONE;
    c->notice = (struct notice){ .id = row->event,
                                 .ticket = row->ticket,
                                 .kind = c->row.kind,
                                 .text = c->row.body,
                                 .channel = c->row.channel,
                                 .tries = row->tries };
    c->next = h->calls;
    h->calls = c;
    h->under_way++;
    h->channel->adapter->send(h->channel, &c->notice, sent, c);
}

static void deliver(struct hook *h)
{
    int most = h->failures >= FAILURES ? 1 : UNDER_WAY_MAX;
    struct arena a = { NULL };
    struct hook_call *due;
    struct error e;

    if (h->under_way >= most || h->resume_at > clock_now())
        return;
    if (store_hooks_due(h->of->store, str_of(h->channel->name), clock_now(),
                        &due, &a, &e) < 0) {
        log_error("%s: cannot look for events: %s", h->channel->name, e.text);
        due = NULL;
    }
    for (; due != NULL && h->under_way < most; due = due->next) {
        if (!is_under_way(h, due->id))
            try_one(h, due);
    }
    arena_free(&a);
}

static void look(uv_timer_t *t)
{
    struct hooks *all = t->data;

    for (struct hook *h = all->all; h != NULL; h = h->next) {
        take(h);
        deliver(h);
    }
}

/* ---- its life ---- */

/*
 * Where it was. The first time that is the last event there is, and it is
 * noted at once: what comes from now on is told, whatever ends us.
 */
static void cursor_begin(struct hook *h)
{
    struct arena a = { NULL };
    struct str text = STR_NONE;
    struct error e;
    int rc = store_cursor_get(h->of->store, str_of(h->channel->name), CURSOR,
                              &a, &text, &e);

    if (rc == 0 && !str_int(text, &h->taken)) {
        rc = store_event_last(h->of->store, &h->taken, &e);
        text = str_of(arena_printf(&a, "%lld", (long long)h->taken));
        if (rc == 0)
            inbox_cursor_set(h->channel, CURSOR, text);
    }
    if (rc < 0)
        log_error("%s: %s", h->channel->name, e.text);
    arena_free(&a);
}

void hooks_start(struct hooks *all)
{
    if (all == NULL)
        return;
    for (struct hook *h = all->all; h != NULL; h = h->next)
        cursor_begin(h);
    uv_timer_start(&all->timer, look, LOOK_MS, LOOK_MS);
}

int hooks_open(struct hooks **out, struct uv_loop_s *loop,
               struct config *config, struct store *store, struct error *e)
{
    struct hooks *all = calloc(1, sizeof(*all));

    (void)e;
    *out = NULL;
    if (all == NULL)
        abort();
    *all = (struct hooks){ .loop = loop, .config = config, .store = store };
    for (struct config_channel *c = config->channels; c != NULL; c = c->next) {
        struct hook *h;

        if ((c->channel->adapter->can & ADAPTER_SENDS_EVENTS) == 0)
            continue;
        h = calloc(1, sizeof(*h));
        if (h == NULL)
            abort();
        *h =
            (struct hook){ .of = all, .channel = c->channel, .next = all->all };
        all->all = h;
    }
    if (all->all == NULL) {
        free(all);
        return 0;
    }
    uv_timer_init(loop, &all->timer);
    all->timer.data = all;
    *out = all;
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    (void)handle;
}

void hooks_close(struct hooks *all)
{
    if (all == NULL)
        return;
    all->closing = true;
    uv_close((uv_handle_t *)&all->timer, timer_closed);
}

void hooks_free(struct hooks *all)
{
    while (all != NULL && all->all != NULL) {
        struct hook *h = all->all;

        all->all = h->next;
        free(h);
    }
    free(all);
}
