/*
 * Mails that are signed or encrypted: S/MIME (RFC 8551) and PGP (RFC 3156,
 * RFC 9580). What is signed is read; whether the signature is good is not
 * looked at. What is encrypted only its reader's own program can open.
 */
#ifndef MAIL_MAIL_SEALED_H
#define MAIL_MAIL_SEALED_H

#include "base/arena.h"

enum smime {
    SMIME_NONE,   /* not to be understood */
    SMIME_SIGNED, /* the mail within is given */
    SMIME_SEALED,
};
enum smime smime_open(struct str *inside, struct str bytes, struct arena *a);

/* Whether text is one encrypted block and hardly a word beside it. */
bool pgp_is_sealed(struct str text);

/* text without the lines that PGP wraps it in. */
struct str pgp_bare(struct str text, struct arena *a);

#endif
