#include "base/jwt.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/json.h"

enum { HEAD_MAX = 1024, LEAST_BITS = 2048 };

static struct str head(struct arena *a, struct str kid)
{
    struct buf b = buf_init(HEAD_MAX);
    struct json j = json_to(&b);
    struct str out;

    json_begin_object(&j);
    json_kv(&j, "alg", STR("RS256"));
    json_kv(&j, "typ", STR("JWT"));
    if (kid.n > 0)
        json_kv(&j, "kid", kid);
    json_end_object(&j);
    out = digest_base64url(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static int key_read(gnutls_privkey_t key, struct str pem, struct error *e)
{
    gnutls_datum_t data = { (unsigned char *)(uintptr_t)pem.p,
                            (unsigned)pem.n };
    unsigned bits = 0;
    int rc = gnutls_privkey_import_x509_raw(key, &data, GNUTLS_X509_FMT_PEM,
                                            NULL, 0);

    if (rc < 0) {
        return error(e, E_SYNTAX, "the private key cannot be read: %s",
                     gnutls_strerror(rc));
    }
    if (gnutls_privkey_get_pk_algorithm(key, &bits) != GNUTLS_PK_RSA ||
        bits < LEAST_BITS) {
        return error(e, E_SYNTAX, "the private key is not RSA of %d bits",
                     LEAST_BITS);
    }
    return 0;
}

static int sign(struct arena *a, struct str text, struct str pem,
                struct str *signature, struct error *e)
{
    gnutls_datum_t data = { (unsigned char *)(uintptr_t)text.p,
                            (unsigned)text.n };
    gnutls_datum_t made = { NULL, 0 };
    gnutls_privkey_t key;
    int rc;

    if (gnutls_privkey_init(&key) < 0)
        abort();
    rc = key_read(key, pem, e);
    if (rc == 0 &&
        gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &made) < 0)
        rc = error(e, E_SYNTAX, "the private key does not sign");
    if (rc == 0) {
        *signature = digest_base64url(
            a, (struct str){ (const char *)made.data, made.size });
    }
    gnutls_free(made.data);
    gnutls_privkey_deinit(key);
    return rc;
}

int jwt_rs256(struct arena *a, struct str claims, struct str key,
              struct str kid, struct str *out, struct error *e)
{
    struct str h = head(a, kid);
    struct str c = digest_base64url(a, claims);
    struct str text =
        str_of(arena_printf(a, "%.*s.%.*s", STR_FMT(h), STR_FMT(c)));
    struct str signature;

    if (sign(a, text, key, &signature, e) < 0)
        return e->code;
    *out =
        str_of(arena_printf(a, "%.*s.%.*s", STR_FMT(text), STR_FMT(signature)));
    return 0;
}
