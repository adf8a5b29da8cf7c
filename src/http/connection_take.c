/* What comes in: a function for each phase says how much of it it takes. */
#include "http/connection.h"

static void call_route(struct connection *c)
{
    struct http_request *r = c->request;

    connection_phase(c, PHASE_ROUTE);
    r->calling = true;
    r->route->handle(r, r->route_arg);
    r->calling = false;
    if (r->answered) {
        if (r->connection == NULL)
            request_free(r);
    } else if (!r->held) {
        http_respond_error(r, 500, NULL);
    }
}

static void body_begin(struct connection *c)
{
    char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    uv_buf_t b = uv_buf_init(go_on, sizeof(go_on) - 1);
    struct http_request *r = c->request;

    r->body = buf_init((size_t)r->length);
    if (r->length == 0) {
        call_route(c);
        return;
    }
    connection_phase(c, PHASE_BODY);
    /* a client whose 100 is lost sends the body after a while */
    if (r->expects && c->ahead.n == 0 && uv_try_write(&c->io.stream, &b, 1) < 0)
        connection_close(c);
}

/* Finds the route of the request whose head is read. */
static void route_begin(struct connection *c)
{
    struct http_request *r = c->request;
    struct http_header_line lines[] = { { "Allow", STR_NONE }, { 0 } };
    struct http_response response;
    struct error e;
    int rc = route_find(r, &lines[0].value);

    if (rc == 0 && form_read(&r->asked, r->query, &r->arena, &e) < 0)
        rc = 400;
    if (rc == 0 && r->length > r->route->body_max)
        rc = 413;
    if (rc == 0) {
        body_begin(c);
        return;
    }
    answer_error(&response, r, rc, NULL, &r->arena);
    if (rc == 405)
        response.headers = lines;
    connection_answer(c, r, &response);
}

static void head_done(struct connection *c)
{
    struct http_request *r = request_new(c->server);
    struct str forwarded = STR_NONE;
    int rc;

    c->request = r;
    r->connection = c;
    rc = request_parse(r, buf_str(&c->head));
    if (c->trusted && rc == 0)
        forwarded = request_forwarded(r);
    r->peer =
        forwarded.n > 0 ? forwarded : arena_str(&r->arena, str_of(c->peer));
    if (rc > 0) {
        connection_refuse(c, rc);
    } else {
        route_begin(c);
    }
}

static size_t take_head(struct connection *c, struct str in)
{
    size_t used;
    size_t skip;
    int rc;

    if (c->phase == PHASE_IDLE)
        connection_phase(c, PHASE_HEAD);
    rc = head_scan(&c->scan, in, &used, &skip);
    if (skip > 0)
        buf_clear(&c->head);
    if (buf_add(&c->head, str_slice(in, skip, used)) < 0)
        rc = 431;
    if (rc == HEAD_DONE) {
        head_done(c);
    } else if (rc > HEAD_DONE) {
        connection_refuse(c, rc);
    }
    return used;
}

static size_t take_body(struct connection *c, struct str in)
{
    struct http_request *r = c->request;
    size_t n = (size_t)r->length - r->body.n;
    int rc;

    if (n > in.n)
        n = in.n;
    rc = request_body_add(r, str_slice(in, 0, n));
    c->moved += n;
    if (rc > 0) {
        connection_refuse(c, rc);
    } else if (r->body.n == r->length) {
        call_route(c);
    }
    return n;
}

static size_t take_nothing(struct connection *c, struct str in)
{
    (void)c;
    (void)in;
    return 0;
}

static size_t take_all(struct connection *c, struct str in)
{
    (void)c;
    return in.n;
}

typedef size_t take_fn(struct connection *c, struct str in);

static take_fn *const takes[] = {
    [PHASE_IDLE] = take_head,     [PHASE_HEAD] = take_head,
    [PHASE_BODY] = take_body,     [PHASE_ROUTE] = take_nothing,
    [PHASE_WRITE] = take_nothing, [PHASE_STREAM] = take_all,
    [PHASE_LINGER] = take_all,    [PHASE_CLOSED] = take_all,
};

size_t connection_feed(struct connection *c, struct str in)
{
    size_t used = 0;
    size_t n = 1;

    while (n > 0 && used < in.n) {
        n = takes[c->phase](c, str_slice(in, used, in.n));
        used += n;
    }
    return used;
}
