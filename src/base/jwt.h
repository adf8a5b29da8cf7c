/*
 * A claim signed by the key of who makes it (RFC 7519), in the one form that
 * providers of mail and texts ask of us: RS256 (RFC 7518, 3.3).
 */
#ifndef BASE_JWT_H
#define BASE_JWT_H

#include "base/arena.h"

/*
 * claims is a JSON object; key an RSA private key in PEM (PKCS #1 or #8), kid
 * what its owner calls it, or empty. *out lives in a. E_SYNTAX: no such key.
 */
CHECKED int jwt_rs256(struct arena *a, struct str claims, struct str key,
                      struct str kid, struct str *out, struct error *e);

#endif
