/* Open311: what is written is well formed, what is read is what was meant. */
#include "../tap.h"

#include <stdlib.h>

#include "../../adapters/open311.h"
#include "base/utf8.h"
#include "http/form.h"

static struct arena a;

/* ---- written ---- */

static void write_all(struct open311_out *o, struct str text)
{
    open311_list(o, "requests");
    open311_thing(o, "request");
    open311_text(o, "words", text);
    open311_text(o, "none", STR_NONE);
    open311_flag(o, "yes", true);
    open311_int(o, "n", -7);
    open311_degrees(o, "lat", -72.9279);
    open311_list(o, "formats");
    open311_text(o, "format", STR("a"));
    open311_text(o, "format", STR("b"));
    open311_end(o);
    open311_list(o, "empty");
    open311_end(o);
    open311_end(o);
    open311_end(o);
}

static struct str written(struct str text, bool as_xml)
{
    struct buf b = buf_init(1 << 20);
    struct open311_out o = open311_to(&b, as_xml);
    struct str got;

    write_all(&o, text);
    got = arena_str(&a, buf_str(&b));
    CHECK(!b.over && o.depth == 0);
    buf_free(&b);
    return got;
}

static void both_shapes_say_the_same(void)
{
    CHECK_STR(written(STR("Elm & Oak"), true),
              "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
              "<requests><request><words>Elm &amp; Oak</words><none/>"
              "<yes>true</yes><n>-7</n><lat>-72.927900</lat>"
              "<formats><format>a</format><format>b</format></formats>"
              "<empty></empty></request>\n</requests>\n");
    CHECK_STR(written(STR("Elm & Oak"), false),
              "[{\"words\":\"Elm & Oak\",\"none\":null,\"yes\":true,\"n\":-7,"
              "\"lat\":-72.927900,\"formats\":[\"a\",\"b\"],\"empty\":[]}]");
}

static struct str words_of(struct str text, bool as_xml)
{
    struct str all = written(text, as_xml);
    struct str begin = as_xml ? STR("<words>") : STR("\"words\":\"");
    struct str end = as_xml ? STR("</words>") : STR("\",\"none\"");

    all = str_slice(all, str_find(all, begin) + begin.n, all.n);
    return str_slice(all, 0, str_find(all, end));
}

static void nothing_written_is_markup_or_has_no_place_in_xml(void)
{
    CHECK_STR(words_of(STR("a]]>b"), true), "a]]&gt;b");
    CHECK_STR(words_of(STR("<a href='x\"'>&#0;"), true),
              "&lt;a href=&apos;x&quot;&apos;&gt;&amp;#0;");
    CHECK_STR(words_of(STR("a\0b\x01\x0b\x1f"
                           "c"),
                       true),
              "abc");
    CHECK_STR(words_of(STR("a\tb\nc\rd"), true), "a\tb\nc&#13;d");
    CHECK_STR(words_of(STR("a\xff"
                           "b\xed\xa0\x80"
                           "c\xf0\x9f"),
                       true),
              "a\xef\xbf\xbd"
              "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
              "c\xef\xbf\xbd\xef\xbf\xbd");
    CHECK_STR(words_of(STR("\xef\xbf\xbe"
                           "a\xef\xbf\xbf"),
                       true),
              "a");
    CHECK_STR(words_of(STR("\xf0\x9f\x95\xb3"), true), "\xf0\x9f\x95\xb3");
    CHECK_STR(words_of(STR("a\0b\x01\xff"), false), "ab\xef\xbf\xbd");
}

static void what_is_too_long_is_over(void)
{
    struct buf b = buf_init(60);
    struct open311_out o = open311_to(&b, true);

    write_all(&o, STR("long enough to be over what there is room for"));
    CHECK(b.over);
    buf_free(&b);
}

/* ---- dates ---- */

static void dates_have_a_zone_or_are_utcs(void)
{
    static const struct {
        const char *text;
        int64_t at; /* -1: it is none */
    } all[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2010-01-01T00:00:00Z", 1262304000 },
        { "2010-01-01T00:00:00-05:00", 1262322000 },
        { "2010-01-01T00:00:00+01:00", 1262300400 },
        { "2010-01-01T00:00:00 01:00", 1262300400 },
        { "2010-01-01T00:00:00+0100", 1262300400 },
        { "2010-01-01T00:00:00.123Z", 1262304000 },
        { "2010-01-01T00:00Z", 1262304000 },
        { " 2010-01-01T00:00:00 ", 1262304000 },
        { "2010-01-01", 1262304000 },
        { "2010-01-01 00:00:00", 1262304000 },
        { "", -1 },
        { "2010", -1 },
        { "2010-13-01", -1 },
        { "2010-00-01", -1 },
        { "2010-01-32", -1 },
        { "2010-01-01T24:00:00Z", -1 },
        { "2010-01-01T00:60:00Z", -1 },
        { "2010-01-01T00:00:00+15:00", -1 },
        { "2010-01-01T00:00:00X", -1 },
        { "2010-01-01T00:00:00ZZ", -1 },
        { "2010-01-01T00:00:00.Z", -1 },
        { "1969-12-31T00:00:00Z", -1 },
        { "-010-01-01T00:00:00Z", -1 },
        { "yesterday", -1 },
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        int64_t at = -1;
        bool is = open311_date(str_of(all[i].text), &at);

        CHECK(is == (all[i].at >= 0));
        if (is)
            CHECK(at == all[i].at);
    }
}

/* ---- states ---- */

static void states_lead_there_and_back(void)
{
    static const char *const none[] = { "", "unchanged", "duplicate", "fix" };

    CHECK(open311_state_find(STR("FIXED"))->state == TICKET_DONE);
    CHECK(open311_state_find(STR("closed"))->settles);
    CHECK(open311_state_find(STR("In_Progress"))->state == TICKET_OPEN);
    for (size_t i = 0; i < COUNT_OF(none); i++)
        CHECK(open311_state_find(str_of(none[i])) == NULL);
    CHECK_STR(str_of(open311_state_word(TICKET_DONE, STR("fixed"))), "fixed");
    CHECK_STR(str_of(open311_state_word(TICKET_DONE, STR("other"))), "closed");
    CHECK_STR(str_of(open311_state_word(TICKET_OPEN, STR("fixed"))),
              "in_progress");
    for (int i = 0; i < TICKET_STATES; i++)
        CHECK(open311_state_word((enum ticket_state)i, STR_NONE) != NULL);
}

/* ---- forms ---- */

static struct open311_form form(const char *body)
{
    struct open311_form f;
    struct error e;

    CHECK(open311_form_read(&f, STR("application/x-www-form-urlencoded"),
                            str_of(body), &a, &e) == 0);
    return f;
}

static void attributes_are_told_by_their_brackets(void)
{
    struct open311_form f =
        form("attribute[size]=plate&attribute[many][]=1&attribute[many][]=2&"
             "attribute[empty]=&attribute[]=x&attribute[a][b]=x&attribute=x&"
             "attribute[[a]]=x&attribute[a b]=x&xattribute[b]=x&"
             "attribute[c=x&attribute[%C3%A4]=y");

    CHECK_STR(open311_answer_of(&f, STR("size")), "plate");
    CHECK_STR(open311_answer_of(&f, STR("many")), "1, 2");
    CHECK_STR(open311_answer_of(&f, STR("\xc3\xa4")), "y");
    CHECK(f.answers->next->next->next == NULL);
}

static void a_point_is_both_halves_or_none(void)
{
    struct point at;

    CHECK(open311_point(STR("41.3"), STR("-72.9"), &at) && at.known);
    CHECK(!open311_point(STR("41.3"), STR(""), &at) && !at.known);
    CHECK(!open311_point(STR("91"), STR("0"), &at));
    CHECK(!open311_point(STR("0"), STR("-181"), &at));
    CHECK(!open311_point(STR("nan"), STR("0"), &at));
    CHECK(!open311_point(STR("inf"), STR("0"), &at));
    CHECK(!open311_point(STR("0x10"), STR("0"), &at));
    CHECK(!open311_point(STR("1e999"), STR("0"), &at));
}

/* ---- read ---- */

static struct message message(const char *envelope, const char *body)
{
    struct raw raw = { .envelope = str_of(envelope),
                       .bytes = str_of(body),
                       .received_at = 1000 };
    struct message m;
    struct error e;

    CHECK(open311_read(&m, &raw, NULL, &a, &e) == 0);
    return m;
}

static void a_request_is_a_report(void)
{
    struct message m = message(
        "kind: request\nanswer: yes\n",
        "service_code=pothole&lat=41.3&long=-72.9&address_string=12+Elm%0ASt&"
        "description=Deep+%3Cb%3Ehole&first_name=Ana&last_name=Sample&"
        "email=ana@example.org&phone=%2B15555550123&attribute[size]=plate");

    CHECK_STR(m.category, "pothole");
    CHECK_STR(m.text, "Deep <b>hole");
    CHECK_STR(m.visible, "Deep <b>hole");
    CHECK_STR(m.address, "12 Elm St");
    CHECK(m.pin.known);
    CHECK_STR(m.sender.name, "Ana Sample");
    CHECK_STR(m.sender.address, "ana@example.org");
    CHECK_STR(m.reply_to, "ana@example.org");
    CHECK(!m.no_answer);
    CHECK(m.sent_at == 1000);
    CHECK_STR(m.answers->value, "plate");
    CHECK_STR(m.answers->next->code, "phone");
}

static void a_number_alone_is_where_an_answer_goes(void)
{
    struct message m =
        message("answer: yes\n", "description=Hole&phone=%2B15555550123");

    CHECK_STR(m.reply_to, "+15555550123");
    CHECK(m.sender.address.n == 0); /* or one number's reports would join */
    CHECK(m.answers == NULL);
    m = message("", "description=Hole&phone=call+me&email=nowhere");
    CHECK(m.reply_to.n == 0);
    CHECK_STR(m.answers->value, "call me");
    CHECK(m.no_answer);
}

static void an_update_is_of_its_ticket_and_settles_nothing_by_itself(void)
{
    struct message m =
        message("kind: update\ntoken: AAAAAAAAAAAAAAAAAAAAAA\n",
                "description=Still+there&status=OPEN&service_code=pothole");

    CHECK_STR(m.token, "AAAAAAAAAAAAAAAAAAAAAA");
    CHECK(m.automatic == AUTOMATIC_NO);
    CHECK(m.category.n == 0);
    CHECK(m.no_answer);
    CHECK_STR(m.answers->value, "OPEN");
    m = message("kind: update\ntoken: x\n", "description=Done&status=FIXED");
    CHECK(m.automatic == AUTOMATIC_BULK); /* or saying so would open it */
    m = message("kind: update\ntrusted: yes\n", "description=Seen&status=OPEN");
    CHECK(m.automatic == AUTOMATIC_BULK);
}

static void what_a_form_says_of_itself_does_not_count(void)
{
    struct message m =
        message("kind: request\n", "description=x&token=BBBB&kind=update&"
                                   "service_code=POT%0Ahole&answer=yes");

    CHECK(m.token.n == 0);
    CHECK(m.category.n == 0);
    CHECK(m.no_answer);
}

static void files_and_links_are_counted(void)
{
    static const char body[] =
        "--b\r\nContent-Disposition: form-data; name=\"media_url\"\r\n\r\n"
        "https://photos.example.org/1.jpg\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"media_url[]\"\r\n\r\n"
        "ftp://photos.example.org/1.jpg\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"photo1\"; "
        "filename=\"../a.jpg\"\r\n\r\nfirst\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"none\"; "
        "filename=\"\"\r\n\r\n\r\n"
        "--b\r\nContent-Disposition: form-data; name=\"photo2\"; "
        "filename=\"b.jpg\"\r\n\r\nsecond\r\n--b--\r\n";
    struct raw raw = { .envelope = STR("content-type: multipart/form-data; "
                                       "boundary=b\n"),
                       .bytes = STR(body) };
    const struct attachment *at;
    struct message m;
    struct str bytes;
    struct error e;

    CHECK(open311_read(&m, &raw, NULL, &a, &e) == 0);
    at = m.attachments;
    CHECK_STR(at->name, "a.jpg");
    CHECK(at->next->part == 1);
    CHECK_STR(at->next->next->url, "https://photos.example.org/1.jpg");
    CHECK(at->next->next->part == -1);
    CHECK(at->next->next->next == NULL);
    CHECK(open311_part(&bytes, &raw, 1, &a, &e) == 0);
    CHECK_STR(bytes, "second");
    CHECK(open311_part(&bytes, &raw, 2, &a, &e) == E_NONE);
    CHECK(open311_part(&bytes, &raw, -1, &a, &e) == E_NONE);
}

static void what_is_no_form_is_not_read(void)
{
    struct raw raw = { .envelope = STR("content-type: multipart/form-data; "
                                       "boundary=b\n"),
                       .bytes = STR("--b\r\nContent-Disposition: form") };
    struct message m;
    struct error e;

    CHECK(open311_read(&m, &raw, NULL, &a, &e) == E_SYNTAX);
}

int main(void)
{
    both_shapes_say_the_same();
    nothing_written_is_markup_or_has_no_place_in_xml();
    what_is_too_long_is_over();
    dates_have_a_zone_or_are_utcs();
    states_lead_there_and_back();
    attributes_are_told_by_their_brackets();
    a_point_is_both_halves_or_none();
    a_request_is_a_report();
    a_number_alone_is_where_an_answer_goes();
    an_update_is_of_its_ticket_and_settles_nothing_by_itself();
    what_a_form_says_of_itself_does_not_count();
    files_and_links_are_counted();
    what_is_no_form_is_not_read();
    arena_free(&a);
    return tap_done();
}
