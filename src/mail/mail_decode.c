/*
 * Transfer encodings (RFC 2045). base64 is our own, since what is cut or lacks
 * its padding must keep its tail; the rest is GMime's.
 */
#include "mail/mail_internal.h"

/* The six bits of each character; 64: not one of the alphabet. */
static const unsigned char six_bits[256] = {
#define N4   64, 64, 64, 64
#define N16  N4, N4, N4, N4
#define R(n) (n), (n) + 1, (n) + 2, (n) + 3, (n) + 4
    N16,   N16, N4, N4, 64, 64,  64,  62,    64,    64,    64,    63,    R(52),
    R(57), 64,  64, 64, 64, 64,  64,  64,    R(0),  R(5),  R(10), R(15), R(20),
    25,    64,  64, 64, 64, 64,  64,  R(26), R(31), R(36), R(41), R(46), 51,
    64,    64,  64, 64, 64, N16, N16, N16,   N16,   N16,   N16,   N16,   N16,
#undef N4
#undef N16
#undef R
};

static struct str base64_decode(struct arena *a, struct str s)
{
    unsigned char *out = arena_alloc(a, s.n / 4 * 3 + 4);
    const unsigned char *in = (const unsigned char *)s.p;
    const unsigned char *end = in + s.n;
    size_t n = 0;
    uint32_t bits = 0;
    int have = 0;

    while (in < end) {
        unsigned char six;

        while (have == 0 && end - in >= 4 &&
               ((six_bits[in[0]] | six_bits[in[1]] | six_bits[in[2]] |
                 six_bits[in[3]]) &
                64) == 0) {
            bits = (uint32_t)six_bits[in[0]] << 18 |
                   (uint32_t)six_bits[in[1]] << 12 |
                   (uint32_t)six_bits[in[2]] << 6 | six_bits[in[3]];
            out[n++] = (unsigned char)(bits >> 16);
            out[n++] = (unsigned char)(bits >> 8);
            out[n++] = (unsigned char)bits;
            in += 4;
        }
        if (in == end)
            break;
        six = six_bits[*in];
        /* "=" ends one run; another may follow where two were joined. */
        have = *in == '=' ? 0 : have;
        in++;
        if (six == 64)
            continue;
        bits = bits << 6 | six;
        if (++have > 1)
            out[n++] = (unsigned char)(bits >> (6 - 2 * (have - 1)));
        have = have == 4 ? 0 : have;
    }
    return (struct str){ (const char *)out, n };
}

static struct str gmime_decode(struct arena *a, struct str s,
                               GMimeContentEncoding encoding)
{
    GMimeEncoding state;
    char *out;
    size_t n;

    g_mime_encoding_init_decode(&state, encoding);
    if (encoding == GMIME_CONTENT_ENCODING_UUENCODE)
        state.state |= GMIME_UUDECODE_STATE_BEGIN;
    out = arena_alloc(a, g_mime_encoding_outlen(&state, s.n) + 64);
    n = g_mime_encoding_flush(&state, s.p == NULL ? "" : s.p, s.n, out);
    return (struct str){ out, n };
}

/* What follows the line "begin 644 photo.jpg"; all of it where there is none.
 */
static struct str uu_lines(struct str bytes)
{
    struct str rest = bytes;

    while (rest.n > 0) {
        struct str line = str_line(&rest);

        if (str_starts(line, STR("begin ")))
            return rest;
    }
    return bytes;
}

struct str transfer_decode(struct arena *a, struct str bytes,
                           GMimeContentEncoding encoding)
{
    if (bytes.n == 0)
        return bytes;
    if (encoding == GMIME_CONTENT_ENCODING_BASE64)
        return base64_decode(a, bytes);
    if (encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
        return gmime_decode(a, bytes, encoding);
    if (encoding == GMIME_CONTENT_ENCODING_UUENCODE)
        return gmime_decode(a, uu_lines(bytes), encoding);
    return bytes;
}
