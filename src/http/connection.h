/*
 * A connection, between the three files that walk it through its phases:
 *
 *   connection.c        its life: accepted, read from, timed, closed
 *   connection_take.c   what comes in becomes a request and goes to its route
 *   connection_write.c  the answer goes out
 *   stream.c            an answer that goes on
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "http/http_internal.h"

enum phase {
    PHASE_IDLE, /* between requests */
    PHASE_HEAD,
    PHASE_BODY,
    PHASE_ROUTE, /* a route has it; no deadline: it owes an answer */
    PHASE_WRITE,
    PHASE_STREAM, /* answered, and the answer goes on */
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
    bool eof;                   /* the client sends no more */
    bool running;               /* connection_run() is on the stack */
    bool last;                  /* the answer under way ends the connection */
    bool writing;               /* libuv has out */
    struct http_stream *stream; /* NULL: its answers have an end */
    char peer[HTTP_PEER];
    bool trusted; /* the peer is our proxy */
    struct connection *prev, *next;
};

void connection_close(struct connection *c);

/* Enters a phase; its deadline begins. */
void connection_phase(struct connection *c, enum phase phase);

/* The deadline of what goes on now; 0: it has none. */
void connection_deadline(struct connection *c, uint64_t ms);

/* No more is sent; the client may read to the end. */
void connection_linger(struct connection *c);

/* The route has answered: its request is no longer the connection's. */
void connection_release(struct connection *c);

/* The connection's handles are closed: so is its stream. */
void stream_closed(struct http_stream *s);

/* After a phase has changed: what was kept is taken, reading goes on. */
void connection_run(struct connection *c);

/* Gives in to the phases until none takes more; gives what they took. */
size_t connection_feed(struct connection *c, struct str in);

/* Answers r, or what never became a request where r is NULL. */
void connection_answer(struct connection *c, const struct http_request *r,
                       const struct http_response *response);

/* An answer of the server's own, which ends the connection. */
void connection_refuse(struct connection *c, int status);

/* Empties b; what memory is worth keeping is kept. */
void connection_rest(struct buf *b);

#endif
