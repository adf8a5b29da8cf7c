#include "net/transfer.h"

#include "../tap.h"
#include "base/clock.h"
#include "fake_server.h"

static uv_loop_t loop;
static struct transfers *transfers;
static struct fake_server server;

struct got {
    int calls;
    int rc;
    bool sent;
    long status;
    char body[256];
    char why[256];
};

static void done(void *arg, const struct transfer_result *r)
{
    struct got *g = arg;

    uv_stop(&loop); /* or the turn it came in may wait for the next event */
    g->calls++;
    g->rc = r->rc;
    g->sent = r->sent;
    g->status = r->status;
    snprintf(g->body, sizeof(g->body), "%.*s", STR_FMT(r->body));
    snprintf(g->why, sizeof(g->why), "%s", r->rc < 0 ? r->why.text : "");
}

static void run_until(const int *calls, int n)
{
    while (*calls < n)
        uv_run(&loop, UV_RUN_ONCE);
}

static const char *here(const char *path)
{
    static char url[256];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", server.port, path);
    return url;
}

static struct got fetch(struct transfer t)
{
    struct got g = { 0 };

    if (t.timeout_ms == 0)
        t.timeout_ms = 5000;
    transfer_start(transfers, &t, done, &g);
    if (g.calls != 0)
        g.calls = -100; /* done came before transfer_start() returned */
    run_until(&g.calls, 1);
    return g;
}

static char asked[4096]; /* the last request */
static char long_body[3 * 1024 * 1024];

static bool is(const char *path)
{
    return strstr(asked, path) != NULL;
}

static void answer(struct fake_conn *c)
{
    struct str r = fake_request(c);

    if (r.n == 0)
        return;
    server.requests++;
    snprintf(asked, sizeof(asked), "%.*s", STR_FMT(r));
    fake_taken(c, r.n);
    if (is(" /plain"))
        fake_http(c, "200 OK", "Content-Type: text/plain\r\n", STR("hello"));
    else if (is(" /big"))
        fake_http(c, "200 OK", "", (struct str){ long_body, 65536 });
    else if (is(" /endless")) {
        fake_say(c, STR("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
        fake_say(c, (struct str){ long_body, sizeof(long_body) });
    } else if (is(" /drop"))
        fake_close(c);
    else if (is(" /moved"))
        fake_http(c, "302 Found", "Location: /plain\r\n", STR(""));
    else if (is(" /refused"))
        fake_http(c, "400 Bad Request", "", STR("{\"code\":21211}"));
    /* anything else is never answered */
}

static void an_answer_comes_with_status_type_and_body(void)
{
    struct got g = fetch((struct transfer){ .url = here("/plain") });

    CHECK(g.calls == 1 && g.rc == 0 && g.status == 200 && g.sent);
    CHECK(strcmp(g.body, "hello") == 0);
    g = fetch((struct transfer){ .url = here("/refused"), .body = STR("a=b") });
    CHECK(g.rc == 0 && g.status == 400);
    CHECK(strcmp(g.body, "{\"code\":21211}") == 0);
    CHECK(is("POST /refused") && is("\r\n\r\na=b") && !is("Expect:"));
}

static void a_password_goes_along(void)
{
    fetch((struct transfer){
        .url = here("/plain"), .user = "AC1", .password = "secret" });
    CHECK(is("Authorization: Basic QUMxOnNlY3JldA==\r\n"));
}

static void a_redirect_is_not_followed_unless_guarded(void)
{
    struct got g = fetch((struct transfer){
        .url = here("/moved"), .user = "AC1", .password = "secret" });

    CHECK(g.rc == 0 && g.status == 302);
}

static void an_answer_over_its_limit_is_cut_off(void)
{
    struct got g =
        fetch((struct transfer){ .url = here("/big"), .max_bytes = 65535 });

    CHECK(g.rc == E_LIMIT && g.sent);
    g = fetch((struct transfer){ .url = here("/big"), .max_bytes = 65536 });
    CHECK(g.rc == 0);
    g = fetch((struct transfer){ .url = here("/endless"), .max_bytes = 65536 });
    CHECK(g.rc == E_LIMIT);
    g = fetch((struct transfer){ .url = here("/endless") });
    CHECK(g.rc == E_LIMIT); /* a MiB where nothing is said */
}

static void what_left_is_told_from_what_did_not(void)
{
    struct got g;

    g = fetch((struct transfer){
        .url = here("/silent"), .body = STR("x"), .timeout_ms = 200 });
    CHECK(g.rc == E_TIMEOUT && g.sent);
    g = fetch((struct transfer){ .url = here("/drop"), .body = STR("x") });
    CHECK(g.rc == E_REMOTE && g.sent);
    g = fetch((struct transfer){ .url = "http://127.0.0.1:1/nobody",
                                 .body = STR("x") });
    CHECK(g.rc == E_REMOTE && !g.sent);
    g = fetch(
        (struct transfer){ .url = "http://name.invalid/", .body = STR("x") });
    CHECK(g.rc < 0 && !g.sent);
}

static void a_post_is_never_sent_twice(void)
{
    struct got g;
    int before;

    fetch((struct transfer){ .url = here("/plain") }); /* a kept connection */
    before = server.requests;
    g = fetch((struct transfer){ .url = here("/drop"), .body = STR("x") });
    CHECK(g.rc < 0 && g.sent);
    CHECK(server.requests == before + 1);
}

static void a_line_break_cannot_be_smuggled_in(void)
{
    const char *const headers[] = { "X: a\r\nEvil: 1", NULL };
    struct got g;
    int before = server.requests;

    g = fetch((struct transfer){ .url = here("/plain"), .headers = headers });
    CHECK(g.calls == 1 && g.rc == E_SYNTAX && !g.sent);
    g = fetch((struct transfer){ .url = here("/plain\r\nEvil: 1") });
    CHECK(g.rc == E_SYNTAX);
    g = fetch((struct transfer){ .url = here("/plain"),
                                 .method = "GET /x HTTP/1.1\r\nA: b\r\n\r\n" });
    CHECK(g.rc == E_SYNTAX);
    CHECK(server.requests == before);
}

static void only_known_schemes_are_spoken(void)
{
    struct got g = fetch((struct transfer){ .url = "file:///etc/passwd" });

    CHECK(g.rc < 0 && !g.sent && g.body[0] == '\0');
    g = fetch((struct transfer){ .url = "nonsense" });
    CHECK(g.rc < 0);
}

/* The forms in which 127.0.0.1 is written, and its neighbours. */
static void a_guarded_transfer_does_not_turn_inward(void)
{
    static const char *const hosts[] = {
        "127.0.0.1",       "2130706433", "0x7f000001", "0177.0.0.1",
        "127.1",           "localhost",  "[::1]",      "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "0",          "0.0.0.0",
    };
    struct setting_list any[COUNT_OF(hosts) + 2];
    int before = server.connections;

    for (size_t i = 0; i < COUNT_OF(any); i++)
        any[i] = (struct setting_list){ .next = &any[i + 1] };
    any[COUNT_OF(any) - 1].next = NULL;
    for (size_t i = 0; i < COUNT_OF(hosts); i++)
        any[i].value = str_of(hosts[i]);
    any[COUNT_OF(hosts)].value = STR("0.0.0.0");
    any[COUNT_OF(hosts) + 1].value = STR("[::ffff:127.0.0.1]");
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        char url[128];
        struct got g;

        snprintf(url, sizeof(url), "http://%s:%d/plain", hosts[i], server.port);
        g = fetch((struct transfer){
            .url = url, .guarded = true, .plain = true, .hosts = any });
        if (g.rc != E_DENIED)
            printf("# %s: %d %s\n", url, g.rc, g.why);
        CHECK(g.rc == E_DENIED && !g.sent);
    }
    CHECK(server.connections == before);
}

static void a_guarded_transfer_keeps_to_its_hosts_and_schemes(void)
{
    struct setting_list list = { .value = STR(".example.org") };
    static const char *const refused[] = {
        "https://example.org/",
        "https://example.com/",
        "https://notexample.org/",
        "https://a.example.org.evil.test/",
        "http://a.example.org/",
        "ftp://a.example.org/",
        "file:///etc/passwd",
        "gopher://a.example.org/",
        "https://u:p@a.example.org/",
        "smtp://a.example.org/",
        "https://evil.test/.example.org",
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct got g = fetch((struct transfer){
            .url = refused[i], .guarded = true, .hosts = &list });

        if (g.rc != E_DENIED && g.rc != E_SYNTAX)
            printf("# %s: %d %s\n", refused[i], g.rc, g.why);
        CHECK(g.rc == E_DENIED || g.rc == E_SYNTAX);
    }
    CHECK(fetch((struct transfer){ .url = "https://a.example.org/",
                                   .guarded = true })
              .rc == E_DENIED);
}

static void guards_are_not_slipped_past_on_a_kept_connection(void)
{
    struct setting_list list = { .value = STR("127.0.0.1") };
    struct got g;
    int before;

    fetch((struct transfer){ .url = here("/plain") });
    before = server.requests;
    g = fetch((struct transfer){ .url = here("/plain"),
                                 .guarded = true,
                                 .plain = true,
                                 .hosts = &list });
    CHECK(g.rc == E_DENIED);
    CHECK(server.requests == before);
}

static void many_at_once_all_end(void)
{
    struct got g = { 0 };

    for (int i = 0; i < 50; i++)
        transfer_start(
            transfers,
            &(struct transfer){ .url = here("/plain"), .timeout_ms = 5000 },
            done, &g);
    run_until(&g.calls, 50);
    CHECK(g.calls == 50 && g.rc == 0);
}

static void closed(void *arg)
{
    *(int *)arg += 1;
    uv_stop(&loop);
}

static void closing_ends_what_is_under_way(void)
{
    struct got one = { 0 };
    struct got two = { 0 };
    int ended = 0;
    int n = server.requests;

    transfer_start(transfers,
                   &(struct transfer){ .url = here("/silent"),
                                       .body = STR("x"),
                                       .timeout_ms = 60000 },
                   done, &one);
    while (server.requests == n)
        uv_run(&loop, UV_RUN_ONCE);
    transfers_close(transfers, closed, &ended);
    transfer_start(transfers, &(struct transfer){ .url = here("/plain") }, done,
                   &two);
    CHECK(one.calls == 0 && two.calls == 0 && ended == 0);
    run_until(&ended, 1);
    CHECK(ended == 1);
    CHECK(one.calls == 1 && one.rc == E_TIMEOUT && one.sent);
    CHECK(two.calls == 1 && two.rc == E_TIMEOUT && !two.sent);
}

int main(void)
{
    struct error e;

    uv_loop_init(&loop);
    fake_open(&server, &loop, answer);
    if (transfers_open(&transfers, &loop, &e) < 0)
        return 1;
    an_answer_comes_with_status_type_and_body();
    a_password_goes_along();
    a_redirect_is_not_followed_unless_guarded();
    an_answer_over_its_limit_is_cut_off();
    what_left_is_told_from_what_did_not();
    a_post_is_never_sent_twice();
    a_line_break_cannot_be_smuggled_in();
    only_known_schemes_are_spoken();
    a_guarded_transfer_does_not_turn_inward();
    a_guarded_transfer_keeps_to_its_hosts_and_schemes();
    guards_are_not_slipped_past_on_a_kept_connection();
    many_at_once_all_end();
    closing_ends_what_is_under_way();
    fake_shut(&server);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    return tap_done();
}
