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

bool utf8_valid(struct str s)
{
    while (s.n > 0) {
        size_t n = s.p[0] == '\0' ? 0 : utf8_len(s);

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

struct str utf8_clean(struct arena *a, struct str s)
{
    struct buf out = buf_init(s.n * 3 + 1);
    bool ascii = true;
    struct str clean;
    char *nfc;

    while (s.n > 0) {
        size_t len;
        struct str keep = kept(s, &len);

        ascii = ascii && (keep.n == 0 || (unsigned char)keep.p[0] < 0x80);
        buf_add(&out, keep);
        s = str_slice(s, len, s.n);
    }
    nfc =
        ascii ? NULL : g_utf8_normalize(out.p, (gssize)out.n, G_NORMALIZE_NFC);
    clean = arena_str(a, nfc == NULL ? buf_str(&out) : str_of(nfc));
    g_free(nfc);
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
