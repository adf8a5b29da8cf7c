/* What IMAP (RFC 3501) makes of texts and numbers. */
#ifndef ADAPTERS_IMAP_TEXT_H
#define ADAPTERS_IMAP_TEXT_H

#include "base/buf.h"

/* False where s could end a line or a string: nothing such is ever sent. */
bool imap_text_safe(struct str s);

/* s, which is safe, as a quoted string (RFC 3501, 9). */
void imap_text_quoted(struct buf *out, struct str s);

/* A mailbox name, UTF-8, in modified UTF-7 (RFC 3501, 5.1.3). */
void imap_text_mailbox(struct buf *out, struct str name);

/*
 * The first of the ascending uids as a set, "4:9,11", short enough for any
 * server's line. Gives how many of the n it holds.
 */
size_t imap_text_set(struct buf *out, const uint32_t *uids, size_t n);

/*
 * How many ms to leave the server alone, where it asks for that: "Request is
 * throttled. Suggested Backoff Time: N milliseconds" as Microsoft's say it,
 * "[THROTTLED]" and others as Google's do. 0: it does not.
 */
int64_t imap_text_backoff(struct str text);

/* What to do about it, "; do this", where that is known; or empty. */
const char *imap_text_advice(struct str text);

#endif
