/*
 * X-Plivo-Signature-V3 (plivo.com/docs/messaging/concepts/signature-validation;
 * plivo-node's validateV3Signature): base64 of HMAC-SHA256, keyed by the auth
 * token, over the address, its query in order, the form in order, and a nonce.
 * V2 covers the address and the nonce alone: it is taken where there is
 * nothing else.
 */
#include "base/digest.h"
#include "http/form.h"
#include "plivo.h"

enum { SIGNED_MAX = 1024 * 1024 };

/* In order of name; between name and value equals, between fields and. */
static int add_fields(struct buf *out, struct str form, const char *equals,
                      const char *and, struct arena *a)
{
    struct form_field *first;
    const struct form_field **all;
    struct error e;
    size_t n;

    if (form_read(&first, form, a, &e) < 0)
        return e.code;
    all = form_sorted(first, &n, a);
    for (size_t i = 0; i < n; i++) {
        buf_add(out, str_of(i > 0 ? and : ""));
        buf_add(out, all[i]->name);
        buf_add(out, str_of(equals));
        buf_add(out, all[i]->value);
    }
    return 0;
}

static bool is_form(struct str type)
{
    struct str kind = str_trim(str_until(&type, STR(";")));

    return str_case_eq(kind, STR("application/x-www-form-urlencoded"));
}

/* Everything that was sent. False: there is something that is not covered. */
static bool say(struct buf *out, const struct text_call *call, struct arena *a)
{
    struct str query = call->url;
    struct str address = str_until(&query, STR("?"));
    bool get = str_eq(call->method, STR("GET"));

    if (call->body.n > 0 && (get || !is_form(call->type)))
        return false;
    buf_add(out, address);
    if (query.n > 0 || call->body.n > 0)
        buf_byte(out, '?');
    if (add_fields(out, query, "=", "&", a) < 0)
        return false;
    if (query.n > 0 && call->body.n > 0)
        buf_byte(out, '.');
    return add_fields(out, call->body, "", "", a) == 0;
}

/* Several may stand in one header while the token is being changed. */
static bool agrees(struct str said, struct str signatures,
                   const struct text_settings *with, struct arena *a)
{
    const struct str tokens[] = { with->key, with->secret_old };
    bool good = false;

    while (signatures.n > 0) {
        struct str one = str_trim(str_until(&signatures, STR(",")));

        for (size_t i = 0; i < COUNT_OF(tokens); i++) {
            struct str sum;

            if (tokens[i].n == 0)
                continue;
            sum = digest_base64(a,
                                digest_hmac(a, DIGEST_SHA256, tokens[i], said));
            good |= digest_same(sum, one);
        }
    }
    return good;
}

static bool signed_v3(const struct text_channel *t,
                      const struct text_call *call, struct arena *a)
{
    struct str signatures = call->header(call->from, "x-plivo-signature-v3");
    struct str nonce = call->header(call->from, "x-plivo-signature-v3-nonce");
    struct buf said = buf_init(SIGNED_MAX);
    bool whole = say(&said, call, a);
    bool good;

    buf_byte(&said, '.');
    buf_add(&said, str_trim(nonce));
    good =
        whole && !said.over && agrees(buf_str(&said), signatures, &t->with, a);
    buf_free(&said);
    return good;
}

static bool signed_v2(const struct text_channel *t,
                      const struct text_call *call, struct arena *a)
{
    struct str signatures = call->header(call->from, "x-plivo-signature-v2");
    struct str nonce = call->header(call->from, "x-plivo-signature-v2-nonce");
    struct str said = str_of(arena_printf(a, "%.*s%.*s", STR_FMT(call->url),
                                          STR_FMT(str_trim(nonce))));

    return call->body.n == 0 && str_find(call->url, STR("?")) == call->url.n &&
           agrees(said, signatures, &t->with, a);
}

enum text_verdict plivo_check(const struct text_channel *t,
                              struct text_call *call, struct arena *a)
{
    return signed_v3(t, call, a) || signed_v2(t, call, a) ? TEXT_GENUINE
                                                          : TEXT_FORGED;
}
