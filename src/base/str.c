#include "base/str.h"

#include <stdlib.h>
#include <strings.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool str_case_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool str_starts(struct str s, struct str with)
{
    return s.n >= with.n && str_eq(str_slice(s, 0, with.n), with);
}

bool str_case_starts(struct str s, struct str with)
{
    return s.n >= with.n && str_case_eq(str_slice(s, 0, with.n), with);
}

bool str_ends(struct str s, struct str with)
{
    return s.n >= with.n && str_eq(str_slice(s, s.n - with.n, s.n), with);
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

size_t str_find(struct str s, struct str needle)
{
    const char *at = s.n == 0 ? NULL : memmem(s.p, s.n, needle.p, needle.n);

    return at == NULL ? s.n : (size_t)(at - s.p);
}

size_t str_case_find(struct str s, struct str needle)
{
    for (size_t i = 0; i + needle.n <= s.n; i++) {
        if (strncasecmp(s.p + i, needle.p, needle.n) == 0)
            return i;
    }
    return s.n;
}

struct str str_trim(struct str s)
{
    while (s.n > 0 && blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct str str_word(struct str *s)
{
    struct str word = str_trim(*s);
    size_t n = 0;

    while (n < word.n && !blank(word.p[n]))
        n++;
    *s = str_trim(str_slice(word, n, word.n));
    word.n = n;
    return word;
}

struct str str_until(struct str *s, struct str sep)
{
    size_t at = str_find(*s, sep);
    struct str head = str_slice(*s, 0, at);

    *s = str_slice(*s, at + (at < s->n ? sep.n : 0), s->n);
    return head;
}

struct str str_line(struct str *s)
{
    struct str line = str_until(s, STR("\n"));

    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

bool str_int(struct str s, int64_t *out)
{
    bool minus = s.n > 0 && s.p[0] == '-';
    size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0;
    int64_t n = 0;

    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        if (__builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, s.p[i] - '0', &n))
            return false;
    }
    *out = minus ? -n : n;
    return true;
}

bool str_double(struct str s, double *out)
{
    char digits[64];
    char *end;

    if (s.n == 0 || s.n >= sizeof(digits) ||
        strchr("+-.0123456789", s.p[0]) == NULL)
        return false;
    memcpy(digits, s.p, s.n);
    digits[s.n] = '\0';
    *out = strtod(digits, &end);
    return end == digits + s.n;
}
