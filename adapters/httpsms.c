/*
 * Texts through a phone with the app of httpsms.com.
 *
 * Fields: the server's sources, github.com/NdoleStudio/httpsms, api/pkg:
 * services/webhook_service.go (who signs, and what), events/ (CloudEvents),
 * requests/message_{send,index}_request.go and message_thread_index_request.go,
 * entities/message.go. It calls twice, for five seconds each, so what it tells
 * is asked for again; its search wants a human, so that is done by contact.
 *
 * The token does not cover the body: whoever sees one call may sign another
 * for ten minutes. TLS is all that is between.
 */
#include "base/clock.h"
#include "base/json.h"
#include "base/percent.h"
#include "text.h"
#include "text_json.h"
#include "text_sign.h"
#include "text_write.h"

enum {
    ORDER_BYTES = 16 * 1024,
    PAGE = 20,           /* the api's most */
    CLOCKS_APART_S = 60, /* theirs and ours */
    /* A contact silent for longer has nothing to be asked for again. */
    SILENT_S = 3 * 86400,
    PAGES_MAX = 16 * 1024,
};

static const struct setting settings[] = {
    { .name = "number",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(number),
      .needed = true,
      .help = "the phone's own number, +1555..." },
    { .name = "api-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "the account's api key, or \"file PATH\"" },
    { .name = "signing-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the webhook's signing key" },
    { .name = "signing-key-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the key before, still good while it is being changed" },
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://api.httpsms.com/v1",
      .help = "the server's api" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_MEDIA,
    TEXT_SETTING_CA,
    { .name = NULL },
};

/* Its api hands out what came with a text. */
static const char *const media_hosts[] = { "api.httpsms.com", NULL };

/* "aud" is a text, or a list of them (RFC 7519, 4.1.3). */
static bool is_for(const json_t *aud, struct str url)
{
    const json_t *item;
    size_t i;

    if (json_is_string(aud))
        return str_eq(str_of(json_string_value(aud)), url);
    json_array_foreach(aud, i, item)
    {
        if (json_is_string(item) &&
            str_eq(str_of(json_string_value(item)), url))
            return true;
    }
    return false;
}

/* Whom the token is from and for; then whether now is its time. */
static enum text_verdict judge(const json_t *claims, struct str url)
{
    int64_t now = clock_now();
    int64_t end = text_json_int(claims, "exp", 0);
    int64_t begin = text_json_int(claims, "nbf", now);

    if (claims == NULL ||
        !str_eq(text_json_str(claims, "iss"), STR("api.httpsms.com")) ||
        !is_for(json_object_get(claims, "aud"), url))
        return TEXT_FORGED;
    return now <= end && now >= begin - CLOCKS_APART_S ? TEXT_GENUINE
                                                       : TEXT_STALE;
}

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    const struct str secrets[] = { t->with.secret, t->with.secret_old };
    struct str token = text_bearer(call->header(call->from, "Authorization"));
    json_t *claims = text_token(token, secrets, COUNT_OF(secrets), a);
    enum text_verdict v = judge(claims, call->url);

    json_decref(claims);
    return v;
}

/* ---- what it tells ---- */

static const struct word {
    const char *name;
    enum text_kind kind;
    enum delivery delivery;
} words[] = {
    /* the type of an event */
    { "message.phone.received", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "message.phone.sending", TEXT_RECEIPT, DELIVERY_SENDING },
    { "message.phone.sent", TEXT_RECEIPT, DELIVERY_SENT },
    { "message.phone.delivered", TEXT_RECEIPT, DELIVERY_DELIVERED },
    { "message.send.failed", TEXT_RECEIPT, DELIVERY_FAILED },
    /* It waits for the phone to come back. */
    { "message.send.expired", TEXT_RECEIPT, DELIVERY_DELAYED },
    /* the type of a message in the list */
    { "mobile-originated", TEXT_MESSAGE, DELIVERY_UNTOLD },
    { "mobile-terminated", TEXT_MESSAGE, DELIVERY_UNTOLD },
};

/* "status" of one of ours in the list. */
static const struct text_word states[] = {
    { "pending", DELIVERY_QUEUED },      { "scheduled", DELIVERY_QUEUED },
    { "sending", DELIVERY_SENDING },     { "sent", DELIVERY_SENT },
    { "delivered", DELIVERY_DELIVERED }, { "failed", DELIVERY_FAILED },
    { "expired", DELIVERY_DELAYED },     { NULL, DELIVERY_UNTOLD },
};

static void files_read(struct text *t, const json_t *list, struct arena *a)
{
    struct text_file **tail = &t->files;
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        struct text_file *f;

        if (i == TEXT_FILES_MAX || !json_is_string(item))
            break;
        f = arena_new(a, struct text_file);
        f->url = arena_str(a, str_of(json_string_value(item)));
        *tail = f;
        tail = &f->next;
    }
}

/* data: of an event, or the whole item of the list; both have these names. */
static struct text *text_of(struct str type, const json_t *data,
                            struct arena *a)
{
    struct text *t = arena_new(a, struct text);
    struct str contact = arena_str(a, text_json_str(data, "contact"));
    struct str owner = arena_str(a, text_json_str(data, "owner"));

    t->kind = TEXT_NOTHING;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_eq(type, str_of(words[i].name))) {
            t->kind = words[i].kind;
            t->delivery = words[i].delivery;
        }
    }
    t->outgoing = str_eq(type, STR("mobile-terminated"));
    if (t->outgoing)
        t->delivery = text_word_of(states, text_json_str(data, "status"));
    if (t->outgoing)
        t->ref = arena_str(a, text_json_str(data, "request_id"));
    t->id = arena_str(a, text_json_either(data, "message_id", "id"));
    t->from = t->kind == TEXT_MESSAGE && !t->outgoing ? contact : owner;
    t->to = t->kind == TEXT_MESSAGE && !t->outgoing ? owner : contact;
    t->words = arena_str(a, text_json_str(data, "content"));
    t->sent_at =
        text_date(text_json_either(data, "timestamp", "request_received_at"));
    t->why =
        arena_str(a, text_json_either(data, "error_message", "failure_reason"));
    files_read(t, json_object_get(data, "attachments"), a);
    if (t->id.n == 0 || t->from.n == 0)
        t->kind = TEXT_NOTHING;
    return t;
}

static int read_text(struct text **out, enum raw_format format,
                     struct str bytes, struct arena *a, struct error *e)
{
    json_t *top = format == RAW_JSON ? text_json(bytes) : NULL;
    const json_t *data = json_object_get(top, "data");

    *out = NULL;
    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    *out = text_of(text_json_str(top, "type"), data != NULL ? data : top, a);
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
    json_kv(&j, "from", t->with.number);
    json_kv(&j, "to", order->to);
    json_kv(&j, "content", order->words);
    json_kv(&j, "request_id", order->ours);
    json_end_object(&j);
    *out = (struct text_request){
        .url = arena_printf(a, "%.*s/messages/send", STR_FMT(t->with.api)),
        .body = b.over ? STR_NONE : arena_str(a, buf_str(&b)),
        .headers = { "Content-Type: application/json", key_header(t, a), NULL },
    };
    buf_free(&b);
    return out->body.n > 0 ? 0 : error(e, E_LIMIT, "the text is too long");
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    enum { UNAUTHORIZED = 401, PAYMENT = 402, FORBIDDEN = 403 };
    json_t *top = text_json(body);

    out->id = arena_str(a, text_json_str(json_object_get(top, "data"), "id"));
    out->why = arena_str(a, text_json_str(top, "message"));
    out->account = status == UNAUTHORIZED || status == FORBIDDEN ||
                   status == PAYMENT; /* the month's texts are used up */
    json_decref(top);
}

/* ---- its list ---- */

/*
 * First the contacts, those who wrote last before the others; then, a page
 * each, what passed between each of them and us.
 */
static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    struct str rest = q->page;
    struct str word = str_until(&rest, STR("="));
    bool one = str_eq(word, STR("contact"));
    struct str contact = q->to.n > 0 ? q->to : one ? rest : STR("");
    struct str owner = percent_encode(a, t->with.number);

    (void)e;
    *out = (struct text_request){ .headers = { key_header(t, a), NULL } };
    out->url =
        contact.n > 0
            ? arena_printf(a, "%.*s/messages?owner=%.*s&contact=%.*s&limit=%d",
                           STR_FMT(t->with.api), STR_FMT(owner),
                           STR_FMT(percent_encode(a, contact)), PAGE)
            : arena_printf(a, "%.*s/message-threads?owner=%.*s&limit=%d",
                           STR_FMT(t->with.api), STR_FMT(owner), PAGE);
    return 0;
}

static bool is_thread(const json_t *item)
{
    return json_object_get(item, "last_message_id") != NULL;
}

/* A page for each contact that was heard of lately, a line each. */
static struct str pages(const json_t *data, struct arena *a)
{
    struct buf b = buf_init(PAGES_MAX);
    const json_t *item;
    size_t i;
    struct str all;

    json_array_foreach(data, i, item)
    {
        struct str contact = text_json_str(item, "contact");
        int64_t at = text_date(text_json_str(item, "order_timestamp"));

        if (is_thread(item) && contact.n > 0 && at >= clock_now() - SILENT_S) {
            buf_printf(&b, "%scontact=%.*s", b.n > 0 ? "\n" : "",
                       STR_FMT(contact));
        }
    }
    all = arena_str(a, buf_str(&b));
    buf_free(&b);
    return all;
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
        char *bytes;

        if (is_thread(item))
            continue;
        bytes = json_dumps(item, JSON_COMPACT);
        *tail = text_of(text_json_str(item, "type"), item, a);
        (*tail)->item = arena_str(a, str_of(bytes));
        tail = &(*tail)->next;
        free(bytes);
    }
    out->next = pages(data, a);
    json_decref(top);
    return 0;
}

const struct text_provider httpsms_provider = {
    .adapter = TEXT_ADAPTER_MORE(ADAPTER_KEYWORDS, "httpsms",
                                 "texts through the app of httpsms.com",
                                 settings, NULL, RAW_JSON),
    .called = "httpSMS",
    .words_max = 1000,
    .media_hosts = media_hosts,
    .check = check,
    .read = read_text,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
};
