/* What of rspamd's answers is taken, and how the reader of a mail is told. */
#include "pipeline/spam_check.h"

#include "../tap.h"
#include "base/buf.h"

static int answer(const char *body, char *words, size_t size)
{
    struct arena a = { 0 };
    struct str got;
    struct error e;
    int rc = spam_check_answer(&a, str_of(body), &got, &e);

    snprintf(words, size, "%.*s", STR_FMT(got));
    arena_free(&a);
    return rc;
}

static void what_rspamd_would_not_deliver_is_spam(void)
{
    static const struct {
        const char *body, *words;
    } cases[] = {
        { "{\"action\":\"add header\",\"score\":7.06,\"symbols\":{}}",
          "rspamd: add header, 7.1" },
        { "{\"score\":20,\"action\":\"reject\"}", "rspamd: reject, 20.0" },
        { "{\"score\":9,\"action\":\"rewrite subject\"}",
          "rspamd: rewrite subject, 9.0" },
        { "{\"score\":3,\"action\":\"soft reject\"}", "" },
        { "{\"score\":4,\"action\":\"greylist\"}", "" },
        { "{\"score\":-3.2,\"action\":\"no action\",\"is_skipped\":true}", "" },
    };
    char words[100];

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CHECK(answer(cases[i].body, words, sizeof(words)) == 0);
        CHECK(strcmp(words, cases[i].words) == 0);
    }
}

static void what_is_no_answer_says_nothing_of_the_mail(void)
{
    static const char *const cases[] = {
        "",
        "null",
        "[]",
        "\"reject\"",
        "<html>reject</html>",
        "{\"action\":\"reject\",\"score\":1",
        "{\"action\":\"reject\",\"score\":1}}",
        "{\"action\":\"reject\"}",
        "{\"score\":20}",
        "{\"action\":\"reject\",\"score\":\"20\"}",
        "{\"action\":\"reject\",\"score\":1e300}",
        "{\"action\":\"reject\",\"score\":-1e6}",
        "{\"action\":\"reject\",\"score\":1e999}",
        "{\"action\":\"reject\\u0000\",\"score\":1}",
        "{\"action\":\"Reject\",\"score\":1}",
        "{\"action\":\"\\nspam: x\",\"score\":1}",
        "{\"action\":[\"reject\"],\"score\":1}",
        "{\"action\":{\"action\":\"reject\"},\"score\":1}",
        "{\"error\":\"Cannot process message\"}",
    };
    char words[100];

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CHECK(answer(cases[i], words, sizeof(words)) == E_SYNTAX);
        CHECK(words[0] == '\0');
    }
}

static void brackets_without_end_are_refused(void)
{
    struct buf out = buf_init(1 << 20);
    struct arena a = { 0 };
    struct str words;
    struct error e;

    buf_add(&out, STR("{\"action\":\"reject\",\"score\":1,\"symbols\":"));
    for (int i = 0; i < 100000; i++)
        buf_add(&out, STR("["));
    CHECK(spam_check_answer(&a, buf_str(&out), &words, &e) == E_SYNTAX);
    CHECK(words.n == 0);
    buf_free(&out);
    arena_free(&a);
}

static void the_reader_is_told_before_anybody_else_speaks(void)
{
    struct arena a = { 0 };
    struct raw raw = { .envelope = STR("mail-from: a@example.org\nspam: x\n") };
    struct str before = raw.envelope;

    spam_check_tell(&raw, STR_NONE, &a);
    CHECK(raw.envelope.p == before.p);
    spam_check_tell(&raw, STR("rspamd: reject, 20.0"), &a);
    CHECK_STR(raw_envelope(&raw, "spam"), "rspamd: reject, 20.0");
    CHECK_STR(raw_envelope(&raw, "mail-from"), "a@example.org");
    CHECK(spam_check_said(raw_envelope(&raw, "spam")));
    CHECK(!spam_check_said(STR("X-Rspamd-Action")));
    arena_free(&a);
}

int main(void)
{
    what_rspamd_would_not_deliver_is_spam();
    what_is_no_answer_says_nothing_of_the_mail();
    brackets_without_end_are_refused();
    the_reader_is_told_before_anybody_else_speaks();
    return tap_done();
}
