/*
 * A connection walks through its phases: head, body, the route's turn,
 * writing, idle, and so on; in the end it lingers, so that the client reads
 * the answer instead of a reset (RFC 9112, 9.6). Each phase has one deadline.
 *
 * While a route has the request, reading goes on (a client that leaves is
 * noticed) until HTTP_AHEAD_MAX bytes of the next requests are kept.
 */
#include <stdlib.h>

#include "http/connection.h"

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
    if (c->stream != NULL)
        stream_closed(c->stream);
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

void connection_close(struct connection *c)
{
    struct http_server *s = c->server;

    if (c->phase == PHASE_CLOSED)
        return;
    request_leave(c);
    c->phase = PHASE_CLOSED;
    if (c->prev != NULL) {
        c->prev->next = c->next;
    } else {
        s->connections = c->next;
    }
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
        [PHASE_IDLE] = l->idle_ms,     [PHASE_HEAD] = l->head_ms,
        [PHASE_BODY] = l->body_ms,     [PHASE_ROUTE] = 0,
        [PHASE_WRITE] = l->write_ms,   [PHASE_STREAM] = 0,
        [PHASE_LINGER] = l->linger_ms, [PHASE_CLOSED] = 0,
    };

    return ms[c->phase];
}

void connection_deadline(struct connection *c, uint64_t ms)
{
    if (ms > 0) {
        uv_timer_start(&c->timer, deadline, ms, 0);
    } else {
        uv_timer_stop(&c->timer);
    }
}

void connection_phase(struct connection *c, enum phase phase)
{
    c->phase = phase;
    c->mark = 0;
    c->moved = 0;
    connection_deadline(c, phase_ms(c));
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

static void deadline(uv_timer_t *t)
{
    struct connection *c = t->data;

    if (goes_on(c))
        return;
    if ((c->phase == PHASE_HEAD && c->scan.n > 0) || c->phase == PHASE_BODY) {
        connection_refuse(c, 408);
        connection_run(c);
        return;
    }
    connection_close(c);
}

/* ---- reading ---- */

static void read_begin(struct connection *c);

static void read_end(struct connection *c)
{
    if (c->reading)
        uv_read_stop(&c->io.stream);
    c->reading = false;
}

void connection_run(struct connection *c)
{
    if (c->running || c->phase == PHASE_CLOSED)
        return;
    c->running = true;
    buf_drop(&c->ahead, connection_feed(c, buf_str(&c->ahead)));
    c->running = false;
    if (c->phase == PHASE_CLOSED)
        return;
    if (c->ahead.n == 0)
        connection_rest(&c->ahead);
    if (c->eof && c->phase != PHASE_ROUTE && c->phase != PHASE_WRITE) {
        connection_close(c);
    } else if (!c->eof && c->ahead.n < HTTP_AHEAD_MAX) {
        read_begin(c);
    } else {
        read_end(c);
    }
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
        connection_run(c);
        return;
    }
    if (n < 0) {
        connection_close(c);
        return;
    }
    if (c->ahead.n == 0) {
        size_t used;

        c->running = true;
        used = connection_feed(c, in);
        c->running = false;
        in = str_slice(in, used, in.n);
    }
    if (c->phase != PHASE_CLOSED && buf_add(&c->ahead, in) < 0)
        connection_close(c);
    connection_run(c);
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
    if (s->is_unix) {
        uv_pipe_init(s->loop, &c->io.pipe, 0);
    } else {
        uv_tcp_init(s->loop, &c->io.tcp);
    }
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

    connection_phase(c, PHASE_HEAD);
    if (uv_accept(&s->listener.stream, &c->io.stream) < 0) {
        connection_close(c);
        return;
    }
    if (!s->is_unix)
        uv_tcp_nodelay(&c->io.tcp, 1);
    peer_find(c);
    if (full)
        connection_refuse(c, 503);
    connection_run(c);
}

void connections_stop(struct http_server *s)
{
    struct connection *next;

    for (struct connection *c = s->connections; c != NULL; c = next) {
        next = c->next;
        if (c->phase == PHASE_IDLE || c->phase == PHASE_HEAD ||
            c->phase == PHASE_STREAM || c->phase == PHASE_LINGER)
            connection_close(c);
    }
}
