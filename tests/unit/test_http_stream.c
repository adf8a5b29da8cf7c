/* Answers that go on: to clients that listen, that leave, that do not read. */
#include "../tap.h"
#include "base/clock.h"
#include "http/connection.h"
#include "http_client.h"

enum { STREAMS_MAX = 16, CHUNK = 16 * 1024 };

/* What the loop's thread keeps: the open streams, and how many have ended. */
struct open {
    struct http_stream *list[STREAMS_MAX];
    struct http_request *held;
    int n;
    int closed;
    int refused;
};

static void say(struct http_request *r, const char *text)
{
    http_respond(r, &(struct http_response){ .status = 200,
                                             .type = "text/plain",
                                             .body = str_of(text) });
}

static void stream_ended(void *arg)
{
    struct open *o = arg;

    o->closed++;
}

static void begin(struct open *o, struct http_request *r)
{
    const struct http_header_line lines[] = {
        { "X-Accel-Buffering", STR("no") },
        { NULL, STR_NONE },
    };
    struct http_stream *s =
        http_stream_begin(r,
                          &(struct http_response){ .status = 200,
                                                   .type = "text/event-stream",
                                                   .body = STR("hello\n"),
                                                   .headers = lines },
                          stream_ended, o);

    if (s == NULL) {
        o->refused++;
    } else {
        o->list[o->n++] = s;
    }
}

static void route_listen(struct http_request *r, void *arg)
{
    begin(arg, r);
}

static void route_hold(struct http_request *r, void *arg)
{
    struct open *o = arg;

    http_hold(r);
    o->held = r;
}

static void route_begin(struct http_request *r, void *arg)
{
    struct open *o = arg;

    begin(o, o->held);
    say(r, "begun");
}

static void route_tell(struct http_request *r, void *arg)
{
    struct open *o = arg;

    for (int i = o->closed; i < o->n; i++)
        http_stream_write(o->list[i], http_body(r));
    say(r, "told");
}

/* As fast as it can be made: nobody reads so fast. */
static void route_flood(struct http_request *r, void *arg)
{
    struct open *o = arg;
    char *p = arena_alloc(http_arena(r), CHUNK);

    memset(p, 'x', CHUNK);
    for (int n = 0; n < 4096; n++)
        http_stream_write(o->list[o->n - 1], (struct str){ p, CHUNK });
    say(r, "flooded");
}

/* Until the kernel takes no more and a little waits here. */
static void route_fill(struct http_request *r, void *arg)
{
    struct open *o = arg;
    struct connection *c = r->server->connections;
    char *p = arena_alloc(http_arena(r), CHUNK);

    while (c->stream == NULL)
        c = c->next;
    memset(p, 'x', CHUNK);
    while (!c->writing)
        http_stream_write(o->list[o->n - 1], (struct str){ p, CHUNK });
    say(r, c->phase == PHASE_STREAM ? "filled" : "let go");
}

static void route_end(struct http_request *r, void *arg)
{
    struct open *o = arg;

    http_stream_write(o->list[o->n - 1], STR("bye\n"));
    http_stream_end(o->list[o->n - 1]);
    http_stream_end(o->list[o->n - 1]);
    http_stream_write(o->list[o->n - 1], STR("too late\n"));
    say(r, "ended");
}

static void route_count(struct http_request *r, void *arg)
{
    const struct open *o = arg;

    say(r, arena_printf(http_arena(r), "begun %d closed %d refused %d open %zu",
                        o->n, o->closed, o->refused, r->server->streams));
}

static const struct route routes[] = {
    { "GET", "/listen", 0, route_listen },
    { "GET", "/hold", 0, route_hold },
    { "GET", "/begin", 0, route_begin },
    { "POST", "/tell", 64, route_tell },
    { "GET", "/flood", 0, route_flood },
    { "GET", "/fill", 0, route_fill },
    { "GET", "/end", 0, route_end },
    { "GET", "/count", 0, route_count },
    { NULL, NULL, 0, NULL },
};

#define END    "Host: a\r\nConnection: close\r\n\r\n"
#define LISTEN "GET /listen HTTP/1.1\r\nHost: a\r\n\r\n"

static struct str ask(const struct site *s, const char *path, struct arena *a)
{
    return client_ask(
        s, str_of(arena_printf(a, "GET %s HTTP/1.1\r\n" END, path)), a);
}

static void tell(const struct site *s, const char *text, struct arena *a)
{
    client_ask(s,
               str_of(arena_printf(
                   a, "POST /tell HTTP/1.1\r\nContent-Length: %zu\r\n" END "%s",
                   strlen(text), text)),
               a);
}

/* Asks until the server says so: it may yet have to hear of a close. */
static bool comes_to(const struct site *s, const char *what, struct arena *a)
{
    for (int i = 0; i < 2000; i++) {
        if (has(ask(s, "/count", a), what))
            return true;
    }
    return false;
}

/* Reads until mark has come; what came. */
static struct str read_to(int fd, const char *mark, struct arena *a)
{
    struct buf b = buf_init(ANSWER_MAX);
    struct str got;
    char c;

    while (str_find(buf_str(&b), str_of(mark)) == b.n &&
           recv(fd, &c, 1, 0) == 1)
        buf_byte(&b, c);
    got = arena_str(a, buf_str(&b));
    buf_free(&b);
    return got;
}

static void site_begin(struct site *s, struct open *o,
                       void (*limit)(struct http_limits *l))
{
    *o = (struct open){ .n = 0 };
    *s = (struct site){ .routes = routes, .limit = limit, .arg = o };
    site_start(s);
}

/* ---- the tests ---- */

static void what_is_written_arrives_while_the_answer_goes_on(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    struct str head;
    int fd;

    site_begin(&s, &o, NULL);
    fd = client_open(&s);
    client_send(fd, STR(LISTEN));
    head = read_to(fd, "hello\n", &a);
    CHECK(status_of(head) == 200);
    CHECK(has(head, "Content-Type: text/event-stream\r\n"));
    CHECK(has(head, "X-Accel-Buffering: no\r\n"));
    CHECK(has(head, "Connection: close\r\n"));
    CHECK(has(head, "X-Content-Type-Options: nosniff\r\n"));
    CHECK(!has(head, "Content-Length"));
    tell(&s, "one\n", &a);
    CHECK_STR(read_to(fd, "\n", &a), "one\n");
    tell(&s, "two\n", &a);
    CHECK_STR(read_to(fd, "\n", &a), "two\n");
    CHECK(has(ask(&s, "/end", &a), "ended"));
    CHECK_STR(client_rest(fd, &a), "bye\n");
    close(fd);
    CHECK(comes_to(&s, "closed 1 refused 0 open 0", &a));
    CHECK(site_stop(&s));
    arena_free(&a);
}

static void a_request_that_was_held_may_become_a_stream(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    int fd;

    site_begin(&s, &o, NULL);
    fd = client_open(&s);
    client_send(fd, STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\nGET /ahead"));
    while (o.held == NULL)
        ask(&s, "/count", &a);
    ask(&s, "/begin", &a);
    CHECK(has(read_to(fd, "hello\n", &a), "200 OK"));
    tell(&s, "on\n", &a);
    CHECK_STR(read_to(fd, "\n", &a), "on\n");
    close(fd);
    CHECK(comes_to(&s, "closed 1 refused 0 open 0", &a));

    /* and one whose client has gone meanwhile does not */
    o.held = NULL;
    fd = client_open(&s);
    client_send(fd, STR("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n"));
    while (o.held == NULL)
        ask(&s, "/count", &a);
    close(fd);
    while (http_alive(o.held))
        ask(&s, "/count", &a);
    ask(&s, "/begin", &a);
    CHECK(comes_to(&s, "open 0", &a));
    CHECK(site_stop(&s));
    arena_free(&a);
}

static void HEAD_and_HTTP_1_0_cope(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    struct str got;
    int fd;

    site_begin(&s, &o, NULL);
    got = client_ask(&s, STR("HEAD /listen HTTP/1.1\r\n" END), &a);
    CHECK(status_of(got) == 200);
    CHECK(has(got, "text/event-stream"));
    CHECK(str_ends(got, STR("\r\n\r\n")));
    CHECK(has(ask(&s, "/count", &a), "refused 1 open 0"));
    fd = client_open(&s);
    client_send(fd, STR("GET /listen HTTP/1.0\r\n\r\n"));
    CHECK(has(read_to(fd, "hello\n", &a), "Connection: close\r\n"));
    tell(&s, "old\n", &a);
    CHECK_STR(read_to(fd, "\n", &a), "old\n");
    ask(&s, "/end", &a);
    CHECK_STR(client_rest(fd, &a), "bye\n");
    close(fd);
    CHECK(site_stop(&s));
    arena_free(&a);
}

static void who_does_not_read_is_let_go_and_others_are_served(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    int fd;

    site_begin(&s, &o, NULL);
    fd = client_open(&s);
    client_send(fd, STR(LISTEN));
    read_to(fd, "hello\n", &a);
    CHECK(has(ask(&s, "/flood", &a), "flooded"));
    CHECK(comes_to(&s, "closed 1 refused 0 open 0", &a));
    CHECK(has(ask(&s, "/count", &a), "begun 1"));
    close(fd);
    CHECK(site_stop(&s));
    arena_free(&a);
}

static void impatient(struct http_limits *l)
{
    l->write_ms = 100;
    l->idle_ms = 100;
    l->head_ms = 5000;
}

static void a_stream_has_a_deadline_only_while_it_waits(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    int64_t begun;
    int fd;

    site_begin(&s, &o, impatient);
    fd = client_open(&s);
    client_send(fd, STR(LISTEN));
    read_to(fd, "hello\n", &a);
    begun = clock_monotonic_ms();
    while (clock_monotonic_ms() < begun + 400) /* four times any of them */
        ask(&s, "/count", &a);
    tell(&s, "still\n", &a);
    CHECK_STR(read_to(fd, "\n", &a), "still\n");
    CHECK(has(ask(&s, "/fill", &a), "filled"));
    CHECK(comes_to(&s, "closed 1 refused 0 open 0", &a));
    close(fd);
    CHECK(site_stop(&s));
    arena_free(&a);
}

static void two_streams(struct http_limits *l)
{
    l->streams = 2;
}

static void there_are_no_more_than_so_many(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    int fds[2];

    site_begin(&s, &o, two_streams);
    for (int i = 0; i < 2; i++) {
        fds[i] = client_open(&s);
        client_send(fds[i], STR(LISTEN));
        read_to(fds[i], "hello\n", &a);
    }
    CHECK(status_of(ask(&s, "/listen", &a)) == 503);
    close(fds[0]);
    CHECK(comes_to(&s, "open 1", &a));
    fds[0] = client_open(&s);
    client_send(fds[0], STR(LISTEN));
    CHECK(status_of(read_to(fds[0], "hello\n", &a)) == 200);
    close(fds[0]);
    close(fds[1]);
    CHECK(site_stop(&s));
    CHECK(o.closed == 3);
    arena_free(&a);
}

static void the_servers_end_is_the_streams(void)
{
    struct site s;
    struct open o;
    struct arena a = { 0 };
    int fd;

    site_begin(&s, &o, NULL);
    fd = client_open(&s);
    client_send(fd, STR(LISTEN));
    read_to(fd, "hello\n", &a);
    CHECK(site_stop(&s));
    CHECK(o.closed == 1);
    CHECK_STR(client_rest(fd, &a), "");
    close(fd);
    arena_free(&a);
}

int main(void)
{
    what_is_written_arrives_while_the_answer_goes_on();
    a_request_that_was_held_may_become_a_stream();
    HEAD_and_HTTP_1_0_cope();
    who_does_not_read_is_let_go_and_others_are_served();
    a_stream_has_a_deadline_only_while_it_waits();
    there_are_no_more_than_so_many();
    the_servers_end_is_the_streams();
    return tap_done();
}
