#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST = 256 };

static bool room_for(struct buf *b, size_t n)
{
    size_t size = b->size < FIRST ? FIRST : b->size;

    if (n > b->max || b->n > b->max - n) {
        b->over = true;
        return false;
    }
    if (b->size - b->n > n) /* one more byte, for a NUL */
        return true;
    while (size - b->n <= n)
        size *= 2;
    if (size > b->max + 1)
        size = b->max + 1;
    b->p = realloc(b->p, size);
    if (b->p == NULL) {
        fputs("inlet: out of memory\n", stderr);
        abort();
    }
    b->size = size;
    return true;
}

char *buf_room(struct buf *b, size_t n)
{
    char *p;

    if (!room_for(b, n))
        return NULL;
    p = b->p + b->n;
    b->n += n;
    return p;
}

int buf_add(struct buf *b, struct str s)
{
    char *p = buf_room(b, s.n);

    if (p == NULL)
        return E_LIMIT;
    if (s.n > 0)
        memcpy(p, s.p, s.n);
    return 0;
}

int buf_byte(struct buf *b, char c)
{
    return buf_add(b, (struct str){ &c, 1 });
}

int buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    int rc = E_LIMIT;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0 && room_for(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
        rc = 0;
    }
    va_end(again);
    va_end(ap);
    return rc;
}

void buf_drop(struct buf *b, size_t n)
{
    if (n > b->n)
        n = b->n;
    if (n > 0)
        memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
}

const char *buf_cstr(struct buf *b)
{
    if (b->size == 0 && !room_for(b, 0))
        return "";
    if (b->p == NULL)
        return "";
    b->p[b->n] = '\0';
    return b->p;
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->over = false;
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = buf_init(b->max);
}
