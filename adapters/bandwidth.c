#include "text_providers.h"
#include "text_sign.h"

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct str said = call->header(call->from, "authorization");

    return text_basic(said, t->with.user, t->with.secret, a) ||
                   text_basic(said, t->with.user, t->with.secret_old, a)
               ? TEXT_GENUINE
               : TEXT_FORGED;
}

const struct text_provider bandwidth_provider = {
    .called = "Bandwidth",
    .check = check,
};
