/* What we say through Twilio, what became of it, and what its list knows. */
#include "notice_sent.h"
#include "twilio_made.h"

static enum outcome say(struct text_channel *t, const char *to,
                        const char *text)
{
    struct notice n = { .id = 1, .to = str_of(to), .text = str_of(text) };

    memset(&sent, 0, sizeof(sent));
    twilio.posts = 0;
    twilio.lists = 0;
    adapter->send(&t->channel, &n, note_sent, &loop);
    WAIT(sent.calls > 0);
    CHECK(sent.calls == 1);
    return sent.outcome;
}

static bool posted(const char *text)
{
    return strstr(twilio.post, text) != NULL;
}

static void a_text_goes_out_folded_and_its_fate_is_asked_for(void)
{
    struct text_channel *t = channel_start("0");

    twilio.send_status = "201 Created";
    twilio.send_body = "{\"sid\":\"SM900\",\"status\":\"queued\"}";
    CHECK(say(t, "+15555550123", "It’s & fixed") == OUTCOME_DONE);
    CHECK_STR(str_of(sent.id), "SM900");
    CHECK(posted("POST /2010-04-01/Accounts/AC123/Messages.json HTTP/1.1\r\n"));
    CHECK(posted("\r\n\r\nTo=%2B15555550123&From=%2B15555550100"
                 "&Body=It%27s%20%26%20fixed"
                 "&StatusCallback=https%3A%2F%2Freports.example.org%2Fhook%2F"
                 "texts%2Fstatus"));
    CHECK(twilio.password);
    CHECK(say(t, "whatsapp:+15555550123", "Hi") == OUTCOME_DONE);
    CHECK(posted("To=whatsapp%3A%2B15555550123&From=whatsapp%3A%2B1555"));
    CHECK(say(t, "ana@example.org", "Hi") == OUTCOME_NEVER);
    CHECK(say(t, "+15555550123", "") == OUTCOME_NEVER);
    CHECK(twilio.posts == 0);
    channel_stop(t);
}

static void a_no_is_told_from_a_not_now(void)
{
    struct text_channel *t = channel_start("0");

    twilio.list_status = "200 OK";
    snprintf(twilio.list, sizeof(twilio.list), "{\"messages\":[]}");
    twilio.send_body = "{\"code\":21211,\"message\":\"Invalid 'To'\"}";
    twilio.send_status = "400 Bad Request";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_NEVER);
    CHECK(strstr(sent.why, "Invalid 'To'") != NULL);
    twilio.send_body = "{\"code\":21610,\"message\":\"unsubscribed\"}";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_NEVER);
    CHECK_STR(str_of(fake_pair(fake_inbox.opts, "+15555550123")->value), "out");
    twilio.send_body = "{}";
    twilio.send_status = "429 Too Many Requests";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_LATER);
    twilio.send_status = "503 Service Unavailable";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_LATER);
    twilio.send_status = "500 Internal Server Error";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_LATER);
    CHECK(twilio.lists == 1); /* after a look whether it went out after all */
    twilio.send_status = "401 Unauthorized";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_LATER);
    CHECK(strstr(fake_inbox.health, "token") != NULL);
    channel_stop(t);
    fake_inbox_reset();
}

static void what_may_have_gone_out_is_looked_up_and_never_repeated(void)
{
    struct text_channel *t = channel_start("0");

    clock_set(1795512600);
    twilio.send_status = NULL; /* the line is cut after the request */
    twilio.list_status = "200 OK";
    snprintf(twilio.list, sizeof(twilio.list), "{\"messages\":[]}");
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_UNKNOWN);
    CHECK(twilio.posts == 1 && twilio.lists == 1);
    snprintf(twilio.list, sizeof(twilio.list),
             "{\"messages\":[{\"sid\":\"SM2\",\"to\":\"+15555550123\","
             "\"direction\":\"outbound-api\",\"body\":\"Hi\","
             "\"date_created\":\"Tue, 24 Nov 2026 09:30:01 +0000\"}]}");
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_DONE);
    CHECK_STR(str_of(sent.id), "SM2");
    CHECK(twilio.posts == 1);
    clock_set(1795512600 + 86400); /* the one of yesterday is another */
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_UNKNOWN);
    twilio.list_status = "500 Oh";
    twilio.send_status = "502 Bad Gateway";
    twilio.send_body = "";
    CHECK(say(t, "+15555550123", "Hi") == OUTCOME_UNKNOWN);
    clock_set(0);
    channel_stop(t);
}

/* Tells the words in that order; true where the last of them stands. */
static bool ends_right(const int order[6])
{
    static const char *const words[6] = { "accepted", "queued",    "sending",
                                          "sent",     "delivered", "read" };
    const struct fake_pair *told;

    memset(fake_inbox.told, 0, sizeof(fake_inbox.told));
    for (int j = 0; j < 6; j++) {
        struct http_request r =
            post("/hook/texts/status",
                 str_of(arena_printf(&setup, "MessageSid=SM9&MessageStatus=%s",
                                     words[order[j]])));

        fake_call(&r);
        if (r.status != 200 || r.answers != 1)
            return false;
        arena_free(&r.arena);
    }
    told = fake_pair(fake_inbox.told, "SM9");
    return strcmp(told->value, "read") == 0;
}

static void states_only_move_up_in_whatever_order_they_come(void)
{
    struct text_channel *t = channel_start("0");
    struct text_machine *m = t->machine;
    int order[6] = { 0 };
    int right = 0;
    int all = 0;

    /* All orders, by counting to 6^6 and leaving out those that repeat. */
    for (int n = 0; n < 46656; n++) {
        unsigned seen = 0;

        for (int k = n, j = 0; j < 6; j++, k /= 6) {
            order[j] = k % 6;
            seen |= 1U << order[j];
        }
        if (seen != 63)
            continue;
        all++;
        right += ends_right(order);
    }
    CHECK(all == 720 && right == 720);
    CHECK(fake_count("delivered") <= 1); /* one text, however often told */
    CHECK(text_state_move(m, STR("SMx"), DELIVERY_FAILED));
    CHECK(!text_state_move(m, STR("SMx"), DELIVERY_DELIVERED));
    CHECK(!text_state_move(m, STR("SMx"), DELIVERY_UNTOLD));
    channel_stop(t);
    fake_inbox_reset();
}

static void a_text_that_did_not_arrive_is_counted_once(void)
{
    struct text_channel *t = channel_start("0");
    struct str body = STR("ErrorCode=30003&MessageSid=SM9"
                          "&MessageStatus=undelivered&To=%2B15555550123");
    struct http_request r = post("/hook/texts/status", body);

    deliver(&r);
    CHECK(r.status == 200 && fake_count("undelivered") == 1);
    r = post("/hook/texts/status", body);
    deliver(&r);
    r = post("/hook/texts", body); /* set at the wrong place: no report */
    deliver(&r);
    CHECK(r.status == 200 && fake_count("undelivered") == 1);
    CHECK_STR(str_of(fake_pair(fake_inbox.told, "SM9")->value),
              "failed Twilio's error 30003");
    CHECK(fake_inbox.n == 0);
    r = post("/hook/texts/status", body);
    r.signature = "forged";
    deliver(&r);
    CHECK(r.status == 403);
    channel_stop(t);
    fake_inbox_reset();
}

/* The list. */

#define NOON "Tue, 24 Nov 2026 09:30:00 +0000"

static void texts_missed_while_away_are_found(void)
{
    struct text_channel *t;
    struct fake_pair *mark = fake_pair(fake_inbox.cursors, "polled");

    clock_set(1795512600 + 60);
    snprintf(mark->value, sizeof(mark->value), "%d", 1795512600 - 86400);
    twilio.list_status = "200 OK";
    twilio.media_status = "200 OK";
    snprintf(
        twilio.list, sizeof(twilio.list),
        "{\"messages\":["
        "{\"sid\":\"SM12\",\"direction\":\"inbound\",\"from\":\"+15555550123\","
        "\"to\":\"+15555550100\",\"body\":\"second\",\"num_media\":\"1\","
        "\"date_sent\":\"" NOON "\"},"
        "{\"sid\":\"SM11\",\"direction\":\"outbound-api\",\"from\":\"+1555\","
        "\"to\":\"+15555550100\",\"body\":\"ours\",\"num_media\":\"0\","
        "\"date_sent\":\"" NOON "\"},"
        "{\"sid\":\"SM10\",\"direction\":\"inbound\",\"from\":\"+15555550123\","
        "\"to\":\"+15555550100\",\"body\":\"Árbol & co\",\"num_media\":\"0\","
        "\"date_sent\":\"" NOON "\"},"
        "{\"sid\":\"SM01\",\"direction\":\"inbound\",\"from\":\"+15555550123\","
        "\"to\":\"+15555550100\",\"body\":\"old\",\"num_media\":\"0\","
        "\"date_sent\":\"Sun, 22 Nov 2026 09:30:00 +0000\"}]}");
    t = channel_start("5m");
    WAIT(fake_inbox.n == 3 && fake_inbox.waiting == 0 &&
         t->machine->poll == NULL);
    CHECK_STR(fake_inbox.rows[0].raw.origin, "SM10"); /* in order of coming */
    CHECK_STR(fake_inbox.rows[1].raw.origin, "SM12");
    CHECK_STR(fake_inbox.rows[2].raw.origin, "SM12/media/0");
    CHECK(str_find(str_of(twilio.list_target),
                   STR("To=%2B15555550100&DateSent%3E=2026-11-23")) <
          strlen(twilio.list_target));
    CHECK_STR(str_of(mark->value), "1795512660");
    {
        struct message m;
        struct arena a = { 0 };
        struct error e;

        CHECK(text_read(&m, &fake_inbox.rows[0].raw, NULL, &a, &e) == 0);
        CHECK_STR(m.text, "Árbol & co");
        CHECK_STR(m.reply_to, "+15555550123");
        CHECK(m.sent_at == 1795512600);
        arena_free(&a);
    }
    channel_stop(t);

    twilio.fetches = 0;
    t = channel_start("5m");
    WAIT(t->machine->poll == NULL && twilio.lists > 0);
    CHECK(fake_inbox.n == 3 && twilio.fetches == 0); /* nothing comes twice */
    channel_stop(t);
    clock_set(0);
    fake_inbox_reset();
}

static void pictures_lost_in_a_crash_are_found_with_the_list(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r = post(
        "/hook/texts",
        str_of(arena_printf(&setup,
                            "Body=&From=%%2B15555550123"
                            "&MediaUrl0=http%%3A%%2F%%2F127.0.0.1%%3A%d%%2Fx"
                            "&MessageSid=SM12&NumMedia=1",
                            server.port)));

    twilio.media_status = "404 Not Found";
    clock_set(1795512600 + 60);
    fake_inbox.lose_cursors = true;
    deliver(&r);
    channel_stop(t);
    fake_inbox.lose_cursors = false;
    twilio.media_status = "200 OK";
    CHECK(fake_inbox.n == 1);
    snprintf(fake_pair(fake_inbox.cursors, "polled")->value, 32, "%d",
             1795512600);
    t = channel_start("5m");
    WAIT(fake_row("SM12/media/0") != NULL && fake_inbox.waiting == 0);
    CHECK(fake_inbox.n == 3); /* SM10 was missed too */
    channel_stop(t);
    clock_set(0);
    fake_inbox_reset();
}

static void a_list_that_cannot_be_read_moves_no_mark(void)
{
    struct text_channel *t;
    struct fake_pair *mark = fake_pair(fake_inbox.cursors, "polled");

    snprintf(mark->value, sizeof(mark->value), "1795512000");
    twilio.list_status = "500 Oh";
    twilio.lists = 0;
    t = channel_start("5m");
    WAIT(twilio.lists > 0 && t->machine->poll == NULL);
    CHECK_STR(str_of(mark->value), "1795512000");
    CHECK(strstr(fake_inbox.health, "HTTP 500") != NULL);
    channel_stop(t);

    twilio.list_status = "200 OK";
    clock_set(1795512600 + 60);
    fake_inbox.refuse = E_STORE;
    t = channel_start("5m");
    WAIT(fake_inbox.health[0] != '\0' && t->machine->poll == NULL &&
         strstr(fake_inbox.health, "stored") != NULL);
    CHECK_STR(str_of(mark->value), "1795512000");
    channel_stop(t);
    clock_set(0);
    fake_inbox_reset();
}

static void the_first_start_takes_nothing_from_the_past(void)
{
    struct text_channel *t;

    twilio.lists = 0;
    t = channel_start("5m");
    WAIT(fake_pair(fake_inbox.cursors, "polled")->value[0] != '\0');
    CHECK(twilio.lists == 0 && fake_inbox.n == 0);
    channel_stop(t);
    fake_inbox_reset();
}

int main(void)
{
    fake_adapter = adapter;
    if (!api_begin(serve_api))
        return 1;
    a_text_goes_out_folded_and_its_fate_is_asked_for();
    a_no_is_told_from_a_not_now();
    what_may_have_gone_out_is_looked_up_and_never_repeated();
    states_only_move_up_in_whatever_order_they_come();
    a_text_that_did_not_arrive_is_counted_once();
    texts_missed_while_away_are_found();
    pictures_lost_in_a_crash_are_found_with_the_list();
    a_list_that_cannot_be_read_moves_no_mark();
    the_first_start_takes_nothing_from_the_past();
    return api_end();
}
