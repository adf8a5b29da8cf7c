#include <sodium.h>

#include "base/digest.h"
#include "text_providers.h"
#include "text_sign.h"

enum { LATE_S = 300 };

static bool signed_by(struct str key, struct str said, struct str signature,
                      struct arena *a)
{
    struct str raw;

    return key.n > 0 && digest_unbase64(a, key, &raw) &&
           raw.n == crypto_sign_PUBLICKEYBYTES &&
           crypto_sign_verify_detached((const unsigned char *)signature.p,
                                       (const unsigned char *)said.p, said.n,
                                       (const unsigned char *)raw.p) == 0;
}

/* Each try is signed anew: what is old is a repetition by somebody else. */
static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct str at = str_trim(call->header(call->from, "telnyx-timestamp"));
    struct str sent =
        str_trim(call->header(call->from, "telnyx-signature-ed25519"));
    struct str said =
        str_of(arena_printf(a, "%.*s|%.*s", STR_FMT(at), STR_FMT(call->body)));
    struct str signature;

    if (!digest_unbase64(a, sent, &signature) ||
        signature.n != crypto_sign_BYTES)
        return TEXT_FORGED;
    if (!signed_by(t->with.secret, said, signature, a) &&
        !signed_by(t->with.secret_old, said, signature, a))
        return TEXT_FORGED;
    return text_recent(at, LATE_S) ? TEXT_GENUINE : TEXT_STALE;
}

const struct text_provider telnyx_provider = {
    .called = "Telnyx",
    .check = check,
};
