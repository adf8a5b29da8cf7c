/*
 * The adapter as a whole, between an inbox of our own and a Twilio of our own:
 * webhooks, pictures, texts out, and the list that finds what was missed.
 */
#include "twilio_made.h"

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

int main(void)
{
    fake_adapter = adapter;
    if (!api_begin(serve_api))
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
    a_wrong_setting_is_said_at_once();
    return api_end();
}
