/* A form becomes a message; what may be in it. */
#include "../../adapters/web.h"

#include "../tap.h"
#include "base/digest.h"
#include "spine/contact.h"
#include "spine/service_internal.h"
#include "web_parts.h"

extern const struct adapter web_adapter;

static struct arena a;

static void a_network_counts_as_one_visitor(void)
{
    static struct limit l = { .seed = 12345 };
    char text[40];

    CHECK(limit_take(&l, STR("2001:db8:1:2::1"), 2) == 0);
    CHECK(limit_take(&l, STR("2001:db8:1:2:3::9"), 2) == 0);
    CHECK(limit_take(&l, STR("2001:db8:1:2::5"), 2) > 0);
    CHECK(limit_take(&l, STR("2001:db8:1:3::1"), 2) == 0);
    CHECK(limit_take(&l, STR("192.0.2.1"), 2) == 0);
    CHECK(limit_take(&l, STR("192.0.2.1"), 0) == 0);
    for (int i = 0; i < 100000; i++) {
        snprintf(text, sizeof(text), "10.%d.%d.1", i / 256, i % 256);
        if (limit_take(&l, str_of(text), 1) > 1000)
            CHECK(!"a stranger is limited");
    }
}

static void a_contact_is_a_mail_address_or_a_phone_number(void)
{
    static const struct {
        const char *typed, *read;
    } cases[] = {
        { "ana@example.org", "ana@example.org" },
        { "ana.maria+x@mail.example.org", "ana.maria+x@mail.example.org" },
        { "ana@example", NULL },
        { "ana@@example.org", NULL },
        { "@example.org", NULL },
        { "ana@.org", NULL },
        { "ana b@example.org", NULL },
        { "ana@example.org\nBcc: x@example.org", NULL },
        { "ana@example.org,b@example.org", NULL },
        { "<ana@example.org>", NULL },
        { "(555) 555-0123", "+15555550123" },
        { "555.555.0123", "+15555550123" },
        { "1-555-555-0123", "+15555550123" },
        { "+1 555 555 0123", "+15555550123" },
        { "+52 55 5555 0123", "+525555550123" },
        { "555-0123", NULL },
        { "+0123456789", NULL },
        { "+1234567890123456", NULL },
        { "call me", NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str got = STR_NONE;
        bool is = contact_read(str_of(cases[i].typed), &a, &got);

        CHECK(is == (cases[i].read != NULL));
        if (is && cases[i].read != NULL)
            CHECK_STR(got, cases[i].read);
    }
}

static void a_point_is_two_numbers_on_the_globe(void)
{
    struct point p;

    CHECK(web_point(STR_NONE, STR_NONE, &p) && !p.known);
    CHECK(web_point(STR("41.3083"), STR("-72.9279"), &p) && p.known);
    CHECK(p.lat > 41.308 && p.lat < 41.309 && p.lon < -72.92);
    CHECK(web_point(STR("41,5\xc2\xb0"), STR("2"), &p) && p.lat > 41.4);
    CHECK(!web_point(STR("41.3083"), STR_NONE, &p) && !p.known);
    CHECK(!web_point(STR("91"), STR("2"), &p));
    CHECK(!web_point(STR("nan"), STR("2"), &p));
    CHECK(!web_point(STR("0x10"), STR("2"), &p));
    CHECK(!web_point(STR("1e1"), STR("2"), &p));
}

static void a_form_becomes_a_message(void)
{
    struct str bytes = STR(
        PART "report\"\r\n\r\n Hole\r\nin the \xffroad \r\n" PART
             "name\"\r\n\r\nAna\r\nB\r\n" PART
             "contact\"\r\n\r\n(555) 555-0123\r\n" PART
             "address\"\r\n\r\n12 Elm St\r\n" PART "lat\"\r\n\r\n41.5\r\n" PART
             "lon\"\r\n\r\n-72.5\r\n" PART "category\"\r\n\r\npothole\r\n" PART
             "language\"\r\n\r\nes\r\n" FILE_PART("", "")
                 FILE_PART("../a.jpg", "\xff\xd8\xff\xe0zz")
                     FILE_PART("b.txt", "words") "--" B "--\r\n");
    struct raw raw = {
        .format = RAW_MULTIPART,
        .received_at = 1000,
        .envelope = STR("content-type: multipart/form-data; boundary=" B "\n"),
        .bytes = bytes,
    };
    struct message m;
    struct error e;
    struct str part;

    CHECK(web_read(&m, &raw, NULL, &a, &e) == 0);
    CHECK_STR(m.visible, "Hole\nin the \xef\xbf\xbdroad");
    CHECK_STR(m.sender.name, "Ana B");
    CHECK_STR(m.sender.address, "+15555550123");
    CHECK_STR(m.reply_to, "+15555550123");
    CHECK(m.no_answer); /* not agreed to */
    CHECK_STR(m.address, "12 Elm St");
    CHECK_STR(m.category, "pothole");
    CHECK_STR(m.language, "es");
    CHECK(m.pin.known && m.sent_at == 1000);
    CHECK(m.attachments != NULL && m.attachments->next != NULL &&
          m.attachments->next->next == NULL);
    CHECK_STR(m.attachments->media_type, "image/jpeg");
    CHECK(str_find(m.attachments->name, STR("/")) == m.attachments->name.n);
    CHECK(web_part(&part, &raw, 1, &a, &e) == 0);
    CHECK_STR(part, "words");
    CHECK(web_part(&part, &raw, 2, &a, &e) == E_NONE);
    CHECK(web_part(&part, &raw, -1, &a, &e) == E_NONE);

    raw.envelope = STR("content-type: application/x-www-form-urlencoded\n");
    raw.format = RAW_FORM;
    raw.bytes = STR("report=x&contact=bad&consent=yes&category=../etc");
    CHECK(web_read(&m, &raw, NULL, &a, &e) == 0);
    CHECK(m.reply_to.n == 0 && m.sender.address.n == 0 && !m.no_answer);
    CHECK(m.category.n == 0 && m.attachments == NULL);
}

static struct message message_of(const char *form)
{
    struct raw raw = {
        .format = RAW_FORM,
        .envelope = STR("content-type: application/x-www-form-urlencoded\n"
                        "token: AAAAAAAAAAAAAAAAAAAAAA\n"),
        .bytes = str_of(form),
    };
    struct message m = { 0 };
    struct error e;

    CHECK(web_read(&m, &raw, NULL, &a, &e) == 0);
    return m;
}

static void answers_are_those_of_the_category(void)
{
    struct message m = message_of(
        "report=x&category=pothole&answer[size]=+large+&answer[depth]=&"
        "answer[streetlight.size]=tall&answer[pothole.depth]=2&"
        "answer[size]=small&answer[]=x&answer[A]=x&answer[a=x&answer=x");

    CHECK_STR(m.answers->code, "size");
    CHECK_STR(m.answers->value, "large");
    CHECK_STR(m.answers->next->code, "depth");
    CHECK_STR(m.answers->next->value, "2");
    CHECK(m.answers->next->next == NULL);
    CHECK_STR(m.token, "AAAAAAAAAAAAAAAAAAAAAA");
    /* who answers for street lights and picks nothing means one */
    m = message_of("report=x&answer[pothole.size]=&"
                   "answer[streetlight.size]=tall");
    CHECK_STR(m.category, "streetlight");
    CHECK_STR(m.answers->value, "tall");
    m = message_of("report=x&answer[..%2fetc.size]=tall");
    CHECK(m.category.n == 0 && m.answers == NULL);
}

int main(void)
{
    a_network_counts_as_one_visitor();
    a_contact_is_a_mail_address_or_a_phone_number();
    a_point_is_two_numbers_on_the_globe();
    a_form_becomes_a_message();
    answers_are_those_of_the_category();
    arena_free(&a);
    return tap_done();
}
