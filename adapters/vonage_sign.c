/*
 * Vonage signs in two ways. The Messages API sends a token with the hash of
 * the body (developer.vonage.com/en/getting-started/concepts/webhooks, "signed
 * webhooks"); the SMS API a field "sig" over all the others
 * (developer.vonage.com/en/getting-started/concepts/signing-messages; the
 * values of vonage-ruby-sdk's test/vonage/signature_test.rb). A token made
 * without a hash covers nothing and is not taken. Vonage calls for a day until
 * it is thanked: how old a call is says nothing.
 */
#include "base/digest.h"
#include "text_sign.h"
#include "vonage.h"

enum { SIGNED_MAX = 1024 * 1024 };

static bool token_covers(const json_t *claims, struct str body, struct arena *a)
{
    const json_t *v = json_object_get(claims, "payload_hash");
    struct str hash = { json_string_value(v), json_string_length(v) };

    return hash.n > 0 &&
           digest_same(hash, digest_hex(a, digest(a, DIGEST_SHA256, body)));
}

static enum text_verdict check_token(const struct text_channel *t,
                                     struct str token,
                                     const struct text_call *call,
                                     struct arena *a)
{
    const struct str secrets[] = { t->with.secret, t->with.secret_old };
    json_t *claims = text_token(token, secrets, COUNT_OF(secrets), a);
    bool good = claims != NULL && call->body.n > 0 &&
                token_covers(claims, call->body, a);

    json_decref(claims);
    return good ? TEXT_GENUINE : TEXT_FORGED;
}

/* "&" and "=" would read as the border of a field. */
static void add_value(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        buf_byte(out, c == '&' || c == '=' ? '_' : c);
    }
}

/*
 * "&name=value" for all fields but sig, in order of name. False: fields that
 * could be read in two ways.
 */
static bool say(struct buf *out, const struct form_field *first,
                struct arena *a)
{
    size_t n;
    const struct form_field **all = form_sorted(first, &n, a);

    for (size_t i = 0; i < n; i++) {
        struct str name = all[i]->name;

        if (i > 0 && str_eq(name, all[i - 1]->name))
            return false;
        if (str_find(name, STR("&")) < name.n ||
            str_find(name, STR("=")) < name.n)
            return false;
        if (str_eq(name, STR("sig")))
            continue;
        buf_byte(out, '&');
        buf_add(out, name);
        buf_byte(out, '=');
        add_value(out, all[i]->value);
    }
    return !out->over;
}

/* Which of the methods the account has chosen shows in the length. */
static bool sum_agrees(struct str said, struct str secret, struct str sig,
                       struct arena *a)
{
    static const enum digest_kind kinds[] = { DIGEST_MD5, DIGEST_SHA1,
                                              DIGEST_SHA256, DIGEST_SHA512 };
    struct str both =
        str_of(arena_printf(a, "%.*s%.*s", STR_FMT(said), STR_FMT(secret)));
    bool good;

    if (secret.n == 0)
        return false;
    good = digest_same(digest_hex(a, digest(a, DIGEST_MD5, both)), sig);
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct str sum = digest_hmac(a, kinds[i], secret, said);

        good |= digest_same(digest_hex(a, sum), sig);
    }
    return good;
}

static struct str lower(struct str s, struct arena *a)
{
    char *z = arena_dup(a, s);

    for (size_t i = 0; i < s.n; i++) {
        if (z[i] >= 'A' && z[i] <= 'F')
            z[i] = (char)(z[i] - 'A' + 'a');
    }
    return (struct str){ z, s.n };
}

static enum text_verdict check_sum(const struct text_channel *t,
                                   const struct form_field *fields,
                                   struct arena *a)
{
    struct buf said = buf_init(SIGNED_MAX);
    struct str sig = lower(form_value(fields, "sig"), a);
    bool good = say(&said, fields, a);

    good = good && (sum_agrees(buf_str(&said), t->with.secret, sig, a) ||
                    sum_agrees(buf_str(&said), t->with.secret_old, sig, a));
    buf_free(&said);
    return good ? TEXT_GENUINE : TEXT_FORGED;
}

/* What carries no signature at all is sent again, signed, after a 503. */
enum text_verdict vonage_check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct str token = text_bearer(call->header(call->from, "authorization"));
    struct str bytes = call->body;
    struct form_field *fields;
    struct error e;

    if (token.n > 0)
        return check_token(t, token, call, a);
    if (str_eq(call->method, STR("GET"))) {
        bytes = call->url;
        str_until(&bytes, STR("?"));
    }
    if (vonage_fields(&fields, bytes, a, &e) < 0)
        return TEXT_FORGED;
    if (form_value(fields, "sig").n > 0)
        return check_sum(t, fields, a);
    return TEXT_AGAIN;
}
