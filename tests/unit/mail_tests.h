/* What the tests of src/mail share: a mail written as a string, read. */
#ifndef MAIL_TESTS_H
#define MAIL_TESTS_H

#include "../tap.h"
#include "mail/mail.h"

static struct arena arena;

static const struct setting_list own = {
    STR_INIT("reports@millbrook.example.org"), NULL
};

static const struct setting_list forwarder = {
    STR_INIT("@townhall.example.org"), NULL
};

static struct message read_bytes(struct str bytes, const char *envelope)
{
    struct reading_context ctx = { .own_addresses = &own,
                                   .forwarders = &forwarder,
                                   .instance = "millbrook-7" };
    struct raw raw = { .bytes = bytes,
                       .envelope = str_of(envelope),
                       .full_size = (int64_t)bytes.n };
    struct message m;
    struct error e = { 0 };

    CHECK(mail_read(&m, &raw, &ctx, &arena, &e) == 0);
    return m;
}

__attribute__((unused)) static struct message read_mail(const char *text)
{
    return read_bytes(str_of(text), "");
}

__attribute__((unused)) static struct str part_of(const char *text, int part)
{
    struct raw raw = { .bytes = str_of(text) };
    struct str bytes = STR_NONE;
    struct error e;

    if (mail_part(&bytes, &raw, part, &arena, &e) != 0)
        return STR("(none)");
    return bytes;
}

#endif
