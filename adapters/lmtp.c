/*
 * Mail in, from the mail server on this machine: it delivers by LMTP (RFC
 * 2033) and is answered, recipient by recipient, once the mail is on disk.
 *
 * The origin is the hash of what came and the recipient, so that a mail whose
 * answer was lost on the way is known when it is delivered again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "lmtp_talk.h"
#include "mail/mail.h"
#include "net/address.h"
#include "net/socket.h"
#include "spine/adapter.h"

enum {
    BACKLOG = 64,
    CHUNK = 64 * 1024,
    MEMORY = 192 * 1024 * 1024, /* of mails that are coming in, all together */
    RETRY_MS = 10 * 1000,       /* to listen */
    BYE_MS = 5 * 1000,
};

union stream {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

struct conn {
    struct lmtp *owner;
    union stream io;
    uv_timer_t timer;
    uv_write_t write;
    int handles; /* not yet closed */
    bool closing, writing;
    struct lmtp_talk talk;
    struct buf in;          /* came while there was no time for it */
    struct lmtp_to *flying; /* given to the inbox, not yet answered for */
    struct str hash;
    struct conn *prev, *next;
};

struct lmtp {
    struct channel channel;
    struct str listen, mode;
    int64_t connections, timeout;

    struct str path; /* of a unix socket; empty: TCP */
    unsigned bits;
    struct sockaddr_storage at;
    union stream listener;
    uv_timer_t retry;
    int handles;
    bool listening, stopping;
    struct conn *open;
    int open_n;
    int64_t memory_left;
    char chunk[CHUNK];
    channel_stopped_fn *stopped;
};

static struct lmtp *lmtp_of(struct channel *ch)
{
    return (struct lmtp *)(void *)ch;
}

static void pump(struct conn *c);

/* ---- the end of a connection ---- */

static void stop_if_done(struct lmtp *m)
{
    if (m->stopping && m->handles == 0 && m->open == NULL)
        m->stopped(&m->channel);
}

static void conn_free(struct conn *c)
{
    struct lmtp *m = c->owner;

    if (c->handles > 0 || c->flying != NULL)
        return;
    if (c->prev != NULL) {
        c->prev->next = c->next;
    } else {
        m->open = c->next;
    }
    if (c->next != NULL)
        c->next->prev = c->prev;
    m->open_n--;
    lmtp_end(&c->talk);
    buf_free(&c->in);
    free(c);
    stop_if_done(m);
}

static void conn_closed(uv_handle_t *h)
{
    struct conn *c = h->data;

    c->handles--;
    conn_free(c);
}

/* What the inbox still has of it is waited for. */
static void conn_close(struct conn *c)
{
    if (c->closing)
        return;
    c->closing = true;
    uv_close(&c->io.handle, conn_closed);
    uv_close((uv_handle_t *)&c->timer, conn_closed);
}

static void on_late(uv_timer_t *t)
{
    struct conn *c = t->data;
    uv_buf_t bye;

    if (!c->talk.over && !c->writing) {
        lmtp_hang_up(&c->talk, "4.4.2 took too long");
        bye = uv_buf_init(c->talk.out.p, (unsigned)c->talk.out.n);
        (void)uv_try_write(&c->io.stream, &bye, 1);
    }
    conn_close(c);
}

static void patience(struct conn *c, int64_t ms)
{
    if (!c->closing)
        uv_timer_start(&c->timer, on_late, (uint64_t)ms, 0);
}

/* ---- into the inbox ---- */

static void hand_over(struct conn *c)
{
    const struct lmtp_talk *t = &c->talk;
    const struct lmtp_to *to = c->flying;
    struct arena a = { 0 };
    struct raw raw = {
        .received_at = clock_now(),
        .format = RAW_RFC822,
        .bytes = buf_str(&t->mail),
        .full_size = t->full + (int64_t)t->head,
    };

    raw.origin = str_of(
        arena_printf(&a, "%.*s/%.*s", STR_FMT(c->hash), STR_FMT(to->address)));
    raw.envelope = str_of(arena_printf(&a, "mail-from: %.*s\nrcpt-to: %.*s\n",
                                       STR_FMT(t->from), STR_FMT(to->address)));
    inbox_accept(&c->owner->channel, &raw, c);
    arena_free(&a);
}

static void mail_take(struct conn *c)
{
    struct lmtp_talk *t = &c->talk;
    struct str came = str_slice(buf_str(&t->mail), t->head, t->mail.n);

    if (!lmtp_good(t)) {
        lmtp_next(t);
        return;
    }
    uv_timer_stop(&c->timer); /* it is our turn */
    c->hash = digest_hex(&t->arena, digest(&t->arena, DIGEST_SHA256, came));
    c->flying = t->to;
    hand_over(c);
}

/* One recipient after the other: each has a copy of the mail under way. */
static void lmtp_accepted(struct channel *ch, void *arg, int rc)
{
    struct conn *c = arg;

    lmtp_answer(&c->talk, c->flying, rc);
    c->flying = c->flying->next;
    if (c->flying != NULL && !c->closing && !lmtp_of(ch)->stopping) {
        hand_over(c);
        return;
    }
    for (; c->flying != NULL; c->flying = c->flying->next)
        lmtp_answer(&c->talk, c->flying, E_BUSY);
    if (c->closing) {
        conn_free(c);
        return;
    }
    lmtp_next(&c->talk);
    if (lmtp_of(ch)->stopping)
        lmtp_hang_up(&c->talk, "4.3.2 going down");
    pump(c);
}

/* ---- bytes in and out ---- */

static void wrote(uv_write_t *w, int status)
{
    struct conn *c = w->data;

    c->writing = false;
    buf_clear(&c->talk.out);
    if (status < 0 || c->talk.over) {
        conn_close(c);
        return;
    }
    pump(c);
}

static void flush(struct conn *c)
{
    uv_buf_t b = uv_buf_init(c->talk.out.p, (unsigned)c->talk.out.n);

    if (b.len == 0)
        return;
    c->write.data = c;
    c->writing = uv_write(&c->write, &c->io.stream, &b, 1, wrote) == 0;
    if (!c->writing)
        conn_close(c);
    if (c->talk.over)
        patience(c, BYE_MS);
}

static void on_room(uv_handle_t *h, size_t n, uv_buf_t *out)
{
    struct conn *c = h->data;

    (void)n;
    *out = uv_buf_init(c->owner->chunk, CHUNK);
}

static void on_bytes(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
    struct conn *c = s->data;

    if (n < 0) {
        conn_close(c);
        return;
    }
    /* A command that comes byte by byte has the time of one. */
    if (c->talk.sending || memchr(b->base, '\n', (size_t)n) != NULL)
        patience(c, c->owner->timeout * 1000);
    buf_add(&c->in, (struct str){ b->base, (size_t)n });
    pump(c);
}

/* Nothing is read while an answer is owed or under way. */
static void pump(struct conn *c)
{
    while (!c->closing && !c->writing && c->flying == NULL && c->in.n > 0) {
        buf_drop(&c->in, lmtp_take(&c->talk, buf_str(&c->in)));
        if (c->talk.whole)
            mail_take(c);
        if (c->flying == NULL)
            flush(c);
    }
    if (c->closing)
        return;
    if (!c->writing && c->flying == NULL)
        flush(c);
    if (c->writing || c->flying != NULL) {
        uv_read_stop(&c->io.stream);
    } else if (!c->closing) {
        (void)uv_read_start(&c->io.stream, on_room, on_bytes);
    }
    if (!c->closing && c->flying == NULL &&
        !uv_is_active((uv_handle_t *)&c->timer))
        patience(c, c->owner->timeout * 1000);
}

/* ---- who comes ---- */

static void stream_init(const struct lmtp *m, union stream *s)
{
    if (m->path.n > 0) {
        uv_pipe_init(m->channel.loop, &s->pipe, 0);
    } else {
        uv_tcp_init(m->channel.loop, &s->tcp);
    }
}

static void on_connection(uv_stream_t *s, int status)
{
    struct lmtp *m = s->data;
    struct conn *c;

    if (status < 0)
        return;
    c = calloc(1, sizeof(*c));
    if (c == NULL)
        abort();
    c->owner = m;
    stream_init(m, &c->io);
    uv_timer_init(m->channel.loop, &c->timer);
    c->io.handle.data = c;
    c->timer.data = c;
    c->handles = 2;
    c->in = buf_init(CHUNK);
    lmtp_begin(&c->talk, &m->memory_left);
    c->next = m->open;
    if (c->next != NULL)
        c->next->prev = c;
    m->open = c;
    m->open_n++;
    if (uv_accept(s, &c->io.stream) < 0) {
        conn_close(c);
        return;
    }
    if (m->open_n > m->connections) {
        buf_clear(&c->talk.out);
        lmtp_hang_up(&c->talk, "4.3.2 too many connections");
    }
    pump(c);
}

/* ---- listening ---- */

static int bind_and_listen(struct lmtp *m)
{
    struct arena a = { 0 };
    const char *path = arena_dup(&a, m->path);
    int rc;

    if (m->path.n > 0) {
        socket_stale_remove(path);
        rc = uv_pipe_bind(&m->listener.pipe, path);
        if (rc == 0 && chmod(path, m->bits) < 0)
            rc = -errno;
    } else {
        rc = uv_tcp_bind(&m->listener.tcp, (struct sockaddr *)&m->at, 0);
    }
    if (rc == 0)
        rc = uv_listen(&m->listener.stream, BACKLOG, on_connection);
    arena_free(&a);
    return rc;
}

static void handle_closed(uv_handle_t *h)
{
    struct lmtp *m = h->data;

    m->handles--;
    stop_if_done(m);
}

static void on_retry(uv_timer_t *t)
{
    struct lmtp *m = t->data;
    int rc;

    if (uv_is_closing(&m->listener.handle)) {
        uv_timer_start(t, on_retry, RETRY_MS, 0);
        return;
    }
    stream_init(m, &m->listener);
    m->listener.handle.data = m;
    m->handles++;
    rc = bind_and_listen(m);
    m->listening = rc == 0;
    if (rc == 0) {
        inbox_health(&m->channel, NULL);
        return;
    }
    inbox_health(&m->channel, "cannot listen on %.*s: %s", STR_FMT(m->listen),
                 uv_strerror(rc));
    uv_close(&m->listener.handle, handle_closed);
    uv_timer_start(t, on_retry, RETRY_MS, 0);
}

/* ---- what the program asks of an adapter ---- */

/* "0660" */
static int mode_read(struct lmtp *m, struct error *e)
{
    unsigned bits = 0;

    for (size_t i = 0; i < m->mode.n; i++) {
        unsigned digit = (unsigned)m->mode.p[i] - '0';

        if (digit > 7 || m->mode.n > 4)
            return error(e, E_CONFIG, "mode is three digits, as 660");
        bits = bits << 3 | digit;
    }
    m->bits = bits & 0666;
    return 0;
}

static int lmtp_open(struct channel *ch, struct error *e)
{
    static const struct str unix_word = { "unix:", 5 };
    struct lmtp *m = lmtp_of(ch);

    if (mode_read(m, e) < 0)
        return e->code;
    m->memory_left = MEMORY;
    if (str_starts(m->listen, unix_word)) {
        m->path = str_slice(m->listen, unix_word.n, m->listen.n);
        if (m->path.n > 0)
            return 0;
    }
    if (socket_address(m->listen, &m->at, e) < 0)
        return error_in(e, "listen");
    if (address_loopback((const struct sockaddr *)&m->at))
        return 0;
    return error(e, E_CONFIG,
                 "listen is an address of this machine alone, as "
                 "127.0.0.1:2424: LMTP knows no passwords");
}

static void lmtp_start(struct channel *ch)
{
    struct lmtp *m = lmtp_of(ch);

    uv_timer_init(ch->loop, &m->retry);
    m->retry.data = m;
    m->handles = 1;
    on_retry(&m->retry);
}

static void lmtp_stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct lmtp *m = lmtp_of(ch);

    m->stopping = true;
    m->stopped = stopped;
    for (struct conn *c = m->open; c != NULL; c = c->next) {
        if (c->flying == NULL)
            conn_close(c);
    }
    if (m->handles > 0)
        uv_close((uv_handle_t *)&m->retry, handle_closed);
    if (m->listening)
        uv_close(&m->listener.handle, handle_closed);
    stop_if_done(m);
}

#define AT(field) offsetof(struct lmtp, field)

static const struct setting settings[] = {
    { .name = "listen",
      .kind = SETTING_TEXT,
      .offset = AT(listen),
      .needed = true,
      .help = "Where the mail server delivers: unix:PATH, or 127.0.0.1:PORT." },
    { .name = "mode",
      .kind = SETTING_TEXT,
      .offset = AT(mode),
      .fallback = "660",
      .help = "Who may use the unix socket, as chmod has it." },
    { .name = "connections",
      .kind = SETTING_NUMBER,
      .offset = AT(connections),
      .min = 1,
      .max = 1000,
      .fallback = "20",
      .help = "How many of them at once." },
    { .name = "timeout",
      .kind = SETTING_SECONDS,
      .offset = AT(timeout),
      .min = 1,
      .max = 3600,
      .fallback = "5m",
      .help = "How long the mail server may be silent." },
    { .name = NULL },
};

const struct adapter lmtp_adapter = {
    .name = "lmtp",
    .help = "Mail that the mail server on this machine delivers.",
    .can = ADAPTER_RECEIVES,
    .format = RAW_RFC822,
    .settings = settings,
    .size = sizeof(struct lmtp),
    .read = mail_read,
    .part = mail_part,
    .open = lmtp_open,
    .start = lmtp_start,
    .accepted = lmtp_accepted,
    .stop = lmtp_stop,
};
