/*
 * The machine behind all doors for texts, with a provider made up for it:
 * what is signed with a file, long texts in parts, what may have gone out.
 * What Twilio needs of it is tested in test_twilio_channel.
 */
#include "notice_sent.h"
#include "text_made.h"

/* ---- the hook ---- */

static void several_texts_of_one_call_are_each_stored(void)
{
    struct text_channel *t = start();
    const char *body =
        "[{\"id\":\"a\",\"from\":\"+15555550123\",\"words\":\"one\"},"
        "{\"kind\":\"receipt\",\"id\":\"x\",\"delivery\":6},"
        "{\"id\":\"b\",\"from\":\"+15555550124\",\"words\":\"two\"}]";

    fake_inbox.refuse = E_FULL;
    CHECK(deliver("good", body) == 503);
    fake_inbox.refuse = 0;
    CHECK(deliver("good", body) == 200);
    CHECK(fake_inbox.n == 2);
    CHECK_STR(jailed(fake_row("a")).text, "one");
    CHECK_STR(jailed(fake_row("b")).text, "two");
    CHECK_STR(jailed(fake_row("b")).sender.address, "+15555550124");
    CHECK_STR(str_of(fake_pair(fake_inbox.told, "x")->value), "delivered");
    CHECK(deliver("good", body) == 200 && fake_inbox.n == 2);
    CHECK(deliver("good", "[]") == 200);
    CHECK(deliver("good", "nonsense") == 200 && fake_count("unread") == 1);
    CHECK(fake_inbox.n == 3);
    stop(t);
    fake_inbox_reset();
}

static void a_call_with_too_many_texts_is_refused(void)
{
    struct text_channel *t = start();
    struct buf b = buf_init(TEXT_HOOK_BYTES);

    buf_printf(&b, "[{}");
    for (int i = 0; i < TEXT_ITEMS_MAX; i++)
        buf_printf(&b, ",{}");
    buf_printf(&b, "]");
    CHECK(deliver("good", buf_cstr(&b)) == 400);
    CHECK(fake_inbox.n == 0 && fake_count("unread") == 1);
    buf_free(&b);
    stop(t);
    fake_inbox_reset();
}

static void a_text_without_a_usable_id_is_known_by_its_bytes(void)
{
    struct text_channel *t = start();

    CHECK(deliver("good",
                  "[{\"from\":\"+15555550123\",\"words\":\"x\"},"
                  "{\"from\":\"+15555550123\",\"words\":\"y\"}]") == 200);
    CHECK(fake_inbox.n == 2);
    CHECK(str_starts(fake_inbox.rows[0].raw.origin, STR("sha256:")));
    CHECK(deliver("good", "[{\"id\":\"two words\",\"words\":\"x\"}]") == 200);
    CHECK(str_starts(fake_inbox.rows[2].raw.origin, STR("sha256:")));
    stop(t);
    fake_inbox_reset();
}

static void what_is_stale_or_unsigned_is_said_so(void)
{
    struct text_channel *t = start();
    const char *body = "[{\"id\":\"a\",\"words\":\"x\"}]";

    CHECK(deliver("stale", body) == 403);
    CHECK(deliver("again", body) == 503);
    CHECK(deliver("bad", body) == 403);
    CHECK(fake_inbox.n == 0 && fake_count("forged") == 2);
    stop(t);
    fake_inbox_reset();
}

static void what_a_signature_needs_is_fetched_once(void)
{
    struct text_channel *t = start();
    struct http_request r[3];

    toy.certs = 0;
    toy.cert_status = "200 OK";
    for (int i = 0; i < 3; i++) {
        r[i] = call_of("/cert", arena_printf(&setup, "[{\"id\":\"n%d\"}]", i));
        fake_call(&r[i]);
        CHECK(r[i].held && r[i].answers == 0);
    }
    for (int i = 0; i < 3; i++) {
        WAIT(r[i].answers > 0);
        CHECK(r[i].status == 200);
        arena_free(&r[i].arena);
    }
    CHECK(toy.certs == 1 && fake_inbox.n == 3);
    CHECK(deliver("/cert", "[{\"id\":\"n3\"}]") == 200 && toy.certs == 1);
    CHECK(deliver("more", "[{\"id\":\"n3\"}]") == 403 && toy.certs == 1);
    clock_set(clock_now() + 2 * 86400);
    CHECK(deliver("/cert", "[{\"id\":\"n4\"}]") == 200 && toy.certs == 2);
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void what_cannot_be_fetched_is_asked_for_again(void)
{
    struct text_channel *t = start();
    struct http_request r = call_of("/cert", "[{\"id\":\"a\"}]");

    toy.certs = 0;
    toy.cert_status = "500 Oh";
    CHECK(deliver("/cert", "[{\"id\":\"a\"}]") == 503);
    CHECK(deliver("/cert", "[{\"id\":\"a\"}]") == 503);
    CHECK(toy.certs == 1); /* strangers do not make us ask without end */
    CHECK(fake_inbox.n == 0);
    stop(t);

    t = start();
    fake_call(&r); /* and one that is on its way when we end */
    stop(t);
    CHECK(r.answers == 1 && r.status == 503);
    arena_free(&r.arena);
    fake_inbox_reset();
}

static void a_subscription_is_confirmed_before_it_is_thanked_for(void)
{
    struct text_channel *t = start();
    const char *body =
        arena_printf(&setup,
                     "[{\"kind\":\"visit\",\"url\":\"http://127.0.0.1:%d/"
                     "visit?token=1\"}]",
                     server.port);

    toy.visits = 0;
    toy.visit_status = "500 Oh";
    CHECK(deliver("good", body) == 503);
    toy.visit_status = "200 OK";
    CHECK(deliver("good", body) == 200);
    CHECK(toy.visits == 2);
    CHECK(deliver("good",
                  "[{\"kind\":\"visit\",\"url\":\"http://127.0.0.1/\"}]") ==
          503); /* not the stand-in, and so guarded */
    CHECK(deliver("bad", body) == 403 && toy.visits == 2);
    stop(t);
    fake_inbox_reset();
}

/* ---- files ---- */

static void a_file_that_came_along_is_not_fetched(void)
{
    struct text_channel *t = start();
    struct message m;
    struct str bytes;
    struct error e;

    toy.files = 0;
    CHECK(deliver("good", "[{\"id\":\"a\",\"inline\":\"BEGIN:VCARD\","
                          "\"file\":\"https://a.example/x\","
                          "\"file-name\":\"../../me.vcf\"}]") == 200);
    m = jailed(fake_row("a"));
    CHECK(m.attachments != NULL && m.attachments->part == 0 &&
          m.attachments->sha256.n > 0);
    CHECK_STR(m.attachments->name, "me.vcf");
    CHECK(text_part(&bytes, &fake_row("a")->raw, 0, &setup, &e) == 0);
    CHECK_STR(bytes, "BEGIN:VCARD");
    CHECK(text_part(&bytes, &fake_row("a")->raw, 1, &setup, &e) == E_NONE);
    CHECK(t->machine->due == NULL && toy.files == 0);
    stop(t);
    fake_inbox_reset();
}

static void the_key_is_for_the_providers_own_hosts(void)
{
    static const struct {
        const char *url;
        bool may;
    } cases[] = {
        { "https://files.toy.example/1", true },
        { "https://FILES.toy.example:8443/1", true },
        { "http://files.toy.example/1", false },
        { "https://toy.example.evil.example/1", false },
        { "https://evil.example/.toy.example", false },
        { "https://files.toy.example@evil.example/1", false },
        { "https://files.toy.example:1@evil.example/1", false },
        { "https://evil.example\\.toy.example/1", false },
        { "https://evil.example#.toy.example", false },
        { "https://127.0.0.1/1", true },
        { "http://127.0.0.1/1", false }, /* another port than the api's */
        { "ftp://files.toy.example/1", false },
        { "", false },
    };
    struct text_channel *t = start();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CHECK(text_may_know_key(t->machine, str_of(cases[i].url)) ==
              cases[i].may);
    }
    stop(t);
}

static const char *file_text(const char *id, const char *sha256)
{
    return arena_printf(&setup,
                        "[{\"id\":\"%s\",\"file\":\"http://127.0.0.1:%d/file\","
                        "\"sha256\":\"%s\",\"file-name\":\"the hole.png\"}]",
                        id, server.port, sha256);
}

static void a_file_that_is_not_what_was_announced_is_not_kept(void)
{
    struct text_channel *t = start();
    struct arena a = { 0 };
    struct str sum =
        digest_hex(&a, digest(&a, DIGEST_SHA256, STR("\xff\xd8\xff jpeg")));
    struct message m;

    toy.files = 0;
    clock_set(NOON);
    CHECK(deliver("good", file_text("a", "00ff")) == 200);
    WAIT(toy.files == 1 && t->machine->fetching == 0);
    CHECK(fake_inbox.n == 1 && !fake_row("a")->marked);
    CHECK(str_find(str_of(cursor("media")),
                   STR(" sha256=00ff name=the%20hole.png")) <
          strlen(cursor("media")));
    stop(t);
    clock_set(NOON + 3600); /* what was announced outlives a restart */
    t = start();
    WAIT(toy.files == 2 && t->machine->fetching == 0);
    CHECK(fake_inbox.n == 1);
    CHECK(deliver("good", file_text("b", arena_dup(&a, sum))) == 200);
    WAIT(fake_row("b/media/0") != NULL && fake_inbox.waiting == 0);
    CHECK(toy.key); /* it was asked for with what opens it */
    m = jailed(fake_row("b/media/0"));
    CHECK_STR(m.attachments->name, "the hole.png");
    CHECK_STR(m.attachments->media_type, "image/jpeg");
    clock_set(0);
    stop(t);
    arena_free(&a);
    fake_inbox_reset();
}

/* ---- what we say ---- */

static enum outcome say(struct text_channel *t, int64_t notice)
{
    struct notice n = { .id = notice,
                        .to = STR(ANA),
                        .message_id = STR("m1@example.org"),
                        .text = STR("“It’s” done – we mended it") };

    memset(&sent, 0, sizeof(sent));
    t->channel.adapter->send(&t->channel, &n, note_sent, &loop);
    WAIT(sent.calls > 0);
    return sent.outcome;
}

static void a_text_is_said_again_only_to_who_knows_it(void)
{
    struct text_channel *t = start();
    char first[1024];

    toy.sends = 0;
    toy.send_status = NULL;
    CHECK(say(t, 1) == OUTCOME_UNKNOWN && toy.sends == 1);
    toy.send_status = "500 Oh";
    toy.send_body = "";
    CHECK(say(t, 1) == OUTCOME_UNKNOWN && toy.sends == 2);
    stop(t);

    t = start_of(&mindful);
    CHECK(say(t, 1) == OUTCOME_LATER);
    snprintf(first, sizeof(first), "%s", toy.sent);
    toy.send_status = NULL;
    CHECK(say(t, 1) == OUTCOME_LATER);
    CHECK(strcmp(first, toy.sent) == 0); /* the same id of ours */
    CHECK(strstr(toy.sent, "\r\n\r\n" ANA "|+15555550100|\"It's\" done |") !=
          NULL);
    CHECK(say(t, 2) == OUTCOME_LATER && strcmp(first, toy.sent) != 0);
    stop(t);
    fake_inbox_reset();
}

static void what_the_answer_says_counts_more_than_its_status(void)
{
    struct text_channel *t = start();

    toy.send_status = "200 OK";
    toy.send_body = "id-1";
    CHECK(say(t, 1) == OUTCOME_DONE && strcmp(sent.id, "id-1") == 0);
    toy.send_body = "busy";
    CHECK(say(t, 1) == OUTCOME_LATER);
    toy.send_status = "403 Forbidden";
    CHECK(say(t, 1) == OUTCOME_LATER);
    CHECK(strstr(fake_inbox.health, "refuses the account") != NULL);
    toy.send_body = "opted out";
    CHECK(say(t, 1) == OUTCOME_NEVER);
    CHECK_STR(str_of(fake_pair(fake_inbox.opts, ANA)->value), "out");
    toy.send_status = "200 OK";
    toy.send_body = "id-2";
    CHECK(say(t, 1) == OUTCOME_DONE);
    CHECK_STR(str_of(fake_inbox.health), ""); /* mended */
    stop(t);
    fake_inbox_reset();
}

static void who_has_opted_out_is_noted_once(void)
{
    struct text_channel *t = start();
    const struct fake_pair *p = fake_pair(fake_inbox.opts, ANA);
    const char *told = "[{\"kind\":\"receipt\",\"id\":\"x\",\"to\":\"" ANA
                       "\",\"delivery\":5,\"out\":1}]";

    CHECK(deliver("good", told) == 200);
    CHECK_STR(str_of(p->value), "out");
    deliver("good",
            "[{\"id\":\"a\",\"from\":\"" ANA "\",\"words\":\"START\"}]");
    CHECK_STR(str_of(p->value), "in");
    CHECK(deliver("good", told) == 200); /* told again: it is old */
    CHECK_STR(str_of(p->value), "in");
    stop(t);
    fake_inbox_reset();
}

int main(void)
{
    if (!api_begin(serve_api))
        return 1;
    several_texts_of_one_call_are_each_stored();
    a_call_with_too_many_texts_is_refused();
    a_text_without_a_usable_id_is_known_by_its_bytes();
    what_is_stale_or_unsigned_is_said_so();
    what_a_signature_needs_is_fetched_once();
    what_cannot_be_fetched_is_asked_for_again();
    a_subscription_is_confirmed_before_it_is_thanked_for();
    a_file_that_came_along_is_not_fetched();
    the_key_is_for_the_providers_own_hosts();
    a_file_that_is_not_what_was_announced_is_not_kept();
    a_text_is_said_again_only_to_who_knows_it();
    what_the_answer_says_counts_more_than_its_status();
    who_has_opted_out_is_noted_once();
    return api_end();
}
