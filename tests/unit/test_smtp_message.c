#include "../../adapters/smtp_message.h"

#include "../tap.h"

static struct buf out;
static struct error e;

static struct notice plain(void)
{
    return (struct notice){
        .id = 7,
        .kind = STR("received"),
        .to = STR("ana@example.org"),
        .subject = STR("We have your report"),
        .text = STR("Thank you.\n\nYour number is 12.\n"),
        .message_id = STR("n7.abc@reports.example.org"),
        .in_reply_to = STR("CAF=1@mail.example.org"),
        .token = STR("tOkEn_-9"),
    };
}

static int compose(const struct notice *n, const char *from)
{
    struct smtp_letter l = {
        .notice = n,
        .from = str_of(from),
        .instance = STR("springfield"),
        .now = 1795512600,
    };

    buf_free(&out);
    out = buf_init(SMTP_MESSAGE_MAX);
    return smtp_compose(&out, &l, &e);
}

#define FROM "Springfield <reports@example.org>"

static bool has(const char *text)
{
    bool found = str_find(buf_str(&out), str_of(text)) < out.n;

    if (!found)
        printf("# %s is not in\n# %.*s\n", text, (int)out.n, out.p);
    return found;
}

static bool has_not(const char *text)
{
    return str_find(buf_str(&out), str_of(text)) == out.n;
}

/* Every line ends in CR LF, is short, and the headers are only ours. */
static bool well_formed(void)
{
    struct str rest = buf_str(&out);
    bool head = true;

    while (rest.n > 0) {
        struct str line = str_until(&rest, STR("\r\n"));

        if (line.n > 998 || memchr(line.p, '\n', line.n) != NULL ||
            memchr(line.p, '\r', line.n) != NULL)
            return false;
        if (line.n == 0)
            head = false;
        else if (head && line.p[0] != ' ' && memchr(line.p, ':', line.n) == 0)
            return false;
    }
    return !head;
}

static void an_acknowledgement_is_marked_as_one(void)
{
    struct notice n = plain();

    CHECK(compose(&n, FROM) == 0 && well_formed());
    CHECK(has("From: Springfield <reports@example.org>\r\n"));
    CHECK(has("To: <ana@example.org>\r\n"));
    CHECK(has("Subject: We have your report\r\n"));
    CHECK(has("Date: Tue, 24 Nov 2026 09:30:00 +0000\r\n"));
    CHECK(has("Message-ID: <n7.abc@reports.example.org>\r\n"));
    CHECK(has("In-Reply-To: <CAF=1@mail.example.org>\r\n"));
    CHECK(has("References: <CAF=1@mail.example.org>\r\n"));
    CHECK(has("Reply-To: reports+tOkEn_-9@example.org\r\n"));
    CHECK(has("Auto-Submitted: auto-replied\r\n"));
    CHECK(has("X-Auto-Response-Suppress: OOF, AutoReply, DR, RN, NRN\r\n"));
    CHECK(has("X-Inlet-Loop: springfield\r\n"));
    CHECK(has("MIME-Version: 1.0\r\n"));
    CHECK(has("\r\n\r\nThank you.\r\n\r\nYour number is 12.\r\n"));
    CHECK(has("Content-Transfer-Encoding: 7bit\r\n"));
}

static void news_of_our_own_is_not_an_answer(void)
{
    struct notice n = plain();

    n.kind = STR("done");
    n.in_reply_to = STR("");
    n.token = STR("");
    CHECK(!smtp_is_answer(&n));
    CHECK(compose(&n, FROM) == 0 && well_formed());
    CHECK(has("Auto-Submitted: auto-generated\r\n"));
    CHECK(has_not("In-Reply-To") && has_not("Reply-To"));
}

static void accents_are_encoded_in_headers_and_body(void)
{
    struct notice n = plain();

    n.subject = STR("Recibimos su aviso: árbol caído en la calle José Martí, "
                    "esquina con la avenida Peñalver 🌳");
    n.text = STR("Árbol = caído \nFrom here\n.\nx");
    CHECK(compose(&n, "Ayuntamiento de Peñíscola <reports@example.org>") == 0);
    CHECK(well_formed());
    CHECK(has("From: =?utf-8?B?"));
    CHECK(has("Subject: =?utf-8?B?UmVjaWJpbW9zIHN1IGF2aXNvOiDDoXJib2w"));
    CHECK(has("?=\r\n =?utf-8?B?"));
    CHECK(has("Content-Transfer-Encoding: quoted-printable\r\n"));
    CHECK(has("\r\n\r\n=C3=81rbol =3D ca=C3=ADdo=20\r\n=46rom here\r\n.\r\nx"
              "\r\n"));
}

static void servers_are_told_domains_in_ascii(void)
{
    struct notice n = plain();

    n.to = STR("ana@b\xc3\xbc"
               "cher.example");
    CHECK(compose(&n, "Town <town@b\xc3\xbc"
                      "cher.example>") == 0);
    CHECK(has("To: <ana@xn--bcher-kva.example>\r\n"));
    CHECK(has("<town@xn--bcher-kva.example>\r\n") && well_formed());
}

static void a_line_break_in_any_field_stays_inside_it(void)
{
    struct notice n = plain();

    n.subject = STR("Hi\r\nBcc: all@example.org\r\n\r\nEvil");
    CHECK(compose(&n, FROM) == 0 && well_formed());
    CHECK(has_not("\nBcc:"));
    n = plain();
    n.to = STR("ana@example.org\r\nBcc: all@example.org");
    CHECK(compose(&n, FROM) == E_SYNTAX);
    n = plain();
    n.message_id = STR("a\r\nBcc: all@example.org");
    n.in_reply_to = STR("b>\r\nBcc: all@example.org");
    n.token = STR("t\r\nBcc: all@example.org");
    CHECK(compose(&n, FROM) == 0 && well_formed());
    CHECK(has_not("Bcc"));
    n = plain();
    n.text = STR("a\r\n.\r\nMAIL FROM:<x>\rQUIT\nb");
    CHECK(compose(&n, FROM) == 0 && well_formed());
    CHECK(compose(&n, "X\r\nBcc: y@example.org <reports@example.org>") == 0);
    CHECK(well_formed() && has_not("\nBcc"));
}

static void only_one_address_is_an_address(void)
{
    static const char *const bad[] = {
        "",         "ana",      "@example.org", "ana@",
        "a b@c.d",  "a@b,c@d",  "<a@b>",        "a@b@c",
        "-x@b.c",   "a@b\nc",   "a@b;c",        "\"a b\"@c.d",
        "a@b.c\\r", "a@b.c>x<", "a(b)@c.d",     "a@b.c'",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        if (smtp_address_good(str_of(bad[i])))
            printf("# %s\n", bad[i]);
        CHECK(!smtp_address_good(str_of(bad[i])));
    }
    CHECK(smtp_address_good(STR("o'neil+x=1@sub.example.org")));
    CHECK(smtp_address_good(STR("josé@ejemplo.example")));
}

static void a_sender_without_an_address_is_refused(void)
{
    struct notice n = plain();

    CHECK(compose(&n, "Springfield") == E_SYNTAX);
    CHECK(compose(&n, "") == E_SYNTAX);
    CHECK(compose(&n, "reports@example.org") == 0);
    CHECK(has("From: <reports@example.org>\r\n"));
    CHECK(compose(&n, "\"Town, of X\" <reports@example.org>") == 0);
    CHECK(has("From: \"Town, of X\" <reports@example.org>\r\n"));
}

static void long_lines_are_folded_and_broken_softly(void)
{
    struct notice n = plain();
    struct buf words = buf_init(8192);
    struct buf line = buf_init(8192);

    for (int i = 0; i < 40; i++)
        buf_add(&words, STR("pothole "));
    for (int i = 0; i < 3000; i++)
        buf_byte(&line, 'x');
    n.subject = buf_str(&words);
    n.text = buf_str(&line);
    CHECK(compose(&n, FROM) == 0 && well_formed());
    CHECK(has("pothole\r\n pothole"));
    CHECK(has("x=\r\nx"));
    buf_free(&words);
    buf_free(&line);
}

static void a_mail_of_any_text_is_a_mail(void)
{
    struct notice n = plain();

    n.subject = STR("\xff\xfe");
    n.text = STR("");
    CHECK(compose(&n, FROM) == 0 && well_formed());
    n.subject = STR("=?utf-8?B?RmFrZQ==?=");
    CHECK(compose(&n, FROM) == 0);
    CHECK(has_not("=?utf-8?B?RmFrZQ==?="));
}

int main(void)
{
    an_acknowledgement_is_marked_as_one();
    news_of_our_own_is_not_an_answer();
    accents_are_encoded_in_headers_and_body();
    servers_are_told_domains_in_ascii();
    a_line_break_in_any_field_stays_inside_it();
    only_one_address_is_an_address();
    a_sender_without_an_address_is_refused();
    long_lines_are_folded_and_broken_softly();
    a_mail_of_any_text_is_a_mail();
    buf_free(&out);
    return tap_done();
}
