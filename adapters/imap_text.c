#include "imap_text.h"

#include "base/utf8.h"

enum {
    SET_RANGES = 60, /* keeps a command well below RFC 2683's 1,000 octets */
    SET_UIDS = 1000,
};

bool imap_text_safe(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == 0)
            return false;
    }
    return true;
}

void imap_text_quoted(struct buf *out, struct str s)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            buf_byte(out, '\\');
        buf_byte(out, s.p[i]);
    }
    buf_byte(out, '"');
}

/* ---- modified UTF-7 ---- */

struct sextets {
    struct buf *out;
    uint32_t bits;
    int n; /* bits not yet written */
};

static void sextets_put(struct sextets *x, uint32_t unit)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                 "qrstuvwxyz0123456789+,";

    x->bits = x->bits << 16 | unit;
    x->n += 16;
    while (x->n >= 6) {
        x->n -= 6;
        buf_byte(x->out, digits[x->bits >> x->n & 63]);
        x->bits &= (1U << x->n) - 1;
    }
}

static void sextets_end(struct sextets *x)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                 "qrstuvwxyz0123456789+,";

    if (x->n > 0)
        buf_byte(x->out, digits[x->bits << (6 - x->n) & 63]);
    buf_byte(x->out, '-');
}

static uint32_t code_point(struct str s, size_t n)
{
    static const uint32_t lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint32_t c = (unsigned char)s.p[0] & lead[n];

    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
    return c;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c <= 0x7e;
}

/* The run of other characters that name begins with. */
static struct str put_shifted(struct buf *out, struct str name)
{
    struct sextets x = { .out = out };

    buf_byte(out, '&');
    while (name.n > 0 && !is_plain(name.p[0])) {
        size_t n = utf8_len(name);
        uint32_t c;

        if (n == 0) {
            n = 1;
            c = 0xfffd;
        } else {
            c = code_point(name, n);
        }
        if (c > 0xffff) {
            sextets_put(&x, 0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        sextets_put(&x, c);
        name = str_slice(name, n, name.n);
    }
    sextets_end(&x);
    return name;
}

void imap_text_mailbox(struct buf *out, struct str name)
{
    while (name.n > 0) {
        if (!is_plain(name.p[0])) {
            name = put_shifted(out, name);
            continue;
        }
        if (name.p[0] == '&') {
            buf_add(out, STR("&-"));
        } else {
            buf_byte(out, name.p[0]);
        }
        name = str_slice(name, 1, name.n);
    }
}

/* ---- numbers ---- */

size_t imap_text_set(struct buf *out, const uint32_t *uids, size_t n)
{
    size_t i = 0;

    if (n > SET_UIDS)
        n = SET_UIDS;
    for (int ranges = 0; i < n && ranges < SET_RANGES; ranges++) {
        size_t first = i;

        while (i + 1 < n && uids[i + 1] == uids[i] + 1)
            i++;
        buf_printf(out, "%s%u", ranges > 0 ? "," : "", uids[first]);
        if (i > first)
            buf_printf(out, ":%u", uids[i]);
        i++;
    }
    return i;
}

/* What providers say when they have had enough of us, or think so. */
static const struct {
    const char *said;
    int seconds;
    const char *advice;
} known[] = {
    { "[THROTTLED]", 60, "" },
    { "too many simultaneous connections", 600,
      "; close other programs that read this mailbox: each provider allows so "
      "many at once" },
    { "bandwidth limits", 3600,
      "; the mailbox has used up what it may send in a day" },
    { "maximum number of connections", 60, "" },
    { "authenticated but not connected", 300,
      "; the sign-in is good, but not for this mailbox: give it full access "
      "there, and look whether user is the mailbox's own address; the same is "
      "said for some minutes after too many connections" },
};

static size_t known_find(struct str text)
{
    size_t i = 0;

    while (i < COUNT_OF(known) &&
           str_case_find(text, str_of(known[i].said)) == text.n)
        i++;
    return i;
}

int64_t imap_text_backoff(struct str text)
{
    static const struct str before = { "backoff time:", 13 };
    size_t at = str_case_find(text, before);
    size_t i = known_find(text);
    int64_t ms = i < COUNT_OF(known) ? (int64_t)known[i].seconds * 1000 : 0;
    int64_t said;

    if (at == text.n)
        return ms;
    text = str_trim(str_slice(text, at + before.n, text.n));
    if (!str_int(str_word(&text), &said) || said < 0)
        return ms;
    return said;
}

const char *imap_text_advice(struct str text)
{
    size_t i = known_find(text);

    return i < COUNT_OF(known) ? known[i].advice : "";
}
