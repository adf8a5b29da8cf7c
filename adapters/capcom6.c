/*
 * Texts through a phone with the app "SMS Gateway for Android", by way of its
 * cloud, a server of one's own, or the phone itself on this machine's USB.
 *
 * Fields and headers: the app's sources, github.com/capcom6/
 * android-sms-gateway, modules/webhooks (payload/, domain/WebHookEvent.kt,
 * plugins/PayloadSingingPlugin.kt) and modules/localserver/routes/
 * MessagesRoutes.kt. It calls again 15 times within a day, signed anew.
 */
#include "base/digest.h"
#include "base/json.h"
#include "text.h"
#include "text_json.h"
#include "text_sign.h"

enum {
    HOOK_BYTES = 8 * 1024 * 1024, /* pictures come within */
    RECENT_S = 300,
    ORDER_BYTES = 16 * 1024,
    ID_MAX = 36, /* characters of an id of ours */
    HASH_SHOWN = 32,
};

static const struct setting settings[] = {
    { .name = "user",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(user),
      .needed = true,
      .help = "the user name the app shows" },
    { .name = "password",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(password),
      .needed = true,
      .help = "its password, or \"file PATH\"" },
    { .name = "signing-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the app's webhook signing key" },
    { .name = "signing-key-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the key before, still good while it is being changed" },
    { .name = "device",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .help = "the phone to send by, where there are several" },
    { .name = "number",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(number),
      .help = "the phone's own number, +1555..." },
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://api.sms-gate.app/3rdparty/v1",
      .help = "the app's api" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_CA,
    { .name = NULL },
};

/* Byte for byte, whatever they are. */
static struct str joined(struct str body, struct str at, struct arena *a)
{
    char *all = arena_alloc(a, body.n + at.n + 1);

    for (size_t i = 0; i < body.n; i++)
        all[i] = body.p[i];
    for (size_t i = 0; i < at.n; i++)
        all[body.n + i] = at.p[i];
    return (struct str){ all, body.n + at.n };
}

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    const struct str secrets[] = { t->with.secret, t->with.secret_old };
    struct str at = call->header(call->from, "X-Timestamp");

    if (!text_hex_hmac(call->header(call->from, "X-Signature"), secrets,
                       COUNT_OF(secrets), joined(call->body, at, a), a))
        return TEXT_FORGED;
    return text_recent(at, RECENT_S) ? TEXT_GENUINE : TEXT_STALE;
}

/* ---- what it tells ---- */

struct event {
    const char *name;
    enum text_kind kind;
    enum delivery delivery;
};

static const struct event events[] = {
    { "sms:received", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "sms:batch:received", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "mms:downloaded", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "mms:batch:downloaded", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "sms:sent", TEXT_RECEIPT, DELIVERY_SENT },
    { "sms:delivered", TEXT_RECEIPT, DELIVERY_DELIVERED },
    { "sms:failed", TEXT_RECEIPT, DELIVERY_FAILED },
    { "sms:cancelled", TEXT_RECEIPT, DELIVERY_FAILED },
};

/* "mms:received" comes before the pictures, which "downloaded" brings. */
static const struct event uninteresting = { "", TEXT_NOTHING, DELIVERY_UNTOLD };

static const struct event *event_find(struct str name)
{
    for (size_t i = 0; i < COUNT_OF(events); i++) {
        if (str_eq(name, str_of(events[i].name)))
            return &events[i];
    }
    return &uninteresting;
}

/*
 * The messageId of a text is a hash of 32 bits, and that of a registration is
 * the same for each message: together with who, when and where, it is one.
 */
static struct str identity(const json_t *top, const json_t *payload,
                           struct arena *a)
{
    struct str all = str_of(arena_printf(
        a, "%.*s\n%.*s\n%.*s\n%.*s", STR_FMT(text_json_str(top, "deviceId")),
        STR_FMT(text_json_str(payload, "messageId")),
        STR_FMT(text_json_str(payload, "receivedAt")),
        STR_FMT(text_json_either(payload, "sender", "phoneNumber"))));

    return str_slice(digest_hex(a, digest(a, DIGEST_SHA256, all)), 0,
                     HASH_SHOWN);
}

/* The words of an MMS are its subject, its body and its files of plain text. */
static struct str words_of(const json_t *payload, struct arena *a)
{
    struct str subject = text_json_str(payload, "subject");
    struct str words = text_json_either(payload, "message", "body");

    if (subject.n == 0 || str_eq(subject, words))
        return arena_str(a, words);
    return str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(subject),
                               words.n > 0 ? "\n" : "", STR_FMT(words)));
}

static void files_read(struct text *t, const json_t *payload, struct arena *a)
{
    struct text_file **tail = &t->files;
    const json_t *item;
    size_t i;
    int n = 0;

    json_array_foreach(json_object_get(payload, "attachments"), i, item)
    {
        struct str type = text_json_str(item, "contentType");
        struct str bytes;
        struct text_file *f;

        if (n == TEXT_FILES_MAX || str_case_eq(type, STR("application/smil")) ||
            !digest_unbase64(a, text_json_str(item, "data"), &bytes) ||
            bytes.n == 0 || bytes.n > TEXT_FILE_BYTES)
            continue;
        if (t->words.n == 0 && str_case_eq(type, STR("text/plain"))) {
            t->words = bytes;
            continue;
        }
        f = arena_new(a, struct text_file);
        f->type = arena_str(a, type);
        f->name = arena_str(a, text_json_str(item, "name"));
        f->bytes = bytes;
        *tail = f;
        tail = &f->next;
        n++;
    }
}

static struct text *text_of(const json_t *top, const json_t *payload,
                            struct arena *a)
{
    const struct event *event = event_find(text_json_str(top, "event"));
    struct text *t = arena_new(a, struct text);

    t->kind = event->kind;
    if (t->kind == TEXT_MESSAGE) {
        t->from =
            arena_str(a, text_json_either(payload, "sender", "phoneNumber"));
        t->to = arena_str(a, text_json_str(payload, "recipient"));
        t->words = words_of(payload, a);
        t->sent_at = text_date(text_json_str(payload, "receivedAt"));
        t->id = identity(top, payload, a);
        files_read(t, payload, a);
        if (t->from.n == 0)
            t->kind = TEXT_NOTHING;
    } else if (t->kind == TEXT_RECEIPT) {
        t->id = arena_str(a, text_json_str(payload, "messageId"));
        t->to =
            arena_str(a, text_json_either(payload, "recipient", "phoneNumber"));
        t->delivery = event->delivery;
        t->why = arena_str(a, text_json_str(payload, "reason"));
        if (t->id.n == 0)
            t->kind = TEXT_NOTHING;
    }
    return t;
}

static int read_text(struct text **out, enum raw_format format,
                     struct str bytes, struct arena *a, struct error *e)
{
    json_t *top = format == RAW_JSON ? text_json(bytes) : NULL;
    const json_t *payload = json_object_get(top, "payload");
    const json_t *batch = json_object_get(payload, "messages");
    const json_t *item;
    size_t i;

    *out = NULL;
    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    if (!json_is_array(batch))
        *out = text_of(top, payload, a);
    json_array_foreach(batch, i, item)
    {
        *out = text_of(top, item, a);
        out = &(*out)->next;
    }
    json_decref(top);
    return 0;
}

/* ---- what we say ---- */

/*
 * An id is taken once only: the app passes over one it knows, the server
 * answers 409.
 */
static struct str id_of(struct str ours, struct arena *a)
{
    if (ours.n <= ID_MAX)
        return ours;
    return str_slice(digest_hex(a, digest(a, DIGEST_SHA256, ours)), 0,
                     HASH_SHOWN);
}

static struct str order_json(const struct text_channel *t,
                             const struct text_order *order, struct arena *a)
{
    struct buf b = buf_init(ORDER_BYTES);
    struct json j = json_to(&b);
    struct str body = STR("");

    json_begin_object(&j);
    json_kv(&j, "id", id_of(order->ours, a));
    json_key(&j, "textMessage");
    json_begin_object(&j);
    json_kv(&j, "text", order->words);
    json_end_object(&j);
    json_key(&j, "phoneNumbers");
    json_begin_array(&j);
    json_str(&j, order->to);
    json_end_array(&j);
    json_kv_bool(&j, "withDeliveryReport", true);
    if (t->with.account.n > 0)
        json_kv(&j, "deviceId", t->with.account);
    json_end_object(&j);
    if (!b.over)
        body = arena_str(a, buf_str(&b));
    buf_free(&b);
    return body;
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    *out = (struct text_request){
        .url = arena_printf(a, "%.*s/messages", STR_FMT(t->with.api)),
        .body = order_json(t, order, a),
        .headers = { "Content-Type: application/json", NULL },
        .user = arena_dup(a, t->with.user),
        .password = arena_dup(a, t->with.password),
    };
    return out->body.n > 0 ? 0 : error(e, E_LIMIT, "the text is too long");
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    enum { CONFLICT = 409, UNAUTHORIZED = 401, FORBIDDEN = 403 };
    json_t *top = text_json(body);

    out->id = arena_str(a, text_json_str(top, "id"));
    out->why = arena_str(a, text_json_str(top, "message"));
    out->account = status == UNAUTHORIZED || status == FORBIDDEN;
    if (status == CONFLICT)
        out->outcome = OUTCOME_DONE; /* by a try that had no answer */
    json_decref(top);
}

const struct text_provider capcom6_provider = {
    .adapter = TEXT_ADAPTER_MORE(
        ADAPTER_KEYWORDS, "capcom6",
        "texts and pictures through the app SMS Gateway for Android", settings,
        NULL, RAW_JSON),
    .called = "SMS Gateway for Android",
    .words_max = 1000,
    .hook_bytes = HOOK_BYTES,
    .nearby = true,
    .knows_ours = true,
    .check = check,
    .read = read_text,
    .say = say,
    .said = said,
};
