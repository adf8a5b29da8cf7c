/*
 * Plivo: docs.plivo.com/docs/messaging/api/message (sending, the list, the
 * message object), .../messaging/concepts (what its webhooks send) and
 * .../messaging/troubleshooting/error-codes.
 *
 * Its list says who wrote and when, but not what. A text whose webhook has
 * failed for good comes from there without its words: a clerk can ask.
 */
#include "plivo.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/percent.h"
#include "http/form.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_write.h"

enum {
    WORDS_MAX = 1600,
    /* A webhook may still come: what the list says would stand before it. */
    SETTLED_S = 30 * 60,
};

static const struct text_word states[] = {
    { "queued", DELIVERY_QUEUED },       { "sent", DELIVERY_SENT },
    { "delivered", DELIVERY_DELIVERED }, { "undelivered", DELIVERY_FAILED },
    { "failed", DELIVERY_FAILED },       { "rejected", DELIVERY_FAILED },
    { "read", DELIVERY_READ },           { NULL, DELIVERY_UNTOLD },
};

/* 200: blocked by STOP. 50: invalid destination; 70: gone for good. */
static const int64_t opted_out[] = { 200, 0 };
static const int64_t dead[] = { 50, 70, 0 };

static void note_error(struct text *t, struct str code, struct arena *a)
{
    int64_t n;

    if (!str_int(code, &n) || n == 0)
        return;
    t->why = str_of(arena_printf(a, "Plivo's error %.*s", STR_FMT(code)));
    t->opted_out = text_code_among(opted_out, n);
    t->dead = text_code_among(dead, n);
}

/* ---- what it tells ---- */

static enum control control_read(struct str intent)
{
    return str_case_eq(intent, STR("optout"))  ? CONTROL_STOP
           : str_case_eq(intent, STR("optin")) ? CONTROL_START
           : str_case_eq(intent, STR("help"))  ? CONTROL_HELP
                                               : CONTROL_NONE;
}

static struct str number_read(struct str number, struct str type,
                              struct arena *a)
{
    struct str plus = text_plus(a, number);

    if (!str_case_eq(type, STR("whatsapp")))
        return plus;
    return str_of(arena_printf(a, "whatsapp:%.*s", STR_FMT(plus)));
}

/* "Media0", "Media1", ...: but not "MediaCount". */
static void files_read(struct text *t, const struct form_field *f,
                       struct arena *a)
{
    for (; f != NULL; f = f->next) {
        struct str n = str_slice(f->name, strlen("Media"), f->name.n);
        int64_t at;

        if (str_starts(f->name, STR("Media")) && str_int(n, &at))
            text_file_add(t, f->value, a);
    }
}

static int form_text(struct text **out, struct str bytes, struct arena *a,
                     struct error *e)
{
    struct form_field *f;
    struct str status;
    struct str type;
    struct text *t;
    int rc = form_read(&f, bytes, a, e);

    if (rc < 0)
        return rc;
    status = form_value(f, "Status");
    type = form_value(f, "Type");
    if (form_value(f, "MessageUUID").n == 0)
        return error(e, E_SYNTAX, "no MessageUUID");
    t = text_add(out, status.n > 0 ? TEXT_RECEIPT : TEXT_MESSAGE, a);
    t->id = form_value(f, "MessageUUID");
    t->from = number_read(form_value(f, "From"), type, a);
    t->to = number_read(form_value(f, "To"), type, a);
    t->delivery = text_word_of(states, status);
    note_error(t, form_value(f, "ErrorCode"), a);
    if (t->kind == TEXT_RECEIPT)
        return 0;
    if (t->from.n == 0)
        return error(e, E_SYNTAX, "nobody has sent it");
    t->words = form_value(f, "Text");
    if (t->words.n == 0)
        t->words = form_value(f, "Body");
    t->control = control_read(form_value(f, "MessageIntent"));
    files_read(t, f, a);
    return 0;
}

/* One of the list: from and to, but not what was said. */
static struct text *item_text(struct text **out, const json_t *item,
                              struct arena *a)
{
    struct str direction = text_json_str(item, "message_direction");
    struct str state = text_json_str(item, "message_state");
    struct str type = text_json_str(item, "message_type");
    struct text *t = text_add(out, TEXT_MESSAGE, a);

    t->id = text_json_kept(item, "message_uuid", a);
    t->from = number_read(text_json_kept(item, "from_number", a), type, a);
    t->to = number_read(text_json_kept(item, "to_number", a), type, a);
    t->sent_at = text_date(text_json_str(item, "message_time"));
    t->outgoing = !str_eq(direction, STR("inbound"));
    if (t->outgoing) {
        t->delivery = text_word_of(states, state);
        note_error(t, text_json_kept(item, "error_code", a), a);
    } else if (!str_eq(state, STR("undelivered")) ||
               t->sent_at > clock_now() - SETTLED_S) {
        t->kind = TEXT_NOTHING;
    }
    return t;
}

static int read_item(struct text **out, struct str bytes, struct arena *a,
                     struct error *e)
{
    json_t *top = text_json(bytes);
    struct text *t = item_text(out, top, a);

    json_decref(top);
    t->kind = TEXT_MESSAGE;
    if (t->id.n > 0 && t->from.n > 0)
        return 0;
    return error(e, E_SYNTAX, "no item of Plivo's list");
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    (void)format;
    *out = NULL;
    if (text_is_json(bytes))
        return read_item(out, bytes, a, e);
    return form_text(out, bytes, a, e);
}

/* ---- what we say ---- */

static void request(struct text_request *out, const struct text_channel *t,
                    struct str rest, struct arena *a)
{
    struct str account = percent_encode(a, t->with.account);

    *out = (struct text_request){
        .url = text_at(a, t, "/v1/Account/%.*s/Message/%.*s", STR_FMT(account),
                       STR_FMT(rest)),
        .user = arena_dup(a, t->with.account),
        .password = arena_dup(a, t->with.key),
    };
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    struct json j = json_to(&b);
    struct str to = order->to;
    bool whatsapp = str_starts(to, STR("whatsapp:"));

    (void)e;
    if (whatsapp)
        str_until(&to, STR(":"));
    request(out, t, STR(""), a);
    json_begin_object(&j);
    if (t->with.service.n > 0 && !whatsapp) {
        json_kv(&j, "powerpack_uuid", t->with.service);
    } else {
        json_kv(&j, "src", text_no_plus(order->from));
    }
    json_kv(&j, "dst", text_no_plus(to));
    json_kv(&j, "text", order->words);
    if (whatsapp)
        json_kv(&j, "type", STR("whatsapp"));
    if (order->status_url.n > 0) {
        json_kv(&j, "url", order->status_url);
        json_kv(&j, "method", STR("POST"));
    }
    json_end_object(&j);
    out->body = text_kept(a, &b);
    out->headers[0] = "Content-Type: application/json";
    return 0;
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    json_t *top = text_json(body);
    const json_t *ids = json_object_get(top, "message_uuid");
    const json_t *id = json_is_array(ids) ? json_array_get(ids, 0) : ids;

    if (json_is_string(id))
        out->id = arena_str(a, str_of(json_string_value(id)));
    out->why = text_json_kept(top, "error", a);
    out->account = status == 401;
    json_decref(top);
}

/* ---- its list ---- */

static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    struct buf query = buf_init(TEXT_REQUEST_BYTES);
    struct str since = text_stamp(a, q->since);
    char *at = arena_dup(a, since);

    (void)e;
    if (q->page.n > 0) {
        request(out, t, STR(""), a);
        out->url = text_at(a, t, "%.*s", STR_FMT(q->page));
        return 0;
    }
    if (since.n > 0) {
        at[since.n - 1] = '\0'; /* its Z */
        at[strlen("2026-09-21")] = ' ';
        text_pair(&query, "message_time__gte", str_of(at));
    }
    if (q->to.n > 0)
        text_pair(&query, "message_direction", STR("outbound"));
    text_pair(&query, "limit", STR("20"));
    request(out, t, text_query(a, "", &query), a);
    return 0;
}

static int listed(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e)
{
    json_t *top = text_json(body);
    const json_t *meta = json_object_get(top, "meta");
    const json_t *items = json_object_get(top, "objects");
    const json_t *item;
    size_t i;
    bool good = json_is_array(items);

    (void)t;
    *out = (struct text_listing){ 0 };
    json_array_foreach(items, i, item)
    {
        if (text_json_str(item, "message_uuid").n > 0)
            item_text(&out->texts, item, a)->item = text_json_item(item, a);
    }
    if (str_starts(text_json_str(meta, "next"), STR("/v1/Account/")))
        out->next = text_json_kept(meta, "next", a);
    json_decref(top);
    return good ? 0 : error(e, E_SYNTAX, "Plivo's list cannot be read");
}

static const struct setting settings[] = {
    { .name = "auth-id",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .needed = true,
      .help = "the account's auth id, MA..." },
    { .name = "auth-token",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "its auth token, or \"file PATH\"" },
    { .name = "auth-token-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the token before, still good while it is being changed" },
    TEXT_SETTING_NUMBER(false),
    { .name = "powerpack",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .help = "the powerpack to send through instead of the number" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_MEDIA,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://api.plivo.com",
      .help = "Plivo's api" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

static const char *const media_hosts[] = { ".plivo.com", NULL };

const struct text_provider plivo_provider = {
    .adapter = TEXT_ADAPTER(
        "plivo", "texts, pictures and WhatsApp messages through Plivo",
        settings, NULL, RAW_FORM),
    .called = "Plivo",
    .words_max = WORDS_MAX,
    .thanks_type = "application/xml",
    .thanks = "<Response/>",
    .media_hosts = media_hosts,
    .login_hosts = media_hosts,
    .check = plivo_check,
    .read = read,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
};
