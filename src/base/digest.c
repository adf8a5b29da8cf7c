#include "base/digest.h"

#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdlib.h>

static const struct {
    gnutls_digest_algorithm_t hash;
    gnutls_mac_algorithm_t mac;
} kinds[] = {
    [DIGEST_MD5] = { GNUTLS_DIG_MD5, GNUTLS_MAC_MD5 },
    [DIGEST_SHA1] = { GNUTLS_DIG_SHA1, GNUTLS_MAC_SHA1 },
    [DIGEST_SHA256] = { GNUTLS_DIG_SHA256, GNUTLS_MAC_SHA256 },
    [DIGEST_SHA384] = { GNUTLS_DIG_SHA384, GNUTLS_MAC_SHA384 },
    [DIGEST_SHA512] = { GNUTLS_DIG_SHA512, GNUTLS_MAC_SHA512 },
};

struct str digest(struct arena *a, enum digest_kind kind, struct str bytes)
{
    size_t n = gnutls_hash_get_len(kinds[kind].hash);
    char *out = arena_alloc(a, n);

    if (gnutls_hash_fast(kinds[kind].hash, bytes.p, bytes.n, out) < 0)
        abort(); /* GnuTLS was built without it: nothing can be trusted */
    return (struct str){ out, n };
}

struct str digest_hmac(struct arena *a, enum digest_kind kind, struct str key,
                       struct str bytes)
{
    size_t n = gnutls_hmac_get_len(kinds[kind].mac);
    char *out = arena_alloc(a, n);

    if (gnutls_hmac_fast(kinds[kind].mac, key.p, key.n, bytes.p, bytes.n, out) <
        0)
        abort();
    return (struct str){ out, n };
}

struct str digest_hex(struct arena *a, struct str bytes)
{
    char *out = arena_alloc(a, bytes.n * 2 + 1);

    sodium_bin2hex(out, bytes.n * 2 + 1, (const unsigned char *)bytes.p,
                   bytes.n);
    return (struct str){ out, bytes.n * 2 };
}

static struct str base64(struct arena *a, struct str bytes, int variant)
{
    size_t n = sodium_base64_encoded_len(bytes.n, variant);
    char *out = arena_alloc(a, n);

    sodium_bin2base64(out, n, (const unsigned char *)bytes.p, bytes.n, variant);
    return (struct str){ out, n - 1 };
}

struct str digest_base64(struct arena *a, struct str bytes)
{
    return base64(a, bytes, sodium_base64_VARIANT_ORIGINAL);
}

struct str digest_base64url(struct arena *a, struct str bytes)
{
    return base64(a, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool digest_unbase64(struct arena *a, struct str text, struct str *out)
{
    size_t max = text.n / 4 * 3 + 3;
    unsigned char *p = arena_alloc(a, max);
    size_t n;

    if (sodium_base642bin(p, max, text.p, text.n, " \t\r\n", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    *out = (struct str){ (char *)p, n };
    return true;
}

bool digest_same(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || gnutls_memcmp(a.p, b.p, a.n) == 0);
}

struct str digest_token(struct arena *a, size_t bytes)
{
    char *p = arena_alloc(a, bytes);

    randombytes_buf(p, bytes);
    return digest_base64url(a, (struct str){ p, bytes });
}
