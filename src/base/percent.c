#include "base/percent.h"

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

struct str percent_encode(struct arena *a, struct str text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_array(a, char, 3 * text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (is_plain(text.p[i])) {
            out[n++] = text.p[i];
        } else {
            out[n++] = '%';
            out[n++] = digits[c >> 4];
            out[n++] = digits[c & 0xf];
        }
    }
    return (struct str){ out, n };
}
