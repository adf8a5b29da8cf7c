/* What providers of texts tell: messages, receipts, and what is neither. */
#include "../../adapters/text_providers.h"
#include "../tap.h"
#include "base/buf.h"

static struct arena a;

static struct text *reading(const struct text_provider *p, const char *body)
{
    struct text *t = NULL;
    struct error e;

    printf("# %s: %.70s\n", p->called, body);
    return p->read(&t, RAW_JSON, str_of(body), &a, &e) < 0 ? NULL : t;
}

/* ---- somebody wrote ---- */

static const struct written {
    const struct text_provider *provider;
    const char *body, *id, *from, *to, *words;
    int64_t sent_at;
} written[] = {
    { &vonage_provider,
      "{\"to\":\"15555550100\",\"from\":\"15555550123\",\"channel\":\"sms\","
      "\"message_uuid\":\"u-1\",\"timestamp\":\"2026-09-21T15:33:20Z\","
      "\"message_type\":\"text\",\"text\":\"Tree down \\ud83c\\udf33\"}",
      "u-1", "+15555550123", "+15555550100", "Tree down 🌳", 1790004800 },
    { &vonage_provider,
      "msisdn=15555550123&to=15555550100&messageId=0A1&text=A+hole+%26+more"
      "&type=text&message-timestamp=2026-09-21+15%3A33%3A20",
      "0A1", "+15555550123", "+15555550100", "A hole & more", 1790004800 },
    { &vonage_provider,
      "{\"msisdn\":\"15555550123\",\"to\":\"15555550100\",\"messageId\":"
      "\"0A2\",\"text\":\"A hole\",\"type\":\"unicode\"}",
      "0A2", "+15555550123", "+15555550100", "A hole", 0 },
    { &plivo_provider,
      "From=15555550123&To=15555550100&Text=A+hole&MessageUUID=p-1&Type=sms"
      "&Units=1&MessageIntent=",
      "p-1", "+15555550123", "+15555550100", "A hole", 0 },
    { &plivo_provider,
      "From=15555550123&To=15555550100&Body=Hola&MessageUUID=p-2"
      "&Type=whatsapp",
      "p-2", "whatsapp:+15555550123", "whatsapp:+15555550100", "Hola", 0 },
    { &telnyx_provider,
      "{\"data\":{\"event_type\":\"message.received\",\"id\":\"e-1\","
      "\"payload\":{\"id\":\"t-1\",\"direction\":\"inbound\",\"from\":{"
      "\"phone_number\":\"+15555550123\"},\"to\":[{\"phone_number\":"
      "\"+15555550100\"}],\"text\":\"A hole\",\"type\":\"SMS\","
      "\"received_at\":\"2026-09-21T15:33:20.000+00:00\"}}}",
      "t-1", "+15555550123", "+15555550100", "A hole", 1790004800 },
    { &telnyx_provider, /* as /v2/messages/ID gives it */
      "{\"data\":{\"record_type\":\"message\",\"id\":\"t-2\",\"direction\":"
      "\"inbound\",\"from\":{\"phone_number\":\"+15555550123\"},\"to\":[{"
      "\"phone_number\":\"+15555550100\"}],\"text\":\"A hole\"}}",
      "t-2", "+15555550123", "+15555550100", "A hole", 0 },
    { &bandwidth_provider,
      "[{\"type\":\"message-received\",\"to\":\"+15555550100\",\"message\":{"
      "\"id\":\"b-1\",\"time\":\"2026-09-21T15:33:20Z\",\"to\":["
      "\"+15555550100\"],\"from\":\"+15555550123\",\"text\":\"A hole\"}}]",
      "b-1", "+15555550123", "+15555550100", "A hole", 1790004800 },
    { &sinch_provider,
      "{\"body\":\"A hole\",\"from\":\"15555550123\",\"id\":\"s-1\","
      "\"received_at\":\"2026-09-21T15:33:20.123Z\",\"to\":\"15555550100\","
      "\"type\":\"mo_text\"}",
      "s-1", "+15555550123", "+15555550100", "A hole", 1790004800 },
    { &sinch_provider, /* numbers may be numbers */
      "{\"body\":\"A hole\",\"from\":15555550123,\"id\":\"s-2\",\"to\":"
      "24273,\"type\":\"mo_text\"}",
      "s-2", "+15555550123", "24273", "A hole", 0 },
    { &messagebird_provider,
      "id=m-1&recipient=15555550100&originator=15555550123&body=A+hole"
      "&createdDatetime=2026-09-21T15%3A33%3A20%2B00%3A00",
      "m-1", "+15555550123", "+15555550100", "A hole", 1790004800 },
    { &messagebird_provider, /* a short code's names */
      "mid=m-2&shortcode=24273&originator=15555550123&message=A+hole", "m-2",
      "+15555550123", "24273", "A hole", 0 },
    { &sns_provider,
      "{\"Type\":\"Notification\",\"MessageId\":\"outer\",\"Timestamp\":"
      "\"2026-09-21T15:33:20.000Z\",\"Message\":\"{\\\"originationNumber\\\":"
      "\\\"+15555550123\\\",\\\"destinationNumber\\\":\\\"+15555550100\\\","
      "\\\"messageBody\\\":\\\"A hole\\\",\\\"inboundMessageId\\\":"
      "\\\"a-1\\\"}\"}",
      "a-1", "+15555550123", "+15555550100", "A hole", 1790004800 },
};

static void a_message_is_who_wrote_to_whom_and_what(void)
{
    for (size_t i = 0; i < COUNT_OF(written); i++) {
        const struct written *w = &written[i];
        const struct text *t = reading(w->provider, w->body);

        CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->next == NULL);
        if (t == NULL)
            continue;
        CHECK_STR(t->id, w->id);
        CHECK_STR(t->from, w->from);
        CHECK_STR(t->to, w->to);
        CHECK_STR(t->words, w->words);
        CHECK(t->sent_at == w->sent_at);
        CHECK(t->files == NULL && !t->outgoing && t->parts == 0);
    }
}

static void pictures_come_with_their_text(void)
{
    const struct text *t;

    t = reading(&plivo_provider,
                "From=1&MessageUUID=x&Type=mms&MediaCount=2&Body=Look"
                "&Media1=https%3A%2F%2Fmedia.plivo.com%2Fa"
                "&Media2=https%3A%2F%2Fmedia.plivo.com%2Fb");
    CHECK_STR(t->words, "Look");
    CHECK_STR(t->files->url, "https://media.plivo.com/a");
    CHECK_STR(t->files->next->url, "https://media.plivo.com/b");
    CHECK(t->files->next->next == NULL);

    t = reading(&telnyx_provider,
                "{\"data\":{\"payload\":{\"id\":\"x\",\"direction\":"
                "\"inbound\",\"from\":{\"phone_number\":\"+1\"},\"media\":[{"
                "\"url\":\"https://media.telnyx.com/a\",\"content_type\":"
                "\"image/jpeg\",\"sha256\":\"ab\"},{}]}}}");
    CHECK_STR(t->files->url, "https://media.telnyx.com/a");
    CHECK_STR(t->files->type, "image/jpeg");
    CHECK_STR(t->files->sha256, "ab");
    CHECK(t->files->next == NULL);

    t = reading(&bandwidth_provider,
                "[{\"type\":\"message-received\",\"message\":{\"id\":\"x\","
                "\"from\":\"+1\",\"media\":[\"https://h/0.smil\","
                "\"https://h/1.jpg\",7]}}]");
    CHECK_STR(t->files->url, "https://h/1.jpg");
    CHECK(t->files->next == NULL);

    t = reading(&sinch_provider,
                "{\"type\":\"mo_media\",\"id\":\"x\",\"from\":\"15555550123\","
                "\"body\":{\"subject\":\"S\",\"message\":\"Look\",\"media\":[{"
                "\"url\":\"https://h/a\",\"content_type\":\"image/png\"},"
                "{\"status\":\"Failed\",\"code\":1}]}}");
    CHECK_STR(t->words, "Look");
    CHECK_STR(t->files->type, "image/png");
    CHECK(t->files->next == NULL);

    t = reading(&vonage_provider,
                "{\"message_uuid\":\"x\",\"from\":\"1\",\"channel\":\"mms\","
                "\"message_type\":\"image\",\"image\":{\"url\":\"https://h/a\","
                "\"caption\":\"Look\",\"name\":\"a.jpg\"}}");
    CHECK_STR(t->words, "Look");
    CHECK_STR(t->files->url, "https://h/a");
    CHECK_STR(t->files->name, "a.jpg");
}

static void more_pictures_than_may_come_are_left_out(void)
{
    struct buf b = buf_init(64 * 1024);
    const struct text *t;
    int n = 0;

    buf_add(&b, STR("From=1&MessageUUID=x"));
    for (int i = 0; i < 150; i++)
        buf_printf(&b, "&Media%d=https://h/%d", i, i);
    t = reading(&plivo_provider, buf_cstr(&b));
    for (const struct text_file *f = t->files; f != NULL; f = f->next)
        n++;
    CHECK(n == TEXT_FILES_MAX);
    buf_free(&b);
}

static void a_part_says_which_of_how_many(void)
{
    const struct text *t =
        reading(&vonage_provider,
                "msisdn=15555550123&to=1&messageId=x&text=half+&type=text"
                "&concat=true&concat-ref=39&concat-total=2&concat-part=1");

    CHECK_STR(t->ref, "39");
    CHECK(t->part == 1 && t->parts == 2);
    t = reading(&vonage_provider,
                "msisdn=15555550123&to=1&messageId=x&text=half&type=text"
                "&concat=true&concat-ref=39&concat-total=2&concat-part=3");
    CHECK(t->parts == 0);
    t = reading(&vonage_provider,
                "msisdn=15555550123&to=1&messageId=x&text=half&type=text"
                "&concat=true&concat-ref=39&concat-total=99999&concat-part=3");
    CHECK(t->parts == 0);
}

static void a_place_and_an_answer_are_told_with_it(void)
{
    const struct text *t =
        reading(&vonage_provider,
                "{\"message_uuid\":\"x\",\"from\":\"15555550123\",\"channel\":"
                "\"whatsapp\",\"message_type\":\"location\",\"profile\":{"
                "\"name\":\"Ana\"},\"context\":{\"message_uuid\":\"before\"},"
                "\"location\":{\"lat\":41.31,\"long\":-72.92,\"address\":"
                "\"12 Elm St\"}}");

    CHECK_STR(t->from, "whatsapp:+15555550123");
    CHECK_STR(t->name, "Ana");
    CHECK_STR(t->answers, "before");
    CHECK_STR(t->address, "12 Elm St");
    CHECK(t->pin.known && t->pin.lat > 41.30 && t->pin.lon < -72.91);
    t = reading(&vonage_provider,
                "{\"message_uuid\":\"x\",\"from\":\"1\",\"location\":{\"lat\":"
                "141.31,\"long\":-72.92}}");
    CHECK(!t->pin.known);
    t = reading(&sns_provider,
                "{\"Type\":\"Notification\",\"Message\":\"{"
                "\\\"inboundMessageId\\\":\\\"x\\\",\\\"originationNumber\\\":"
                "\\\"+1\\\",\\\"previousPublishedMessageId\\\":\\\"b\\\"}\"}");
    CHECK_STR(t->answers, "b");
}

static void what_the_provider_takes_for_stop_is_told(void)
{
    const struct text *t =
        reading(&plivo_provider,
                "From=1&MessageUUID=x&Text=No+more&MessageIntent=optout");

    CHECK(t->control == CONTROL_STOP);
    t = reading(&plivo_provider,
                "From=1&MessageUUID=x&Text=Hi&MessageIntent=optin");
    CHECK(t->control == CONTROL_START);
}

static void events_that_come_together_are_told_one_by_one(void)
{
    const struct text *t =
        reading(&bandwidth_provider,
                "[{\"type\":\"message-received\",\"to\":\"+1\",\"message\":{"
                "\"id\":\"x\",\"from\":\"+2\",\"text\":\"one\"}},"
                "{\"type\":\"message-delivered\",\"to\":\"+3\",\"message\":{"
                "\"id\":\"y\"}},{\"type\":\"surprise\"},7,"
                "{\"type\":\"message-received\",\"message\":{\"id\":\"z\"}}]");

    CHECK(t->kind == TEXT_MESSAGE);
    CHECK(t->next->kind == TEXT_RECEIPT);
    CHECK_STR(t->next->id, "y");
    CHECK(t->next->next->kind == TEXT_NOTHING);
    CHECK(t->next->next->next->kind == TEXT_NOTHING);
    CHECK(t->next->next->next->next->kind == TEXT_NOTHING);
}

static void a_subscription_is_visited_at_amazon_only(void)
{
    const struct text *t = reading(
        &sns_provider,
        "{\"Type\":\"SubscriptionConfirmation\",\"SubscribeURL\":"
        "\"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription\"}");

    CHECK(t->kind == TEXT_VISIT);
    CHECK_STR(
        t->url,
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription");
    CHECK(reading(&sns_provider,
                  "{\"Type\":\"SubscriptionConfirmation\",\"SubscribeURL\":"
                  "\"https://sns.us-east-1.amazonaws.com@example.org/\"}") ==
          NULL);
    CHECK(reading(&sns_provider,
                  "{\"Type\":\"SubscriptionConfirmation\",\"SubscribeURL\":"
                  "\"http://sns.us-east-1.amazonaws.com/\"}") == NULL);
    t = reading(&sns_provider, "{\"Type\":\"UnsubscribeConfirmation\"}");
    CHECK(t->kind == TEXT_NOTHING);
}

/* ---- what became of ours ---- */

#define PLIVO(status, code)                                                    \
    "MessageUUID=r&To=15555550123&From=1&Status=" status "&ErrorCode=" code
#define TELNYX(status, errors)                                                 \
    "{\"data\":{\"event_type\":\"message.finalized\",\"payload\":{\"id\":"     \
    "\"r\",\"direction\":\"outbound\",\"to\":[{\"phone_number\":"              \
    "\"+15555550123\",\"status\":\"" status "\"}],\"errors\":[" errors "]}}}"
#define BANDWIDTH(type, code)                                                  \
    "[{\"type\":\"message-" type                                               \
    "\",\"to\":\"+15555550123\",\"errorCode\":" code                           \
    ",\"description\":\"d\",\"message\":{\"id\":\"r\"}}]"
#define SINCH(status, code)                                                    \
    "{\"type\":\"recipient_delivery_report_sms\",\"batch_id\":\"r\","          \
    "\"recipient\":\"15555550123\",\"status\":\"" status "\",\"code\":" code   \
    "}"
#define BIRD(status, code)                                                     \
    "id=r&recipient=15555550123&status=" status "&statusErrorCode=" code
#define SNS(event)                                                             \
    "{\"Type\":\"Notification\",\"Message\":\"{\\\"eventType\\\":\\\"" event   \
    "\\\",\\\"messageId\\\":\\\"r\\\",\\\"destinationPhoneNumber\\\":"         \
    "\\\"+15555550123\\\",\\\"messageStatus\\\":\\\"s\\\"}\"}"
#define VONAGE(status, title)                                                  \
    "{\"message_uuid\":\"r\",\"to\":\"15555550123\",\"status\":\"" status      \
    "\",\"error\":{\"title\":" title ",\"detail\":\"d\"}}"
#define NEXMO(status, code)                                                    \
    "messageId=r&msisdn=15555550123&to=1&status=" status "&err-code=" code

static const struct became {
    const struct text_provider *provider;
    const char *body;
    enum delivery delivery;
    bool opted_out, dead;
    const char *why;
} became[] = {
    { &plivo_provider, PLIVO("queued", ""), DELIVERY_QUEUED, 0, 0, "" },
    { &plivo_provider, PLIVO("sent", "000"), DELIVERY_SENT, 0, 0, "" },
    { &plivo_provider, PLIVO("delivered", "000"), DELIVERY_DELIVERED, 0, 0,
      "" },
    { &plivo_provider, PLIVO("undelivered", "30"), DELIVERY_FAILED, 0, 0,
      "Plivo's error 30" },
    { &plivo_provider, PLIVO("failed", "200"), DELIVERY_FAILED, 1, 0,
      "Plivo's error 200" },
    { &plivo_provider, PLIVO("failed", "50"), DELIVERY_FAILED, 0, 1,
      "Plivo's error 50" },
    { &plivo_provider, PLIVO("read", ""), DELIVERY_READ, 0, 0, "" },
    { &plivo_provider, PLIVO("novel", ""), DELIVERY_UNTOLD, 0, 0, "" },
    { &telnyx_provider, TELNYX("queued", ""), DELIVERY_QUEUED, 0, 0, "" },
    { &telnyx_provider, TELNYX("sending", ""), DELIVERY_SENDING, 0, 0, "" },
    { &telnyx_provider, TELNYX("sent", ""), DELIVERY_SENT, 0, 0, "" },
    { &telnyx_provider, TELNYX("delivered", ""), DELIVERY_DELIVERED, 0, 0, "" },
    { &telnyx_provider, TELNYX("delivery_unconfirmed", ""), DELIVERY_SENT, 0, 0,
      "" },
    { &telnyx_provider,
      TELNYX("delivery_failed", "{\"code\":\"40008\",\"title\":\"No\"}"),
      DELIVERY_FAILED, 0, 0, "40008: No" },
    { &telnyx_provider,
      TELNYX("sending_failed", "{\"code\":\"40300\",\"detail\":\"STOP\"}"),
      DELIVERY_FAILED, 1, 0, "40300: STOP" },
    { &telnyx_provider, TELNYX("sending_failed", "{\"code\":\"40001\"}"),
      DELIVERY_FAILED, 0, 1, "40001" },
    { &bandwidth_provider, BANDWIDTH("sending", "0"), DELIVERY_SENDING, 0, 0,
      "" },
    { &bandwidth_provider, BANDWIDTH("sent", "null"), DELIVERY_SENT, 0, 0, "" },
    { &bandwidth_provider, BANDWIDTH("delivered", "0"), DELIVERY_DELIVERED, 0,
      0, "" },
    { &bandwidth_provider, BANDWIDTH("read", "0"), DELIVERY_READ, 0, 0, "" },
    { &bandwidth_provider, BANDWIDTH("failed", "4770"), DELIVERY_FAILED, 0, 0,
      "4770: d" },
    { &bandwidth_provider, BANDWIDTH("failed", "4775"), DELIVERY_FAILED, 1, 0,
      "4775: d" },
    { &bandwidth_provider, BANDWIDTH("failed", "4721"), DELIVERY_FAILED, 0, 1,
      "4721: d" },
    { &sinch_provider, SINCH("Queued", "400"), DELIVERY_QUEUED, 0, 0, "" },
    { &sinch_provider, SINCH("Dispatched", "401"), DELIVERY_SENT, 0, 0, "" },
    { &sinch_provider, SINCH("Delivered", "0"), DELIVERY_DELIVERED, 0, 0, "" },
    { &sinch_provider, SINCH("Aborted", "402"), DELIVERY_FAILED, 0, 0,
      "402: Aborted" },
    { &sinch_provider, SINCH("Failed", "300"), DELIVERY_FAILED, 0, 1,
      "300: Failed" },
    { &sinch_provider, SINCH("Unknown", "0"), DELIVERY_UNTOLD, 0, 0, "" },
    { &messagebird_provider, BIRD("scheduled", ""), DELIVERY_QUEUED, 0, 0, "" },
    { &messagebird_provider, BIRD("buffered", ""), DELIVERY_SENDING, 0, 0, "" },
    { &messagebird_provider, BIRD("sent", ""), DELIVERY_SENT, 0, 0, "" },
    { &messagebird_provider, BIRD("delivered", "0"), DELIVERY_DELIVERED, 0, 0,
      "" },
    { &messagebird_provider, BIRD("delivery_failed", "103"), DELIVERY_FAILED, 1,
      0, "103" },
    { &messagebird_provider, BIRD("delivery_failed", "1"), DELIVERY_FAILED, 0,
      1, "1" },
    { &messagebird_provider, BIRD("expired", ""), DELIVERY_FAILED, 0, 0, "" },
    { &sns_provider, SNS("TEXT_QUEUED"), DELIVERY_QUEUED, 0, 0, "" },
    { &sns_provider, SNS("TEXT_PENDING"), DELIVERY_SENDING, 0, 0, "" },
    { &sns_provider, SNS("TEXT_SUCCESSFUL"), DELIVERY_SENT, 0, 0, "" },
    { &sns_provider, SNS("TEXT_DELIVERED"), DELIVERY_DELIVERED, 0, 0, "" },
    { &sns_provider, SNS("TEXT_BLOCKED"), DELIVERY_FAILED, 0, 0, "s" },
    { &sns_provider, SNS("TEXT_INVALID"), DELIVERY_FAILED, 0, 1, "s" },
    { &sns_provider, SNS("TEXT_UNKNOWN"), DELIVERY_UNTOLD, 0, 0, "" },
    { &vonage_provider, VONAGE("submitted", "null"), DELIVERY_SENT, 0, 0, "" },
    { &vonage_provider, VONAGE("delivered", "null"), DELIVERY_DELIVERED, 0, 0,
      "" },
    { &vonage_provider, VONAGE("read", "null"), DELIVERY_READ, 0, 0, "" },
    { &vonage_provider, VONAGE("rejected", "1240"), DELIVERY_FAILED, 1, 0,
      "1240: d" },
    { &vonage_provider, VONAGE("undeliverable", "\"1190\""), DELIVERY_FAILED, 0,
      1, "1190: d" },
    { &vonage_provider, NEXMO("accepted", "0"), DELIVERY_SENT, 0, 0, "" },
    { &vonage_provider, NEXMO("delivered", "0"), DELIVERY_DELIVERED, 0, 0, "" },
    { &vonage_provider, NEXMO("failed", "9"), DELIVERY_FAILED, 1, 0, "9" },
    { &vonage_provider, NEXMO("rejected", "3"), DELIVERY_FAILED, 0, 1, "3" },
};

static void each_state_is_one_of_ours(void)
{
    for (size_t i = 0; i < COUNT_OF(became); i++) {
        const struct became *b = &became[i];
        const struct text *t = reading(b->provider, b->body);

        CHECK(t != NULL && t->kind == TEXT_RECEIPT);
        if (t == NULL)
            continue;
        CHECK_STR(t->id, "r");
        CHECK_STR(t->to, "+15555550123");
        CHECK(t->delivery == b->delivery);
        CHECK(t->opted_out == b->opted_out && t->dead == b->dead);
        CHECK_STR(t->why, b->why);
    }
}

int main(void)
{
    a_message_is_who_wrote_to_whom_and_what();
    pictures_come_with_their_text();
    more_pictures_than_may_come_are_left_out();
    a_part_says_which_of_how_many();
    a_place_and_an_answer_are_told_with_it();
    what_the_provider_takes_for_stop_is_told();
    events_that_come_together_are_told_one_by_one();
    a_subscription_is_visited_at_amazon_only();
    each_state_is_one_of_ours();
    arena_free(&a);
    return tap_done();
}
