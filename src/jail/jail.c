#include "jail/jail.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "jail/frame.h"
#include "jail/nursery.h"

enum { RESPAWN_MS = 500 };

struct job {
    const struct raw *raw;
    struct buf head; /* all of the frame but the raw's bytes */
    bool gives_bytes;
    union {
        jail_done_fn *done;
        jail_part_fn *part;
    } then;
    void *arg;
    uv_write_t write;
    int holds; /* of the queue or worker, and of the write under way */
    struct job *next;
};

struct worker {
    struct jail *jail;
    uv_pipe_t pipe;
    uv_timer_t patience;
    int handles; /* not yet closed */
    pid_t pid;
    struct job *job; /* under way, or NULL */
    int jobs;        /* done so far */
    bool old;        /* to be replaced once it is idle */
    int outcome;     /* why it is closed, for its job */
    struct buf in;
};

struct jail {
    const struct town *town;
    struct jail_limits limits;
    uv_loop_t *loop;
    int first;   /* the process that forks */
    int nursery; /* the set in use */
    uv_timer_t respawn;
    struct worker **workers;
    int alive; /* workers whose handles are open */
    struct job *queue;
    struct job **queue_tail;
    int backlog;
    bool stopping;
    /* a reload under way */
    int next_nursery; /* -1: none */
    uv_poll_t loading;
    jail_reload_fn *reloaded;
    void *reloaded_arg;
};

static void workers_fill(struct jail *j);
static void dispatch(struct jail *j);

static void job_drop(struct job *job)
{
    if (--job->holds > 0)
        return;
    buf_free(&job->head);
    free(job);
}

static void job_end(struct jail *j, struct job *job, int rc, struct str payload,
                    const struct error *why)
{
    struct arena a = { 0 };
    struct reading reading = { 0 };
    struct error e = *why;

    j->backlog--;
    if (job->gives_bytes) {
        job->then.part(job->arg, rc, payload, &e);
    } else {
        if (rc == 0)
            rc = reading_decode(&reading, arena_str(&a, payload), &a, &e);
        job->then.done(job->arg, rc, &reading, &a, &e);
    }
    arena_free(&a);
    job_drop(job);
}

static void worker_closed(uv_handle_t *handle)
{
    struct worker *w = handle->data;
    struct jail *j = w->jail;
    struct job *job = w->job;
    struct error e;
    int outcome = w->outcome;

    if (--w->handles > 0)
        return;
    for (int64_t i = 0; i < j->town->workers; i++) {
        if (j->workers[i] == w)
            j->workers[i] = NULL;
    }
    buf_free(&w->in);
    free(w);
    j->alive--;
    if (job != NULL) {
        error(&e, outcome, "%s", error_name(outcome));
        job_end(j, job, outcome, STR_NONE, &e);
    }
    workers_fill(j);
}

/* Lets the worker go; what it was at fails with outcome. */
static void worker_close(struct worker *w, int outcome)
{
    if (uv_is_closing((uv_handle_t *)&w->pipe))
        return;
    w->outcome = outcome;
    kill(w->pid, SIGKILL);
    uv_close((uv_handle_t *)&w->pipe, worker_closed);
    uv_close((uv_handle_t *)&w->patience, worker_closed);
}

static void worker_late(uv_timer_t *t)
{
    struct worker *w = t->data;

    log_warn("a worker took over %d ms for raw %lld and is ended",
             w->jail->limits.wall_ms, (long long)w->job->raw->id);
    worker_close(w, E_TIMEOUT);
}

static void worker_answered(struct worker *w, const struct frame_head *head,
                            struct str payload)
{
    static const enum frame_kind wanted[] = { FRAME_READING, FRAME_BYTES };
    struct job *job = w->job;
    struct error e = { 0 };
    int rc = 0;

    if (job == NULL) {
        worker_close(w, E_DIED);
        return;
    }
    if (head->kind == FRAME_FAILED) {
        rc = frame_failed_read(payload, &e);
    } else if (head->kind != wanted[job->gives_bytes]) {
        rc = error(&e, E_SYNTAX, "a worker's answer is not what was asked");
    }
    w->job = NULL;
    w->jobs++;
    uv_timer_stop(&w->patience);
    job_end(w->jail, job, rc, payload, &e);
    buf_clear(&w->in);
    if (w->in.size > 1024 * 1024)
        buf_free(&w->in);
    if (w->old || w->jobs >= w->jail->limits.recycle) {
        worker_close(w, E_DIED);
    } else {
        dispatch(w->jail);
    }
}

static void worker_room(uv_handle_t *handle, size_t suggested, uv_buf_t *b)
{
    struct worker *w = handle->data;
    char *room = buf_room(&w->in, suggested);

    if (room == NULL) {
        *b = uv_buf_init(NULL, 0);
        return;
    }
    w->in.n -= suggested;
    *b = uv_buf_init(room, (unsigned)suggested);
}

static void worker_says(uv_stream_t *s, ssize_t got, const uv_buf_t *b)
{
    struct worker *w = s->data;
    struct frame_head head;

    (void)b;
    if (got < 0) {
        if (w->job != NULL) {
            log_warn("a worker died reading raw %lld",
                     (long long)w->job->raw->id);
        }
        worker_close(w, E_DIED);
        return;
    }
    w->in.n += (size_t)got;
    if (w->in.n < sizeof(head))
        return;
    memcpy(&head, w->in.p, sizeof(head));
    if (head.size > FRAME_MAX || head.kind >= FRAME_KINDS) {
        worker_close(w, E_DIED);
        return;
    }
    if (w->in.n >= sizeof(head) + head.size) {
        worker_answered(
            w, &head,
            str_slice(buf_str(&w->in), sizeof(head), sizeof(head) + head.size));
    }
}

static int worker_spawn(struct jail *j, struct worker **out, struct error *e)
{
    struct worker *w;
    int fd;
    pid_t pid;
    int rc = nursery_worker(j->nursery, &fd, &pid, e);

    if (rc < 0)
        return rc;
    w = calloc(1, sizeof(*w));
    if (w == NULL)
        abort();
    w->jail = j;
    w->pid = pid;
    w->in = buf_init(FRAME_MAX);
    uv_pipe_init(j->loop, &w->pipe, 0);
    uv_timer_init(j->loop, &w->patience);
    w->pipe.data = w;
    w->patience.data = w;
    w->handles = 2;
    rc = uv_pipe_open(&w->pipe, fd);
    if (rc == 0)
        rc = uv_read_start((uv_stream_t *)&w->pipe, worker_room, worker_says);
    j->alive++;
    *out = w;
    if (rc < 0) {
        worker_close(w, E_DIED);
        return error(e, rc, "cannot speak to a worker: %s", uv_strerror(rc));
    }
    return 0;
}

static void respawn(uv_timer_t *t)
{
    workers_fill(t->data);
}

/* A nursery that is gone is made again; without the first process, nothing. */
static void nursery_again(struct jail *j)
{
    struct error e;

    close(j->nursery);
    if (nursery_new(j->first, &j->nursery, &e) < 0) {
        log_error("%s: nothing can be read until inlet is started again",
                  e.text);
        exit(70); /* EX_SOFTWARE; every raw is stored */
    }
    if (nursery_ready(j->nursery, &e) < 0)
        log_error("cannot load rules and gazetteer again: %s", e.text);
}

static void workers_fill(struct jail *j)
{
    struct error e;

    for (int64_t i = 0; !j->stopping && i < j->town->workers; i++) {
        if (j->workers[i] != NULL)
            continue;
        if (worker_spawn(j, &j->workers[i], &e) == 0)
            continue;
        log_error("no new worker: %s", e.text);
        nursery_again(j);
        uv_timer_start(&j->respawn, respawn, RESPAWN_MS, 0);
        break;
    }
    dispatch(j);
}

static void job_written(uv_write_t *req, int status)
{
    (void)status; /* a broken pipe shows where it is read */
    job_drop(req->data);
}

/* libuv's buffers are not const, though a write changes nothing. */
static uv_buf_t buf_seen(struct str s)
{
    union {
        const char *seen;
        char *base;
    } p = { s.p };

    return (uv_buf_t){ .base = p.base, .len = s.n };
}

static void worker_take(struct worker *w, struct job *job)
{
    uv_buf_t bufs[2] = {
        buf_seen(buf_str(&job->head)),
        buf_seen(job->raw->bytes),
    };

    w->job = job;
    job->holds++;
    job->write.data = job;
    uv_timer_start(&w->patience, worker_late, (uint64_t)w->jail->limits.wall_ms,
                   0);
    if (uv_write(&job->write, (uv_stream_t *)&w->pipe, bufs, 2, job_written) <
        0) {
        job_drop(job);
        worker_close(w, E_DIED);
    }
}

static bool worker_idle(const struct worker *w)
{
    return w != NULL && w->job == NULL && !w->old &&
           !uv_is_closing((const uv_handle_t *)&w->pipe);
}

static void dispatch(struct jail *j)
{
    for (int64_t i = 0; i < j->town->workers && j->queue != NULL; i++) {
        struct job *job = j->queue;

        if (!worker_idle(j->workers[i]))
            continue;
        j->queue = job->next;
        if (j->queue == NULL)
            j->queue_tail = &j->queue;
        worker_take(j->workers[i], job);
    }
}

static void job_add(struct jail *j, const struct raw *raw, struct job *job)
{
    job->raw = raw;
    job->holds = 1;
    j->backlog++;
    *j->queue_tail = job;
    j->queue_tail = &job->next;
    dispatch(j);
}

static struct job *job_new(enum frame_kind kind, const struct raw *raw,
                           int part)
{
    struct job *job = calloc(1, sizeof(*job));

    if (job == NULL)
        abort();
    job->head = buf_init(1024 * 1024);
    frame_raw(&job->head, kind, raw, part);
    return job;
}

void jail_read(struct jail *j, const struct raw *raw, jail_done_fn *done,
               void *arg)
{
    struct job *job = job_new(FRAME_READ, raw, 0);

    job->then.done = done;
    job->arg = arg;
    job_add(j, raw, job);
}

/* Somebody waits: it goes before the others. */
static void bytes_ask(struct jail *j, struct job *job, const struct raw *raw,
                      jail_part_fn *done, void *arg)
{
    job->gives_bytes = true;
    job->then.part = done;
    job->arg = arg;
    job->raw = raw;
    job->holds = 1;
    job->next = j->queue;
    if (j->queue == NULL)
        j->queue_tail = &job->next;
    j->queue = job;
    j->backlog++;
    dispatch(j);
}

void jail_part(struct jail *j, const struct raw *raw, int part,
               jail_part_fn *done, void *arg)
{
    bytes_ask(j, job_new(FRAME_PART, raw, part), raw, done, arg);
}

void jail_picture(struct jail *j, const struct raw *raw, int part,
                  jail_part_fn *done, void *arg)
{
    bytes_ask(j, job_new(FRAME_PICTURE, raw, part), raw, done, arg);
}

void jail_html(struct jail *j, const struct raw *raw, jail_part_fn *done,
               void *arg)
{
    bytes_ask(j, job_new(FRAME_HTML, raw, 0), raw, done, arg);
}

int jail_backlog(const struct jail *j)
{
    return j->backlog;
}

static const struct jail_limits usual = {
    .wall_ms = 20000,
    .cpu_s = 10,
    .memory_mb = 512,
    .recycle = 10000,
};

int jail_prepare(struct jail **out, const struct town *town,
                 const struct jail_limits *limits, struct error *e)
{
    struct jail *j = calloc(1, sizeof(*j));
    int rc;

    if (j == NULL)
        abort();
    j->town = town;
    j->limits = limits == NULL ? usual : *limits;
    j->nursery = -1;
    j->next_nursery = -1;
    j->queue_tail = &j->queue;
    rc = nursery_prepare(town, &j->limits, &j->first, e);
    if (rc < 0) {
        free(j);
    } else {
        *out = j;
    }
    return rc;
}

int jail_start(struct jail *j, struct uv_loop_s *loop, struct error *e)
{
    int rc = nursery_new(j->first, &j->nursery, e);

    if (rc == 0)
        rc = nursery_ready(j->nursery, e);
    if (rc < 0)
        return rc;
    j->loop = loop;
    j->workers = calloc((size_t)j->town->workers, sizeof(struct worker *));
    if (j->workers == NULL)
        abort();
    uv_timer_init(loop, &j->respawn);
    j->respawn.data = j;
    workers_fill(j);
    return 0;
}

static void loading_closed(uv_handle_t *handle)
{
    struct jail *j = handle->data;

    j->reloaded = NULL;
}

static void loaded(uv_poll_t *poll, int status, int events)
{
    struct jail *j = poll->data;
    struct error e = { 0 };
    int rc = nursery_ready(j->next_nursery, &e);

    (void)status;
    (void)events;
    uv_poll_stop(poll);
    uv_close((uv_handle_t *)poll, loading_closed);
    if (rc < 0) {
        close(j->next_nursery);
    } else {
        close(j->nursery);
        j->nursery = j->next_nursery;
        for (int64_t i = 0; i < j->town->workers; i++) {
            struct worker *w = j->workers[i];

            if (w == NULL)
                continue;
            w->old = true;
            if (w->job == NULL)
                worker_close(w, E_DIED);
        }
    }
    j->next_nursery = -1;
    j->reloaded(j->reloaded_arg, rc, &e);
}

void jail_reload(struct jail *j, jail_reload_fn *done, void *arg)
{
    struct error e;
    int rc = 0;

    if (j->reloaded != NULL) {
        rc = error(&e, E_BUSY, "rules and gazetteer are being loaded already");
    } else {
        rc = nursery_new(j->first, &j->next_nursery, &e);
    }
    if (rc < 0) {
        done(arg, rc, &e);
        return;
    }
    j->reloaded = done;
    j->reloaded_arg = arg;
    uv_poll_init(j->loop, &j->loading, j->next_nursery);
    j->loading.data = j;
    uv_poll_start(&j->loading, UV_READABLE, loaded);
}

static void respawn_closed(uv_handle_t *handle)
{
    (void)handle;
}

void jail_stop(struct jail *j)
{
    struct error e;

    j->stopping = true;
    error(&e, E_DIED, "inlet is stopping");
    uv_close((uv_handle_t *)&j->respawn, respawn_closed);
    if (j->next_nursery >= 0) {
        uv_close((uv_handle_t *)&j->loading, loading_closed);
        close(j->next_nursery);
    }
    for (int64_t i = 0; i < j->town->workers; i++) {
        if (j->workers[i] != NULL)
            worker_close(j->workers[i], E_DIED);
    }
    while (j->queue != NULL) {
        struct job *job = j->queue;

        j->queue = job->next;
        job_end(j, job, E_DIED, STR_NONE, &e);
    }
    j->queue_tail = &j->queue;
    close(j->nursery);
    close(j->first);
}

void jail_free(struct jail *j)
{
    free(j->workers);
    free(j);
}
