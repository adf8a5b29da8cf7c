/*
 * Sinch, the SMS REST api (XMS): developers.sinch.com/docs/sms/api-reference/
 * sms (batches, inbounds, delivery-reports and their error codes; webhooks).
 * It signs where Sinch has set a secret for the account; elsewhere a user and
 * a password in the callback's address say who calls, and the body is covered
 * by TLS alone. Its list of inbounds has everything for 14 days.
 */
#include "base/digest.h"
#include "base/json.h"
#include "base/percent.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_sign.h"
#include "text_write.h"

enum { WORDS_MAX = 1600, PAGE = 100 };

static const struct text_word states[] = {
    { "Queued", DELIVERY_QUEUED },       { "Dispatched", DELIVERY_SENT },
    { "Delivered", DELIVERY_DELIVERED }, { "Aborted", DELIVERY_FAILED },
    { "Cancelled", DELIVERY_FAILED },    { "Rejected", DELIVERY_FAILED },
    { "Deleted", DELIVERY_FAILED },      { "Failed", DELIVERY_FAILED },
    { "Expired", DELIVERY_FAILED },      { NULL, DELIVERY_UNTOLD },
};

/* Invalid destination address; it has no code of its own for STOP. */
static const int64_t dead[] = { 300, 0 };

/* ---- who has called ---- */

static bool signed_by(struct str secret, struct str said, struct str signature,
                      struct arena *a)
{
    return secret.n > 0 &&
           digest_same(
               digest_base64(a, digest_hmac(a, DIGEST_SHA256, secret, said)),
               signature);
}

static bool signed_call(const struct text_channel *t,
                        const struct text_call *call, struct arena *a)
{
    struct str sum = call->header(call->from, "x-sinch-webhook-signature");
    struct str how =
        call->header(call->from, "x-sinch-webhook-signature-algorithm");
    struct str nonce =
        call->header(call->from, "x-sinch-webhook-signature-nonce");
    struct str at =
        call->header(call->from, "x-sinch-webhook-signature-timestamp");
    struct str said = str_of(arena_printf(
        a, "%.*s.%.*s.%.*s", STR_FMT(call->body), STR_FMT(nonce), STR_FMT(at)));

    if (how.n > 0 && !str_eq(how, STR("HmacSHA256")))
        return false;
    return signed_by(t->with.secret, said, str_trim(sum), a) ||
           signed_by(t->with.secret_old, said, str_trim(sum), a);
}

/*
 * A secret that Sinch has set for the account, or else a user and a password
 * in the callback's address. It calls for a day until it is thanked.
 */
static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct str said = call->header(call->from, "authorization");
    bool good = t->with.secret.n > 0
                    ? signed_call(t, call, a)
                    : text_basic(said, t->with.user, t->with.password, a);

    return good ? TEXT_GENUINE : TEXT_FORGED;
}

/* ---- what it tells ---- */

static void files_read(struct text *t, const json_t *media, struct arena *a)
{
    const json_t *m;
    size_t i;

    json_array_foreach(media, i, m)
    {
        struct text_file *f = text_file_add(t, text_json_kept(m, "url", a), a);

        if (f != NULL)
            f->type = text_json_kept(m, "content_type", a);
    }
}

static void message_read(struct text *t, const json_t *top, struct arena *a)
{
    const json_t *body = json_object_get(top, "body");

    t->id = text_json_kept(top, "id", a);
    t->from = text_plus(a, text_json_kept(top, "from", a));
    t->to = text_plus(a, text_json_kept(top, "to", a));
    t->sent_at = text_date(text_json_str(top, "received_at"));
    t->words = text_json_kept(top, "body", a);
    if (json_is_object(body)) {
        t->words = text_json_kept(body, "message", a);
        if (t->words.n == 0)
            t->words = text_json_kept(body, "subject", a);
        files_read(t, json_object_get(body, "media"), a);
    }
}

static void report_read(struct text *t, const json_t *top, struct arena *a)
{
    int64_t code = text_json_int(top, "code", 0);

    t->id = text_json_kept(top, "batch_id", a);
    t->to = text_plus(a, text_json_kept(top, "recipient", a));
    t->delivery = text_word_of(states, text_json_str(top, "status"));
    if (t->delivery == DELIVERY_FAILED) {
        t->why = text_why(a, text_json_kept(top, "code", a),
                          text_json_kept(top, "status", a));
        t->dead = text_code_among(dead, code);
    }
}

static int event_read(struct text **out, const json_t *top, struct arena *a,
                      struct error *e)
{
    struct str type = text_json_str(top, "type");
    struct text *t;

    if (str_eq(type, STR("mo_text")) || str_eq(type, STR("mo_media"))) {
        t = text_add(out, TEXT_MESSAGE, a);
        message_read(t, top, a);
        if (t->id.n == 0 || t->from.n == 0)
            return error(e, E_SYNTAX, "a message without id or sender");
    } else if (str_starts(type, STR("recipient_delivery_report_"))) {
        report_read(text_add(out, TEXT_RECEIPT, a), top, a);
    } else {
        text_add(out, TEXT_NOTHING, a);
    }
    return 0;
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    (void)format;
    return text_read_object(out, bytes, event_read, a, e);
}

/* ---- what we say ---- */

static void request(struct text_request *out, const struct text_channel *t,
                    struct str what, struct arena *a)
{
    struct str plan = percent_encode(a, t->with.service);

    *out =
        (struct text_request){ .url = text_at(a, t, "/xms/v1/%.*s/%.*s",
                                              STR_FMT(plan), STR_FMT(what)) };
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
    request(out, t, STR("batches"), a);
    json_begin_object(&j);
    json_kv(&j, "from", text_no_plus(order->from));
    json_key(&j, "to");
    json_begin_array(&j);
    json_str(&j, text_no_plus(order->to));
    json_end_array(&j);
    json_kv(&j, "body", order->words);
    json_kv(&j, "client_reference", order->ours);
    if (order->status_url.n > 0) {
        json_kv(&j, "delivery_report", STR("per_recipient"));
        json_kv(&j, "callback_url", order->status_url);
    }
    json_end_object(&j);
    out->body = text_kept(a, &b);
    return 0;
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    static const char *const names[2] = { "code", "text" };
    json_t *top = text_json(body);

    text_said_flat(out, status, top, names, a);
    json_decref(top);
}

/* ---- its list ---- */

static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    struct buf query = buf_init(TEXT_REQUEST_BYTES);
    struct str number = t->with.number;
    const char *what = q->to.n > 0 ? "batches" : "inbounds";

    (void)e;
    text_pair(&query, "page", q->page.n > 0 ? q->page : STR("0"));
    text_pair(&query, "page_size", STR("100"));
    text_pair(&query, "start_date", text_stamp(a, q->since));
    if (number.n > 0) {
        text_pair(&query, q->to.n > 0 ? "from" : "to",
                  q->to.n > 0 ? text_no_plus(number) : number);
    }
    request(out, t, text_query(a, what, &query), a);
    return 0;
}

static void batch_read(struct text **out, const json_t *batch, struct arena *a)
{
    struct text *t = text_add(out, TEXT_MESSAGE, a);
    const json_t *to = json_array_get(json_object_get(batch, "to"), 0);

    t->outgoing = true;
    t->id = text_json_kept(batch, "id", a);
    t->from = text_plus(a, text_json_kept(batch, "from", a));
    t->to = text_plus(a, arena_str(a, (struct str){ json_string_value(to),
                                                    json_string_length(to) }));
    t->words = text_json_kept(batch, "body", a);
    t->ref = text_json_kept(batch, "client_reference", a);
    t->sent_at = text_date(text_json_str(batch, "created_at"));
    t->item = text_json_item(batch, a);
}

static int listed(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e)
{
    json_t *top = text_json(body);
    const json_t *theirs = json_object_get(top, "inbounds");
    const json_t *ours = json_object_get(top, "batches");
    int64_t page = text_json_int(top, "page", 0);
    const json_t *item;
    size_t i;
    bool good = json_is_array(theirs) || json_is_array(ours);
    struct error unread;

    (void)t;
    *out = (struct text_listing){ 0 };
    json_array_foreach(theirs, i, item)
    {
        struct text *one = NULL;

        if (event_read(&one, item, a, &unread) < 0)
            continue;
        one->item = text_json_item(item, a);
        one->next = out->texts;
        out->texts = one;
    }
    json_array_foreach(ours, i, item)
    {
        batch_read(&out->texts, item, a);
    }
    if (page >= 0 && page < text_json_int(top, "count", 0) / PAGE &&
        (page + 1) * PAGE < text_json_int(top, "count", 0))
        out->next = str_of(arena_printf(a, "%lld", (long long)page + 1));
    json_decref(top);
    return good ? 0 : error(e, E_SYNTAX, "Sinch's list cannot be read");
}

static int open_sinch(struct text_channel *t, struct error *e)
{
    if (t->with.secret.n > 0 || t->with.password.n > 0)
        return 0;
    return error(e, E_CONFIG,
                 "signing-secret is missing, or hook-user and "
                 "hook-password");
}

static const struct setting settings[] = {
    { .name = "service-plan",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .needed = true,
      .help = "the id of the service plan" },
    { .name = "api-token",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "the service plan's token, or \"file PATH\"" },
    { .name = "signing-secret",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .help = "signs its callbacks, where Sinch has set one for the account" },
    { .name = "signing-secret-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the secret before, still good while it is being changed" },
    { .name = "hook-user",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(user),
      .help = "the user in the callback's address, where there is no secret" },
    { .name = "hook-password",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(password),
      .help = "the password in the callback's address" },
    TEXT_SETTING_NUMBER(true),
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_MEDIA,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://us.sms.api.sinch.com",
      .help = "Sinch's api in the account's region" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

/* It keeps files in a storage of Amazon's. */
static const char *const media_hosts[] = { ".sinch.com", ".amazonaws.com",
                                           NULL };

const struct text_provider sinch_provider = {
    .adapter = TEXT_ADAPTER("sinch", "texts and pictures through Sinch",
                            settings, NULL, RAW_JSON),
    .called = "Sinch",
    .words_max = WORDS_MAX,
    .media_hosts = media_hosts,
    .open = open_sinch,
    .check = check,
    .read = read,
    .login = text_login_bearer,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
};
