/*
 * The machine behind all doors for texts, with a provider made up for it:
 * what is signed with a file, long texts in parts, what may have gone out.
 * What Twilio needs of it is tested in test_twilio_channel.
 */
#include "../../adapters/text_internal.h"
#include "../../adapters/text_json.h"

#include "../tap.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "fake_adapters.h"
#include "fake_http.h"
#include "fake_inbox.h"
#include "fake_server.h"

#define PUBLIC "https://reports.example.org"

enum { NOON = 1795512600 };

static uv_loop_t loop;
static struct transfers *transfers;
static struct fake_server server;
static struct arena setup;

/* What the provider does next. */
static struct {
    const char *cert_status;
    int certs, visits, sends, files;
    const char *visit_status;
    const char *send_status; /* NULL: the line is cut */
    const char *send_body;
    char sent[1024];
    bool key; /* the last file was asked for with it */
} toy;

static void serve_file(struct fake_conn *c, struct str request)
{
    toy.files++;
    toy.key = str_find(request, STR("X-Key: k3y\r\n")) < request.n;
    fake_http(c, "200 OK", "Content-Type: image/jpeg\r\n",
              STR("\xff\xd8\xff jpeg"));
}

static void serve_api(struct fake_conn *c)
{
    struct str r = fake_request(c);

    if (r.n == 0)
        return;
    if (str_starts(r, STR("GET /cert"))) {
        toy.certs++;
        fake_http(c, toy.cert_status, "", STR("cert"));
    } else if (str_starts(r, STR("GET /visit"))) {
        toy.visits++;
        fake_http(c, toy.visit_status, "", STR("welcome"));
    } else if (str_starts(r, STR("GET /file"))) {
        serve_file(c, r);
    } else if (toy.send_status != NULL) {
        toy.sends++;
        snprintf(toy.sent, sizeof(toy.sent), "%.*s", STR_FMT(r));
        fake_http(c, toy.send_status, "", str_of(toy.send_body));
    } else {
        toy.sends++;
        snprintf(toy.sent, sizeof(toy.sent), "%.*s", STR_FMT(r));
        fake_close(c);
    }
    fake_taken(c, r.n);
}

/* ---- the provider ---- */

static enum text_verdict toy_check(const struct text_channel *t,
                                   struct text_call *call, struct arena *a)
{
    struct str signature = call->header(call->from, "x-twilio-signature");

    if (str_starts(signature, STR("/"))) {
        call->need = str_of(arena_printf(a, "%.*s%.*s", STR_FMT(t->with.api),
                                         STR_FMT(signature)));
        if (call->fetched.n == 0)
            return TEXT_NEEDS;
        return str_eq(call->fetched, STR("cert")) ? TEXT_GENUINE : TEXT_FORGED;
    }
    if (str_eq(signature, STR("more"))) {
        call->need = str_of(arena_printf(a, "%.*s/cert", STR_FMT(t->with.api)));
        return TEXT_NEEDS;
    }
    if (str_eq(signature, STR("stale")))
        return TEXT_STALE;
    if (str_eq(signature, STR("again")))
        return TEXT_AGAIN;
    return str_eq(signature, STR("good")) ? TEXT_GENUINE : TEXT_FORGED;
}

static enum text_kind kind_of(struct str word)
{
    if (str_eq(word, STR("visit")))
        return TEXT_VISIT;
    if (str_eq(word, STR("receipt")))
        return TEXT_RECEIPT;
    return word.n > 0 ? TEXT_NOTHING : TEXT_MESSAGE;
}

static void file_of(struct text *text, const json_t *item, struct arena *a)
{
    struct text_file *f = arena_new(a, struct text_file);

    f->url = arena_str(a, text_json_str(item, "file"));
    f->bytes = arena_str(a, text_json_str(item, "inline"));
    f->sha256 = arena_str(a, text_json_str(item, "sha256"));
    f->name = arena_str(a, text_json_str(item, "file-name"));
    if (f->url.n + f->bytes.n > 0)
        text->files = f;
}

static struct text *one_of(const json_t *item, struct arena *a)
{
    struct text *text = arena_new(a, struct text);

    text->kind = kind_of(text_json_str(item, "kind"));
    text->id = arena_str(a, text_json_str(item, "id"));
    text->from = arena_str(a, text_json_str(item, "from"));
    text->to = arena_str(a, text_json_str(item, "to"));
    text->words = arena_str(a, text_json_str(item, "words"));
    text->url = arena_str(a, text_json_str(item, "url"));
    text->ref = arena_str(a, text_json_str(item, "ref"));
    text->part = (int)text_json_int(item, "part", 0);
    text->parts = (int)text_json_int(item, "parts", 0);
    text->opted_out = text_json_int(item, "out", 0) != 0;
    text->delivery = (enum delivery)text_json_int(item, "delivery", 0);
    file_of(text, item, a);
    return text;
}

static int toy_read(struct text **out, enum raw_format format, struct str bytes,
                    struct arena *a, struct error *e)
{
    json_t *top = format == RAW_JSON ? text_json_any(bytes) : NULL;
    const json_t *item;
    size_t i;

    if (top == NULL)
        return error(e, E_SYNTAX, "not JSON");
    json_array_foreach(top, i, item)
    {
        *out = one_of(item, a);
        out = &(*out)->next;
    }
    json_decref(top);
    return 0;
}

static void toy_login(struct text_request *out, const struct text_channel *t,
                      struct arena *a)
{
    out->headers[0] = arena_printf(a, "X-Key: %.*s", STR_FMT(t->with.key));
}

static int toy_say(struct text_request *out, const struct text_channel *t,
                   const struct text_order *order, struct arena *a,
                   struct error *e)
{
    (void)e;
    out->url = arena_printf(a, "%.*s/send", STR_FMT(t->with.api));
    out->body = str_of(arena_printf(
        a, "%.*s|%.*s|%.*s|%.*s", STR_FMT(order->to), STR_FMT(order->from),
        STR_FMT(order->words), STR_FMT(order->ours)));
    return 0;
}

static void toy_said(struct text_answer *out, long status, struct str body,
                     struct arena *a)
{
    (void)status;
    if (str_eq(body, STR("busy")))
        out->outcome = OUTCOME_LATER;
    if (str_eq(body, STR("opted out"))) {
        out->outcome = OUTCOME_NEVER;
        out->account = false;
        out->opted_out = true;
    }
    out->id = arena_str(a, body);
}

static const struct setting toy_settings[] = {
    { .name = "number", .kind = SETTING_TEXT, .offset = TEXT_AT(number) },
    { .name = "key", .kind = SETTING_SECRET, .offset = TEXT_AT(key) },
    { .name = "api", .kind = SETTING_TEXT, .offset = TEXT_AT(api) },
    TEXT_SETTING_PATH,
    TEXT_SETTING_URL,
    { .name = NULL },
};

static const char *const toy_hosts[] = { ".toy.example", NULL };

#define TOY                                                                    \
    .adapter = TEXT_ADAPTER("toy", "made up", toy_settings, NULL, RAW_JSON),   \
    .called = "Toy", .words_max = 12, .thanks_type = "text/plain",             \
    .thanks = "thanks", .login_hosts = toy_hosts, .login = toy_login,          \
    .check = toy_check, .read = toy_read, .say = toy_say, .said = toy_said

static const struct text_provider forgetful = { TOY };
static const struct text_provider mindful = { TOY, .knows_ours = true };

/* ---- the channel ---- */

static struct town town = { .public_url = { PUBLIC, sizeof(PUBLIC) - 1 } };
static int stops;

static void stopped(struct channel *c)
{
    (void)c;
    stops++;
    uv_stop(&loop);
}

static struct text_channel *start_of(const struct text_provider *p)
{
    struct text_channel *t = arena_new(&setup, struct text_channel);
    struct error e;

    fake_adapter = &p->adapter;
    t->channel = (struct channel){
        .adapter = &p->adapter,
        .name = "texts",
        .town = &town,
        .arena = &setup,
        .loop = &loop,
        .transfers = transfers,
    };
    t->with.number = STR("+15555550100");
    t->with.key = STR("k3y");
    t->with.api =
        str_of(arena_printf(&setup, "http://127.0.0.1:%d", server.port));
    if (p->adapter.open(&t->channel, &e) < 0)
        printf("Bail out! %s\n", e.text);
    p->adapter.start(&t->channel);
    return t;
}

static struct text_channel *start(void)
{
    return start_of(&forgetful);
}

static void stop(struct text_channel *t)
{
    int n = stops;

    t->channel.adapter->stop(&t->channel, stopped);
    while (stops == n)
        uv_run(&loop, UV_RUN_ONCE);
}

#define WAIT(cond)                                                             \
    do {                                                                       \
        while (!(cond))                                                        \
            uv_run(&loop, UV_RUN_NOWAIT);                                      \
    } while (0)

static struct http_request call_of(const char *signature, const char *body)
{
    return (struct http_request){
        .method = "POST",
        .target = "/hook/texts",
        .type = "application/json; charset=utf-8",
        .signature = signature,
        .body = str_of(arena_dup(&setup, str_of(body))),
    };
}

static int deliver(const char *signature, const char *body)
{
    struct http_request r = call_of(signature, body);

    fake_call(&r);
    WAIT(r.answers > 0 && fake_inbox.waiting == 0);
    arena_free(&r.arena);
    return r.answers == 1 ? r.status : -r.answers;
}

/* What the jail makes of the row, or an empty message. */
static struct message jailed(const struct fake_row *row)
{
    struct message m = { 0 };
    struct error e;

    if (row == NULL || text_read(&m, &row->raw, NULL, &setup, &e) < 0)
        return (struct message){ .text = STR("unread") };
    return m;
}

static const char *cursor(const char *key)
{
    return fake_pair(fake_inbox.cursors, key)->value;
}

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

/* ---- parts ---- */

static int part(const char *id, const char *from, int n, int of,
                const char *words)
{
    return deliver(
        "good", arena_printf(&setup,
                             "[{\"id\":\"%s\",\"from\":\"%s\",\"to\":\"+1555\","
                             "\"ref\":\"7\",\"part\":%d,\"parts\":%d,"
                             "\"words\":\"%s\"}]",
                             id, from, n, of, words));
}

#define ANA "+15555550123"

static void parts_become_one_text_in_whatever_order_they_come(void)
{
    static const int orders[6][3] = { { 1, 2, 3 }, { 1, 3, 2 }, { 2, 1, 3 },
                                      { 2, 3, 1 }, { 3, 1, 2 }, { 3, 2, 1 } };
    static const char *const words[] = { "", "Pothole 100% ", "at\\n12 Elm",
                                         " St \\u00e1" };
    struct text_channel *t = start();

    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 3; k++) {
            int n = orders[i][k];

            CHECK(part(arena_printf(&setup, "p%d", n), ANA, n, 3, words[n]) ==
                  200);
        }
        WAIT(fake_inbox.waiting == 0);
        CHECK(fake_inbox.n == 4 && t->machine->groups == NULL);
        CHECK_STR(jailed(fake_row("joined/p1")).text,
                  "Pothole 100% at\n12 Elm St á");
        CHECK_STR(jailed(fake_row("joined/p1")).sender.address, ANA);
        CHECK(jailed(fake_row("joined/p1")).control == CONTROL_NONE);
        CHECK(jailed(fake_row("p2")).control == CONTROL_PART);
        CHECK_STR(str_of(cursor("parts")), "");
        CHECK(part("p2", ANA, 2, 3, words[2]) == 200); /* it comes again */
        CHECK(fake_inbox.n == 4 && t->machine->groups == NULL);
        fake_inbox_reset();
    }
    stop(t);
}

static void a_part_that_never_comes_is_shown_as_missing(void)
{
    struct text_channel *t = start();

    clock_set(NOON);
    part("p2", ANA, 2, 4, "two");
    part("p2", ANA, 2, 4, "two");
    CHECK(fake_inbox.n == 1);
    stop(t);
    clock_set(NOON + TEXT_PARTS_WAIT_S - 1);
    t = start();
    CHECK(fake_inbox.n == 1 && t->machine->groups != NULL);
    stop(t);
    clock_set(NOON + TEXT_PARTS_WAIT_S);
    t = start();
    WAIT(fake_inbox.n == 2 && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/p2")).text, "[...]two[...]");
    CHECK_STR(str_of(cursor("parts")), "");
    part("p4", ANA, 4, 4, "four"); /* late, but not lost */
    stop(t);
    clock_set(NOON + 200);
    t = start();
    WAIT(fake_inbox.n == 4 && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/p4")).text, "[...]four");
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void a_restart_goes_on_joining(void)
{
    struct text_channel *t = start();

    clock_set(NOON);
    part("p1", ANA, 1, 2, "Pot");
    part("q1", "+15555550124", 1, 2, "not ");
    stop(t);
    t = start();
    part("p2", ANA, 2, 2, "hole");
    WAIT(fake_row("joined/p1") != NULL && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/p1")).text, "Pothole");
    CHECK(str_find(str_of(cursor("parts")), STR("q1 ")) == 0);

    /* The whole cannot be stored: it is tried again. */
    stop(t);
    fake_inbox.refuse = E_FULL;
    clock_set(NOON + 100);
    t = start();
    WAIT(fake_inbox.waiting > 0);
    WAIT(fake_inbox.waiting == 0);
    CHECK(str_find(str_of(cursor("parts")), STR("q1 ")) == 0);
    stop(t);
    fake_inbox.refuse = 0;
    t = start();
    WAIT(fake_row("joined/q1") != NULL && fake_inbox.waiting == 0);
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void killed_at_any_point_a_long_text_is_one_text(void)
{
    struct text_channel *t = start();
    struct fake_pair *parts = fake_pair(fake_inbox.cursors, "parts");
    char lines[4096];

    /* Noted, and killed before the raw was stored: it comes again. */
    snprintf(parts->value, sizeof(parts->value),
             "p1 %%2B15555550123 %%2B1555 7 1 2 %d Pot \n", NOON);
    stop(t);
    clock_set(NOON);
    t = start();
    CHECK(t->machine->groups == NULL);
    part("p1", ANA, 1, 2, "Pot");
    snprintf(lines, sizeof(lines), "%s", parts->value);
    part("p2", ANA, 2, 2, "hole");
    WAIT(fake_row("joined/p1") != NULL && fake_inbox.waiting == 0);
    CHECK(fake_inbox.n == 3);

    /* Joined and stored, and killed before the lines were struck out. */
    stop(t);
    snprintf(parts->value, sizeof(parts->value),
             "%sp2 %%2B15555550123 %%2B1555 7 2 2 %d hole \n", lines, NOON);
    t = start();
    WAIT(fake_inbox.waiting == 0 && t->machine->groups == NULL);
    CHECK(fake_inbox.n == 3);
    CHECK_STR(str_of(parts->value), "");
    clock_set(0);
    stop(t);
    fake_inbox_reset();
}

static void a_part_that_is_not_stored_is_not_held(void)
{
    struct text_channel *t = start();

    fake_inbox.refuse = E_FULL;
    CHECK(part("p1", ANA, 1, 2, "Pot") == 503);
    CHECK(t->machine->groups == NULL && cursor("parts")[0] == '\0');
    fake_inbox.refuse = 0;
    part("p1", ANA, 1, 2, "Pot");
    part("p2", ANA, 2, 2, "stop");
    WAIT(fake_row("joined/p1") != NULL && fake_inbox.waiting == 0);
    /* The end of a sentence is no STOP. */
    CHECK_STR(str_of(fake_pair(fake_inbox.opts, ANA)->value), "");
    stop(t);
    fake_inbox_reset();
}

static void a_reference_that_comes_round_mixes_nothing(void)
{
    struct text_channel *t = start();

    part("a1", ANA, 1, 2, "one ");
    part("b1", ANA, 1, 2, "other ");
    part("b3", ANA, 2, 3, "of three");
    part("a2", ANA, 2, 2, "text");
    part("b2", ANA, 2, 2, "words");
    WAIT(fake_row("joined/a1") != NULL && fake_row("joined/b1") != NULL &&
         fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/a1")).text, "one text");
    CHECK_STR(jailed(fake_row("joined/b1")).text, "other words");
    CHECK(fake_inbox.n == 7 && t->machine->groups != NULL);
    stop(t);
    fake_inbox_reset();
}

static void more_parts_than_can_be_held_are_texts_by_themselves(void)
{
    struct text_channel *t = start();
    struct message m;

    for (int i = 0; i < 70; i++) {
        CHECK(part(arena_printf(&setup, "p%d", i), ANA, 1, 2, "half") == 200);
    }
    CHECK(fake_inbox.n == 70 && fake_count("limited") == 6);
    CHECK(jailed(fake_row("p63")).control == CONTROL_PART);
    m = jailed(fake_row("p64"));
    CHECK(m.control == CONTROL_NONE);
    CHECK_STR(m.text, "half");
    CHECK(part("q1", "+15555550124", 1, 2, "half") == 200); /* another may */
    CHECK(jailed(fake_row("q1")).control == CONTROL_PART);
    stop(t);
    fake_inbox_reset();
}

static void odd_parts_are_texts_by_themselves(void)
{
    static const struct {
        const char *id;
        int n, of;
    } odd[] = { { "a", 0, 3 },
                { "b", 4, 3 },
                { "c", -1, 2 },
                { "d", 1, 256 },
                { "e", 1, 2000000000 } };
    struct text_channel *t = start();

    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        CHECK(part(odd[i].id, ANA, odd[i].n, odd[i].of, "x") == 200);
        CHECK(jailed(fake_row(odd[i].id)).control == CONTROL_NONE);
    }
    CHECK(part("f", "", 1, 2, "x") == 200);
    CHECK(t->machine->groups == NULL);
    CHECK(part("g", "a\\nb %41", 1, 2, "x\\ny") == 200);
    stop(t);
    t = start();
    CHECK(part("h", "a\\nb %41", 2, 2, "z") == 200);
    WAIT(fake_row("joined/g") != NULL && fake_inbox.waiting == 0);
    CHECK_STR(jailed(fake_row("joined/g")).text, "x\nyz");
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

static struct {
    int calls;
    enum outcome outcome;
    char id[64];
} sent;

static void note_sent(void *arg, enum outcome outcome, struct str id,
                      const struct error *why)
{
    (void)arg;
    (void)why;
    sent.calls++;
    sent.outcome = outcome;
    snprintf(sent.id, sizeof(sent.id), "%.*s", STR_FMT(id));
    uv_stop(&loop);
}

static enum outcome say(struct text_channel *t, int64_t notice)
{
    struct notice n = { .id = notice,
                        .to = STR(ANA),
                        .message_id = STR("m1@example.org"),
                        .text = STR("“It’s” done – we mended it") };

    memset(&sent, 0, sizeof(sent));
    t->channel.adapter->send(&t->channel, &n, note_sent, NULL);
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

static void closed(void *arg)
{
    *(bool *)arg = true;
}

int main(void)
{
    struct error e;
    bool gone = false;

    log_level_set(LOG_ERROR);
    uv_loop_init(&loop);
    fake_open(&server, &loop, serve_api);
    if (transfers_open(&transfers, &loop, &e) < 0)
        return 1;
    several_texts_of_one_call_are_each_stored();
    a_call_with_too_many_texts_is_refused();
    a_text_without_a_usable_id_is_known_by_its_bytes();
    what_is_stale_or_unsigned_is_said_so();
    what_a_signature_needs_is_fetched_once();
    what_cannot_be_fetched_is_asked_for_again();
    a_subscription_is_confirmed_before_it_is_thanked_for();
    parts_become_one_text_in_whatever_order_they_come();
    a_part_that_never_comes_is_shown_as_missing();
    a_restart_goes_on_joining();
    killed_at_any_point_a_long_text_is_one_text();
    a_part_that_is_not_stored_is_not_held();
    a_reference_that_comes_round_mixes_nothing();
    more_parts_than_can_be_held_are_texts_by_themselves();
    odd_parts_are_texts_by_themselves();
    a_file_that_came_along_is_not_fetched();
    the_key_is_for_the_providers_own_hosts();
    a_file_that_is_not_what_was_announced_is_not_kept();
    a_text_is_said_again_only_to_who_knows_it();
    what_the_answer_says_counts_more_than_its_status();
    who_has_opted_out_is_noted_once();
    transfers_close(transfers, closed, &gone);
    fake_shut(&server);
    WAIT(gone);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    fake_inbox_reset();
    arena_free(&setup);
    return tap_done();
}
