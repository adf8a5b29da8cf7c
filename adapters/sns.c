/*
 * AWS End User Messaging: docs.aws.amazon.com/sms-voice/latest/userguide
 * (two-way-sms, configuration-sets-event-types and -event-format) and
 * .../pinpoint/latest/apireference_smsvoicev2 (SendTextMessage). What comes in
 * comes through a topic of SNS that calls us; what became of our texts does
 * too, where a configuration set has that topic as its event destination.
 * There is no list to read again, and no pictures come.
 */
#include "sns.h"

#include "base/json.h"
#include "text_json.h"
#include "text_providers.h"
#include "text_write.h"

enum { WORDS_MAX = 1600 };

static const struct text_word states[] = {
    { "TEXT_QUEUED", DELIVERY_QUEUED },
    { "TEXT_PENDING", DELIVERY_SENDING },
    { "TEXT_SENT", DELIVERY_SENT },
    { "TEXT_SUCCESSFUL", DELIVERY_SENT },
    { "TEXT_DELIVERED", DELIVERY_DELIVERED },
    { "TEXT_BLOCKED", DELIVERY_FAILED },
    { "TEXT_TTL_EXPIRED", DELIVERY_FAILED },
    { "TEXT_CARRIER_UNREACHABLE", DELIVERY_FAILED },
    { "TEXT_CARRIER_BLOCKED", DELIVERY_FAILED },
    { "TEXT_INVALID", DELIVERY_FAILED },
    { "TEXT_INVALID_MESSAGE", DELIVERY_FAILED },
    { "TEXT_UNREACHABLE", DELIVERY_FAILED },
    { "TEXT_SPAM", DELIVERY_FAILED },
    { "TEXT_PROTECT_BLOCKED", DELIVERY_FAILED },
    { NULL, DELIVERY_UNTOLD },
};

/* ---- what it tells ---- */

static void message_read(struct text *t, const json_t *told, struct arena *a)
{
    t->id = text_json_kept(told, "inboundMessageId", a);
    t->from = text_json_kept(told, "originationNumber", a);
    t->to = text_json_kept(told, "destinationNumber", a);
    t->words = text_json_kept(told, "messageBody", a);
    t->answers = text_json_kept(told, "previousPublishedMessageId", a);
}

static void event_read(struct text *t, const json_t *told, struct arena *a)
{
    struct str event = text_json_str(told, "eventType");

    t->id = text_json_kept(told, "messageId", a);
    t->to = text_json_kept(told, "destinationPhoneNumber", a);
    t->delivery = text_word_of(states, event);
    if (t->delivery == DELIVERY_FAILED) {
        t->why = text_why(a, text_json_kept(told, "messageStatus", a),
                          text_json_kept(told, "messageStatusDescription", a));
        t->dead = str_eq(event, STR("TEXT_INVALID"));
    }
}

/* What stands in the notification is JSON again. */
static int told_read(struct text **out, const json_t *top, struct arena *a,
                     struct error *e)
{
    json_t *told = text_json(text_json_str(top, "Message"));
    int rc = 0;

    if (json_object_get(told, "inboundMessageId") != NULL) {
        struct text *t = text_add(out, TEXT_MESSAGE, a);

        message_read(t, told, a);
        t->sent_at = text_date(text_json_str(top, "Timestamp"));
        if (t->id.n == 0 || t->from.n == 0)
            rc = error(e, E_SYNTAX, "a message without id or sender");
    } else if (str_starts(text_json_str(told, "eventType"), STR("TEXT_"))) {
        event_read(text_add(out, TEXT_RECEIPT, a), told, a);
    } else {
        text_add(out, TEXT_NOTHING, a);
    }
    json_decref(told);
    return rc;
}

static int top_read(struct text **out, const json_t *top, struct arena *a,
                    struct error *e)
{
    struct str type = text_json_str(top, "Type");
    struct str url = text_json_str(top, "SubscribeURL");

    if (str_eq(type, STR("Notification")))
        return told_read(out, top, a, e);
    if (str_eq(type, STR("SubscriptionConfirmation"))) {
        if (!sns_address(url))
            return error(e, E_DENIED, "a subscription that is not Amazon's");
        text_add(out, TEXT_VISIT, a)->url = arena_str(a, url);
        return 0;
    }
    text_add(out, TEXT_NOTHING, a);
    return 0;
}

static int read(struct text **out, enum raw_format format, struct str bytes,
                struct arena *a, struct error *e)
{
    (void)format;
    return text_read_object(out, bytes, top_read, a, e);
}

/* ---- what we say ---- */

/* arn:aws:sns:REGION:ACCOUNT:NAME */
static struct str region_of(struct str topic)
{
    for (int i = 0; i < 3; i++)
        str_until(&topic, STR(":"));
    return str_until(&topic, STR(":"));
}

static int say(struct text_request *out, const struct text_channel *t,
               const struct text_order *order, struct arena *a, struct error *e)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    struct json j = json_to(&b);

    if (t->with.user.n == 0 || t->with.key.n == 0) {
        return error(e, E_CONFIG,
                     "access-key and secret-key are not set: "
                     "this channel only receives");
    }
    *out = (struct text_request){
        .url = text_at(a, t, "/"),
        .user = arena_dup(a, t->with.user),
        .password = arena_dup(a, t->with.key),
        .aws = arena_printf(a, "aws:amz:%.*s:sms-voice",
                            STR_FMT(region_of(t->with.account))),
    };
    out->headers[0] = "Content-Type: application/x-amz-json-1.0";
    out->headers[1] = "X-Amz-Target: PinpointSMSVoiceV2.SendTextMessage";
    json_begin_object(&j);
    json_kv(&j, "DestinationPhoneNumber", order->to);
    json_kv(&j, "OriginationIdentity", order->from);
    json_kv(&j, "MessageBody", order->words);
    json_kv(&j, "MessageType", STR("TRANSACTIONAL"));
    if (t->with.service.n > 0)
        json_kv(&j, "ConfigurationSetName", t->with.service);
    json_end_object(&j);
    out->body = text_kept(a, &b);
    return 0;
}

/* "com.amazonaws...#ThrottlingException" */
static bool is_error(struct str type, const char *name)
{
    return str_ends(type, str_of(name));
}

static void said(struct text_answer *out, long status, struct str body,
                 struct arena *a)
{
    json_t *top = text_json(body);
    struct str type = text_json_str(top, "__type");
    struct str reason = text_json_str(top, "Reason");

    out->id = text_json_kept(top, "MessageId", a);
    out->opted_out = str_eq(reason, STR("DESTINATION_PHONE_NUMBER_OPTED_OUT"));
    if (is_error(type, "ThrottlingException"))
        out->outcome = OUTCOME_LATER;
    out->account = status == 403 || is_error(type, "AccessDeniedException") ||
                   is_error(type, "UnrecognizedClientException") ||
                   is_error(type, "ServiceQuotaExceededException");
    if (status >= 400) {
        struct str says = text_json_kept(top, "Message", a);

        if (says.n == 0)
            says = text_json_kept(top, "message", a);
        out->why =
            text_why(a, arena_str(a, reason.n > 0 ? reason : type), says);
    }
    json_decref(top);
}

/* ---- settings ---- */

static int open_sns(struct text_channel *t, struct error *e)
{
    struct str region = region_of(t->with.account);

    if (!str_starts(t->with.account, STR("arn:aws")) || region.n == 0) {
        return error(e, E_CONFIG,
                     "topic is written like "
                     "arn:aws:sns:us-east-1:123456789012:NAME");
    }
    if (t->with.api.n == 0) {
        t->with.api = str_of(arena_printf(
            t->channel.arena, "https://sms-voice.%.*s.%s", STR_FMT(region),
            str_starts(t->with.account, STR("arn:aws-cn:")) ? "amazonaws.com.cn"
                                                            : "amazonaws.com"));
    }
    return 0;
}

static const struct setting settings[] = {
    { .name = "topic",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(account),
      .needed = true,
      .help = "the topic that calls us, arn:aws:sns:...; no other is heard" },
    TEXT_SETTING_NUMBER(true),
    { .name = "access-key",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(user),
      .help = "the id of a key that may send, AKIA...; none: only receive" },
    { .name = "secret-key",
      .kind = SETTING_SECRET,
      .offset = TEXT_AT(key),
      .help = "that key, or \"file PATH\"" },
    { .name = "configuration-set",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(service),
      .help = "whose event destination is the topic: what became of texts" },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    { .name = "api",
      .kind = SETTING_TEXT,
      .offset = TEXT_AT(api),
      .help = "the api to send through, if not that of the topic's region" },
    TEXT_SETTING_CA,
    { .name = NULL },
};

static const char *const need_hosts[] = { ".amazonaws.com", ".amazonaws.com.cn",
                                          NULL };

const struct text_provider sns_provider = {
    .adapter = TEXT_ADAPTER_MORE(
        ADAPTER_KEYWORDS, "sns",
        "texts through AWS End User Messaging and a topic of SNS", settings,
        NULL, RAW_JSON),
    .called = "AWS",
    .words_max = WORDS_MAX,
    .need_hosts = need_hosts,
    .open = open_sns,
    .check = sns_check,
    .read = read,
    .say = say,
    .said = said,
};
