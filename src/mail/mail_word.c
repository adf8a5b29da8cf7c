/*
 * Header text for people: encoded words (RFC 2047, RFC 2231 section 5), raw
 * UTF-8 (RFC 6532) and raw bytes of no said charset. Neighbouring words of one
 * charset are joined as bytes first: programs cut them within characters.
 */
#include <ctype.h>

#include "base/utf8.h"
#include "mail/mail_internal.h"

enum { WORD_MAX = 2000 }; /* RFC 2047 says 75; nobody listens */

struct word {
    struct str charset;
    char encoding; /* 'b' or 'q' */
    struct str text;
    size_t len; /* of the whole word */
};

/* The word s begins with; false: it is none. */
static bool word_read(struct str s, struct word *w)
{
    struct str rest = str_slice(s, 2, WORD_MAX);
    struct str charset = str_until(&rest, STR("?"));
    struct str lang = charset;
    size_t end;

    if (charset.n == 0 || charset.n > 60 || rest.n < 3 || rest.p[1] != '?')
        return false;
    w->charset = str_until(&lang, STR("*"));
    w->encoding = g_ascii_tolower(rest.p[0]);
    rest = str_slice(rest, 2, rest.n);
    end = str_find(rest, STR("?="));
    if (end >= rest.n || (w->encoding != 'b' && w->encoding != 'q'))
        return false;
    w->text = str_slice(rest, 0, end);
    w->len = (size_t)(w->text.p - s.p) + end + 2;
    return true;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void q_decode(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        int high = s.p[i] == '=' && i + 2 < s.n ? hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex(s.p[i + 2]) : -1;

        if (low >= 0) {
            buf_byte(out, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_add(out, s.p[i] == '_' ? STR(" ") : str_slice(s, i, i + 1));
        }
    }
}

struct decoder {
    struct arena *a;
    struct buf out;
    struct buf bytes; /* of words not converted yet */
    struct str charset;
};

static void word_flush(struct decoder *d)
{
    if (d->bytes.n > 0)
        buf_add(&d->out, charset_text(d->a, buf_str(&d->bytes), d->charset));
    buf_clear(&d->bytes);
}

static void word_take(struct decoder *d, const struct word *w)
{
    if (!str_case_eq(d->charset, w->charset))
        word_flush(d);
    d->charset = w->charset;
    if (w->encoding == 'q') {
        q_decode(&d->bytes, w->text);
    } else {
        buf_add(&d->bytes,
                transfer_decode(d->a, w->text, GMIME_CONTENT_ENCODING_BASE64));
    }
}

static bool only_blanks(struct str s)
{
    return str_trim(s).n == 0;
}

static void plain_take(struct decoder *d, struct str s)
{
    word_flush(d);
    s = charset_text(d->a, s, STR_NONE);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\r' && s.p[i] != '\n')
            buf_byte(&d->out, s.p[i]);
    }
}

static void words_decode(struct decoder *d, struct str raw)
{
    bool after_word = false;

    while (raw.n > 0) {
        struct word w = { 0 };
        size_t at = 0;
        bool found = false;

        while (!found && at < raw.n) {
            at += str_find(str_slice(raw, at, raw.n), STR("=?"));
            found = at < raw.n && word_read(str_slice(raw, at, raw.n), &w);
            at += found || at == raw.n ? 0 : 2;
        }
        at = at > raw.n ? raw.n : at;
        if (at > 0 &&
            !(found && after_word && only_blanks(str_slice(raw, 0, at))))
            plain_take(d, str_slice(raw, 0, at));
        if (found)
            word_take(d, &w);
        after_word = found;
        raw = str_slice(raw, at + w.len, raw.n);
    }
    word_flush(d);
}

struct str header_text(struct arena *a, struct str raw)
{
    struct decoder d = { .a = a };
    struct str text;

    d.out = buf_init(raw.n * 4 + 16);
    d.bytes = buf_init(raw.n + 16);
    words_decode(&d, raw);
    text = str_trim(utf8_clean(a, buf_str(&d.out)));
    buf_free(&d.out);
    buf_free(&d.bytes);
    return text;
}
