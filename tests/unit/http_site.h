/* A site of the test's own, whose routes show what they were told. */
#ifndef HTTP_SITE_H
#define HTTP_SITE_H
#include "../tap.h"
#include "http_client.h"

enum { HELD_MAX = 64 };

/* What the loop's thread keeps for the route "/held". */
struct held {
    struct http_request *list[HELD_MAX];
    int n;
};

static inline void say(struct http_request *r, int status, const char *text)
{
    http_respond(r, &(struct http_response){ .status = status,
                                             .type = "text/plain",
                                             .body = str_of(text) });
}

static inline void route_hello(struct http_request *r, void *arg)
{
    (void)arg;
    say(r, 200, "hello");
}

static inline void route_echo(struct http_request *r, void *arg)
{
    (void)arg;
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/plain",
                                             .body = http_body(r) });
}

static inline void route_what(struct http_request *r, void *arg)
{
    struct arena *a = http_arena(r);
    const struct http_header_line lines[] = {
        { "X-Split", STR("a\r\nX-Forged: b") },
        { "Cache-Control", STR("max-age=60") },
        { 0 },
    };

    (void)arg;
    http_respond(r,
                 &(struct http_response){
                     .status = 200,
                     .type = "text/plain",
                     .body = str_of(arena_printf(
                         a, "token=%.*s q=%.*s peer=%.*s path=%.*s target=%.*s",
                         STR_FMT(http_param(r, "token")),
                         STR_FMT(http_query(r, "q")), STR_FMT(http_peer(r)),
                         STR_FMT(http_path(r)), STR_FMT(http_target(r)))),
                     .headers = lines,
                 });
}

static inline void route_hold(struct http_request *r, void *arg)
{
    struct held *h = arg;

    http_hold(r);
    h->list[h->n++] = r;
}

/* Answers all that are held; says how many there were and still listened. */
static inline void route_release(struct http_request *r, void *arg)
{
    struct held *h = arg;
    int alive = 0;
    int n = h->n;

    for (int i = 0; i < n; i++) {
        alive += http_alive(h->list[i]);
        say(h->list[i], 200, "released");
    }
    h->n = 0;
    say(r, 200, arena_printf(http_arena(r), "held %d alive %d", n, alive));
}

static inline void route_count(struct http_request *r, void *arg)
{
    struct held *h = arg;
    int gone = 0;

    for (int i = 0; i < h->n; i++)
        gone += !http_alive(h->list[i]);
    say(r, 200,
        arena_printf(http_arena(r), "held %d gone %d open %zu", h->n, gone,
                     r->server->count));
}

static inline void route_forget(struct http_request *r, void *arg)
{
    (void)r;
    (void)arg;
}

static inline void route_large(struct http_request *r, void *arg)
{
    size_t n = 3 * 1024 * 1024;
    char *p = arena_alloc(http_arena(r), n);

    (void)arg;
    memset(p, 'x', n);
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/plain",
                                             .body = { p, n } });
}

static const struct route routes[] = {
    { "GET", "/hello", 0, route_hello },
    { "POST", "/echo", 1000, route_echo },
    { "POST", "/upload", 32 * 1024 * 1024, route_hello },
    { "GET", "/what/:token", 0, route_what },
    { "GET", "/hold", 0, route_hold },
    { "GET", "/release", 0, route_release },
    { "GET", "/count", 0, route_count },
    { "GET", "/forget", 0, route_forget },
    { "GET", "/large", 0, route_large },
    { NULL, NULL, 0, NULL },
};

static struct held held;

static inline void short_limits(struct http_limits *l)
{
    l->head_ms = 400;
    l->body_ms = 400;
    l->write_ms = 400;
    l->idle_ms = 300;
    l->linger_ms = 200;
    l->connections = 1200;
    l->body_total = 4 * 1024 * 1024;
}

static struct site site = { .routes = routes,
                            .limit = short_limits,
                            .arg = &held };
#define END  "Host: a\r\nConnection: close\r\n\r\n"
#define POST "POST /echo HTTP/1.1\r\nHost: a\r\n"

#endif
