/*
 * A mail becomes a message (RFC 5322, RFC 2045 and what people really send).
 * Pure: bytes in, message out. Runs in the jail, because a parser that meets
 * strangers' bytes may die of them.
 *
 * Every mail gives a message: where a part cannot be read the rest still is,
 * and a mail that is nothing but noise gives a message whose text is empty.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "spine/adapter.h"

/* For all mail channels: the read() and part() of their adapters. */
int mail_read(struct message *m, const struct raw *raw,
              const struct reading_context *, struct arena *a, struct error *);
int mail_part(struct str *bytes, const struct raw *raw, int part,
              struct arena *a, struct error *);

/*
 * What of a mailbox is probably spam: none; what the town's own mail server
 * has marked so, by a header that nobody else could have written; or all, for
 * it is a junk folder. The setting's words, and what goes with each raw.
 */
#define MAIL_JUNK_HELP                                                         \
    "What of it is probably spam, and so not answered: no, nothing; marked, "  \
    "what your own mail server has marked in a header that nobody else could " \
    "have written; all, for this is a junk folder."
enum mail_junk { MAIL_JUNK_NO, MAIL_JUNK_MARKED, MAIL_JUNK_ALL, MAIL_JUNKS };
extern const char *const mail_junk_words[];
struct str mail_junk_envelope(int junk);

/*
 * The HTML of a mail as it is, with its own pictures put in as data: for a
 * frame where nothing runs. E_NONE: it has none.
 */
CHECKED int mail_html(struct str *html, const struct raw *raw, struct arena *a,
                      struct error *);

/*
 * Loads what the C library and GMime would read from files on first use
 * (charset converters, time zones). Once, before a worker is sealed.
 */
void mail_prepare(void);

#endif
