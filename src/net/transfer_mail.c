/*
 * SMTP in threads. Curl's SMTP is not made for a loop: it waits for the answer
 * to the final dot, and for that to QUIT, without giving back control, and a
 * server that looks into a mail before it answers takes its time.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/transfer_internal.h"

enum { THREADS_MAX = 4 };

/* Called in the thread. */
static void tell(struct job *j, enum phase phase)
{
    struct transfers *t = j->owner;

    uv_mutex_lock(&t->lock);
    j->phase = phase;
    if (!j->has_news) {
        j->has_news = true;
        j->told = t->told;
        t->told = j;
    }
    uv_mutex_unlock(&t->lock);
    uv_async_send(&t->news);
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct job *j = arg;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);

    (void)purpose;
    uv_mutex_lock(&j->owner->lock);
    j->fd = fd;
    uv_mutex_unlock(&j->owner->lock);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int close_socket(void *arg, curl_socket_t fd)
{
    struct job *j = arg;
    int rc;

    uv_mutex_lock(&j->owner->lock);
    if (j->fd == fd)
        j->fd = -1;
    rc = close(fd);
    uv_mutex_unlock(&j->owner->lock);
    return rc;
}

static int on_progress(void *arg, curl_off_t dl_all, curl_off_t dl,
                       curl_off_t ul_all, curl_off_t ul)
{
    struct job *j = arg;

    (void)dl_all;
    (void)dl;
    (void)ul_all;
    (void)ul;
    return atomic_load(&j->cancelled) ? 1 : 0;
}

static void run(void *arg)
{
    struct job *j = arg;
    CURLcode code;

    curl_easy_setopt(j->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(j->easy, CURLOPT_OPENSOCKETDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(j->easy, CURLOPT_CLOSESOCKETDATA, j);
    curl_easy_setopt(j->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(j->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(j->easy, CURLOPT_XFERINFODATA, j);
    code = curl_easy_perform(j->easy);
    job_result(j, code, &j->result);
    if (atomic_load(&j->cancelled) && j->result.rc < 0)
        j->result.rc = error(&j->result.why, E_TIMEOUT, "ended by us");
    tell(j, PHASE_PERFORMED);
    job_let_go(j); /* says QUIT, and waits for an answer */
    tell(j, PHASE_GONE);
}

void mail_begin(struct job *j)
{
    struct transfers *t = j->owner;
    int64_t left = j->deadline - clock_monotonic_ms();

    if (t->threads >= THREADS_MAX)
        return;
    curl_easy_setopt(j->easy, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
    j->threaded = uv_thread_create(&j->thread, run, j) == 0;
    if (j->threaded) {
        t->threads++;
        uv_ref((uv_handle_t *)&t->news);
        return;
    }
    job_let_go(j);
    error(&j->why, E_REMOTE, "no thread to be had");
    transfers_soon(t);
}

static void begin_next(struct transfers *t)
{
    struct job *oldest = NULL;

    for (struct job *j = t->jobs; j != NULL; j = j->next) {
        if (j->mail && j->easy != NULL && !j->threaded)
            oldest = j; /* the list has the newest first */
    }
    if (oldest != NULL && !t->closing)
        mail_begin(oldest);
}

/* The next job with news, and how far it is. */
static struct job *next_told(struct transfers *t, enum phase *phase)
{
    struct job *j;

    uv_mutex_lock(&t->lock);
    j = t->told;
    if (j != NULL) {
        t->told = j->told;
        j->has_news = false;
        *phase = j->phase;
    }
    uv_mutex_unlock(&t->lock);
    return j;
}

static void on_news(uv_async_t *news)
{
    struct transfers *t = news->data;
    enum phase phase;
    struct job *j;

    while ((j = next_told(t, &phase)) != NULL) {
        if (!j->ended) {
            j->ended = true;
            job_unlink(&t->jobs, j);
            job_link(&t->leaving, j);
            j->done(j->arg, &j->result);
        }
        if (phase != PHASE_GONE)
            continue;
        uv_thread_join(&j->thread);
        if (--t->threads == 0)
            uv_unref((uv_handle_t *)&t->news);
        job_unlink(&t->leaving, j);
        job_free(j);
        begin_next(t);
    }
    transfers_end(t);
}

void mail_open(struct transfers *t)
{
    uv_mutex_init(&t->lock);
    uv_async_init(t->loop, &t->news, on_news);
    t->news.data = t;
    uv_unref((uv_handle_t *)&t->news);
}

void mail_cancel(struct job *j)
{
    atomic_store(&j->cancelled, true);
    uv_mutex_lock(&j->owner->lock);
    if (j->fd >= 0)
        shutdown(j->fd, SHUT_RDWR);
    uv_mutex_unlock(&j->owner->lock);
}
