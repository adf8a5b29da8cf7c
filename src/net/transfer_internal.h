/* What transfer.c (the loop) and transfer_job.c (one request) share. */
#ifndef NET_TRANSFER_INTERNAL_H
#define NET_TRANSFER_INTERNAL_H

#include <curl/curl.h>
#include <uv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/transfer.h"

struct opened; /* a socket curl has open */

struct transfers {
    struct uv_loop_s *loop;
    CURLM *multi;
    uv_timer_t clock; /* when curl wants to be called */
    uv_timer_t soon;  /* ends, on the loop's next turn, what cannot begin */
    int handles;      /* of libuv, not closed yet */
    struct job *jobs;
    struct opened *sockets;
    bool closing;
    transfers_closed_fn *closed;
    void *arg;
};

struct opened {
    struct transfers *owner;
    curl_socket_t fd;
    struct opened *prev, *next;
};

struct job {
    struct transfers *owner;
    struct job *prev, *next;
    struct arena arena; /* holds the job itself and what it was asked */
    struct transfer ask;
    transfer_done_fn *done;
    void *arg;
    int64_t deadline; /* clock_monotonic_ms() */
    const char *url;  /* of this hop */
    bool same_origin; /* this hop goes where the first one went */
    int hops;
    CURL *easy;
    struct curl_slist *headers, *to;
    struct buf body;
    struct buf reply; /* SMTP: the last line the server said */
    size_t given;     /* of ask.body, to curl */
    bool mail;
    bool over;   /* the answer was longer than asked for */
    bool denied; /* an address was refused */
    struct error why;
    char says[CURL_ERROR_SIZE];
};

/* Copies t; a job that cannot begin has why.code set. */
struct job *job_new(struct transfers *owner, const struct transfer *t,
                    transfer_done_fn *done, void *arg);

/* Hands the job's url to curl. */
CHECKED int job_begin(struct job *j);

/*
 * Curl is through with this hop. True: the job goes on elsewhere, or has
 * failed to (then why.code is set and there is no easy handle).
 */
bool job_redirected(struct job *j, CURLcode code);

void job_result(struct job *j, CURLcode code, struct transfer_result *r);
void job_let_go(struct job *j); /* of curl */
void job_free(struct job *j);

/* The callbacks of curl's sockets; arg is the job. */
curl_socket_t socket_open(void *arg, curlsocktype purpose,
                          struct curl_sockaddr *address);
int socket_close(void *owner, curl_socket_t fd);

#endif
