/*
 * Mails made to kill or to stop the line. Each must give its message, with
 * sender and subject, in a stack of half a megabyte and in little time: what
 * recurses or goes over its input again and again ends this test by a signal.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "base/buf.h"
#include "mail_tests.h"

#define ANA   "From: Ana <ana@example.org>\nSubject: Pothole\n"
#define MULTI ANA "Content-Type: multipart/mixed; boundary=x\n\n"

enum { PARENS = 106441, SECONDS_EACH = 2 };

/* before, n times what, after. */
static struct str many(const char *before, const char *what, size_t n,
                       const char *after)
{
    size_t head = strlen(before);
    size_t len = strlen(what);
    char *p = arena_alloc(&arena, head + len * n + strlen(after) + 1);

    memcpy(p, before, head);
    for (size_t i = 0; i < n; i++)
        memcpy(p + head + i * len, what, len);
    memcpy(p + head + len * n, after, strlen(after));
    return (struct str){ p, head + len * n + strlen(after) };
}

static struct message read_in_time(struct str bytes)
{
    struct itimerval wall = { .it_value.tv_sec = SECONDS_EACH };
    struct message m;

    setitimer(ITIMER_VIRTUAL, &wall, NULL);
    m = read_bytes(bytes, "");
    wall.it_value.tv_sec = 0;
    setitimer(ITIMER_VIRTUAL, &wall, NULL);
    return m;
}

static void a_header_of_parentheses_costs_only_itself(void)
{
    static const char *const names[] = {
        "Date",          "To",           "Message-ID",  "References",
        "In-Reply-To",   "Content-Type", "Content-ID",  "Content-Disposition",
        "Delivered-To",  "Cc",           "Return-Path", "Reply-To",
        "Auto-Submitted"
    };

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct message m =
            read_in_time(many(arena_printf(&arena, ANA "%s: ", names[i]), "(",
                              PARENS, "\n\nAt 12 Elm St.\n"));

        CHECK_STR(m.sender.address, "ana@example.org");
        CHECK_STR(m.subject, "Pothole");
        CHECK_STR(m.text, "At 12 Elm St.\n");
    }
    CHECK_STR(read_in_time(many("From: Ana <ana@example.org> ", "(", PARENS,
                                "\n\nAt 12 Elm St.\n"))
                  .sender.address,
              "ana@example.org");
}

static void repeated_tokens_cost_only_themselves(void)
{
    static const char *const tokens[] = {
        "g:", "\"", "<", ",", "a@", "=?", "=?utf-8?q?", ";a=", "[", "\\"
    };
    static const char *const names[] = { "From", "To", "Subject",
                                         "Content-Type", "References" };

    for (size_t i = 0; i < COUNT_OF(tokens) * COUNT_OF(names); i++) {
        const char *name = names[i % COUNT_OF(names)];
        struct message m = read_in_time(
            many(arena_printf(&arena, "%s: text/plain ", name),
                 tokens[i / COUNT_OF(names)], 60000,
                 "\nReply-To: ana@example.org\n\nAt 12 Elm St.\n"));

        CHECK_STR(m.text, "At 12 Elm St.\n");
    }
}

static struct str nested(int depth)
{
    struct buf b = buf_init(64UL << 20);
    struct str out;

    buf_add(&b, STR(ANA));
    for (int i = 0; i < depth; i++)
        buf_printf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n",
                   i, i);
    buf_add(&b, STR("Content-Type: text/plain\n\nAt 12 Elm St.\n"));
    for (int i = depth - 1; i >= 0; i--)
        buf_printf(&b, "--b%d--\n", i);
    out = arena_str(&arena, buf_str(&b));
    buf_free(&b);
    return out;
}

static void text_is_found_however_deep_it_lies(void)
{
    static const int depths[] = { 1, 20, 21, 100, 900, 1900, 20000 };

    for (size_t i = 0; i < COUNT_OF(depths); i++) {
        struct message m = read_in_time(nested(depths[i]));

        CHECK_STR(m.subject, "Pothole");
        CHECK_STR(str_trim(m.text), "At 12 Elm St.");
    }
}

static void text_is_found_after_a_million_empty_parts(void)
{
    static const size_t counts[] = { 99, 101, 1990, 100000, 1000000 };

    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        struct message m = read_in_time(
            many(MULTI, "--x\n\n", counts[i], "--x\n\nAt 12 Elm St.\n--x--\n"));

        CHECK_STR(m.sender.address, "ana@example.org");
        CHECK_STR(str_trim(m.text), "At 12 Elm St.");
    }
}

static void mails_within_mails_end(void)
{
    struct message m = read_in_time(
        many(ANA, "Content-Type: message/rfc822\n\n", 100000, "\nx\n"));

    CHECK_STR(m.subject, "Pothole");
    CHECK(m.attachments != NULL);
}

static void a_boundary_that_is_none_hides_no_text(void)
{
    static const char *const values[] = { "; boundary=\"\\\"\"",
                                          "; boundary=", "; boundary=\"", "" };

    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct message m = read_in_time(str_of(arena_printf(
            &arena, ANA "Content-Type: multipart/mixed%s\n\nAt 12 Elm St.\n",
            values[i])));

        CHECK_STR(m.text, "At 12 Elm St.\n");
    }
}

static void attachments_end_at_their_limit(void)
{
    struct message m = read_in_time(
        many(MULTI "--x\n\nAt 12 Elm St.\n",
             "--x\nContent-Type: image/gif\n\nGIF89a\n", 1000, "--x--\n"));
    int n = 0;

    for (const struct attachment *at = m.attachments; at; at = at->next)
        CHECK(at->part == n++);
    CHECK(n == MESSAGE_ATTACHMENTS_MAX);
    CHECK_STR(m.text, "At 12 Elm St.");
}

static void headers_without_end_lose_no_sender(void)
{
    struct message m = read_in_time(
        many("", "X-Filling: x\n", 1000000, ANA "\nAt 12 Elm St.\n"));

    CHECK_STR(m.sender.address, "ana@example.org");
    CHECK_STR(m.text, "At 12 Elm St.\n");
    m = read_in_time(many(ANA, "To: a@example.org\n", 300000,
                          "Reply-To: b@example.org\n\nAt 12 Elm St.\n"));
    CHECK_STR(m.sender.address, "ana@example.org");
    CHECK_STR(m.text, "At 12 Elm St.\n");
}

static void headers_of_parts_cost_only_themselves(void)
{
    struct message m = read_in_time(many(
        MULTI "--x\n\nAt 12 Elm St.\n--x\nFrom: ", "g:", 60000, "\n\n--x--"));

    CHECK_STR(m.text, "At 12 Elm St.");
    m = read_in_time(many(MULTI "--x\n\nAt 12 Elm St.\n--x\n"
                                "Content-Disposition: attachment",
                          "; filename*0*=\"x\"", 20000, "\n\nfile\n--x--"));
    CHECK_STR(m.text, "At 12 Elm St.");
    m = read_in_time(many(MULTI "--x\n\nAt 12 Elm St.\n--x\nContent-Type: ",
                          "(", PARENS, "\n\nfile\n--x--"));
    CHECK(str_starts(m.text, STR("At 12 Elm St.")));
}

static void a_huge_mail_cut_by_its_adapter_is_read(void)
{
    struct str all = many(
        MULTI "--x\n\nAt 12 Elm St.\n--x\nContent-Type: image/jpeg\n"
              "Content-Transfer-Encoding: base64\n\n/9j/",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5"
        "ejAx\n",
        840000, "");
    struct raw raw = { .bytes = str_slice(all, 0, RAW_MAX),
                       .full_size = (int64_t)all.n };
    struct reading_context ctx = { .instance = "millbrook-7" };
    struct message m;
    struct error e;

    CHECK(all.n > 60UL * 1000 * 1000 &&
          mail_read(&m, &raw, &ctx, &arena, &e) == 0);
    CHECK_STR(m.text, "At 12 Elm St.");
    CHECK(m.attachments != NULL && m.attachments->size > 20 * 1000 * 1000);
}

static void any_bytes_at_all_give_a_message(void)
{
    static const char *const bytes[] = { "\n",   ":",     "a",     "\r",
                                         "From", "From ", "From:", "\xff\xfe",
                                         "--",   "a:\n b" };

    for (size_t i = 0; i < COUNT_OF(bytes); i++)
        read_in_time(str_of(bytes[i]));
    CHECK_STR(
        read_in_time((struct str){ ANA "\n\0\0", sizeof(ANA "\n\0") }).subject,
        "Pothole");
}

int main(void)
{
    struct rlimit stack = { 512 * 1024, 512 * 1024 };

    setrlimit(RLIMIT_STACK, &stack);
    a_header_of_parentheses_costs_only_itself();
    repeated_tokens_cost_only_themselves();
    text_is_found_however_deep_it_lies();
    text_is_found_after_a_million_empty_parts();
    mails_within_mails_end();
    a_boundary_that_is_none_hides_no_text();
    attachments_end_at_their_limit();
    headers_without_end_lose_no_sender();
    headers_of_parts_cost_only_themselves();
    a_huge_mail_cut_by_its_adapter_is_read();
    any_bytes_at_all_give_a_message();
    arena_free(&arena);
    return tap_done();
}
