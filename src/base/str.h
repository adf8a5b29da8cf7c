/*
 * A string seen, not owned: a pointer and a length into bytes that someone
 * else keeps alive. It need not end in a NUL and may hold one.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
#define STR_FMT(s)   (int)(s).n, (s).p /* for "%.*s" */

/* The same where C wants a constant: in the tables of a file. */
/* clang-format off */
#define STR_INIT(literal) { (literal), sizeof(literal) - 1 }
/* clang-format on */

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline struct str str_of(const char *z)
{
    return (struct str){ z, z == NULL ? 0 : strlen(z) };
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The bytes of s from begin up to, not with, end; clamped to s. */
static inline struct str str_slice(struct str s, size_t begin, size_t end)
{
    if (end > s.n)
        end = s.n;
    if (begin > end)
        begin = end;
    return (struct str){ begin == 0 ? s.p : s.p + begin, end - begin };
}

bool str_case_eq(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str with);
bool str_case_starts(struct str s, struct str with);
bool str_ends(struct str s, struct str with);
int str_cmp(struct str a, struct str b); /* by bytes, as memcmp orders */

/* Where needle first stands in s, or s.n where it does not. */
size_t str_find(struct str s, struct str needle);
size_t str_case_find(struct str s, struct str needle);

struct str str_trim(struct str s); /* blanks: space, tab, CR, LF */

/* Cuts s at the first blanks: returns what is before, leaves the rest. */
struct str str_word(struct str *s);

/* Cuts s at the first sep: returns what is before it, leaves what is after. */
struct str str_until(struct str *s, struct str sep);

/* Cuts the first line off s, without its CR LF or LF. */
struct str str_line(struct str *s);

/* Reads a whole decimal number, with or without a sign. False: it is none. */
bool str_int(struct str s, int64_t *out);
bool str_double(struct str s, double *out);

#endif
