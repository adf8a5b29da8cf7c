#include "base/password.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PASSES = 2, MEMORY = 64 * 1024 * 1024 };

struct str password_hash(struct arena *a, struct str password)
{
    char *out = arena_array(a, char, crypto_pwhash_STRBYTES);

    if (sodium_init() < 0 ||
        crypto_pwhash_str(out, password.p, password.n, PASSES, MEMORY) != 0) {
        fputs("inlet: no memory to keep a password\n", stderr);
        abort();
    }
    return str_of(out);
}

static const char *hash_text(struct str hash, char out[crypto_pwhash_STRBYTES])
{
    if (hash.n == 0 || hash.n >= crypto_pwhash_STRBYTES)
        return NULL;
    memset(out, 0, crypto_pwhash_STRBYTES);
    memcpy(out, hash.p, hash.n);
    return out;
}

bool password_is(struct str hash, struct str password)
{
    char text[crypto_pwhash_STRBYTES];

    return hash_text(hash, text) != NULL && password.n <= PASSWORD_MAX &&
           crypto_pwhash_str_verify(text, password.p, password.n) == 0;
}

bool password_is_stale(struct str hash)
{
    char text[crypto_pwhash_STRBYTES];

    return hash_text(hash, text) == NULL ||
           crypto_pwhash_str_needs_rehash(text, PASSES, MEMORY) != 0;
}
