/* Texts as files: what a folder's files say. */
#include "../../adapters/spool.h"

#include "../tap.h"

static struct arena a;
static struct error e;

static struct buf raw;

static void file(const char *name, struct str bytes)
{
    if (raw.max == 0)
        raw = buf_init(1024 * 1024);
    if (raw.n == 0)
        spool_pack(&raw, "at", STR("1790000000"));
    spool_pack(&raw, "file", str_of(name));
    spool_pack(&raw, "text", bytes);
}

/* What the files so far say; NULL: nothing. */
static const struct text *said(void)
{
    struct text *t = NULL;

    if (spool_read(&t, RAW_FORM, arena_str(&a, buf_str(&raw)), &a, &e) < 0)
        t = NULL;
    buf_clear(&raw);
    return t;
}

static const struct text *alone(const char *name, struct str bytes)
{
    file(name, bytes);
    return said();
}

static void a_file_of_gammu_has_its_sender_in_its_name(void)
{
    const struct text *t = alone("IN20260921_153320_00_+15555550123_00.txt",
                                 STR("Hole at 12 Elm"));

    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->sent_at == 1790000000);
    CHECK_STR(t->from, "+15555550123");
    CHECK_STR(t->words, "Hole at 12 Elm");
    CHECK(t->id.n == SPOOL_ID);
    t = alone("IN20260921_153320_00_5555550123_00.txt", STR("Hole"));
    CHECK(t != NULL);
    CHECK_STR(t->from, "+15555550123");
}

static void parts_of_gammu_are_one_text(void)
{
    const struct text *t;

    file("IN20260921_153320_00_+15555550123_00.txt", STR("Hole at 1"));
    file("IN20260921_153320_00_+15555550123_01.txt", STR("2 Elm, caf\xe9"));
    file("IN20260921_153320_00_+15555550123_02.txt",
         STR("\xfe\xff\0 \xd8\x3d\xde\x00"));
    t = said();
    CHECK(t != NULL);
    CHECK_STR(t->words, "Hole at 12 Elm, caf\303\251 \360\237\230\200");
}

static void a_name_is_told_from_one_like_it(void)
{
    static const char *const others[] = {
        "",
        "IN",
        "IN20260921_153320_00_+1_0.txt",
        "IN20260921_153320_00_+1_00.bin",
        "IN20260921_153320_00__00.txt",
        "IN20260921-153320_00_+1_00.txt",
        "OUT20260921_153320_00_+1_00.txt",
        "in20260921_153320_00_+1_00.txt",
    };
    struct spool_name n;

    for (size_t i = 0; i < COUNT_OF(others); i++)
        CHECK(!spool_name(str_of(others[i]), &n));
    CHECK(spool_name(STR("IN20260921_153320_07_Town_12.txt"), &n));
    CHECK_STR(n.number, "Town");
    CHECK_STR(n.all_parts, "IN20260921_153320_07_Town");
}

static void a_file_of_smstools_has_headers(void)
{
    const struct text *t = alone(
        "GSM1.Abc123", STR("From: 15555550123\nFrom_TOA: 91 international\n"
                           "From_SMSC: 15555550000\nSent: 26-09-21 "
                           "15:33:20\nReceived: 26-09-21 15:33:25\n"
                           "Subject: GSM1\nModem: GSM1\nAlphabet: ISO\n"
                           "UDH: false\nLength: 14\n\nHole at \xe1 12\n"));

    CHECK(t != NULL && t->kind == TEXT_MESSAGE);
    CHECK_STR(t->from, "+15555550123");
    CHECK_STR(t->words, "Hole at \303\241 12");
    t = alone("GSM1.x", STR("From: 4915555550123\nAlphabet: UCS2\n\n"
                            "\0H\0\xe1\xd8\x3d\xde\x00"));
    CHECK(t != NULL);
    CHECK_STR(t->from, "+4915555550123");
    CHECK_STR(t->words, "H\303\241\360\237\230\200");
    t = alone("GSM1.x", STR("From: 15555550123\nAlphabet: UTF-8\n\n"
                            "\303\241"));
    CHECK(t != NULL);
    CHECK_STR(t->words, "\303\241");
    t = alone("GSM1.x", STR("From: 24273\nAlphabet: ISO\n\nSale!"));
    CHECK(t != NULL);
    CHECK_STR(t->from, "24273");
    t = alone("GSM1.x", STR("From: 15555550123\nAlphabet: ISO\n\n"
                            "SMS STATUS REPORT\nMessage_id: 117\n"));
    CHECK(t != NULL && t->kind == TEXT_NOTHING);
}

static void a_plain_file_may_have_an_id_and_a_date(void)
{
    const struct text *t =
        alone("whatever", STR("from: +1 555 555 0123\r\nId: 42\r\nDate: "
                              "2026-09-21T15:33:20Z\r\nTo: 5555550100\r\n"
                              "\r\nHole\r\n\r\nat 12 Elm\n"));

    CHECK(t != NULL && t->kind == TEXT_MESSAGE && t->sent_at == 1790004800);
    CHECK_STR(t->from, "+15555550123");
    CHECK_STR(t->to, "+15555550100");
    CHECK_STR(t->id, "42");
    CHECK_STR(t->words, "Hole\r\n\r\nat 12 Elm");
}

static void the_same_words_another_time_are_another_text(void)
{
    struct str bytes = STR("From: 15555550123\n\nHole");
    const struct text *t = alone("a", bytes);
    const struct text *again = alone("a", bytes);
    const struct text *other;

    CHECK(t != NULL && again != NULL && str_eq(t->id, again->id));
    spool_pack(&raw, "at", STR("1790000001"));
    spool_pack(&raw, "file", STR("a"));
    spool_pack(&raw, "text", bytes);
    other = said();
    CHECK(other != NULL && !str_eq(t->id, other->id));
}

static void what_is_no_text_says_why(void)
{
    struct buf big = buf_init(SPOOL_FILE_BYTES);

    CHECK(alone("a", STR("")) == NULL);
    CHECK_STR(str_of(e.text), "no line \"From:\" says who wrote it");
    CHECK(alone("a", STR("\x7f"
                         "ELF\2\1\1\0\0\0")) == NULL);
    CHECK(alone("a", STR("From: \xff\xfe\n\nx")) == NULL);
    CHECK(alone("a", STR("From: 1\nAlphabet: binary\n\nx")) == NULL);
    CHECK(alone("IN20260921_153320_00_+1_00.txt",
                STR("[SMSBackup000]\nPDU = Deliver\n")) == NULL);
    while (buf_add(&big, STR("X: y\n")) == 0)
        ;
    CHECK(alone("a", buf_str(&big)) == NULL);
    buf_free(&big);
    CHECK(spool_read(&(struct text *){ NULL }, RAW_JSON, STR("{}"), &a, &e) <
          0);
}

int main(void)
{
    a_file_of_gammu_has_its_sender_in_its_name();
    parts_of_gammu_are_one_text();
    a_name_is_told_from_one_like_it();
    a_file_of_smstools_has_headers();
    a_plain_file_may_have_an_id_and_a_date();
    the_same_words_another_time_are_another_text();
    what_is_no_text_says_why();
    buf_free(&raw);
    arena_free(&a);
    return tap_done();
}
