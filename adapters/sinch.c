#include "base/digest.h"
#include "text_providers.h"
#include "text_sign.h"

static bool signed_by(struct str secret, struct str said, struct str signature,
                      struct arena *a)
{
    return secret.n > 0 &&
           digest_same(
               digest_base64(a, digest_hmac(a, DIGEST_SHA256, secret, said)),
               signature);
}

/*
 * A secret that Sinch has set for the account, or else a user and a password
 * in the callback's address. It calls for a day until it is thanked.
 */
static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct str sum = call->header(call->from, "x-sinch-webhook-signature");
    struct str nonce =
        call->header(call->from, "x-sinch-webhook-signature-nonce");
    struct str at =
        call->header(call->from, "x-sinch-webhook-signature-timestamp");
    struct str said = str_of(arena_printf(
        a, "%.*s.%.*s.%.*s", STR_FMT(call->body), STR_FMT(nonce), STR_FMT(at)));
    bool good;

    if (t->with.secret.n > 0) {
        good = signed_by(t->with.secret, said, str_trim(sum), a) ||
               signed_by(t->with.secret_old, said, str_trim(sum), a);
    } else {
        good = text_basic(call->header(call->from, "authorization"),
                          t->with.user, t->with.password, a);
    }
    return good ? TEXT_GENUINE : TEXT_FORGED;
}

const struct text_provider sinch_provider = {
    .called = "Sinch",
    .check = check,
};
