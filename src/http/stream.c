/*
 * An answer that goes on. What is written goes to the kernel at once; what it
 * does not take waits behind the one write that libuv has.
 */
#include <stdlib.h>

#include "http/connection.h"

enum { KEEPALIVE_S = 60 };

struct http_stream {
    struct connection *connection; /* good until closed has been called */
    struct buf waiting;
    bool ending;
    http_stream_closed_fn *closed;
    void *arg;
};

static void flush(struct http_stream *s);

static void some_written(uv_write_t *req, int rc)
{
    struct connection *c = req->data;

    c->writing = false;
    connection_rest(&c->out);
    if (rc < 0 || c->phase != PHASE_STREAM) {
        connection_close(c);
        return;
    }
    connection_deadline(c, 0);
    flush(c->stream);
}

/* libuv gets what waits, and s another buffer to wait in. */
static void hand_over(struct http_stream *s)
{
    struct connection *c = s->connection;
    struct buf rest = s->waiting;
    uv_buf_t all;

    s->waiting = c->out;
    s->waiting.max = rest.max;
    c->out = rest;
    c->out.max = HTTP_ANSWER_MAX;
    all = uv_buf_init(c->out.p, (unsigned)c->out.n);
    c->write.data = c;
    c->writing = true;
    connection_deadline(c, c->server->limits.write_ms);
    if (uv_write(&c->write, &c->io.stream, &all, 1, some_written) < 0) {
        c->writing = false;
        connection_close(c);
    }
}

static void flush(struct http_stream *s)
{
    struct connection *c = s->connection;
    uv_buf_t all = uv_buf_init(s->waiting.p, (unsigned)s->waiting.n);

    if (c->writing)
        return;
    if (s->waiting.n > 0) {
        int n = uv_try_write(&c->io.stream, &all, 1);

        if (n < 0 && n != UV_EAGAIN) {
            connection_close(c);
            return;
        }
        if (n > 0)
            buf_drop(&s->waiting, (size_t)n);
    }
    if (s->waiting.n > 0) {
        hand_over(s);
    } else if (s->ending) {
        connection_linger(c);
    }
}

void http_stream_write(struct http_stream *s, struct str bytes)
{
    struct connection *c = s->connection;
    size_t late;

    if (c->phase != PHASE_STREAM || s->ending)
        return;
    late = s->waiting.n + uv_stream_get_write_queue_size(&c->io.stream);
    if (late + bytes.n > HTTP_STREAM_BEHIND ||
        buf_add(&s->waiting, bytes) < 0) {
        connection_close(c);
        return;
    }
    flush(s);
}

void http_stream_end(struct http_stream *s)
{
    if (s->connection->phase != PHASE_STREAM || s->ending)
        return;
    s->ending = true;
    flush(s);
}

void stream_closed(struct http_stream *s)
{
    s->connection->server->streams--;
    buf_free(&s->waiting);
    s->closed(s->arg);
    free(s);
}

struct http_stream *connection_stream(struct connection *c,
                                      const struct http_response *head,
                                      http_stream_closed_fn *closed, void *arg)
{
    struct http_stream *s = calloc(1, sizeof(*s));
    struct http_answer a = { .response = head,
                             .close = true,
                             .minor = c->request->minor,
                             .open = true };

    if (s == NULL)
        abort();
    *s = (struct http_stream){ .connection = c,
                               .waiting = buf_init(HTTP_STREAM_BEHIND),
                               .closed = closed,
                               .arg = arg };
    c->stream = s;
    c->last = true;
    c->server->streams++;
    connection_release(c);
    connection_rest(&c->out);
    if (!c->server->is_unix)
        uv_tcp_keepalive(&c->io.tcp, 1, KEEPALIVE_S);
    connection_phase(c, PHASE_STREAM);
    if (answer_write(&s->waiting, &a) < 0) {
        connection_close(c);
    } else {
        flush(s);
    }
    connection_run(c); /* what came ahead is thrown away */
    return s;
}
