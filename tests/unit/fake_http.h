/* The server's side of a route, without a server: requests made by hand. */
#ifndef FAKE_HTTP_H
#define FAKE_HTTP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"

struct http_request {
    struct arena arena;
    const char *method;
    const char *target;
    const char *type;
    const char *signature;
    struct str body;
    /* the answer */
    int answers;
    int status;
    bool held;
    char type_out[64];
    char body_out[256];
};

static struct {
    char prefix[128];
    const struct route *table;
    void *arg;
} fake_routes;

void http_routes(struct http_server *s, const struct route *table,
                 const char *prefix, void *arg)
{
    (void)s;
    snprintf(fake_routes.prefix, sizeof(fake_routes.prefix), "%s", prefix);
    fake_routes.table = table;
    fake_routes.arg = arg;
}

/* Calls the route that serves r, as the server would. */
static inline void fake_call(struct http_request *r)
{
    struct str path = str_of(r->target);
    size_t skip = strlen(fake_routes.prefix);

    path = str_until(&path, STR("?"));
    if (!str_starts(path, str_of(fake_routes.prefix)))
        return;
    path = str_slice(path, skip, path.n);
    for (const struct route *t = fake_routes.table; t->method != NULL; t++) {
        if (str_eq(path, str_of(t->path)) && strcmp(t->method, r->method) == 0)
            t->handle(r, fake_routes.arg);
    }
}

struct str http_method(const struct http_request *r)
{
    return str_of(r->method);
}

struct str http_target(const struct http_request *r)
{
    return str_of(r->target);
}

struct str http_header(const struct http_request *r, const char *name)
{
    if (strcmp(name, "content-type") == 0)
        return r->type == NULL ? STR("") : str_of(r->type);
    if (strcmp(name, "x-twilio-signature") == 0)
        return r->signature == NULL ? STR("") : str_of(r->signature);
    if (strcmp(name, "host") == 0 || strcmp(name, "x-forwarded-host") == 0)
        return STR("evil.example.org"); /* never to be believed */
    return STR("");
}

struct str http_body(const struct http_request *r)
{
    return r->body;
}

struct str http_peer(const struct http_request *r)
{
    (void)r;
    return STR("192.0.2.1");
}

struct arena *http_arena(struct http_request *r)
{
    return &r->arena;
}

void http_hold(struct http_request *r)
{
    r->held = true;
}

void http_respond(struct http_request *r, const struct http_response *a)
{
    r->answers++;
    r->status = a->status;
    snprintf(r->type_out, sizeof(r->type_out), "%s", a->type);
    snprintf(r->body_out, sizeof(r->body_out), "%.*s", STR_FMT(a->body));
}

void http_respond_error(struct http_request *r, int status,
                        const char *sentence)
{
    http_respond(r, &(struct http_response){ .status = status,
                                             .type = "text/plain",
                                             .body = str_of(sentence) });
}

#endif
