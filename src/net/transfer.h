/*
 * Requests out through libcurl: HTTP(S) with its multi interface on the loop,
 * SMTP in threads, four at most at once, because curl's blocks. Certificates
 * and host names are always verified.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "base/conf.h"

struct transfers;
struct uv_loop_s;

CHECKED int transfers_open(struct transfers **out, struct uv_loop_s *loop,
                           struct error *e);

/* Ends what is under way (E_TIMEOUT), then calls closed. */
typedef void transfers_closed_fn(void *arg);
void transfers_close(struct transfers *, transfers_closed_fn *, void *arg);

struct transfer {
    const char *url;
    const char *method;          /* NULL: GET, or POST where body is set */
    struct str body;             /* or the mail, for smtp:// */
    const char *const *headers;  /* "Name: value", ended by NULL; or NULL */
    const char *user, *password; /* sent to url's host only */
    /*
     * NULL: Basic. "aws:amz:REGION:SERVICE": a key's id and the key, which
     * sign the request (AWS Signature Version 4) and are not sent.
     */
    const char *aws;
    const char *bearer;    /* smtp: a token, instead of a password */
    const char *ca_file;   /* NULL: the system's */
    const char *mail_from; /* smtp: the envelope; "" is <> */
    const char *const *mail_to;
    bool start_tls; /* smtp://: TLS or nothing */
    /*
     * A url from outside: only https (and http where plain is set), only
     * public addresses at connect time, only these hosts (names or
     * ".ending"), at most 3 redirects, no proxy.
     */
    bool guarded;
    bool plain;
    const struct setting_list *hosts; /* NULL: none at all */
    size_t max_bytes;   /* of the answer; more: E_LIMIT. 0: 1 MiB */
    int64_t timeout_ms; /* the whole of it. 0: a minute */
};

/* Is host, in any case, one of the list's names or below one of its ".ending"s?
 */
bool transfer_host_listed(const struct setting_list *list, struct str host);

struct transfer_result {
    int rc;          /* 0: there is an answer, whatever its status; smtp's
                        E_DENIED: user, password or bearer are refused */
    bool sent;       /* the request, or the mail's last byte, may have left */
    long status;     /* HTTP or SMTP */
    struct str body; /* smtp: the last line of the server's reply */
    struct str type;
    struct error why;
};

typedef void transfer_done_fn(void *arg, const struct transfer_result *);

/* Copies what t points at. done is called once, never before it returns. */
void transfer_start(struct transfers *, const struct transfer *t,
                    transfer_done_fn *done, void *arg);

#endif
