/*
 * Texts through a phone with the app of textbee.dev, or a server of one's own.
 *
 * Fields: the server's sources, github.com/vernu/textbee, api/src/webhook/
 * webhook.service.ts and api/src/gateway/gateway.{controller,dto}.ts. The
 * signature covers the body and no time, so a body that comes twice is told
 * by its smsId. A 4xx is given up after three tries: our trouble is 5xx.
 */
#include "base/json.h"
#include "base/percent.h"
#include "text.h"
#include "text_json.h"
#include "text_sign.h"
#include "text_write.h"

enum { ORDER_BYTES = 16 * 1024, PAGE = 50 };

static const struct setting settings[] = {
    { .name = "device",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .needed = true,
      .help = "the phone's id, as the dashboard shows it" },
    { .name = "api-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "a key of the api, or \"file PATH\"" },
    { .name = "signing-secret",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the webhook's signing secret, 20 characters or more" },
    { .name = "signing-secret-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the secret before, still good while it is being changed" },
    { .name = "number",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(number),
      .help = "the phone's own number, +1555..." },
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://api.textbee.dev/api/v1",
      .help = "the server's api" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_CA,
    { .name = NULL },
};

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    const struct str secrets[] = { t->with.secret, t->with.secret_old };

    return text_hex_hmac(call->header(call->from, "X-Signature"), secrets,
                         COUNT_OF(secrets), call->body, a)
               ? TEXT_GENUINE
               : TEXT_FORGED;
}

/* ---- what it tells ---- */

static const struct event {
    const char *name;
    enum text_kind kind;
    enum delivery delivery;
} events[] = {
    { "MESSAGE_RECEIVED", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "MESSAGE_SENT", TEXT_RECEIPT, DELIVERY_SENT },
    { "MESSAGE_DELIVERED", TEXT_RECEIPT, DELIVERY_DELIVERED },
    { "MESSAGE_FAILED", TEXT_RECEIPT, DELIVERY_FAILED },
};

/* "status" of one of ours in the list. */
static const struct text_word states[] = {
    { "pending", DELIVERY_QUEUED },      { "sent", DELIVERY_SENT },
    { "delivered", DELIVERY_DELIVERED }, { "failed", DELIVERY_FAILED },
    { NULL, DELIVERY_UNTOLD },
};

static struct str why_of(const json_t *o, struct arena *a)
{
    struct str code = text_json_str(o, "errorCode");
    struct str text = text_json_str(o, "errorMessage");

    if (code.n == 0)
        return arena_str(a, text);
    return str_of(arena_printf(a, "%.*s: %.*s", STR_FMT(code), STR_FMT(text)));
}

/* An item of the list has no event: it was received, or it is one of ours. */
static void kind_read(struct text *t, const json_t *o)
{
    struct str name = text_json_str(o, "webhookEvent");

    t->kind = TEXT_NOTHING;
    if (name.n == 0) {
        t->kind = TEXT_MESSAGE;
        t->outgoing = text_json_str(o, "recipient").n > 0;
    }
    if (t->outgoing)
        t->delivery = text_word_of(states, text_json_str(o, "status"));
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        if (str_eq(name, str_of(events[i].name))) {
            t->kind = events[i].kind;
            t->delivery = events[i].delivery;
        }
    }
}

/* One text to one number is one batch, and its id is what we were told. */
static struct str id_of(const struct text *t, const json_t *o)
{
    struct str id = text_json_either(o, "smsId", "_id");
    struct str batch = text_json_either(o, "smsBatchId", "smsBatch");
    bool ours = t->kind == TEXT_RECEIPT || t->outgoing;

    return ours && batch.n > 0 ? batch : id;
}

static struct text *text_of(const json_t *o, struct arena *a)
{
    struct text *t = arena_new(a, struct text);

    kind_read(t, o);
    t->id = arena_str(a, id_of(t, o));
    t->from = arena_str(a, text_json_str(o, "sender"));
    t->to = arena_str(a, text_json_str(o, "recipient"));
    t->words = arena_str(a, text_json_str(o, "message"));
    t->sent_at =
        text_date(t->outgoing ? text_json_either(o, "requestedAt", "createdAt")
                              : text_json_str(o, "receivedAt"));
    t->why = why_of(o, a);
    if (t->id.n == 0 ||
        (t->kind == TEXT_MESSAGE && !t->outgoing && t->from.n == 0))
        t->kind = TEXT_NOTHING;
    return t;
}

static int read_text(struct text **out, enum raw_format format,
                     struct str bytes, struct arena *a, struct error *e)
{
    json_t *top = format == RAW_JSON ? text_json(bytes) : NULL;

    *out = NULL;
    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    *out = text_of(top, a);
    json_decref(top);
    return 0;
}

/* ---- what we say ---- */

static const char *key_header(const struct text_channel *t, struct arena *a)
{
    return arena_printf(a, "x-api-key: %.*s", STR_FMT(t->with.key));
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    struct buf b = buf_init(ORDER_BYTES);
    struct json j = json_to(&b);

    json_begin_object(&j);
    json_key(&j, "recipients");
    json_begin_array(&j);
    json_str(&j, order->to);
    json_end_array(&j);
    json_kv(&j, "message", order->words);
    json_end_object(&j);
    *out = (struct text_request){
        .url = arena_printf(a, "%.*s/gateway/devices/%.*s/send-sms",
                            STR_FMT(t->with.api),
                            STR_FMT(percent_encode(a, t->with.account))),
        .body = b.over ? STR_NONE : arena_str(a, buf_str(&b)),
        .headers = { "Content-Type: application/json", key_header(t, a), NULL },
    };
    buf_free(&b);
    return out->body.n > 0 ? 0 : error(e, E_LIMIT, "the text is too long");
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    enum { UNAUTHORIZED = 401, FORBIDDEN = 403 };
    json_t *top = text_json(body);
    const json_t *data = json_object_get(top, "data");

    out->id = arena_str(a, text_json_str(data, "smsBatchId"));
    out->why = arena_str(a, text_json_either(top, "error", "message"));
    out->account = status == UNAUTHORIZED || status == FORBIDDEN;
    json_decref(top);
}

/* ---- its list ---- */

static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    int64_t page = 1;

    (void)e;
    if (!str_int(q->page, &page) || page < 1)
        page = 1;
    *out = (struct text_request){
        .url = arena_printf(
            a, "%.*s/gateway/devices/%.*s/messages?type=%s&page=%lld&limit=%d",
            STR_FMT(t->with.api), STR_FMT(percent_encode(a, t->with.account)),
            q->to.n > 0 ? "sent" : "all", (long long)page, PAGE),
        .headers = { key_header(t, a), NULL },
    };
    return 0;
}

static struct str page_behind(const json_t *top, struct arena *a)
{
    const json_t *meta = json_object_get(top, "meta");
    int64_t page = text_json_int(meta, "page", 0);

    if (page < 1 || page >= text_json_int(meta, "totalPages", 0))
        return STR("");
    return str_of(arena_printf(a, "%lld", (long long)page + 1));
}

static int listed(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e)
{
    json_t *top = text_json(body);
    json_t *data = json_object_get(top, "data");
    struct text **tail = &out->texts;
    const json_t *item;
    size_t i;

    (void)t;
    *out = (struct text_listing){ .texts = NULL };
    if (!json_is_array(data)) {
        json_decref(top);
        return error(e, E_SYNTAX, "not a list of texts");
    }
    json_array_foreach(data, i, item)
    {
        char *bytes = json_dumps(item, JSON_COMPACT);

        *tail = text_of(item, a);
        (*tail)->item = arena_str(a, str_of(bytes));
        tail = &(*tail)->next;
        free(bytes);
    }
    out->next = page_behind(top, a);
    json_decref(top);
    return 0;
}

const struct text_provider textbee_provider = {
    .adapter = TEXT_ADAPTER_MORE(ADAPTER_KEYWORDS, "textbee",
                                 "texts through the app of textbee.dev",
                                 settings, NULL, RAW_JSON),
    .called = "textbee",
    .words_max = 1000,
    .check = check,
    .read = read_text,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
};
