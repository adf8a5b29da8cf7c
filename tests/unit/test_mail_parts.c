/* The parts of a mail: which are its text, which its photos and files. */
#include "base/buf.h"
#include "mail_tests.h"

#define MIXED                                                                  \
    "From: Ana <ana@example.org>\nSubject: x\n"                                \
    "Content-Type: multipart/mixed; boundary=x\n\n"

static void plain_text_is_taken_before_html(void)
{
    static const char mail[] =
        "Content-Type: multipart/alternative; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\n%s\n"
        "--x\nContent-Type: text/html\n\n<p>At <b>12 Elm</b></p>\n--x--\n";

    CHECK_STR(read_mail(arena_printf(&arena, mail, "Plain words")).text,
              "Plain words");
    CHECK_STR(read_mail(arena_printf(&arena, mail, "")).text, "At 12 Elm");
    CHECK_STR(read_mail(arena_printf(&arena, mail,
                                     "Please view this email in a browser"))
                  .text,
              "At 12 Elm");
    /* Where the HTML holds nothing, the note is all there is. */
    CHECK_STR(read_mail("Content-Type: multipart/alternative; boundary=x\n\n"
                        "--x\n\nview in HTML\n--x\n"
                        "Content-Type: text/html\n\n<img src=a>\n--x--\n")
                  .text,
              "view in HTML");
    /* Words that only the second of two plain texts has are not lost. */
    CHECK_STR(read_mail("Content-Type: multipart/alternative; boundary=x\n\n"
                        "--x\n\nA pothole\n--x\n\nA pothole\n"
                        "--x\n\nat 12 Elm\n--x--\n")
                  .text,
              "A pothole\nat 12 Elm");
}

static void text_around_a_picture_is_all_kept(void)
{
    struct message m =
        read_mail(MIXED "--x\n\nBefore\n--x\nContent-Type: image/jpeg\n\n"
                        "\xff\xd8\xff\n--x\n\nAfter\n--x--\n");

    CHECK_STR(m.text, "Before\nAfter");
    CHECK(m.attachments != NULL && m.attachments->next == NULL);
}

static void line_ends_that_differ_cut_nothing_off(void)
{
    CHECK_STR(read_mail("Content-Type: multipart/mixed; boundary=x\r\n\r\n"
                        "--x\r\n\r\nAt 12 Elm\n--x--\r\n")
                  .text,
              "At 12 Elm");
}

static void attachments_are_named_and_hashed(void)
{
    static const char mail[] =
        MIXED "--x\n\nSee the files\n"
              "--x\nContent-Type: application/pdf; name=\"wrong.pdf\"\n"
              "Content-Disposition: attachment;\n"
              " filename*0*=utf-8''b%C3%A1; filename*1=\"che.pdf\"\n"
              "Content-Transfer-Encoding: base64\n\nYWJj\n"
              "--x\nContent-Type: text/plain\n"
              "Content-Disposition: attachment; filename=\"../../etc/pw\"\n\n"
              "secret\n--x--\n";
    struct message m = read_mail(mail);
    const struct attachment *at = m.attachments;

    CHECK_STR(m.text, "See the files");
    CHECK(at != NULL && at->next != NULL && at->next->next == NULL);
    CHECK_STR(at->name, "b\xc3\xa1"
                        "che.pdf");
    CHECK_STR(at->media_type, "application/pdf");
    CHECK_STR(at->sha256, "ba7816bf8f01cfea414140de5dae2223"
                          "b00361a396177a9cb410ff61f20015ad");
    CHECK(at->size == 3 && at->part == 0 && at->next->part == 1);
    CHECK_STR(at->next->name, "pw");
    CHECK_STR(part_of(mail, 0), "abc");
    CHECK_STR(part_of(mail, 1), "secret");
    CHECK_STR(part_of(mail, 2), "(none)");
    CHECK_STR(part_of(mail, -1), "(none)");
}

/* RFC 2231 names a charset, and the byte is of another. */
static void a_name_may_lie_about_its_charset(void)
{
    struct message m =
        read_mail(MIXED "--x\n\nSee the file\n"
                        "--x\nContent-Type: application/pdf\n"
                        "Content-Disposition: attachment;\n"
                        " filename*=us-ascii\'\'L%F6ch.pdf\n\nx\n--x--\n");

    CHECK_STR(m.text, "See the file");
    CHECK(m.attachments != NULL);
    CHECK_STR(m.attachments->name, "L\xc3\xb6"
                                   "ch.pdf");
}

/* A header that is none costs only itself, whatever stands in it. */
static void a_type_that_is_none_hides_nothing(void)
{
    static const char *const types[] = {
        "; charset=utf-8",
        "text",
        "=?utf-8?q?text/plain?=; charset=utf-8",
        "\"text/plain\"; charset=utf-8",
        "text/plain; charset=utf-8; charset=\"",
        "text/plain/html; charset==utf-8",
        "text/plain charset=utf-8",
        "multipart/mixed",
        "multipart/alternative; boundary",
        "text/plain\nContent-Type: multipart/mixed; boundary=q",
        "text/plain; name=\xff\xfe; charset=\"utf-8",
    };
    static const char *const pictures[] = { "; name=a.png", "image",
                                            "\"image/png\"",
                                            "=?utf-8?q?image/png?=" };

    for (size_t i = 0; i < COUNT_OF(types); i++)
        CHECK_STR(read_mail(arena_printf(&arena,
                                         "Subject: x\nContent-Type: %s\n\n"
                                         "A caf\xc3\xa9 at 12 Elm\n",
                                         types[i]))
                      .text,
                  "A caf\xc3\xa9 at 12 Elm\n");
    for (size_t i = 0; i < COUNT_OF(pictures); i++) {
        struct message m = read_mail(
            arena_printf(&arena,
                         MIXED "--x\n\nBefore\n--x\n"
                               "Content-Type: %s\n"
                               "Content-Transfer-Encoding: base64\n\n"
                               "iVBORw0KGgoAAAANSUhEUgAAAAE=\n--x--\n",
                         pictures[i]));

        CHECK_STR(m.text, "Before");
        CHECK(m.attachments != NULL &&
              str_eq(m.attachments->media_type, STR("image/png")));
    }
}

/* Where a boundary is not declared, or wrongly, it is seen all the same. */
static void parts_are_found_without_their_boundary(void)
{
    static const char *const types[] = {
        "multipart/mixed; boundary=\"x",    "multipart/mixed",
        "multipart/mixed; boundary=y",      "\"multipart/mixed\"; boundary=x",
        "multipart/alternative; boundary=", ";",
    };

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        const char *mail = arena_printf(
            &arena,
            "Subject: x\nContent-Type: %s\n\nA preamble.\n--x\n\nAt 12 Elm\n"
            "--x\nContent-Type: image/png\n\nfirst\n--x--\n",
            types[i]);
        struct message m = read_mail(mail);

        CHECK_STR(m.text, "At 12 Elm");
        CHECK(m.attachments != NULL && m.attachments->next == NULL);
        CHECK_STR(part_of(mail, 0), "first");
    }
    /* What has no end is no multipart. */
    CHECK_STR(read_mail("Content-Type: ;\n\n--x\nAt 12 Elm\n--x\n").text,
              "--x\nAt 12 Elm\n--x\n");
}

static void parts_count_alike_however_the_text_was_chosen(void)
{
    static const char mail[] =
        MIXED "--x\nContent-Type: multipart/alternative; boundary=y\n\n"
              "--y\nContent-Type: text/plain\n\n\n"
              "--y\nContent-Type: multipart/related; boundary=z\n\n"
              "--z\nContent-Type: text/html\n\n<p>Words\n"
              "--z\nContent-Type: image/png\nContent-ID: <a@b>\n\nfirst\n"
              "--z--\n--y--\n"
              "--x\nContent-Type: text/plain; name=notes.txt\n\nsecond\n"
              "--x\nContent-Type: message/rfc822\n\n"
              "Subject: inner\nContent-Type: multipart/mixed; boundary=w\n\n"
              "--w\n\ninner text\n"
              "--w\nContent-Type: application/pdf\n\nfourth\n--w--\n"
              "--x\nContent-Disposition: attachment\n\nfifth\n--x--\n";
    struct message m = read_mail(mail);
    int count = 0;

    CHECK_STR(m.text, "Words");
    for (const struct attachment *at = m.attachments; at != NULL;
         at = at->next) {
        struct str bytes = part_of(mail, at->part);

        CHECK(at->part == count++);
        CHECK(at->size == (int64_t)bytes.n);
    }
    CHECK(count == 5);
    CHECK_STR(part_of(mail, 0), "first");
    CHECK_STR(part_of(mail, 1), "second");
    CHECK_STR(part_of(mail, 3), "fourth");
    CHECK_STR(part_of(mail, 4), "fifth");
}

static void a_mail_that_is_only_another_mail_has_its_text(void)
{
    static const char mail[] =
        "From: Clerk <clerk@example.org>\nContent-Type: message/rfc822\n"
        "Content-Transfer-Encoding: base64\n\n"
        "U3ViamVjdDogaW4KCkEgcG90aG9sZSBhdCAxMiBFbG0gU3QuCg==\n";
    struct message m = read_mail(mail);

    CHECK_STR(m.text, "A pothole at 12 Elm St.\n");
    CHECK(m.attachments != NULL);
    CHECK_STR(m.attachments->media_type, "message/rfc822");
    CHECK_STR(part_of(mail, 0), "Subject: in\n\nA pothole at 12 Elm St.\n");
}

static void what_a_bounce_returns_is_not_read_again(void)
{
    struct message m = read_mail(
        "From: MAILER-DAEMON@example.org\n"
        "Content-Type: multipart/report; report-type=delivery-status;"
        " boundary=x\n\n--x\n\nCould not be delivered\n"
        "--x\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n"
        "--x\nContent-Type: message/rfc822\n\nSubject: ours\n"
        "Content-Type: multipart/mixed; boundary=y\n\n"
        "--y\nContent-Type: image/png\n\nx\n--y--\n--x--\n");

    CHECK(m.automatic == AUTOMATIC_BOUNCE);
    CHECK_STR(m.text, "Could not be delivered");
    CHECK(m.attachments != NULL && m.attachments->next != NULL &&
          m.attachments->next->next == NULL);
}

static void a_mail_cut_short_gives_what_is_there(void)
{
    struct raw raw = {
        .bytes = STR(MIXED "--x\n\nPothole at 12 Elm\n"
                           "--x\nContent-Type: image/jpeg\n"
                           "Content-Transfer-Encoding: base64\n\n/9j/4AAQSk"),
        .full_size = 60 * 1000 * 1000,
    };
    struct reading_context ctx = { .instance = "millbrook-7" };
    struct message m;
    struct error e;

    CHECK(mail_read(&m, &raw, &ctx, &arena, &e) == 0);
    CHECK_STR(m.text, "Pothole at 12 Elm");
    CHECK(m.attachments != NULL);
    CHECK_STR(m.attachments->media_type, "image/jpeg");
    CHECK(m.attachments->size == 7);
}

static void quotes_and_signature_are_folded(void)
{
    static const struct {
        const char *mail, *visible;
    } cases[] = {
        { "Subject: Re: x\n\nIt is still there, at the corner.\n\n"
          "On Tue, Nov 24, 2026 at 9:30 AM Town <r@example.org>\nwrote:\n"
          "> What is the address?\n",
          "It is still there, at the corner." },
        { "Subject: Re: x\n\nSigue igual en la esquina.\n\n"
          "El mar, 24 nov 2026 a las 9:30, Ciudad escribi\xc3\xb3:\n> hola\n",
          "Sigue igual en la esquina." },
        { "Subject: x\n\nPothole at 12 Elm St.\n-- \nAna Ruiz\n9 Oak Av\n",
          "Pothole at 12 Elm St." },
        { "Subject: RE: x\n\nThe light is out again.\n\n"
          "________________________________\nFrom: Town <r@example.org>\n"
          "Sent: Tuesday\nTo: Ana\nSubject: x\n\nWe fixed it at 3 Oak.\n",
          "The light is out again." },
        { "Subject: x\n\nThe light is out again.\n\nSent from my iPhone\n",
          "The light is out again." },
        { "Subject: Re: x\n\nThe light is out again.\n"
          "## Reply above this line ##\nWe wrote this.\n",
          "The light is out again." },
        /* An answer between the quotes stays. */
        { "Subject: Re: x\n\nOn Monday, Town wrote:\n> Which corner?\n"
          "Elm and Oak, north side.\n> Since when?\nSunday.\n",
          "Elm and Oak, north side.\nSunday." },
        /* A first report may use ">" as it likes. */
        { "Subject: x\n\n> the pothole is at 12 Elm St\nThanks for it\n",
          "> the pothole is at 12 Elm St\nThanks for it" },
        /* Nothing but a quote: nothing is folded. */
        { "Subject: Re: x\n\n> Pothole at 12 Elm St.\n",
          "> Pothole at 12 Elm St.\n" },
        { "Subject: Fwd: x\n\nFor you.\n-- \nClerk\n\n"
          "From: Ana\nSent: Monday\nTo: Clerk\nSubject: x\n\nPothole\n",
          "For you.\n-- \nClerk\n\n"
          "From: Ana\nSent: Monday\nTo: Clerk\nSubject: x\n\nPothole\n" },
        { "Subject: x\n\nOn Elm St. there is a hole. As my wife wrote:\n"
          "it is deep.\n",
          "On Elm St. there is a hole. As my wife wrote:\nit is deep." },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK_STR(read_mail(cases[i].mail).visible, cases[i].visible);
}

/* A picture of a size, by its header alone; the rest is filling. */
static struct str png_of(unsigned char width, size_t bytes)
{
    char *p = arena_alloc(&arena, bytes);

    memcpy(p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    p[18] = (char)(width >> 4);
    p[19] = (char)(width << 4);
    p[22] = 1;
    return (struct str){ p, bytes };
}

static bool is_photo(const char *headers, unsigned char width, size_t bytes)
{
    struct str png = png_of(width, bytes);
    struct str head = str_of(arena_printf(
        &arena,
        "Content-Type: multipart/related; boundary=x\n\n"
        "--x\nContent-Type: text/html\n\n<img src=cid:photo@a>"
        "<div class=\"gmail_signature\">Ana<img src=cid:logo@a></div>\n"
        "--x\nContent-Type: image/png\nContent-Transfer-Encoding: binary\n"
        "%s\n\n",
        headers));
    char *mail = arena_alloc(&arena, head.n + png.n);
    struct message m;

    memcpy(mail, head.p, head.n);
    memcpy(mail + head.n, png.p, png.n);
    m = read_bytes((struct str){ mail, head.n + png.n }, "");
    return m.attachments != NULL && m.attachments->photo;
}

static void photos_are_told_from_decoration(void)
{
    CHECK(is_photo("Content-ID: <photo@a>", 40, 60000));
    CHECK(!is_photo("Content-ID: <logo@a>", 40, 60000));
    CHECK(!is_photo("Content-ID: <photo@a>", 10, 60000)); /* 160 pixels */
    CHECK(!is_photo("Content-ID: <photo@a>", 40, 8000));
    CHECK(is_photo("Content-Disposition: attachment", 40, 8000));
    CHECK(!is_photo("Content-Disposition: attachment", 2, 800));
}

static struct str html_of(const char *text)
{
    struct raw raw = { .bytes = str_of(text) };
    struct str html = STR_NONE;
    struct error e;

    if (mail_html(&html, &raw, &arena, &e) != 0)
        return STR("(none)");
    return html;
}

static void the_page_of_a_mail_is_its_html_as_it_is(void)
{
    CHECK_STR(html_of("Content-Type: text/html; charset=iso-8859-1\n"
                      "Content-Transfer-Encoding: quoted-printable\n\n"
                      "<script>1</script><b onclick=3Dx>Caf=E9</b>"),
              "<script>1</script><b onclick=x>Caf\xc3\xa9</b>");
    CHECK_STR(html_of(MIXED "--x\nContent-Type: text/html\n\n<i>1</i>\n"
                            "--x\nContent-Type: image/png\n\nx\n"
                            "--x\nContent-Type: text/html\n\n<i>2</i>\n--x--"),
              "<i>1</i><i>2</i>");
    /* A page that was attached is a file; an attached mail's is its own. */
    CHECK_STR(html_of(MIXED "--x\n\nhello\n--x\nContent-Type: text/html\n"
                            "Content-Disposition: attachment\n\n<i>\n--x--"),
              "(none)");
    CHECK_STR(html_of(MIXED "--x\nContent-Type: message/rfc822\n\n"
                            "Content-Type: text/html\n\n<i>in</i>\n--x--"),
              "<i>in</i>");
    CHECK_STR(html_of(MIXED "--x\nContent-Type: text/html\n\n<i>out</i>\n"
                            "--x\nContent-Type: message/rfc822\n\n"
                            "Content-Type: text/html\n\n<i>in</i>\n--x--"),
              "<i>out</i>");
    CHECK_STR(html_of("Subject: x\n\nplain"), "(none)");
    /* They connect elsewhere whatever the policy says. */
    CHECK_STR(html_of("Content-Type: text/html\n\n"
                      "<LINK rel=preconnect href=//a><b><iFrame<link<"),
              "<no-LINK rel=preconnect href=//a><b><no-iFrame<no-link<");
}

#define GIF_TOLD "R0lGODlhAQABAAAAACH+BlNlY3JldAAsAAAAAAEAAQAAAgJEAQA7"
#define GIF_SAFE "R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="

static void a_mail_s_own_pictures_are_put_into_its_page(void)
{
#define RELATED(id, html)                                                      \
    "Content-Type: multipart/related; boundary=x\n\n--x\n"                     \
    "Content-Type: text/html\n\n" html "\n--x\nContent-Type: image/gif\n"      \
    "Content-Transfer-Encoding: base64\nContent-ID: <" id ">\n\n" GIF_TOLD     \
    "\n--x\nContent-Type: image/png\nContent-ID: <svg>\n\n<svg onload=x>\n"    \
    "--x--\n"
    CHECK_STR(html_of(RELATED("a@b", "<img src=\"cid:a@b\">")),
              "<img src=\"data:image/gif;base64," GIF_SAFE "\">");
    CHECK_STR(html_of(RELATED("a@b", "<p style='background:url(CID:a%40b)'>")),
              "<p style='background:url(data:image/gif;base64," GIF_SAFE ")'>");
    /* What is no picture is an empty one; what is unknown stays unknown. */
    CHECK_STR(html_of(RELATED("a@b", "<img src=cid:svg><img src='cid:a@b2'>")),
              "<img src=data:,><img src='cid:a@b2'>");
    CHECK_STR(html_of(RELATED("\"><script>", "<img src=cid:\"><script>>")),
              "<img src=cid:\"><script>>");
#undef RELATED
}

/* One photo named a million times would be as many photos. */
static void a_picture_named_too_often_is_not_put_in_without_end(void)
{
    struct buf mail = buf_init(1UL << 24);
    struct str html;

    buf_add(&mail, STR("Content-Type: multipart/related; boundary=x\n\n--x\n"
                       "Content-Type: text/html\n\n"));
    for (int i = 0; i < 600000; i++)
        buf_add(&mail, STR("<img src=cid:a>"));
    buf_add(&mail,
            STR("\n--x\nContent-Type: image/gif\nContent-ID: <a>\n"
                "Content-Transfer-Encoding: base64\n\n" GIF_TOLD "\n--x--\n"));
    html = html_of(arena_dup(&arena, buf_str(&mail)));
    CHECK(str_starts(html, STR("<img src=data:image/gif")));
    CHECK(html.n > 1024 * 1024 && html.n < RAW_MAX);
    CHECK(str_ends(html, STR("<img src=data:,>")));
    buf_free(&mail);
}

int main(void)
{
    plain_text_is_taken_before_html();
    text_around_a_picture_is_all_kept();
    line_ends_that_differ_cut_nothing_off();
    attachments_are_named_and_hashed();
    a_name_may_lie_about_its_charset();
    a_type_that_is_none_hides_nothing();
    parts_are_found_without_their_boundary();
    parts_count_alike_however_the_text_was_chosen();
    a_mail_that_is_only_another_mail_has_its_text();
    what_a_bounce_returns_is_not_read_again();
    a_mail_cut_short_gives_what_is_there();
    quotes_and_signature_are_folded();
    photos_are_told_from_decoration();
    the_page_of_a_mail_is_its_html_as_it_is();
    a_mail_s_own_pictures_are_put_into_its_page();
    a_picture_named_too_often_is_not_put_in_without_end();
    arena_free(&arena);
    return tap_done();
}
