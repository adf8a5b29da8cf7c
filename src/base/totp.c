#include "base/totp.h"

#include <sodium.h>

#include "base/digest.h"

enum { SECRET_BYTES = 20, STEP_S = 30, DIGITS = 6, MODULO = 1000000 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct str totp_secret(struct arena *a)
{
    unsigned char bytes[SECRET_BYTES];
    char *out = arena_array(a, char, SECRET_BYTES / 5 * 8 + 1);
    size_t n = 0;

    randombytes_buf(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i += 5) {
        uint64_t five = 0;

        for (size_t k = 0; k < 5; k++)
            five = five << 8 | bytes[i + k];
        for (int shift = 35; shift >= 0; shift -= 5)
            out[n++] = letters[five >> shift & 31];
    }
    return (struct str){ out, n };
}

static bool unbase32(struct arena *a, struct str text, struct str *out)
{
    char *bytes = arena_array(a, char, text.n + 1);
    uint32_t held = 0;
    int bits = 0;
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] == 0 ? NULL : strchr(letters, text.p[i]);

        if (at == NULL)
            return false;
        held = held << 5 | (uint32_t)(at - letters);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes[n++] = (char)(held >> bits & 0xff);
        }
    }
    *out = (struct str){ bytes, n };
    return n > 0;
}

/* RFC 4226, 5.3: four bytes of the hash, from where its last half byte says. */
static struct str code_at(struct arena *a, struct str key, int64_t step)
{
    char counter[8];
    struct str hash;
    uint32_t number = 0;
    size_t from;

    for (size_t i = 0; i < sizeof(counter); i++)
        counter[i] = (char)((uint64_t)step >> (56 - 8 * i) & 0xff);
    hash = digest_hmac(a, DIGEST_SHA1, key,
                       (struct str){ counter, sizeof(counter) });
    from = (size_t)(hash.p[hash.n - 1] & 0xf);
    for (size_t i = 0; i < 4; i++)
        number = number << 8 | (unsigned char)hash.p[from + i];
    return str_of(
        arena_printf(a, "%0*u", DIGITS, (number & 0x7fffffff) % MODULO));
}

int64_t totp_step(struct str secret, struct str code, int64_t now, int64_t used)
{
    struct arena a = { 0 };
    struct str key;
    int64_t right = 0;

    if (unbase32(&a, secret, &key)) {
        for (int64_t step = now / STEP_S - 1; step <= now / STEP_S + 1;
             step++) {
            if (step > used && digest_same(code_at(&a, key, step), code))
                right = step;
        }
    }
    arena_free(&a);
    return right;
}
