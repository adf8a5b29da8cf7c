/* LMTP, the server's side, whatever is said to it and in whatever pieces. */
#include "../../adapters/lmtp_talk.h"
#include "spine/raw.h"

#include <stdlib.h>

#include "../tap.h"

enum { LEFT = 192 * 1024 * 1024 };

static int64_t left;

static void forget(struct lmtp_talk *t)
{
    buf_clear(&t->out);
}

/* A talk that has said its greeting and been said LHLO. */
static void begin(struct lmtp_talk *t)
{
    left = LEFT;
    lmtp_begin(t, &left);
    lmtp_take(t, STR("LHLO mx.example.org\r\n"));
    forget(t);
}

static struct str said(struct lmtp_talk *t, const char *line)
{
    forget(t);
    lmtp_take(t, str_of(line));
    return buf_str(&t->out);
}

static struct str mail_of(const struct lmtp_talk *t)
{
    return str_slice(buf_str(&t->mail), t->head, t->mail.n);
}

static void a_mail_is_taken(void)
{
    struct lmtp_talk t;

    left = LEFT;
    lmtp_begin(&t, &left);
    CHECK_STR(buf_str(&t.out), "220 inlet LMTP\r\n");
    CHECK_STR(said(&t, "LHLO mx\r\n"),
              "250-inlet\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n"
              "250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 134217728\r\n");
    CHECK_STR(said(&t, "MAIL FROM:<ana@example.org> BODY=8BITMIME SIZE=9 "
                       "SMTPUTF8\r\nRCPT TO:<town@example.org>\r\n"
                       "rcpt to: <\"a>b\"@example.org>\r\nDATA\r\n"),
              "250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n"
              "354 go on, end with a dot\r\n");
    CHECK(lmtp_take(&t, STR("Hi\r\n..\r\n.x\r\n.\r\nRSET\r\n")) == 15);
    CHECK(t.whole && lmtp_good(&t));
    CHECK_STR(mail_of(&t), "Hi\r\n.\r\nx\r\n");
    CHECK_STR(str_slice(buf_str(&t.mail), 0, t.head),
              "Return-Path: <ana@example.org>\r\n");
    CHECK(t.full == 10 && t.to_n == 2);
    CHECK_STR(t.from, "ana@example.org");
    CHECK_STR(t.to->next->address, "\"a>b\"@example.org");
    forget(&t);
    lmtp_answer(&t, t.to, 0);
    lmtp_answer(&t, t.to->next, E_FULL);
    CHECK_STR(buf_str(&t.out), "250 2.0.0 <town@example.org> kept\r\n"
                               "452 4.3.1 there is no room to keep it\r\n");
    lmtp_next(&t);
    CHECK(left == LEFT);
    CHECK_STR(said(&t, "MAIL FROM:<>\r\nQUIT\r\n"),
              "250 2.1.0 ok\r\n221 2.0.0 bye\r\n");
    CHECK(t.over);
    lmtp_end(&t);
}

static const char awkward[] =
    "MAIL FROM:<@a,@b:ana@example.org>\r\nRCPT TO:<t@example.org>\r\nDATA\r\n"
    ".\n.\r.\r\r\n\r\n\n.\n\r.\r\n.\rX\r\n..\r\n...\r\n\r\r\n.\r\n";

static void pieces_make_no_difference(void)
{
    for (size_t step = 1; step < 40; step++) {
        struct lmtp_talk t;
        struct str rest = str_of(awkward);

        begin(&t);
        while (rest.n > 0 && !t.whole) {
            struct str piece = str_slice(rest, 0, step);

            rest = str_slice(rest, lmtp_take(&t, piece), rest.n);
        }
        CHECK(t.whole && rest.n == 0);
        CHECK_STR(mail_of(&t), "\n.\r.\r\r\n\r\n\n.\n\r.\r\n\rX\r\n.\r\n..\r\n"
                               "\r\r\n");
        CHECK_STR(t.from, "ana@example.org");
        lmtp_end(&t);
        CHECK(left == LEFT);
    }
}

/* Who takes a bare line feed for an end lets a stranger write our commands. */
static void a_mail_cannot_hold_another_one(void)
{
    static const char *const ends[] = { "\n.\n",       "\r\n.\n",    "\n.\r\n",
                                        "\r.\r",       "\r\n.\r",    "\r.\r\n",
                                        "\r\n.\r\r\n", "\r\n.\0\r\n" };

    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct lmtp_talk t;

        begin(&t);
        lmtp_take(&t, STR("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nHi"));
        lmtp_take(&t, str_of(ends[i]));
        lmtp_take(&t, STR("MAIL FROM:<x@y>\r\n"));
        CHECK(!t.whole);
        lmtp_take(&t, STR("\r\n.\r\n"));
        CHECK(t.whole);
        lmtp_end(&t);
    }
}

static void what_is_wrong_is_refused(void)
{
    static const struct {
        const char *line, *reply;
    } wrong[] = {
        { "HELO x\r\n", "500 5.5.1" },
        { "EHLO x\r\n", "500 5.5.1" },
        { "LHLO\r\n", "501 5.5.4" },
        { "FLY\r\n", "500 5.5.2" },
        { "\r\n", "500 5.5.2" },
        { "RCPT TO:<a@b>\r\n", "503 5.5.1" },
        { "DATA\r\n", "503 5.5.1" },
        { "MAIL FROM:ana@example.org\r\n", "501 5.1.7" },
        { "MAIL FROM:<ana\r\n", "501 5.1.7" },
        { "MAIL FROM:<a b@c>\r\n", "501 5.1.7" },
        { "MAIL FROM:<a\rb@c>\r\n", "501 5.1.7" },
        { "MAIL FROM:<\xff@c>\r\n", "501 5.1.7" },
        { "MAIL TO:<a@b>\r\n", "501 5.1.7" },
        { "MAIL FROM:<a@b> SIZE=134217729\r\n", "552 5.3.4" },
        { "MAIL FROM:<a@b> SIZE=x\r\n", "501 5.5.4" },
        { "MAIL FROM:<a@b> BODY=BINARYMIME\r\n", "501 5.5.4" },
        { "MAIL FROM:<a@b> RET=HDRS\r\n", "555 5.5.4" },
        { "MAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n",
          "250 2.1.0 ok\r\n503 5.5.1" },
        { "MAIL FROM:<a@b>\r\nRCPT TO:<>\r\n", "250 2.1.0 ok\r\n501 5.1.3" },
        { "MAIL FROM:<a@b>\r\nRCPT TO:<a@b> NOTIFY=NEVER\r\n",
          "250 2.1.0 ok\r\n555 5.5.4" },
    };

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct lmtp_talk t;
        struct str got;

        begin(&t);
        got = said(&t, wrong[i].line);
        CHECK(str_starts(got, str_of(wrong[i].reply)));
        if (!str_starts(got, str_of(wrong[i].reply)))
            printf("# %s# %.*s", wrong[i].line, STR_FMT(got));
        CHECK_STR(said(&t, "NOOP\r\n"), "250 2.0.0 ok\r\n"); /* it goes on */
        lmtp_end(&t);
    }
}

static void lhlo_comes_first(void)
{
    struct lmtp_talk t;

    left = LEFT;
    lmtp_begin(&t, &left);
    CHECK_STR(said(&t, "MAIL FROM:<a@b>\r\n"), "503 5.5.1 LHLO first\r\n");
    lmtp_end(&t);
}

static void a_line_without_end_takes_no_memory(void)
{
    static char x[100000];
    struct lmtp_talk t;

    begin(&t);
    memset(x, 'x', sizeof(x));
    for (int i = 0; i < 100; i++)
        lmtp_take(&t, (struct str){ x, sizeof(x) });
    CHECK(t.line.size <= 2 * LMTP_LINE_MOST);
    CHECK_STR(said(&t, "\r\n"), "500 5.5.2 the line is too long\r\n");
    CHECK_STR(said(&t, "NOOP\r\n"), "250 2.0.0 ok\r\n");
    lmtp_end(&t);
}

static void who_talks_nonsense_is_sent_away(void)
{
    struct lmtp_talk t;
    int n = 0;

    begin(&t);
    while (!t.over && n++ < 1000)
        (void)said(&t, "GET / HTTP/1.1\r\n");
    CHECK(t.over && n < 30);
    CHECK_STR(buf_str(&t.out), "421 4.7.0 too many errors\r\n");
    lmtp_end(&t);
}

static void so_many_recipients_and_no_more(void)
{
    struct lmtp_talk t;

    begin(&t);
    lmtp_take(&t, STR("MAIL FROM:<>\r\n"));
    for (int i = 0; i < LMTP_TO_MOST; i++)
        CHECK_STR(said(&t, "RCPT TO:<a@b>\r\n"), "250 2.1.5 ok\r\n");
    CHECK_STR(said(&t, "RCPT TO:<a@b>\r\n"),
              "452 4.5.3 too many recipients at once\r\n");
    CHECK(t.to_n == LMTP_TO_MOST);
    lmtp_end(&t);
}

/* megabytes of lines, and the end. */
static void send(struct lmtp_talk *t, int megabytes)
{
    static char line[1024];

    memset(line, 'x', sizeof(line));
    line[1022] = '\r';
    line[1023] = '\n';
    lmtp_take(t, STR("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n"));
    for (int i = 0; i < megabytes * 1024; i++)
        lmtp_take(t, (struct str){ line, sizeof(line) });
    forget(t);
    lmtp_take(t, STR(".\r\n"));
}

static void a_large_mail_is_cut_and_one_beyond_reason_refused(void)
{
    struct lmtp_talk t;

    begin(&t);
    send(&t, 40);
    CHECK(t.whole && lmtp_good(&t));
    CHECK(t.mail.n == RAW_MAX && t.full == 40 * 1024 * 1024);
    lmtp_next(&t);
    send(&t, 129);
    CHECK(t.whole && !lmtp_good(&t));
    CHECK_STR(buf_str(&t.out), "552 5.3.4 the mail is too large\r\n");
    lmtp_next(&t);
    CHECK(left == LEFT);
    lmtp_end(&t);
}

static void memory_has_an_end(void)
{
    struct lmtp_talk t;

    begin(&t);
    left = 5 * 1024 * 1024;
    send(&t, 6);
    CHECK(t.whole && !lmtp_good(&t));
    CHECK_STR(buf_str(&t.out), "452 4.3.1 too much at once\r\n");
    CHECK(left == 5 * 1024 * 1024);
    lmtp_next(&t);
    send(&t, 4);
    CHECK(lmtp_good(&t));
    lmtp_end(&t);
    CHECK(left == 5 * 1024 * 1024);
}

int main(void)
{
    a_mail_is_taken();
    pieces_make_no_difference();
    a_mail_cannot_hold_another_one();
    what_is_wrong_is_refused();
    lhlo_comes_first();
    a_line_without_end_takes_no_memory();
    who_talks_nonsense_is_sent_away();
    so_many_recipients_and_no_more();
    a_large_mail_is_cut_and_one_beyond_reason_refused();
    memory_has_an_end();
    return tap_done();
}
