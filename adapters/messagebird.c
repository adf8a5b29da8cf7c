/*
 * MessageBird, the SMS api at rest.messagebird.com: developers.messagebird.com
 * /api/sms-messaging (sending, the list, status reports, received messages),
 * .../api/#verifying-http-requests (the token); messagebird/go-rest-api
 * signature_jwt and sms/testdata for the shapes; docs.bird.com, "SMS Platform
 * Extended Error Codes".
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/percent.h"
#include "http/form.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_sign.h"
#include "text_write.h"

enum { CLOCKS_APART = 5, WORDS_MAX = 1377 };

static const struct text_word states[] = {
    { "scheduled", DELIVERY_QUEUED }, { "buffered", DELIVERY_SENDING },
    { "sent", DELIVERY_SENT },        { "delivered", DELIVERY_DELIVERED },
    { "expired", DELIVERY_FAILED },   { "delivery_failed", DELIVERY_FAILED },
    { NULL, DELIVERY_UNTOLD },
};

/* EC_SUBSCRIBER_OPTEDOUT; EC_UNKNOWN_SUBSCRIBER, EC_UNIDENTIFIED_SUBSCRIBER. */
static const int64_t opted_out[] = { 103, 0 };
static const int64_t dead[] = { 1, 5, 0 };

/* What makes an answer to our requests one about the account. */
enum { NO_ACCESS = 2, NO_BALANCE = 25 };

/* ---- who has called ---- */

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

/* ---- what it tells ---- */

/* Numbers send under one set of names, short codes under another. */
static struct str either(const struct form_field *f, const char *name,
                         const char *other)
{
    struct str value = form_value(f, name);

    return value.n > 0 ? value : form_value(f, other);
}

static void note_error(struct text *t, struct str code, struct str sentence,
                       struct arena *a)
{
    int64_t n = 0;

    if (t->delivery != DELIVERY_FAILED)
        return;
    if (!str_int(code, &n))
        n = 0;
    t->why = text_why(a, n == 0 ? STR("") : code, sentence);
    t->opted_out = text_code_among(opted_out, n);
    t->dead = text_code_among(dead, n);
}

static void report_read(struct text *t, const struct form_field *f,
                        struct arena *a)
{
    t->id = form_value(f, "id");
    t->to = text_plus(a, form_value(f, "recipient"));
    t->delivery = text_word_of(states, form_value(f, "status"));
    note_error(t, form_value(f, "statusErrorCode"),
               form_value(f, "statusReason"), a);
}

static void message_read(struct text *t, const struct form_field *f,
                         struct arena *a)
{
    t->id = either(f, "id", "message_id");
    if (t->id.n == 0)
        t->id = form_value(f, "mid");
    t->from = text_plus(a, form_value(f, "originator"));
    t->to = text_plus(a, either(f, "recipient", "shortcode"));
    t->words = either(f, "body", "message");
    t->sent_at = text_date(form_value(f, "createdDatetime"));
}

static int form_text(struct text **out, struct str bytes, struct arena *a,
                     struct error *e)
{
    struct form_field *f;
    struct text *t;
    int rc = form_read(&f, bytes, a, e);

    if (rc < 0)
        return rc;
    if (form_value(f, "status").n > 0 && form_value(f, "originator").n == 0) {
        report_read(text_add(out, TEXT_RECEIPT, a), f, a);
        return 0;
    }
    t = text_add(out, TEXT_MESSAGE, a);
    message_read(t, f, a);
    if (t->id.n == 0 || t->from.n == 0)
        return error(e, E_SYNTAX, "a message without id or sender");
    return 0;
}

/* One of the list, of theirs or ours; received messages look the same. */
static struct text *item_text(struct text **out, const json_t *item,
                              struct arena *a)
{
    const json_t *to = json_array_get(
        json_object_get(json_object_get(item, "recipients"), "items"), 0);
    struct text *t = text_add(out, TEXT_MESSAGE, a);

    t->outgoing = str_eq(text_json_str(item, "direction"), STR("mt"));
    t->id = text_json_kept(item, "id", a);
    t->from = text_plus(a, text_json_kept(item, "originator", a));
    t->to = text_plus(a, text_json_kept(to, "recipient", a));
    if (t->to.n == 0)
        t->to = text_plus(a, text_json_kept(item, "recipient", a));
    t->words = text_json_kept(item, "body", a);
    t->sent_at = text_date(text_json_str(item, "createdDatetime"));
    if (t->outgoing) {
        t->ref = text_json_kept(item, "reference", a);
        t->delivery = text_word_of(states, text_json_str(to, "status"));
        note_error(t, text_json_kept(to, "statusErrorCode", a),
                   text_json_kept(to, "statusReason", a), a);
    }
    return t;
}

static int read_json(struct text **out, struct str bytes, struct arena *a,
                     struct error *e)
{
    json_t *top = text_json(bytes);
    struct text *t = top != NULL ? item_text(out, top, a) : NULL;

    json_decref(top);
    if (t == NULL || t->id.n == 0 || t->from.n == 0)
        return error(e, E_SYNTAX, "a message without id or sender");
    return 0;
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    (void)format;
    *out = NULL;
    if (text_is_json(bytes))
        return read_json(out, bytes, a, e);
    return form_text(out, bytes, a, e);
}

/* ---- what we say ---- */

static void request(struct text_request *out, const struct text_channel *t,
                    struct str query, struct arena *a)
{
    struct str key =
        str_of(arena_printf(a, "AccessKey %.*s", STR_FMT(t->with.key)));

    *out = (struct text_request){ .url = text_at(a, t, "/messages%.*s",
                                                 STR_FMT(query)) };
    out->headers[0] = text_header(a, "Authorization", key);
    out->headers[1] = "Content-Type: application/json";
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    struct json j = json_to(&b);

    if (str_starts(order->to, STR("whatsapp:")))
        return error(e, E_SYNTAX, "no WhatsApp through this channel");
    request(out, t, STR(""), a);
    json_begin_object(&j);
    json_kv(&j, "originator", order->from);
    json_key(&j, "recipients");
    json_begin_array(&j);
    json_str(&j, text_no_plus(order->to));
    json_end_array(&j);
    json_kv(&j, "body", order->words);
    json_kv(&j, "datacoding", STR("auto"));
    json_kv(&j, "reference", order->ours);
    if (order->status_url.n > 0)
        json_kv(&j, "reportUrl", order->status_url);
    json_end_object(&j);
    out->body = text_kept(a, &b);
    return 0;
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    json_t *top = text_json(body);
    const json_t *first = json_array_get(json_object_get(top, "errors"), 0);
    int64_t code = text_json_int(first, "code", 0);

    out->id = text_json_kept(top, "id", a);
    out->why = text_why(a, text_json_kept(first, "code", a),
                        text_json_kept(first, "description", a));
    out->account = status == 401 || code == NO_ACCESS || code == NO_BALANCE;
    json_decref(top);
}

/* ---- its list ---- */

static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    struct buf query = buf_init(TEXT_REQUEST_BYTES);

    (void)e;
    text_pair(&query, "direction", q->to.n > 0 ? STR("mt") : STR("mo"));
    if (q->to.n > 0)
        text_pair(&query, "recipient", text_no_plus(q->to));
    text_pair(&query, "from", text_stamp(a, q->since));
    text_pair(&query, "limit", STR("100"));
    text_pair(&query, "offset", q->page.n > 0 ? q->page : STR("0"));
    request(out, t, text_query(a, "", &query), a);
    return 0;
}

static int listed(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e)
{
    json_t *top = text_json(body);
    const json_t *links = json_object_get(top, "links");
    const json_t *items = json_object_get(top, "items");
    int64_t at = text_json_int(top, "offset", 0);
    const json_t *item;
    size_t i;
    bool good = json_is_array(items);

    (void)t;
    *out = (struct text_listing){ 0 };
    json_array_foreach(items, i, item)
    {
        if (text_json_str(item, "id").n > 0)
            item_text(&out->texts, item, a)->item = text_json_item(item, a);
    }
    if (json_array_size(items) > 0 && at >= 0 && at < INT32_MAX &&
        text_json_str(links, "next").n > 0) {
        out->next = str_of(arena_printf(
            a, "%lld", (long long)at + (long long)json_array_size(items)));
    }
    json_decref(top);
    return good ? 0 : error(e, E_SYNTAX, "MessageBird's list cannot be read");
}

static const struct setting settings[] = {
    { .name = "access-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "a key of MessageBird's api, or \"file PATH\"" },
    { .name = "signing-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the key its webhooks are signed with, or \"file PATH\"" },
    { .name = "signing-key-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the key before, still good while it is being changed" },
    TEXT_SETTING_NUMBER(true),
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://rest.messagebird.com",
      .help = "MessageBird's api" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

const struct text_provider messagebird_provider = {
    .adapter = TEXT_ADAPTER("messagebird", "texts through MessageBird",
                            settings, NULL, RAW_FORM),
    .called = "MessageBird",
    .words_max = WORDS_MAX,
    .thanks = "OK",
    .check = check,
    .read = read,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
};
