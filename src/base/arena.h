/*
 * Memory that is freed all at once. Everything made from one incoming message
 * lives in one arena and dies with it, so nothing on the spine has a free
 * function of its own. Running out of memory ends the program: every raw
 * message is on disk before any work is done on it, and a restart goes on
 * from there.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct arena {
    struct arena_chunk *top;
};

void *arena_alloc(struct arena *a, size_t size);     /* zeroed, aligned */
char *arena_dup(struct arena *a, struct str s);      /* with a NUL after it */
struct str arena_str(struct arena *a, struct str s); /* a copy, seen */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
void arena_free(struct arena *a); /* all of it; a is empty and usable after */

#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))
#define arena_new(a, type)      ((type *)arena_alloc((a), sizeof(type)))

#endif
