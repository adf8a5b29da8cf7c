/*
 * X-Twilio-Signature (twilio.com/docs/usage/security): base64 of HMAC-SHA1
 * over the public url and the form's fields, keyed by the account's token.
 */
#ifndef ADAPTERS_TWILIO_SIGNATURE_H
#define ADAPTERS_TWILIO_SIGNATURE_H

#include "base/arena.h"

struct twilio_call {
    struct str url;       /* the public one, with the query as it was sent */
    struct str type;      /* Content-Type */
    struct str body;      /* as it came */
    struct str signature; /* X-Twilio-Signature */
};

/*
 * Did someone who knows one of the n tokens send it? Never true for a body
 * that the signature does not cover.
 */
bool twilio_signed(const struct twilio_call *call, const struct str *tokens,
                   size_t n, struct arena *a);

#endif
