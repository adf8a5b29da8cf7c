/*
 * What the files of the HTTP server share. A connection owns its handles and
 * the request it is reading; from the moment a route takes it, the request
 * lives until it is answered, whether or not the client is still there.
 */
#ifndef HTTP_HTTP_INTERNAL_H
#define HTTP_HTTP_INTERNAL_H

#include <uv.h>

#include "base/buf.h"
#include "http/form.h"
#include "http/http.h"

enum {
    HTTP_PARAMS = 8,             /* of one route */
    HTTP_READ_SIZE = 64 * 1024,  /* of one read */
    HTTP_AHEAD_MAX = 64 * 1024,  /* kept of requests sent ahead */
    HTTP_KEEP = 4 * 1024,        /* a larger buffer's memory is given back */
    HTTP_ANSWER_MAX = 256 << 20, /* head and body */
    HTTP_PEER = 64,
};

/*
 * How long each phase may take, in milliseconds. Body and answer have to go
 * on at floor bytes a second in each such span; the others end with it.
 */
struct http_limits {
    uint64_t head_ms, body_ms, write_ms, idle_ms, linger_ms;
    uint64_t floor;
    size_t connections;
    size_t body_total;
    size_t streams;
};

/* For tests: change them before http_listen(). */
struct http_limits *http_limits(struct http_server *s);

struct route_group {
    const struct route *table;
    const char *prefix;
    void *arg;
    struct route_group *next;
};

struct connection;

struct http_server {
    uv_loop_t *loop;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } listener;
    bool listening; /* the listener is a handle on the loop */
    bool is_unix;
    int port;
    struct http_limits limits;
    struct route_group *groups; /* in the order added */
    struct connection *connections;
    size_t count;      /* of them */
    size_t handles;    /* connections whose handles are not closed yet */
    size_t requests;   /* not yet freed */
    size_t body_bytes; /* held by all requests */
    size_t streams;    /* open ones */
    bool closing;
    http_closed_fn *closed;
    void *closed_arg;
    char read[HTTP_READ_SIZE]; /* the loop's one read at a time */
};

/* ---- the head of a request, before it is one ---- */

/*
 * Looks at the bytes of a head as they come, for what a parser may see
 * differently than a proxy: CR without LF and LF without CR, folded lines,
 * control characters, and the limits.
 */
struct head_scan {
    size_t n;       /* bytes so far */
    size_t lines;   /* ended so far */
    size_t in_line; /* bytes of this line */
    bool cr;        /* the last byte was CR */
};

enum { HEAD_MORE = 0, HEAD_DONE = 1 };

/*
 * Takes bytes of in, *used of them. HEAD_MORE, HEAD_DONE (in[*used] is the
 * body's first), or the HTTP status that refuses them. Empty lines before the
 * head are taken and not part of it: *skip of them, at in's begin.
 */
int head_scan(struct head_scan *h, struct str in, size_t *used, size_t *skip);

/* ---- requests ---- */

struct http_field {
    struct str name, value;
};

struct http_request {
    struct http_server *server;
    struct connection *connection; /* NULL: the client has gone */
    struct arena arena;
    struct str method, target, path, query;
    struct http_field fields[HTTP_HEADERS];
    size_t field_count;
    struct http_field params[HTTP_PARAMS];
    size_t param_count;
    struct form_field *asked; /* the query, decoded */
    uint64_t length;          /* of the body, as announced */
    struct buf body;
    struct str peer;
    const struct route *route;
    void *route_arg;
    bool keep_alive; /* the client would stay */
    bool minor;      /* HTTP/1.1 */
    bool expects;    /* 100-continue */
    bool calling;    /* its route is on the stack */
    bool held;
    bool answered;
};

struct http_request *request_new(struct http_server *s);
void request_free(struct http_request *r);

/* Reads head, which is copied. 0, or the status that refuses it. */
int request_parse(struct http_request *r, struct str head);

/* Adds to the body. 0, or the status: the budget of all bodies is used up. */
int request_body_add(struct http_request *r, struct str bytes);

/* The address in the last X-Forwarded-For, or an empty string. */
struct str request_forwarded(const struct http_request *r);

/*
 * Finds the route. 0, or 404, or 405 with *allow, in r's arena, naming the
 * methods there are.
 */
int route_find(struct http_request *r, struct str *allow);

/* %XX decoded. False: not well formed, NUL in it, or not UTF-8. */
bool percent_decode(struct arena *a, struct str in, struct str *out);

/* ---- answers ---- */

/* Writes head and, unless head_only, body of an answer. */
struct http_answer {
    const struct http_response *response;
    bool head_only, close, minor;
    bool open; /* goes on after the body: no length is said */
};
int answer_write(struct buf *out, const struct http_answer *a);

/* A page in plain words for r, which may be NULL, in a's memory. */
void answer_error(struct http_response *to, const struct http_request *r,
                  int status, const char *sentence, struct arena *a);

const char *status_name(int status);
const char *status_sentence(int status); /* where nobody has a better one */

/* ---- connections ---- */

void connection_accept(struct http_server *s);
void connection_respond(struct connection *c, struct http_request *r,
                        const struct http_response *response);
bool connection_gone(const struct connection *c);
struct http_stream *connection_stream(struct connection *c,
                                      const struct http_response *head,
                                      http_stream_closed_fn *closed, void *arg);
void connections_stop(struct http_server *s); /* the idle ones at once */
void server_freed_one(struct http_server *s); /* a connection or a request */

#endif
