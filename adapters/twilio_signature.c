#include "twilio_signature.h"

#include "base/buf.h"
#include "base/digest.h"
#include "http/form.h"

enum { SIGNED_MAX = 1024 * 1024 };

static bool is_form(struct str type)
{
    struct str kind = str_trim(str_until(&type, STR(";")));

    return str_case_eq(kind, STR("application/x-www-form-urlencoded"));
}

/* The fields in order of name, names and values run together; repeats once. */
static int add_fields(struct buf *out, struct str body, struct arena *a)
{
    struct form_field *first;
    const struct form_field **all;
    const struct form_field *last = NULL;
    struct error e;
    size_t n;

    if (form_read(&first, body, a, &e) < 0)
        return e.code;
    all = form_sorted(first, &n, a);
    for (size_t i = 0; i < n; i++) {
        if (last != NULL && str_eq(last->name, all[i]->name) &&
            str_eq(last->value, all[i]->value))
            continue;
        last = all[i];
        buf_add(out, last->name);
        buf_add(out, last->value);
    }
    return 0;
}

/* A body that is no form is covered by its hash in the signed url alone. */
static bool hash_agrees(const struct twilio_call *call, struct arena *a)
{
    struct str query = call->url;
    struct form_field *fields;
    struct str want;
    struct error e;

    str_until(&query, STR("?"));
    if (form_read(&fields, query, a, &e) < 0)
        return false;
    want = form_value(fields, "bodySHA256");
    if (want.n == 0)
        return call->body.n == 0;
    return digest_same(want,
                       digest_hex(a, digest(a, DIGEST_SHA256, call->body)));
}

/* scheme://[user@]host | :port | /path?query */
struct url_cut {
    struct str head, port, tail;
};

static struct url_cut url_cut(struct str url)
{
    size_t begin = str_find(url, STR("://"));
    size_t end;
    size_t colon = 0;
    struct url_cut c;

    begin = begin < url.n ? begin + 3 : 0;
    end = begin + str_find(str_slice(url, begin, url.n), STR("/"));
    for (size_t i = begin; i < end; i++) {
        if (url.p[i] == '?') {
            end = i;
            break;
        }
        if (url.p[i] == ':')
            colon = i;
        if (url.p[i] == '@' || url.p[i] == ']')
            colon = 0; /* what was before belongs to a password, or to IPv6 */
    }
    if (colon == 0)
        colon = end;
    c.head = str_slice(url, 0, colon);
    c.port = str_slice(url, colon, end);
    c.tail = str_slice(url, end, url.n);
    return c;
}

static bool agrees(const struct twilio_call *call, struct str said,
                   const struct str *tokens, size_t n, struct arena *a)
{
    bool good = false;

    for (size_t i = 0; i < n; i++) {
        struct str sum;

        if (tokens[i].n == 0)
            continue;
        sum = digest_base64(a, digest_hmac(a, DIGEST_SHA1, tokens[i], said));
        good |= digest_same(sum, call->signature);
    }
    return good;
}

bool twilio_signed(const struct twilio_call *call, const struct str *tokens,
                   size_t n, struct arena *a)
{
    struct url_cut url = url_cut(call->url);
    struct str standard =
        str_case_starts(call->url, STR("http:")) ? STR(":80") : STR(":443");
    /* Twilio has signed with and without the port over the years. */
    const struct str ports[] = { url.port.n > 0 ? url.port : standard,
                                 STR("") };
    struct buf said = buf_init(SIGNED_MAX);
    bool form = is_form(call->type);
    bool good = false;

    for (size_t i = 0; i < COUNT_OF(ports) && !good; i++) {
        buf_clear(&said);
        buf_add(&said, url.head);
        buf_add(&said, ports[i]);
        buf_add(&said, url.tail);
        if (form && add_fields(&said, call->body, a) < 0)
            break;
        if (!said.over)
            good = agrees(call, buf_str(&said), tokens, n, a);
    }
    buf_free(&said);
    return good && (form || hash_agrees(call, a));
}
