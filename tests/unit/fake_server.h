/*
 * A server of our own on the test's loop, at 127.0.0.1 and a free port. What
 * it says is up to the test: take() is called with all a client has sent since
 * the last fake_taken().
 */
#ifndef FAKE_SERVER_H
#define FAKE_SERVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/buf.h"

enum { FAKE_BYTES = 32 * 1024 * 1024 };

struct fake_conn;
typedef void fake_take_fn(struct fake_conn *c);

struct fake_server {
    uv_tcp_t tcp;
    int port;
    int connections; /* ever */
    int requests;    /* counted by the test */
    fake_take_fn *take;
    fake_take_fn *greet; /* or NULL: the client speaks first */
    void *arg;
    struct fake_conn *open;
};

struct fake_conn {
    uv_tcp_t tcp;
    struct fake_server *server;
    struct buf in;
    int state; /* the test's own */
    struct fake_conn *next;
};

static inline void fake_alloc(uv_handle_t *h, size_t n, uv_buf_t *out)
{
    (void)h;
    out->base = malloc(n);
    out->len = n;
}

static inline void fake_gone(uv_handle_t *h)
{
    struct fake_conn *c = h->data;
    struct fake_conn **at = &c->server->open;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    buf_free(&c->in);
    free(c);
}

static inline void fake_close(struct fake_conn *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, fake_gone);
}

static inline void fake_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
    struct fake_conn *c = s->data;

    if (n > 0) {
        buf_add(&c->in, (struct str){ b->base, (size_t)n });
        c->server->take(c);
    } else if (n < 0) {
        fake_close(c);
    }
    free(b->base);
}

struct fake_write {
    uv_write_t req;
    char *bytes;
};

static inline void fake_wrote(uv_write_t *req, int status)
{
    struct fake_write *w = req->data;

    (void)status;
    free(w->bytes);
    free(w);
}

static inline void fake_say(struct fake_conn *c, struct str s)
{
    struct fake_write *w = malloc(sizeof(*w));
    uv_buf_t b;

    w->bytes = malloc(s.n + 1);
    memcpy(w->bytes, s.p, s.n);
    w->req.data = w;
    b = uv_buf_init(w->bytes, (unsigned)s.n);
    uv_write(&w->req, (uv_stream_t *)&c->tcp, &b, 1, fake_wrote);
}

static inline void fake_taken(struct fake_conn *c, size_t n)
{
    buf_drop(&c->in, n);
}

static inline void fake_connected(uv_stream_t *s, int status)
{
    struct fake_server *server = s->data;
    struct fake_conn *c = calloc(1, sizeof(*c));

    if (status < 0)
        abort();
    server->connections++;
    c->server = server;
    c->in = buf_init(FAKE_BYTES);
    uv_tcp_init(s->loop, &c->tcp);
    c->tcp.data = c;
    c->next = server->open;
    server->open = c;
    uv_accept(s, (uv_stream_t *)&c->tcp);
    if (server->greet != NULL)
        server->greet(c);
    uv_read_start((uv_stream_t *)&c->tcp, fake_alloc, fake_read);
}

static inline void fake_open(struct fake_server *s, uv_loop_t *loop,
                             fake_take_fn *take)
{
    struct sockaddr_in at;
    struct sockaddr_storage got;
    int n = sizeof(got);

    memset(s, 0, sizeof(*s));
    s->take = take;
    uv_ip4_addr("127.0.0.1", 0, &at);
    uv_tcp_init(loop, &s->tcp);
    s->tcp.data = s;
    if (uv_tcp_bind(&s->tcp, (const struct sockaddr *)&at, 0) < 0 ||
        uv_listen((uv_stream_t *)&s->tcp, 16, fake_connected) < 0)
        abort();
    uv_tcp_getsockname(&s->tcp, (struct sockaddr *)&got, &n);
    s->port = ntohs(((struct sockaddr_in *)&got)->sin_port);
}

static inline void fake_shut(struct fake_server *s)
{
    for (struct fake_conn *c = s->open; c != NULL; c = c->next)
        fake_close(c);
    uv_close((uv_handle_t *)&s->tcp, NULL);
}

/* The first whole HTTP request in c->in, or an empty string: not yet. */
static inline struct str fake_request(const struct fake_conn *c)
{
    struct str all = buf_str(&c->in);
    size_t head = str_find(all, STR("\r\n\r\n"));
    size_t at = str_case_find(all, STR("\r\nContent-Length:"));
    int64_t n = 0;

    if (head == all.n)
        return STR_NONE;
    if (at < head) {
        struct str v = str_slice(all, at + 17, head);

        if (!str_int(str_trim(str_line(&v)), &n))
            n = 0;
    }
    if (all.n < head + 4 + (size_t)n)
        return STR_NONE;
    return str_slice(all, 0, head + 4 + (size_t)n);
}

static inline void fake_http(struct fake_conn *c, const char *status,
                             const char *headers, struct str body)
{
    struct buf b = buf_init(FAKE_BYTES);

    buf_printf(&b, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status,
               body.n, headers);
    buf_add(&b, body);
    fake_say(c, buf_str(&b));
    buf_free(&b);
}

#endif
