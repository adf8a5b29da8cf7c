#include "base/utf8.h"

#include <glib.h>

#include "base/buf.h"

static bool tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

static size_t len_three(const unsigned char *p)
{
    if (p[0] == 0xe0 && p[1] < 0xa0)
        return 0; /* overlong */
    if (p[0] == 0xed && p[1] > 0x9f)
        return 0; /* a surrogate */
    return tail(p[1]) && tail(p[2]) ? 3 : 0;
}

static size_t len_four(const unsigned char *p)
{
    if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return tail(p[1]) && tail(p[2]) && tail(p[3]) ? 4 : 0;
}

size_t utf8_len(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;

    if (s.n == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xc2 && p[0] < 0xe0 && s.n >= 2)
        return tail(p[1]) ? 2 : 0;
    if (p[0] >= 0xe0 && p[0] < 0xf0 && s.n >= 3)
        return len_three(p);
    if (p[0] >= 0xf0 && p[0] < 0xf5 && s.n >= 4)
        return len_four(p);
    return 0;
}

/* How many bytes at the head of s are kept as they are: ASCII that shows. */
static size_t plain_len(struct str s)
{
    size_t n = 0;

    while (n < s.n && ((s.p[n] >= 0x20 && s.p[n] < 0x7f) || s.p[n] == '\n' ||
                       s.p[n] == '\t'))
        n++;
    return n;
}

bool utf8_valid(struct str s)
{
    while (s.n > 0) {
        size_t n = plain_len(s);

        if (n == 0)
            n = s.p[0] == '\0' ? 0 : utf8_len(s);
        if (n == 0)
            return false;
        s = str_slice(s, n, s.n);
    }
    return true;
}

/* What the character at the head of s is kept as; sets its length. */
static struct str kept(struct str s, size_t *len)
{
    unsigned char c = (unsigned char)s.p[0];

    *len = utf8_len(s);
    if (*len == 0 || c == 0) {
        *len = 1;
        return STR("\xef\xbf\xbd");
    }
    if (c == '\r' && s.n > 1 && s.p[1] == '\n')
        return STR("");
    if (c == '\r')
        return STR("\n");
    if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
        return STR(" ");
    return str_slice(s, 0, *len);
}

/*
 * Characters that are in NFC whatever stands beside them: all before U+0300,
 * the common punctuation from U+2002, emoji. Only others are worth the work.
 */
static bool always_nfc(struct str c)
{
    const unsigned char *p = (const unsigned char *)c.p;

    if (c.n == 3 && p[0] == 0xe2 && p[1] == 0x80)
        return p[2] >= 0x82;
    return c.n <= 1 || (c.n == 2 && p[0] < 0xcc) ||
           (c.n == 4 && p[0] == 0xf0 && p[1] == 0x9f);
}

struct str utf8_clean(struct arena *a, struct str s)
{
    struct buf out = buf_init(s.n * 3 + 1);
    bool nfc = true;
    struct str clean;
    char *made;

    if (plain_len(s) == s.n)
        return arena_str(a, s);
    while (s.n > 0) {
        size_t len = plain_len(s);
        struct str keep = str_slice(s, 0, len);

        if (len == 0) {
            keep = kept(s, &len);
            nfc = nfc && always_nfc(keep);
        }
        buf_add(&out, keep);
        s = str_slice(s, len, s.n);
    }
    made = nfc ? NULL : g_utf8_normalize(out.p, (gssize)out.n, G_NORMALIZE_NFC);
    clean = arena_str(a, made == NULL ? buf_str(&out) : str_of(made));
    g_free(made);
    buf_free(&out);
    return clean;
}

struct str utf8_head(struct str s, size_t n)
{
    if (s.n <= n)
        return s;
    while (n > 0 && tail((unsigned char)s.p[n]))
        n--;
    return str_slice(s, 0, n);
}

struct str utf8_line(struct arena *a, struct str s)
{
    char *out = arena_dup(a, s);

    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f)
            out[i] = ' ';
    }
    return str_trim((struct str){ out, s.n });
}
