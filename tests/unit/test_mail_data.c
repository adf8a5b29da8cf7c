/*
 * Some hundred real mails: every one gives a message, delivery reports and
 * absence notes are told from people, and the headers read as another parser
 * reads them. The shares are held a little below what was reached.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/utf8.h"
#include "mail_tests.h"

struct share {
    const char *what;
    int good, all;
    int wanted; /* in percent */
};

enum {
    BOUNCES,
    AUTOREPLIES,
    REPORTS,
    PEOPLE,
    SUBJECTS,
    SENDERS,
    ANSWERS,
    SHARES
};

static struct share shares[SHARES] = {
    [BOUNCES] = { "bounces told", 0, 0, 97 },
    [AUTOREPLIES] = { "absence notes told", 0, 0, 100 },
    [REPORTS] = { "abuse reports told", 0, 0, 100 },
    [PEOPLE] = { "other mail not taken for a bounce", 0, 0, 99 },
    [SUBJECTS] = { "subjects as Python reads them", 0, 0, 96 },
    [SENDERS] = { "senders as Stalwart reads them", 0, 0, 95 },
    [ANSWERS] = { "answers folded as marked", 0, 0, 30 },
};

static void count(int share, bool good)
{
    shares[share].all++;
    shares[share].good += good;
}

static char *shared(const char *path)
{
    const char *set = getenv("INLET_SHARED");

    return arena_printf(&arena, "%s/data/%s", set == NULL ? "../shared" : set,
                        path);
}

static bool has_kind(const json_t *row, const char *kind)
{
    const json_t *kinds = json_object_get(row, "kind");
    const json_t *one;
    size_t i;

    json_array_foreach(kinds, i, one)
    {
        if (strcmp(json_string_value(one), kind) == 0)
            return true;
    }
    return false;
}

/* Equal but for blanks, which parsers fold differently. */
static bool same_words(struct str a, struct str b)
{
    struct str left;
    struct str right;

    do {
        left = str_word(&a);
        right = str_word(&b);
        if (!str_eq(left, right))
            return false;
    } while (left.n > 0 || right.n > 0);
    return true;
}

static void all_text_is_clean(const struct message *m)
{
    bool clean = utf8_valid(m->text) && utf8_valid(m->visible) &&
                 utf8_valid(m->subject) && utf8_valid(m->sender.name) &&
                 utf8_valid(m->sender.address) && utf8_valid(m->reply_to) &&
                 utf8_valid(m->message_id);

    for (const struct attachment *at = m->attachments; at; at = at->next)
        clean = clean && utf8_valid(at->name) && utf8_valid(at->media_type);
    CHECK(clean);
}

static void automatic_count(const json_t *row, const struct message *m)
{
    bool bounce = has_kind(row, "bounce");
    bool report = has_kind(row, "arf") || has_kind(row, "report");

    if (bounce)
        count(BOUNCES, m->automatic == AUTOMATIC_BOUNCE);
    if (has_kind(row, "autoreply"))
        count(AUTOREPLIES, m->automatic == AUTOMATIC_REPLY);
    if (has_kind(row, "arf"))
        count(REPORTS, m->automatic == AUTOMATIC_REPORT);
    if (!bounce && !report && !has_kind(row, "auto"))
        count(PEOPLE, m->automatic != AUTOMATIC_BOUNCE);
}

/* Python shows raw bytes as U+FFFD and leaves encoded words: not compared. */
static void subject_count(const json_t *row, const struct message *m)
{
    struct str subject =
        str_of(json_string_value(json_object_get(row, "py_subject")));

    if (str_find(subject, STR("\xef\xbf\xbd")) == subject.n &&
        str_find(subject, STR("=?")) == subject.n)
        count(SUBJECTS, same_words(utf8_clean(&arena, subject), m->subject));
}

static const json_t *first(const json_t *list)
{
    return json_array_get(list, 0);
}

/* Stalwart's own reading: {"headers":[{"name":"from","value":...}]}. */
static const json_t *stalwart_from(const json_t *expected)
{
    const json_t *parts = json_object_get(expected, "parts");
    const json_t *headers = json_object_get(first(parts), "headers");
    const json_t *one;
    size_t i;

    json_array_foreach(headers, i, one)
    {
        const json_t *name = json_object_get(one, "name");

        if (json_is_string(name) &&
            strcmp(json_string_value(name), "from") == 0) {
            const json_t *value = json_object_get(one, "value");
            const json_t *list = json_object_get(value, "Address");

            list = json_object_get(list, "List");
            return json_object_get(first(list), "address");
        }
    }
    return NULL;
}

static void sender_count(const json_t *row, const struct message *m)
{
    const char *path = json_string_value(json_object_get(row, "expected"));
    json_t *expected;
    const json_t *from;

    if (path == NULL)
        return;
    expected =
        json_load_file(shared(arena_printf(&arena, "mime/%s", path)), 0, NULL);
    from = stalwart_from(expected);
    if (json_is_string(from)) {
        bool same = str_eq(m->sender.address, str_of(json_string_value(from)));

        count(SENDERS, same);
        if (!same)
            printf("# %s: \"%.*s\" for \"%s\"\n", path,
                   STR_FMT(m->sender.address), json_string_value(from));
    }
    json_decref(expected);
}

static void parts_agree(struct str bytes, const struct message *m)
{
    struct raw raw = { .bytes = bytes };
    bool agree = true;

    for (const struct attachment *at = m->attachments; at; at = at->next) {
        struct str part = STR_NONE;
        struct error e;

        agree = agree && mail_part(&part, &raw, at->part, &arena, &e) == 0 &&
                (int64_t)part.n == at->size;
    }
    CHECK(agree);
}

static void row_check(const json_t *row)
{
    const char *path = json_string_value(json_object_get(row, "path"));
    struct message m;
    struct str bytes;
    struct error e;

    if (file_read(&arena, shared(arena_printf(&arena, "mime/%s", path)),
                  64UL << 20, &bytes, &e) != 0)
        return;
    m = read_bytes(bytes, "");
    all_text_is_clean(&m);
    parts_agree(bytes, &m);
    automatic_count(row, &m);
    subject_count(row, &m);
    sender_count(row, &m);
}

/* The marks of English and Spanish mail; the others await their tables. */
static void answer_check(const json_t *row)
{
    const json_t *visible = json_object_get(row, "visible");
    struct str body = str_of(json_string_value(json_object_get(row, "body")));
    struct message m;

    if (!json_is_string(visible) || body.n == 0)
        return;
    m = read_bytes(
        str_of(arena_printf(&arena,
                            "Subject: Re: x\nContent-Type: text/plain;"
                            " charset=utf-8\n\n%.*s",
                            STR_FMT(body))),
        "");
    count(ANSWERS,
          same_words(m.visible,
                     utf8_clean(&arena, str_of(json_string_value(visible)))));
}

static void lines_each(const char *path, void (*each)(const json_t *))
{
    struct str lines;
    struct error e;

    if (file_read(&arena, shared(path), 16UL << 20, &lines, &e) != 0) {
        printf("ok %d # SKIP no ../shared/data\n", ++tap_run);
        return;
    }
    while (lines.n > 0) {
        struct str line = str_line(&lines);
        json_t *row = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);

        if (row != NULL)
            each(row);
        json_decref(row);
    }
}

int main(void)
{
    lines_each("mime/index.jsonl", row_check);
    lines_each("replies.jsonl", answer_check);
    for (size_t i = 0; i < SHARES; i++) {
        const struct share *s = &shares[i];

        printf("# %s: %d of %d\n", s->what, s->good, s->all);
        CHECK(s->good * 100 >= s->all * s->wanted);
    }
    arena_free(&arena);
    return tap_done();
}
