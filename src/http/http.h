/*
 * HTTP/1.1 on the loop (RFC 9112): llhttp below, routes above. Plain text on
 * loopback or a unix socket; TLS and HTTP/2 are the reverse proxy's.
 *
 * What is ambiguous is refused before a route sees it (two lengths, length
 * and chunks, a bare CR, no Host, ...). Each phase has one deadline: headers
 * 10 s, body 30 s and a floor rate, writing 30 s, idle 15 s. A stream has one
 * only while it waits for its client.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/error.h"

struct http_server;
struct http_request;
struct uv_loop_s;

enum {
    HTTP_HEADERS = 64,            /* lines */
    HTTP_HEADER_BYTES = 8 * 1024, /* all of them */
    HTTP_CONNECTIONS = 1024,
    HTTP_BODY_TOTAL = 256 * 1024 * 1024, /* of all requests at once */
    HTTP_STREAMS = 200,
    HTTP_STREAM_BEHIND = 256 * 1024, /* bytes a stream's client may be late */
};

/*
 * Runs when the whole body is there. It must answer with http_respond(), now
 * or later; later: http_hold() first.
 */
typedef void route_fn(struct http_request *, void *arg);

struct route {
    const char *method; /* "GET" serves HEAD too */
    const char *path;   /* "/t/:token": a part is taken whole */
    size_t body_max;    /* more: 413 before it is read */
    route_fn *handle;
};

CHECKED int http_open(struct http_server **out, struct uv_loop_s *loop,
                      struct error *e);

/* listen: "127.0.0.1:8311", "[::1]:0", "unix:/run/inlet.sock". */
CHECKED int http_listen(struct http_server *, struct str listen,
                        struct error *e);
int http_port(const struct http_server *); /* bound to; 0: a unix socket */
struct uv_loop_s *http_loop(const struct http_server *);

/*
 * Adds the routes of table (ended by a NULL method), each path behind prefix
 * ("" or "/hook/town-texts"). table and arg must live as long as the server.
 */
void http_routes(struct http_server *, const struct route *table,
                 const char *prefix, void *arg);

/* Stops taking requests, lets those under way end, then calls closed. */
typedef void http_closed_fn(void *arg);
void http_close(struct http_server *, http_closed_fn *closed, void *arg);

/* What was asked. All of it is good as long as the request is. */
struct str http_method(const struct http_request *);
struct str http_path(const struct http_request *);   /* as sent, no query */
struct str http_target(const struct http_request *); /* path and query, raw */
struct str http_param(const struct http_request *, const char *name);
struct str http_query(const struct http_request *, const char *name);
struct str http_header(const struct http_request *, const char *name);
struct str http_body(const struct http_request *);
struct str http_peer(const struct http_request *); /* address; see below */
struct arena *http_arena(struct http_request *);

/*
 * The peer is the connection's other end; where that is the proxy (loopback
 * or the unix socket) it is the last address of X-Forwarded-For.
 */

/* Keeps the request until http_respond(), past the handler's return. */
void http_hold(struct http_request *);

/* False once the client has gone; http_respond() is still owed. */
bool http_alive(const struct http_request *);

struct http_header_line {
    const char *name;
    struct str value;
};

struct http_response {
    int status;
    const char *type;                       /* "text/html; charset=utf-8" */
    struct str body;                        /* copied */
    const struct http_header_line *headers; /* ended by a NULL name; or NULL */
};

/* Answers, once. The security headers are added to every answer. */
void http_respond(struct http_request *, const struct http_response *);

/*
 * An answer that goes on, until one side ends it: server-sent events. It has
 * no length, so its end is the connection's. Answers r, which may be gone on
 * return. NULL: r is answered without one, for it asked with HEAD, the client
 * has gone, there are HTTP_STREAMS already (503), or the server closes.
 *
 * closed is called once for every stream, never from within a function here;
 * it is then gone. It is good until then, and what is written to it after its
 * end goes nowhere.
 */
struct http_stream;
typedef void http_stream_closed_fn(void *arg);
struct http_stream *http_stream_begin(struct http_request *r,
                                      const struct http_response *head,
                                      http_stream_closed_fn *closed, void *arg);

/* A client that is HTTP_STREAM_BEHIND bytes late is let go. Copies bytes. */
void http_stream_write(struct http_stream *s, struct str bytes);

/* What was written still goes out. */
void http_stream_end(struct http_stream *s);

/* An error page in plain words, in HTML or text as the client accepts. */
void http_respond_error(struct http_request *, int status,
                        const char *sentence);

#endif
