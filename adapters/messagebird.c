#include "base/clock.h"
#include "base/digest.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_sign.h"

enum { CLOCKS_APART = 5 };

static bool hash_is(const json_t *claims, const char *name, struct str bytes,
                    struct arena *a)
{
    return digest_same(text_json_str(claims, name),
                       digest_hex(a, digest(a, DIGEST_SHA256, bytes)));
}

/* The hash of the body stands there exactly where there is a body. */
static bool covers(const json_t *claims, const struct text_call *call,
                   struct arena *a)
{
    bool hashed = json_object_get(claims, "payload_hash") != NULL;

    return str_eq(text_json_str(claims, "iss"), STR("MessageBird")) &&
           text_json_str(claims, "jti").n > 0 &&
           hash_is(claims, "url_hash", call->url, a) &&
           hashed == (call->body.n > 0) &&
           (!hashed || hash_is(claims, "payload_hash", call->body, a));
}

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    const struct str secrets[] = { t->with.secret, t->with.secret_old };
    struct str token =
        str_trim(call->header(call->from, "messagebird-signature-jwt"));
    json_t *claims = text_token(token, secrets, COUNT_OF(secrets), a);
    int64_t begins = text_json_int(claims, "nbf", INT64_MAX);
    int64_t ends = text_json_int(claims, "exp", 0);
    bool good = claims != NULL && covers(claims, call, a);
    int64_t now = clock_now();

    json_decref(claims);
    if (!good || begins > now + CLOCKS_APART)
        return TEXT_FORGED;
    return ends >= now - CLOCKS_APART ? TEXT_GENUINE : TEXT_STALE;
}

const struct text_provider messagebird_provider = {
    .called = "MessageBird",
    .check = check,
};
