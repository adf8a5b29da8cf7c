/* The server against clients that are hostile, slow, many, or gone. */
#include "../tap.h"
#include "http_client.h"

enum { HELD_MAX = 64 };

/* What the loop's thread keeps for the route "/held". */
struct held {
    struct http_request *list[HELD_MAX];
    int n;
};

static void say(struct http_request *r, int status, const char *text)
{
    http_respond(r, &(struct http_response){ .status = status,
                                             .type = "text/plain",
                                             .body = str_of(text) });
}

static void route_hello(struct http_request *r, void *arg)
{
    (void)arg;
    say(r, 200, "hello");
}

static void route_echo(struct http_request *r, void *arg)
{
    (void)arg;
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/plain",
                                             .body = http_body(r) });
}

static void route_what(struct http_request *r, void *arg)
{
    struct arena *a = http_arena(r);
    const struct http_header_line lines[] = {
        { "X-Split", STR("a\r\nX-Forged: b") },
        { "Cache-Control", STR("max-age=60") },
        { 0 },
    };

    (void)arg;
    http_respond(r,
                 &(struct http_response){
                     .status = 200,
                     .type = "text/plain",
                     .body = str_of(arena_printf(
                         a, "token=%.*s q=%.*s peer=%.*s path=%.*s target=%.*s",
                         STR_FMT(http_param(r, "token")),
                         STR_FMT(http_query(r, "q")), STR_FMT(http_peer(r)),
                         STR_FMT(http_path(r)), STR_FMT(http_target(r)))),
                     .headers = lines,
                 });
}

static void route_hold(struct http_request *r, void *arg)
{
    struct held *h = arg;

    http_hold(r);
    h->list[h->n++] = r;
}

/* Answers all that are held; says how many there were and still listened. */
static void route_release(struct http_request *r, void *arg)
{
    struct held *h = arg;
    int alive = 0;
    int n = h->n;

    for (int i = 0; i < n; i++) {
        alive += http_alive(h->list[i]);
        say(h->list[i], 200, "released");
    }
    h->n = 0;
    say(r, 200, arena_printf(http_arena(r), "held %d alive %d", n, alive));
}

static void route_count(struct http_request *r, void *arg)
{
    struct held *h = arg;
    int gone = 0;

    for (int i = 0; i < h->n; i++)
        gone += !http_alive(h->list[i]);
    say(r, 200,
        arena_printf(http_arena(r), "held %d gone %d open %zu", h->n, gone,
                     r->server->count));
}

static void route_forget(struct http_request *r, void *arg)
{
    (void)r;
    (void)arg;
}

static void route_large(struct http_request *r, void *arg)
{
    size_t n = 3 * 1024 * 1024;
    char *p = arena_alloc(http_arena(r), n);

    (void)arg;
    memset(p, 'x', n);
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/plain",
                                             .body = { p, n } });
}

static const struct route routes[] = {
    { "GET", "/hello", 0, route_hello },
    { "POST", "/echo", 1000, route_echo },
    { "POST", "/upload", 32 * 1024 * 1024, route_hello },
    { "GET", "/what/:token", 0, route_what },
    { "GET", "/hold", 0, route_hold },
    { "GET", "/release", 0, route_release },
    { "GET", "/count", 0, route_count },
    { "GET", "/forget", 0, route_forget },
    { "GET", "/large", 0, route_large },
    { NULL, NULL, 0, NULL },
};

static struct held held;

static void short_limits(struct http_limits *l)
{
    l->head_ms = 400;
    l->body_ms = 400;
    l->write_ms = 400;
    l->idle_ms = 300;
    l->linger_ms = 200;
    l->connections = 1200;
    l->body_total = 4 * 1024 * 1024;
}

static struct site site = { .routes = routes,
                            .limit = short_limits,
                            .arg = &held };

/* ---- what is refused (reference table), and what is not ---- */

struct refused {
    const char *what;
    struct str bytes;
    int status;
};

#define END  "Host: a\r\nConnection: close\r\n\r\n"
#define POST "POST /echo HTTP/1.1\r\nHost: a\r\n"

static const struct refused cases[] = {
    { "plain GET", STR_INIT("GET /hello HTTP/1.1\r\n" END), 200 },
    { "plain POST",
      STR_INIT(POST "Connection: close\r\nContent-Length: 5\r\n\r\n12345"),
      200 },
    { "an empty line first", STR_INIT("\r\nGET /hello HTTP/1.1\r\n" END), 200 },
    { "length and chunks",
      STR_INIT(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "0\r\n\r\n"),
      400 },
    { "chunks and length",
      STR_INIT(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
                    "0\r\n\r\n"),
      400 },
    { "two lengths",
      STR_INIT(POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345"),
      400 },
    { "the same length twice",
      STR_INIT(POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345"),
      400 },
    { "two lengths in one line",
      STR_INIT(POST "Content-Length: 5, 5\r\n\r\n12345"), 400 },
    { "a blank before the colon",
      STR_INIT(POST "Content-Length : 5\r\n\r\n12345"), 400 },
    { "a header's end is CR",
      STR_INIT("GET /hello HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"), 400 },
    { "CR after the colon",
      STR_INIT("GET /hello HTTP/1.1\r\nHost: a\r\nX-A:\rNext: b\r\n\r\n"),
      400 },
    { "CR LF CR before a header",
      STR_INIT("GET /hello HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n"), 400 },
    { "CR in the request line", STR_INIT("GET /hello\r HTTP/1.1\r\n" END),
      400 },
    { "a signed length", STR_INIT(POST "Content-Length: +5\r\n\r\n12345"),
      400 },
    { "a negative length", STR_INIT(POST "Content-Length: -5\r\n\r\n12345"),
      400 },
    { "letters in the length",
      STR_INIT(POST "Content-Length: 5abc\r\n\r\n12345"), 400 },
    { "no length after its name", STR_INIT(POST "Content-Length:\r\n\r\n"),
      400 },
    { "a length beyond 64 bits",
      STR_INIT(POST "Content-Length: 18446744073709551621\r\n\r\n12345"), 400 },
    { "an unknown coding",
      STR_INIT(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400 },
    { "chunked, identity",
      STR_INIT(POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
      400 },
    { "two codings",
      STR_INIT(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
                    "identity\r\n\r\n0\r\n\r\n"),
      400 },
    { "chunks in HTTP/1.0",
      STR_INIT("POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: "
               "chunked\r\n\r\n0\r\n\r\n"),
      400 },
    { "chunks", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      411 },
    { "chunk data without CR LF",
      STR_INIT(POST
               "Transfer-Encoding: chunked\r\n\r\n5\r\n12345X\r\n0\r\n\r\n"),
      411 },
    { "a header without a name", STR_INIT("GET /hello HTTP/1.1\r\n: a\r\n" END),
      400 },
    { "NUL in a value", STR_INIT("GET /hello HTTP/1.1\r\nX: a\0b\r\n" END),
      400 },
    { "a control in a value",
      STR_INIT("GET /hello HTTP/1.1\r\nX: a\x01z\r\n" END), 400 },
    { "LF alone", STR_INIT("GET /hello HTTP/1.1\nHost: a\n\n"), 400 },
    { "HTTP/1.9", STR_INIT("GET /hello HTTP/1.9\r\n" END), 400 },
    { "HTTP/2.0", STR_INIT("GET /hello HTTP/2.0\r\n" END), 505 },
    { "HTTP/0.9", STR_INIT("GET /hello\r\n\r\n"), 505 },
    { "the preface of HTTP/2", STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      400 },
    { "a folded line", STR_INIT("GET /hello HTTP/1.1\r\nX: a\r\n b\r\n" END),
      400 },
    { "a blank before the first header",
      STR_INIT("GET /hello HTTP/1.1\r\n X: a\r\n" END), 400 },
    { "no Host", STR_INIT("GET /hello HTTP/1.1\r\nX: a\r\n\r\n"), 400 },
    { "two Hosts", STR_INIT("GET /hello HTTP/1.1\r\nHost: b\r\n" END), 400 },
    { "a Host with a path",
      STR_INIT("GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400 },
    { "a whole URL as target", STR_INIT("GET http://a/hello HTTP/1.1\r\n" END),
      400 },
    { "CONNECT", STR_INIT("CONNECT a:443 HTTP/1.1\r\n" END), 400 },
    { "a method in small letters", STR_INIT("get /hello HTTP/1.1\r\n" END),
      400 },
    { "noise", STR_INIT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc"), 400 },
    { "no such page", STR_INIT("GET /nothing HTTP/1.1\r\n" END), 404 },
    { "a page's name and more", STR_INIT("GET /hello/ HTTP/1.1\r\n" END), 404 },
    { "another method", STR_INIT("DELETE /hello HTTP/1.1\r\n" END), 405 },
    { "NUL in a parameter", STR_INIT("GET /what/a%00b HTTP/1.1\r\n" END), 400 },
    { "half a percent sign", STR_INIT("GET /what/a%2 HTTP/1.1\r\n" END), 400 },
    { "a parameter that is no UTF-8",
      STR_INIT("GET /what/%ff HTTP/1.1\r\n" END), 400 },
    { "too long a body", STR_INIT(POST "Content-Length: 1001\r\n\r\n"), 413 },
    { "a body for a GET",
      STR_INIT("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"),
      413 },
    { "another expectation",
      STR_INIT(POST "Expect: tea\r\nContent-Length: 1\r\n\r\nx"), 417 },
    { "a route that answers nothing", STR_INIT("GET /forget HTTP/1.1\r\n" END),
      500 },
};

static void what_is_ambiguous_is_refused(void)
{
    struct arena a = { 0 };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str got = client_ask(&site, cases[i].bytes, &a);

        if (status_of(got) != cases[i].status)
            printf("# %s: %.*s\n", cases[i].what, STR_FMT(got));
        CHECK(status_of(got) == cases[i].status);
        CHECK(has(got, "Connection: close"));
        CHECK(str_find(str_slice(got, 1, got.n), STR("HTTP/1.1 ")) + 1 ==
              got.n);
    }
    arena_free(&a);
}

static void the_same_byte_by_byte(void)
{
    struct arena a = { 0 };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int fd = client_open(&site);
        struct str got;

        for (size_t k = 0; k < cases[i].bytes.n; k++) {
            if (client_send(fd, str_slice(cases[i].bytes, k, k + 1)) < 0)
                break;
        }
        got = client_rest(fd, &a);
        if (status_of(got) != cases[i].status)
            printf("# %s: %.*s\n", cases[i].what, STR_FMT(got));
        CHECK(status_of(got) == cases[i].status);
        close(fd);
    }
    arena_free(&a);
}

static void a_head_has_limits(void)
{
    struct arena a = { 0 };
    struct buf b = buf_init(64 * 1024);

    buf_add(&b, STR("GET /hello HTTP/1.1\r\n"));
    for (int i = 0; i < 62; i++)
        buf_printf(&b, "X-%d: a\r\n", i);
    buf_add(&b, STR(END));
    CHECK(status_of(client_ask(&site, buf_str(&b), &a)) == 200);

    buf_clear(&b);
    buf_add(&b, STR("GET /hello HTTP/1.1\r\n"));
    for (int i = 0; i < 63; i++)
        buf_printf(&b, "X-%d: a\r\n", i);
    buf_add(&b, STR(END));
    CHECK(status_of(client_ask(&site, buf_str(&b), &a)) == 431);

    buf_clear(&b);
    buf_add(&b, STR("GET /hello HTTP/1.1\r\nX: "));
    memset(buf_room(&b, 9000), 'a', 9000);
    buf_add(&b, STR("\r\n" END));
    CHECK(status_of(client_ask(&site, buf_str(&b), &a)) == 431);

    buf_clear(&b);
    buf_add(&b, STR("GET /"));
    memset(buf_room(&b, 9000), 'a', 9000);
    CHECK(status_of(client_ask(&site, buf_str(&b), &a)) == 431);
    buf_free(&b);
    arena_free(&a);
}

/* ---- what routes are told, and what goes out ---- */

static void a_route_gets_what_was_asked(void)
{
    struct arena a = { 0 };
    struct str got =
        client_ask(&site,
                   STR("GET /what/a%2Fb%20%C3%A9?x=1&q=a+b%26c HTTP/1.1\r\n"
                       "X-Forwarded-For: 192.0.2.9, 198.51.100.7\r\n" END),
                   &a);

    CHECK(has(got, "token=a/b \xc3\xa9 q=a b&c peer=198.51.100.7 "));
    CHECK(has(got, "path=/what/a%2Fb%20%C3%A9 "));
    CHECK(has(got, "target=/what/a%2Fb%20%C3%A9?x=1&q=a+b%26c"));

    got = client_ask(&site,
                     STR("GET /what/t HTTP/1.1\r\nX-Forwarded-For: "
                         "192.0.2.9\r\nX-Forwarded-For: "
                         "[2001:db8::1]:99\r\n" END),
                     &a);
    CHECK(has(got, "peer=2001:db8::1 "));
    got = client_ask(
        &site, STR("GET /what/t HTTP/1.1\r\nX-Forwarded-For: <b>\r\n" END), &a);
    CHECK(has(got, "peer=127.0.0.1 "));
    got = client_ask(&site, STR("GET /what/t HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "peer=127.0.0.1 "));
    arena_free(&a);
}

static void every_answer_carries_the_guards(void)
{
    struct arena a = { 0 };
    const char *const asks[] = { "GET /hello HTTP/1.1\r\n" END,
                                 "GET /nothing HTTP/1.1\r\n" END,
                                 "noise\r\n\r\n" };

    for (size_t i = 0; i < COUNT_OF(asks); i++) {
        struct str got = client_ask(&site, str_of(asks[i]), &a);

        CHECK(has(got, "Content-Security-Policy: default-src 'none'"));
        CHECK(has(got, "frame-ancestors 'none'"));
        CHECK(has(got, "X-Content-Type-Options: nosniff"));
        CHECK(has(got, "Referrer-Policy: same-origin"));
        CHECK(has(got, "Cache-Control: no-store"));
        CHECK(has(got, " GMT\r\n"));
    }
    arena_free(&a);
}

static void a_header_cannot_be_split_nor_doubled(void)
{
    struct arena a = { 0 };
    struct str got = client_ask(&site, STR("GET /what/t HTTP/1.1\r\n" END), &a);

    CHECK(!has(got, "\r\nX-Forged"));
    CHECK(has(got, "Cache-Control: max-age=60"));
    CHECK(!has(got, "no-store"));
    arena_free(&a);
}

static void HEAD_is_GET_without_its_body(void)
{
    struct arena a = { 0 };
    struct str got = client_ask(&site, STR("HEAD /hello HTTP/1.1\r\n" END), &a);

    CHECK(status_of(got) == 200);
    CHECK(has(got, "Content-Length: 5\r\n"));
    CHECK(str_ends(got, STR("\r\n\r\n")));
    got = client_ask(&site, STR("HEAD /nothing HTTP/1.1\r\n" END), &a);
    CHECK(status_of(got) == 404);
    CHECK(str_ends(got, STR("\r\n\r\n")));
    arena_free(&a);
}

static void an_error_is_HTML_for_a_browser_and_text_for_others(void)
{
    struct arena a = { 0 };
    struct str got = client_ask(
        &site, STR("GET /nothing HTTP/1.1\r\nAccept: text/html,*/*\r\n" END),
        &a);

    CHECK(has(got, "Content-Type: text/html"));
    CHECK(has(got, "<html lang=\"en\">"));
    got = client_ask(&site, STR("GET /nothing HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "Content-Type: text/plain"));
    got = client_ask(&site, STR("DELETE /echo HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "Allow: POST\r\n"));
    got = client_ask(&site, STR("DELETE /hello HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "Allow: GET, HEAD\r\n"));
    arena_free(&a);
}

/* ---- keep-alive and requests sent ahead ---- */

static void a_connection_serves_one_request_after_another(void)
{
    struct arena a = { 0 };
    int fd = client_open(&site);

    for (int i = 0; i < 3; i++) {
        struct str got;

        client_send(fd, STR(POST "Content-Length: 3\r\n\r\nabc"));
        got = client_one(fd, &a);
        CHECK(status_of(got) == 200);
        CHECK(str_ends(got, STR("\r\n\r\nabc")));
        CHECK(!has(got, "Connection: close"));
    }
    /* a page that is not there ends nothing */
    client_send(fd, STR("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK(status_of(client_one(fd, &a)) == 404);
    client_send(fd, STR("GET /hello HTTP/1.0\r\n\r\n"));
    CHECK(has(client_rest(fd, &a), "Connection: close"));
    close(fd);
    arena_free(&a);
}

static void requests_sent_ahead_are_answered_in_order(void)
{
    struct arena a = { 0 };
    struct buf b = buf_init(1024 * 1024);
    int fd = client_open(&site);

    for (int i = 0; i < 2000; i++)
        buf_printf(&b, POST "Content-Length: 4\r\n\r\n%04d", i);
    buf_add(&b, STR("GET /hello HTTP/1.1\r\n" END));
    client_send(fd, buf_str(&b));
    for (int i = 0; i < 2000; i++) {
        struct str got = client_one(fd, &a);

        if (!str_ends(got, str_of(arena_printf(&a, "\r\n\r\n%04d", i)))) {
            CHECK(!"in order");
            break;
        }
    }
    CHECK(status_of(client_rest(fd, &a)) == 200);
    buf_free(&b);
    close(fd);
    arena_free(&a);
}

static void a_held_request_holds_those_sent_after_it(void)
{
    struct arena a = { 0 };
    int fd = client_open(&site);
    struct str got;

    client_send(fd, STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"
                        "GET /hello HTTP/1.1\r\n" END));
    do {
        got = client_ask(&site, STR("GET /count HTTP/1.1\r\n" END), &a);
    } while (!has(got, "held 1"));
    got = client_ask(&site, STR("GET /release HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "held 1 alive 1"));
    got = client_one(fd, &a);
    CHECK(str_ends(got, STR("released")));
    got = client_rest(fd, &a);
    CHECK(str_ends(got, STR("hello")));
    close(fd);
    arena_free(&a);
}

static void a_client_may_leave_while_its_request_is_held(void)
{
    struct arena a = { 0 };
    struct str got;
    struct linger at_once = { 1, 0 };

    for (int i = 0; i < 40; i++) {
        int fd = client_open(&site);

        client_send(fd, STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"
                            "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"));
        do {
            got = client_ask(&site, STR("GET /count HTTP/1.1\r\n" END), &a);
        } while (!has(got, arena_printf(&a, "held %d ", i + 1)));
        if (i % 2 == 0) /* a reset, or a plain end */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
    }
    do {
        got = client_ask(&site, STR("GET /count HTTP/1.1\r\n" END), &a);
    } while (!has(got, "gone 40"));
    got = client_ask(&site, STR("GET /release HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "held 40 alive 0"));
    CHECK(status_of(client_ask(&site, STR("GET /hello HTTP/1.1\r\n" END),
                               &a)) == 200);
    arena_free(&a);
}

static void clients_that_break_off_anywhere_do_no_harm(void)
{
    struct arena a = { 0 };
    struct str whole = STR(POST "Content-Length: 5\r\n\r\n12345"
                                "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    struct linger at_once = { 1, 0 };

    for (size_t n = 0; n <= whole.n; n++) {
        int fd = client_open(&site);

        client_send(fd, str_slice(whole, 0, n));
        if (n % 2 == 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(fd);
    }
    CHECK(status_of(client_ask(&site, STR("GET /hello HTTP/1.1\r\n" END),
                               &a)) == 200);
    arena_free(&a);
}

/* ---- time ---- */

static int64_t now_ms(void)
{
    return (int64_t)(uv_hrtime() / 1000000);
}

/* Sends a byte every step_ms until the server has had enough. */
static struct str drip(struct str head, struct str drops, int64_t step_ms,
                       int64_t *took, struct arena *a)
{
    int64_t begin = now_ms();
    struct timeval step = { 0, (suseconds_t)(step_ms * 1000) };
    int fd = client_open(&site);
    struct str got = STR_NONE;
    char c;

    client_send(fd, head);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof(step));
    for (size_t i = 0; i < drops.n; i++) {
        if (recv(fd, &c, 1, MSG_PEEK) >= 0) /* waits a step, too */
            break;
        client_send(fd, str_slice(drops, i, i + 1));
    }
    *took = now_ms() - begin;
    got = client_rest(fd, a);
    close(fd);
    return got;
}

static void slow_heads_and_bodies_meet_their_deadline(void)
{
    struct arena a = { 0 };
    int64_t took;
    struct str drops =
        STR("X-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    struct str got = drip(STR("GET /hello HTTP/1.1\r\n"), drops, 50, &took, &a);

    CHECK(status_of(got) == 408);
    CHECK(took >= 300 && took < 3000);
    got = drip(STR(POST "Content-Length: 900\r\n\r\n"), drops, 50, &took, &a);
    CHECK(status_of(got) == 408);
    CHECK(took >= 300 && took < 3000);
    /* who says nothing at all is let go without a word */
    got = client_ask(&site, STR_NONE, &a);
    CHECK(got.n == 0);
    arena_free(&a);
}

static void a_body_that_goes_on_may_take_longer(void)
{
    struct arena a = { 0 };
    size_t n = 60 * 1024;
    char *bytes = arena_alloc(&a, n);
    struct timeval step = { 0, 100 * 1000 };
    int fd = client_open(&site);
    char c;

    client_send(fd, str_of(arena_printf(
                        &a,
                        "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: "
                        "close\r\nContent-Length: %zu\r\n\r\n",
                        n)));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof(step));
    for (size_t i = 0; i < n; i += 4096) { /* 15 steps of 0.1 s, over 0.4 s */
        if (recv(fd, &c, 1, MSG_PEEK) >= 0)
            break;
        client_send(fd, (struct str){ bytes + i, n - i < 4096 ? n - i : 4096 });
    }
    step.tv_sec = PATIENCE_S;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof(step));
    CHECK(status_of(client_rest(fd, &a)) == 200);
    close(fd);
    arena_free(&a);
}

static void a_reader_that_stops_is_let_go(void)
{
    struct arena a = { 0 };
    int small = 4096;
    int fd = client_open(&site);
    int64_t begin = now_ms();
    struct str got;

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    for (int i = 0; i < 8; i++)
        client_send(fd, STR("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"));
    do { /* nothing is read: the server has its memory back after a while */
        got = client_ask(&site, STR("GET /count HTTP/1.1\r\n" END), &a);
    } while (!has(got, "open 1") && now_ms() - begin < PATIENCE_S * 1000);
    CHECK(has(got, "open 1"));
    close(fd);
    arena_free(&a);
}

/* ---- size ---- */

static void a_large_body_is_refused_before_it_is_read(void)
{
    struct arena a = { 0 };
    int fd = client_open(&site);
    struct str got;

    client_send(fd, STR("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: "
                        "100-continue\r\nContent-Length: 104857600\r\n\r\n"));
    got = client_rest(fd, &a);
    CHECK(status_of(got) == 413);
    CHECK(!has(got, "100 Continue"));
    close(fd);

    /* who sends it all the same reads the answer, not a reset */
    fd = client_open(&site);
    client_send(fd, STR("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: "
                        "1000000\r\n\r\n"));
    client_send(fd, (struct str){ arena_alloc(&a, 1000000), 1000000 });
    CHECK(status_of(client_rest(fd, &a)) == 413);
    close(fd);
    arena_free(&a);
}

static void all_bodies_together_have_a_budget(void)
{
    struct arena a = { 0 };
    size_t n = 3 * 1024 * 1024;
    struct str part = { arena_alloc(&a, n), n };
    struct str head = STR("POST /upload HTTP/1.1\r\nHost: a\r\n"
                          "Content-Length: 3145729\r\n\r\n");
    int first = client_open(&site);
    int second = client_open(&site);
    struct str got;

    client_send(first, head);
    client_send(first, part); /* all but the last byte */
    client_send(second, head);
    client_send(second, part);
    got = client_rest(second, &a);
    CHECK(status_of(got) == 503 || status_of(got) == 408);
    close(first);
    close(second);
    got = client_ask(&site,
                     STR(POST "Connection: close\r\nContent-Length: "
                              "5\r\n\r\n12345"),
                     &a);
    CHECK(status_of(got) == 200);
    arena_free(&a);
}

static void who_expects_100_continue_gets_it(void)
{
    struct arena a = { 0 };
    int fd = client_open(&site);
    struct str got;

    client_send(fd, STR(POST "Expect: 100-continue\r\nConnection: close\r\n"
                             "Content-Length: 5\r\n\r\n"));
    got = client_one(fd, &a);
    CHECK_STR(got, "HTTP/1.1 100 Continue\r\n\r\n");
    client_send(fd, STR("12345"));
    got = client_rest(fd, &a);
    CHECK(status_of(got) == 200);
    CHECK(str_ends(got, STR("12345")));
    close(fd);
    arena_free(&a);
}

/* ---- many ---- */

static void a_thousand_slow_connections_do_not_keep_others_out(void)
{
    enum { MANY = 1000 };
    static int fds[MANY];
    struct arena a = { 0 };
    int64_t begin;
    int served = 0;
    int open = 0;

    for (int i = 0; i < MANY; i++) {
        fds[i] = client_open(&site);
        open += fds[i] >= 0 &&
                client_send(fds[i], STR("GET /hello HTTP/1.1\r\nX:")) == 0;
    }
    CHECK(open == MANY);
    begin = now_ms();
    for (int i = 0; i < 50; i++)
        served += status_of(client_ask(
                      &site, STR("GET /hello HTTP/1.1\r\n" END), &a)) == 200;
    CHECK(served == 50);
    CHECK(now_ms() - begin < PATIENCE_S * 1000);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    arena_free(&a);
}

static void few_connections(struct http_limits *l)
{
    l->connections = 20;
}

static void at_the_cap_the_slowest_makes_room(void)
{
    struct site small = { .routes = routes,
                          .limit = few_connections,
                          .arg = &held };
    struct arena a = { 0 };
    int fds[60];
    int served = 0;

    site_start(&small);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        fds[i] = client_open(&small);
        client_send(fds[i], STR("GET /hello HTTP/1.1\r\nX:"));
    }
    for (int i = 0; i < 20; i++)
        served += status_of(client_ask(
                      &small, STR("GET /hello HTTP/1.1\r\n" END), &a)) == 200;
    CHECK(served == 20);
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        close(fds[i]);
    CHECK(site_stop(&small));
    arena_free(&a);
}

static void the_end_waits_for_what_is_held(void)
{
    struct site other = { .routes = routes,
                          .limit = short_limits,
                          .arg = &held };
    struct arena a = { 0 };
    struct str got;
    int fd;

    site_start(&other);
    fd = client_open(&other);
    client_send(fd, STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"));
    do {
        got = client_ask(&other, STR("GET /count HTTP/1.1\r\n" END), &a);
    } while (!has(got, "held 1"));
    got = client_ask(&other, STR("GET /release HTTP/1.1\r\n" END), &a);
    CHECK(has(got, "held 1 alive 1"));
    CHECK(site_stop(&other));
    got = client_rest(fd, &a);
    CHECK(has(got, "released"));
    close(fd);
    arena_free(&a);
}

int main(void)
{
    site_start(&site);
    what_is_ambiguous_is_refused();
    the_same_byte_by_byte();
    a_head_has_limits();
    a_route_gets_what_was_asked();
    every_answer_carries_the_guards();
    a_header_cannot_be_split_nor_doubled();
    HEAD_is_GET_without_its_body();
    an_error_is_HTML_for_a_browser_and_text_for_others();
    a_connection_serves_one_request_after_another();
    requests_sent_ahead_are_answered_in_order();
    a_held_request_holds_those_sent_after_it();
    a_client_may_leave_while_its_request_is_held();
    clients_that_break_off_anywhere_do_no_harm();
    slow_heads_and_bodies_meet_their_deadline();
    a_body_that_goes_on_may_take_longer();
    a_reader_that_stops_is_let_go();
    a_large_body_is_refused_before_it_is_read();
    all_bodies_together_have_a_budget();
    who_expects_100_continue_gets_it();
    a_thousand_slow_connections_do_not_keep_others_out();
    CHECK(site_stop(&site));
    at_the_cap_the_slowest_makes_room();
    the_end_waits_for_what_is_held();
    return tap_done();
}
