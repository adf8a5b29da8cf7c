/* A claim is signed as another program signs it. */
#include "base/jwt.h"

#include "../tap.h"

/* Made for this test: openssl genrsa 2048; openssl pkcs8 -topk8 -nocrypt. */
static const char key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDUvtdZHHOIEO0v\n"
    "dIqpDfJAZtIoDJEKs0uT8JCQBnvEQBNs4X7xDK8Mroi6ptbjObvC+KFdgPcKxqpU\n"
    "wMIrnOEoRT5IUWcW/9fK/7j8uXJNqHFaL+EWE0ufg1oTBFIkDjTiwChM8b5jr8pr\n"
    "N5unTxG+m0P1O+Q1dWqObazLgb4BktcE47l4C93y/vaL3Tra8yb/ZJKGwI916Coy\n"
    "DUIQ+wYmiOc+9YiXyZ7XzohYQEJlLsWfgaZfet0OyNOYuReZ2Xie553SLjPfrn9w\n"
    "tSdPd75SqvWLVrBQoPyc2QZnh/9+3/9jVw9zYFqZwfuhcX9sEdq5Dli/d93He9NY\n"
    "+wl0IisXAgMBAAECggEAXOzm/2NwC1TpZTsQffs7f2nqDdg/Wl8qefowCtjqIrSi\n"
    "R4LPgda6d12dF3pcjm/fVbBoO4FjZu+T4uU3avlhV8e3BruXvfIOffrpAGq4RLd4\n"
    "m54iQRQ4ifpD096lSl5yN0Eb2VAWi1BzqBVoBdKBu7HyIyH/8mHRI1lAirunFOQU\n"
    "excsCscEf2i9XkslDcZ4tTN4Z00FFOqkqAyVgFh4TtkGdPyru3GLtOFzEBdWjJPy\n"
    "tG5WYxiuFFJrxAcxkMQjBu2DwKcH72GqUrI33FdYBv1nBKmiYOp54X0xdFw/1Dey\n"
    "ynfblRViQTiIDQo0XokxNDFNsgSfJUJC1I1nASBb0QKBgQD5OMeR+CS+a+IlmPU1\n"
    "dJx9Z/NZaYcezC3YzyuKiUijFmUv8ADKn0uA2/yV3rco2cJktVjEuPT+S5bKT/NG\n"
    "AU/1soBWAk8NmCtJtU4OlyTnrUZRksjLY3o1l+qrNauPp9P6tNfWwFQCYM7E3WkJ\n"
    "pMLWIs97vJwPJlPvYni2tfiwBQKBgQDaiBfelFrQs3nsROiHGYFVcQ7D3Zd6+9OF\n"
    "22vRRwEGcDprXXOL1ez/wLcHjGI10qh/0WoM1PsVW+Z3wtXCNuIVfQYC4ORZW4xa\n"
    "KYnzegjJrQSBCg8FS3lHFQlfkBqtisAMUUCVtxmDtyU/Q+6xHfzDZgVTWZWPHjN2\n"
    "Od10nSaFawKBgQCz5MJZoS6UrTb+QJyvS08yTnifz8aS+nsVhuU9CL9/yUidA7bu\n"
    "i3FqwGBgpfS77gOdwjEjPwbJEDL2MiO+InBfP8vXSa9adr64Y8DGU192Q+MAOt3p\n"
    "whKS4OepUgJWnaQr0aIDB60cUliuTcvmBCIHg/UUsh5L6TSpFQFhkZTDKQKBgQDC\n"
    "cX+Tm7tmoZtloDaqJwaOSMeTfbLQSgv+uasojh4aZXeFmqQ6E0IKmqYAwGeObn9h\n"
    "I6tR+ZvjeF8Lxr++TGlEJ3dWzlZAMBYlD3rgun/hOuKcEqAk3O/vUIeDkUw7iA6z\n"
    "pwRpcn7wVOB+d2qGDCGgl0E71aUesAeoNXqXzVC+OwKBgQCuIVIvg9vyzexh5azg\n"
    "w+YXBAUTf4y/VWlcAxYuWbrmsYWSaF/miwm+MFxE5Kv4O4VR0OfHnCzv9YO2psEY\n"
    "2JmM5Yj5Tsb/tl17JW2nWwQAe6K+M7utigS79yGx4EiXJhdN3tpEwXUhZqrTUNBb\n"
    "UVxVHisWvQW+ioGqcPpatKCoyQ==\n"
    "-----END PRIVATE KEY-----\n";

/* By openssl dgst -sha256 -sign, which always gives the same. */
static const char wanted[] =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsxIn0.eyJpc3MiOiJpbmxldE"
    "BleGFtcGxlLm9yZyJ9.uezB_Sd9-JJ73Q8VUbokBcE8siBoHdvsJRDfjxMyZnWVbx7DEi4"
    "Kzv91RKAn6P2wAhMdHBA2S5MXO7nxByyRP8Vf5JQjEW00fTNkxJyG_MbykVzFmJ2E_c474"
    "lk3HerdtrpZHFrW1qRj-LsWBm1JSfsVe2dooK8StBTjyvdx9CXYCkt6LerwYbjPiTGtLSB"
    "YCP9ZXUHaPfz20WRSHqTVmpNlwTygYo0IUbwwscX-ZD40IXTR7BhwB_wwAag4Ru2Jcs618"
    "ofRO49iR9Cbp4zZ8fyO-3e1GEKyyagmOSDG4uLByqxrIC4dcpymv1TzN8GAHGqAF64Q_Rd"
    "Q_YBuijfP-A";

static void a_claim_is_signed_as_openssl_signs_it(void)
{
    struct arena a = { 0 };
    struct str got = STR_NONE;
    struct error e;

    CHECK(jwt_rs256(&a, STR("{\"iss\":\"inlet@example.org\"}"), str_of(key),
                    STR("k1"), &got, &e) == 0);
    CHECK_STR(got, wanted);
    arena_free(&a);
}

static void what_is_no_key_signs_nothing(void)
{
    static const char *const wrong[] = {
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        /* Ed25519, as in RFC 8410, 10.3 */
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n",
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct arena a = { 0 };
        struct str got = STR_NONE;
        struct error e = { 0 };

        CHECK(jwt_rs256(&a, STR("{}"), str_of(wrong[i]), STR(""), &got, &e) ==
              E_SYNTAX);
        CHECK(strstr(e.text, "private key") != NULL);
        arena_free(&a);
    }
}

int main(void)
{
    a_claim_is_signed_as_openssl_signs_it();
    what_is_no_key_signs_nothing();
    return tap_done();
}
