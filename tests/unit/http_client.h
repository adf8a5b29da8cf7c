/*
 * A server on a thread of its own and a client that sends any bytes at all:
 * for tests that a well-behaved client library would not let happen.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http/http_internal.h"

enum { PATIENCE_S = 20, ANSWER_MAX = 4 * 1024 * 1024 };

struct site {
    uv_loop_t loop;
    uv_async_t stop;
    struct http_server *http;
    pthread_t thread;
    int port;
    const struct route *routes;
    void (*limit)(struct http_limits *l);
    void (*begin)(struct site *s); /* before its thread runs; or NULL */
    void *arg;
};

static inline void site_closed(void *arg)
{
    struct site *s = arg;

    uv_close((uv_handle_t *)&s->stop, NULL);
}

static inline void site_stop_asked(uv_async_t *a)
{
    struct site *s = a->data;

    http_close(s->http, site_closed, s);
}

static inline void *site_run(void *arg)
{
    struct site *s = arg;

    uv_run(&s->loop, UV_RUN_DEFAULT);
    return NULL;
}

static inline void site_start(struct site *s)
{
    struct error e;

    uv_loop_init(&s->loop);
    uv_async_init(&s->loop, &s->stop, site_stop_asked);
    s->stop.data = s;
    if (http_open(&s->http, &s->loop, &e) < 0)
        abort();
    if (s->limit != NULL)
        s->limit(http_limits(s->http));
    http_routes(s->http, s->routes, "", s->arg);
    if (http_listen(s->http, STR("127.0.0.1:0"), &e) < 0)
        abort();
    s->port = http_port(s->http);
    if (s->begin != NULL)
        s->begin(s);
    if (pthread_create(&s->thread, NULL, site_run, s) != 0)
        abort();
}

/* True: the loop ended with nothing left on it. */
static inline int site_stop(struct site *s)
{
    uv_async_send(&s->stop);
    pthread_join(s->thread, NULL);
    return uv_loop_close(&s->loop) == 0;
}

static inline int client_open(const struct site *s)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)s->port) };
    struct timeval patience = { PATIENCE_S, 0 };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline int client_send(int fd, struct str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

        if (n <= 0)
            return -1;
        s = str_slice(s, (size_t)n, s.n);
    }
    return 0;
}

/* Reads until the server ends, or patience does (then "late" is at the end). */
static inline struct str client_rest(int fd, struct arena *a)
{
    struct buf b = buf_init(ANSWER_MAX);
    char part[4096];
    ssize_t n;
    struct str got;

    while ((n = recv(fd, part, sizeof(part), 0)) > 0)
        buf_add(&b, (struct str){ part, (size_t)n });
    if (n < 0)
        buf_add(&b, STR("late"));
    got = arena_str(a, buf_str(&b));
    buf_free(&b);
    return got;
}

/* Reads one answer with a Content-Length; the connection stays. */
static inline struct str client_one(int fd, struct arena *a)
{
    struct buf b = buf_init(ANSWER_MAX);
    size_t want = ANSWER_MAX;
    struct str got;
    char c;

    while (b.n < want && recv(fd, &c, 1, 0) == 1) {
        buf_byte(&b, c);
        if (want == ANSWER_MAX && str_ends(buf_str(&b), STR("\r\n\r\n"))) {
            size_t at = str_find(buf_str(&b), STR("Content-Length: "));

            want = b.n +
                   (at < b.n ? strtoul(buf_cstr(&b) + at + 16, NULL, 10) : 0);
        }
    }
    got = arena_str(a, buf_str(&b));
    buf_free(&b);
    return got;
}

/* Sends all of s, then says no more comes, and reads to the end. */
static inline struct str client_ask(const struct site *site, struct str s,
                                    struct arena *a)
{
    int fd = client_open(site);
    struct str got;

    if (fd < 0 || client_send(fd, s) < 0)
        got = STR("cannot send");
    else
        got = client_rest(fd, a);
    if (fd >= 0)
        close(fd);
    return got;
}

/* 200 of "HTTP/1.1 200 OK..."; 0: there is none. */
static inline int status_of(struct str answer)
{
    if (!str_starts(answer, STR("HTTP/1.1 ")) || answer.n < 12)
        return 0;
    return (int)strtol(answer.p + 9, NULL, 10);
}

static inline bool has(struct str s, const char *part)
{
    return str_find(s, str_of(part)) < s.n;
}

#endif
