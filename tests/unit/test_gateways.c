/* Phones of small towns as doors for texts: what they tell, and what we say. */
#include "gateways_made.h"

/* ---- who has called ---- */

static void a_body_and_its_time_are_signed_together(void)
{
    struct call c = of_capcom6("new", "{}", "1790000000");
    static const char cut[] = "{}\0 and more";

    clock_set(NOW);
    CHECK(verdict(&capcom6_provider, c) == TEXT_GENUINE);
    CHECK(verdict(&capcom6_provider, of_capcom6("old", "{}", "1790000000")) ==
          TEXT_GENUINE);
    CHECK(verdict(&capcom6_provider, of_capcom6("else", "{}", "1790000000")) ==
          TEXT_FORGED);
    CHECK(verdict(&capcom6_provider, of_capcom6("new", "{}", "1789999702")) ==
          TEXT_STALE);
    CHECK(verdict(&capcom6_provider, of_capcom6("new", "{}", "1790000304")) ==
          TEXT_STALE);
    CHECK(verdict(&capcom6_provider, of_capcom6("new", "{}", "soon")) ==
          TEXT_STALE);
    CHECK(verdict(&capcom6_provider, of_capcom6("new", "{}", "")) ==
          TEXT_STALE);
    c.at = STR("1790000001");
    CHECK(verdict(&capcom6_provider, c) == TEXT_FORGED);
    c = of_capcom6("new", "{}", "1790000000");
    c.call.body = (struct str){ cut, sizeof(cut) - 1 };
    CHECK(verdict(&capcom6_provider, c) == TEXT_FORGED);
}

static void a_token_is_for_this_address_and_this_time(void)
{
    static const struct {
        const char *claims;
        enum text_verdict verdict;
    } cases[] = {
        { "{\"iss\":\"api.httpsms.com\",\"exp\":1790000600,"
          "\"aud\":\"https://reports.example.org/hook/phone\"}",
          TEXT_GENUINE },
        { "{\"iss\":\"api.httpsms.com\",\"exp\":1790000600,\"aud\":[\"x\","
          "\"https://reports.example.org/hook/phone\"]}",
          TEXT_GENUINE },
        { "{\"iss\":\"api.httpsms.com\",\"exp\":1790000002,"
          "\"aud\":\"https://reports.example.org/hook/phone\"}",
          TEXT_STALE },
        { "{\"iss\":\"api.httpsms.com\","
          "\"aud\":\"https://reports.example.org/hook/phone\"}",
          TEXT_STALE },
        { "{\"iss\":\"api.httpsms.com\",\"exp\":1790000600,"
          "\"nbf\":1790000100,"
          "\"aud\":\"https://reports.example.org/hook/phone\"}",
          TEXT_STALE },
        { "{\"iss\":\"api.httpsms.com\",\"exp\":1790000600,"
          "\"aud\":\"https://reports.example.org/hook/phone?x=1\"}",
          TEXT_FORGED },
        { "{\"iss\":\"example.org\",\"exp\":1790000600,"
          "\"aud\":\"https://reports.example.org/hook/phone\"}",
          TEXT_FORGED },
        { "{\"iss\":\"api.httpsms.com\",\"exp\":1790000600}", TEXT_FORGED },
        { "[]", TEXT_FORGED },
    };
    struct call c;

    clock_set(NOW);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CHECK(verdict(&httpsms_provider, of_httpsms(cases[i].claims)) ==
              cases[i].verdict);
    }
    c = of_httpsms(cases[0].claims);
    c.authorization = str_slice(c.authorization, 7, c.authorization.n);
    CHECK(verdict(&httpsms_provider, c) == TEXT_FORGED);
    c.authorization = token(cases[0].claims, "else");
    CHECK(verdict(&httpsms_provider, c) == TEXT_FORGED);
    CHECK(verdict(&httpsms_provider, (struct call){ .at = STR("") }) ==
          TEXT_FORGED);
}

static void a_secret_in_the_form_is_told_whole(void)
{
    CHECK(verdict(&smssync_provider, of_form("from=1&secret=new")) ==
          TEXT_GENUINE);
    CHECK(verdict(&smssync_provider, of_form("secret=old&from=1")) ==
          TEXT_GENUINE);
    CHECK(verdict(&smssync_provider, of_form("from=1&secret=ne")) ==
          TEXT_FORGED);
    CHECK(verdict(&smssync_provider, of_form("from=1&secret=newer")) ==
          TEXT_FORGED);
    CHECK(verdict(&smssync_provider, of_form("from=1")) == TEXT_FORGED);
    CHECK(verdict(&smssync_provider, of_form("secret=")) == TEXT_FORGED);
    CHECK(verdict(&smssync_provider, of_form("")) == TEXT_FORGED);
}

/* ---- what they tell ---- */

static const char mms[] =
    "{\"deviceId\":\"d\",\"event\":\"mms:downloaded\",\"payload\":{"
    "\"messageId\":\"m1\",\"sender\":\"+15555550123\",\"recipient\":null,"
    "\"simNumber\":null,\"body\":null,\"subject\":\"No subject\","
    "\"receivedAt\":\"2026-09-21T15:33:20.000-05:00\",\"attachments\":["
    "{\"partId\":1,\"contentType\":\"application/smil\",\"data\":\"PHNtaWwv\"},"
    "{\"partId\":2,\"contentType\":\"image/jpeg\",\"name\":\"hole.jpg\","
    "\"size\":3,\"data\":\"/9j/\"},"
    "{\"partId\":3,\"contentType\":\"text/x-vcard\",\"name\":null,"
    "\"data\":\"QkVHSU46VkNBUkQ=\"},"
    "{\"partId\":4,\"contentType\":\"image/png\",\"data\":null},"
    "{\"partId\":5,\"contentType\":\"image/png\",\"data\":\"*\"}]}}";

static void pictures_come_within_the_message(void)
{
    const struct text *t = told(&capcom6_provider, mms);

    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->files != NULL);
    CHECK_STR(t->from, "+15555550123");
    CHECK_STR(t->to, "");
    CHECK(t->sent_at == 1790022800);
    CHECK_STR(t->files->name, "hole.jpg");
    CHECK_STR(t->files->type, "image/jpeg");
    CHECK(t->files->bytes.n == 3 && t->files->bytes.p[0] == '\xff');
    CHECK(t->files->next != NULL && t->files->next->next == NULL);
    CHECK_STR(t->files->next->type, "text/x-vcard");
    CHECK_STR(t->files->next->bytes, "BEGIN:VCARD");
}

static const char *received(const char *id, const char *at, const char *from)
{
    return arena_printf(
        &a,
        "{\"deviceId\":\"d\",\"event\":\"sms:received\",\"id\":\"w\","
        "\"payload\":{\"message\":\"Hole\",\"messageId\":\"%s\","
        "\"receivedAt\":\"2026-09-21T15:33:%s\",\"phoneNumber\":\"%s\"}}",
        id, at, from);
}

static void two_texts_of_one_hash_are_two(void)
{
    const struct text *t = told(&capcom6_provider, received("h", "20Z", "+1"));
    const struct text *other;

    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->id.n == 32);
    CHECK_STR(t->from, "+1");
    CHECK_STR(t->words, "Hole");
    other = told(&capcom6_provider, received("h", "20Z", "+1"));
    CHECK(other != NULL && str_eq(other->id, t->id));
    other = told(&capcom6_provider, received("h", "21Z", "+1"));
    CHECK(other != NULL && !str_eq(other->id, t->id));
    other = told(&capcom6_provider, received("h", "20Z", "+2"));
    CHECK(other != NULL && !str_eq(other->id, t->id));
}

static void several_come_at_once(void)
{
    const struct text *t = told(
        &capcom6_provider,
        "{\"deviceId\":\"d\",\"event\":\"sms:batch:received\",\"payload\":{"
        "\"messages\":[{\"messageId\":\"1\",\"sender\":\"+1\",\"message\":"
        "\"A\"},{\"messageId\":\"2\",\"sender\":\"+1\",\"message\":\"B\"}]}}");

    CHECK(t != NULL && t->next != NULL && t->next->next == NULL);
    CHECK_STR(t->words, "A");
    CHECK_STR(t->next->words, "B");
    CHECK(!str_eq(t->id, t->next->id));
}

static void how_sending_went_is_told_by_our_id(void)
{
    static const struct {
        const struct text_provider *provider;
        const char *body, *id;
        enum delivery delivery;
        const char *why;
    } cases[] = {
        { &capcom6_provider,
          "{\"event\":\"sms:delivered\",\"payload\":{\"messageId\":\"n7\","
          "\"phoneNumber\":\"+1\",\"deliveredAt\":\"x\"}}",
          "n7", DELIVERY_DELIVERED, "" },
        { &capcom6_provider,
          "{\"event\":\"sms:sent\",\"payload\":{\"messageId\":\"n7\"}}", "n7",
          DELIVERY_SENT, "" },
        { &capcom6_provider,
          "{\"event\":\"sms:failed\",\"payload\":{\"messageId\":\"n7\","
          "\"reason\":\"no service\"}}",
          "n7", DELIVERY_FAILED, "no service" },
        { &textbee_provider,
          "{\"webhookEvent\":\"MESSAGE_FAILED\",\"smsId\":\"s\","
          "\"smsBatchId\":\"b\",\"errorCode\":\"4\",\"errorMessage\":\"no "
          "service\"}",
          "b", DELIVERY_FAILED, "4: no service" },
        { &textbee_provider,
          "{\"webhookEvent\":\"MESSAGE_DELIVERED\",\"smsId\":\"s\"}", "s",
          DELIVERY_DELIVERED, "" },
        { &httpsms_provider,
          "{\"type\":\"message.phone.delivered\",\"data\":{\"id\":\"u\","
          "\"owner\":\"+15555550100\",\"contact\":\"+15555550123\"}}",
          "u", DELIVERY_DELIVERED, "" },
        { &httpsms_provider,
          "{\"type\":\"message.send.failed\",\"data\":{\"id\":\"u\","
          "\"owner\":\"+15555550100\",\"error_message\":\"no service\"}}",
          "u", DELIVERY_FAILED, "no service" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct text *t = told(cases[i].provider, cases[i].body);

        CHECK(t != NULL && t->kind == TEXT_RECEIPT);
        CHECK_STR(t->id, cases[i].id);
        CHECK(t->delivery == cases[i].delivery);
        CHECK_STR(t->why, cases[i].why);
    }
}

static void a_message_of_each_is_read(void)
{
    const struct text *t =
        told(&textbee_provider,
             "{\"webhookEvent\":\"MESSAGE_RECEIVED\",\"smsId\":\"s\","
             "\"sender\":\"+15555550123\",\"message\":\"Hole\","
             "\"receivedAt\":\"2026-09-21T15:33:20.000Z\"}");

    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->sent_at == 1790004800);
    CHECK_STR(t->id, "s");
    CHECK_STR(t->words, "Hole");
    t = told(&httpsms_provider,
             "{\"type\":\"message.phone.received\",\"id\":\"event\",\"data\":{"
             "\"message_id\":\"m\",\"owner\":\"+15555550100\",\"contact\":"
             "\"+15555550123\",\"content\":\"Hole\",\"attachments\":"
             "[\"https://api.httpsms.com/v1/attachments/1.jpg\",7]}}");
    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->files != NULL);
    CHECK_STR(t->id, "m");
    CHECK_STR(t->from, "+15555550123");
    CHECK_STR(t->to, "+15555550100");
    CHECK_STR(t->files->url, "https://api.httpsms.com/v1/attachments/1.jpg");
    t = told(&smssync_provider,
             "from=%2B15555550123&message=Hole+here&message_id=80&secret=s"
             "&sent_to=%2B15555550100&device_id=1"
             "&sent_timestamp=1790000000000");
    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->sent_at == 1790000000);
    CHECK_STR(t->from, "+15555550123");
    CHECK_STR(t->words, "Hole here");
    CHECK(t->id.n == 32);
}

/* Nothing of it may be a message, and none may be fatal. */
static void what_makes_no_sense_is_nothing(void)
{
    static const struct text_provider *const all[] = { &capcom6_provider,
                                                       &textbee_provider,
                                                       &httpsms_provider };
    static const char *const bodies[] = {
        "{}",
        "{\"event\":7,\"type\":7,\"webhookEvent\":7}",
        "{\"event\":\"sms:received\",\"webhookEvent\":\"MESSAGE_RECEIVED\","
        "\"type\":\"message.phone.received\"}",
        "{\"event\":\"sms:received\",\"payload\":[]}",
        "{\"event\":\"sms:received\",\"payload\":{\"messages\":[1,[],{}]}}",
        "{\"event\":\"sms:sent\",\"type\":\"message.phone.sent\","
        "\"payload\":{\"messageId\":7},\"data\":{\"id\":7}}",
        "{\"event\":\"mms:downloaded\",\"payload\":{\"attachments\":7}}",
        "{\"event\":\"system:ping\",\"type\":\"phone.heartbeat.dead\","
        "\"webhookEvent\":\"UNKNOWN_STATE\",\"data\":{}}",
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct text *t;

        for (size_t k = 0; k < COUNT_OF(bodies); k++) {
            for (const struct text *n = told(all[i], bodies[k]); n != NULL;
                 n = n->next)
                CHECK(n->kind == TEXT_NOTHING);
        }
        CHECK(all[i]->read(&t, RAW_JSON, STR(""), &a, &e) < 0);
        CHECK(all[i]->read(&t, RAW_JSON, STR("[1]"), &a, &e) < 0);
        CHECK(all[i]->read(&t, RAW_FORM, STR("a=b"), &a, &e) < 0);
    }
    CHECK(told(&smssync_provider, "")->kind == TEXT_NOTHING);
    CHECK(told(&smssync_provider, "message=hello")->kind == TEXT_NOTHING);
}

/* ---- what we say ---- */

static json_t *asked(const struct text_provider *p, struct text_request *r)
{
    const struct text_order order = {
        .to = STR("+15555550123"),
        .from = STR("+15555550100"),
        .words = STR("Thank you: \"no. 7\""),
        .ours = STR("a-very-long-id-of-ours-that-is-more-than-36"),
    };

    if (p->say(r, &door, &order, &a, &e) < 0)
        return NULL;
    return json_loadb(r->body.p, r->body.n, 0, NULL);
}

static void an_order_names_its_own_id(void)
{
    struct text_request r;
    struct text_request again;
    json_t *o = asked(&capcom6_provider, &r);
    json_t *same = asked(&capcom6_provider, &again);

    CHECK_STR(str_of(r.url), "https://api.example.org/v1/messages");
    CHECK_STR(str_of(r.user), "town");
    CHECK_STR(str_of(r.password), "pass");
    CHECK_STR(str_of(member(json_object_get(o, "textMessage"), "text")),
              "Thank you: \"no. 7\"");
    CHECK_STR(str_of(json_string_value(
                  json_array_get(json_object_get(o, "phoneNumbers"), 0))),
              "+15555550123");
    CHECK(strlen(member(o, "id")) == 32);
    CHECK(json_equal(o, same));
    json_decref(o);
    json_decref(same);
    o = asked(&textbee_provider, &r);
    CHECK_STR(str_of(r.url),
              "https://api.example.org/v1/gateway/devices/phone%201/send-sms");
    CHECK_STR(str_of(r.headers[1]), "x-api-key: key");
    CHECK_STR(str_of(member(o, "message")), "Thank you: \"no. 7\"");
    json_decref(o);
    o = asked(&httpsms_provider, &r);
    CHECK_STR(str_of(r.url), "https://api.example.org/v1/messages/send");
    CHECK_STR(str_of(member(o, "from")), "+15555550100");
    CHECK_STR(str_of(member(o, "to")), "+15555550123");
    CHECK_STR(str_of(member(o, "request_id")),
              "a-very-long-id-of-ours-that-is-more-than-36");
    json_decref(o);
}

static struct text_answer answer(const struct text_provider *p, long status,
                                 const char *body)
{
    struct text_answer out = { .outcome = OUTCOME_NEVER };

    p->said(&out, status, str_of(body), &a);
    return out;
}

static void an_answer_says_the_id_or_why_not(void)
{
    struct text_answer was =
        answer(&capcom6_provider, 202, "{\"id\":\"n7\",\"state\":\"Pending\"}");

    CHECK_STR(was.id, "n7");
    CHECK(answer(&capcom6_provider, 409, "").outcome == OUTCOME_DONE);
    CHECK(answer(&capcom6_provider, 401, "no").account);
    was = answer(&capcom6_provider, 400, "{\"message\":\"no such device\"}");
    CHECK_STR(was.why, "no such device");
    CHECK(!was.account && was.outcome == OUTCOME_NEVER);
    was = answer(&textbee_provider, 201,
                 "{\"data\":{\"success\":true,\"smsBatchId\":\"b\"}}");
    CHECK_STR(was.id, "b");
    was = answer(&httpsms_provider, 200, "{\"data\":{\"id\":\"u\"}}");
    CHECK_STR(was.id, "u");
    CHECK(answer(&httpsms_provider, 402, "{}").account);
    CHECK(answer(&httpsms_provider, 200, "[]").id.n == 0);
}

int main(void)
{
    a_body_and_its_time_are_signed_together();
    a_token_is_for_this_address_and_this_time();
    a_secret_in_the_form_is_told_whole();
    pictures_come_within_the_message();
    two_texts_of_one_hash_are_two();
    several_come_at_once();
    how_sending_went_is_told_by_our_id();
    a_message_of_each_is_read();
    what_makes_no_sense_is_nothing();
    an_order_names_its_own_id();
    an_answer_says_the_id_or_why_not();
    arena_free(&a);
    return tap_done();
}
