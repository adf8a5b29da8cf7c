/*
 * The line to an IMAP server: a mailstream_low driver of our own below
 * libetpan, because its own neither verifies a certificate nor can wait in a
 * coroutine. TLS 1.2 or better; chain, host name and SNI are verified.
 *
 * Every command has a deadline and may receive so many bytes: libetpan itself
 * would wait for ever and hold what it is sent without end.
 */
#ifndef ADAPTERS_IMAP_STREAM_H
#define ADAPTERS_IMAP_STREAM_H

#include <libetpan/mailstream.h>

#include "base/co.h"
#include "base/error.h"
#include "base/str.h"

enum imap_tls { IMAP_TLS_YES, IMAP_TLS_STARTTLS, IMAP_TLS_NO };

struct imap_endpoint {
    const char *host;
    const char *port;    /* a number as text */
    const char *ca_file; /* NULL: the machine's own authorities */
    enum imap_tls tls;   /* IMAP_TLS_NO reaches loopback addresses only */
    int64_t patience_ms; /* how long the server may be silent */
};

struct imap_stream;

/*
 * Connects within ms and, with IMAP_TLS_YES, shakes hands. Keeps *at until
 * imap_stream_close().
 */
CHECKED int imap_stream_open(struct imap_stream **out, struct co *co,
                             const struct imap_endpoint *at, int64_t ms,
                             struct error *e);

/*
 * A line that co has from elsewhere; nothing of it is verified. fd belongs to
 * the stream from here on.
 */
struct imap_stream *imap_stream_on(struct co *co, int fd,
                                   const struct imap_endpoint *at);

/* For libetpan; it belongs to the stream. */
mailstream *imap_stream_lines(struct imap_stream *s);

/*
 * After the server has agreed to STARTTLS. Refuses where it has sent more
 * than its answer: that was said by whoever sits in between.
 */
CHECKED int imap_stream_starttls(struct imap_stream *s, struct error *e);

/* What the next command may take, from now on. */
void imap_stream_allow(struct imap_stream *s, int64_t ms, int64_t bytes);

/*
 * Waits for something to read. Gives 1: there is, CO_WOKEN: co_wake(), 0: ms
 * are over, or what went wrong.
 */
CHECKED int imap_stream_wait(struct imap_stream *s, int64_t ms);

/* Why the last read or write failed; code 0: none has. */
const struct error *imap_stream_error(const struct imap_stream *s);

void imap_stream_close(struct imap_stream *s);

#endif
