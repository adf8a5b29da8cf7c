/* The server against clients that are hostile, slow, many, or gone. */
#include "http_site.h"

/* ---- what is refused (reference table), and what is not ---- */

struct refused {
    const char *what;
    struct str bytes;
    int status;
};

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
    CHECK(site_stop(&site));
    return tap_done();
}
