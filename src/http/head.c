/*
 * The bytes of a request's head. llhttp 8.1 takes some of what is refused
 * here ("X-A:\rNext:", folded lines); a proxy in front may read it otherwise,
 * and that difference is what request smuggling lives on.
 */
#include "http/http_internal.h"

enum { EMPTY_LINES = 2 };

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
}

/* A line feed has come. */
static int line_end(struct head_scan *h)
{
    size_t length = h->in_line - 1; /* without its CR */

    if (!h->cr)
        return 400;
    h->cr = false;
    h->in_line = 0;
    if (length == 0)
        return HEAD_DONE;
    return ++h->lines > HTTP_HEADERS + 1 ? 431 : HEAD_MORE;
}

static int take_byte(struct head_scan *h, unsigned char c)
{
    if (++h->n > HTTP_HEADER_BYTES)
        return 431;
    if (c == '\n')
        return line_end(h);
    if (h->cr || is_control(c))
        return 400;
    if (h->in_line == 0 && h->lines > 0 && (c == ' ' || c == '\t'))
        return 400; /* a folded line (RFC 9112, 5.2) */
    h->cr = c == '\r';
    h->in_line++;
    return HEAD_MORE;
}

int head_scan(struct head_scan *h, struct str in, size_t *used, size_t *skip)
{
    int rc = HEAD_MORE;
    size_t i;

    *skip = 0;
    for (i = 0; i < in.n && rc == HEAD_MORE; i++) {
        rc = take_byte(h, (unsigned char)in.p[i]);
        if (rc == HEAD_DONE && h->lines == 0) {
            /* RFC 9112, 2.2: an empty line before the request is let pass */
            *skip = i + 1;
            rc = h->n > 2 * EMPTY_LINES ? 400 : HEAD_MORE;
        }
    }
    *used = i;
    return rc;
}
