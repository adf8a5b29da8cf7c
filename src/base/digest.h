/*
 * Hashes, keyed hashes, encodings and random tokens: GnuTLS and libsodium in
 * the shapes the program needs. Nothing of it is computed by hand.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/arena.h"

enum digest_kind {
    DIGEST_MD5, /* legacy webhooks only */
    DIGEST_SHA1,
    DIGEST_SHA256,
    DIGEST_SHA384,
    DIGEST_SHA512
};

enum { DIGEST_MAX = 64, SHA256_HEX = 64 };

/* Binary, into the arena. */
struct str digest(struct arena *a, enum digest_kind kind, struct str bytes);
struct str digest_hmac(struct arena *a, enum digest_kind kind, struct str key,
                       struct str bytes);

struct str digest_hex(struct arena *a, struct str bytes); /* lower case */
struct str digest_base64(struct arena *a, struct str bytes);
struct str digest_base64url(struct arena *a, struct str bytes); /* no "=" */

/* RFC 4648, white space skipped. False: it is not base64. */
CHECKED bool digest_unbase64(struct arena *a, struct str text, struct str *out);

/* Takes as long for unequal as for equal; lengths may show. */
bool digest_same(struct str a, struct str b);

/* bytes random bytes as base64url: 16 make 22 characters. */
struct str digest_token(struct arena *a, size_t bytes);

#endif
