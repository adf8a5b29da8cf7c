#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 16 * 1024 };

struct arena_chunk {
    struct arena_chunk *below;
    size_t used;
    size_t size;
    alignas(max_align_t) char bytes[];
};

static void chunk_push(struct arena *a, size_t need)
{
    size_t size = need > CHUNK ? need : CHUNK;
    struct arena_chunk *c = calloc(1, sizeof(*c) + size);

    if (c == NULL) {
        fputs("inlet: out of memory\n", stderr);
        abort();
    }
    c->below = a->top;
    c->size = size;
    a->top = c;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t mask = alignof(max_align_t) - 1;
    char *p;

    size = (size + mask) & ~mask;
    if (a->top == NULL || a->top->size - a->top->used < size)
        chunk_push(a, size);
    p = a->top->bytes + a->top->used;
    a->top->used += size;
    return p;
}

char *arena_dup(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);

    if (s.n > 0)
        memcpy(p, s.p, s.n);
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){ arena_dup(a, s), s.n };
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    char *p;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    p = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
    if (n >= 0)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return p;
}

void arena_free(struct arena *a)
{
    while (a->top != NULL) {
        struct arena_chunk *c = a->top;

        a->top = c->below;
        free(c);
    }
}
