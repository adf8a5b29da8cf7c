#include "text_sign.h"

#include "base/clock.h"
#include "base/digest.h"
#include "text_json.h"

enum { TOKEN_MAX = 16 * 1024, SECONDS_DIGITS = 12 };

static const struct {
    const char *name;
    enum digest_kind kind;
} algorithms[] = {
    { "HS256", DIGEST_SHA256 },
    { "HS384", DIGEST_SHA384 },
    { "HS512", DIGEST_SHA512 },
};

/* base64url without "=" (RFC 7515, 2): every other letter is an error. */
static bool decode(struct arena *a, struct str text, struct str *out)
{
    static const char pad[] = "==";
    char *p = arena_alloc(a, text.n + sizeof(pad));

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') &&
            (c < 'a' || c > 'z') && c != '-' && c != '_')
            return false;
        p[i] = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    memcpy(p + text.n, pad, sizeof(pad));
    return digest_unbase64(a, (struct str){ p, (text.n + 3) / 4 * 4 }, out);
}

static bool signed_by(struct str said, struct str signature,
                      enum digest_kind kind, struct str secret, struct arena *a)
{
    return secret.n > 0 &&
           digest_same(digest_hmac(a, kind, secret, said), signature);
}

json_t *text_token(struct str token, const struct str *secrets, size_t n,
                   struct arena *a)
{
    struct str rest = token;
    struct str head = str_until(&rest, STR("."));
    struct str body = str_until(&rest, STR("."));
    struct str said = str_slice(token, 0, head.n + 1 + body.n);
    struct str head_json;
    struct str body_json;
    struct str signature;
    json_t *header;
    bool good = false;

    if (token.n > TOKEN_MAX || !decode(a, head, &head_json) ||
        !decode(a, body, &body_json) || !decode(a, rest, &signature))
        return NULL;
    header = text_json(head_json);
    for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
        if (!str_eq(text_json_str(header, "alg"), str_of(algorithms[i].name)))
            continue;
        for (size_t k = 0; k < n; k++) {
            good |=
                signed_by(said, signature, algorithms[i].kind, secrets[k], a);
        }
    }
    json_decref(header);
    return good ? text_json(body_json) : NULL;
}

bool text_basic(struct str authorization, struct str user, struct str password,
                struct arena *a)
{
    struct str rest = authorization;
    struct str scheme = str_word(&rest);
    struct str both =
        str_of(arena_printf(a, "%.*s:%.*s", STR_FMT(user), STR_FMT(password)));

    return password.n > 0 && str_case_eq(scheme, STR("Basic")) &&
           digest_same(str_trim(rest), digest_base64(a, both));
}

bool text_hex_hmac(struct str hex, const struct str *secrets, size_t n,
                   struct str said, struct arena *a)
{
    bool good = false;

    for (size_t i = 0; i < n; i++) {
        good |= secrets[i].n > 0 &&
                digest_same(hex, digest_hex(a, digest_hmac(a, DIGEST_SHA256,
                                                           secrets[i], said)));
    }
    return good;
}

struct str text_bearer(struct str authorization)
{
    struct str rest = authorization;

    if (!str_case_eq(str_word(&rest), STR("Bearer")))
        return STR("");
    return str_trim(rest);
}

bool text_recent(struct str seconds, int64_t apart)
{
    int64_t at = 0;
    int64_t off;

    if (seconds.n == 0 || seconds.n > SECONDS_DIGITS || !str_int(seconds, &at))
        return false;
    off = clock_now() - at;
    return seconds.p[0] != '+' && at >= 0 && off <= apart && off >= -apart;
}
