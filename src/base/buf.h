/*
 * Bytes that grow, born with the most they may ever hold. A write that would
 * pass that limit changes nothing and marks the buffer as over, so a run of
 * writes needs one check at its end. Running out of memory ends the program.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/error.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t n;
    size_t size; /* allocated */
    size_t max;
    bool over; /* something did not fit */
};

static inline struct buf buf_init(size_t max)
{
    return (struct buf){ .max = max };
}

static inline struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p, b->n };
}

int buf_add(struct buf *b, struct str s); /* 0 or E_LIMIT */
int buf_byte(struct buf *b, char c);
int buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
char *buf_room(struct buf *b, size_t n); /* n bytes to fill, or NULL: over */
void buf_drop(struct buf *b, size_t n);  /* forgets the first n bytes */
const char *buf_cstr(struct buf *b);     /* with a NUL after it */
void buf_clear(struct buf *b);           /* empty, memory kept */
void buf_free(struct buf *b);            /* empty, memory given back */

#endif
