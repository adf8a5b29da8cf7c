/* Curl's multi interface on the loop: sockets and one timer; and the end. */
#include "net/transfer.h"

#include <stdlib.h>

#include "net/transfer_internal.h"

struct watch {
    uv_poll_t poll;
    struct transfers *owner;
    curl_socket_t fd;
};

void job_link(struct job **list, struct job *j)
{
    j->prev = NULL;
    j->next = *list;
    if (j->next != NULL)
        j->next->prev = j;
    *list = j;
}

void job_unlink(struct job **list, struct job *j)
{
    if (j->prev != NULL) {
        j->prev->next = j->next;
    } else {
        *list = j->next;
    }
    if (j->next != NULL)
        j->next->prev = j->prev;
}

static void job_end(struct job *j, CURLcode code)
{
    struct transfer_result r;

    job_unlink(&j->owner->jobs, j);
    job_result(j, code, &r);
    job_let_go(j);
    j->done(j->arg, &r);
    job_free(j);
}

static void collect(struct transfers *t)
{
    CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(t->multi, &left)) != NULL) {
        CURLcode code = msg->data.result;
        char *mine = NULL;
        struct job *j;

        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &mine);
        j = (struct job *)(void *)mine;
        if (!job_redirected(j, code)) {
            job_end(j, code);
        } else if (j->why.code != 0) {
            job_end(j, CURLE_OK);
        }
    }
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *w = poll->data;
    struct transfers *t = w->owner;
    int what = 0;
    int running;

    if (status < 0)
        what = CURL_CSELECT_ERR;
    if (events & UV_READABLE)
        what |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        what |= CURL_CSELECT_OUT;
    curl_multi_socket_action(t->multi, w->fd, what, &running);
    collect(t);
}

static void on_clock(uv_timer_t *timer)
{
    struct transfers *t = timer->data;
    int running;

    curl_multi_socket_action(t->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(t);
}

static int set_clock(CURLM *multi, long ms, void *arg)
{
    struct transfers *t = arg;

    (void)multi;
    if (ms < 0) {
        uv_timer_stop(&t->clock);
    } else {
        uv_timer_start(&t->clock, on_clock, (uint64_t)ms, 0);
    }
    return 0;
}

static void watch_closed(uv_handle_t *h)
{
    struct watch *w = h->data;

    free(w);
}

static struct watch *watch_new(struct transfers *t, curl_socket_t fd)
{
    struct watch *w = calloc(1, sizeof(*w));

    if (w == NULL)
        abort();
    w->owner = t;
    w->fd = fd;
    if (uv_poll_init(t->loop, &w->poll, fd) < 0) {
        free(w);
        return NULL;
    }
    w->poll.data = w;
    curl_multi_assign(t->multi, fd, w);
    return w;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                      void *mine)
{
    struct transfers *t = arg;
    struct watch *w = mine;
    int events = 0;

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (w != NULL) {
            curl_multi_assign(t->multi, fd, NULL);
            uv_close((uv_handle_t *)&w->poll, watch_closed);
        }
        return 0;
    }
    if (w == NULL)
        w = watch_new(t, fd);
    if (w == NULL)
        return -1;
    if (what != CURL_POLL_OUT)
        events |= UV_READABLE;
    if (what != CURL_POLL_IN)
        events |= UV_WRITABLE;
    return uv_poll_start(&w->poll, events, on_ready) < 0 ? -1 : 0;
}

static void handle_closed(uv_handle_t *h)
{
    struct transfers *t = h->data;

    if (--t->handles > 0)
        return;
    uv_mutex_destroy(&t->lock);
    t->closed(t->arg);
    free(t);
}

void transfers_end(struct transfers *t)
{
    if (!t->closing || t->threads > 0 || t->jobs != NULL || t->closed_handles)
        return;
    t->closed_handles = true;
    curl_multi_cleanup(t->multi);
    uv_close((uv_handle_t *)&t->clock, handle_closed);
    uv_close((uv_handle_t *)&t->soon, handle_closed);
    uv_close((uv_handle_t *)&t->news, handle_closed);
}

/* The first job that no thread has; all its done() may do is start others. */
static struct job *unthreaded(const struct transfers *t)
{
    struct job *j = t->jobs;

    while (j != NULL && j->threaded)
        j = j->next;
    return j;
}

static void end_all(struct transfers *t)
{
    struct job *j;

    while ((j = unthreaded(t)) != NULL)
        job_end(j, CURLE_OPERATION_TIMEDOUT);
    for (j = t->jobs; j != NULL; j = j->next)
        mail_cancel(j);
    for (j = t->leaving; j != NULL; j = j->next)
        mail_cancel(j);
    transfers_end(t);
}

static void on_soon(uv_timer_t *timer)
{
    struct transfers *t = timer->data;
    struct job *next;

    if (t->closing) {
        end_all(t);
        return;
    }
    for (struct job *j = t->jobs; j != NULL; j = next) {
        next = j->next;
        if (!j->threaded && j->easy == NULL && j->why.code != 0) {
            job_end(j, CURLE_OK);
            next = t->jobs; /* done() may have changed the list */
        }
    }
}

void transfers_soon(struct transfers *t)
{
    uv_timer_start(&t->soon, on_soon, 0, 0);
}

int transfers_open(struct transfers **out, struct uv_loop_s *loop,
                   struct error *e)
{
    struct transfers *t;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error(e, E_REMOTE, "libcurl cannot be set up");
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        abort();
    t->loop = loop;
    t->multi = curl_multi_init();
    if (t->multi == NULL)
        abort();
    curl_multi_setopt(t->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(t->multi, CURLMOPT_SOCKETDATA, t);
    curl_multi_setopt(t->multi, CURLMOPT_TIMERFUNCTION, set_clock);
    curl_multi_setopt(t->multi, CURLMOPT_TIMERDATA, t);
    uv_timer_init(loop, &t->clock);
    uv_timer_init(loop, &t->soon);
    t->clock.data = t;
    t->soon.data = t;
    mail_open(t);
    t->handles = 3;
    *out = t;
    return 0;
}

void transfers_close(struct transfers *t, transfers_closed_fn *closed,
                     void *arg)
{
    t->closing = true;
    t->closed = closed;
    t->arg = arg;
    transfers_soon(t);
}

void transfer_start(struct transfers *all, const struct transfer *t,
                    transfer_done_fn *done, void *arg)
{
    struct job *j = job_new(all, t, done, arg);

    job_link(&all->jobs, j);
    if (j->why.code != 0 || all->closing || job_begin(j) < 0)
        transfers_soon(all);
}
