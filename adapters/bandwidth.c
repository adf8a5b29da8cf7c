/*
 * Bandwidth: dev.bandwidth.com/docs/messaging (webhooks, errors) and
 * .../apis/messaging (sending, the list, media).
 *
 * It does not sign: who knows the user and the password of the webhook may
 * say anything, so the address is an https one. Its list says who wrote, not
 * what; it tries a webhook for a day. So the list is read for what became of
 * our own texts only.
 */
#include "base/json.h"
#include "base/percent.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_sign.h"
#include "text_write.h"

enum { WORDS_MAX = 2048 };

/* The type of an event, and the status in the list. */
static const struct text_word states[] = {
    { "message-sending", DELIVERY_SENDING },
    { "message-sent", DELIVERY_SENT },
    { "message-delivered", DELIVERY_DELIVERED },
    { "message-failed", DELIVERY_FAILED },
    { "message-read", DELIVERY_READ },
    { "RECEIVED", DELIVERY_QUEUED },
    { "QUEUED", DELIVERY_QUEUED },
    { "SENDING", DELIVERY_SENDING },
    { "SENT", DELIVERY_SENT },
    { "ACCEPTED", DELIVERY_SENT },
    { "DELIVERED", DELIVERY_DELIVERED },
    { "FAILED", DELIVERY_FAILED },
    { "UNDELIVERED", DELIVERY_FAILED },
    { NULL, DELIVERY_UNTOLD },
};

/* destination-rejected-due-to-user-opt-out, by it and by the carrier. */
static const int64_t opted_out[] = { 4475, 4775, 0 };
/* Malformed, not allocated, invalid, deactivated numbers. */
static const int64_t dead[] = { 4303, 4406, 4720, 4721, 0 };

/* ---- who has called ---- */

static enum text_verdict check(const struct text_channel *t,
                               struct text_call *call, struct arena *a)
{
    struct str said = call->header(call->from, "authorization");

    return text_basic(said, t->with.user, t->with.secret, a) ||
                   text_basic(said, t->with.user, t->with.secret_old, a)
               ? TEXT_GENUINE
               : TEXT_FORGED;
}

/* ---- what it tells ---- */

static void note_error(struct text *t, int64_t code, struct str sentence,
                       struct arena *a)
{
    if (code == 0)
        return;
    t->why =
        text_why(a, str_of(arena_printf(a, "%lld", (long long)code)), sentence);
    t->opted_out = text_code_among(opted_out, code);
    t->dead = text_code_among(dead, code);
}

/* What holds a picture's layout is no picture. */
static void files_read(struct text *t, const json_t *media, struct arena *a)
{
    const json_t *url;
    size_t i;

    json_array_foreach(media, i, url)
    {
        struct str s = { json_string_value(url), json_string_length(url) };

        if (s.n > 0 && !str_ends(s, STR(".smil")))
            text_file_add(t, arena_str(a, s), a);
    }
}

static void event_read(struct text **out, const json_t *event, struct arena *a)
{
    struct str type = text_json_str(event, "type");
    const json_t *m = json_object_get(event, "message");
    bool theirs = str_eq(type, STR("message-received"));
    enum delivery delivery = text_word_of(states, type);
    enum text_kind kind = theirs                        ? TEXT_MESSAGE
                          : delivery != DELIVERY_UNTOLD ? TEXT_RECEIPT
                                                        : TEXT_NOTHING;
    struct text *t = text_add(out, kind, a);

    t->id = text_json_kept(m, "id", a);
    t->from = text_json_kept(m, "from", a);
    t->to = text_json_kept(event, "to", a);
    if (kind == TEXT_NOTHING)
        return;
    if (t->id.n == 0 || (theirs && t->from.n == 0)) {
        t->kind = TEXT_NOTHING;
        return;
    }
    if (theirs) {
        t->words = text_json_kept(m, "text", a);
        t->sent_at = text_date(text_json_str(m, "time"));
        files_read(t, json_object_get(m, "media"), a);
    } else {
        t->delivery = delivery;
        note_error(t, text_json_int(event, "errorCode", 0),
                   text_json_kept(event, "description", a), a);
    }
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    json_t *top = text_json_any(bytes);
    const json_t *event;
    size_t i;
    bool good = json_is_array(top);

    (void)format;
    *out = NULL;
    json_array_foreach(top, i, event)
    {
        event_read(out, event, a);
    }
    json_decref(top);
    return good ? 0 : error(e, E_SYNTAX, "no list of Bandwidth's events");
}

/* ---- what we say ---- */

static void login(struct text_request *out, const struct text_channel *t,
                  struct arena *a)
{
    out->user = arena_dup(a, t->with.key);
    out->password = arena_dup(a, t->with.password);
}

static void request(struct text_request *out, const struct text_channel *t,
                    struct str query, struct arena *a)
{
    struct str account = percent_encode(a, t->with.account);

    *out = (struct text_request){
        .url = text_at(a, t, "/users/%.*s/messages%.*s", STR_FMT(account),
                       STR_FMT(query)),
    };
    login(out, t, a);
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
    json_kv(&j, "applicationId", t->with.service);
    json_kv(&j, "from", order->from);
    json_key(&j, "to");
    json_begin_array(&j);
    json_str(&j, order->to);
    json_end_array(&j);
    json_kv(&j, "text", order->words);
    json_kv(&j, "tag", order->ours);
    json_end_object(&j);
    out->body = text_kept(a, &b);
    out->headers[0] = "Content-Type: application/json; charset=utf-8";
    return 0;
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    static const char *const names[2] = { "type", "description" };
    json_t *top = text_json(body);

    text_said_flat(out, status, top, names, a);
    json_decref(top);
}

/* ---- its list ---- */

static int list(struct text_request *out, const struct text_channel *t,
                const struct text_question *q, struct arena *a, struct error *e)
{
    struct buf query = buf_init(TEXT_REQUEST_BYTES);

    (void)e;
    text_pair(&query, "messageDirection", STR("OUTBOUND"));
    if (t->with.number.n > 0)
        text_pair(&query, "sourceTn", t->with.number);
    if (q->to.n > 0)
        text_pair(&query, "destinationTn", q->to);
    text_pair(&query, "fromDateTime", text_stamp(a, q->since));
    text_pair(&query, "limit", STR("100"));
    if (q->page.n > 0)
        text_pair(&query, "pageToken", q->page);
    request(out, t, text_query(a, "", &query), a);
    return 0;
}

static void item_read(struct text **out, const json_t *item, struct arena *a)
{
    struct str direction = text_json_str(item, "messageDirection");
    bool ours = str_case_eq(direction, STR("OUTBOUND"));
    struct text *t = text_add(out, ours ? TEXT_MESSAGE : TEXT_NOTHING, a);

    t->id = text_json_kept(item, "messageId", a);
    t->from = text_json_kept(item, "sourceTn", a);
    t->to = text_json_kept(item, "destinationTn", a);
    t->sent_at = text_date(text_json_str(item, "receiveTime"));
    t->item = text_json_item(item, a);
    t->outgoing = ours;
    if (ours) {
        t->delivery =
            text_word_of(states, text_json_str(item, "messageStatus"));
        note_error(t, text_json_int(item, "errorCode", 0), STR(""), a);
    }
}

static int listed(struct text_listing *out, const struct text_channel *t,
                  struct str body, struct arena *a, struct error *e)
{
    json_t *top = text_json(body);
    const json_t *pages = json_object_get(top, "pageInfo");
    const json_t *items = json_object_get(top, "messages");
    const json_t *item;
    size_t i;
    bool good = json_is_array(items);

    (void)t;
    *out = (struct text_listing){ 0 };
    json_array_foreach(items, i, item)
    {
        if (text_json_str(item, "messageId").n > 0)
            item_read(&out->texts, item, a);
    }
    out->next = text_json_kept(pages, "nextPageToken", a);
    json_decref(top);
    return good ? 0 : error(e, E_SYNTAX, "Bandwidth's list cannot be read");
}

static const struct setting settings[] = {
    { .name = "account",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .needed = true,
      .help = "the account's number" },
    { .name = "application",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .needed = true,
      .help = "the id of the messaging application" },
    { .name = "api-user",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(key),
      .needed = true,
      .help = "a user of Bandwidth's api" },
    { .name = "api-password",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(password),
      .needed = true,
      .help = "that user's password, or \"file PATH\"" },
    { .name = "hook-user",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(user),
      .needed = true,
      .help = "the user that Bandwidth calls with, as set at the application" },
    { .name = "hook-password",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret),
      .needed = true,
      .help = "the password it calls with, or \"file PATH\"" },
    { .name = "hook-password-old",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(secret_old),
      .help = "the password before, still good while it is being changed" },
    TEXT_SETTING_NUMBER(true),
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    TEXT_SETTING_POLL,
    TEXT_SETTING_MEDIA,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .fallback = "https://messaging.bandwidth.com/api/v2",
      .help = "Bandwidth's api for messages" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

static const char *const media_hosts[] = { "messaging.bandwidth.com", NULL };

const struct text_provider bandwidth_provider = {
    .adapter = TEXT_ADAPTER_MORE(ADAPTER_KEYWORDS, "bandwidth",
                                 "texts and pictures through Bandwidth",
                                 settings, NULL, RAW_JSON),
    .called = "Bandwidth",
    .words_max = WORDS_MAX,
    .media_hosts = media_hosts,
    .login_hosts = media_hosts,
    .check = check,
    .read = read,
    .login = login,
    .say = say,
    .said = said,
    .list = list,
    .listed = listed,
};
