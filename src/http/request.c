/* A request: its head read by llhttp, its checks, and what routes ask of it. */
#include <llhttp.h>
#include <stdlib.h>

#include "http/http_internal.h"

struct http_request *request_new(struct http_server *s)
{
    struct http_request *r = calloc(1, sizeof(*r));

    if (r == NULL)
        abort();
    r->server = s;
    s->requests++;
    return r;
}

void request_free(struct http_request *r)
{
    struct http_server *s = r->server;

    s->body_bytes -= r->body.n;
    s->requests--;
    buf_free(&r->body);
    arena_free(&r->arena);
    free(r);
    server_freed_one(s);
}

/* ---- llhttp's events: the head comes in one piece, so each comes once ---- */

static int on_url(llhttp_t *p, const char *at, size_t n)
{
    struct http_request *r = p->data;

    r->target = (struct str){ at, n };
    return 0;
}

static int on_field(llhttp_t *p, const char *at, size_t n)
{
    struct http_request *r = p->data;

    if (r->field_count == HTTP_HEADERS)
        return -1;
    r->fields[r->field_count++].name = (struct str){ at, n };
    return 0;
}

static int on_value(llhttp_t *p, const char *at, size_t n)
{
    struct http_request *r = p->data;

    if (r->field_count == 0)
        return -1;
    r->fields[r->field_count - 1].value = str_trim((struct str){ at, n });
    return 0;
}

static int on_head(llhttp_t *p)
{
    (void)p;
    return HPE_PAUSED; /* the body is counted, not parsed: see connection.c */
}

static const llhttp_settings_t events = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_headers_complete = on_head,
};

/* ---- what is refused although it parses ---- */

static size_t count_of(const struct http_request *r, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < r->field_count; i++)
        n += str_case_eq(r->fields[i].name, str_of(name));
    return n;
}

static bool is_host(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];

        if (strchr("-._~:[]%!$&'()*+;=", c) == NULL &&
            !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z'))
            return false;
    }
    return true;
}

static int check_host(const struct http_request *r)
{
    size_t n = count_of(r, "Host");

    if (n > 1 || (n == 0 && r->minor) || !is_host(http_header(r, "Host")))
        return 400;
    return 0;
}

/* How the body is delimited has one answer: Content-Length. */
static int check_body(const struct http_request *r, const llhttp_t *p)
{
    struct str coding = http_header(r, "Transfer-Encoding");
    size_t codings = count_of(r, "Transfer-Encoding");

    if (codings == 0)
        return count_of(r, "Content-Length") > 1 ? 400 : 0;
    if (codings == 1 && str_case_eq(coding, STR("chunked")) && r->minor &&
        (p->flags & F_CONTENT_LENGTH) == 0)
        return 411;
    return 400;
}

static int check_expect(struct http_request *r)
{
    struct str expect = http_header(r, "Expect");

    if (expect.n == 0 || !r->minor)
        return 0;
    r->expects = str_case_eq(expect, STR("100-continue"));
    return r->expects ? 0 : 417;
}

static int check(struct http_request *r, const llhttp_t *p)
{
    int rc = 0;

    if (p->http_major != 1 || p->http_minor > 1)
        return 505;
    for (size_t i = 0; i < r->field_count; i++) {
        if (r->fields[i].name.n == 0)
            return 400; /* ": value", which llhttp 8.1.0 lets pass */
    }
    if (!str_starts(r->target, STR("/")))
        return 400; /* CONNECT, absolute form, "*": none is for us */
    rc = check_host(r);
    if (rc == 0)
        rc = check_body(r, p);
    if (rc == 0)
        rc = check_expect(r);
    return rc;
}

static void split_target(struct http_request *r)
{
    struct str rest = r->target;

    rest = str_slice(rest, 0, str_find(rest, STR("#")));
    r->path = str_until(&rest, STR("?"));
    r->query = rest;
}

int request_parse(struct http_request *r, struct str head)
{
    llhttp_t p;
    struct str own = arena_str(&r->arena, head);
    enum llhttp_errno rc;

    llhttp_init(&p, HTTP_REQUEST, &events);
    p.data = r;
    rc = llhttp_execute(&p, own.p, own.n);
    if (rc != HPE_PAUSED || llhttp_get_error_pos(&p) < own.p + own.n - 1)
        return 400;
    r->method = str_of(llhttp_method_name((enum llhttp_method)p.method));
    r->minor = p.http_minor == 1;
    r->keep_alive = llhttp_should_keep_alive(&p) != 0;
    r->length = (p.flags & F_CONTENT_LENGTH) != 0 ? p.content_length : 0;
    split_target(r);
    return check(r, &p);
}

int request_body_add(struct http_request *r, struct str bytes)
{
    struct http_server *s = r->server;

    if (bytes.n > s->limits.body_total - s->body_bytes)
        return 503;
    if (buf_add(&r->body, bytes) < 0)
        return 413;
    s->body_bytes += bytes.n;
    return 0;
}

/* ---- who asks ---- */

/* "192.0.2.1", "192.0.2.1:99", "[2001:db8::1]:99" or "2001:db8::1". */
static struct str address_of(struct str s)
{
    char text[HTTP_PEER];
    unsigned char binary[16];

    if (str_starts(s, STR("["))) {
        s = str_slice(s, 1, str_find(s, STR("]")));
    } else if (str_find(s, STR(".")) < s.n) {
        s = str_slice(s, 0, str_find(s, STR(":")));
    }
    if (s.n >= sizeof(text))
        return STR_NONE;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    if (uv_inet_pton(AF_INET, text, binary) != 0 &&
        uv_inet_pton(AF_INET6, text, binary) != 0)
        return STR_NONE;
    return s;
}

struct str request_forwarded(const struct http_request *r)
{
    struct str last = STR_NONE;

    for (size_t i = 0; i < r->field_count; i++) {
        if (str_case_eq(r->fields[i].name, STR("X-Forwarded-For")))
            last = r->fields[i].value;
    }
    while (str_find(last, STR(",")) < last.n)
        last = str_slice(last, str_find(last, STR(",")) + 1, last.n);
    last = str_trim(last);
    return last.n == 0 ? STR_NONE : address_of(last);
}

/* ---- what routes ask ---- */

struct str http_method(const struct http_request *r)
{
    return r->method;
}

struct str http_path(const struct http_request *r)
{
    return r->path;
}

struct str http_target(const struct http_request *r)
{
    return r->target;
}

struct str http_body(const struct http_request *r)
{
    return buf_str(&r->body);
}

struct str http_peer(const struct http_request *r)
{
    return r->peer;
}

struct arena *http_arena(struct http_request *r)
{
    return &r->arena;
}

struct str http_param(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->param_count; i++) {
        if (str_eq(r->params[i].name, str_of(name)))
            return r->params[i].value;
    }
    return STR_NONE;
}

struct str http_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->field_count; i++) {
        if (str_case_eq(r->fields[i].name, str_of(name)))
            return r->fields[i].value;
    }
    return STR_NONE;
}

/* Decoded once, when the request was routed. */
struct str http_query(const struct http_request *r, const char *name)
{
    return form_value(r->asked, name);
}

void http_hold(struct http_request *r)
{
    r->held = true;
}

bool http_alive(const struct http_request *r)
{
    return r->connection != NULL && !connection_gone(r->connection);
}
