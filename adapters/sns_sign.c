/*
 * Who has sent a notification of SNS (docs.aws.amazon.com/sns/latest/dg/
 * sns-verify-signature-of-message.html): Amazon signs some of its fields with
 * the key of a certificate that it names itself. So the certificate must come
 * from Amazon's own host, and the topic must be the town's: anybody may have a
 * topic of theirs call us, and Amazon signs that too.
 */
#include "sns.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "base/buf.h"
#include "base/digest.h"
#include "text_json.h"

enum { SIGNED_MAX = 512 * 1024, REGION_MIN = 3 };

static bool is_region(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
            (c < '0' || c > '9') && c != '-')
            return false;
    }
    return s.n >= REGION_MIN;
}

/* https://sns.REGION.amazonaws.com/... or .com.cn */
bool sns_address(struct str url)
{
    struct str rest = url;
    struct str host;

    if (!str_eq(str_until(&rest, STR("://")), STR("https")))
        return false;
    host = str_until(&rest, STR("/"));
    if (!str_eq(str_until(&host, STR(".")), STR("sns")))
        return false;
    return is_region(str_until(&host, STR("."))) &&
           (str_eq(host, STR("amazonaws.com")) ||
            str_eq(host, STR("amazonaws.com.cn")));
}

static bool is_certificate(struct str url)
{
    return sns_address(url) && str_ends(url, STR(".pem")) &&
           str_find(url, STR("?")) == url.n && str_find(url, STR("#")) == url.n;
}

static bool add(struct buf *out, const json_t *top, const char *name)
{
    const json_t *v = json_object_get(top, name);

    if (!json_is_string(v))
        return false;
    buf_printf(out, "%s\n", name);
    buf_add(out, text_json_str(top, name));
    buf_byte(out, '\n');
    return true;
}

/* The signed fields, in their order. False: one is missing. */
static bool say(struct buf *out, const json_t *top)
{
    static const char *const notification[] = { "Timestamp", "TopicArn", "Type",
                                                NULL };
    static const char *const subscription[] = { "SubscribeURL", "Timestamp",
                                                "Token",        "TopicArn",
                                                "Type",         NULL };
    struct str type = text_json_str(top, "Type");
    bool told = str_eq(type, STR("Notification"));
    const char *const *names = told ? notification : subscription;

    if (!told && !str_eq(type, STR("SubscriptionConfirmation")) &&
        !str_eq(type, STR("UnsubscribeConfirmation")))
        return false;
    if (!add(out, top, "Message") || !add(out, top, "MessageId"))
        return false;
    if (told && json_object_get(top, "Subject") != NULL &&
        !json_is_null(json_object_get(top, "Subject")) &&
        !add(out, top, "Subject"))
        return false;
    for (; *names != NULL; names++) {
        if (!add(out, top, *names))
            return false;
    }
    return !out->over;
}

static gnutls_datum_t datum(struct str s)
{
    union {
        const char *in;
        unsigned char *out;
    } p = { .in = s.p };

    return (gnutls_datum_t){ .data = p.out, .size = (unsigned)s.n };
}

static bool verify(struct str certificate, gnutls_sign_algorithm_t algorithm,
                   struct str said, struct str signature)
{
    gnutls_datum_t pem = datum(certificate);
    gnutls_datum_t data = datum(said);
    gnutls_datum_t sum = datum(signature);
    gnutls_x509_crt_t crt = NULL;
    gnutls_pubkey_t key = NULL;
    bool good;

    good = gnutls_x509_crt_init(&crt) == 0 && gnutls_pubkey_init(&key) == 0 &&
           gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM) == 0 &&
           gnutls_pubkey_import_x509(key, crt, 0) == 0 &&
           gnutls_pubkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_RSA &&
           gnutls_pubkey_verify_data2(key, algorithm,
                                      GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, &data,
                                      &sum) >= 0;
    gnutls_pubkey_deinit(key);
    gnutls_x509_crt_deinit(crt);
    return good;
}

static bool is_signed(const json_t *top, struct str certificate,
                      struct arena *a)
{
    struct str version = text_json_str(top, "SignatureVersion");
    bool first = str_eq(version, STR("1"));
    struct buf said = buf_init(SIGNED_MAX);
    struct str signature;
    bool good;

    if (!first && !str_eq(version, STR("2")))
        return false;
    good = say(&said, top) &&
           digest_unbase64(a, text_json_str(top, "Signature"), &signature) &&
           verify(certificate,
                  first ? GNUTLS_SIGN_RSA_SHA1 : GNUTLS_SIGN_RSA_SHA256,
                  buf_str(&said), signature);
    buf_free(&said);
    return good;
}

static enum text_verdict judge(const struct text_channel *t, const json_t *top,
                               struct text_call *call, struct arena *a)
{
    struct str url = text_json_str(top, "SigningCertURL");

    if (t->with.account.n == 0 ||
        !str_eq(text_json_str(top, "TopicArn"), t->with.account) ||
        !is_certificate(url))
        return TEXT_FORGED;
    if (call->fetched.n == 0) {
        call->need = arena_str(a, url);
        return TEXT_NEEDS;
    }
    return is_signed(top, call->fetched, a) ? TEXT_GENUINE : TEXT_FORGED;
}

enum text_verdict sns_check(const struct text_channel *t,
                            struct text_call *call, struct arena *a)
{
    json_t *top = text_json(call->body);
    enum text_verdict v = judge(t, top, call, a);

    json_decref(top);
    return v;
}
