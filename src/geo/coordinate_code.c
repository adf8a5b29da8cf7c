/* Places by a code: plus codes, and the three words of what3words. */
#include "geo/coordinate_internal.h"
#include "geo/pluscode.h"

enum {
    BEFORE_PLUS = 8,
    SHORT_LEAST = 4, /* digits before the + of a short one */
    BEHIND_LEAST = 2,
    CODE_MAX = 16,
    WORDS_MAX = 100 /* bytes of three words */
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

static bool begins_word(struct str text, size_t at)
{
    return at == 0 || (!is_alnum(text.p[at - 1]) && text.p[at - 1] != '+' &&
                       text.p[at - 1] != '_');
}

/* Letters in one case, and one at least. */
static bool has_letters(struct str code)
{
    bool small = false;
    bool capital = false;

    for (size_t i = 0; i < code.n; i++) {
        small = small || (code.p[i] >= 'a' && code.p[i] <= 'z');
        capital = capital || (code.p[i] >= 'A' && code.p[i] <= 'Z');
    }
    return small != capital;
}

size_t code_length(struct str text, size_t at)
{
    struct str code = str_slice(text, at, at + CODE_MAX + 1);
    size_t plus;
    size_t n;

    if (!begins_word(text, at))
        return 0; /* most bytes, without a search */
    plus = str_find(code, STR("+"));
    if (plus < SHORT_LEAST || plus > BEFORE_PLUS)
        return 0;
    n = plus + 1;
    while (n < code.n && is_alnum(code.p[n]))
        n++;
    code = str_slice(code, 0, n);
    if (n > CODE_MAX || !has_letters(code))
        return 0;
    if (pluscode_is_full(code))
        return n;
    return pluscode_is_short(code) && n > plus + BEHIND_LEAST ? n : 0;
}

size_t three_words_length(struct str text, size_t at)
{
    struct str rest = str_slice(text, at, at + WORDS_MAX);
    size_t n = 3;
    int dots = 0;

    /* file:///a.b.c is a file. */
    if (rest.n == 0 || rest.p[0] != '/' || !str_starts(rest, STR("///")) ||
        (at > 0 && strchr(":/", text.p[at - 1]) != NULL))
        return 0;
    for (; n < rest.n; n++) {
        bool dot = rest.p[n] == '.';

        if (!dot &&
            (!is_alnum(rest.p[n]) || (rest.p[n] >= '0' && rest.p[n] <= '9')))
            break;
        if (dot && (n + 1 == rest.n || !is_alnum(rest.p[n + 1]) || n == 3))
            break;
        dots += dot;
    }
    return dots == 2 ? n : 0;
}
