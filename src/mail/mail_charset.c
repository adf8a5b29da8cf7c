/*
 * Charsets. What a mail declares is often wrong, so there is a ladder: what
 * is declared, if every byte fits; UTF-8, if it is; ISO-2022-JP by its escape;
 * what is declared, if few bytes do not fit; Windows-1252.
 *
 * Every converter is opened once, before a worker is sealed, and stays open:
 * the C library would load its tables from files again after a close.
 */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"
#include "mail/mail_internal.h"

enum converter {
    UTF_8,
    CP1252,
    GB18030,
    BIG5,
    CP932,
    EUC_JP,
    ISO_2022_JP,
    UHC,
    ISO_2022_KR,
    CP874,
    UTF_7,
    UTF_16,
    UTF_16BE,
    UTF_16LE,
    UTF_32,
    ISO_8859_2,
    ISO_8859_3,
    ISO_8859_4,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_10,
    ISO_8859_13,
    ISO_8859_14,
    ISO_8859_15,
    ISO_8859_16,
    CP1250,
    CP1251,
    CP1253,
    CP1254,
    CP1255,
    CP1256,
    CP1257,
    CP1258,
    KOI8_R,
    KOI8_U,
    CP437,
    CP850,
    CP852,
    CP855,
    CP866,
    MACINTOSH,
    CONVERTERS
};

static const char *const iconv_names[CONVERTERS] = {
    [UTF_8] = "UTF-8",
    [CP1252] = "CP1252",
    [GB18030] = "GB18030",
    [BIG5] = "BIG5-HKSCS",
    [CP932] = "CP932",
    [EUC_JP] = "EUC-JP-MS",
    [ISO_2022_JP] = "ISO-2022-JP-2",
    [UHC] = "UHC",
    [ISO_2022_KR] = "ISO-2022-KR",
    [CP874] = "CP874",
    [UTF_7] = "UTF-7",
    [UTF_16] = "UTF-16",
    [UTF_16BE] = "UTF-16BE",
    [UTF_16LE] = "UTF-16LE",
    [UTF_32] = "UTF-32",
    [ISO_8859_2] = "ISO-8859-2",
    [ISO_8859_3] = "ISO-8859-3",
    [ISO_8859_4] = "ISO-8859-4",
    [ISO_8859_5] = "ISO-8859-5",
    [ISO_8859_6] = "ISO-8859-6",
    [ISO_8859_7] = "ISO-8859-7",
    [ISO_8859_8] = "ISO-8859-8",
    [ISO_8859_10] = "ISO-8859-10",
    [ISO_8859_13] = "ISO-8859-13",
    [ISO_8859_14] = "ISO-8859-14",
    [ISO_8859_15] = "ISO-8859-15",
    [ISO_8859_16] = "ISO-8859-16",
    [CP1250] = "CP1250",
    [CP1251] = "CP1251",
    [CP1253] = "CP1253",
    [CP1254] = "CP1254",
    [CP1255] = "CP1255",
    [CP1256] = "CP1256",
    [CP1257] = "CP1257",
    [CP1258] = "CP1258",
    [KOI8_R] = "KOI8-R",
    [KOI8_U] = "KOI8-U",
    [CP437] = "CP437",
    [CP850] = "CP850",
    [CP852] = "CP852",
    [CP855] = "CP855",
    [CP866] = "CP866",
    [MACINTOSH] = "MACINTOSH",
};

/* Names as mails spell them, folded to lower case letters and digits. */
static const struct {
    struct str name;
    enum converter is;
} aliases[] = {
    { STR_INIT("utf8"), UTF_8 },
    { STR_INIT("unicode11utf8"), UTF_8 },
    { STR_INIT("usascii"), CP1252 },
    { STR_INIT("ascii"), CP1252 },
    { STR_INIT("ansix341968"), CP1252 },
    { STR_INIT("iso88591"), CP1252 },
    { STR_INIT("latin1"), CP1252 },
    { STR_INIT("windows1252"), CP1252 },
    { STR_INIT("cp1252"), CP1252 },
    { STR_INIT("ansi"), CP1252 },
    { STR_INIT("iso88599"), CP1254 },
    { STR_INIT("latin5"), CP1254 },
    { STR_INIT("gb2312"), GB18030 },
    { STR_INIT("gbk"), GB18030 },
    { STR_INIT("gb18030"), GB18030 },
    { STR_INIT("cp936"), GB18030 },
    { STR_INIT("euccn"), GB18030 },
    { STR_INIT("big5"), BIG5 },
    { STR_INIT("big5hkscs"), BIG5 },
    { STR_INIT("cp950"), BIG5 },
    { STR_INIT("shiftjis"), CP932 },
    { STR_INIT("sjis"), CP932 },
    { STR_INIT("xsjis"), CP932 },
    { STR_INIT("windows31j"), CP932 },
    { STR_INIT("cp932"), CP932 },
    { STR_INIT("eucjp"), EUC_JP },
    { STR_INIT("iso2022jp"), ISO_2022_JP },
    { STR_INIT("iso2022jp2"), ISO_2022_JP },
    { STR_INIT("iso2022jpms"), ISO_2022_JP },
    { STR_INIT("euckr"), UHC },
    { STR_INIT("ksc56011987"), UHC },
    { STR_INIT("ksc5601"), UHC },
    { STR_INIT("cp949"), UHC },
    { STR_INIT("uhc"), UHC },
    { STR_INIT("iso2022kr"), ISO_2022_KR },
    { STR_INIT("tis620"), CP874 },
    { STR_INIT("windows874"), CP874 },
    { STR_INIT("iso885911"), CP874 },
    { STR_INIT("utf7"), UTF_7 },
    { STR_INIT("unicode11utf7"), UTF_7 },
    { STR_INIT("utf16"), UTF_16 },
    { STR_INIT("utf16be"), UTF_16BE },
    { STR_INIT("utf16le"), UTF_16LE },
    { STR_INIT("utf32"), UTF_32 },
    { STR_INIT("iso88592"), ISO_8859_2 },
    { STR_INIT("latin2"), ISO_8859_2 },
    { STR_INIT("iso88593"), ISO_8859_3 },
    { STR_INIT("iso88594"), ISO_8859_4 },
    { STR_INIT("iso88595"), ISO_8859_5 },
    { STR_INIT("iso88596"), ISO_8859_6 },
    { STR_INIT("iso88597"), ISO_8859_7 },
    { STR_INIT("iso88598"), ISO_8859_8 },
    { STR_INIT("iso88598i"), ISO_8859_8 },
    { STR_INIT("iso885910"), ISO_8859_10 },
    { STR_INIT("iso885913"), ISO_8859_13 },
    { STR_INIT("iso885914"), ISO_8859_14 },
    { STR_INIT("iso885915"), ISO_8859_15 },
    { STR_INIT("latin9"), ISO_8859_15 },
    { STR_INIT("iso885916"), ISO_8859_16 },
    { STR_INIT("windows1250"), CP1250 },
    { STR_INIT("cp1250"), CP1250 },
    { STR_INIT("windows1251"), CP1251 },
    { STR_INIT("cp1251"), CP1251 },
    { STR_INIT("windows1253"), CP1253 },
    { STR_INIT("windows1254"), CP1254 },
    { STR_INIT("cp1254"), CP1254 },
    { STR_INIT("windows1255"), CP1255 },
    { STR_INIT("windows1256"), CP1256 },
    { STR_INIT("windows1257"), CP1257 },
    { STR_INIT("windows1258"), CP1258 },
    { STR_INIT("koi8r"), KOI8_R },
    { STR_INIT("koi8u"), KOI8_U },
    { STR_INIT("ibm437"), CP437 },
    { STR_INIT("cp437"), CP437 },
    { STR_INIT("ibm850"), CP850 },
    { STR_INIT("cp850"), CP850 },
    { STR_INIT("ibm852"), CP852 },
    { STR_INIT("cp852"), CP852 },
    { STR_INIT("cp855"), CP855 },
    { STR_INIT("ibm866"), CP866 },
    { STR_INIT("cp866"), CP866 },
    { STR_INIT("macintosh"), MACINTOSH },
    { STR_INIT("macroman"), MACINTOSH },
    { STR_INIT("xmacroman"), MACINTOSH },
};

/* Filled once by charset_prepare(), before any mail is read. */
static struct {
    iconv_t cd;
    bool open;
} converters[CONVERTERS];

/*
 * What GMime asks for, by their own names, in the parameters of Content-*
 * headers: it opens them anew, and finds them loaded.
 */
static const char *const asked_by_gmime[] = {
    "ISO-8859-1", "ISO-8859-9", "GB2312", "GBK",        "BIG5",
    "SHIFT_JIS",  "EUC-KR",     "UHC",    "ISO-2022-JP"
};
static iconv_t kept[COUNT_OF(asked_by_gmime)];

void charset_prepare(void)
{
    for (size_t i = 0; i < COUNT_OF(asked_by_gmime); i++)
        kept[i] = iconv_open("UTF-8", asked_by_gmime[i]);
    for (int i = 0; i < CONVERTERS; i++) {
        iconv_t cd = iconv_open("UTF-8", iconv_names[i]);

        converters[i].cd = cd;
        converters[i].open = (intptr_t)cd != -1; /* else the ladder goes on */
    }
}

static enum converter converter_find(struct str declared)
{
    char folded[32];
    size_t n = 0;

    for (size_t i = 0; i < declared.n && n < sizeof(folded); i++) {
        if (isalnum((unsigned char)declared.p[i]))
            folded[n++] = (char)tolower((unsigned char)declared.p[i]);
    }
    for (size_t i = 0; i < COUNT_OF(aliases); i++) {
        if (str_eq(aliases[i].name, (struct str){ folded, n }))
            return aliases[i].is;
    }
    return CONVERTERS;
}

static size_t high_bytes(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += (unsigned char)s.p[i] >> 7;
    return n;
}

/* A letter that an accent could still have followed: CP1258 writes both. */
static void held_back(struct buf *out, iconv_t cd)
{
    char piece[64];
    char *to = piece;
    size_t room = sizeof(piece);

    if (iconv(cd, NULL, NULL, &to, &room) != (size_t)-1)
        buf_add(out, (struct str){ piece, sizeof(piece) - room });
}

/*
 * Converts all of bytes; what does not fit becomes U+FFFD and is counted.
 * Gives up, returning false, when more than bad_max do not fit.
 */
static bool convert(struct buf *out, enum converter from, struct str bytes,
                    size_t bad_max)
{
    iconv_t cd = converters[from].cd;
    char *in;
    size_t left = bytes.n;
    size_t bad = 0;

    if (!converters[from].open)
        return false;
    /* iconv(3) does not write through it, for all its type says. */
    memcpy(&in, &bytes.p, sizeof(in));
    iconv(cd, NULL, NULL, NULL, NULL);
    while (left > 0 && !out->over) {
        char piece[4096];
        char *to = piece;
        size_t room = sizeof(piece);
        size_t rc = iconv(cd, &in, &left, &to, &room);

        buf_add(out, (struct str){ piece, sizeof(piece) - room });
        if (rc != (size_t)-1 || errno == E2BIG || left == 0)
            continue;
        if (++bad > bad_max)
            return false;
        buf_add(out, STR("\xef\xbf\xbd"));
        in++;
        left--;
    }
    held_back(out, cd);
    return true;
}

static bool try(struct arena *a, enum converter from, struct str bytes,
                size_t bad_max, struct str *out)
{
    struct buf b = buf_init(bytes.n * 4 + 16);
    bool good = convert(&b, from, bytes, bad_max);

    if (good)
        *out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return good;
}

/*
 * Programs of Windows put characters of their own, the circled numbers first
 * of all, into ISO-2022-JP, and half-width kana. The C library's converter
 * has neither; its EUC-JP has both, and is the same bytes with their eighth
 * bit set.
 */
static struct str japanese_eight_bits(struct arena *a, struct str bytes)
{
    char *out = arena_alloc(a, bytes.n * 2 + 1);
    char set = 'B'; /* of one byte; '$': two bytes; 'I': kana */
    size_t n = 0;

    for (size_t i = 0; i < bytes.n; i++) {
        struct str at = str_slice(bytes, i, i + 3);
        bool sign = bytes.p[i] > ' ' && bytes.p[i] < 0x7f;

        if (at.n == 3 &&
            (str_starts(at, STR("\x1b$")) || str_starts(at, STR("\x1b(")))) {
            set = at.p[1] == '$' ? '$' : at.p[2];
            i += 2;
            continue;
        }
        if (sign && set == 'I')
            out[n++] = (char)0x8e;
        out[n++] = sign && (set == '$' || set == 'I')
                       ? (char)(bytes.p[i] | 0x80)
                       : bytes.p[i];
    }
    return (struct str){ out, n };
}

static bool try_japanese(struct arena *a, struct str bytes, struct str *out)
{
    if (try(a, ISO_2022_JP, bytes, 0, out))
        return true;
    return try(a, EUC_JP, japanese_eight_bits(a, bytes), bytes.n / 16, out);
}

/* ISO-2022 and UTF-7 speak in seven bits, UTF-16 and -32 in none. */
static bool seven_bit_means_ascii(enum converter c)
{
    return c != ISO_2022_JP && c != ISO_2022_KR && c != UTF_7 && c != UTF_16 &&
           c != UTF_16BE && c != UTF_16LE && c != UTF_32;
}

struct str charset_text(struct arena *a, struct str bytes, struct str declared)
{
    enum converter c = converter_find(declared);
    size_t high = high_bytes(bytes);
    bool escape = high == 0 &&
                  memchr(bytes.p == NULL ? "" : bytes.p, 0x1b, bytes.n) != NULL;
    struct str out;

    if (high == 0 && !escape && (c == CONVERTERS || seven_bit_means_ascii(c)))
        return bytes;
    /* Text in Latin letters that happens to be UTF-8 is UTF-8. */
    if ((c == UTF_8 || c == CP1252 || c == CONVERTERS) && high > 0 &&
        utf8_valid(bytes))
        return bytes;
    if (escape && str_find(bytes, STR("\x1b$")) < bytes.n && c != ISO_2022_KR &&
        try_japanese(a, bytes, &out))
        return out;
    if (c != CONVERTERS && c != UTF_8 && try(a, c, bytes, 0, &out))
        return out;
    if (utf8_valid(bytes))
        return bytes;
    if (c != CONVERTERS && try(a, c, bytes, high / 8, &out))
        return out;
    return try(a, CP1252, bytes, SIZE_MAX, &out) ? out : bytes;
}

struct str charset_of_html(struct str html)
{
    struct str head = str_slice(html, 0, 1024);
    size_t at = str_case_find(head, STR("charset="));
    struct str name = str_slice(head, at + (at < head.n ? 8 : 0), head.n);
    size_t n = 0;

    if (name.n > 0 && (name.p[0] == '"' || name.p[0] == '\''))
        name = str_slice(name, 1, name.n);
    while (n < name.n && n < 40 &&
           (isalnum((unsigned char)name.p[n]) || name.p[n] == '-' ||
            name.p[n] == '_'))
        n++;
    return str_slice(name, 0, n);
}
