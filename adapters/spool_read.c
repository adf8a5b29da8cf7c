/*
 * Files become a text. Formats: gammu's file backend (docs/manual/smsd/
 * files.rst of github.com/gammu/gammu), SMS Server Tools 3 (its "SMS file
 * format"), and our own plain one, which is like the latter; inlet.conf(5).
 * All dates in them but ours are local and without a zone: the file's own time
 * is taken.
 */
#include "base/digest.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "http/form.h"
#include "spine/contact.h"
#include "spool.h"
#include "text_json.h"

enum { HEADERS_MAX = 64, NUMBER_MIN = 8 };

void spool_pack(struct buf *out, const char *key, struct str value)
{
    struct arena a = { 0 };

    buf_printf(out, "%s%s=", out->n > 0 ? "&" : "", key);
    buf_add(out, percent_encode(&a, value));
    arena_free(&a);
}

/* ---- characters ---- */

static void put(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_byte(out, (char)c);
    } else if (c < 0x800) {
        buf_byte(out, (char)(0xc0 | c >> 6));
        buf_byte(out, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        buf_byte(out, (char)(0xe0 | c >> 12));
        buf_byte(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_byte(out, (char)(0x80 | (c & 0x3f)));
    } else {
        buf_byte(out, (char)(0xf0 | c >> 18));
        buf_byte(out, (char)(0x80 | (c >> 12 & 0x3f)));
        buf_byte(out, (char)(0x80 | (c >> 6 & 0x3f)));
        buf_byte(out, (char)(0x80 | (c & 0x3f)));
    }
}

static uint32_t unit(struct str s, size_t at, int high)
{
    unsigned char first = (unsigned char)s.p[at];
    unsigned char second = (unsigned char)s.p[at + 1];

    return high == 0 ? (uint32_t)first << 8 | second
                     : (uint32_t)second << 8 | first;
}

/* UTF-16; high: which of two bytes is the high one. */
static struct str from_utf16(struct str s, int high, struct arena *a)
{
    struct buf out = buf_init(2 * SPOOL_FILE_BYTES);
    struct str text;

    for (size_t i = 0; i + 1 < s.n; i += 2) {
        uint32_t c = unit(s, i, high);

        if (c >= 0xd800 && c < 0xdc00 && i + 3 < s.n) {
            uint32_t low = unit(s, i + 2, high);

            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            }
        }
        put(&out, c);
    }
    text = arena_str(a, buf_str(&out));
    buf_free(&out);
    return text;
}

static struct str from_latin1(struct str s, struct arena *a)
{
    struct buf out = buf_init(2 * SPOOL_FILE_BYTES);
    struct str text;

    for (size_t i = 0; i < s.n; i++)
        put(&out, (unsigned char)s.p[i]);
    text = arena_str(a, buf_str(&out));
    buf_free(&out);
    return text;
}

/* With its mark where it is UTF-16; else UTF-8, or what it then must be. */
static struct str decode(struct str s, struct arena *a)
{
    if (str_starts(s, STR("\xfe\xff")))
        return from_utf16(str_slice(s, 2, s.n), 0, a);
    if (str_starts(s, STR("\xff\xfe")))
        return from_utf16(str_slice(s, 2, s.n), 1, a);
    if (str_starts(s, STR("\xef\xbb\xbf")))
        s = str_slice(s, 3, s.n);
    return utf8_valid(s) ? s : from_latin1(s, a);
}

/* ---- numbers ---- */

/* SMS Server Tools writes a number without its plus. */
static struct str number_of(struct str said, struct arena *a)
{
    struct str number = str_trim(said);
    struct str read;

    if (contact_read(number, a, &read) && str_starts(read, STR("+")))
        return read;
    for (size_t i = 0; i < number.n; i++) {
        if (number.p[i] < '0' || number.p[i] > '9')
            return number;
    }
    if (number.n < NUMBER_MIN)
        return number; /* a short code */
    return str_of(arena_printf(a, "+%.*s", STR_FMT(number)));
}

/* ---- gammu ---- */

static bool digits(struct str *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i >= s->n || s->p[i] < '0' || s->p[i] > '9')
            return false;
    }
    *s = str_slice(*s, n, s->n);
    return true;
}

static bool gap(struct str *s)
{
    bool is = str_starts(*s, STR("_"));

    *s = str_slice(*s, is, s->n);
    return is;
}

bool spool_name(struct str file, struct spool_name *out)
{
    struct str rest = file;
    struct str number;

    if (!str_starts(file, STR("IN")))
        return false;
    rest = str_slice(rest, 2, rest.n);
    if (!digits(&rest, 8) || !gap(&rest) || !digits(&rest, 6) || !gap(&rest) ||
        !digits(&rest, 2) || !gap(&rest))
        return false;
    number = str_until(&rest, STR("_"));
    out->number = number;
    out->all_parts =
        (struct str){ file.p, (size_t)(number.p + number.n - file.p) };
    return number.n > 0 && digits(&rest, 2) && str_eq(rest, STR(".txt"));
}

static int gammu_read(struct text *t, const struct form_field *form,
                      struct arena *a, struct error *e)
{
    struct buf all = buf_init((size_t)2 * SPOOL_PARTS * SPOOL_FILE_BYTES);
    struct spool_name name;
    int rc = 0;

    for (const struct form_field *f = form; f != NULL; f = f->next) {
        if (str_eq(f->name, STR("text")))
            buf_add(&all, decode(f->value, a));
        if (str_eq(f->name, STR("file")) && spool_name(f->value, &name))
            t->from = number_of(name.number, a);
    }
    if (str_find(buf_str(&all), STR("[SMSBackup000]")) < all.n) {
        rc = error(e, E_SYNTAX,
                   "InboxFormat of gammu-smsd must be standard or unicode");
    }
    t->words = arena_str(a, buf_str(&all));
    buf_free(&all);
    return rc;
}

/* ---- headers, an empty line, and the words ---- */

struct letter {
    struct str from, to, alphabet, date, id;
};

static void header_put(struct letter *l, struct str line)
{
    struct str value = line;
    struct str name = str_until(&value, STR(":"));
    const struct {
        struct str name, *to;
    } known[] = {
        { STR("From"), &l->from },
        { STR("To"), &l->to },
        { STR("Alphabet"), &l->alphabet },
        { STR("Date"), &l->date },
        { STR("Id"), &l->id },
    };

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (str_case_eq(name, known[i].name) && known[i].to->n == 0)
            *known[i].to = str_trim(value);
    }
}

static int words_read(struct text *t, const struct letter *l, struct str body,
                      struct arena *a, struct error *e)
{
    if (str_case_starts(l->alphabet, STR("bin")))
        return error(e, E_SYNTAX, "it is binary, and no text");
    if (str_case_starts(l->alphabet, STR("UCS")) ||
        str_case_starts(l->alphabet, STR("Uni")) ||
        str_case_starts(l->alphabet, STR("Chi"))) {
        t->words = from_utf16(body, 0, a);
    } else {
        t->words = decode(body, a);
    }
    while (str_ends(t->words, STR("\n")))
        t->words.n--;
    return 0;
}

static int letter_read(struct text *t, struct str bytes, struct arena *a,
                       struct error *e)
{
    struct letter l = { .from = STR("") };
    struct str rest = bytes;
    int n = 0;

    while (rest.n > 0) {
        struct str line = str_line(&rest);

        if (line.n == 0 || ++n > HEADERS_MAX)
            break;
        header_put(&l, line);
    }
    if (l.from.n == 0 || !utf8_valid(l.from))
        return error(e, E_SYNTAX, "no line \"From:\" says who wrote it");
    t->from = number_of(l.from, a);
    t->to = number_of(l.to, a);
    t->id = l.id;
    if (l.date.n > 0)
        t->sent_at = text_date(l.date);
    if (str_starts(rest, STR("SMS STATUS REPORT")))
        t->kind = TEXT_NOTHING;
    return words_read(t, &l, rest, a, e);
}

int spool_read(struct text **out, enum raw_format format, struct str bytes,
               struct arena *a, struct error *e)
{
    struct text *t = arena_new(a, struct text);
    struct form_field *form = NULL;
    struct spool_name name;
    int rc = format == RAW_FORM ? form_read(&form, bytes, a, e)
                                : error(e, E_SYNTAX, "not a form");

    *out = NULL;
    if (rc < 0)
        return rc;
    t->kind = TEXT_MESSAGE;
    if (!str_int(form_value(form, "at"), &t->sent_at))
        t->sent_at = 0;
    rc = spool_name(form_value(form, "file"), &name)
             ? gammu_read(t, form, a, e)
             : letter_read(t, form_value(form, "text"), a, e);
    if (t->id.n == 0) {
        t->id = str_slice(digest_hex(a, digest(a, DIGEST_SHA256, bytes)), 0,
                          SPOOL_ID);
    }
    if (rc == 0)
        *out = t;
    return rc;
}
