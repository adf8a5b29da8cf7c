/*
 * A notice as a mail (RFC 5322, RFC 2045 to 2047): plain text in UTF-8, with
 * the marks that keep two programs from answering each other (RFC 3834).
 */
#ifndef ADAPTERS_SMTP_MESSAGE_H
#define ADAPTERS_SMTP_MESSAGE_H

#include "base/buf.h"
#include "spine/notice.h"

enum { SMTP_MESSAGE_MAX = 4 * 1024 * 1024 };

struct smtp_letter {
    const struct notice *notice;
    struct str from;     /* "Springfield <reports@example.org>" */
    struct str reply_to; /* an address; empty: that of from */
    struct str instance; /* X-Inlet-Loop */
    int64_t now;
};

/* Writes the mail with CR LF lines. E_SYNTAX: an address that is none. */
CHECKED int smtp_compose(struct buf *out, const struct smtp_letter *l,
                         struct error *e);

/* Is it an answer to what someone has sent us? Then nobody answers it. */
bool smtp_is_answer(const struct notice *n);

/* The address in "Name <address>", or all of it; name is what is before. */
struct str smtp_address(struct str mailbox, struct str *name);

/* One address and nothing else: no list, no blanks, no line break. */
bool smtp_address_good(struct str address);

#endif
