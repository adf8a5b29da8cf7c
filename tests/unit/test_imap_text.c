#include "../../adapters/imap_text.h"

#include "../tap.h"

static void put(struct buf *b, const char *name)
{
    buf_clear(b);
    imap_text_mailbox(b, str_of(name));
}

static void folder_names_are_written_in_modified_utf7(void)
{
    struct buf b = buf_init(1000);

    put(&b, "INBOX");
    CHECK_STR(buf_str(&b), "INBOX");
    put(&b, "Lost & Found");
    CHECK_STR(buf_str(&b), "Lost &- Found");
    put(&b, "Entw\xc3\xbcrfe"); /* one unit of 16 bits: two of padding */
    CHECK_STR(buf_str(&b), "Entw&APw-rfe");
    put(&b, "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac"
            "\xe8\xaa\x9e"); /* the example of RFC 3501, 5.1.3 */
    CHECK_STR(buf_str(&b), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
    put(&b, "\xf0\x9f\x98\x80"); /* a surrogate pair */
    CHECK_STR(buf_str(&b), "&2D3eAA-");
    put(&b, "bad \xff");
    CHECK_STR(buf_str(&b), "bad &,,0-");
    buf_free(&b);
}

static void quotes_and_backslashes_stay_inside_the_string(void)
{
    struct buf b = buf_init(1000);

    imap_text_quoted(&b, STR("a \"b\" \\ c"));
    CHECK_STR(buf_str(&b), "\"a \\\"b\\\" \\\\ c\"");
    buf_free(&b);
}

static void line_breaks_are_never_sent(void)
{
    CHECK(imap_text_safe(STR("pass word")));
    CHECK(!imap_text_safe(STR("x\r\nA1 DELETE INBOX")));
    CHECK(!imap_text_safe(STR("x\ny")));
    CHECK(!imap_text_safe(STR("x\0y")));
}

static void sets_are_short_and_whole(void)
{
    static const uint32_t few[] = { 4, 5, 6, 9, 11, 12 };
    uint32_t many[500];
    struct buf b = buf_init(4000);
    size_t done = 0;

    CHECK(imap_text_set(&b, few, 6) == 6);
    CHECK_STR(buf_str(&b), "4:6,9,11:12");
    for (uint32_t i = 0; i < 500; i++)
        many[i] = 4000000000U + i * 2;
    while (done < 500) {
        buf_clear(&b);
        done += imap_text_set(&b, many + done, 500 - done);
        CHECK(b.n < 900 && !b.over);
    }
    CHECK(done == 500);
    buf_free(&b);
}

static void a_servers_wish_to_be_left_alone_is_understood(void)
{
    CHECK(imap_text_backoff(STR("Request is throttled. Suggested Backoff "
                                "Time: 299961 milliseconds")) == 299961);
    CHECK(imap_text_backoff(STR("suggested backoff time: 5")) == 5);
    CHECK(imap_text_backoff(STR("Backoff Time: soon")) == 0);
    CHECK(imap_text_backoff(STR("Backoff Time: -7 milliseconds")) == 0);
    CHECK(imap_text_backoff(STR("Backoff Time:")) == 0);
    CHECK(imap_text_backoff(STR_NONE) == 0);
    CHECK(imap_text_backoff(STR("NO [THROTTLED] Slow down")) == 60000);
    CHECK(imap_text_backoff(STR("[ALERT] Too many simultaneous connections. "
                                "(Failure)")) == 600000);
    CHECK(imap_text_backoff(STR("Session expired, please login again.")) == 0);
    CHECK(imap_text_backoff(STR("Session invalidated - AccessTokenExpired")) ==
          0); /* a matter of course */
    CHECK(strstr(imap_text_advice(STR("User is authenticated but not "
                                      "connected.")),
                 "full access") != NULL);
    CHECK(imap_text_advice(STR("no such folder"))[0] == '\0');
}

int main(void)
{
    folder_names_are_written_in_modified_utf7();
    quotes_and_backslashes_stay_inside_the_string();
    line_breaks_are_never_sent();
    sets_are_short_and_whole();
    a_servers_wish_to_be_left_alone_is_understood();
    return tap_done();
}
