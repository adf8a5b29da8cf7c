/* What takes too long, is too large, or comes too often. */
#include "http_site.h"

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
