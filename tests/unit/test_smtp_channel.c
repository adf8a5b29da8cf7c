/*
 * Mail out, against a mail server of our own that says no, not now, or nothing
 * at each step of the conversation.
 */
#include "../tap.h"
#include "fake_inbox.h"
#include "fake_server.h"
#include "net/transfer.h"
#include "notice_sent.h"

extern const struct adapter smtp_adapter;

static uv_loop_t loop;
static struct transfers *transfers;
static struct fake_server server;
static struct arena setup;

/* What the server says instead of yes, at one step; "": hangs up. */
static struct {
    const char *at;
    const char *says;
    bool silent; /* says nothing more from there on */
    char mail[16384];
    char lines[4096];
    int mails;
} mta;

enum { COMMANDS, DATA };

static void say_or(struct fake_conn *c, const char *step, const char *yes)
{
    if (mta.at == NULL || strcmp(step, mta.at) != 0)
        fake_say(c, str_of(yes));
    else if (mta.says == NULL)
        mta.silent = true;
    else if (mta.says[0] == '\0')
        fake_close(c);
    else
        fake_say(c, str_of(mta.says));
}

static void take_command(struct fake_conn *c, struct str line)
{
    static const struct {
        const char *word, *yes;
    } steps[] = {
        { "EHLO", "250-test\r\n250 8BITMIME\r\n" },
        { "MAIL", "250 ok\r\n" },
        { "RCPT", "250 ok\r\n" },
        { "DATA", "354 go on\r\n" },
        { "QUIT", "221 bye\r\n" },
    };

    snprintf(mta.lines + strlen(mta.lines),
             sizeof(mta.lines) - strlen(mta.lines), "%.*s\n", STR_FMT(line));
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        if (!str_starts(line, str_of(steps[i].word)))
            continue;
        if (strcmp(steps[i].word, "DATA") == 0 &&
            (mta.at == NULL || strcmp(mta.at, "DATA") != 0))
            c->state = DATA;
        say_or(c, steps[i].word, steps[i].yes);
    }
}

static void take_line(struct fake_conn *c)
{
    while (!mta.silent) {
        struct str all = buf_str(&c->in);
        size_t end =
            str_find(all, c->state == DATA ? STR("\r\n.\r\n") : STR("\r\n"));

        if (end == all.n)
            return;
        if (c->state == DATA) {
            mta.mails++;
            snprintf(mta.mail, sizeof(mta.mail), "%.*s", (int)end, all.p);
            c->state = COMMANDS;
            fake_taken(c, end + 5);
            say_or(c, "dot", "250 2.0.0 queued as AB12\r\n");
        } else {
            char copy[1024];

            snprintf(copy, sizeof(copy), "%.*s", (int)end, all.p);
            fake_taken(c, end + 2);
            take_command(c, str_of(copy));
        }
    }
}

static void greet(struct fake_conn *c)
{
    say_or(c, "greeting", "220 test ESMTP\r\n");
}

static struct town town = {
    .mail_from = { "Springfield <reports@example.org>", 33 },
    .jurisdiction = { "springfield", 11 },
};

static struct channel *channel_new(const char *const *more, struct error *e)
{
    struct channel *c = arena_alloc(&setup, smtp_adapter.size);
    const char *port = arena_printf(&setup, "%d", server.port);
    const char *const basic[] = { "host", "127.0.0.1", "port", port,
                                  "tls",  "no",        NULL };
    const char *const *lists[] = { basic, more };

    if (settings_default(smtp_adapter.settings, c, &setup, e) < 0)
        return NULL;
    *c = (struct channel){ .adapter = &smtp_adapter,
                           .name = "mail",
                           .town = &town,
                           .arena = &setup,
                           .loop = &loop,
                           .transfers = transfers };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (const char *const *s = lists[i]; s != NULL && *s != NULL; s += 2) {
            if (settings_set(smtp_adapter.settings, c, str_of(s[0]),
                             str_of(s[1]), &setup, e) < 0)
                return NULL;
        }
    }
    return smtp_adapter.open(c, e) < 0 ? NULL : c;
}

static const struct notice ack = {
    .kind = { "received", 8 },
    .to = { "ana@example.org", 15 },
    .subject = { "Hi", 2 },
    .text = { "a\n.\n..b\n", 8 },
    .message_id = { "n1@example.org", 14 },
};

static void hand(struct channel *c, const struct notice *n)
{
    memset(&sent, 0, sizeof(sent));
    mta.lines[0] = '\0';
    mta.silent = false;
    smtp_adapter.send(c, n, note_sent, &loop);
}

static enum outcome say(struct channel *c, const struct notice *n)
{
    hand(c, n);
    while (sent.calls == 0)
        uv_run(&loop, UV_RUN_ONCE);
    CHECK(sent.calls == 1);
    return sent.outcome;
}

static void a_mail_arrives_as_it_was_written(void)
{
    struct error e;
    struct channel *c = channel_new(NULL, &e);

    CHECK(say(c, &ack) == OUTCOME_DONE);
    CHECK(strstr(sent.id, "queued as AB12") != NULL);
    CHECK(strstr(mta.lines, "EHLO example.org\n") != NULL);
    CHECK(strstr(mta.lines, "MAIL FROM:<>") != NULL);
    CHECK(strstr(mta.lines, "RCPT TO:<ana@example.org>\n") != NULL);
    CHECK(strstr(mta.mail, "X-Inlet-Loop: springfield\r\n") != NULL);
    CHECK(strstr(mta.mail, "\r\n\r\na\r\n..\r\n...b") != NULL); /* stuffed */
}

static void the_envelope_of_news_is_not_empty(void)
{
    static const char *const more[] = { "envelope-from", "bounce@example.org",
                                        NULL };
    struct error e;
    struct channel *c = channel_new(NULL, &e);
    struct notice n = ack;

    n.kind = STR("done");
    CHECK(say(c, &n) == OUTCOME_DONE);
    CHECK(strstr(mta.lines, "MAIL FROM:<reports@example.org>") != NULL);
    c = channel_new(more, &e);
    CHECK(say(c, &ack) == OUTCOME_DONE);
    CHECK(strstr(mta.lines, "MAIL FROM:<bounce@example.org>") != NULL);
}

static void each_answer_has_its_outcome(void)
{
    static const struct {
        const char *at, *says;
        enum outcome want;
    } cases[] = {
        { "greeting", "554 go away\r\n", OUTCOME_LATER },
        { "greeting", "", OUTCOME_LATER },
        { "EHLO", "", OUTCOME_LATER },
        { "MAIL", "451 not now\r\n", OUTCOME_LATER },
        { "MAIL", "", OUTCOME_LATER },
        { "RCPT", "450 grey\r\n", OUTCOME_LATER },
        { "RCPT", "550 5.1.1 no such person\r\n", OUTCOME_NEVER },
        { "DATA", "452 full\r\n", OUTCOME_LATER },
        { "DATA", "554 no\r\n", OUTCOME_NEVER },
        { "dot", "451 not now\r\n", OUTCOME_LATER },
        { "dot", "550 5.7.1 spam\r\n", OUTCOME_NEVER },
        { "dot", "", OUTCOME_UNKNOWN },
    };
    struct error e;
    struct channel *c = channel_new(NULL, &e);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum outcome got;

        /* A connection kept from before would not be greeted. */
        for (struct fake_conn *o = server.open; o != NULL; o = o->next)
            fake_close(o);
        uv_run(&loop, UV_RUN_NOWAIT);
        mta.at = cases[i].at;
        mta.says = cases[i].says;
        got = say(c, &ack);
        printf("# %s: %s -> %d, %s\n", cases[i].at,
               cases[i].says[0] != '\0' ? "a no" : "hangs up", (int)got,
               sent.why);
        CHECK(got == cases[i].want);
        CHECK(sent.why[0] != '\0');
    }
    mta.at = "RCPT";
    mta.says = "550 5.1.1 no such person\r\n";
    say(c, &ack);
    CHECK(strstr(sent.why, "5.1.1 no such person") != NULL);
    mta.at = NULL;
    CHECK(say(c, &ack) == OUTCOME_DONE);
}

static void a_bad_address_is_never_tried(void)
{
    struct error e;
    struct channel *c = channel_new(NULL, &e);
    struct notice n = ack;
    int before = server.connections;
    int mails = mta.mails;

    n.to = STR("x@example.org>\r\nRCPT TO:<y@example.org");
    CHECK(say(c, &n) == OUTCOME_NEVER);
    CHECK(server.connections == before && mta.mails == mails);
}

static void a_password_does_not_cross_the_line_in_the_clear(void)
{
    static const char *const far[] = { "host", "mail.example.org", NULL };
    static const char *const tls[] = { "tls",      "starttls", "user", "u",
                                       "password", "secret",   NULL };
    struct error e;
    struct channel *c;

    CHECK(channel_new(far, &e) == NULL && e.code == E_CONFIG);
    c = channel_new(tls, &e); /* this server has no STARTTLS */
    CHECK(c != NULL && say(c, &ack) == OUTCOME_LATER);
    CHECK(strstr(mta.lines, "AUTH") == NULL);
    CHECK(strstr(mta.lines, "MAIL") == NULL);
    CHECK(fake_inbox.health[0] != '\0');
}

static int stops;

static void stopped(struct channel *c)
{
    (void)c;
    stops++;
}

static void closed(void *arg)
{
    *(bool *)arg = true;
    uv_stop(&loop);
}

static void an_end_in_the_middle_is_not_known_to_be_a_no(void)
{
    struct error e;
    struct channel *c = channel_new(NULL, &e);
    bool gone = false;
    int mails = mta.mails;

    mta.at = "dot";
    mta.says = NULL;
    hand(c, &ack);
    while (mta.mails == mails)
        uv_run(&loop, UV_RUN_NOWAIT);
    smtp_adapter.stop(c, stopped);
    CHECK(stops == 0 && sent.calls == 0);
    transfers_close(transfers, closed, &gone);
    while (!gone)
        uv_run(&loop, UV_RUN_ONCE);
    CHECK(sent.calls == 1 && sent.outcome == OUTCOME_UNKNOWN && stops == 1);
}

int main(void)
{
    struct error e;

    uv_loop_init(&loop);
    fake_open(&server, &loop, take_line);
    server.greet = greet;
    if (transfers_open(&transfers, &loop, &e) < 0)
        return 1;
    a_mail_arrives_as_it_was_written();
    the_envelope_of_news_is_not_empty();
    each_answer_has_its_outcome();
    a_bad_address_is_never_tried();
    a_password_does_not_cross_the_line_in_the_clear();
    an_end_in_the_middle_is_not_known_to_be_a_no();
    fake_shut(&server);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    arena_free(&setup);
    fake_inbox_reset();
    return tap_done();
}
