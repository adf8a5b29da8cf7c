/* What is pure in the adapter: signature, reading, control words. */
#include "../../adapters/control.h"
#include "../../adapters/text.h"
#include "../../adapters/twilio_signature.h"
#include "../tap.h"
#include "base/digest.h"
#include "http/form.h"

#define TOKEN "12345"
#define FORM  "application/x-www-form-urlencoded"

static struct arena a;

static bool let_in(struct twilio_call c)
{
    const struct str tokens[2] = { STR(TOKEN), STR_NONE };

    if (c.type.p == NULL)
        c.type = STR(FORM);
    return twilio_signed(&c, tokens, 2, &a);
}

/* The value Twilio has published (twilio-node, spec/validation.spec.js). */
static const struct twilio_call published = {
    .url = { "https://mycompany.com/myapp.php?foo=1&bar=2", 43 },
    .type = { FORM, sizeof(FORM) - 1 },
    .body = { "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234"
              "&From=%2B14158675309&To=%2B18005551212",
              97 },
    .signature = { "RSOYDt4T1cUTdK1PDd93/VVr8B8=", 28 },
};

static struct str signature_of(struct str said)
{
    return digest_base64(&a, digest_hmac(&a, DIGEST_SHA1, STR(TOKEN), said));
}

static void the_published_signature_is_right(void)
{
    CHECK(let_in(published));
}

static void either_of_two_tokens_is_good_while_they_change(void)
{
    const struct str tokens[2] = { STR("new"), STR(TOKEN) };
    const struct str none[2] = { STR("new"), STR_NONE };

    CHECK(twilio_signed(&published, tokens, 2, &a));
    CHECK(!twilio_signed(&published, none, 2, &a));
}

static void an_empty_token_lets_nobody_in(void)
{
    const struct str none[1] = { STR("") };
    struct twilio_call c = published;

    c.signature = digest_base64(
        &a, digest_hmac(&a, DIGEST_SHA1, STR(""), STR("https://a/b")));
    c.url = STR("https://a/b");
    c.body = STR("");
    CHECK(!twilio_signed(&c, none, 1, &a));
}

/* What the signature is over: two bodies may differ and say the same. */
static bool same_form(struct str x, struct str y)
{
    struct form_field *f;
    struct form_field *g;
    struct error e;

    if (form_read(&f, x, &a, &e) < 0 || form_read(&g, y, &a, &e) < 0)
        return false;
    for (; f != NULL && g != NULL; f = f->next, g = g->next) {
        if (!str_eq(f->name, g->name) || !str_eq(f->value, g->value))
            return false;
    }
    return f == NULL && g == NULL;
}

/* Flips each bit of *part in turn; counts the calls wrongly let in. */
static int flips_let_in(struct twilio_call *c, struct str *part, bool body)
{
    struct str was = *part;
    int wrong = 0;

    for (size_t i = 0; i < was.n * 8; i++) {
        char *bytes = arena_dup(&a, was);

        bytes[i / 8] = (char)(bytes[i / 8] ^ (1 << (i % 8)));
        *part = (struct str){ bytes, was.n };
        if (let_in(*c) && !(body && same_form(*part, was))) {
            printf("# bit %zu: %.*s\n", i, STR_FMT(*part));
            wrong++;
        }
    }
    *part = was;
    return wrong;
}

static void no_flipped_bit_gets_in(void)
{
    struct twilio_call c = published;

    CHECK(flips_let_in(&c, &c.url, false) == 0);
    CHECK(flips_let_in(&c, &c.signature, false) == 0);
    CHECK(flips_let_in(&c, &c.body, true) == 0);
    CHECK(let_in(c));
}

static void a_signature_cut_short_or_run_on_is_wrong(void)
{
    struct twilio_call c = published;

    for (size_t n = 0; n < published.signature.n; n++) {
        c.signature = str_slice(published.signature, 0, n);
        CHECK(!let_in(c));
    }
    c.signature = STR("RSOYDt4T1cUTdK1PDd93/VVr8B8=x");
    CHECK(!let_in(c));
}

static void repeated_names_count_once_and_in_order(void)
{
    struct twilio_call c = { .url = STR("https://a.example/h"),
                             .body = STR("B=2&A=z&A=b&A=z") };

    c.signature = signature_of(STR("https://a.example:443/hAbAzB2"));
    CHECK(let_in(c));
    c.signature = signature_of(STR("https://a.example/hAbAzAzB2"));
    CHECK(!let_in(c));
}

static void the_port_may_be_said_or_left_out(void)
{
    static const struct {
        const char *url, *said;
        bool good;
    } cases[] = {
        { "https://a.example/h?x=1:2", "https://a.example:443/h?x=1:2", true },
        { "https://a.example:443/h", "https://a.example/h", true },
        { "https://a.example:8443/h", "https://a.example/h", true },
        { "https://a.example/h", "https://a.example:8443/h", false },
        { "http://a.example/h", "http://a.example:80/h", true },
        { "http://a.example/h", "https://a.example/h", false },
        { "https://u:p@a.example/h", "https://u:p@a.example:443/h", true },
        { "https://[2001:db8::1]/h", "https://[2001:db8::1]:443/h", true },
        { "https://a.example?x=1", "https://a.example:443?x=1", true },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct twilio_call c = { .url = str_of(cases[i].url) };

        c.signature = signature_of(str_of(cases[i].said));
        CHECK(let_in(c) == cases[i].good);
    }
}

static void a_body_the_signature_does_not_cover_stays_out(void)
{
    struct twilio_call c = { .url = STR("https://a.example/h"),
                             .type = STR("application/json"),
                             .body = STR("{\"Body\":\"x\"}") };

    c.signature = signature_of(c.url);
    CHECK(!let_in(c));
    c.type = STR("text/plain");
    CHECK(!let_in(c));
    c.type = STR("multipart/form-data; boundary=x");
    CHECK(!let_in(c));
    c.body = STR("");
    CHECK(let_in(c));
    c.url = STR("https://a.example/h?bodySHA256=");
    c.signature = signature_of(c.url);
    c.body = STR("x");
    CHECK(!let_in(c));
}

static struct message read_form(struct str body)
{
    struct raw raw = { .adapter = STR("twilio"),
                       .format = RAW_FORM,
                       .bytes = body };
    struct message m;
    struct error e;

    if (text_read(&m, &raw, NULL, &a, &e) < 0)
        printf("# %s\n", e.text);
    return m;
}

static void a_text_says_who_what_and_where_to_answer(void)
{
    struct message m =
        read_form(STR("MessageSid=SM1&From=%2B15555550123&To=%2B15555550100"
                      "&Body=%C3%81rbol+ca%C3%ADdo%0D%0Aen+Elm&NumMedia=0"
                      "&FromCity=KYLE&FromZip=78610&FromState=TX"));

    CHECK_STR(m.sender.address, "+15555550123");
    CHECK_STR(m.reply_to, "+15555550123");
    CHECK_STR(m.text, "Árbol caído\nen Elm");
    CHECK_STR(m.visible, "Árbol caído\nen Elm");
    CHECK_STR(m.message_id, "SM1");
    CHECK(m.control == CONTROL_NONE && !m.no_answer);
    CHECK(m.automatic == AUTOMATIC_NO);
    CHECK(!m.pin.known && m.address.n == 0 && m.attachments == NULL);
}

static void where_a_number_was_sold_is_not_where_the_pothole_is(void)
{
    struct message m =
        read_form(STR("MessageSid=SM1&From=%2B15555550123&Body=x"
                      "&FromCity=KYLE&FromZip=78610&FromCountry=US"));

    CHECK(m.address.n == 0 && m.sender.name.n == 0 && m.subject.n == 0);
    CHECK(!m.pin.known);
}

static void a_whatsapp_place_is_a_pin(void)
{
    struct message m =
        read_form(STR("MessageSid=SM2&From=whatsapp%3A%2B15555550123&Body="
                      "&ProfileName=Ana&Latitude=41.308&Longitude=-72.928"
                      "&Address=5+Elm+St"));

    CHECK(m.pin.known && m.pin.lat > 41.307 && m.pin.lon < -72.927);
    CHECK_STR(m.sender.name, "Ana");
    CHECK_STR(m.reply_to, "whatsapp:+15555550123");
    CHECK_STR(m.address, "5 Elm St");
    m = read_form(STR("From=whatsapp%3A%2B1&Latitude=91&Longitude=0"));
    CHECK(!m.pin.known);
    m = read_form(STR("From=whatsapp%3A%2B1&Latitude=nan&Longitude=0"));
    CHECK(!m.pin.known);
    m = read_form(STR("From=whatsapp%3A%2B1&Latitude=9"));
    CHECK(!m.pin.known);
}

static void pictures_are_named_before_they_are_fetched(void)
{
    struct message m =
        read_form(STR("MessageSid=MM1&From=%2B15555550123&NumMedia=2"
                      "&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2F0"
                      "&MediaContentType0=image%2Fjpeg"
                      "&MediaUrl1=https%3A%2F%2Fapi.twilio.com%2F1"
                      "&MediaContentType1=video%2Fmp4&MediaUrl2=unsaid"));
    struct attachment *at = m.attachments;

    CHECK(at != NULL && at->part == -1 && at->photo);
    CHECK_STR(at->url, "https://api.twilio.com/0");
    CHECK(at->next != NULL && !at->next->photo && at->next->next == NULL);
}

static void a_count_of_pictures_is_not_believed(void)
{
    struct message m =
        read_form(STR("MessageSid=MM1&From=%2B1&NumMedia=2000000000"));
    int n = 0;

    for (struct attachment *at = m.attachments; at != NULL; at = at->next)
        n++;
    CHECK(n == TEXT_FILES_MAX);
    m = read_form(STR("MessageSid=MM1&From=%2B1&NumMedia=-5"));
    CHECK(m.attachments == NULL);
}

static void a_fetched_picture_is_an_attachment_with_its_bytes(void)
{
    struct raw raw = {
        .adapter = STR("twilio"),
        .format = RAW_MEDIA,
        .origin = STR("MM1/media/3"),
        .parent = STR("MM1"),
        .envelope = STR("content-type: image/png\n"),
        .bytes = STR("\xff\xd8\xff\xe0 not really"),
    };
    struct message m;
    struct str bytes = STR("");
    struct error e;

    CHECK(text_read(&m, &raw, NULL, &a, &e) == 0);
    CHECK(m.text.n == 0 && m.sender.address.n == 0);
    CHECK(m.attachments != NULL && m.attachments->next == NULL);
    CHECK(m.attachments->part == 0 && m.attachments->sha256.n == SHA256_HEX);
    CHECK_STR(m.attachments->media_type, "image/jpeg"); /* the label lied */
    CHECK_STR(m.attachments->name, "media-3.jpg");
    CHECK(text_part(&bytes, &raw, 0, &a, &e) == 0);
    CHECK(str_eq(bytes, raw.bytes));
    CHECK(text_part(&bytes, &raw, 1, &a, &e) == E_NONE);
    raw.format = RAW_FORM;
    CHECK(text_part(&bytes, &raw, 0, &a, &e) == E_NONE);
}

static void a_json_body_reads_like_a_form(void)
{
    struct raw raw = { .adapter = STR("twilio"),
                       .format = RAW_JSON,
                       .bytes = STR("{\"MessageSid\":\"SM7\",\"From\":"
                                    "\"+15555550123\",\"Body\":\"hi\","
                                    "\"NumMedia\":1,\"MediaUrl0\":\"u\"}") };
    struct message m;
    struct error e;

    CHECK(text_read(&m, &raw, NULL, &a, &e) == 0);
    CHECK_STR(m.text, "hi");
    CHECK(m.attachments != NULL);
    raw.bytes = STR("[1]");
    CHECK(text_read(&m, &raw, NULL, &a, &e) == E_SYNTAX);
    raw.bytes = STR("");
    CHECK(text_read(&m, &raw, NULL, &a, &e) == E_SYNTAX);
}

static void a_short_code_is_a_program(void)
{
    CHECK(read_form(STR("From=72345&Body=Your+code")).automatic ==
          AUTOMATIC_BULK);
    CHECK(read_form(STR("From=BANK&Body=x")).automatic == AUTOMATIC_BULK);
    CHECK(read_form(STR("From=%2B15555550123&Body=x")).automatic ==
          AUTOMATIC_NO);
}

static void broken_bytes_are_read_all_the_same(void)
{
    struct message m = read_form(STR("From=%2B15555550123&Body=a%FFb%00c"));

    CHECK_STR(m.text, "a\xef\xbf\xbd"
                      "b\xef\xbf\xbd"
                      "c");
}

static void a_found_text_keeps_its_date(void)
{
    struct message m = read_form(STR(
        "From=%2B15555550123&DateSent=Tue%2C+24+Nov+2026+09%3A30%3A00+%2B0000"
        "&Body=x"));

    CHECK(m.sent_at == 1795512600);
}

static void a_whole_message_of_control_words_is_one(void)
{
    static const struct {
        const char *text;
        enum control want;
    } cases[] = {
        { "STOP", CONTROL_STOP },
        { " stop. ", CONTROL_STOP },
        { "Stop!!!", CONTROL_STOP },
        { "STOP \xf0\x9f\x9b\x91", CONTROL_STOP },
        { "opt-out", CONTROL_STOP },
        { "Please stop texting me.", CONTROL_STOP },
        { "Don’t text me", CONTROL_STOP },
        { "UNSUBSCRIBE", CONTROL_STOP },
        { "revoke", CONTROL_STOP },
        { "Baja", CONTROL_STOP },
        { "no más", CONTROL_STOP },
        { "NO MÁS MENSAJES", CONTROL_STOP },
        { "ARRÊT", CONTROL_STOP },
        { "arre\xcc\x82t", CONTROL_STOP },
        { "START", CONTROL_START },
        { "Unstop", CONTROL_START },
        { "HELP", CONTROL_HELP },
        { "¿Ayuda?", CONTROL_HELP },
        { "info", CONTROL_HELP },
        { "STOP sign missing on Elm", CONTROL_NONE },
        { "Stop sign", CONTROL_NONE },
        { "please help, tree on car", CONTROL_NONE },
        { "HELP 12 Elm St", CONTROL_NONE },
        { "end of Elm St is flooded", CONTROL_NONE },
        { "Yes", CONTROL_NONE },
        { "", CONTROL_NONE },
        { "...", CONTROL_NONE },
        { "стоп", CONTROL_NONE },
        { "stop стоп", CONTROL_NONE },
        { "st\xffop", CONTROL_NONE },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum control got = control_of(str_of(cases[i].text), &a);

        if (got != cases[i].want)
            printf("# %s: %s\n", cases[i].text, control_names[got]);
        CHECK(got == cases[i].want);
    }
    CHECK(control_consent(STR("YES"), &a) == CONTROL_START);
    CHECK(control_consent(STR("Sí"), &a) == CONTROL_START);
    CHECK(control_consent(STR("yes it is on Elm"), &a) == CONTROL_NONE);
}

static void the_provider_may_say_that_it_is_one(void)
{
    CHECK(read_form(STR("From=%2B1&Body=desist&OptOutType=STOP")).control ==
          CONTROL_STOP);
    CHECK(read_form(STR("From=%2B1&Body=Yes&OptOutType=START")).control ==
          CONTROL_START);
    CHECK(read_form(STR("From=%2B1&Body=x&OptOutType=HELP")).control ==
          CONTROL_HELP);
    CHECK(read_form(STR("From=%2B1&Body=x&OptOutType=NONE")).control ==
          CONTROL_NONE);
    CHECK(read_form(STR("From=%2B1&Body=STOP+sign+missing+on+Elm")).control ==
          CONTROL_NONE);
}

int main(void)
{
    the_published_signature_is_right();
    either_of_two_tokens_is_good_while_they_change();
    an_empty_token_lets_nobody_in();
    no_flipped_bit_gets_in();
    a_signature_cut_short_or_run_on_is_wrong();
    repeated_names_count_once_and_in_order();
    the_port_may_be_said_or_left_out();
    a_body_the_signature_does_not_cover_stays_out();
    a_text_says_who_what_and_where_to_answer();
    where_a_number_was_sold_is_not_where_the_pothole_is();
    a_whatsapp_place_is_a_pin();
    pictures_are_named_before_they_are_fetched();
    a_count_of_pictures_is_not_believed();
    a_fetched_picture_is_an_attachment_with_its_bytes();
    a_json_body_reads_like_a_form();
    a_short_code_is_a_program();
    broken_bytes_are_read_all_the_same();
    a_found_text_keeps_its_date();
    a_whole_message_of_control_words_is_one();
    the_provider_may_say_that_it_is_one();
    arena_free(&a);
    return tap_done();
}
