#include "imap_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "net/address.h"

enum {
    BUFFER = 8192,
    NEXT_ADDRESS_MS = 3000, /* while there are others to try */
    SILENT_S = 40,          /* keepalive: first asked after so long */
    ASK_AGAIN_S = 10,
    ASK_TIMES = 3,
    UNACKED_MS = 30000, /* what was sent and not acknowledged */
};

struct imap_stream {
    struct co *co;
    const struct imap_endpoint *at;
    int fd;
    mailstream_low_driver driver; /* libetpan asks for one not const */
    gnutls_certificate_credentials_t trust;
    gnutls_session_t tls; /* NULL: in the clear */
    mailstream *lines;
    int64_t deadline; /* of clock_monotonic_ms() */
    int64_t bytes_left;
    struct error error;
};

/* ---- waiting ---- */

static int stream_failed(struct imap_stream *s, int rc)
{
    struct error *e = &s->error;

    if (e->code != 0)
        return e->code;
    if (rc == UV_ETIMEDOUT)
        return error(e, E_TIMEOUT, "%s took too long to answer", s->at->host);
    if (rc == UV_ECANCELED)
        return error(e, UV_ECANCELED, "stopped");
    return error(e, E_REMOTE, "the connection to %s broke: %s", s->at->host,
                 error_name(rc));
}

static int stream_wait(struct imap_stream *s, int events)
{
    int64_t left = s->deadline - clock_monotonic_ms();
    int rc;

    if (left <= 0)
        return stream_failed(s, UV_ETIMEDOUT);
    if (left > s->at->patience_ms)
        left = s->at->patience_ms;
    rc = co_wait_fd(s->co, s->fd, events, left);
    return rc < 0 ? stream_failed(s, rc) : 0;
}

/* ---- TLS ---- */

static int tls_wait(struct imap_stream *s)
{
    bool writing = gnutls_record_get_direction(s->tls) == 1;

    return stream_wait(s, writing ? UV_WRITABLE : UV_READABLE);
}

static int tls_distrust(struct imap_stream *s, struct error *e)
{
    unsigned status = gnutls_session_get_verify_cert_status(s->tls);
    gnutls_datum_t why = { NULL, 0 };
    int rc;

    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509,
                                                     &why, 0) < 0)
        why.data = NULL;
    rc = error(e, E_DENIED,
               "the certificate of %s is not trusted, so nothing is sent: %s",
               s->at->host, why.data == NULL ? "" : (const char *)why.data);
    gnutls_free(why.data);
    return rc;
}

static int tls_shake(struct imap_stream *s, struct error *e)
{
    int rc;

    do {
        rc = gnutls_handshake(s->tls);
        if (rc != GNUTLS_E_AGAIN)
            continue;
        if (tls_wait(s) < 0) {
            *e = s->error;
            return e->code;
        }
    } while (rc != GNUTLS_E_SUCCESS && !gnutls_error_is_fatal(rc));
    if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
        return tls_distrust(s, e);
    if (rc < 0) {
        return error(e, E_REMOTE, "no TLS with %s: %s", s->at->host,
                     gnutls_strerror(rc));
    }
    return 0;
}

static int tls_trust(struct imap_stream *s, struct error *e)
{
    const char *file = s->at->ca_file;
    int n;

    if (gnutls_certificate_allocate_credentials(&s->trust) < 0)
        abort();
    if (file == NULL) {
        n = gnutls_certificate_set_x509_system_trust(s->trust);
    } else {
        n = gnutls_certificate_set_x509_trust_file(s->trust, file,
                                                   GNUTLS_X509_FMT_PEM);
    }
    if (n > 0)
        return 0;
    return error(e, E_CONFIG, "no certificate authority could be read from %s",
                 file == NULL ? "the machine's own list" : file);
}

/* SNI is for names: an address is not one (RFC 6066, 3). */
static bool is_name(const char *host)
{
    struct in6_addr a;

    return inet_pton(AF_INET, host, &a) != 1 &&
           inet_pton(AF_INET6, host, &a) != 1;
}

static int tls_begin(struct imap_stream *s, struct error *e)
{
    static const char versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    const char *host = s->at->host;
    unsigned flags = GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL;

    if (tls_trust(s, e) < 0)
        return e->code;
    if (gnutls_init(&s->tls, flags) < 0)
        abort();
    if (gnutls_priority_set_direct(s->tls, versions, NULL) < 0 ||
        gnutls_credentials_set(s->tls, GNUTLS_CRD_CERTIFICATE, s->trust) < 0 ||
        (is_name(host) && gnutls_server_name_set(s->tls, GNUTLS_NAME_DNS, host,
                                                 strlen(host)) < 0))
        return error(e, E_REMOTE, "TLS cannot be set up for %s", host);
    gnutls_session_set_verify_cert(s->tls, host, 0);
    gnutls_transport_set_int(s->tls, s->fd);
    return tls_shake(s, e);
}

/* ---- the driver libetpan calls ---- */

static ssize_t read_some(struct imap_stream *s, void *at, size_t n)
{
    ssize_t got;

    for (;;) {
        if (s->tls != NULL) {
            got = gnutls_record_recv(s->tls, at, n);
            if (got >= 0)
                return got;
            if (got == GNUTLS_E_REHANDSHAKE ||
                gnutls_error_is_fatal((int)got)) {
                return error(&s->error, E_REMOTE, "TLS with %s broke: %s",
                             s->at->host, gnutls_strerror((int)got));
            }
            if (got == GNUTLS_E_AGAIN && tls_wait(s) < 0)
                return -1;
            continue;
        }
        got = recv(s->fd, at, n, MSG_DONTWAIT);
        if (got >= 0)
            return got;
        if (errno != EAGAIN && errno != EINTR)
            return stream_failed(s, -errno);
        if (errno == EAGAIN && stream_wait(s, UV_READABLE) < 0)
            return -1;
    }
}

/* -1 at the end too: libetpan would take 0 for "try again", for ever. */
static ssize_t driver_read(mailstream_low *low, void *at, size_t n)
{
    struct imap_stream *s = low->data;
    ssize_t got;

    if (s->error.code != 0)
        return -1;
    if (s->bytes_left <= 0) {
        error(&s->error, E_LIMIT, "%s sent more than was asked for",
              s->at->host);
        return -1;
    }
    got = read_some(s, at, n);
    if (got == 0)
        error(&s->error, E_REMOTE, "%s closed the connection", s->at->host);
    if (got <= 0)
        return -1;
    s->bytes_left -= got;
    return got;
}

static ssize_t write_some(struct imap_stream *s, const void *at, size_t n)
{
    ssize_t put;

    for (;;) {
        if (s->tls != NULL) {
            put = gnutls_record_send(s->tls, at, n);
            if (put > 0)
                return put;
            if (put != GNUTLS_E_AGAIN && put != GNUTLS_E_INTERRUPTED) {
                return error(&s->error, E_REMOTE, "TLS with %s broke: %s",
                             s->at->host, gnutls_strerror((int)put));
            }
            if (tls_wait(s) < 0)
                return -1;
            continue;
        }
        put = send(s->fd, at, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put > 0)
            return put;
        if (errno != EAGAIN && errno != EINTR)
            return stream_failed(s, -errno);
        if (stream_wait(s, UV_WRITABLE) < 0)
            return -1;
    }
}

/* Never 0: libetpan would turn on the spot. */
static ssize_t driver_write(mailstream_low *low, const void *at, size_t n)
{
    struct imap_stream *s = low->data;
    ssize_t put = s->error.code != 0 ? -1 : write_some(s, at, n);

    return put > 0 ? put : -1;
}

static int driver_close(mailstream_low *low)
{
    (void)low;
    return 0;
}

static int driver_get_fd(mailstream_low *low)
{
    const struct imap_stream *s = low->data;

    return s->fd;
}

static void driver_free(mailstream_low *low)
{
    free(low);
}

static void driver_cancel(mailstream_low *low)
{
    (void)low;
}

static const mailstream_low_driver driver = {
    .mailstream_read = driver_read,
    .mailstream_write = driver_write,
    .mailstream_close = driver_close,
    .mailstream_get_fd = driver_get_fd,
    .mailstream_free = driver_free,
    .mailstream_cancel = driver_cancel,
};

/* ---- connecting ---- */

/* A line that died without a word is noticed within a minute. */
static void watch_over(int fd)
{
    static const struct {
        int level, name, value;
    } options[] = {
        { SOL_SOCKET, SO_KEEPALIVE, 1 },
        { IPPROTO_TCP, TCP_KEEPIDLE, SILENT_S },
        { IPPROTO_TCP, TCP_KEEPINTVL, ASK_AGAIN_S },
        { IPPROTO_TCP, TCP_KEEPCNT, ASK_TIMES },
        { IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKED_MS },
        { IPPROTO_TCP, TCP_NODELAY, 1 },
    };

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        (void)setsockopt(fd, options[i].level, options[i].name,
                         &options[i].value, sizeof(options[i].value));
    }
}

static int connect_begin(const struct addrinfo *to, int *out)
{
    int fd =
        socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    watch_over(fd);
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS) {
        int rc = -errno;

        close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

static int connect_one(struct co *co, const struct addrinfo *to, int64_t ms,
                       int *out)
{
    int why = 0;
    socklen_t n = sizeof(why);
    int fd = -1;
    int rc = connect_begin(to, &fd);

    if (rc < 0)
        return rc;
    rc = co_wait_fd(co, fd, UV_WRITABLE, ms);
    if (rc >= 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &n) < 0)
        why = errno;
    if (rc >= 0)
        rc = -why;
    if (rc < 0) {
        co_forget_fd(co, fd);
        close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

/* One address after the other: the next is not kept waiting for a dead one. */
static int connect_any(struct co *co, const struct imap_endpoint *at,
                       const struct addrinfo *all, int64_t until, int *fd)
{
    int rc = at->tls == IMAP_TLS_NO ? E_DENIED : UV_ETIMEDOUT;

    for (const struct addrinfo *to = all; to != NULL; to = to->ai_next) {
        int64_t left = until - clock_monotonic_ms();

        if (at->tls == IMAP_TLS_NO && !address_loopback(to->ai_addr))
            continue;
        if (to->ai_next != NULL && left > NEXT_ADDRESS_MS)
            left = NEXT_ADDRESS_MS;
        if (left <= 0)
            return UV_ETIMEDOUT;
        rc = connect_one(co, to, left, fd);
        if (rc == 0 || rc == UV_ECANCELED)
            break;
    }
    return rc;
}

static int line_open(struct co *co, const struct imap_endpoint *at,
                     int64_t until, int *fd, struct error *e)
{
    struct addrinfo *all = NULL;
    int rc =
        co_resolve(co, at->host, at->port, until - clock_monotonic_ms(), &all);

    if (rc == UV_ECANCELED)
        return error(e, rc, "stopped");
    if (rc < 0) {
        return error(e, E_REMOTE, "the address of %s cannot be found: %s",
                     at->host, uv_strerror(rc));
    }
    rc = connect_any(co, at, all, until, fd);
    uv_freeaddrinfo(all);
    if (rc == E_DENIED) {
        return error(e, rc,
                     "%s is not this machine, and without TLS only this "
                     "machine is spoken to",
                     at->host);
    }
    if (rc < 0) {
        return error(e, rc == UV_ECANCELED ? rc : E_REMOTE,
                     "%s cannot be reached on port %s: %s", at->host, at->port,
                     uv_strerror(rc));
    }
    return 0;
}

struct imap_stream *imap_stream_on(struct co *co, int fd,
                                   const struct imap_endpoint *at)
{
    struct imap_stream *s = calloc(1, sizeof(*s));
    mailstream_low *low;

    if (s == NULL)
        abort();
    s->co = co;
    s->at = at;
    s->fd = fd;
    s->driver = driver;
    low = mailstream_low_new(s, &s->driver);
    if (low == NULL)
        abort();
    s->lines = mailstream_new(low, BUFFER);
    if (s->lines == NULL)
        abort();
    return s;
}

int imap_stream_open(struct imap_stream **out, struct co *co,
                     const struct imap_endpoint *at, int64_t ms,
                     struct error *e)
{
    int64_t until = clock_monotonic_ms() + ms;
    struct imap_stream *s;
    int fd = -1;

    if (line_open(co, at, until, &fd, e) < 0)
        return e->code;
    s = imap_stream_on(co, fd, at);
    s->deadline = until;
    if (at->tls == IMAP_TLS_YES && tls_begin(s, e) < 0) {
        imap_stream_close(s);
        return e->code;
    }
    *out = s;
    return 0;
}

mailstream *imap_stream_lines(struct imap_stream *s)
{
    return s->lines;
}

int imap_stream_starttls(struct imap_stream *s, struct error *e)
{
    if (s->lines->read_buffer_len != 0) {
        return error(e, E_DENIED,
                     "%s spoke on in the clear after STARTTLS: somebody may be "
                     "in between",
                     s->at->host);
    }
    return tls_begin(s, e);
}

void imap_stream_allow(struct imap_stream *s, int64_t ms, int64_t bytes)
{
    s->deadline = clock_monotonic_ms() + ms;
    s->bytes_left = bytes;
}

int imap_stream_wait(struct imap_stream *s, int64_t ms)
{
    int rc;

    if (s->lines->read_buffer_len > 0 ||
        (s->tls != NULL && gnutls_record_check_pending(s->tls) > 0))
        return 1;
    rc = co_wait_fd(s->co, s->fd, UV_READABLE | CO_WOKEN, ms);
    if (rc == UV_ETIMEDOUT)
        return 0;
    if (rc < 0)
        return stream_failed(s, rc);
    return rc == CO_WOKEN ? CO_WOKEN : 1;
}

const struct error *imap_stream_error(const struct imap_stream *s)
{
    return &s->error;
}

void imap_stream_close(struct imap_stream *s)
{
    mailstream_close(s->lines);
    co_forget_fd(s->co, s->fd);
    if (s->tls != NULL) {
        gnutls_bye(s->tls, GNUTLS_SHUT_WR);
        gnutls_deinit(s->tls);
    }
    if (s->trust != NULL)
        gnutls_certificate_free_credentials(s->trust);
    close(s->fd);
    free(s);
}
