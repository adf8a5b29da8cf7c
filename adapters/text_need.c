/*
 * What must be fetched before a call can be believed: a certificate to check
 * a signature with. It is kept for a day. Anyone may make us ask, so there is
 * one fetch at a time, and what failed is not tried again for a minute.
 */
#include "base/clock.h"
#include "base/log.h"
#include "text_internal.h"

enum {
    NEED_BYTES = 64 * 1024,
    NEED_MS = 10 * 1000, /* who called waits for its answer */
    KEPT_S = 86400,
    FAILED_S = 60,
    WAITING_MAX = 64,
    URL_BYTES = 2000,
};

struct waiting {
    text_need_fn *done;
    void *arg;
};

struct text_fetch {
    struct text_machine *m;
    struct arena arena; /* holds this itself */
    struct str url;
    size_t n;
    struct waiting waiting[WAITING_MAX];
};

static struct text_need *kept(struct text_machine *m, struct str url)
{
    for (size_t i = 0; i < TEXT_NEEDS_KEPT; i++) {
        struct text_need *need = &m->needs[i];

        if (str_eq(need->url, url) && need->until > clock_now())
            return need;
    }
    return NULL;
}

/* What fails has one place: strangers must not push out what is good. */
static const struct text_need *keep(struct text_machine *m, struct str url,
                                    const struct transfer_result *r)
{
    bool failed = r->rc < 0 || r->status != 200;
    size_t at = failed ? 0 : 1 + m->next_need++ % (TEXT_NEEDS_KEPT - 1);
    struct text_need *need = &m->needs[at];

    arena_free(&need->arena);
    *need = (struct text_need){ .failed = failed };
    need->url = arena_str(&need->arena, url);
    need->bytes = arena_str(&need->arena, failed ? STR("") : r->body);
    need->until = clock_now() + (failed ? FAILED_S : KEPT_S);
    if (failed) {
        log_warn("%s: %.*s cannot be had: %s", m->t->channel.name, STR_FMT(url),
                 r->rc < 0 ? r->why.text : "the answer is not 200");
    }
    return need;
}

static struct text_fetch *fetch_new(struct text_machine *m, struct str url)
{
    struct arena a = { 0 };
    struct text_fetch *f = arena_new(&a, struct text_fetch);

    f->arena = a;
    f->m = m;
    f->url = arena_str(&f->arena, url);
    return f;
}

static void fetch_free(struct text_fetch *f)
{
    struct arena a = f->arena;

    arena_free(&a);
}

static void fetched(void *arg, const struct transfer_result *r)
{
    struct text_fetch *f = arg;
    struct text_machine *m = f->m;
    const struct text_need *need = keep(m, f->url, r);

    m->fetch = NULL;
    for (size_t i = 0; i < f->n; i++)
        f->waiting[i].done(f->waiting[i].arg, need);
    fetch_free(f);
    text_end(m);
}

static void begin(struct text_fetch *f, transfer_done_fn *done)
{
    struct text_machine *m = f->m;
    struct str ca = m->t->with.ca_file;
    struct transfer ask = {
        .url = arena_dup(&f->arena, f->url),
        .ca_file = ca.n > 0 ? arena_dup(&f->arena, ca) : NULL,
        .guarded = !text_at_stand_in(m, f->url),
        .hosts = m->need_hosts,
        .max_bytes = NEED_BYTES,
        .timeout_ms = NEED_MS,
    };

    text_begin(m);
    transfer_start(m->t->channel.transfers, &ask, done, f);
}

void text_need_get(struct text_machine *m, struct str url, text_need_fn *done,
                   void *arg)
{
    const struct text_need *need = kept(m, url);
    struct text_fetch *f = m->fetch;

    if (need != NULL || m->stopping || url.n > URL_BYTES) {
        done(arg, need);
        return;
    }
    if (f != NULL && (!str_eq(f->url, url) || f->n == WAITING_MAX)) {
        done(arg, NULL);
        return;
    }
    if (f == NULL)
        m->fetch = f = fetch_new(m, url);
    f->waiting[f->n++] = (struct waiting){ done, arg };
    if (f->n == 1)
        begin(f, fetched);
}

static void visited(void *arg, const struct transfer_result *r)
{
    struct text_fetch *f = arg;
    struct text_machine *m = f->m;
    struct text_need need = {
        .url = f->url,
        .failed = r->rc < 0 || r->status < 200 || r->status > 299,
    };

    if (need.failed) {
        log_warn("%s: %.*s could not be visited: %s", m->t->channel.name,
                 STR_FMT(f->url), r->rc < 0 ? r->why.text : "no 200");
    } else {
        log_info("%s: %.*s was visited, as %s asked", m->t->channel.name,
                 STR_FMT(f->url), m->provider->called);
    }
    f->waiting[0].done(f->waiting[0].arg, &need);
    fetch_free(f);
    text_end(m);
}

void text_visit(struct text_machine *m, struct str url, text_need_fn *done,
                void *arg)
{
    struct text_fetch *f;

    if (m->stopping || url.n > URL_BYTES) {
        done(arg, NULL);
        return;
    }
    f = fetch_new(m, url);
    f->waiting[0] = (struct waiting){ done, arg };
    begin(f, visited);
}

void text_needs_free(struct text_machine *m)
{
    for (size_t i = 0; i < TEXT_NEEDS_KEPT; i++) {
        arena_free(&m->needs[i].arena);
        m->needs[i] = (struct text_need){ 0 };
    }
}
