/* One-time codes from an app (RFC 6238): six digits, SHA-1, 30 seconds. */
#ifndef BASE_TOTP_H
#define BASE_TOTP_H

#include "base/arena.h"

/* A new random secret, in base32 (RFC 4648) as apps take it. */
struct str totp_secret(struct arena *a);

/*
 * The step of time at which code is right: now, or one before or after it, and
 * later than used, for no code counts twice. 0: it is not right.
 */
int64_t totp_step(struct str secret, struct str code, int64_t now,
                  int64_t used);

#endif
