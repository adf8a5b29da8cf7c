/*
 * The mails of a path, one after the other: of a file, of an mbox (RFC 4155
 * and what was there before it), or of a maildir.
 */
#ifndef CMD_MAILS_H
#define CMD_MAILS_H

#include "base/buf.h"

struct mails;

struct mail_found {
    struct str bytes;  /* at most RAW_MAX; good until the next is asked for */
    int64_t full_size; /* more than bytes.n: the rest was left */
    int64_t at;        /* when it came in, as far as that is told; or 0 */
};

CHECKED int mails_open(struct mails **out, const char *path, struct error *e);

/* 1; 0: there are no more; negative: this one failed, the next may not. */
CHECKED int mails_next(struct mails *, struct mail_found *out, struct error *e);

int mails_percent(const struct mails *); /* how much of them was given */
void mails_close(struct mails *);

#endif
