/* The server: where it listens, and its end. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "http/http_internal.h"
#include "net/socket.h"

enum { BACKLOG = 1024, SPARE_FILES = 512, SOCKET_MODE = 0660 };

static const struct http_limits defaults = {
    .head_ms = 10 * 1000,
    .body_ms = 30 * 1000,
    .write_ms = 30 * 1000,
    .idle_ms = 15 * 1000,
    .linger_ms = 10 * 1000,
    .floor = 8 * 1024,
    .connections = HTTP_CONNECTIONS,
    .body_total = HTTP_BODY_TOTAL,
    .streams = HTTP_STREAMS,
};

/* Many systems begin with 1,024 files, which is the connections alone. */
static void files_raise(void)
{
    struct rlimit r;
    rlim_t want = HTTP_CONNECTIONS + SPARE_FILES;

    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= want)
        return;
    r.rlim_cur = r.rlim_max < want ? r.rlim_max : want;
    setrlimit(RLIMIT_NOFILE, &r);
}

int http_open(struct http_server **out, struct uv_loop_s *loop, struct error *e)
{
    struct http_server *s = calloc(1, sizeof(*s));

    (void)e;
    if (s == NULL)
        abort();
    s->loop = loop;
    s->limits = defaults;
    signal(SIGPIPE, SIG_IGN); /* uv_try_write() does not keep it off */
    files_raise();
    *out = s;
    return 0;
}

struct http_limits *http_limits(struct http_server *s)
{
    return &s->limits;
}

static void on_connection(uv_stream_t *stream, int rc)
{
    struct http_server *s = stream->data;

    if (rc == 0)
        connection_accept(s);
}

static int listen_begin(struct http_server *s, struct str where,
                        struct error *e)
{
    int rc = uv_listen(&s->listener.stream, BACKLOG, on_connection);

    if (rc < 0) {
        return error(e, rc, "cannot listen on %.*s: %s", STR_FMT(where),
                     uv_strerror(rc));
    }
    return 0;
}

/* ---- TCP ---- */

static int tcp_listen(struct http_server *s, struct str where, struct error *e)
{
    struct sockaddr_storage at = { 0 };
    int n = sizeof(at);
    int rc = socket_address(where, &at, e);

    if (rc < 0)
        return error_in(e, "listen");
    uv_tcp_init(s->loop, &s->listener.tcp);
    s->listening = true;
    s->listener.handle.data = s;
    rc = uv_tcp_bind(&s->listener.tcp, (struct sockaddr *)&at, 0);
    if (rc < 0) {
        return error(e, rc, "cannot listen on %.*s: %s", STR_FMT(where),
                     uv_strerror(rc));
    }
    rc = listen_begin(s, where, e);
    if (rc == 0 &&
        uv_tcp_getsockname(&s->listener.tcp, (struct sockaddr *)&at, &n) == 0) {
        s->port = ntohs(at.ss_family == AF_INET6
                            ? ((struct sockaddr_in6 *)&at)->sin6_port
                            : ((struct sockaddr_in *)&at)->sin_port);
    }
    return rc;
}

/* ---- a unix socket ---- */

static int unix_listen(struct http_server *s, const char *path, struct error *e)
{
    int rc;

    socket_stale_remove(path);
    uv_pipe_init(s->loop, &s->listener.pipe, 0);
    s->listening = true;
    s->is_unix = true;
    s->listener.handle.data = s;
    rc = uv_pipe_bind(&s->listener.pipe, path);
    if (rc < 0)
        return error(e, rc, "cannot listen on %s: %s", path, uv_strerror(rc));
    /* the proxy shares our group */
    if (chmod(path, SOCKET_MODE) < 0) {
        return error(e, -errno, "cannot give %s to its group: %s", path,
                     strerror(errno));
    }
    return listen_begin(s, str_of(path), e);
}

int http_listen(struct http_server *s, struct str listen, struct error *e)
{
    struct arena a = { 0 };
    struct str unix_prefix = STR("unix:");
    int rc;

    if (!str_starts(listen, unix_prefix))
        return tcp_listen(s, listen, e);
    rc = unix_listen(
        s, arena_dup(&a, str_slice(listen, unix_prefix.n, listen.n)), e);
    arena_free(&a);
    return rc;
}

struct uv_loop_s *http_loop(const struct http_server *s)
{
    return s->loop;
}

int http_port(const struct http_server *s)
{
    return s->port;
}

/* ---- the end ---- */

void server_freed_one(struct http_server *s)
{
    http_closed_fn *closed = s->closed;
    void *arg = s->closed_arg;

    if (!s->closing || s->listening || s->handles > 0 || s->requests > 0)
        return;
    while (s->groups != NULL) {
        struct route_group *g = s->groups;

        s->groups = g->next;
        free(g);
    }
    free(s);
    closed(arg);
}

static void listener_closed(uv_handle_t *h)
{
    struct http_server *s = h->data;

    s->listening = false;
    server_freed_one(s);
}

void http_close(struct http_server *s, http_closed_fn *closed, void *arg)
{
    s->closing = true;
    s->closed = closed;
    s->closed_arg = arg;
    connections_stop(s);
    if (s->listening) {
        uv_close(&s->listener.handle, listener_closed);
    } else {
        server_freed_one(s);
    }
}
