/*
 * An Open311 GeoReport v2 server. A request is answered with its number once
 * it is on disk and filed; who waits too long gets a token to ask by.
 */
#include "open311.h"

#include <stddef.h>

#include "base/clock.h"

#define AT(field) offsetof(struct open311, field)

enum { MOST = 1000 * 1000, SECOND_MS = 1000 };

static const struct setting settings[] = {
    { .name = "path",
      .kind = SETTING_TEXT,
      .offset = AT(path),
      .fallback = "/open311/v2",
      .help = "where it stands, below public-url" },
    { .name = "key",
      .kind = SETTING_LIST,
      .offset = AT(keys),
      .help = "NAME KEY, or NAME file PATH: who may send; may stand several "
              "times, for one name too while its key is changed" },
    { .name = "trust",
      .kind = SETTING_LIST,
      .offset = AT(trusted),
      .help = "the name of a key that sees every report in full and may set "
              "its state; may stand several times" },
    { .name = "public",
      .kind = SETTING_FLAG,
      .offset = AT(public),
      .fallback = "yes",
      .help = "may reports be listed without a key, as on the public map?" },
    { .name = "answer",
      .kind = SETTING_FLAG,
      .offset = AT(answer),
      .fallback = "yes",
      .help = "are residents answered by us too? no: the sender does it" },
    { .name = "jurisdiction",
      .kind = SETTING_LIST,
      .offset = AT(jurisdictions),
      .help = "a jurisdiction_id that is ours; may stand several times; the "
              "town's jurisdiction if not set" },
    { .name = "category",
      .kind = SETTING_LIST,
      .offset = AT(categories),
      .help = "a category that is offered; may stand several times; none: "
              "all" },
    { .name = "contact",
      .kind = SETTING_TEXT,
      .offset = AT(contact),
      .help = "whom developers may ask; mail-from if not set" },
    { .name = "key-service",
      .kind = SETTING_TEXT,
      .offset = AT(key_service),
      .help = "how one gets a key, in words or as an address; contact if not "
              "set" },
    { .name = "test-url",
      .kind = SETTING_TEXT,
      .offset = AT(test_url),
      .help = "another inlet's path, where developers may try" },
    { .name = "files",
      .kind = SETTING_NUMBER,
      .offset = AT(files),
      .max = 20,
      .fallback = "10",
      .help = "how many files a request may have" },
    { .name = "file-bytes",
      .kind = SETTING_BYTES,
      .offset = AT(file_bytes),
      .min = 1024,
      .max = RAW_MAX,
      .fallback = "10m",
      .help = "how large each of them may be; all together: 35m" },
    { .name = "media-host",
      .kind = SETTING_LIST,
      .offset = AT(media_hosts),
      .help = "a host, or .ending, that a media_url is fetched from; may stand "
              "several times; none: never, its address is kept" },
    { .name = "limit",
      .kind = SETTING_NUMBER,
      .offset = AT(per_hour),
      .max = MOST,
      .fallback = "1000",
      .help = "requests and updates of one key within an hour; 0: any" },
    { .name = "wait",
      .kind = SETTING_SECONDS,
      .offset = AT(wait),
      .max = 60,
      .fallback = "10s",
      .help = "how long a request waits for its number before it gets a token "
              "instead" },
    { 0 },
};

/* ---- what is on its way ---- */

struct open311_post *open311_post_new(struct open311 *o)
{
    struct open311_post *p = o->spare;

    if (p != NULL) {
        o->spare = p->next;
    } else {
        p = arena_new(o->channel.arena, struct open311_post);
    }
    *p = (struct open311_post){ .of = o, .next = o->posts };
    o->posts = p;
    return p;
}

void open311_post_free(struct open311_post *p)
{
    struct open311 *o = p->of;
    struct open311_post **at = &o->posts;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    p->next = o->spare;
    o->spare = p;
}

static void number_write(struct open311_out *out, const struct open311_post *p,
                         int64_t ticket)
{
    char text[24];

    open311_list(out, "service_requests");
    open311_thing(out, "request");
    snprintf(text, sizeof(text), "%lld", (long long)ticket);
    if (ticket != 0) {
        open311_text(out, "service_request_id", str_of(text));
    } else {
        open311_text(out, "token", p->token);
    }
    open311_nothing(out, "service_notice");
    open311_nothing(out, "account_id");
    open311_end(out);
    open311_end(out);
}

static void update_write(struct open311_out *out, const struct open311_post *p)
{
    open311_list(out, "service_request_updates");
    open311_thing(out, "request_update");
    open311_text(out, "update_id", p->token);
    open311_end(out);
    open311_end(out);
}

void open311_post_answer(struct open311_post *p, int64_t ticket)
{
    struct http_request *r = p->request;
    struct buf buf = buf_init(1024 * 1024);
    struct open311_call c = {
        .of = p->of, .request = r, .xml = p->xml, .language = p->language
    };
    struct open311_out out;

    p->request = NULL;
    if (r == NULL)
        return;
    c.a = http_arena(r);
    out = open311_to(&buf, p->xml);
    if (p->update) {
        update_write(&out, p);
    } else {
        number_write(&out, p, ticket);
    }
    open311_respond(&c, &buf);
}

static void timer_closed(uv_handle_t *h)
{
    struct open311 *o = h->data;

    o->stopped(&o->channel);
}

static void stop_if_idle(struct open311 *o)
{
    if (!o->stopping || o->busy > 0)
        return;
    if (o->started) {
        uv_close((uv_handle_t *)&o->timer, timer_closed);
    } else {
        o->stopped(&o->channel);
    }
}

void open311_post_again(struct open311_post *p)
{
    struct http_request *r = p->request;
    struct open311_call c = {
        .of = p->of, .request = r, .xml = p->xml, .language = p->language
    };

    p->request = NULL;
    if (r == NULL)
        return;
    c.a = http_arena(r);
    open311_refuse_one(&c, 503, "error.trouble");
}

/*
 * A request is safe now, and is asked for by its token. An update has not done
 * yet what it says: it is asked for once more.
 */
static void answer_early(struct open311_post *p)
{
    if (p->update) {
        open311_post_again(p);
    } else {
        open311_post_answer(p, 0);
    }
}

static void accepted(struct channel *ch, void *arg, int rc)
{
    struct open311 *o = (struct open311 *)ch;
    struct open311_post *p = arg;

    o->busy--;
    if (p->media != NULL) {
        open311_media_accepted(p->media, rc);
        if (rc < 0 && rc != E_DUPLICATE)
            open311_post_free(p);
    } else if (rc < 0 && rc != E_DUPLICATE) {
        open311_post_again(p);
        open311_post_free(p);
    } else {
        p->stored = true;
        p->due_ms = clock_monotonic_ms() + o->wait * SECOND_MS;
        if (o->stopping)
            answer_early(p);
    }
    stop_if_idle(o);
}

static void known(struct open311_post *p, int64_t ticket)
{
    if (p->update) {
        open311_update_filed(p, ticket);
        return;
    }
    open311_post_answer(p, ticket);
    open311_post_free(p);
}

/* The same was sent before, and that one is not filed yet: it is waited for. */
static void filed(struct channel *ch, void *arg, const struct filed *f)
{
    struct open311_post *p = arg;

    (void)ch;
    if (p->media == NULL && f != NULL) {
        known(p, f->ticket);
    } else if (p->request != NULL) {
        p->waiting = true;
    } else { /* answered, or a picture */
        open311_post_free(p);
    }
}

/* Late, but safe: it is thanked now, with a token. */
static void answer_late(struct open311 *o, int64_t now)
{
    struct open311_post *next;

    for (struct open311_post *p = o->posts; p != NULL; p = next) {
        bool waiting = p->waiting;

        next = p->next;
        if (!p->stored || p->settling || p->due_ms > now)
            continue;
        answer_early(p);
        if (waiting)
            open311_post_free(p);
    }
}

static void look_for(struct open311_post *p)
{
    int64_t ticket = 0;
    struct error e;

    if (listing_origin(&p->of->channel, p->token, &ticket, &e) == 0 &&
        ticket != 0) {
        p->waiting = false;
        known(p, ticket);
    }
}

static void look(uv_timer_t *t)
{
    struct open311 *o = t->data;
    struct open311_post *next;

    for (struct open311_post *p = o->posts; p != NULL; p = next) {
        next = p->next;
        if (p->waiting)
            look_for(p);
    }
    answer_late(o, clock_monotonic_ms());
    open311_media_look(o);
}

/* ---- routes ---- */

static const struct {
    const char *name; /* without its ending */
    void (*get)(struct open311_call *c);
    void (*post)(struct open311_call *c);
} files[] = {
    { "discovery", open311_discovery, NULL },
    { "services", open311_services, NULL },
    { "requests", open311_requests, open311_take_request },
    { "servicerequestupdates", open311_updates, open311_take_update },
};

static void serve(struct http_request *r, struct open311 *o, bool post)
{
    struct open311_call c;
    size_t i = 0;

    if (!open311_call_begin(&c, o, r, http_param(r, "file")))
        return;
    while (i < COUNT_OF(files) && !str_eq(c.id, str_of(files[i].name)))
        i++;
    if (i == COUNT_OF(files) || (post && files[i].post == NULL)) {
        open311_refuse_one(&c, 404, "open311.nothing");
    } else {
        (post ? files[i].post : files[i].get)(&c);
    }
}

static void get(struct http_request *r, void *arg)
{
    serve(r, arg, false);
}

static void take(struct http_request *r, void *arg)
{
    serve(r, arg, true);
}

/* What a browser asks before it lets another site's page send. */
static void preflight(struct http_request *r, void *arg)
{
    static const struct http_header_line lines[] = {
        { "Access-Control-Allow-Origin", STR_INIT("*") },
        { "Access-Control-Allow-Methods", STR_INIT("GET, POST, OPTIONS") },
        { "Access-Control-Allow-Headers", STR_INIT("Content-Type") },
        { "Access-Control-Max-Age", STR_INIT("86400") },
        { NULL, { NULL, 0 } },
    };

    (void)arg;
    http_respond(r, &(struct http_response){ .status = 204, .headers = lines });
}

static const struct route routes[] = {
    { "GET", "/:file", 0, get },
    { "POST", "/:file", RAW_MAX, take },
    { "OPTIONS", "/:file", 0, preflight },
    { "GET", "/services/:file", 0, open311_get_service },
    { "OPTIONS", "/services/:file", 0, preflight },
    { "GET", "/requests/:file", 0, open311_get_request },
    { "OPTIONS", "/requests/:file", 0, preflight },
    { "GET", "/tokens/:file", 0, open311_get_token },
    { "OPTIONS", "/tokens/:file", 0, preflight },
    { NULL, NULL, 0, NULL },
};

/* ---- its life ---- */

static int opened(struct channel *ch, struct error *e)
{
    struct open311 *o = (struct open311 *)ch;
    const char *path = arena_dup(ch->arena, o->path);

    if (!str_starts(o->path, STR("/")) || o->path.n < 2 ||
        str_ends(o->path, STR("/")) || strpbrk(path, "?#: \"<>%") != NULL) {
        return error(e, E_CONFIG, "path: \"%s\" is not a path like /open311/v2",
                     path);
    }
    o->posts_limit = arena_new(ch->arena, struct limit);
    o->gets_limit = arena_new(ch->arena, struct limit);
    o->guesses_limit = arena_new(ch->arena, struct limit);
    return open311_keys_open(o, e);
}

static void start(struct channel *ch)
{
    struct open311 *o = (struct open311 *)ch;

    limit_begin(o->posts_limit);
    limit_begin(o->gets_limit);
    limit_begin(o->guesses_limit);
    uv_timer_init(ch->loop, &o->timer);
    o->timer.data = o;
    uv_timer_start(&o->timer, look, OPEN311_LOOK_MS, OPEN311_LOOK_MS);
    o->started = true;
    open311_media_start(o);
    http_routes(ch->http, routes, arena_dup(ch->arena, o->path), o);
}

static void stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct open311 *o = (struct open311 *)ch;

    o->stopping = true;
    o->stopped = stopped;
    answer_late(o, INT64_MAX);
    open311_media_stop(o);
    stop_if_idle(o);
}

const struct adapter open311_adapter = {
    .name = "open311",
    .help = "reports from apps and vendors, by Open311 GeoReport v2",
    .can = ADAPTER_RECEIVES,
    .ending = ".open311",
    .format = RAW_FORM,
    .settings = settings,
    .size = sizeof(struct open311),
    .read = open311_read,
    .part = open311_part,
    .open = opened,
    .start = start,
    .accepted = accepted,
    .filed = filed,
    .stop = stop,
};
