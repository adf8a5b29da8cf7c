/*
 * What providers sign with, beside the HMACs of base/digest.h. A secret that
 * is empty signs nothing; comparisons take as long for wrong as for right.
 */
#ifndef ADAPTERS_TEXT_SIGN_H
#define ADAPTERS_TEXT_SIGN_H

#include <jansson.h>

#include "base/arena.h"

/*
 * The claims of a compact token (RFC 7515, RFC 7519) that one of n secrets has
 * signed with HS256, HS384 or HS512 and no other algorithm; or NULL. Their
 * times are not looked at. The caller lets go of it.
 */
json_t *text_token(struct str token, const struct str *secrets, size_t n,
                   struct arena *a);

/* Is it "Basic ..." (RFC 7617) with that user and password? */
bool text_basic(struct str authorization, struct str user, struct str password,
                struct arena *a);

/*
 * Is hex, in small letters, the HMAC-SHA256 that one of n secrets makes of
 * said?
 */
bool text_hex_hmac(struct str hex, const struct str *secrets, size_t n,
                   struct str said, struct arena *a);

/* What follows "Bearer " (RFC 6750); or an empty string. */
struct str text_bearer(struct str authorization);

/* Digits, and no further from now than apart: seconds. */
bool text_recent(struct str seconds, int64_t apart);

#endif
