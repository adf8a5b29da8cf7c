/*
 * Texts, pictures and WhatsApp messages through Twilio's Programmable
 * Messaging (twilio.com/docs/messaging). FromCity and FromZip are where the
 * number was sold, not where the sender stands: they are never looked at.
 */
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/percent.h"
#include "http/form.h"
#include "text.h"
#include "text_json.h"
#include "twilio_signature.h"

enum {
    WORDS_MAX = 1600, /* characters, Twilio's limit */
    FORM_BYTES = 128 * 1024,
    JSON_BYTES = 1024 * 1024,
    NAME_ROOM = 40,
    DAY_ROOM = 16,
    ERROR_NO_PHONE = 30005,
    ERROR_OPTED_OUT = 21610,
};

#define API "/2010-04-01/Accounts/"

static const struct setting settings[] = {
    { .name = "account",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .needed = true,
      .help = "the account's SID, AC..." },
    { .name = "token",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "the account's auth token, or \"file PATH\"" },
    { .name = "token-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the token before, still good while it is being changed" },
    TEXT_SETTING_NUMBER(false),
    { .name = "messaging-service",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .help = "the messaging service to send through, MG..." },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_MEDIA,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://api.twilio.com",
      .help = "Twilio's api" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

/* Where Twilio keeps pictures: its documentation of the media resource. */
static const char *const media_hosts[] = {
    ".twilio.com",
    "mms.twiliocdn.com",
    "media.twiliocdn.com",
    "s3-external-1.amazonaws.com",
    NULL,
};

static const char *const login_hosts[] = { ".twilio.com", NULL };

static bool letters_and_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
            !(c >= 'a' && c <= 'z'))
            return false;
    }
    return true;
}

static int twilio_open(struct text_channel *t, struct error *e)
{
    const struct text_settings *with = &t->with;

    if (!letters_and_digits(with->account))
        return error(e, E_CONFIG, "account is letters and digits, AC...");
    if (with->number.n == 0 && with->service.n == 0)
        return error(e, E_CONFIG, "number or messaging-service is missing");
    if (str_find(with->number, STR(" ")) < with->number.n ||
        !letters_and_digits(with->service))
        return error(e, E_CONFIG, "number is written like +15555550123");
    return 0;
}

static enum text_verdict twilio_check(const struct text_channel *t,
                                      struct text_call *call, struct arena *a)
{
    const struct str tokens[] = { t->with.key, t->with.secret_old };
    struct twilio_call said = {
        .url = call->url,
        .type = call->type,
        .body = call->body,
        .signature = str_trim(call->header(call->from, "x-twilio-signature")),
    };

    return twilio_signed(&said, tokens, COUNT_OF(tokens), a) ? TEXT_GENUINE
                                                             : TEXT_FORGED;
}

/* ---- what Twilio tells ---- */

static struct str json_value(json_t *v, struct arena *a)
{
    if (json_is_string(v)) {
        return arena_str(
            a, (struct str){ json_string_value(v), json_string_length(v) });
    }
    if (json_is_integer(v)) {
        return str_of(
            arena_printf(a, "%lld", (long long)json_integer_value(v)));
    }
    if (json_is_real(v))
        return str_of(arena_printf(a, "%.7f", json_real_value(v)));
    return STR("");
}

/* A flat object, as if it had been a form. */
static int json_fields(struct form_field **out, struct str bytes,
                       struct arena *a, struct error *e)
{
    struct form_field **tail = out;
    json_t *top;
    const char *key;
    json_t *v;

    *out = NULL;
    if (bytes.n > JSON_BYTES)
        return error(e, E_LIMIT, "JSON of %zu bytes", bytes.n);
    top = text_json(bytes);
    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    json_object_foreach(top, key, v)
    {
        struct form_field *f = arena_new(a, struct form_field);

        f->name = arena_str(a, str_of(key));
        f->value = json_value(v, a);
        *tail = f;
        tail = &f->next;
    }
    json_decref(top);
    return 0;
}

static struct str sid_of(const struct form_field *fields)
{
    static const char *const names[] = { "MessageSid", "SmsMessageSid",
                                         "SmsSid" };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct str sid = form_value(fields, names[i]);

        if (sid.n > 0)
            return sid;
    }
    return STR("");
}

static struct str numbered(const struct form_field *fields, const char *name,
                           int n)
{
    char full[NAME_ROOM];

    snprintf(full, sizeof(full), "%s%d", name, n);
    return form_value(fields, full);
}

static void files_read(struct text *text, const struct form_field *fields,
                       struct arena *a)
{
    struct text_file **tail = &text->files;
    int64_t n;

    if (!str_int(form_value(fields, "NumMedia"), &n))
        n = 0;
    for (int i = 0; i < n && i < TEXT_FILES_MAX; i++) {
        struct text_file *f = arena_new(a, struct text_file);

        f->url = numbered(fields, "MediaUrl", i);
        f->type = numbered(fields, "MediaContentType", i);
        *tail = f;
        tail = &f->next;
    }
}

static enum control control_read(struct str said)
{
    for (int i = CONTROL_STOP; i <= CONTROL_HELP; i++) {
        if (str_case_eq(said, str_of(control_names[i])))
            return (enum control)i;
    }
    return CONTROL_NONE;
}

static enum delivery delivery_of(struct str status)
{
    static const struct {
        const char *word;
        enum delivery delivery;
    } words[] = {
        { "accepted", DELIVERY_QUEUED },     { "scheduled", DELIVERY_QUEUED },
        { "queued", DELIVERY_QUEUED },       { "sending", DELIVERY_SENDING },
        { "sent", DELIVERY_SENT },           { "canceled", DELIVERY_FAILED },
        { "undelivered", DELIVERY_FAILED },  { "failed", DELIVERY_FAILED },
        { "delivered", DELIVERY_DELIVERED }, { "read", DELIVERY_READ },
    };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (str_eq(status, str_of(words[i].word)))
            return words[i].delivery;
    }
    return DELIVERY_UNTOLD;
}

static void receipt_read(struct text *text, struct str status, int64_t code,
                         struct arena *a)
{
    text->kind = TEXT_RECEIPT;
    text->delivery = delivery_of(status);
    text->opted_out = code == ERROR_OPTED_OUT;
    text->dead = code == ERROR_NO_PHONE;
    if (code != 0) {
        text->why =
            str_of(arena_printf(a, "Twilio's error %lld", (long long)code));
    }
}

static void message_read(struct text *text, const struct form_field *fields,
                         struct arena *a)
{
    struct point pin = { 0 };

    pin.known = str_double(form_value(fields, "Latitude"), &pin.lat) &&
                str_double(form_value(fields, "Longitude"), &pin.lon);
    text->name = form_value(fields, "ProfileName");
    text->words = form_value(fields, "Body");
    text->sent_at = text_date(form_value(fields, "DateSent"));
    text->answers = form_value(fields, "OriginalRepliedMessageSid");
    text->control = control_read(form_value(fields, "OptOutType"));
    text->pin = pin;
    text->address = form_value(fields, "Address");
    files_read(text, fields, a);
}

static int twilio_read(struct text **out, enum raw_format format,
                       struct str bytes, struct arena *a, struct error *e)
{
    struct text *text = arena_new(a, struct text);
    struct form_field *fields;
    struct str status;
    int64_t code;
    int rc = format == RAW_JSON ? json_fields(&fields, bytes, a, e)
                                : form_read(&fields, bytes, a, e);

    if (rc < 0)
        return rc;
    text->id = sid_of(fields);
    text->from = form_value(fields, "From");
    text->to = form_value(fields, "To");
    status = form_value(fields, "MessageStatus");
    if (status.n > 0) {
        if (!str_int(form_value(fields, "ErrorCode"), &code))
            code = 0;
        receipt_read(text, status, code, a);
    } else if (text->id.n == 0 && text->from.n == 0) {
        return error(e, E_SYNTAX, "this is no message");
    } else {
        message_read(text, fields, a);
    }
    *out = text;
    return 0;
}

/* ---- what is asked of Twilio ---- */

static void add_pair(struct buf *out, const char *name, struct str value,
                     struct arena *a)
{
    buf_printf(out, "%s%s=%.*s", out->n > 0 ? "&" : "", name,
               STR_FMT(percent_encode(a, value)));
}

static void ask(struct text_request *out, const struct text_channel *t,
                const char *path, struct arena *a)
{
    out->url = arena_printf(a, "%.*s%s", STR_FMT(t->with.api), path);
    out->user = arena_dup(a, t->with.account);
    out->password = arena_dup(a, t->with.key);
    out->headers[0] = "Accept: application/json";
}

static int twilio_say(struct text_request *out, const struct text_channel *t,
                      const struct text_order *order, struct arena *a,
                      struct error *e)
{
    struct buf form = buf_init(FORM_BYTES);
    struct str from = order->from;

    (void)e;
    if (str_starts(order->to, STR("whatsapp:")) &&
        !str_starts(from, STR("whatsapp:")))
        from = str_of(arena_printf(a, "whatsapp:%.*s", STR_FMT(from)));
    add_pair(&form, "To", order->to, a);
    if (t->with.service.n > 0) {
        add_pair(&form, "MessagingServiceSid", t->with.service, a);
    } else {
        add_pair(&form, "From", from, a);
    }
    add_pair(&form, "Body", order->words, a);
    if (order->status_url.n > 0)
        add_pair(&form, "StatusCallback", order->status_url, a);
    ask(out, t,
        arena_printf(a, API "%.*s/Messages.json", STR_FMT(t->with.account)), a);
    out->body = arena_str(a, buf_str(&form));
    out->headers[1] = "Content-Type: application/x-www-form-urlencoded";
    buf_free(&form);
    return 0;
}

static void twilio_said(struct text_answer *out, long status, struct str body,
                        struct arena *a)
{
    json_t *top = text_json(body);
    int64_t code = text_json_int(top, "code", 0);
    struct str says = text_json_str(top, "message");

    if (out->outcome == OUTCOME_DONE) {
        out->id = arena_str(a, text_json_str(top, "sid"));
    } else if (out->outcome == OUTCOME_NEVER) {
        out->opted_out = code == ERROR_OPTED_OUT;
        out->why = str_of(arena_printf(
            a, "error %lld, HTTP %ld: %.*s", (long long)code, status,
            STR_FMT(says.n > 0 ? says : STR("it does not say why"))));
    }
    json_decref(top);
}

static int twilio_list(struct text_request *out, const struct text_channel *t,
                       const struct text_question *q, struct arena *a,
                       struct error *e)
{
    struct buf query = buf_init(FORM_BYTES);
    time_t since = (time_t)q->since;
    char day[DAY_ROOM];
    struct tm tm;

    (void)e;
    gmtime_r(&since, &tm);
    strftime(day, sizeof(day), "%Y-%m-%d", &tm);
    if (q->page.n > 0) {
        ask(out, t, arena_dup(a, q->page), a);
        return 0;
    }
    add_pair(&query, "PageSize", q->to.n > 0 ? STR("50") : STR("500"), a);
    if (q->to.n > 0) {
        add_pair(&query, "To", q->to, a);
    } else {
        if (t->with.number.n > 0)
            add_pair(&query, "To", t->with.number, a);
        add_pair(&query, "DateSent%3E", str_of(day), a);
    }
    ask(out, t,
        arena_printf(a, API "%.*s/Messages.json?%s", STR_FMT(t->with.account),
                     buf_cstr(&query)),
        a);
    buf_free(&query);
    return 0;
}

/* ---- what Twilio's list says ---- */

static void add_json(struct buf *form, const char *name, const json_t *m,
                     const char *key, struct arena *a)
{
    struct str value = text_json_str(m, key);

    if (value.n > 0)
        add_pair(form, name, value, a);
}

/* The item as its webhook would have come. */
static struct str item_of(const json_t *m, struct arena *a)
{
    struct buf form = buf_init(FORM_BYTES);
    struct str item;

    add_pair(&form, "MessageSid", text_json_str(m, "sid"), a);
    add_json(&form, "AccountSid", m, "account_sid", a);
    add_json(&form, "MessagingServiceSid", m, "messaging_service_sid", a);
    add_json(&form, "From", m, "from", a);
    add_json(&form, "To", m, "to", a);
    add_json(&form, "Body", m, "body", a);
    add_json(&form, "NumMedia", m, "num_media", a);
    add_json(&form, "NumSegments", m, "num_segments", a);
    add_json(&form, "DateSent", m, "date_sent", a);
    item = arena_str(a, buf_str(&form));
    buf_free(&form);
    return item;
}

static bool for_us(const struct text_channel *t, const json_t *m)
{
    if (t->with.number.n > 0)
        return str_eq(text_json_str(m, "to"), t->with.number);
    return str_eq(text_json_str(m, "messaging_service_sid"), t->with.service);
}

/* NULL: it is not for this channel. */
static struct text *listed_one(const struct text_channel *t, const json_t *m,
                               struct arena *a)
{
    struct text *text = arena_new(a, struct text);

    text->outgoing = !str_eq(text_json_str(m, "direction"), STR("inbound"));
    if (!text->outgoing && !for_us(t, m))
        return NULL;
    text->id = arena_str(a, text_json_str(m, "sid"));
    text->from = arena_str(a, text_json_str(m, "from"));
    text->to = arena_str(a, text_json_str(m, "to"));
    text->words = arena_str(a, text_json_str(m, "body"));
    if (text->outgoing) {
        receipt_read(text, text_json_str(m, "status"),
                     text_json_int(m, "error_code", 0), a);
        text->sent_at = text_date(text_json_str(m, "date_created"));
        return text;
    }
    text->sent_at = text_date(text_json_str(m, "date_sent"));
    text->item = item_of(m, a);
    if (text_json_int(m, "num_media", 0) > 0) {
        text->files_at = str_of(arena_printf(
            a, API "%.*s/Messages/%.*s/Media.json", STR_FMT(t->with.account),
            STR_FMT(percent_encode(a, text->id))));
    }
    return text;
}

/*
 * The page behind; behind the last one of what came to our number, the first
 * of what went out from it.
 */
static struct str next_page(const json_t *top, struct arena *a)
{
    struct str next = text_json_str(top, "next_page_uri");
    struct str uri = text_json_str(top, "uri");
    size_t to = str_find(uri, STR("To="));

    if (str_starts(next, STR(API)))
        return arena_str(a, next);
    if (next.n > 0 || !str_starts(uri, STR(API)) || to == uri.n ||
        str_find(uri, STR("PageSize=500")) == uri.n)
        return STR("");
    next = str_slice(uri, to + 3, uri.n);
    if (str_find(next, STR("&Page=")) < next.n)
        next = str_slice(next, 0, str_find(next, STR("&Page=")));
    return str_of(arena_printf(a, "%.*sFrom=%.*s",
                               STR_FMT(str_slice(uri, 0, to)), STR_FMT(next)));
}

static int twilio_listed(struct text_listing *out, const struct text_channel *t,
                         struct str body, struct arena *a, struct error *e)
{
    struct text **tail = &out->texts;
    json_t *top = text_json(body);
    const json_t *m;
    size_t i;

    if (top == NULL)
        return error(e, E_SYNTAX, "the answer is not JSON");
    json_array_foreach(json_object_get(top, "messages"), i, m)
    {
        *tail = listed_one(t, m, a);
        if (*tail != NULL)
            tail = &(*tail)->next;
    }
    out->next = next_page(top, a);
    json_decref(top);
    return 0;
}

/* The list's "uri" of a picture is its address and ".json". */
static int twilio_files(struct text *text, const struct text_channel *t,
                        struct str body, struct arena *a, struct error *e)
{
    struct text_file **tail = &text->files;
    struct buf form = buf_init(FORM_BYTES);
    json_t *top = text_json(body);
    char name[NAME_ROOM];
    const json_t *m;
    size_t i;

    if (top == NULL)
        return error(e, E_SYNTAX, "the answer is not JSON");
    buf_add(&form, text->item);
    json_array_foreach(json_object_get(top, "media_list"), i, m)
    {
        struct text_file *f = arena_new(a, struct text_file);
        struct str uri = text_json_str(m, "uri");

        if (str_ends(uri, STR(".json")))
            uri.n -= 5;
        f->url = str_of(
            arena_printf(a, "%.*s%.*s", STR_FMT(t->with.api), STR_FMT(uri)));
        f->type = arena_str(a, text_json_str(m, "content_type"));
        snprintf(name, sizeof(name), "MediaUrl%zu", i);
        add_pair(&form, name, f->url, a);
        snprintf(name, sizeof(name), "MediaContentType%zu", i);
        add_pair(&form, name, f->type, a);
        *tail = f;
        tail = &f->next;
    }
    text->item = arena_str(a, buf_str(&form));
    buf_free(&form);
    json_decref(top);
    return 0;
}

const struct text_provider twilio_provider = {
    .adapter = TEXT_ADAPTER(
        "twilio", "texts, pictures and WhatsApp messages through Twilio",
        settings, ".form", RAW_FORM),
    .called = "Twilio",
    .words_max = WORDS_MAX,
    .thanks_type = "text/xml",
    .thanks = "<Response/>",
    .media_hosts = media_hosts,
    .login_hosts = login_hosts,
    .open = twilio_open,
    .check = twilio_check,
    .read = twilio_read,
    .say = twilio_say,
    .said = twilio_said,
    .list = twilio_list,
    .listed = twilio_listed,
    .files = twilio_files,
};
