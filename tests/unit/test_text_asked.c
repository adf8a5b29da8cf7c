/* What we ask providers of texts: to say something, and what they have. */
#include "../../adapters/text_providers.h"
#include "../tap.h"
#include "base/clock.h"

static struct arena a;

static const struct text_channel *channel(void)
{
    static struct text_channel t;

    t.with = (struct text_settings){
        .account = STR("arn:aws:sns:us-east-1:123456789012:inlet"),
        .user = STR("AKIA1"),
        .key = STR("key\r\nEvil: 1"),
        .password = STR("pw"),
        .number = STR("+15555550100"),
        .service = STR("plan/1"),
        .api = STR("https://api.example.org"),
    };
    return &t;
}

static const struct text_order order = {
    .to = STR_INIT("+15555550123"),
    .from = STR_INIT("+15555550100"),
    .words = STR_INIT("It \"works\" ¿no?"),
    .ours = STR_INIT("ours-1"),
    .status_url = STR_INIT("https://town.example.org/hook/x/status"),
};

#define WORDS  "It \\\"works\\\" ¿no?"
#define STATUS "https://town.example.org/hook/x/status"

static const struct asked {
    const struct text_provider *provider;
    const char *service; /* NULL: as in channel() */
    const char *url, *body, *header, *user;
} asked[] = {
    { &vonage_provider, "messages", "https://api.example.org/v1/messages",
      "{\"message_type\":\"text\",\"channel\":\"sms\",\"to\":\"15555550123\","
      "\"from\":\"15555550100\",\"text\":\"" WORDS
      "\",\"client_ref\":\"ours-1\",\"webhook_url\":\"" STATUS
      "\",\"webhook_version\":\"v1\"}",
      "Content-Type: application/json",
      "arn:aws:sns:us-east-1:123456789012:inlet" },
    { &vonage_provider, "sms", "https://api.example.org/sms/json",
      "{\"api_key\":\"arn:aws:sns:us-east-1:123456789012:inlet\","
      "\"api_secret\":\"key\\r\\nEvil: 1\",\"to\":\"15555550123\",\"from\":"
      "\"15555550100\",\"text\":\"" WORDS
      "\",\"type\":\"text\",\"client-ref\":\"ours-1\",\"callback\":\"" STATUS
      "\"}",
      "Content-Type: application/json", NULL },
    { &plivo_provider, "",
      "https://api.example.org/v1/Account/"
      "arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Ainlet/Message/",
      "{\"src\":\"15555550100\",\"dst\":\"15555550123\",\"text\":\"" WORDS
      "\",\"url\":\"" STATUS "\",\"method\":\"POST\"}",
      "Content-Type: application/json",
      "arn:aws:sns:us-east-1:123456789012:inlet" },
    { &plivo_provider, NULL,
      "https://api.example.org/v1/Account/"
      "arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Ainlet/Message/",
      "{\"powerpack_uuid\":\"plan/1\",\"dst\":\"15555550123\",\"text\":\"" WORDS
      "\",\"url\":\"" STATUS "\",\"method\":\"POST\"}",
      "Content-Type: application/json",
      "arn:aws:sns:us-east-1:123456789012:inlet" },
    { &telnyx_provider, NULL, "https://api.example.org/v2/messages",
      "{\"from\":\"+15555550100\",\"messaging_profile_id\":\"plan/1\",\"to\":"
      "\"+15555550123\",\"text\":\"" WORDS "\",\"webhook_url\":\"" STATUS "\"}",
      "Authorization: Bearer key  Evil: 1", NULL },
    { &bandwidth_provider, NULL,
      "https://api.example.org/users/"
      "arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Ainlet/messages",
      "{\"applicationId\":\"plan/1\",\"from\":\"+15555550100\",\"to\":["
      "\"+15555550123\"],\"text\":\"" WORDS "\",\"tag\":\"ours-1\"}",
      "Content-Type: application/json; charset=utf-8", "key\r\nEvil: 1" },
    { &sinch_provider, NULL, "https://api.example.org/xms/v1/plan%2F1/batches",
      "{\"from\":\"15555550100\",\"to\":[\"15555550123\"],\"body\":\"" WORDS
      "\",\"client_reference\":\"ours-1\",\"delivery_report\":"
      "\"per_recipient\",\"callback_url\":\"" STATUS "\"}",
      "Authorization: Bearer key  Evil: 1", NULL },
    { &messagebird_provider, NULL, "https://api.example.org/messages",
      "{\"originator\":\"+15555550100\",\"recipients\":[\"15555550123\"],"
      "\"body\":\"" WORDS
      "\",\"datacoding\":\"auto\",\"reference\":\"ours-1\",\"reportUrl\":"
      "\"" STATUS "\"}",
      "Authorization: AccessKey key  Evil: 1", NULL },
    { &sns_provider, "", "https://api.example.org/",
      "{\"DestinationPhoneNumber\":\"+15555550123\",\"OriginationIdentity\":"
      "\"+15555550100\",\"MessageBody\":\"" WORDS
      "\",\"MessageType\":\"TRANSACTIONAL\"}",
      "Content-Type: application/x-amz-json-1.0", "AKIA1" },
};

static void saying_is_one_request(void)
{
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        const struct asked *s = &asked[i];
        struct text_channel t = *channel();
        struct text_request r = { 0 };
        struct error e;

        printf("# %s\n", s->provider->called);
        if (s->service != NULL)
            t.with.service = str_of(s->service);
        CHECK(s->provider->say(&r, &t, &order, &a, &e) == 0);
        CHECK_STR(str_of(r.url), s->url);
        CHECK_STR(r.body, s->body);
        CHECK_STR(str_of(r.headers[0]), s->header);
        CHECK((r.user == NULL) == (s->user == NULL));
        if (r.user != NULL)
            CHECK_STR(str_of(r.user), s->user);
    }
}

static void amazon_is_asked_with_a_signed_request(void)
{
    struct text_channel t = *channel();
    struct text_request r = { 0 };
    struct error e;

    CHECK(sns_provider.say(&r, &t, &order, &a, &e) == 0);
    CHECK_STR(str_of(r.aws), "aws:amz:us-east-1:sms-voice");
    CHECK_STR(str_of(r.password), "key\r\nEvil: 1");
    t.with.user = STR("");
    CHECK(sns_provider.say(&r, &t, &order, &a, &e) == E_CONFIG);
}

static void whatsapp_goes_where_it_can(void)
{
    static const struct text_provider *const cannot[] = {
        &telnyx_provider, &bandwidth_provider, &sinch_provider,
        &messagebird_provider
    };
    struct text_order to = order;
    struct text_channel t = *channel();
    struct text_request r;
    struct error e;

    to.to = STR("whatsapp:+15555550123");
    for (size_t i = 0; i < COUNT_OF(cannot); i++)
        CHECK(cannot[i]->say(&r, &t, &to, &a, &e) < 0);
    CHECK(plivo_provider.say(&r, &t, &to, &a, &e) == 0);
    CHECK(str_find(r.body, STR("\"dst\":\"15555550123\"")) < r.body.n);
    CHECK(str_find(r.body, STR("\"type\":\"whatsapp\"")) < r.body.n);
    CHECK(vonage_provider.say(&r, &t, &to, &a, &e) == 0);
    CHECK(str_find(r.body, STR("\"channel\":\"whatsapp\"")) < r.body.n);
}

/* ---- the answer ---- */

#define AS_IT_WAS OUTCOME_UNKNOWN

static const struct answered {
    const struct text_provider *provider;
    long status;
    const char *body;
    enum outcome outcome;
    const char *id, *why;
    bool opted_out, account;
} answered[] = {
    { &vonage_provider, 202, "{\"message_uuid\":\"u-1\"}", AS_IT_WAS, "u-1", "",
      0, 0 },
    { &vonage_provider, 422, "{\"title\":\"Bad\",\"detail\":\"no to\"}",
      AS_IT_WAS, "", "Bad: no to", 0, 0 },
    { &vonage_provider, 402, "{\"title\":\"Low balance\"}", AS_IT_WAS, "",
      "Low balance", 0, 1 },
    { &vonage_provider, 200,
      "{\"messages\":[{\"status\":\"0\",\"message-id\":\"0A1\"}]}", AS_IT_WAS,
      "0A1", "", 0, 0 },
    { &vonage_provider, 200,
      "{\"messages\":[{\"status\":\"1\",\"error-text\":\"Throttled\"}]}",
      OUTCOME_LATER, "", "1: Throttled", 0, 0 },
    { &vonage_provider, 200,
      "{\"messages\":[{\"status\":\"4\",\"error-text\":\"Bad key\"}]}",
      OUTCOME_LATER, "", "4: Bad key", 0, 1 },
    { &vonage_provider, 200,
      "{\"messages\":[{\"status\":\"3\",\"error-text\":\"Bad to\"}]}",
      OUTCOME_NEVER, "", "3: Bad to", 0, 0 },
    { &plivo_provider, 202, "{\"message_uuid\":[\"p-1\"]}", AS_IT_WAS, "p-1",
      "", 0, 0 },
    { &plivo_provider, 400, "{\"error\":\"bad dst\"}", AS_IT_WAS, "", "bad dst",
      0, 0 },
    { &plivo_provider, 401, "no", AS_IT_WAS, "", "", 0, 1 },
    { &telnyx_provider, 200, "{\"data\":{\"id\":\"t-1\"}}", AS_IT_WAS, "t-1",
      "", 0, 0 },
    { &telnyx_provider, 403,
      "{\"errors\":[{\"code\":\"40300\",\"title\":\"STOP\"}]}", AS_IT_WAS, "",
      "40300: STOP", 1, 0 },
    { &telnyx_provider, 401,
      "{\"errors\":[{\"code\":\"10009\",\"title\":\"Key\"}]}", AS_IT_WAS, "",
      "10009: Key", 0, 1 },
    { &bandwidth_provider, 202, "{\"id\":\"b-1\"}", AS_IT_WAS, "b-1", "", 0,
      0 },
    { &bandwidth_provider, 400,
      "{\"type\":\"request-validation\",\"description\":\"bad\"}", AS_IT_WAS,
      "", "request-validation: bad", 0, 0 },
    { &sinch_provider, 201, "{\"id\":\"s-1\"}", AS_IT_WAS, "s-1", "", 0, 0 },
    { &sinch_provider, 400,
      "{\"code\":\"syntax_invalid_parameter_format\",\"text\":\"bad\"}",
      AS_IT_WAS, "", "syntax_invalid_parameter_format: bad", 0, 0 },
    { &messagebird_provider, 201, "{\"id\":\"m-1\"}", AS_IT_WAS, "m-1", "", 0,
      0 },
    { &messagebird_provider, 422,
      "{\"errors\":[{\"code\":25,\"description\":\"Not enough balance\"}]}",
      AS_IT_WAS, "", "25: Not enough balance", 0, 1 },
    { &sns_provider, 200, "{\"MessageId\":\"a-1\"}", AS_IT_WAS, "a-1", "", 0,
      0 },
    { &sns_provider, 400,
      "{\"__type\":\"x#ConflictException\",\"Reason\":"
      "\"DESTINATION_PHONE_NUMBER_OPTED_OUT\",\"Message\":\"m\"}",
      AS_IT_WAS, "", "DESTINATION_PHONE_NUMBER_OPTED_OUT: m", 1, 0 },
    { &sns_provider, 400, "{\"__type\":\"ThrottlingException\"}", OUTCOME_LATER,
      "", "ThrottlingException", 0, 0 },
    { &sns_provider, 400, "{\"__type\":\"AccessDeniedException\"}", AS_IT_WAS,
      "", "AccessDeniedException", 0, 1 },
};

static void an_answer_says_how_it_went(void)
{
    for (size_t i = 0; i < COUNT_OF(answered); i++) {
        const struct answered *w = &answered[i];
        struct text_answer got = { .outcome = AS_IT_WAS };

        printf("# %s: %s\n", w->provider->called, w->body);
        w->provider->said(&got, w->status, str_of(w->body), &a);
        CHECK(got.outcome == w->outcome);
        CHECK_STR(got.id, w->id);
        CHECK_STR(got.why, w->why);
        CHECK(got.opted_out == w->opted_out && got.account == w->account);
    }
}

/* ---- the list ---- */

static const char *list_url(const struct text_provider *p, const char *to,
                            const char *page)
{
    struct text_question q = { .since = 1790004800,
                               .to = str_of(to),
                               .page = str_of(page) };
    struct text_channel t = *channel();
    struct text_request r = { 0 };
    struct error e;

    t.with.account = STR("acc");
    if (p->list(&r, &t, &q, &a, &e) < 0)
        return "";
    CHECK(r.body.n == 0 && r.method == NULL);
    return r.url + strlen("https://api.example.org");
}

static void the_list_is_asked_from_a_date_on(void)
{
    CHECK_STR(str_of(list_url(&plivo_provider, "", "")),
              "/v1/Account/acc/Message/?message_time__gte="
              "2026-09-21%2015%3A33%3A20&limit=20");
    CHECK_STR(str_of(list_url(&plivo_provider, "+1", "")),
              "/v1/Account/acc/Message/?message_time__gte="
              "2026-09-21%2015%3A33%3A20&message_direction=outbound&limit=20");
    CHECK_STR(str_of(list_url(&plivo_provider, "", "/v1/Account/acc/?o=20")),
              "/v1/Account/acc/?o=20");
    CHECK_STR(str_of(list_url(&telnyx_provider, "", "")),
              "/v2/detail_records?filter%5Brecord_type%5D=messaging"
              "&filter%5Bcreated_at%5D%5Bgte%5D=2026-09-21&sort=-created_at"
              "&page%5Bsize%5D=50&page%5Bnumber%5D=1");
    CHECK_STR(str_of(list_url(&bandwidth_provider, "+15555550123", "tok/=")),
              "/users/acc/messages?messageDirection=OUTBOUND"
              "&sourceTn=%2B15555550100&destinationTn=%2B15555550123"
              "&fromDateTime=2026-09-21T15%3A33%3A20Z&limit=100"
              "&pageToken=tok%2F%3D");
    CHECK_STR(str_of(list_url(&sinch_provider, "", "2")),
              "/xms/v1/plan%2F1/inbounds?page=2&page_size=100"
              "&start_date=2026-09-21T15%3A33%3A20Z&to=%2B15555550100");
    CHECK_STR(str_of(list_url(&sinch_provider, "+1", "")),
              "/xms/v1/plan%2F1/batches?page=0&page_size=100"
              "&start_date=2026-09-21T15%3A33%3A20Z&from=15555550100");
    CHECK_STR(str_of(list_url(&messagebird_provider, "+1", "")),
              "/messages?direction=mt&recipient=1"
              "&from=2026-09-21T15%3A33%3A20Z&limit=100&offset=0");
}

static struct text_listing listing(const struct text_provider *p,
                                   const char *body)
{
    struct text_listing l = { 0 };
    struct error e;

    printf("# %s\n", p->called);
    CHECK(p->listed(&l, channel(), str_of(body), &a, &e) == 0);
    return l;
}

/* What stands in a list is read again from the bytes kept of it. */
static void item_reads(const struct text_provider *p, const struct text *item)
{
    struct text *t;
    struct error e;

    CHECK(p->read(&t, p->adapter.format, item->item, &a, &e) == 0);
    CHECK(t->kind == TEXT_MESSAGE);
    CHECK(str_eq(t->id, item->id) && str_eq(t->from, item->from));
    CHECK(str_eq(t->words, item->words) && t->sent_at == item->sent_at);
}

static void plivo_lists_who_but_not_what(void)
{
    struct text_listing l;
    const struct text *t;

    clock_set(1790010000);
    l = listing(
        &plivo_provider,
        "{\"meta\":{\"next\":\"/v1/Account/acc/Message/?offset=20\"},"
        "\"objects\":[{\"message_uuid\":\"in-1\",\"message_direction\":"
        "\"inbound\",\"message_state\":\"undelivered\",\"from_number\":"
        "\"15555550123\",\"to_number\":\"15555550100\",\"message_time\":"
        "\"2026-09-21 15:33:20.5+00:00\"},{\"message_uuid\":\"in-2\","
        "\"message_direction\":\"inbound\",\"message_state\":\"delivered\"},{"
        "\"message_uuid\":\"in-3\",\"message_direction\":\"inbound\","
        "\"message_state\":\"undelivered\",\"message_time\":"
        "\"2026-09-21 16:50:00+00:00\"},{\"message_uuid\":\"out-1\","
        "\"message_direction\":\"outbound\",\"message_state\":\"failed\","
        "\"error_code\":\"200\",\"to_number\":\"15555550123\"},{}]}");
    CHECK_STR(l.next, "/v1/Account/acc/Message/?offset=20");
    t = l.texts;
    CHECK_STR(t->id, "in-1");
    CHECK(t->kind == TEXT_MESSAGE && !t->outgoing);
    item_reads(&plivo_provider, t);
    CHECK(t->next->kind == TEXT_NOTHING);       /* its webhook was answered */
    CHECK(t->next->next->kind == TEXT_NOTHING); /* it may still come */
    t = t->next->next->next;
    CHECK(t->outgoing && t->delivery == DELIVERY_FAILED && t->opted_out);
    CHECK(t->next == NULL);
    l = listing(&plivo_provider,
                "{\"meta\":{\"next\":\"https://example.org/\"},"
                "\"objects\":[]}");
    CHECK(l.texts == NULL && l.next.n == 0);
    clock_set(0);
}

static void telnyx_tells_the_words_when_asked_again(void)
{
    struct text_listing l = listing(
        &telnyx_provider,
        "{\"data\":[{\"uuid\":\"t-1\",\"direction\":\"inbound\",\"cli\":"
        "\"+15555550123\",\"cld\":\"+15555550100\",\"created_at\":"
        "\"2026-09-21T15:33:20Z\"},{\"uuid\":\"t-2\",\"direction\":"
        "\"outbound\",\"cld\":\"+15555550123\",\"status\":\"gw_reject\","
        "\"errors\":[\"40300\"]},7],\"meta\":{\"page_number\":1,"
        "\"total_pages\":2}}");
    struct text *t = l.texts;
    struct error e;

    CHECK_STR(l.next, "2");
    CHECK_STR(t->files_at, "/v2/messages/t-1");
    item_reads(&telnyx_provider, t); /* where it is too old to be asked for */
    CHECK(telnyx_provider.files(
              t, channel(),
              STR("{\"data\":{\"record_type\":\"message\",\"id\":\"t-1\","
                  "\"direction\":\"inbound\",\"from\":{\"phone_number\":"
                  "\"+15555550123\"},\"received_at\":"
                  "\"2026-09-21T15:33:20Z\",\"text\":\"A hole\",\"media\":[{"
                  "\"url\":\"https://media.telnyx.com/a\"}]}}"),
              &a, &e) == 0);
    CHECK_STR(t->words, "A hole");
    CHECK_STR(t->files->url, "https://media.telnyx.com/a");
    item_reads(&telnyx_provider, t);
    CHECK(telnyx_provider.files(
              t, channel(),
              STR("{\"data\":{\"record_type\":\"message\",\"id\":\"other\","
                  "\"direction\":\"inbound\",\"from\":{\"phone_number\":"
                  "\"+1\"}}}"),
              &a, &e) < 0);
    t = t->next;
    CHECK(t->outgoing && t->delivery == DELIVERY_FAILED && t->opted_out);
}

static void bandwidth_lists_what_became_of_ours(void)
{
    struct text_listing l = listing(
        &bandwidth_provider,
        "{\"messages\":[{\"messageId\":\"b-1\",\"messageDirection\":"
        "\"OUTBOUND\",\"messageStatus\":\"UNDELIVERED\",\"errorCode\":4720,"
        "\"destinationTn\":\"+15555550123\"},{\"messageId\":\"b-2\","
        "\"messageDirection\":\"INBOUND\",\"messageStatus\":\"DELIVERED\"}],"
        "\"pageInfo\":{\"nextPageToken\":\"tok\"}}");

    CHECK_STR(l.next, "tok");
    CHECK(l.texts->outgoing && l.texts->delivery == DELIVERY_FAILED);
    CHECK(l.texts->dead);
    CHECK(l.texts->next->kind == TEXT_NOTHING && !l.texts->next->outgoing);
}

static void sinch_lists_everything(void)
{
    struct text_listing l = listing(
        &sinch_provider,
        "{\"page\":0,\"count\":150,\"inbounds\":[{\"type\":\"mo_text\",\"id\":"
        "\"s-1\",\"from\":\"15555550123\",\"to\":\"15555550100\",\"body\":"
        "\"A hole\",\"received_at\":\"2026-09-21T15:33:20Z\"},{\"type\":"
        "\"mo_text\"}]}");

    CHECK_STR(l.next, "1");
    CHECK_STR(l.texts->words, "A hole");
    CHECK(l.texts->next == NULL);
    item_reads(&sinch_provider, l.texts);
    l = listing(&sinch_provider,
                "{\"page\":1,\"count\":150,\"batches\":[{\"id\":\"s-2\","
                "\"to\":[\"15555550123\"],\"from\":\"15555550100\",\"body\":"
                "\"Thanks\",\"client_reference\":\"ours-1\",\"created_at\":"
                "\"2026-09-21T15:33:20Z\"}]}");
    CHECK(l.next.n == 0);
    CHECK(l.texts->outgoing);
    CHECK_STR(l.texts->to, "+15555550123");
    CHECK_STR(l.texts->ref, "ours-1");
}

static void messagebird_lists_everything(void)
{
    struct text_listing l = listing(
        &messagebird_provider,
        "{\"offset\":100,\"links\":{\"next\":\"https://x/\"},\"items\":[{"
        "\"id\":\"m-1\",\"direction\":\"mo\",\"originator\":\"15555550123\","
        "\"body\":\"A hole\",\"createdDatetime\":"
        "\"2026-09-21T15:33:20+00:00\",\"recipients\":{\"items\":[{"
        "\"recipient\":15555550100}]}},{\"id\":\"m-2\",\"direction\":\"mt\","
        "\"reference\":\"ours-1\",\"body\":\"Thanks\",\"recipients\":{"
        "\"items\":[{\"recipient\":15555550123,\"status\":"
        "\"delivery_failed\",\"statusErrorCode\":1}]}}]}");
    const struct text *t = l.texts;

    CHECK_STR(l.next, "102");
    CHECK_STR(t->to, "+15555550100");
    CHECK(!t->outgoing);
    item_reads(&messagebird_provider, t);
    t = t->next;
    CHECK(t->outgoing && t->delivery == DELIVERY_FAILED && t->dead);
    CHECK_STR(t->ref, "ours-1");
    CHECK_STR(t->to, "+15555550123");
}

int main(void)
{
    saying_is_one_request();
    amazon_is_asked_with_a_signed_request();
    whatsapp_goes_where_it_can();
    an_answer_says_how_it_went();
    the_list_is_asked_from_a_date_on();
    plivo_lists_who_but_not_what();
    telnyx_tells_the_words_when_asked_again();
    bandwidth_lists_what_became_of_ours();
    sinch_lists_everything();
    messagebird_lists_everything();
    arena_free(&a);
    return tap_done();
}
