/*
 * Mail that staff passed on: whose report it is. To take the clerk for the
 * resident loses the resident the answer; to take a stranger that is only
 * named in a text for the resident sends him what is none of his business.
 */
#include "mail_tests.h"

#define CLERK                                                                  \
    "From: Carla Clerk <carla@townhall.example.org>\nTo: "                     \
    "reports@example.org\n"
#define ANA  "ana@example.org"
#define HEAD "From: Ana Ruiz <ana@example.org>\n"
#define REST                                                                   \
    "Date: Mon, 23 Nov 2026\nSubject: Pothole\nTo: <info@example.org>\n\n"     \
    "The pothole at 12 Elm St is back, deeper than it was before.\n"
#define SAID "The pothole at 12 Elm St is back, deeper than it was before."

static void forward_is(const char *mail, const char *address, const char *note)
{
    struct message m = read_mail(mail);

    CHECK_STR(m.sender.address, address);
    CHECK_STR(m.reply_to, address);
    CHECK_STR(m.forwarder.address, "carla@townhall.example.org");
    CHECK_STR(m.note, note);
}

static void a_forward_of_staff_is_the_residents_report(void)
{
    static const char mail[] =
        CLERK "Subject: Fwd: Pothole\n\nPlease see to it.\n\n"
              "---------- Forwarded message ---------\n" HEAD REST;
    struct message m = read_mail(mail);

    forward_is(mail, ANA, "Please see to it.");
    CHECK_STR(m.sender.name, "Ana Ruiz");
    CHECK_STR(m.forwarder.name, "Carla Clerk");
    CHECK_STR(m.subject, "Pothole");
    CHECK_STR(m.text, SAID);
    CHECK_STR(m.visible, SAID);
    CHECK(!m.no_answer);
}

static void programs_write_forwards_in_many_ways(void)
{
    static const char *const mails[] = {
        /* Outlook */
        "Subject: FW: Pothole\n\nSee below.\n\n"
        "From: Ana Ruiz <mailto:ana@example.org>\nSent: Monday\n"
        "To: info@example.org\nSubject: Pothole\n\n" SAID,
        "Subject: RV: Bache\n\nSee below.\n\n________________________________\n"
        "De: Ana Ruiz <ana@example.org>\nEnviado: lunes\nPara: info\n"
        "Asunto: Bache\n\n" SAID,
        "Subject: WG: Loch\n\nSee below.\n\n"
        "Am 23.11.26, 12:46 schrieb \"Ana Ruiz\" <ana@example.org>:\n\n" SAID,
        /* Apple Mail */
        "Subject: Fwd: x\n\nSee below.\n\n> Begin forwarded message:\n> \n"
        "> From: Ana Ruiz <ana@example.org>\n> Subject: Pothole\n"
        "> Date: Monday\n> To: info@example.org\n> \n> " SAID "\n",
        "Subject: x\n\nSee below.\n\n"
        "D\xc3\xa9"
        "but du message r\xc3\xa9"
        "exp\xc3\xa9"
        "di\xc3\xa9 :\n\n"
        "De: Ana Ruiz <ana@example.org>\nObjet: Trou\nDate: lundi\n\n" SAID,
        /* Thunderbird */
        "Subject: Fwd: x\n\nSee below.\n\n"
        "-------- Weitergeleitete Nachricht --------\nBetreff: \tLoch\n"
        "Datum: \tMon\nVon: \tAna Ruiz <ana@example.org>\n"
        "An: \tinfo@example.org\n\n" SAID,
        /* Yahoo */
        "Subject: Fw: x\n\nSee below.\n\n ----- Mensaje reenviado ----- "
        "De: Ana Ruiz <ana@example.org>Para: <info@example.org>"
        "Enviado: lunesAsunto: Bache\n\n" SAID,
        /* A language that the table lacks */
        "Subject: x\n\nSee below.\n\n----- Blah blah -----\n"
        "From: Ana Ruiz <ana@example.org>\nDate: Monday\n"
        "Subject: Pothole\n\n" SAID,
    };

    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        const char *mail = arena_printf(&arena, CLERK "%s", mails[i]);

        forward_is(mail, ANA, "See below.");
        CHECK_STR(read_mail(mail).visible, SAID);
    }
}

static void an_attached_mail_is_the_report(void)
{
    static const char mixed[] =
        CLERK "Subject: Fwd: x\nDate: Tue, 24 Nov 2026 09:00:00 +0000\n"
              "Message-ID: <outer@townhall.example.org>\n"
              "Content-Type: multipart/mixed; boundary=x\n\n"
              "--x\n\nFor you.\n--x\n%s\n\n%s\n--x--\n";
    static const char inner[] =
        "From: Ana Ruiz <ana@example.org>\nReply-To: home@example.org\n"
        "Date: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <a1@example.org>\n"
        "Subject: Pothole\n\n" SAID;
    struct message m = read_mail(
        arena_printf(&arena, mixed, "Content-Type: message/rfc822", inner));

    CHECK_STR(m.sender.address, ANA);
    CHECK_STR(m.reply_to, "home@example.org");
    CHECK_STR(m.note, "For you.");
    CHECK_STR(m.text, SAID);
    CHECK_STR(m.subject, "Pothole");
    CHECK_STR(m.message_id, "outer@townhall.example.org");
    CHECK(m.thread != NULL && str_eq(m.thread->id, STR("a1@example.org")));
    CHECK(m.sent_at == 1795424400);
    CHECK(m.attachments != NULL && !m.no_answer);

    m = read_mail(arena_printf(
        &arena, mixed,
        "Content-Type: application/octet-stream; name=report.eml\n"
        "Content-Transfer-Encoding: base64",
        "RnJvbTogQW5hIDxhbmFAZXhhbXBsZS5vcmc+ClN1YmplY3Q6IHkKCkhvbGUK"));
    CHECK_STR(m.sender.address, ANA);
    CHECK_STR(m.text, "Hole\n");

    /* Two at once are two people's: a clerk has to look. */
    m = read_mail(arena_printf(&arena, mixed, "Content-Type: message/rfc822",
                               "From: ana@example.org\n\nHole\n--x\n"
                               "Content-Type: message/rfc822\n\n"
                               "From: bob@example.org\n\nLamp"));
    CHECK_STR(m.sender.address, "carla@townhall.example.org");
}

static void forwards_of_forwards_go_to_the_innermost(void)
{
    forward_is(CLERK "Subject: FW: FW: Pothole\n\nYours.\n\n"
                     "From: Bo Boss <bo@townhall.example.org>\nSent: Monday\n"
                     "To: Carla\nSubject: FW: Pothole\n\nNot mine.\n\n"
                     "From: Ana Ruiz <ana@example.org>\nSent: Sunday\n"
                     "To: Bo\nSubject: Pothole\n\n" SAID,
               ANA, "Yours.\n\nNot mine.");
    forward_is(CLERK "Subject: Fwd: x\nContent-Type: message/rfc822\n\n"
                     "From: bo@townhall.example.org\nSubject: Fwd: x\n"
                     "Content-Type: message/rfc822\n\n"
                     "From: Ana <ana@example.org>\n\n" SAID,
               ANA, "");
}

/* A resident who quotes a stranger is still who says it. */
static void what_a_resident_tells_is_not_left_for_a_stranger(void)
{
    struct message m = read_mail(
        CLERK "Subject: Fwd: Noise\n\n-- Forwarded message --\n"
              "From: Ana Ruiz <ana@example.org>\nSubject: Fwd: Noise\n"
              "Date: Monday\n\nMy neighbour at 14 Elm St wrote to me that the "
              "bar below plays music until four in the morning, and I hear it "
              "as well, every night of the week.\n\n-- Forwarded message --\n"
              "From: Bob <bob@example.org>\nSubject: Noise\nDate: Sunday\n\n"
              "The bar plays music.\n");

    CHECK_STR(m.sender.address, ANA);
    CHECK(!m.no_answer);
    /* One who only passes it on: the innermost, but nobody is told. */
    m = read_mail(CLERK "Subject: Fwd: Noise\n\n-- Forwarded message --\n"
                        "From: Ana Ruiz <ana@example.org>\n"
                        "Subject: Fwd: Noise\nDate: Monday\n\nFor you.\n\n"
                        "-- Forwarded message --\n"
                        "From: Bob <bob@example.org>\nSubject: Noise\n"
                        "Date: Sunday\n\nThe bar plays music.\n");
    CHECK_STR(m.sender.address, "bob@example.org");
    CHECK(m.no_answer);
}

static void nobody_else_may_say_who_sent_a_mail(void)
{
    static const char *const from[] = { "mallory@example.org",
                                        "mallory@xtownhall.example.org",
                                        "mallory@townhall.example.org.evil" };

    for (size_t i = 0; i < COUNT_OF(from); i++) {
        struct message m = read_mail(
            arena_printf(&arena,
                         "From: %s\nSubject: Fwd: x\n\n"
                         "---------- Forwarded message ---------\n" HEAD REST,
                         from[i]));

        CHECK_STR(m.sender.address, from[i]);
        CHECK(m.forwarder.address.n == 0 && m.note.n == 0);
    }
}

/* Addresses in a body are what people write about, not who wrote. */
static void an_address_in_the_text_is_nobodys(void)
{
    struct message m = read_mail(
        CLERK "Subject: Fwd: Pothole\n\n"
              "Please tell dora@example.org (Dora <d@example.org>), too.\n\n"
              "---------- Forwarded message ---------\n" HEAD REST
              "\nMy landlord, From: bob@example.org, does not answer.\n");

    CHECK_STR(m.sender.address, ANA);
    CHECK_STR(m.reply_to, ANA);
    m = read_mail(CLERK "Subject: Fwd: Pothole\n\n"
                        "bob@example.org says it is deep.\n\n" SAID);
    CHECK_STR(m.sender.address, "carla@townhall.example.org");
    m = read_mail(HEAD "Subject: Fwd: Pothole\n\n"
                       "From: bob@example.org\n\n" SAID);
    CHECK_STR(m.sender.address, ANA);
}

static void an_answer_of_staff_is_no_forward(void)
{
    static const char *const mails[] = {
        "Subject: Re: Pothole\n\nWe see to it.\n\n" HEAD
        "Sent: Monday\nTo: Carla\nSubject: Pothole\n\n" SAID,
        "Subject: Re: Pothole\n\nWe see to it.\n\n"
        "On Mon, 23 Nov 2026 at 9:00, Ana <ana@example.org> wrote:\n> " SAID,
        "Subject: Pothole\n\nIt says From: Ana, and Date: Monday.\n",
        "Subject: Pothole\n\nFrom: the school\nTo: the corner\n"
        "the road is broken\n",
        "Subject: Automatic reply: x\nAuto-Submitted: auto-replied\n\n"
        "I am away.\n\n-----Original Message-----\n" HEAD REST,
        "Subject: Fwd: ours\nX-Inlet-Loop: millbrook-7\n\n"
        "-- Forwarded message --\n" HEAD REST,
        "Subject: Fwd: ours\n\n-- Forwarded message --\n"
        "From: Town <reports@millbrook.example.org>\nDate: Monday\n"
        "Subject: x\n\nYour report is number 1\n",
    };

    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        struct message m =
            read_mail(arena_printf(&arena, CLERK "%s", mails[i]));

        CHECK_STR(m.sender.address, "carla@townhall.example.org");
        CHECK(m.forwarder.address.n == 0 && m.note.n == 0);
    }
}

static void where_it_is_not_sure_nobody_is_answered(void)
{
    struct message m =
        read_mail(CLERK "Subject: FW: x\n\nFrom: Ana Ruiz\nSent: Monday\n"
                        "To: Carla\nSubject: Pothole\n\n" SAID);

    CHECK_STR(m.sender.name, "Ana Ruiz");
    CHECK(m.sender.address.n == 0 && m.reply_to.n == 0 && m.no_answer);
    m = read_mail(CLERK "Subject: Pothole\n\n"
                        "-----Original Message-----\n" HEAD REST);
    CHECK_STR(m.sender.address, ANA);
    CHECK(m.no_answer);
    m = read_mail(CLERK "Subject: Fwd: x\n\n-- Forwarded message --\n"
                        "From: Bank <noreply@example.org>\nDate: Monday\n"
                        "Subject: Offer\n\nBuy.\n");
    CHECK(m.automatic == AUTOMATIC_BULK);
}

static void a_server_that_passes_mail_on_leaves_the_sender(void)
{
    struct message m = read_mail(
        "Return-Path: <SRS0=x4=T2=example.org=ana@townhall.example.org>\n"
        "Resent-From: <info@townhall.example.org>\n"
        "X-MS-Exchange-Inbox-Rules-Loop: info@townhall.example.org\n"
        "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n"
        "Auto-Submitted: auto-generated\n" HEAD "Subject: Pothole\n\n" SAID);

    CHECK_STR(m.sender.address, ANA);
    CHECK_STR(m.reply_to, ANA);
    CHECK_STR(m.forwarder.address, "info@townhall.example.org");
    CHECK(m.automatic == AUTOMATIC_NO && !m.no_answer);
    m = read_mail("Return-Path: <SRS0=x4=T2=example.org=ana@fwd.example>\n"
                  "Subject: x\n\n" SAID);
    CHECK_STR(m.sender.address, ANA);
    m = read_mail(
        "X-Forwarded-For: anybody@example.com reports@example.org\n" HEAD
        "Subject: x\n\n" SAID);
    CHECK_STR(m.sender.address, ANA);
    CHECK(m.forwarder.address.n == 0);
    /* A group that puts itself into From. */
    m = read_mail("From: \"'Ana Ruiz' via Info\" <info@townhall.example.org>\n"
                  "X-Original-From: Ana Ruiz <ana@example.org>\n"
                  "Subject: x\n\n" SAID);
    CHECK_STR(m.sender.address, ANA);
    CHECK_STR(m.reply_to, ANA);
    CHECK_STR(m.forwarder.address, "info@townhall.example.org");
}

static void hostile_texts_take_no_time(void)
{
    static const char *const lines[] = {
        "From: a@b\n",  "-- Forwarded message --\n",
        "1 <a@b> x:\n", "--- Original message ---\n",
        "> ",           "On 1 <mailto:",
        "*Von:* ",      "---",
        "Re: Fwd: ",
    };

    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        size_t each = strlen(lines[i]);
        char *text = arena_alloc(&arena, 600 * 1000 + 200);
        struct str head = STR(CLERK "Subject: FW: x\n\n");
        size_t n = head.n;

        memcpy(text, head.p, n);
        for (; n + each < 600 * 1000; n += each)
            memcpy(text + n, lines[i], each);
        CHECK(read_bytes((struct str){ text, n }, "").text.n > 0);
    }
}

int main(void)
{
    a_forward_of_staff_is_the_residents_report();
    programs_write_forwards_in_many_ways();
    an_attached_mail_is_the_report();
    forwards_of_forwards_go_to_the_innermost();
    what_a_resident_tells_is_not_left_for_a_stranger();
    nobody_else_may_say_who_sent_a_mail();
    an_address_in_the_text_is_nobodys();
    an_answer_of_staff_is_no_forward();
    where_it_is_not_sure_nobody_is_answered();
    a_server_that_passes_mail_on_leaves_the_sender();
    hostile_texts_take_no_time();
    arena_free(&arena);
    return tap_done();
}
