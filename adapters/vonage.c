/*
 * Vonage: developer.vonage.com/en/messages (the Messages API and its OpenAPI
 * file), .../messaging/sms/guides (inbound-sms, delivery-receipts, concatenated
 * texts) for the older SMS API, and .../opt-out-assist/guides/
 * messaging-opted-out-numbers. Both may call the same address; "send-through"
 * says which one we speak to. Its reports of past messages are made on order
 * and take minutes: they are not read, and a lost webhook stays lost after the
 * day for which Vonage repeats it.
 */
#include "vonage.h"

#include "base/json.h"
#include "segments.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_write.h"

enum { WORDS_MAX = 1000, PARTS_MAX = 255 };

static const struct text_word states[] = {
    { "submitted", DELIVERY_SENT },
    { "delivered", DELIVERY_DELIVERED },
    { "rejected", DELIVERY_FAILED },
    { "undeliverable", DELIVERY_FAILED },
    { "read", DELIVERY_READ },
    /* the SMS API's: */
    { "accepted", DELIVERY_SENT },
    { "buffered", DELIVERY_SENT },
    { "expired", DELIVERY_FAILED },
    { "failed", DELIVERY_FAILED },
    { NULL, DELIVERY_UNTOLD },
};

/* "The user has asked not to receive": 9 there, 1240 here. */
static const int64_t opted_out[] = { 9, 1240, 0 };
/* Absent for good; no such number. */
static const int64_t dead[] = { 3, 1170, 1190, 0 };

static void note_error(struct text *t, struct str code, struct str sentence,
                       struct arena *a)
{
    int64_t n = 0;

    if (!str_int(code, &n) || n == 0)
        return;
    t->why = text_why(a, code, sentence);
    t->opted_out = text_code_among(opted_out, n);
    t->dead = text_code_among(dead, n);
}

/* ---- what the Messages API tells ---- */

static struct str number_read(const json_t *top, const char *name,
                              struct arena *a)
{
    struct str number = text_plus(a, text_json_kept(top, name, a));

    if (!str_eq(text_json_str(top, "channel"), STR("whatsapp")))
        return number;
    return str_of(arena_printf(a, "whatsapp:%.*s", STR_FMT(number)));
}

static void file_read(struct text *t, const json_t *file, struct arena *a)
{
    struct text_file *f = text_file_add(t, text_json_kept(file, "url", a), a);

    if (f != NULL)
        f->name = text_json_kept(file, "name", a);
    if (t->words.n == 0)
        t->words = text_json_kept(file, "caption", a);
}

static void files_read(struct text *t, const json_t *top, struct arena *a)
{
    static const char *const kinds[] = { "image", "video", "audio", "file",
                                         "vcard" };
    const json_t *one;
    size_t k;

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        file_read(t, json_object_get(top, kinds[i]), a);
    json_array_foreach(json_object_get(top, "content"), k, one)
    {
        file_read(t, one, a);
    }
}

static void place_read(struct text *t, const json_t *at, struct arena *a)
{
    const json_t *lat = json_object_get(at, "lat");
    const json_t *lon = json_object_get(at, "long");

    if (!json_is_number(lat) || !json_is_number(lon))
        return;
    t->pin.lat = json_number_value(lat);
    t->pin.lon = json_number_value(lon);
    t->pin.known = t->pin.lat >= -90 && t->pin.lat <= 90 &&
                   t->pin.lon >= -180 && t->pin.lon <= 180;
    t->address = text_json_kept(at, "address", a);
}

static void inbound_read(struct text *t, const json_t *top, struct arena *a)
{
    t->words = text_json_kept(top, "text", a);
    t->sent_at = text_date(text_json_str(top, "timestamp"));
    t->name = text_json_kept(json_object_get(top, "profile"), "name", a);
    t->answers =
        text_json_kept(json_object_get(top, "context"), "message_uuid", a);
    files_read(t, top, a);
    place_read(t, json_object_get(top, "location"), a);
}

static int message_read(struct text **out, const json_t *top, struct arena *a,
                        struct error *e)
{
    struct str status = text_json_str(top, "status");
    const json_t *why = json_object_get(top, "error");
    struct text *t =
        text_add(out, status.n > 0 ? TEXT_RECEIPT : TEXT_MESSAGE, a);

    t->id = text_json_kept(top, "message_uuid", a);
    t->from = number_read(top, "from", a);
    t->to = number_read(top, "to", a);
    if (t->kind == TEXT_RECEIPT) {
        t->delivery = text_word_of(states, status);
        note_error(t, text_json_kept(why, "title", a),
                   text_json_kept(why, "detail", a), a);
        return 0;
    }
    inbound_read(t, top, a);
    return t->from.n > 0 ? 0 : error(e, E_SYNTAX, "nobody has sent it");
}

/* ---- what the SMS API tells ---- */

static int json_fields(struct form_field **out, struct str bytes,
                       struct arena *a, struct error *e)
{
    json_t *top = text_json(bytes);
    struct form_field **tail = out;
    const char *key;
    json_t *v;
    int n = 0;

    *out = NULL;
    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    json_object_foreach(top, key, v)
    {
        struct form_field *f = arena_new(a, struct form_field);

        if (++n > FORM_FIELDS)
            break;
        f->name = arena_str(a, str_of(key));
        f->value = text_json_kept(top, key, a);
        *tail = f;
        tail = &f->next;
    }
    json_decref(top);
    return n > FORM_FIELDS ? error(e, E_LIMIT, "over %d fields", FORM_FIELDS)
                           : 0;
}

int vonage_fields(struct form_field **out, struct str bytes, struct arena *a,
                  struct error *e)
{
    bytes = str_trim(bytes);
    if (bytes.n > 0 && bytes.p[0] == '{')
        return json_fields(out, bytes, a, e);
    return form_read(out, bytes, a, e);
}

/* 1 of 3, where all three have the same reference. */
static void part_read(struct text *t, const struct form_field *f)
{
    int64_t part;
    int64_t parts;

    if (!str_int(form_value(f, "concat-part"), &part) ||
        !str_int(form_value(f, "concat-total"), &parts) || part < 1 ||
        parts < part || parts > PARTS_MAX)
        return;
    t->ref = form_value(f, "concat-ref");
    t->part = (int)part;
    t->parts = (int)parts;
}

/* A receipt's msisdn is whom it went to; a message's, who wrote it. */
static int sms_read(struct text **out, struct str bytes, struct arena *a,
                    struct error *e)
{
    struct form_field *f;
    struct text *t;
    int rc = vonage_fields(&f, bytes, a, e);

    if (rc < 0)
        return rc;
    if (form_value(f, "messageId").n == 0 || form_value(f, "msisdn").n == 0)
        return error(e, E_SYNTAX, "a message without id or sender");
    t = text_add(out, TEXT_MESSAGE, a);
    t->id = form_value(f, "messageId");
    t->from = text_plus(a, form_value(f, "msisdn"));
    t->to = text_plus(a, form_value(f, "to"));
    if (form_value(f, "status").n > 0) {
        t->kind = TEXT_RECEIPT;
        t->to = t->from;
        t->from = text_plus(a, form_value(f, "to"));
        t->delivery = text_word_of(states, form_value(f, "status"));
        note_error(t, form_value(f, "err-code"), STR(""), a);
    } else if (str_eq(form_value(f, "type"), STR("binary"))) {
        t->kind = TEXT_NOTHING;
    } else {
        t->words = form_value(f, "text");
        t->sent_at = text_date(form_value(f, "message-timestamp"));
        part_read(t, f);
    }
    return 0;
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    json_t *top = text_is_json(bytes) ? text_json(bytes) : NULL;
    int rc;

    (void)format;
    *out = NULL;
    if (text_json_str(top, "message_uuid").n > 0) {
        rc = message_read(out, top, a, e);
    } else {
        rc = sms_read(out, bytes, a, e);
    }
    json_decref(top);
    return rc;
}

/* ---- what we say ---- */

static bool through_sms(const struct text_channel *t)
{
    return str_eq(t->with.service, STR("sms"));
}

static struct str message_body(const struct text_order *order, struct arena *a)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    struct json j = json_to(&b);
    struct str to = order->to;
    bool whatsapp = str_starts(to, STR("whatsapp:"));

    if (whatsapp)
        str_until(&to, STR(":"));
    json_begin_object(&j);
    json_kv(&j, "message_type", STR("text"));
    json_kv(&j, "channel", whatsapp ? STR("whatsapp") : STR("sms"));
    json_kv(&j, "to", text_no_plus(to));
    json_kv(&j, "from", text_no_plus(order->from));
    json_kv(&j, "text", order->words);
    json_kv(&j, "client_ref", order->ours);
    if (order->status_url.n > 0) {
        json_kv(&j, "webhook_url", order->status_url);
        json_kv(&j, "webhook_version", STR("v1"));
    }
    json_end_object(&j);
    return text_kept(a, &b);
}

static struct str sms_body(const struct text_channel *t,
                           const struct text_order *order, struct arena *a)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    struct json j = json_to(&b);

    json_begin_object(&j);
    json_kv(&j, "api_key", t->with.account);
    json_kv(&j, "api_secret", t->with.key);
    json_kv(&j, "to", text_no_plus(order->to));
    json_kv(&j, "from", text_no_plus(order->from));
    json_kv(&j, "text", order->words);
    json_kv(&j, "type",
            segments_of(order->words).gsm ? STR("text") : STR("unicode"));
    json_kv(&j, "client-ref", order->ours);
    if (order->status_url.n > 0)
        json_kv(&j, "callback", order->status_url);
    json_end_object(&j);
    return text_kept(a, &b);
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    *out = (struct text_request){ 0 };
    out->headers[0] = "Content-Type: application/json";
    out->headers[1] = "Accept: application/json";
    if (through_sms(t)) {
        if (str_starts(order->to, STR("whatsapp:")))
            return error(e, E_SYNTAX, "no WhatsApp through the SMS API");
        out->url = text_at(a, t, "/sms/json");
        out->body = sms_body(t, order, a);
        return 0;
    }
    out->url = text_at(a, t, "/v1/messages");
    out->user = arena_dup(a, t->with.account);
    out->password = arena_dup(a, t->with.key);
    out->body = message_body(order, a);
    return 0;
}

/* The SMS API says 200 to everything, and what it means in "status". */
static void sms_said(struct text_answer *out, const json_t *first,
                     struct arena *a)
{
    /* Throttled, internal error; credentials, account, quota, signature. */
    static const int64_t later[] = { 1, 5, 0 };
    static const int64_t account[] = { 4, 8, 9, 14, 32, 0 };
    struct str status = text_json_kept(first, "status", a);
    int64_t code = text_json_int(first, "status", -1);

    out->id = text_json_kept(first, "message-id", a);
    if (code == 0)
        return;
    out->account = text_code_among(account, code);
    out->outcome = out->account || text_code_among(later, code) ? OUTCOME_LATER
                                                                : OUTCOME_NEVER;
    out->why = text_why(a, status, text_json_kept(first, "error-text", a));
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    json_t *top = text_json(body);
    const json_t *first = json_array_get(json_object_get(top, "messages"), 0);

    if (first != NULL && status < 300) {
        sms_said(out, first, a);
    } else {
        out->id = text_json_kept(top, "message_uuid", a);
        if (status >= 400) {
            out->why = text_why(a, text_json_kept(top, "title", a),
                                text_json_kept(top, "detail", a));
        }
        out->account = status == 401 || status == 402 || status == 403;
    }
    json_decref(top);
}

/* ---- settings ---- */

static int open_vonage(struct text_channel *t, struct error *e)
{
    struct str through = t->with.service;

    if (!str_eq(through, STR("messages")) && !str_eq(through, STR("sms")))
        return error(e, E_CONFIG, "send-through is messages or sms");
    if (t->with.api.n == 0) {
        t->with.api = through_sms(t) ? STR("https://rest.nexmo.com")
                                     : STR("https://api.nexmo.com");
    }
    return 0;
}

static const struct setting settings[] = {
    { .name = "api-key",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .needed = true,
      .help = "the account's api key" },
    { .name = "api-secret",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "its api secret, or \"file PATH\"" },
    { .name = "signature-secret",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "signs its webhooks: another one than the api secret" },
    { .name = "signature-secret-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the secret before, still good while it is being changed" },
    TEXT_SETTING_NUMBER(true),
    { .name = "send-through",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .fallback = "messages",
      .help = "messages: the Messages API; sms: the older SMS API" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_MEDIA,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .help = "Vonage's api, if not the one that goes with send-through" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

static const char *const media_hosts[] = { ".nexmo.com", ".vonage.com", NULL };

const struct text_provider vonage_provider = {
    .adapter = TEXT_ADAPTER_MORE(
        ADAPTER_KEYWORDS, "vonage",
        "texts, pictures and WhatsApp messages through Vonage", settings, NULL,
        RAW_JSON),
    .called = "Vonage",
    .words_max = WORDS_MAX,
    .media_hosts = media_hosts,
    .login_hosts = media_hosts,
    .open = open_vonage,
    .check = vonage_check,
    .read = read,
    .say = say,
    .said = said,
};
