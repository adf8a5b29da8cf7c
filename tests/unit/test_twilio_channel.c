/*
 * The adapter as a whole, between an inbox of our own and a Twilio of our own:
 * webhooks, pictures, texts out, and the list that finds what was missed.
 */
#include "../../adapters/text_internal.h"

#include "../tap.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "fake_adapters.h"
#include "fake_http.h"
#include "fake_inbox.h"
#include "fake_server.h"
#include "http/form.h"

#define TOKEN  "0123456789abcdef"
#define PUBLIC "https://reports.example.org"

extern const struct text_provider twilio_provider;

static const struct adapter *const adapter = &twilio_provider.adapter;
static uv_loop_t loop;
static struct transfers *transfers;
static struct fake_server server; /* Twilio */
static struct arena setup;

/* What Twilio does next. */
static struct {
    const char *send_status; /* of POST Messages.json; NULL: silence */
    const char *send_body;
    const char *list_status;
    char list[8192];
    const char *media_status;
    int posts, lists, fetches;
    char post[4096];
    char list_target[512];
    bool password;
} twilio;

static void serve_api(struct fake_conn *c)
{
    struct str r = fake_request(c);
    struct str line = r;
    struct str target;

    if (r.n == 0)
        return;
    line = str_line(&line);
    str_word(&line);
    target = str_word(&line);
    twilio.password =
        str_find(r, STR("Authorization: Basic QUMxMjM6MDEyMzQ1Njc4OWFiY2RlZg"
                        "==\r\n")) < r.n;
    if (str_starts(r, STR("POST "))) {
        twilio.posts++;
        snprintf(twilio.post, sizeof(twilio.post), "%.*s", STR_FMT(r));
        if (twilio.send_status != NULL)
            fake_http(c, twilio.send_status, "", str_of(twilio.send_body));
        else
            fake_close(c);
    } else if (str_find(target, STR("/Media.json")) < target.n) {
        fake_http(c, "200 OK", "",
                  STR("{\"media_list\":[{\"content_type\":\"image/png\","
                      "\"uri\":\"/pictures/late.json\"}]}"));
    } else if (str_find(target, STR("/Messages.json")) < target.n) {
        twilio.lists++;
        snprintf(twilio.list_target, sizeof(twilio.list_target), "%.*s",
                 STR_FMT(target));
        fake_http(c, twilio.list_status, "", str_of(twilio.list));
    } else {
        twilio.fetches++;
        fake_http(c, twilio.media_status, "Content-Type: image/jpeg\r\n",
                  STR("\xff\xd8\xff jpeg"));
    }
    fake_taken(c, r.n);
}

static struct town town = { .public_url = { PUBLIC, sizeof(PUBLIC) - 1 } };
static int stops;

static void stopped(struct channel *c)
{
    (void)c;
    stops++;
    uv_stop(&loop);
}

static struct text_channel *channel_new(const char *poll,
                                        const char *const *more)
{
    struct text_channel *t = arena_new(&setup, struct text_channel);
    const char *api = arena_printf(&setup, "http://127.0.0.1:%d", server.port);
    const char *const basic[] = { "account", "AC123",  "token",
                                  TOKEN,     "number", "+15555550100",
                                  "poll",    poll,     "api",
                                  api,       NULL };
    const char *const *lists[] = { basic, more };
    const struct setting *table = adapter->settings;
    struct error e;
    int rc = settings_default(table, t, &setup, &e);

    t->channel = (struct channel){
        .adapter = adapter,
        .name = "texts",
        .town = &town,
        .arena = &setup,
        .loop = &loop,
        .transfers = transfers,
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (const char *const *s = lists[i];
             rc == 0 && s != NULL && *s != NULL; s += 2)
            rc = settings_set(table, t, str_of(s[0]), str_of(s[1]), &setup, &e);
    }
    if (rc == 0)
        rc = settings_check(table, t, &e);
    if (rc == 0)
        rc = adapter->open(&t->channel, &e);
    if (rc < 0)
        printf("Bail out! %s\n", e.text);
    return t;
}

static struct text_channel *channel_start(const char *poll)
{
    struct text_channel *t = channel_new(poll, NULL);

    adapter->start(&t->channel);
    return t;
}

static void turn(void)
{
    uv_run(&loop, UV_RUN_NOWAIT);
}

static void channel_stop(struct text_channel *t)
{
    int n = stops;

    adapter->stop(&t->channel, stopped);
    while (stops == n)
        uv_run(&loop, UV_RUN_ONCE);
}

/* Runs the loop until cond holds; a test that hangs is ended by prove. */
#define WAIT(cond)                                                             \
    do {                                                                       \
        while (!(cond))                                                        \
            turn();                                                            \
    } while (0)

static const char *sign(const char *url, struct str body)
{
    static char text[64];
    struct arena a = { 0 };
    struct buf b = buf_init(65536);
    struct form_field *f;
    struct error e;

    /* The bodies of these tests have their names in order. */
    buf_add(&b, str_of(url));
    if (form_read(&f, body, &a, &e) == 0) {
        for (; f != NULL; f = f->next) {
            buf_add(&b, f->name);
            buf_add(&b, f->value);
        }
    }
    snprintf(text, sizeof(text), "%.*s",
             STR_FMT(digest_base64(
                 &a, digest_hmac(&a, DIGEST_SHA1, STR(TOKEN), buf_str(&b)))));
    buf_free(&b);
    arena_free(&a);
    return text;
}

static struct http_request post(const char *target, struct str body)
{
    char url[512];
    struct http_request r = {
        .method = "POST",
        .target = target,
        .type = "application/x-www-form-urlencoded",
        .body = body,
    };

    snprintf(url, sizeof(url), PUBLIC "%s", target);
    r.signature = arena_dup(&setup, str_of(sign(url, body)));
    return r;
}

static void deliver(struct http_request *r)
{
    fake_call(r);
    WAIT(r->answers > 0);
    arena_free(&r->arena);
}

#define TEXT(sid, words)                                                       \
    STR("Body=" words "&From=%2B15555550123&MessageSid=" sid                   \
        "&NumMedia=0&To=%2B15555550100")

static void a_text_is_thanked_for_after_it_is_stored(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r = post("/hook/texts", TEXT("SM1", "Pothole"));

    fake_call(&r);
    CHECK(r.held && r.answers == 0); /* nothing is said before the commit */
    WAIT(r.answers > 0);
    CHECK(r.answers == 1 && r.status == 200);
    CHECK(strcmp(r.type_out, "text/xml") == 0);
    CHECK(strcmp(r.body_out, "<Response/>") == 0);
    CHECK(fake_inbox.n == 1);
    CHECK_STR(fake_inbox.rows[0].raw.origin, "SM1");
    CHECK_STR(fake_inbox.rows[0].raw.channel, "texts");
    CHECK(str_eq(fake_inbox.rows[0].raw.bytes, r.body));
    arena_free(&r.arena);

    r = post("/hook/texts", TEXT("SM1", "Pothole"));
    deliver(&r);
    CHECK(r.status == 200 && fake_inbox.n == 1); /* a repetition is thanked */
    channel_stop(t);
    fake_inbox_reset();
}

static void a_text_that_is_not_stored_is_asked_for_again(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r = post(
        "/hook/texts", STR("Body=STOP&From=%2B15555550123&MediaUrl0=http://x/1"
                           "&MessageSid=SM1&NumMedia=1"));

    fake_inbox.refuse = E_FULL;
    deliver(&r);
    CHECK(r.status == 503 && r.answers == 1);
    CHECK(fake_pair(fake_inbox.opts, "+15555550123")->value[0] == '\0');
    CHECK_STR(str_of(fake_pair(fake_inbox.cursors, "media")->value), "");
    channel_stop(t);
    fake_inbox_reset();
}

static void a_forged_text_leaves_a_count_and_nothing_else(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r = post("/hook/texts", TEXT("SM1", "Pothole"));

    r.body = TEXT("SM1", "All+fixed");
    deliver(&r);
    CHECK(r.status == 403 && !r.held && fake_inbox.n == 0);
    r = post("/hook/texts", TEXT("SM1", "Pothole"));
    r.target = "/hook/texts?added=1";
    deliver(&r);
    CHECK(r.status == 403);
    r = post("/hook/texts", TEXT("SM1", "Pothole"));
    r.signature = NULL;
    deliver(&r);
    CHECK(r.status == 403 && fake_inbox.n == 0);
    CHECK(fake_count("forged") == 3);
    channel_stop(t);
    fake_inbox_reset();
}

static void a_text_may_come_by_get(void)
{
    struct text_channel *t = channel_start("0");
    const char *target =
        "/hook/texts?Body=Hi&From=%2B15555550123&MessageSid=SM5";
    struct http_request r = post(target, STR(""));

    r.method = "GET";
    r.type = NULL;
    deliver(&r);
    CHECK(r.status == 200 && fake_inbox.n == 1);
    CHECK_STR(fake_inbox.rows[0].raw.bytes,
              "Body=Hi&From=%2B15555550123&MessageSid=SM5");
    channel_stop(t);
    fake_inbox_reset();
}

static void the_address_set_at_twilio_may_differ_from_ours(void)
{
    static const char *const more[] = { "url",
                                        "https://hooks.example.org/t/9?x#rc=5",
                                        "path", "/in", NULL };
    struct text_channel *t = channel_new("0", more);
    struct http_request r = post("/in?x=1", TEXT("SM1", "Hi"));

    adapter->start(&t->channel);
    r.signature = arena_dup(
        &setup, str_of(sign("https://hooks.example.org/t/9?x=1", r.body)));
    deliver(&r);
    CHECK(r.status == 200);
    channel_stop(t);
    fake_inbox_reset();
}

static void stop_and_start_change_who_may_be_texted(void)
{
    struct text_channel *t = channel_start("0");
    const struct fake_pair *p = fake_pair(fake_inbox.opts, "+15555550123");
    struct http_request r = post("/hook/texts", TEXT("SM1", "Stop."));

    deliver(&r);
    CHECK(r.status == 200 && fake_inbox.n == 1);
    CHECK_STR(str_of(p->value), "out");
    r = post("/hook/texts", TEXT("SM2", "STOP+sign+missing+on+Elm"));
    deliver(&r);
    r = post("/hook/texts", TEXT("SM3", "yes"));
    deliver(&r);
    CHECK_STR(str_of(p->value), "in");
    r = post("/hook/texts", TEXT("SM4", "STOP+sign+missing+on+Elm"));
    deliver(&r);
    CHECK_STR(str_of(p->value), "in");
    r = post("/hook/texts", STR("Body=x&From=%2B15555550123&MessageSid=SM6"
                                "&OptOutType=STOP"));
    deliver(&r);
    CHECK_STR(str_of(p->value), "out");
    channel_stop(t);
    fake_inbox_reset();
}

static struct str picture_text(void)
{
    return str_of(arena_printf(
        &setup,
        "Body=&From=%%2B15555550123&MediaContentType0=image%%2Fjpeg"
        "&MediaContentType1=image%%2Fjpeg"
        "&MediaUrl0=http%%3A%%2F%%2F127.0.0.1%%3A%d%%2Fpictures%%2F0"
        "&MediaUrl1=http%%3A%%2F%%2F127.0.0.1%%3A%d%%2Fpictures%%2F1"
        "&MessageSid=MM1&NumMedia=2",
        server.port, server.port));
}

static void pictures_are_fetched_after_their_text(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r = post("/hook/texts", picture_text());
    const struct fake_row *row;

    twilio.media_status = "200 OK";
    twilio.fetches = 0;
    deliver(&r);
    CHECK(r.status == 200);
    WAIT(fake_inbox.n == 3 && fake_inbox.waiting == 0);
    row = fake_row("MM1/media/1");
    CHECK(row != NULL && row->raw.format == RAW_MEDIA);
    CHECK_STR(row->raw.parent, "MM1");
    CHECK_STR(row->raw.bytes, "\xff\xd8\xff jpeg");
    CHECK_STR(raw_envelope(&row->raw, "content-type"), "image/jpeg");
    CHECK(twilio.password);
    CHECK_STR(str_of(fake_pair(fake_inbox.cursors, "media")->value), "");
    CHECK(fake_row("MM1")->marked);

    r = post("/hook/texts", picture_text());
    deliver(&r);
    turn();
    CHECK(twilio.fetches == 2); /* what is here is not fetched again */
    channel_stop(t);
    fake_inbox_reset();
}

static void pictures_not_yet_fetched_outlive_a_restart(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r = post("/hook/texts", picture_text());

    clock_set(1795512600);
    twilio.media_status = "404 Not Found";
    twilio.fetches = 0;
    deliver(&r);
    WAIT(twilio.fetches == 2 && t->machine->fetching == 0);
    CHECK(fake_inbox.n == 1);
    channel_stop(t);

    twilio.media_status = "200 OK";
    clock_set(1795512600 + 3600);
    t = channel_start("0");
    WAIT(fake_inbox.n == 3 && fake_inbox.waiting == 0);
    CHECK(fake_row("MM1/media/0") != NULL && fake_row("MM1/media/1") != NULL);
    clock_set(0);
    channel_stop(t);
    fake_inbox_reset();
}

static void a_picture_from_elsewhere_is_not_fetched(void)
{
    struct text_channel *t = channel_start("0");
    struct http_request r;
    const char *body = arena_printf(
        &setup,
        "Body=&From=%%2B15555550123"
        "&MediaUrl0=http%%3A%%2F%%2Flocalhost%%3A%d%%2Fsecret"
        "&MediaUrl1=https%%3A%%2F%%2Fevil.example.org%%2F"
        "&MediaUrl2=http%%3A%%2F%%2F127.0.0.1%%3A%d.evil.example.org%%2F"
        "&MediaUrl3=file%%3A%%2F%%2F%%2Fetc%%2Fpasswd"
        "&MessageSid=MM2&NumMedia=4",
        server.port, server.port);

    r = post("/hook/texts", str_of(body));
    twilio.fetches = 0;
    deliver(&r);
    WAIT(fake_count("media-lost") == 4);
    CHECK(twilio.fetches == 0 && fake_inbox.n == 1);
    CHECK_STR(str_of(fake_pair(fake_inbox.cursors, "media")->value), "");
    channel_stop(t);
    fake_inbox_reset();
}

/* Texts out. */

static struct {
    int calls;
    enum outcome outcome;
    char id[64];
    char why[512];
} sent;

static void note_sent(void *arg, enum outcome outcome, struct str id,
                      const struct error *why)
{
    (void)arg;
    sent.calls++;
    sent.outcome = outcome;
    snprintf(sent.id, sizeof(sent.id), "%.*s", STR_FMT(id));
    snprintf(sent.why, sizeof(sent.why), "%s", why == NULL ? "" : why->text);
    uv_stop(&loop);
}

static enum outcome say(struct text_channel *t, const char *to,
                        const char *text)
{
    struct notice n = { .id = 1, .to = str_of(to), .text = str_of(text) };

    memset(&sent, 0, sizeof(sent));
    twilio.posts = 0;
    twilio.lists = 0;
    adapter->send(&t->channel, &n, note_sent, NULL);
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

static int open_with(const char *name, const char *value)
{
    struct text_channel t = { 0 };
    static const struct town nowhere = { .public_url = { "", 0 } };
    const char *const all[][2] = {
        { "account", "AC1" },           { "token", TOKEN },
        { "number", "+1555" },          { "url", "https://a.example/h" },
        { "api", "https://a.example" },
    };
    struct error e;

    t.channel = (struct channel){
        .adapter = adapter, .name = "x", .town = &nowhere, .arena = &setup
    };
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        const char *v = strcmp(name, all[i][0]) == 0 ? value : all[i][1];

        if (v[0] != '\0' &&
            settings_set(adapter->settings, &t, str_of(all[i][0]), str_of(v),
                         &setup, &e) < 0)
            return e.code;
    }
    return adapter->open(&t.channel, &e);
}

static void a_wrong_setting_is_said_at_once(void)
{
    CHECK(open_with("", "") == 0);
    CHECK(open_with("api", "http://a.example") == E_CONFIG);
    CHECK(open_with("api", "http://127.0.0.1.evil.example") == E_CONFIG);
    CHECK(open_with("api", "http://localhost:1") == 0);
    CHECK(open_with("api", "https://u@a.example") == E_CONFIG);
    CHECK(open_with("account", "AC/../x") == E_CONFIG);
    CHECK(open_with("number", "") == E_CONFIG);
    CHECK(open_with("url", "") == E_CONFIG);
}

static void closed(void *arg)
{
    *(bool *)arg = true;
}

int main(void)
{
    struct error e;
    bool gone = false;

    fake_adapter = adapter;
    log_level_set(LOG_ERROR);
    uv_loop_init(&loop);
    fake_open(&server, &loop, serve_api);
    if (transfers_open(&transfers, &loop, &e) < 0)
        return 1;
    a_text_is_thanked_for_after_it_is_stored();
    a_text_that_is_not_stored_is_asked_for_again();
    a_forged_text_leaves_a_count_and_nothing_else();
    a_text_may_come_by_get();
    the_address_set_at_twilio_may_differ_from_ours();
    stop_and_start_change_who_may_be_texted();
    pictures_are_fetched_after_their_text();
    pictures_not_yet_fetched_outlive_a_restart();
    a_picture_from_elsewhere_is_not_fetched();
    a_text_goes_out_folded_and_its_fate_is_asked_for();
    a_no_is_told_from_a_not_now();
    what_may_have_gone_out_is_looked_up_and_never_repeated();
    states_only_move_up_in_whatever_order_they_come();
    a_text_that_did_not_arrive_is_counted_once();
    texts_missed_while_away_are_found();
    pictures_lost_in_a_crash_are_found_with_the_list();
    a_list_that_cannot_be_read_moves_no_mark();
    the_first_start_takes_nothing_from_the_past();
    a_wrong_setting_is_said_at_once();
    transfers_close(transfers, closed, &gone);
    fake_shut(&server);
    WAIT(gone);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    fake_inbox_reset();
    arena_free(&setup);
    return tap_done();
}
