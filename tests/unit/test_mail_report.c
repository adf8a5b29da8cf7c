/* Delivery reports: of which mail, of whom, and what became of it. */
#include "base/buf.h"
#include "mail_tests.h"

#define REPORT(of, body)                                                       \
    "From: MAILER-DAEMON@mx.example.org\nSubject: Undelivered mail\n"          \
    "To: reports@millbrook.example.org\n"                                      \
    "Content-Type: multipart/report; report-type=" of "; boundary=x\n\n"       \
    "--x\n\nWords for people\n" body "--x--\n"

#define RETURNED                                                               \
    "--x\nContent-Type: text/rfc822-headers\n\n"                               \
    "From: reports@millbrook.example.org\n"                                    \
    "Message-ID: <n1@millbrook.example.org>\n"

static struct receipt one_of(const char *mail)
{
    struct message m = read_mail(mail);

    CHECK(m.receipts != NULL);
    return m.receipts == NULL ? (struct receipt){ 0 } : *m.receipts;
}

static struct receipt dsn(const char *fields)
{
    return one_of(arena_printf(
        &arena,
        REPORT("delivery-status",
               "--x\nContent-Type: message/delivery-status\n\n"
               "Reporting-MTA: dns; mx.example.org\n\n"
               "Final-Recipient: rfc822; ana@example.org\n%s\n" RETURNED),
        fields));
}

static void a_report_tells_which_mail_failed_and_why(void)
{
    struct receipt r =
        dsn("Action: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 <ana@example.org>:\n"
            " no such user here\n");

    CHECK_STR(r.message_id, "n1@millbrook.example.org");
    CHECK_STR(r.address, "ana@example.org");
    CHECK_STR(r.why, "550 5.1.1 <ana@example.org>: no such user here");
    CHECK(r.delivery == DELIVERY_FAILED && r.dead);
}

/* A full mailbox or a refused word does not make an address a dead one. */
static void only_what_is_about_the_address_makes_it_dead(void)
{
    static const struct {
        const char *fields;
        enum delivery is;
        bool dead;
    } cases[] = {
        { "Action: failed\nStatus: 5.2.2\n", DELIVERY_FAILED, false },
        { "Action: failed\nStatus: 5.7.1\n", DELIVERY_FAILED, false },
        { "Action: failed\nStatus: 4.4.7\n", DELIVERY_FAILED, false },
        { "Action: failed\nStatus: 5.1.10\n", DELIVERY_FAILED, true },
        { "Action: failed\nStatus: 5.0.0\n", DELIVERY_FAILED, false },
        { "Action: failed\nStatus: 5.0.0\n"
          "Diagnostic-Code: smtp; 550 User unknown\n",
          DELIVERY_FAILED, true },
        { "Action: failed\nStatus: 5.0.0\n"
          "Diagnostic-Code: smtp; 552 5.2.2 over quota\n",
          DELIVERY_FAILED, false },
        { "Action: delayed\nStatus: 4.0.0\n", DELIVERY_DELAYED, false },
        { "Action: delivered\nStatus: 2.0.0\n", DELIVERY_DELIVERED, false },
        { "Action: relayed\nStatus: 2.0.0\n", DELIVERY_SENT, false },
        { "Status: 5.1.1\n", DELIVERY_FAILED, true },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct receipt r = dsn(cases[i].fields);

        CHECK(r.delivery == cases[i].is && r.dead == cases[i].dead);
    }
}

static void each_recipient_has_a_receipt(void)
{
    struct receipt r = dsn("Action: failed\nStatus: 5.1.1\n\n"
                           "Original-Recipient: rfc822;bo@example.org\n"
                           "Final-Recipient: rfc822;box7@mail.example.org\n"
                           "Action: delayed\nStatus: 4.2.2\n");

    CHECK(r.next != NULL && r.next->next == NULL);
    CHECK_STR(r.next->address, "bo@example.org");
    CHECK(r.next->delivery == DELIVERY_DELAYED);
}

static void who_has_read_it_or_calls_it_spam_is_told(void)
{
    struct receipt r = one_of(
        REPORT("disposition-notification",
               "--x\nContent-Type: message/disposition-notification\n\n"
               "Final-Recipient: rfc822;ana@example.org\n"
               "Original-Message-ID: <n2@millbrook.example.org>\n"
               "Disposition: manual-action/MDN-sent-manually; displayed\n"));

    CHECK(r.delivery == DELIVERY_READ && !r.dead);
    CHECK_STR(r.message_id, "n2@millbrook.example.org");
    r = one_of(REPORT("feedback-report",
                      "--x\nContent-Type: message/feedback-report\n\n"
                      "Feedback-Type: abuse\nVersion: 1\n"
                      "Original-Rcpt-To: <ana@example.org>\n" RETURNED));
    CHECK(r.dead && r.delivery == DELIVERY_DELIVERED);
    CHECK_STR(r.message_id, "n1@millbrook.example.org");
}

static void older_programs_are_understood_too(void)
{
    struct receipt r = one_of(
        "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\n"
        "To: reports@millbrook.example.org\n\n"
        "Hi. This is the mail program at mx.example.org.\n\n"
        "<ana@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\n"
        "Return-Path: <reports@millbrook.example.org>\n"
        "Message-ID: <n3@millbrook.example.org>\n"
        "Subject: 4.2.2 is no code here\n");

    CHECK_STR(r.message_id, "n3@millbrook.example.org");
    CHECK_STR(r.address, "ana@example.org");
    CHECK(r.delivery == DELIVERY_FAILED && r.dead);
    r = one_of("From: MAILER-DAEMON@mx.example.org\n"
               "Subject: Warning: message 1abc delayed 24 hours\n"
               "X-Failed-Recipients: bo@example.org\n\n"
               "host mx.example.net: 451 try again later\n");
    CHECK(r.delivery == DELIVERY_DELAYED && !r.dead);
    CHECK_STR(r.address, "bo@example.org");
}

/* "Mail delivery failed on Elm Street" may be a report of a resident. */
static void what_names_no_address_and_no_code_is_no_report(void)
{
    struct message m =
        read_mail("From: noreply@forms.example.org\n"
                  "Subject: Mail delivery failed on Elm Street\n\n"
                  "The carrier ana@example.org has not come for 3.5.7 days\n");

    CHECK(m.automatic == AUTOMATIC_BOUNCE && m.receipts == NULL);
    m = read_mail("From: Ana <ana@example.org>\nSubject: Fwd: it came back\n\n"
                  "> Final-Recipient: rfc822; bo@example.org\n"
                  "> Action: failed\n> Status: 5.1.1\n");
    CHECK(m.automatic == AUTOMATIC_BULK && m.receipts == NULL);
}

static void hostile_reports_end(void)
{
    struct buf mail = buf_init(8UL * 1024 * 1024);
    struct message m;
    int n = 0;

    buf_add(&mail, STR("Content-Type: multipart/report; boundary=x\n\n--x\n"
                       "Content-Type: message/delivery-status\n\n"));
    for (int i = 0; i < 100000; i++)
        buf_add(&mail, STR("Final-Recipient: rfc822;a@b\nStatus: 5.1.1\n\n"));
    m = read_mail(buf_cstr(&mail));
    for (const struct receipt *r = m.receipts; r != NULL; r = r->next)
        n++;
    CHECK(n > 0 && n <= 50);
    buf_clear(&mail);
    buf_add(&mail, STR("From: MAILER-DAEMON@b\nSubject: failure\n\n"));
    for (int i = 0; i < 500000; i++)
        buf_add(&mail, STR("5.1.5.1."));
    CHECK(read_mail(buf_cstr(&mail)).receipts == NULL);
    buf_free(&mail);
}

int main(void)
{
    a_report_tells_which_mail_failed_and_why();
    only_what_is_about_the_address_makes_it_dead();
    each_recipient_has_a_receipt();
    who_has_read_it_or_calls_it_spam_is_told();
    older_programs_are_understood_too();
    what_names_no_address_and_no_code_is_no_report();
    hostile_reports_end();
    arena_free(&arena);
    return tap_done();
}
