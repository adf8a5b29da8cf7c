#include "web/track.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/json.h"
#include "base/log.h"
#include "http/page.h"

enum {
    HEALTH_MAX = 64 * 1024,
    TOKEN_CHARS = 22, /* of TICKET_TOKEN_BYTES in base64url */
    YEAR_ZERO = 1900,
};

struct track {
    struct store *store;
    const struct templates *templates;
    const struct town *town;
};

static struct page page_for(const struct track *t, struct http_request *r,
                            struct str language)
{
    struct str asked = http_query(r, "lang");

    return (struct page){
        .templates = t->templates,
        .town = t->town,
        .a = http_arena(r),
        .language = page_language(t->town, r, asked.n > 0 ? asked : language),
    };
}

/* ---- a report's page ---- */

enum { DATE_VALUES = 4 };

/* A day as people say it, for date.html of the page's language. */
static void date_values(const struct page *p, int64_t at,
                        struct template_value to[DATE_VALUES])
{
    char stamp[CLOCK_TEXT];
    time_t when = (time_t)at;
    struct tm day = { 0 };

    localtime_r(&when, &day);
    to[0] = (struct template_value){
        "stamp", arena_str(p->a, str_of(clock_rfc3339(at, stamp))), NULL
    };
    to[1] = (struct template_value){
        "day", str_of(arena_printf(p->a, "%d", day.tm_mday)), NULL
    };
    to[2] = (struct template_value){
        "month", page_word(p, arena_printf(p->a, "month.%d", day.tm_mon + 1)),
        NULL
    };
    to[3] = (struct template_value){
        "year", str_of(arena_printf(p->a, "%d", day.tm_year + YEAR_ZERO)), NULL
    };
}

static const struct template_scope *created(const struct page *p, int64_t at)
{
    struct template_value values[DATE_VALUES];

    date_values(p, at, values);
    return page_scope(p->a, values, COUNT_OF(values));
}

/*
 * What residents are told of: the kinds that have words. An event's own text
 * stays inside; it may say how somebody is reached.
 */
static const struct template_scope *history(const struct page *p,
                                            const struct event_row *events)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (; events != NULL; events = events->next) {
        struct template_value values[DATE_VALUES + 1];
        struct str what = page_word_of(p, "event", events->event.kind);
        struct template_scope *s;

        if (what.n == 0)
            continue;
        date_values(p, events->event.at, values);
        values[DATE_VALUES] = (struct template_value){ "what", what, NULL };
        s = page_scope(p->a, values, COUNT_OF(values));
        last->next = s;
        last = s;
    }
    return head.next;
}

static void ticket_values(struct page *p, const struct ticket *t,
                          const struct event_row *events)
{
    struct str number = str_of(arena_printf(p->a, "%lld", (long long)t->id));
    struct str state = str_of(ticket_state_names[t->state]);
    struct str category = page_word_of(p, "category", t->category);
    struct str title = str_of(arena_printf(p->a, "%.*s %.*s",
                                           STR_FMT(page_word(p, "track.title")),
                                           STR_FMT(number)));

    page_begin(p, title, PAGE_LANGUAGES | PAGE_PRIVATE);
    page_put(p, "number", number);
    page_put(p, "state", state);
    page_put(p, "state_label", page_word_of(p, "state", state));
    page_put(p, "state_text", page_word_of(p, "state_text", state));
    page_put(p, "category", category.n > 0 ? category : t->category);
    page_put(p, "place", t->label);
    page_put_list(p, "created", created(p, t->created_at));
    page_put_list(p, "history", history(p, events));
}

int track_page(const struct track_view *v, struct arena *a, struct buf *out,
               struct error *e)
{
    struct page p = { .templates = v->templates,
                      .town = v->town,
                      .a = a,
                      .language = v->language };

    ticket_values(&p, v->ticket, v->events);
    return page_write(&p, "track.html", out, e);
}

static void respond_trouble(const struct track *t, struct http_request *r,
                            int status)
{
    struct page p = page_for(t, r, STR_NONE);
    bool none = status == 404;

    page_begin(&p,
               page_word(&p, none ? "error.none_title" : "error.trouble_title"),
               PAGE_PRIVATE);
    page_put(&p, "sentence",
             page_word(&p, none ? "error.none" : "error.trouble"));
    page_send(&p, r, status, "error.html");
}

static void get_ticket(struct http_request *r, void *arg)
{
    struct track *t = arg;
    struct arena *a = http_arena(r);
    struct str token = http_param(r, "token");
    struct ticket_whole whole = { 0 };
    struct ticket ticket = { 0 };
    struct page p;
    struct error e;
    int rc = E_NONE;

    if (token.n == TOKEN_CHARS)
        rc = store_ticket_by_token(t->store, token, &ticket, a, &e);
    if (rc == 0)
        rc = store_ticket_whole(t->store, ticket.id, &whole, a, &e);
    if (rc < 0) {
        if (rc != E_NONE)
            log_error("a report's page cannot be shown: %s", e.text);
        respond_trouble(t, r, rc == E_NONE ? 404 : 503);
        return;
    }
    p = page_for(t, r, ticket.language);
    ticket_values(&p, &whole.ticket, whole.events);
    page_send(&p, r, 200, "track.html");
}

/* ---- the start page and the stylesheet ---- */

static void get_start(struct http_request *r, void *arg)
{
    struct page p = page_for(arg, r, STR_NONE);

    page_begin(&p, page_word(&p, "start.title"), PAGE_LANGUAGES);
    page_send(&p, r, 200, "start.html");
}

static void get_style(struct http_request *r, void *arg)
{
    const struct track *t = arg;
    static const struct template_value nothing[] = {
        { NULL, { NULL, 0 }, NULL }
    };
    const struct http_header_line lines[] = {
        { "Cache-Control", STR("public, max-age=3600") },
        { NULL, STR_NONE },
    };
    struct buf out = buf_init(PAGE_MAX);
    struct error e;

    if (template_render(t->templates, STR_NONE, "inlet.css", nothing, &out,
                        &e) < 0) {
        http_respond_error(r, 404, NULL);
    } else {
        http_respond(r, &(struct http_response){
                            .status = 200,
                            .type = "text/css; charset=utf-8",
                            .body = buf_str(&out),
                            .headers = lines,
                        });
    }
    buf_free(&out);
}

/* ---- health ---- */

static void channel_write(struct json *j, const struct channel_row *c)
{
    json_begin_object(j);
    json_kv(j, "channel", c->channel);
    json_key(j, "trouble");
    json_str_or_null(j, c->health);
    json_kv_int(j, "messages", c->raws);
    json_kv_int(j, "waiting", c->waiting);
    json_kv_int(j, "quarantined", c->quarantined);
    json_kv_int(j, "last_at", c->last_at);
    json_end_object(j);
}

/*
 * Names and sentences are for who sits at the machine: a proxy passes on
 * where others come from, so they are seen as what they are.
 */
static bool is_inside(const struct http_request *r)
{
    struct str peer = http_peer(r);

    return str_starts(peer, STR("127.")) || str_eq(peer, STR("::1")) ||
           str_eq(peer, STR("unix"));
}

static void health_write(struct json *j, const struct channel_row *list, int rc,
                         bool inside)
{
    bool well = rc == 0;

    for (const struct channel_row *c = list; c != NULL; c = c->next)
        well = well && c->health.n == 0;
    json_begin_object(j);
    json_kv(j, "status", well ? STR("well") : STR("trouble"));
    json_kv_bool(j, "store", rc == 0);
    if (inside) {
        json_key(j, "channels");
        json_begin_array(j);
        for (const struct channel_row *c = list; c != NULL; c = c->next)
            channel_write(j, c);
        json_end_array(j);
    }
    json_end_object(j);
}

static void get_health(struct http_request *r, void *arg)
{
    struct track *t = arg;
    struct channel_row *list = NULL;
    struct buf out = buf_init(HEALTH_MAX);
    struct json j = json_to(&out);
    struct error e;
    int rc = store_channels(t->store, &list, http_arena(r), &e);

    if (rc < 0)
        log_error("the store does not answer: %s", e.text);
    health_write(&j, rc < 0 ? NULL : list, rc, is_inside(r));
    buf_byte(&out, '\n');
    http_respond(r, &(struct http_response){ .status = rc == 0 ? 200 : 503,
                                             .type = "application/json",
                                             .body = buf_str(&out) });
    buf_free(&out);
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/", 0, get_start },
    { "GET", "/t/:token", 0, get_ticket },
    { "GET", "/assets/inlet.css", 0, get_style },
    { "GET", "/health", 0, get_health },
    { NULL, NULL, 0, NULL },
};

int track_open(struct track **out, struct http_server *http,
               struct store *store, const struct templates *templates,
               const struct town *town, struct error *e)
{
    struct track *t = calloc(1, sizeof(*t));

    (void)e;
    if (t == NULL)
        abort();
    tzset(); /* days are the town's own */
    *t = (struct track){ store, templates, town };
    http_routes(http, routes, "", t);
    *out = t;
    return 0;
}

void track_close(struct track *t)
{
    free(t);
}
