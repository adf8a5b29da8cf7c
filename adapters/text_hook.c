/*
 * What a provider tells us as it happens: messages, and how sending went.
 * Size, signature, store, thank you, in this order; everything else comes
 * later.
 */
#include "text_hook.h"

#include "base/clock.h"
#include "base/log.h"
#include "http/http.h"
#include "text_internal.h"

enum { WARN_MS = 60 * 1000, ROUTES = 4 };

/* One call, from its coming to its answer; lives in its request's arena. */
struct call {
    struct text_machine *m;
    struct http_request *r;
    struct text_call said;
    bool fetched; /* what was needed has been asked for */
};

static void decide(struct call *c);

static struct str query_of(const struct http_request *r)
{
    struct str target = http_target(r);
    size_t at = str_find(target, STR("?"));

    return str_slice(target, at, target.n);
}

static struct str header_of(const void *from, const char *name)
{
    return http_header(from, name);
}

static bool is_kind(struct str type, const char *ending)
{
    struct str kind = str_trim(str_until(&type, STR(";")));
    size_t n = strlen(ending);

    return kind.n >= n &&
           str_case_eq(str_slice(kind, kind.n - n, kind.n), str_of(ending));
}

/* Some say text/plain and send JSON: then it is what the provider sends. */
static enum raw_format format_of(const struct call *c)
{
    if (str_eq(c->said.method, STR("GET")) ||
        is_kind(c->said.type, "x-www-form-urlencoded"))
        return RAW_FORM;
    if (is_kind(c->said.type, "json"))
        return RAW_JSON;
    return c->m->provider->adapter.format;
}

/* The bytes that carry the fields: the body, or all after "?". */
static struct str bytes_of(const struct http_request *r)
{
    struct str query = query_of(r);

    if (str_eq(http_method(r), STR("GET")))
        return str_slice(query, 1, query.n);
    return http_body(r);
}

/* ---- who has called ---- */

/* True: it is time for a line. */
static bool warn(struct text_warning *w)
{
    int64_t now = clock_monotonic_ms();

    w->n++;
    if (w->at != 0 && now - w->at < WARN_MS)
        return false;
    w->at = now;
    return true;
}

void text_refuse(struct text_channel *t, struct http_request *r)
{
    struct text_machine *m = t->machine;

    inbox_count(&t->channel, "forged");
    if (warn(&m->forged)) {
        log_warn("%s: %lld requests whose signature is wrong, the last from "
                 "%.*s; if they are from %s: is the secret right, and is %s "
                 "the address set there?",
                 t->channel.name, (long long)m->forged.n, STR_FMT(http_peer(r)),
                 m->provider->called, t->hook);
        m->forged.n = 0;
    }
    http_respond_error(r, 403, "The signature is wrong.");
}

static void refuse_stale(struct call *c)
{
    struct text_machine *m = c->m;

    inbox_count(&m->t->channel, "forged");
    if (warn(&m->stale)) {
        log_warn("%s: %lld requests that were signed too long ago, the last "
                 "from %.*s; if they are new: is this machine's clock right?",
                 m->t->channel.name, (long long)m->stale.n,
                 STR_FMT(http_peer(c->r)));
        m->stale.n = 0;
    }
    http_respond_error(c->r, 403, "This was signed too long ago.");
}

static void needed(void *arg, const struct text_need *need)
{
    struct call *c = arg;

    if (need == NULL || need->failed || c->m->stopping) {
        http_respond_error(c->r, 503, "Not to be checked now: try again.");
        return;
    }
    c->said.fetched = arena_str(http_arena(c->r), need->bytes);
    decide(c);
}

static void taken(void *arg, int rc)
{
    struct call *c = arg;
    const struct text_provider *p = c->m->provider;
    struct http_response thanks = {
        .status = 200,
        .type = p->thanks_type != NULL ? p->thanks_type : "text/plain",
        .body = p->thanks != NULL ? str_of(p->thanks) : STR(""),
    };

    if (rc == 0) {
        http_respond(c->r, &thanks);
    } else {
        http_respond_error(c->r, 503, "Not stored: try again.");
    }
}

/* Each message of a call is stored with the whole of it. */
static bool too_many(const struct text *texts)
{
    int n = 0;

    for (; texts != NULL && n <= TEXT_ITEMS_MAX; texts = texts->next)
        n++;
    return n > TEXT_ITEMS_MAX;
}

static void let_in(struct call *c)
{
    struct text_machine *m = c->m;
    struct arena *a = http_arena(c->r);
    struct text_taken what = {
        .format = format_of(c),
        .type = c->said.type,
        .bytes = bytes_of(c->r),
    };
    struct text unread = { .kind = TEXT_MESSAGE };
    struct text *texts = NULL;
    struct error e;
    int rc = m->provider->read(&texts, what.format, what.bytes, a, &e);

    if (rc == 0 && too_many(texts)) {
        inbox_count(&m->t->channel, "unread");
        http_respond_error(c->r, 400, "Too many texts in one call.");
        return;
    }
    if (rc < 0) {
        /* It is genuine, so it is kept: a person sees what it was. */
        inbox_count(&m->t->channel, "unread");
        log_warn("%s: a signed request that cannot be read: %s",
                 m->t->channel.name, e.text);
        texts = &unread;
    }
    what.texts = texts;
    http_hold(c->r);
    text_take(m->t, &what, taken, c);
}

static void decide(struct call *c)
{
    struct text_machine *m = c->m;
    enum text_verdict v = m->provider->check(m->t, &c->said, http_arena(c->r));

    if (v == TEXT_GENUINE) {
        let_in(c);
    } else if (v == TEXT_NEEDS && !c->fetched) {
        c->fetched = true;
        http_hold(c->r);
        text_need_get(m, c->said.need, needed, c);
    } else if (v == TEXT_AGAIN) {
        http_respond_error(c->r, 503, "Not signed: try again.");
    } else if (v == TEXT_STALE) {
        refuse_stale(c);
    } else {
        text_refuse(m->t, c->r);
    }
}

static void take(struct text_machine *m, struct http_request *r,
                 const char *hook)
{
    struct arena *a = http_arena(r);
    struct str query = query_of(r);
    struct call *c = arena_new(a, struct call);

    c->m = m;
    c->r = r;
    if (m->stopping) {
        http_respond_error(r, 503, "Stopping: try again.");
        return;
    }
    if (str_eq(http_method(r), STR("HEAD"))) {
        http_respond_error(r, 405, "Only GET and POST are understood here.");
        return;
    }
    if (m->provider->serve != NULL && m->provider->serve(m->t, r))
        return;
    if (m->provider->check == NULL) {
        http_respond_error(r, 404, "There is nothing here.");
        return;
    }
    c->said = (struct text_call){
        .method = http_method(r),
        .url = str_of(arena_printf(a, "%s%.*s", hook, STR_FMT(query))),
        .type = http_header(r, "content-type"),
        .body = http_body(r),
        .header = header_of,
        .from = r,
    };
    decide(c);
}

static void take_hook(struct http_request *r, void *arg)
{
    struct text_machine *m = arg;

    take(m, r, m->t->hook);
}

static void take_status(struct http_request *r, void *arg)
{
    struct text_machine *m = arg;

    if (m->t->status_url == NULL) {
        http_respond_error(r, 404, "There is nothing here.");
        return;
    }
    take(m, r, m->t->status_url);
}

void text_routes(struct text_machine *m)
{
    struct arena *a = m->t->channel.arena;
    struct route *table = arena_array(a, struct route, ROUTES + 1);
    size_t most = m->provider->hook_bytes;

    if (most == 0)
        most = TEXT_HOOK_BYTES;
    table[0] = (struct route){ "POST", "", most, take_hook };
    table[1] = (struct route){ "GET", "", 0, take_hook };
    table[2] = (struct route){ "POST", "/status", most, take_status };
    table[3] = (struct route){ "GET", "/status", 0, take_status };
    http_routes(m->t->channel.http, table, arena_dup(a, m->t->with.path), m);
}
