/* Any bytes give a message whose text is clean and whose parts are there. */
#include <stdlib.h>

#include "base/utf8.h"
#include "mail/mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void text_check(struct str text)
{
    if (!utf8_valid(text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct setting_list own = {
        STR_INIT("reports@millbrook.example.org"), NULL
    };
    static const struct setting_list forwarder = { STR_INIT("@example.org"),
                                                   NULL };
    struct reading_context ctx = { .own_addresses = &own,
                                   .forwarders = &forwarder,
                                   .instance = "millbrook-7" };
    struct raw raw = { .bytes = { (const char *)bytes, n },
                       .full_size = (int64_t)n };
    struct arena a = { 0 };
    struct message m;
    struct error e;

    if (mail_read(&m, &raw, &ctx, &a, &e) != 0)
        abort();
    text_check(m.text);
    text_check(m.visible);
    text_check(m.subject);
    text_check(m.sender.name);
    text_check(m.sender.address);
    text_check(m.forwarder.name);
    text_check(m.forwarder.address);
    text_check(m.note);
    text_check(m.reply_to);
    text_check(m.message_id);
    for (struct thread_id *t = m.thread; t != NULL; t = t->next)
        text_check(t->id);
    for (struct receipt *r = m.receipts; r != NULL; r = r->next) {
        text_check(r->message_id);
        text_check(r->address);
        text_check(r->why);
    }
    for (struct attachment *at = m.attachments; at != NULL; at = at->next) {
        struct str part;

        text_check(at->name);
        if (mail_part(&part, &raw, at->part, &a, &e) != 0 ||
            (int64_t)part.n != at->size)
            abort();
    }
    arena_free(&a);
    return 0;
}
