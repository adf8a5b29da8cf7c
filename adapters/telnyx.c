/*
 * Telnyx: developers.telnyx.com/docs/messaging/messages (receive-message,
 * receiving-webhooks, error-codes), .../api-reference/messages and
 * .../api-reference/detail-records.
 *
 * Its detail records say who wrote and when, for months; what was written is
 * asked for one by one, at /v2/messages/ID, and is kept for ten days.
 */
#include <sodium.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/percent.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_sign.h"
#include "text_write.h"

enum { LATE_S = 300, WORDS_MAX = 1530 };

/* Of a message (to[].status) and of a detail record. */
static const struct text_word states[] = {
    { "queued", DELIVERY_QUEUED },
    { "sending", DELIVERY_SENDING },
    { "sent", DELIVERY_SENT },
    { "delivered", DELIVERY_DELIVERED },
    { "sending_failed", DELIVERY_FAILED },
    { "delivery_failed", DELIVERY_FAILED },
    { "delivery_unconfirmed", DELIVERY_SENT },
    { "expired", DELIVERY_FAILED },
    { "read", DELIVERY_READ },
    { "dlr_unconfirmed", DELIVERY_SENT },
    { "dlr_timeout", DELIVERY_SENT },
    { "gw_reject", DELIVERY_FAILED },
    { "failed", DELIVERY_FAILED },
    { NULL, DELIVERY_UNTOLD },
};

/* 40300: blocked due to STOP. 40001: a landline; 40012: no such number. */
static const int64_t opted_out[] = { 40300, 0 };
static const int64_t dead[] = { 10001, 10002, 40001, 40012, 40310, 0 };

/* ---- who has called ---- */

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

/* ---- what it tells ---- */

/* {code, title, detail}, or the code alone. */
static struct str error_read(const json_t *one, int64_t *code, struct arena *a)
{
    struct str number = text_json_kept(one, "code", a);
    struct str says = text_json_kept(one, "detail", a);

    if (says.n == 0)
        says = text_json_kept(one, "title", a);
    if (json_is_string(one))
        number = arena_str(a, str_of(json_string_value(one)));
    if (!str_int(number, code))
        *code = 0;
    return text_why(a, number, says);
}

static void note_error(struct text *t, const json_t *errors, struct arena *a)
{
    const json_t *first = json_array_get(errors, 0);
    int64_t code;

    if (first == NULL)
        return;
    t->why = error_read(first, &code, a);
    t->opted_out = text_code_among(opted_out, code);
    t->dead = text_code_among(dead, code);
}

static struct str phone(const json_t *who, struct arena *a)
{
    return text_json_kept(who, "phone_number", a);
}

static void files_read(struct text *t, const json_t *media, struct arena *a)
{
    const json_t *m;
    size_t i;

    json_array_foreach(media, i, m)
    {
        struct text_file *f = text_file_add(t, text_json_kept(m, "url", a), a);

        if (f == NULL)
            continue;
        f->type = text_json_kept(m, "content_type", a);
        f->sha256 = text_json_kept(m, "sha256", a);
    }
}

static struct str with_channel(struct str number, const json_t *p,
                               struct arena *a)
{
    if (!str_eq(text_json_str(p, "type"), STR("WHATSAPP")))
        return number;
    return str_of(arena_printf(a, "whatsapp:%.*s", STR_FMT(number)));
}

/* A message, theirs or ours, as webhooks and /v2/messages/ID tell it. */
static struct text *message_read(struct text **out, const json_t *p,
                                 struct arena *a)
{
    const json_t *to = json_array_get(json_object_get(p, "to"), 0);
    bool theirs = str_eq(text_json_str(p, "direction"), STR("inbound"));
    struct text *t = text_add(out, theirs ? TEXT_MESSAGE : TEXT_RECEIPT, a);

    t->id = text_json_kept(p, "id", a);
    t->from = with_channel(phone(json_object_get(p, "from"), a), p, a);
    t->to = with_channel(phone(to, a), p, a);
    if (theirs) {
        t->words = text_json_kept(p, "text", a);
        t->sent_at = text_date(text_json_str(p, "received_at"));
        files_read(t, json_object_get(p, "media"), a);
    } else {
        t->delivery = text_word_of(states, text_json_str(to, "status"));
        note_error(t, json_object_get(p, "errors"), a);
    }
    return t;
}

static int event_read(struct text **out, const json_t *data, struct arena *a,
                      struct error *e)
{
    struct str event = text_json_str(data, "event_type");
    const json_t *p = json_object_get(data, "payload");
    struct text *t;

    if (p == NULL && str_eq(text_json_str(data, "record_type"), STR("message")))
        p = data;
    if (event.n > 0 && !str_starts(event, STR("message."))) {
        text_add(out, TEXT_NOTHING, a);
        return 0;
    }
    if (text_json_str(p, "id").n == 0)
        return error(e, E_SYNTAX, "no message of Telnyx's");
    t = message_read(out, p, a);
    if (str_eq(event, STR("message.read")))
        t->delivery = DELIVERY_READ;
    if (t->kind == TEXT_MESSAGE && t->from.n == 0)
        return error(e, E_SYNTAX, "nobody has sent it");
    return 0;
}

/* One of the list: who and when, but not what. */
static void record_read(struct text **out, const json_t *r, struct arena *a)
{
    struct str direction = text_json_str(r, "direction");
    struct text *t = text_add(out, TEXT_MESSAGE, a);

    t->id = text_json_kept(r, "uuid", a);
    t->from = text_json_kept(r, "cli", a);
    t->to = text_json_kept(r, "cld", a);
    t->sent_at = text_date(text_json_str(r, "created_at"));
    t->outgoing = !str_case_eq(direction, STR("inbound"));
    t->item = text_json_item(r, a);
    if (t->outgoing) {
        t->delivery = text_word_of(states, text_json_str(r, "status"));
        note_error(t, json_object_get(r, "errors"), a);
    } else {
        t->files_at = str_of(arena_printf(a, "/v2/messages/%.*s",
                                          STR_FMT(percent_encode(a, t->id))));
    }
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    json_t *top = text_json(bytes);
    int rc = 0;

    (void)format;
    *out = NULL;
    if (text_json_str(top, "uuid").n > 0 && text_json_str(top, "cli").n > 0) {
        record_read(out, top, a);
    } else {
        rc = event_read(out, json_object_get(top, "data"), a, e);
    }
    json_decref(top);
    return rc;
}

/* ---- what we say ---- */

static void request(struct text_request *out, const struct text_channel *t,
                    const char *url, struct arena *a)
{
    *out = (struct text_request){ .url = url };
    text_login_bearer(out, t, a);
    out->headers[1] = "Content-Type: application/json";
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    struct json j = json_to(&b);

    if (str_starts(order->to, STR("whatsapp:")))
        return error(e, E_SYNTAX, "no WhatsApp through this channel");
    request(out, t, text_at(a, t, "/v2/messages"), a);
    json_begin_object(&j);
    if (order->from.n > 0)
        json_kv(&j, "from", order->from);
    if (t->with.service.n > 0)
        json_kv(&j, "messaging_profile_id", t->with.service);
    json_kv(&j, "to", order->to);
    json_kv(&j, "text", order->words);
    if (order->status_url.n > 0)
        json_kv(&j, "webhook_url", order->status_url);
    json_end_object(&j);
    out->body = text_kept(a, &b);
    return 0;
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    json_t *top = text_json(body);
    const json_t *first = json_array_get(json_object_get(top, "errors"), 0);
    int64_t code = 0;

    out->id = text_json_kept(json_object_get(top, "data"), "id", a);
    if (first != NULL)
        out->why = error_read(first, &code, a);
    out->opted_out = text_code_among(opted_out, code);
    out->account = status == 401 || status == 403;
    if (out->opted_out)
        out->account = false;
    json_decref(top);
}

/* ---- its list ---- */

static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    struct buf query = buf_init(TEXT_REQUEST_BYTES);
    struct str day =
        str_slice(text_stamp(a, q->since), 0, strlen("2026-09-21"));
    struct str records;

    (void)e;
    text_pair(&query, "filter%5Brecord_type%5D", STR("messaging"));
    text_pair(&query, "filter%5Bcreated_at%5D%5Bgte%5D", day);
    if (q->to.n > 0) {
        text_pair(&query, "filter%5Bdirection%5D", STR("outbound"));
        text_pair(&query, "filter%5Bcld%5D", q->to);
    }
    text_pair(&query, "sort", STR("-created_at"));
    text_pair(&query, "page%5Bsize%5D", STR("50"));
    text_pair(&query, "page%5Bnumber%5D", q->page.n > 0 ? q->page : STR("1"));
    records = text_query(a, "/v2/detail_records", &query);
    request(out, t, text_at(a, t, "%.*s", STR_FMT(records)), a);
    return 0;
}

static int listed(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e)
{
    json_t *top = text_json(body);
    const json_t *meta = json_object_get(top, "meta");
    const json_t *data = json_object_get(top, "data");
    int64_t page = text_json_int(meta, "page_number", 1);
    const json_t *r;
    size_t i;
    bool good = json_is_array(data);

    (void)t;
    *out = (struct text_listing){ 0 };
    json_array_foreach(data, i, r)
    {
        if (text_json_str(r, "uuid").n > 0)
            record_read(&out->texts, r, a);
    }
    if (page < text_json_int(meta, "total_pages", 1))
        out->next = str_of(arena_printf(a, "%lld", (long long)page + 1));
    json_decref(top);
    return good ? 0 : error(e, E_SYNTAX, "Telnyx's list cannot be read");
}

/* The message itself, instead of the record of it. */
static int files(struct text *text, const struct text_channel *t,
                 struct str body, struct arena *a, struct error *e)
{
    struct text *whole;
    int rc = read(&whole, RAW_JSON, body, a, e);

    (void)t;
    if (rc < 0)
        return rc;
    if (whole == NULL || !str_eq(whole->id, text->id))
        return error(e, E_SYNTAX, "Telnyx tells of another message");
    text->words = whole->words;
    text->files = whole->files;
    text->item = arena_str(a, body);
    return 0;
}

static const struct setting settings[] = {
    { .name = "public-key",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the account's public key, which its webhooks are signed for" },
    { .name = "public-key-old",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(secret_old),
      .help = "the key before, still good while it is being changed" },
    { .name = "api-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "a key of its api, KEY..., or \"file PATH\"" },
    TEXT_SETTING_NUMBER(false),
    { .name = "messaging-profile",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .help = "the messaging profile to send through" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_MEDIA,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://api.telnyx.com",
      .help = "Telnyx's api" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

/* Anybody who knows the address may have the file: it asks for no key. */
static const char *const media_hosts[] = { ".telnyx.com", NULL };

const struct text_provider telnyx_provider = {
    .adapter = TEXT_ADAPTER("telnyx", "texts and pictures through Telnyx",
                            settings, NULL, RAW_JSON),
    .called = "Telnyx",
    .words_max = WORDS_MAX,
    .media_hosts = media_hosts,
    .check = check,
    .read = read,
    .login = text_login_bearer,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
    .files = files,
};
