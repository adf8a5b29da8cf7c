/*
 * A connection walks through its phases: head, body, the route's turn,
 * writing, idle, and so on; in the end it lingers, so that the client reads
 * the answer instead of a reset (RFC 9112, 9.6). Each phase has one deadline.
 *
 * While a route has the request, reading goes on (a client that leaves is
 * noticed) until HTTP_AHEAD_MAX bytes of the next requests are kept.
 */
#include <stdlib.h>

#include "http/http_internal.h"

enum phase {
    PHASE_IDLE, /* between requests */
    PHASE_HEAD,
    PHASE_BODY,
    PHASE_ROUTE, /* a route has it; no deadline: it owes an answer */
    PHASE_WRITE,
    PHASE_LINGER, /* answered for the last time: what comes is thrown away */
    PHASE_CLOSED,
};

struct connection {
    struct http_server *server;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } io;
    uv_timer_t timer;
    int handles; /* not yet closed */
    enum phase phase;
    struct head_scan scan;
    struct buf head;
    struct buf ahead; /* came while the phase could not take it */
    struct buf out;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct http_request *request;
    uint64_t mark;  /* bytes moved when the deadline was last set */
    uint64_t moved; /* in this phase */
    uint64_t since; /* loop time of the last answer or of the accept */
    bool reading;
    bool eof;     /* the client sends no more */
    bool running; /* connection_run() is on the stack */
    bool last;    /* the answer under way ends the connection */
    bool writing; /* libuv has out */
    char peer[HTTP_PEER];
    bool trusted; /* the peer is our proxy */
    struct connection *prev, *next;
};

static void run(struct connection *c);
static void deadline(uv_timer_t *t);

/* ---- the end ---- */

static void handle_closed(uv_handle_t *h)
{
    struct connection *c = h->data;
    struct http_server *s = c->server;

    if (--c->handles > 0)
        return;
    buf_free(&c->head);
    buf_free(&c->ahead);
    buf_free(&c->out);
    free(c);
    s->handles--;
    server_freed_one(s);
}

/* The client is gone: what a route still has is the route's alone. */
static void request_leave(struct connection *c)
{
    struct http_request *r = c->request;

    c->request = NULL;
    if (r == NULL)
        return;
    r->connection = NULL;
    if (!r->calling && (c->phase != PHASE_ROUTE || r->answered))
        request_free(r);
}

static void connection_close(struct connection *c)
{
    struct http_server *s = c->server;

    if (c->phase == PHASE_CLOSED)
        return;
    request_leave(c);
    c->phase = PHASE_CLOSED;
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        s->connections = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    s->count--;
    uv_close(&c->io.handle, handle_closed);
    uv_close((uv_handle_t *)&c->timer, handle_closed);
}

bool connection_gone(const struct connection *c)
{
    return c->eof || c->phase == PHASE_CLOSED;
}

/* ---- phases and their deadlines ---- */

static uint64_t phase_ms(const struct connection *c)
{
    const struct http_limits *l = &c->server->limits;
    const uint64_t ms[] = {
        [PHASE_IDLE] = l->idle_ms,   [PHASE_HEAD] = l->head_ms,
        [PHASE_BODY] = l->body_ms,   [PHASE_ROUTE] = 0,
        [PHASE_WRITE] = l->write_ms, [PHASE_LINGER] = l->linger_ms,
        [PHASE_CLOSED] = 0,
    };

    return ms[c->phase];
}

static void phase_set(struct connection *c, enum phase phase)
{
    uint64_t ms;

    c->phase = phase;
    c->mark = 0;
    c->moved = 0;
    ms = phase_ms(c);
    if (ms > 0)
        uv_timer_start(&c->timer, deadline, ms, 0);
    else
        uv_timer_stop(&c->timer);
}

/* Bodies and answers may take longer, as long as they go on. */
static bool goes_on(struct connection *c)
{
    uint64_t ms = phase_ms(c);
    uint64_t moved = c->moved;

    if (c->phase == PHASE_WRITE)
        moved = c->out.n - uv_stream_get_write_queue_size(&c->io.stream);
    if ((c->phase != PHASE_BODY && c->phase != PHASE_WRITE) ||
        c->server->closing)
        return false;
    if (moved - c->mark < c->server->limits.floor * ms / 1000)
        return false;
    c->mark = moved;
    uv_timer_start(&c->timer, deadline, ms, 0);
    return true;
}

static void refuse(struct connection *c, int status, const char *sentence);

static void deadline(uv_timer_t *t)
{
    struct connection *c = t->data;

    if (goes_on(c))
        return;
    if ((c->phase == PHASE_HEAD && c->scan.n > 0) || c->phase == PHASE_BODY) {
        refuse(c, 408, NULL);
        run(c);
        return;
    }
    connection_close(c);
}

/* ---- writing ---- */

static void shut_down(uv_shutdown_t *req, int rc)
{
    struct connection *c = req->data;

    if (rc < 0 || c->eof)
        connection_close(c);
}

static void linger(struct connection *c)
{
    phase_set(c, PHASE_LINGER);
    c->shutdown.data = c;
    if (uv_shutdown(&c->shutdown, &c->io.stream, shut_down) < 0)
        connection_close(c);
}

/* Empties b; what memory is worth keeping is kept. */
static void buf_rest(struct buf *b)
{
    if (b->size > HTTP_KEEP)
        buf_free(b);
    else
        buf_clear(b);
}

/* The answer is with the kernel: on to the next request, or to the end. */
static void written(struct connection *c)
{
    struct http_request *r = c->request;

    c->request = NULL;
    if (r != NULL && !r->calling)
        request_free(r);
    else if (r != NULL)
        r->connection = NULL;
    buf_rest(&c->out);
    c->since = uv_now(c->server->loop);
    if (c->last || c->eof || c->server->closing) {
        linger(c);
        return;
    }
    c->scan = (struct head_scan){ 0 };
    buf_rest(&c->head);
    phase_set(c, PHASE_IDLE);
}

static void write_done(uv_write_t *req, int rc)
{
    struct connection *c = req->data;

    c->writing = false;
    if (rc < 0 || c->phase == PHASE_CLOSED) {
        connection_close(c);
        return;
    }
    written(c);
    run(c);
}

static void write_out(struct connection *c)
{
    uv_buf_t all = uv_buf_init(c->out.p, (unsigned)c->out.n);
    int n = uv_try_write(&c->io.stream, &all, 1);

    if (n < 0 && n != UV_EAGAIN) {
        connection_close(c);
        return;
    }
    if (n > 0 && (size_t)n == c->out.n) {
        written(c);
        return;
    }
    if (n > 0)
        buf_drop(&c->out, (size_t)n);
    all = uv_buf_init(c->out.p, (unsigned)c->out.n);
    phase_set(c, PHASE_WRITE);
    c->write.data = c;
    c->writing = true;
    if (uv_write(&c->write, &c->io.stream, &all, 1, write_done) < 0) {
        c->writing = false;
        connection_close(c);
    }
}

/* r NULL: there never was a request, or none that could be read. */
static void answer(struct connection *c, const struct http_request *r,
                   const struct http_response *response)
{
    struct answer a = {
        .response = response,
        .head_only = r != NULL && str_eq(r->method, STR("HEAD")),
        .minor = r == NULL || r->minor,
    };

    /* the rest of a body nobody wanted cannot be told from a request */
    c->last = r == NULL || !r->keep_alive || r->body.n < r->length ||
              c->server->closing || c->eof;
    a.close = c->last;
    buf_clear(&c->out);
    if (answer_write(&c->out, &a) < 0)
        connection_close(c);
    else
        write_out(c);
}

void connection_respond(struct connection *c, struct http_request *r,
                        const struct http_response *response)
{
    answer(c, r, response);
    run(c); /* nothing where run() called the route: it goes on by itself */
}

/* An answer of the server's own, which ends the connection. */
static void refuse(struct connection *c, int status, const char *sentence)
{
    struct arena a = { 0 };
    struct http_response response;
    struct http_request *r = c->request;

    answer_error(&response, r, status, sentence, &a);
    if (r != NULL)
        r->keep_alive = false;
    answer(c, r, &response);
    arena_free(&a);
}

/* ---- taking bytes, a function for each phase: how many it took ---- */

static void call_route(struct connection *c)
{
    struct http_request *r = c->request;

    phase_set(c, PHASE_ROUTE);
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
    phase_set(c, PHASE_BODY);
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
    answer(c, r, &response);
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
    if (rc > 0)
        refuse(c, rc, NULL);
    else
        route_begin(c);
}

static size_t take_head(struct connection *c, struct str in)
{
    size_t used;
    size_t skip;
    int rc;

    if (c->phase == PHASE_IDLE)
        phase_set(c, PHASE_HEAD);
    rc = head_scan(&c->scan, in, &used, &skip);
    if (skip > 0)
        buf_clear(&c->head);
    if (buf_add(&c->head, str_slice(in, skip, used)) < 0)
        rc = 431;
    if (rc == HEAD_DONE)
        head_done(c);
    else if (rc > HEAD_DONE)
        refuse(c, rc, NULL);
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
    if (rc > 0)
        refuse(c, rc, NULL);
    else if (r->body.n == r->length)
        call_route(c);
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
    [PHASE_WRITE] = take_nothing, [PHASE_LINGER] = take_all,
    [PHASE_CLOSED] = take_all,
};

/* Gives in to the phases until none takes more; gives what they took. */
static size_t feed(struct connection *c, struct str in)
{
    size_t used = 0;
    size_t n = 1;

    while (n > 0 && used < in.n) {
        n = takes[c->phase](c, str_slice(in, used, in.n));
        used += n;
    }
    return used;
}

/* ---- reading ---- */

static void read_begin(struct connection *c);

static void read_end(struct connection *c)
{
    if (c->reading)
        uv_read_stop(&c->io.stream);
    c->reading = false;
}

/* After a phase has changed: what was kept is taken, reading goes on. */
static void run(struct connection *c)
{
    if (c->running || c->phase == PHASE_CLOSED)
        return;
    c->running = true;
    buf_drop(&c->ahead, feed(c, buf_str(&c->ahead)));
    c->running = false;
    if (c->phase == PHASE_CLOSED)
        return;
    if (c->ahead.n == 0)
        buf_rest(&c->ahead);
    if (c->eof && c->phase != PHASE_ROUTE && c->phase != PHASE_WRITE)
        connection_close(c);
    else if (!c->eof && c->ahead.n < HTTP_AHEAD_MAX)
        read_begin(c);
    else
        read_end(c);
}

static void read_room(uv_handle_t *h, size_t suggested, uv_buf_t *to)
{
    struct connection *c = h->data;

    (void)suggested;
    *to = uv_buf_init(c->server->read, HTTP_READ_SIZE);
}

static void read_some(uv_stream_t *stream, ssize_t n, const uv_buf_t *from)
{
    struct connection *c = stream->data;
    struct str in = { from->base, n > 0 ? (size_t)n : 0 };

    if (n == UV_EOF) {
        c->eof = true;
        read_end(c);
        run(c);
        return;
    }
    if (n < 0) {
        connection_close(c);
        return;
    }
    if (c->ahead.n == 0) {
        size_t used;

        c->running = true;
        used = feed(c, in);
        c->running = false;
        in = str_slice(in, used, in.n);
    }
    if (c->phase != PHASE_CLOSED && buf_add(&c->ahead, in) < 0)
        connection_close(c);
    run(c);
}

static void read_begin(struct connection *c)
{
    if (c->reading)
        return;
    c->reading = uv_read_start(&c->io.stream, read_room, read_some) == 0;
    if (!c->reading)
        connection_close(c);
}

/* ---- the beginning ---- */

static void peer_find(struct connection *c)
{
    struct sockaddr_storage at = { 0 };
    struct sockaddr *address = (struct sockaddr *)&at;
    int n = sizeof(at);
    struct str text;

    if (c->server->is_unix) {
        c->trusted = true;
        snprintf(c->peer, sizeof(c->peer), "unix");
        return;
    }
    if (uv_tcp_getpeername(&c->io.tcp, address, &n) < 0 ||
        uv_ip_name(address, c->peer, sizeof(c->peer)) < 0)
        snprintf(c->peer, sizeof(c->peer), "unknown");
    text = str_of(c->peer);
    if (str_starts(text, STR("::ffff:")))
        memmove(c->peer, c->peer + 7, text.n - 6);
    text = str_of(c->peer);
    c->trusted = str_starts(text, STR("127.")) || str_eq(text, STR("::1"));
}

static struct connection *connection_new(struct http_server *s)
{
    struct connection *c = calloc(1, sizeof(*c));

    if (c == NULL)
        abort();
    c->server = s;
    c->head = buf_init(HTTP_HEADER_BYTES);
    c->ahead = buf_init(HTTP_AHEAD_MAX + HTTP_READ_SIZE);
    c->out = buf_init(HTTP_ANSWER_MAX);
    c->handles = 2;
    if (s->is_unix)
        uv_pipe_init(s->loop, &c->io.pipe, 0);
    else
        uv_tcp_init(s->loop, &c->io.tcp);
    uv_timer_init(s->loop, &c->timer);
    c->io.handle.data = c;
    c->timer.data = c;
    c->next = s->connections;
    if (c->next != NULL)
        c->next->prev = c;
    s->connections = c;
    s->count++;
    s->handles++;
    c->since = uv_now(s->loop);
    return c;
}

/* Does it keep us waiting? */
static bool is_slow(const struct connection *c)
{
    const struct http_server *s = c->server;
    uint64_t ms = uv_now(s->loop) - c->since;

    if (c->phase == PHASE_BODY)
        return c->moved < s->limits.floor * ms / 1000;
    return c->phase == PHASE_IDLE || c->phase == PHASE_HEAD ||
           c->phase == PHASE_LINGER;
}

/*
 * At the cap the connection that has kept us waiting longest goes: who asks
 * in earnest is through in no time, so that is a slow one or an idle one.
 */
static bool make_room(struct http_server *s)
{
    struct connection *oldest = NULL;

    for (struct connection *c = s->connections; c != NULL; c = c->next) {
        if (is_slow(c) && (oldest == NULL || c->since <= oldest->since))
            oldest = c;
    }
    if (oldest != NULL)
        connection_close(oldest);
    return oldest != NULL;
}

void connection_accept(struct http_server *s)
{
    bool full = s->count >= s->limits.connections && !make_room(s);
    struct connection *c = connection_new(s);

    phase_set(c, PHASE_HEAD);
    if (uv_accept(&s->listener.stream, &c->io.stream) < 0) {
        connection_close(c);
        return;
    }
    if (!s->is_unix)
        uv_tcp_nodelay(&c->io.tcp, 1);
    peer_find(c);
    if (full)
        refuse(c, 503, NULL);
    run(c);
}

void connections_stop(struct http_server *s)
{
    struct connection *next;

    for (struct connection *c = s->connections; c != NULL; c = next) {
        next = c->next;
        if (c->phase == PHASE_IDLE || c->phase == PHASE_HEAD ||
            c->phase == PHASE_LINGER)
            connection_close(c);
    }
}
