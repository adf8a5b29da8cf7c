#include "jail/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "jail/frame.h"
#include "jail/jail.h"
#include "jail/seal.h"

struct worker {
    struct reader *reader;
    const struct jail_limits *limits;
    int fd;
    struct buf in;
    struct buf out;
};

static bool read_all(int fd, char *p, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, p, n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

/* Spent, the signal ends the process: nobody catches it. */
static void allow_cpu(int seconds)
{
    struct itimerval t = { .it_value = { .tv_sec = seconds } };

    setitimer(ITIMER_PROF, &t, NULL);
}

static void answer(struct buf *out, enum frame_kind kind, struct str payload)
{
    struct frame_head head = { kind, (uint32_t)payload.n };

    buf_add(out, (struct str){ (const char *)&head, sizeof(head) });
    buf_add(out, payload);
}

static void do_read(struct worker *w, const struct raw *raw, struct arena *a)
{
    struct reading reading;
    struct error e = { 0 };
    struct buf coded = buf_init(READING_MAX);
    int rc = reader_read(w->reader, raw, &reading, a, &e);

    if (rc == 0)
        reading_encode(&reading, &coded);
    if (rc == 0 && coded.over)
        rc = error(&e, E_LIMIT, "what it says is too long");
    if (rc < 0) {
        frame_failed(&w->out, rc, e.text);
    } else {
        answer(&w->out, FRAME_READING, buf_str(&coded));
    }
    buf_free(&coded);
}

/* What gives bytes of a raw. */
static const struct {
    enum frame_kind asked;
    int (*give)(const struct raw *raw, int part, struct str *bytes,
                struct arena *a, struct error *e);
} givers[] = {
    { FRAME_PART, reader_part },
    { FRAME_PICTURE, reader_picture },
    { FRAME_HTML, reader_html },
};

static void do_bytes(struct worker *w, size_t giver, const struct raw *raw,
                     int part, struct arena *a)
{
    struct error e = { 0 };
    struct str bytes = STR_NONE;
    int rc = givers[giver].give(raw, part, &bytes, a, &e);

    if (rc < 0) {
        frame_failed(&w->out, rc, e.text);
    } else {
        answer(&w->out, FRAME_BYTES, bytes);
    }
}

static bool one(struct worker *w)
{
    struct arena arena = { 0 };
    struct frame_head head;
    struct raw raw;
    int part;
    size_t giver = 0;
    char *room;
    bool good;

    if (!read_all(w->fd, (char *)&head, sizeof(head)))
        return false;
    buf_clear(&w->in);
    buf_clear(&w->out);
    room = buf_room(&w->in, head.size);
    if (room == NULL || !read_all(w->fd, room, head.size) ||
        frame_raw_read(&raw, &part, buf_str(&w->in)) < 0)
        return false;
    allow_cpu(w->limits->cpu_s);
    while (giver < COUNT_OF(givers) && givers[giver].asked != head.kind)
        giver++;
    if (giver < COUNT_OF(givers)) {
        do_bytes(w, giver, &raw, part, &arena);
    } else {
        do_read(w, &raw, &arena);
    }
    allow_cpu(0);
    good = write_all(w->fd, w->out.p, w->out.n);
    arena_free(&arena);
    if (w->in.size > 1024 * 1024)
        buf_free(&w->in);
    if (w->out.size > 1024 * 1024)
        buf_free(&w->out);
    return good;
}

void worker_run(struct reader *reader, const struct jail_limits *limits, int fd)
{
    struct worker w = {
        .reader = reader,
        .limits = limits,
        .fd = fd,
        .in = buf_init(FRAME_MAX),
        .out = buf_init(FRAME_MAX),
    };
    struct error e;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGPROF, SIG_DFL);
    if (seal(limits->memory_mb, &e) < 0) {
        log_error("%s", e.text);
        _exit(1);
    }
    while (one(&w))
        continue;
    _exit(0);
}
