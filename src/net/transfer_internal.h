/*
 * What the files of a transfer share:
 *
 *   transfer.c       the loop: curl's multi interface, for HTTP
 *   transfer_mail.c  threads, for SMTP
 *   transfer_job.c   one request: what it may do, what came of it
 */
#ifndef NET_TRANSFER_INTERNAL_H
#define NET_TRANSFER_INTERNAL_H

#include <curl/curl.h>
#include <stdatomic.h>
#include <uv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "net/transfer.h"

struct transfers {
    struct uv_loop_s *loop;
    CURLM *multi;
    uv_timer_t clock;    /* when curl wants to be called */
    uv_timer_t soon;     /* ends, on the loop's next turn, what cannot begin */
    uv_async_t news;     /* from the threads */
    int handles;         /* of libuv, not closed yet */
    struct job *jobs;    /* whose done() is owed; the newest first */
    struct job *leaving; /* mails whose threads are still saying good-bye */
    int threads;         /* not joined yet */
    bool closing, closed_handles;
    transfers_closed_fn *closed;
    void *arg;

    uv_mutex_t lock;  /* of what follows, and of each job's fd and phase */
    struct job *told; /* jobs with news */
};

/* How far a mail's thread is. */
enum phase {
    PHASE_RUNNING,
    PHASE_PERFORMED, /* the result is there */
    PHASE_GONE,      /* the connection has been left: the thread has ended */
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

    /* Of a mail. Its thread owns the job but for these. */
    uv_thread_t thread;
    atomic_bool cancelled;
    int fd; /* -1: none */
    enum phase phase;
    bool has_news;    /* is in owner->told */
    struct job *told; /* the next there */
    bool threaded;    /* has a thread; else it waits for one */
    bool ended;       /* done() has been called */
    struct transfer_result result;
};

/* Copies t; a job that cannot begin has why.code set. */
struct job *job_new(struct transfers *owner, const struct transfer *t,
                    transfer_done_fn *done, void *arg);

/* Makes the easy handle for the job's url. */
CHECKED int job_prepare(struct job *j);

/* Prepares the job and sends it on its way. */
CHECKED int job_begin(struct job *j);

/*
 * Curl is through with this hop. True: the job goes on elsewhere, or has
 * failed to (then why.code is set and there is no easy handle).
 */
bool job_redirected(struct job *j, CURLcode code);

void job_result(struct job *j, CURLcode code, struct transfer_result *r);
void job_let_go(struct job *j); /* of curl */
void job_link(struct job **list, struct job *j);
void job_unlink(struct job **list, struct job *j);
void job_free(struct job *j);

/* transfer_mail.c */
void mail_open(struct transfers *t);
void mail_begin(struct job *j);  /* now, or when a thread is free */
void mail_cancel(struct job *j); /* done() is called all the same */

/* Has what cannot begin, or is to be closed, ended on the loop's next turn. */
void transfers_soon(struct transfers *t);

/* Once closing: ends the handles when nothing is left under way. */
void transfers_end(struct transfers *t);

#endif
