#include "mail/rtf.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/mail_internal.h"

/* ---- unpacking ---- */

enum {
    HEAD = 16,
    DICTIONARY = 4096,
    KIND_PACKED = 0x75465a4c, /* "LZFu" */
    KIND_PLAIN = 0x414c454d,  /* "MELA" */
};

/* What the dictionary begins with (MS-OXRTFCP 2.1.2.1), a fact of the format.
 */
static const char prefilled[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman "
    "\\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New "
    "RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct unpack {
    struct buf out;
    unsigned char dictionary[DICTIONARY];
    size_t at;
};

static uint32_t le32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;

    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
           (uint32_t)b[3] << 24;
}

static void unpack_byte(struct unpack *u, unsigned char c)
{
    u->dictionary[u->at] = c;
    u->at = (u->at + 1) % DICTIONARY;
    buf_byte(&u->out, (char)c);
}

/* false: it refers to where nothing more comes, which is the end. */
static bool unpack_reference(struct unpack *u, unsigned high, unsigned low)
{
    size_t from = high << 4 | low >> 4;
    size_t n = (low & 15) + 2;

    if (from == u->at)
        return false;
    for (size_t i = 0; i < n; i++)
        unpack_byte(u, u->dictionary[(from + i) % DICTIONARY]);
    return true;
}

/* Eight of them under one byte, whose bits say which are references. */
static bool unpack_run(struct unpack *u, struct str *in)
{
    unsigned flags = (unsigned char)in->p[0];

    *in = str_slice(*in, 1, in->n);
    for (int bit = 0; bit < 8 && in->n > 0; bit++) {
        bool refers = (flags >> bit & 1) != 0;
        size_t n = refers ? 2 : 1;

        if (n > in->n)
            return false;
        if (!refers) {
            unpack_byte(u, (unsigned char)in->p[0]);
        } else if (!unpack_reference(u, (unsigned char)in->p[0],
                                     (unsigned char)in->p[1])) {
            return false;
        }
        *in = str_slice(*in, n, in->n);
    }
    return !u->out.over;
}

struct str rtf_unpack(struct arena *a, struct str packed, size_t max)
{
    struct unpack u = { .at = sizeof(prefilled) - 1 };
    struct str in = str_slice(packed, HEAD, packed.n);
    struct str out = STR_NONE;

    if (packed.n < HEAD)
        return STR_NONE;
    if (le32(packed.p + 8) == KIND_PLAIN)
        return str_slice(in, 0, max);
    if (le32(packed.p + 8) != KIND_PACKED)
        return STR_NONE;
    u.out = buf_init(max);
    memcpy(u.dictionary, prefilled, sizeof(prefilled) - 1);
    while (in.n > 0 && unpack_run(&u, &in))
        ;
    if (!u.out.over)
        out = arena_str(a, buf_str(&u.out));
    buf_free(&u.out);
    return out;
}

/* ---- its words ---- */

enum { GROUPS_MAX = 64, WORD_MAX = 32 };

struct group {
    bool hidden;
    int skip; /* letters that stand for a \u where it is not known */
};

struct rtf {
    struct arena *a;
    struct str rest;
    struct buf bytes; /* of the code page, not yet text */
    struct buf text;
    struct str charset;
    struct group groups[GROUPS_MAX];
    int depth;     /* may count on where groups end */
    int pass;      /* so many letters stand for the last \u */
    uint32_t half; /* of a letter that needs two */
};

/* Groups that hold no words. */
static const struct str hidden[] = {
    STR_INIT("fonttbl"),   STR_INIT("colortbl"),  STR_INIT("stylesheet"),
    STR_INIT("info"),      STR_INIT("pict"),      STR_INIT("object"),
    STR_INIT("header"),    STR_INIT("footer"),    STR_INIT("generator"),
    STR_INIT("listtable"), STR_INIT("themedata"),
};

static const struct {
    struct str word, text;
} spoken[] = {
    { STR_INIT("par"), STR_INIT("\n") },
    { STR_INIT("line"), STR_INIT("\n") },
    { STR_INIT("row"), STR_INIT("\n") },
    { STR_INIT("tab"), STR_INIT("\t") },
    { STR_INIT("cell"), STR_INIT("\t") },
    { STR_INIT("lquote"), STR_INIT("\xe2\x80\x98") },
    { STR_INIT("rquote"), STR_INIT("\xe2\x80\x99") },
    { STR_INIT("ldblquote"), STR_INIT("\xe2\x80\x9c") },
    { STR_INIT("rdblquote"), STR_INIT("\xe2\x80\x9d") },
    { STR_INIT("endash"), STR_INIT("\xe2\x80\x93") },
    { STR_INIT("emdash"), STR_INIT("\xe2\x80\x94") },
    { STR_INIT("bullet"), STR_INIT("\xe2\x80\xa2") },
};

static struct group *group_now(struct rtf *r)
{
    return &r->groups[r->depth < GROUPS_MAX ? r->depth : GROUPS_MAX - 1];
}

static void bytes_flush(struct rtf *r)
{
    if (r->bytes.n > 0)
        buf_add(&r->text, charset_text(r->a, buf_str(&r->bytes), r->charset));
    buf_clear(&r->bytes);
}

static void text_put(struct rtf *r, struct str text)
{
    if (group_now(r)->hidden)
        return;
    bytes_flush(r);
    buf_add(&r->text, text);
}

static void byte_put(struct rtf *r, char c)
{
    if (r->pass > 0) {
        r->pass--;
    } else if (!group_now(r)->hidden) {
        buf_byte(&r->bytes, c);
    }
}

/* One letter as UTF-8; pairs of halves (UTF-16) are put together first. */
static void letter_put(struct rtf *r, uint32_t c)
{
    char out[4];
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    for (size_t i = n; i > 1; i--) {
        out[i - 1] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(n == 1 ? c : c | (0xf00U >> n & 0xff));
    text_put(r, (struct str){ out, n });
}

static void unicode_put(struct rtf *r, long n)
{
    uint32_t c = (uint32_t)n & 0xffff;

    r->pass = group_now(r)->skip;
    if (c >= 0xd800 && c < 0xdc00) {
        r->half = c;
    } else if (c >= 0xdc00 && c < 0xe000) {
        if (r->half != 0)
            letter_put(r, 0x10000 + ((r->half & 0x3ff) << 10) + (c & 0x3ff));
        r->half = 0;
    } else {
        letter_put(r, c);
    }
}

static bool is_hidden(struct str word)
{
    for (size_t i = 0; i < COUNT_OF(hidden); i++) {
        if (str_eq(hidden[i], word))
            return true;
    }
    return false;
}

static void word_do(struct rtf *r, struct str word, long n)
{
    if (str_eq(word, STR("u"))) {
        unicode_put(r, n);
    } else if (str_eq(word, STR("uc"))) {
        group_now(r)->skip = n >= 0 && n < 10 ? (int)n : 1;
    } else if (str_eq(word, STR("bin"))) {
        r->rest = str_slice(r->rest, n < 0 ? 0 : (size_t)n, r->rest.n);
    } else if (str_eq(word, STR("ansicpg"))) {
        r->charset = str_of(arena_printf(r->a, "windows-%ld", n));
    } else if (is_hidden(word)) {
        group_now(r)->hidden = true;
    }
    for (size_t i = 0; i < COUNT_OF(spoken); i++) {
        if (str_eq(spoken[i].word, word))
            text_put(r, spoken[i].text);
    }
}

/* The number behind a word, and the blank that ends it. */
static long word_number(struct rtf *r)
{
    bool minus = str_starts(r->rest, STR("-"));
    size_t i = minus ? 1 : 0;
    long n = 0;

    for (; i < r->rest.n && isdigit((unsigned char)r->rest.p[i]); i++)
        n = n < 1000000 ? n * 10 + (r->rest.p[i] - '0') : n;
    if (i < r->rest.n && r->rest.p[i] == ' ')
        i++;
    r->rest = str_slice(r->rest, i, r->rest.n);
    return minus ? -n : n;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/* What stands behind a backslash. */
static void control_take(struct rtf *r)
{
    struct str word = { r->rest.p, 0 };
    char c = r->rest.p[0];

    while (word.n < r->rest.n && word.n < WORD_MAX &&
           isalpha((unsigned char)r->rest.p[word.n]))
        word.n++;
    if (word.n > 0) {
        r->rest = str_slice(r->rest, word.n, r->rest.n);
        word_do(r, word, word_number(r));
        return;
    }
    r->rest = str_slice(r->rest, 1, r->rest.n);
    if (c == '\'' && r->rest.n >= 2) {
        byte_put(r, (char)(hex(r->rest.p[0]) * 16 + hex(r->rest.p[1])));
        r->rest = str_slice(r->rest, 2, r->rest.n);
    } else if (c == '*') {
        group_now(r)->hidden = true;
    } else if (c == '~') {
        text_put(r, STR(" "));
    } else if (c == '\n' || c == '\r') {
        text_put(r, STR("\n"));
    } else if (c == '{' || c == '}' || c == '\\') {
        byte_put(r, c);
    }
}

static void group_open(struct rtf *r)
{
    struct group now = *group_now(r);

    r->depth++;
    *group_now(r) = now;
}

static void one_take(struct rtf *r)
{
    char c = r->rest.p[0];

    r->rest = str_slice(r->rest, 1, r->rest.n);
    if (c == '\\') {
        if (r->rest.n > 0)
            control_take(r);
    } else if (c == '{') {
        group_open(r);
    } else if (c == '}') {
        r->depth -= r->depth > 0;
    } else if (c != '\r' && c != '\n') {
        byte_put(r, c);
    }
}

struct str rtf_text(struct arena *a, struct str rtf)
{
    struct rtf r = { .a = a,
                     .rest = rtf,
                     .bytes = buf_init(MESSAGE_TEXT_MAX),
                     .text = buf_init(2UL * MESSAGE_TEXT_MAX),
                     .charset = STR("windows-1252"),
                     .groups = { { .skip = 1 } } };
    struct str text;

    if (!str_starts(rtf, STR("{\\rtf")))
        return STR_NONE;
    while (r.rest.n > 0)
        one_take(&r);
    bytes_flush(&r);
    text = utf8_clean(a, buf_str(&r.text));
    buf_free(&r.bytes);
    buf_free(&r.text);
    return text;
}
