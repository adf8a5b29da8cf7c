/* Who has called, as providers of texts sign; and bodies that mean harm. */
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <sodium.h>

#include "../../adapters/text_providers.h"
#include "../tap.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"

enum { NOW = 1790000000 };

static struct arena a;

struct header {
    const char *name, *value;
};

static struct str header(const void *from, const char *name)
{
    const struct header *h = from;

    for (; h->name != NULL; h++) {
        if (strcmp(h->name, name) == 0)
            return str_of(h->value);
    }
    return STR_NONE;
}

#define FORM "application/x-www-form-urlencoded"

static enum text_verdict called(const struct text_provider *p,
                                const struct text_settings *with,
                                struct text_call *call,
                                const struct header *headers)
{
    struct text_channel t = { .with = *with };

    call->header = header;
    call->from = headers;
    if (call->method.n == 0)
        call->method = STR("POST");
    if (call->type.n == 0)
        call->type = STR(FORM);
    return p->check(&t, call, &a);
}

static const char *hmac64(const char *key, const char *said)
{
    return digest_base64(
               &a, digest_hmac(&a, DIGEST_SHA256, str_of(key), str_of(said)))
        .p;
}

static const char *token(const char *claims, const char *secret)
{
    struct str said = str_of(arena_printf(
        &a, "%s.%s", digest_base64url(&a, STR("{\"alg\":\"HS256\"}")).p,
        digest_base64url(&a, str_of(claims)).p));
    struct str sum = digest_hmac(&a, DIGEST_SHA256, str_of(secret), said);

    return arena_printf(&a, "%s.%s", said.p, digest_base64url(&a, sum).p);
}

static const char *sha256(struct str bytes)
{
    return digest_hex(&a, digest(&a, DIGEST_SHA256, bytes)).p;
}

static void plivo_signs_address_form_and_nonce(void)
{
    const struct text_settings with = { .key = STR("new"),
                                        .secret_old = STR("old") };
    const char *said = "https://t.example.org/h?a=2&t=1.From1Texthi.n";
    struct header h[] = {
        { "x-plivo-signature-v3",
          arena_printf(&a, "AAAA, %s", hmac64("old", said)) },
        { "x-plivo-signature-v3-nonce", "n" },
        { NULL, NULL },
    };
    struct text_call call = { .url = STR("https://t.example.org/h?t=1&a=2"),
                              .body = STR("Text=hi&From=1") };

    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_GENUINE);
    call.body = STR("Text=hi&From=2");
    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_FORGED);
    call.body = STR("Text=hi&From=1");
    call.type = STR("application/json");
    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_FORGED);
    call.type = STR(FORM);
    h[1].value = "m";
    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_FORGED);
}

/* V2 leaves the body out: only where there is none is it enough. */
static void plivos_older_signature_covers_no_body(void)
{
    const struct text_settings with = { .key = STR("new") };
    const struct header h[] = {
        { "x-plivo-signature-v2", hmac64("new", "https://t.example.org/hn") },
        { "x-plivo-signature-v2-nonce", "n" },
        { NULL, NULL },
    };
    struct text_call call = { .url = STR("https://t.example.org/h") };

    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_GENUINE);
    call.body = STR("Text=hi&From=1");
    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_FORGED);
    call.body = STR("");
    call.url = STR("https://t.example.org/h?Text=hi");
    CHECK(called(&plivo_provider, &with, &call, h) == TEXT_FORGED);
}

static void telnyx_signs_each_try_anew(void)
{
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char key[crypto_sign_SECRETKEYBYTES];
    unsigned char sum[crypto_sign_BYTES];
    const char *said = "1790000000|{}";
    struct text_settings with = { 0 };
    struct text_call call = { .body = STR("{}") };
    struct header h[] = {
        { "telnyx-signature-ed25519", NULL },
        { "telnyx-timestamp", "1790000000" },
        { NULL, NULL },
    };

    crypto_sign_keypair(public_key, key);
    crypto_sign_detached(sum, NULL, (const unsigned char *)said, strlen(said),
                         key);
    with.secret_old = digest_base64(
        &a, (struct str){ (const char *)public_key, sizeof(public_key) });
    h[0].value =
        digest_base64(&a, (struct str){ (const char *)sum, sizeof(sum) }).p;
    clock_set(NOW + 300);
    CHECK(called(&telnyx_provider, &with, &call, h) == TEXT_GENUINE);
    clock_set(NOW + 301);
    CHECK(called(&telnyx_provider, &with, &call, h) == TEXT_STALE);
    clock_set(NOW);
    call.body = STR("[]");
    CHECK(called(&telnyx_provider, &with, &call, h) == TEXT_FORGED);
    with.secret_old = STR("no key");
    CHECK(called(&telnyx_provider, &with, &call, h) == TEXT_FORGED);
    h[0].value = "";
    CHECK(called(&telnyx_provider, &with, &call, h) == TEXT_FORGED);
}

static void a_user_and_a_password_do_where_nothing_is_signed(void)
{
    const struct text_settings with = { .user = STR("ana"),
                                        .secret = STR("new"),
                                        .secret_old = STR("old") };
    struct text_settings sinch = { .user = STR("ana"), .password = STR("old") };
    struct header h[] = {
        { "authorization", "Basic YW5hOm9sZA==" }, /* ana:old */
        { NULL, NULL },
    };
    const struct header none[] = { { NULL, NULL } };
    struct text_call call = { .body = STR("[]") };

    CHECK(called(&bandwidth_provider, &with, &call, h) == TEXT_GENUINE);
    CHECK(called(&bandwidth_provider, &with, &call, none) == TEXT_FORGED);
    CHECK(called(&sinch_provider, &sinch, &call, h) == TEXT_GENUINE);
    /* Where Sinch signs, a password is not enough. */
    sinch.secret = STR("s");
    CHECK(called(&sinch_provider, &sinch, &call, h) == TEXT_FORGED);
    h[0].value = "Basic YW5hOg=="; /* ana: */
    CHECK(called(&bandwidth_provider, &with, &call, h) == TEXT_FORGED);
}

static void sinch_signs_body_nonce_and_time(void)
{
    const struct text_settings with = { .secret = STR("new"),
                                        .secret_old = STR("old") };
    struct header h[] = {
        { "x-sinch-webhook-signature", hmac64("old", "{}.n.1790000000") },
        { "x-sinch-webhook-signature-nonce", "n" },
        { "x-sinch-webhook-signature-timestamp", "1790000000" },
        { NULL, NULL },
    };
    struct text_call call = { .body = STR("{}") };

    CHECK(called(&sinch_provider, &with, &call, h) == TEXT_GENUINE);
    h[2].value = "1790000001";
    CHECK(called(&sinch_provider, &with, &call, h) == TEXT_FORGED);
}

static void messagebird_signs_address_and_body(void)
{
    const struct text_settings with = { .secret = STR("new"),
                                        .secret_old = STR("old") };
    struct str url = STR("https://t.example.org/h?id=1");
    const char *claims = arena_printf(
        &a,
        "{\"iss\":\"MessageBird\",\"nbf\":%d,\"exp\":%d,\"jti\":\"1\","
        "\"url_hash\":\"%s\"}",
        NOW, NOW + 60, sha256(url));
    struct header h[] = { { "messagebird-signature-jwt", token(claims, "old") },
                          { NULL, NULL } };
    struct text_call call = { .method = STR("GET"), .url = url };

    clock_set(NOW);
    CHECK(called(&messagebird_provider, &with, &call, h) == TEXT_GENUINE);
    call.body = STR("x=1"); /* not in the token */
    CHECK(called(&messagebird_provider, &with, &call, h) == TEXT_FORGED);
    call.body = STR("");
    clock_set(NOW + 66);
    CHECK(called(&messagebird_provider, &with, &call, h) == TEXT_STALE);
    clock_set(NOW - 6);
    CHECK(called(&messagebird_provider, &with, &call, h) == TEXT_FORGED);
    clock_set(NOW);
    call.url = STR("https://t.example.org/h?id=2");
    CHECK(called(&messagebird_provider, &with, &call, h) == TEXT_FORGED);
}

static void vonages_token_covers_the_body(void)
{
    const struct text_settings with = { .secret = STR("new"),
                                        .secret_old = STR("old") };
    struct str body = STR("{\"message_uuid\":\"1\"}");
    const char *claims =
        arena_printf(&a, "{\"payload_hash\":\"%s\"}", sha256(body));
    struct header h[] = {
        { "authorization",
          arena_printf(&a, "Bearer %s", token(claims, "old")) },
        { NULL, NULL },
    };
    struct text_call call = { .body = body };

    CHECK(called(&vonage_provider, &with, &call, h) == TEXT_GENUINE);
    call.body = STR("{\"message_uuid\":\"2\"}");
    CHECK(called(&vonage_provider, &with, &call, h) == TEXT_FORGED);
    call.body = body;
    h[0].value = arena_printf(&a, "Bearer %s", token("{}", "old"));
    CHECK(called(&vonage_provider, &with, &call, h) == TEXT_FORGED);
}

static const char *md5_of(const char *said)
{
    return digest_hex(&a, digest(&a, DIGEST_MD5, str_of(said))).p;
}

static void vonages_sum_covers_the_fields(void)
{
    const struct text_settings with = { .secret = STR("new") };
    const struct header none[] = { { NULL, NULL } };
    const char *sum = md5_of("&a=1&text=x _ y _ znew");
    struct text_call call = {
        .body =
            str_of(arena_printf(&a, "text=x+%%26+y+%%3D+z&a=1&sig=%s", sum)),
    };

    CHECK(called(&vonage_provider, &with, &call, none) == TEXT_GENUINE);
    call.method = STR("GET");
    call.url =
        str_of(arena_printf(&a, "https://t.example.org/h?%s", call.body.p));
    call.body = STR("");
    CHECK(called(&vonage_provider, &with, &call, none) == TEXT_GENUINE);
    call.method = STR("POST");
    call.body = str_of(arena_printf(&a, "text=w&a=1&sig=%s", sum));
    CHECK(called(&vonage_provider, &with, &call, none) == TEXT_FORGED);
    /* A name that takes in its neighbour would sum up to the same. */
    call.body =
        str_of(arena_printf(&a, "a%%3D1%%26text=x+_+y+_+z&sig=%s", sum));
    CHECK(called(&vonage_provider, &with, &call, none) == TEXT_FORGED);
    call.body =
        str_of(arena_printf(&a, "a=1&a=1&sig=%s", md5_of("&a=1&a=1new")));
    CHECK(called(&vonage_provider, &with, &call, none) == TEXT_FORGED);
    call.body = STR("text=w&a=1");
    CHECK(called(&vonage_provider, &with, &call, none) == TEXT_AGAIN);
}

/* ---- Amazon ---- */

#define TOPIC "arn:aws:sns:us-east-1:123456789012:inlet"
#define PEM   "https://sns.us-east-1.amazonaws.com/a.pem"

static struct str made_certificate(gnutls_privkey_t *key)
{
    static const unsigned char serial[] = { 1 };
    gnutls_x509_privkey_t raw;
    gnutls_x509_crt_t crt;
    gnutls_datum_t pem;
    struct str out;

    gnutls_x509_privkey_init(&raw);
    gnutls_x509_privkey_generate(raw, GNUTLS_PK_RSA, 2048, 0);
    gnutls_x509_crt_init(&crt);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
    gnutls_x509_crt_set_activation_time(crt, NOW);
    gnutls_x509_crt_set_expiration_time(crt, NOW + 3600);
    gnutls_x509_crt_set_dn(crt, "CN=sns.amazonaws.com", NULL);
    gnutls_x509_crt_set_key(crt, raw);
    gnutls_x509_crt_sign2(crt, crt, raw, GNUTLS_DIG_SHA256, 0);
    gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
    out = arena_str(&a, (struct str){ (char *)pem.data, pem.size });
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(crt);
    gnutls_privkey_init(key);
    gnutls_privkey_import_x509(*key, raw, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE);
    return out;
}

static const char *signature(gnutls_privkey_t key, char *said,
                             gnutls_sign_algorithm_t how)
{
    gnutls_datum_t data = { (unsigned char *)said, (unsigned)strlen(said) };
    gnutls_datum_t sum = { 0 };
    struct str out;

    gnutls_privkey_sign_data2(key, how, 0, &data, &sum);
    out = digest_base64(&a, (struct str){ (char *)sum.data, sum.size });
    gnutls_free(sum.data);
    return out.p;
}

static struct str notification(const char *topic, const char *pem,
                               const char *version, const char *sum)
{
    return str_of(arena_printf(
        &a,
        "{\"Type\":\"Notification\",\"MessageId\":\"1\",\"TopicArn\":\"%s\","
        "\"Message\":\"hi\",\"Timestamp\":\"now\",\"SignatureVersion\":\"%s\","
        "\"SigningCertURL\":\"%s\",\"Signature\":\"%s\"}",
        topic, version, pem, sum));
}

static void amazon_signs_for_the_towns_own_topic(void)
{
    static const struct header none[] = { { NULL, NULL } };
    const struct text_settings with = { .account = STR(TOPIC) };
    gnutls_privkey_t key;
    struct str certificate = made_certificate(&key);
    char *said = arena_printf(&a,
                              "Message\nhi\nMessageId\n1\nTimestamp\nnow\n"
                              "TopicArn\n%s\nType\nNotification\n",
                              TOPIC);
    const char *sha1 = signature(key, said, GNUTLS_SIGN_RSA_SHA1);
    const char *sha2 = signature(key, said, GNUTLS_SIGN_RSA_SHA256);
    struct text_call call = { .body = notification(TOPIC, PEM, "2", sha2) };

    CHECK(called(&sns_provider, &with, &call, none) == TEXT_NEEDS);
    CHECK_STR(call.need, PEM);
    call.fetched = certificate;
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_GENUINE);
    call.body = notification(TOPIC, PEM, "1", sha1);
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_GENUINE);
    call.body = notification(TOPIC, PEM, "1", sha2);
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_FORGED);
    call.body = notification(TOPIC, PEM, "3", sha2);
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_FORGED);
    call.body = notification(TOPIC "x", PEM, "2", sha2);
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_FORGED);
    call.body = notification(TOPIC, PEM, "2", sha2);
    call.fetched = STR("-----BEGIN CERTIFICATE-----\nAAAA\n");
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_FORGED);
    gnutls_privkey_deinit(key);
}

static void a_certificate_comes_from_amazon_alone(void)
{
    static const char *const elsewhere[] = {
        "http://sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com@example.org/a.pem",
        "https://example.org/a.pem",
        "https://sns.us-east-1.amazonaws.com.example.org/a.pem",
        "https://sns.us-east-1.amazonaws.com:444/a.pem",
        "https://sns.a.amazonaws.com/a.pem",
        "https://sns.us.east.amazonaws.com/a.pem",
        "https://s3.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem?x",
        "https://sns.us-east-1.amazonaws.com/?x=.pem",
        "https://sns.us-east-1.amazonaws.com/a",
        "https://u:p@sns.us-east-1.amazonaws.com/a.pem",
        "",
    };
    static const struct header none[] = { { NULL, NULL } };
    const struct text_settings with = { .account = STR(TOPIC) };
    struct text_call call = { 0 };

    for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
        printf("# %s\n", elsewhere[i]);
        call.body = notification(TOPIC, elsewhere[i], "2", "AAAA");
        CHECK(called(&sns_provider, &with, &call, none) == TEXT_FORGED);
    }
    call.body = notification(
        TOPIC, "https://sns.cn-north-1.amazonaws.com.cn/a.pem", "2", "AAAA");
    CHECK(called(&sns_provider, &with, &call, none) == TEXT_NEEDS);
}

/* ---- bodies that mean harm ---- */

static const struct text_provider *const all[] = {
    &bandwidth_provider, &messagebird_provider, &plivo_provider,
    &sinch_provider,     &sns_provider,         &telnyx_provider,
    &vonage_provider,
};

static struct str repeated(const char *what, size_t n)
{
    struct buf b = buf_init(1024 * 1024);
    struct str out;

    for (size_t i = 0; i < n; i++)
        buf_add(&b, str_of(what));
    out = arena_str(&a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* Whatever it is made into: nobody falls, and a message has a sender. */
static void survive(const struct text_provider *p, struct str body)
{
    static const struct header none[] = { { NULL, NULL } };
    const struct text_settings with = { .account = STR(TOPIC),
                                        .secret = STR("s"),
                                        .key = STR("k") };
    struct text_channel t = { .with = with };
    struct text_call call = { .body = body };
    struct text_answer answer = { 0 };
    struct text_listing l;
    struct text *texts = NULL;
    struct error e;
    bool named = true;

    CHECK(called(p, &with, &call, none) != TEXT_GENUINE);
    if (p->read(&texts, RAW_JSON, body, &a, &e) == 0) {
        for (; texts != NULL; texts = texts->next)
            named &= texts->kind != TEXT_MESSAGE ||
                     (texts->id.n > 0 && texts->from.n > 0);
    }
    CHECK(named);
    p->said(&answer, 200, body, &a);
    p->said(&answer, 400, body, &a);
    if (p->listed != NULL && p->listed(&l, &t, body, &a, &e) < 0)
        CHECK(e.code == E_SYNTAX);
}

static void no_body_brings_a_reader_down(void)
{
    const struct str bodies[] = {
        STR(""),
        STR("{"),
        STR("{}"),
        STR("[]"),
        STR("[[],{},null,7,\"x\",[[[]]]]"),
        STR("null"),
        STR("\xff\xfe\x00\x01"),
        STR("{\"data\":[],\"messages\":{},\"items\":7,\"objects\":{}}"),
        STR("{\"data\":{\"payload\":{\"id\":\"x\",\"from\":7,\"to\":{},"
            "\"media\":[7,{}],\"errors\":{}}}}"),
        STR("{\"data\":{\"payload\":{\"id\":\"x\",\"direction\":\"inbound\"}}"
            "}"),
        STR("{\"data\":[{\"uuid\":\"x\",\"errors\":[[]]}],\"meta\":7}"),
        STR("[{\"type\":\"message-received\",\"message\":\"x\"}]"),
        STR("[{\"type\":\"message-failed\",\"errorCode\":\"x\",\"message\":{"
            "\"id\":{}}}]"),
        STR("{\"type\":\"mo_media\",\"id\":\"x\",\"body\":[]}"),
        STR("{\"inbounds\":[7,[],{\"type\":\"mo_text\"}],\"page\":"
            "9223372036854775807,\"count\":9223372036854775807}"),
        STR("{\"batches\":[7,{\"to\":7}],\"page\":-9,\"count\":-1}"),
        STR("{\"items\":[7,{\"id\":\"x\",\"recipients\":7}],\"offset\":"
            "9223372036854775807,\"links\":{\"next\":\"x\"}}"),
        STR("{\"message_uuid\":\"x\",\"image\":[],\"content\":{},\"location\":"
            "{\"lat\":\"1\"}}"),
        STR("{\"message_uuid\":{},\"messageId\":7,\"msisdn\":[]}"),
        STR("{\"message_uuid\":[[]],\"errors\":[7],\"messages\":[7]}"),
        STR("{\"Type\":\"Notification\",\"Message\":\"{\\\"inboundMessageId\\\""
            ":7}\"}"),
        STR("{\"Type\":\"Notification\",\"Message\":\"[[[[\"}"),
        STR("{\"Type\":\"SubscriptionConfirmation\"}"),
        STR("=&=&&&%zz=%&From&MessageUUID"),
        STR("MessageUUID=x&Text=nobody"),
        STR("messageId=x&text=nobody"),
        STR("id=x&body=nobody"),
        STR("messageId=x&msisdn=1&concat-part=-1&concat-total=-1&sig=x"),
        repeated("[", 200 * 1024),
        repeated("{\"a\":", 40 * 1024),
        repeated("a=1&", 60 * 1024),
        repeated("Media1=x&", 25 * 1024),
        repeated("x", 256 * 1024),
    };

    for (size_t p = 0; p < COUNT_OF(all); p++) {
        for (size_t i = 0; i < COUNT_OF(bodies); i++)
            survive(all[p], bodies[i]);
    }
}

int main(void)
{
    plivo_signs_address_form_and_nonce();
    plivos_older_signature_covers_no_body();
    telnyx_signs_each_try_anew();
    a_user_and_a_password_do_where_nothing_is_signed();
    sinch_signs_body_nonce_and_time();
    messagebird_signs_address_and_body();
    vonages_token_covers_the_body();
    vonages_sum_covers_the_fields();
    amazon_signs_for_the_towns_own_topic();
    a_certificate_comes_from_amazon_alone();
    no_body_brings_a_reader_down();
    clock_set(0);
    arena_free(&a);
    return tap_done();
}
