/* What wraps a mail's text and files in a form of its own. */
#include "base/buf.h"
#include "base/file.h"
#include "mail/mail_calendar.h"
#include "mail/rtf.h"
#include "mail_tests.h"

#define TNEF                                                                   \
    "Subject: x\nContent-Type: application/ms-tnef\n"                          \
    "Content-Transfer-Encoding: base64\n\n"

/* A text, and a mail whose text is "Inner words" and whose file is inner.txt.
 */
static const char winmail[] =
    TNEF "eJ8+IgEAAQOQBgBcAAAAAgAAAB8AABABAAAAGgAAAEEAdAAgADEAMgAgAEUAbABt\n"
         "ACwAIAD8AAAAAAAeAAGAAAAAAAAAAAAAAAAAAAAAAAEAAAAGAAAAYQBiAAAAAAAB\n"
         "AAAAAgAAAHgAAADuBQICkAYAAgAAAAEAAQACBZAGAIgAAAACAAAAHgAHNwEAAAAK\n"
         "AAAAZm9yd2FyZGVkAAAADQABNwEAAABdAAAABwMCAAAAAADAAAAAAAAARnifPiIB\n"
         "AAEMgAIADAAAAElubmVyIHdvcmRzAEsEAgKQBgACAAAAAQABAAIPgAYAAwAAAGFi\n"
         "YyYBAhCAAQAKAAAAaW5uZXIudHh0AKoDAAAAAhQ=\n";

static struct str sample(const char *path)
{
    struct str bytes = STR_NONE;
    struct error e;

    CHECK(file_read(&arena, path, RAW_MAX, &bytes, &e) == 0);
    return bytes;
}

static int names(const struct message *m)
{
    int n = 0;

    for (const struct attachment *at = m->attachments; at != NULL;
         at = at->next)
        n++;
    return n;
}

static void what_outlook_wrapped_is_taken_out(void)
{
    struct message m = read_mail(winmail);

    CHECK_STR(m.text, "At 12 Elm, \xc3\xbc");
    CHECK(names(&m) == 1);
    CHECK_STR(m.attachments->name, "inner.txt");
    CHECK_STR(part_of(winmail, 0), "abc");
    CHECK_STR(part_of(winmail, 1), "(none)");
}

static void words_beside_a_wrapped_copy_are_not_said_twice(void)
{
    struct message m = read_mail(arena_printf(
        &arena,
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nPlain words\n"
        "--x\n%s--x--\n",
        winmail));

    CHECK_STR(m.text, "Plain words");
    CHECK_STR(m.attachments->name, "inner.txt");
}

/* As a mail may be cut off, or damaged on its way. */
static void damaged_wrappers_are_kept_as_files(void)
{
    size_t head = str_find(str_of(winmail), STR("\n\n")) + 2;
    size_t end = sizeof(winmail) - 1;

    for (size_t n = head; n < end; n += 4) {
        char *cut = arena_dup(&arena, str_slice(STR(winmail), 0, n));
        struct message m = read_mail(cut);
        struct attachment *at = m.attachments;

        for (int i = 0; at != NULL; at = at->next, i++)
            CHECK(part_of(cut, i).n == (size_t)at->size);
    }
    for (size_t n = head; n < end; n += 3) {
        char *bent = arena_dup(&arena, STR(winmail));

        bent[n] = bent[n] == '/' ? 'A' : '/';
        read_mail(bent);
    }
    CHECK(read_mail(TNEF "eJ8+IgAAAg==").attachments != NULL);
}

static void rich_text_is_read_and_never_harms(void)
{
    static const char *const texts[][2] = {
        { "{\\rtf1 a\\par b\\tab c}", "a\nb\tc" },
        { "{\\rtf1\\ansicpg1251 \\'cf\\'f0}", "\xd0\x9f\xd1\x80" },
        { "{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\*\\x no}yes}", "yes" },
        { "{\\rtf1 \\u-10179?\\u-8704?!}", "\xf0\x9f\x98\x80!" },
        { "{\\rtf1\\uc2 \\u233 e'x}", "\xc3\xa9x" },
        { "{\\rtf1 \\{a\\}\\\\}", "{a}\\" },
        { "{\\rtf1 \\bin999 a", "" },
        { "{\\rtf1 a}}}}b\\", "ab" },
        { "no", "" },
    };
    struct buf deep = buf_init(100000);

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        CHECK_STR(rtf_text(&arena, str_of(texts[i][0])), texts[i][1]);
    buf_add(&deep, STR("{\\rtf1 "));
    for (int i = 0; i < 5000; i++)
        buf_byte(&deep, '{');
    buf_add(&deep, STR("deep"));
    CHECK_STR(rtf_text(&arena, buf_str(&deep)), "deep");
    buf_free(&deep);
    CHECK(rtf_unpack(&arena, STR("short"), 100).n == 0);
}

static void a_signed_mail_is_read_and_a_sealed_one_said_so(void)
{
    struct str bytes = sample("samples/mail/smime-signed.eml");
    struct message m = read_bytes(bytes, "");

    CHECK_STR(str_slice(m.text, 0, 11), "Hay un bach");
    CHECK(!m.sealed && m.attachments == NULL);
    m = read_bytes(str_slice(bytes, 0, bytes.n - 200), "");
    CHECK(!m.sealed && m.attachments != NULL); /* cut: it stays a file */
    bytes = sample("samples/mail/smime-encrypted.eml");
    m = read_bytes(bytes, "");
    CHECK(m.sealed && m.text.n == 0 && m.attachments != NULL);
}

static void pgp_lines_are_folded(void)
{
    struct message m = read_mail(
        "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
        "At 12 Elm\n- - one\n-----BEGIN PGP SIGNATURE-----\n\nAb=\n"
        "-----END PGP SIGNATURE-----\n");

    CHECK_STR(m.visible, "At 12 Elm\n- one");
    CHECK(str_find(m.text, STR("BEGIN PGP SIGNATURE")) < m.text.n);
    CHECK(!m.sealed);
    m = read_mail("Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nAbCd\n"
                  "-----END PGP MESSAGE-----\n");
    CHECK(m.sealed);
    m = read_mail(
        "Subject: x\n\nMy key is below, the light at 12 Elm Street is out.\n"
        "-----BEGIN PGP MESSAGE-----\nAbCd\n"
        "-----END PGP MESSAGE-----\n");
    CHECK(!m.sealed);
    /* Who quotes such a line has not signed anything. */
    m = read_mail("Subject: x\n\n> -----BEGIN PGP MESSAGE-----\nAt 12 Elm\n");
    CHECK(!m.sealed);
}

static void an_invitation_is_told_in_words(void)
{
    CHECK_STR(calendar_text(STR("BEGIN:VEVENT\r\nSUMMARY:Look\r\n"
                                "DTSTART;VALUE=DATE:20261125\r\n"
                                "LOCATION;X=\"a:b\":12 Elm\r\n"
                                "DESCRIPTION:one\\, two\\n\r\n three\r\n"
                                "END:VEVENT\r\nSUMMARY:no\r\n"),
                            &arena),
              "Look\n2026-11-25\n12 Elm\none, two\nthree");
    CHECK_STR(
        calendar_text(STR("BEGIN:VEVENT\nDTSTART:20261125T093000Z\n"), &arena),
        "2026-11-25 09:30 UTC");
    CHECK_STR(
        calendar_text(STR("BEGIN:VEVENT\nDTSTART:soon\nSUMMARY\n"), &arena),
        "soon");
    CHECK_STR(calendar_text(STR("SUMMARY:nobody's\n"), &arena), "");
}

int main(void)
{
    what_outlook_wrapped_is_taken_out();
    words_beside_a_wrapped_copy_are_not_said_twice();
    damaged_wrappers_are_kept_as_files();
    rich_text_is_read_and_never_harms();
    a_signed_mail_is_read_and_a_sealed_one_said_so();
    pgp_lines_are_folded();
    an_invitation_is_told_in_words();
    arena_free(&arena);
    return tap_done();
}
