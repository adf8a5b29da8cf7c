/*
 * Passwords, kept as argon2id (RFC 9106) by libsodium: 64 MiB and two passes,
 * so one check costs about 0.1 s of a core, here and at whoever stole them.
 */
#ifndef BASE_PASSWORD_H
#define BASE_PASSWORD_H

#include "base/arena.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 200 }; /* bytes */

/* As libsodium writes it, with its salt and costs. Ends where memory does. */
struct str password_hash(struct arena *a, struct str password);

bool password_is(struct str hash, struct str password);

/* Was it made at other costs than those of today? */
bool password_is_stale(struct str hash);

#endif
