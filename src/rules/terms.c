#include "rules/terms.h"

#include <glib.h>

#include "base/utf8.h"

/* The letter without accent and case at p; 0: no letter of a word. */
static gunichar letter_at(struct str s, size_t *len)
{
    unsigned char c = (unsigned char)s.p[0];
    gunichar parts[4];
    gunichar u;

    *len = 1;
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z')
            return (gunichar)c + 32;
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
    }
    *len = utf8_len(s);
    if (*len == 0) {
        *len = 1;
        return 0;
    }
    u = g_utf8_get_char(s.p);
    if (!g_unichar_isalnum(u))
        return 0;
    u = g_unichar_tolower(u);
    return g_unichar_fully_decompose(u, FALSE, parts, 4) > 0 ? parts[0] : u;
}

static bool is_apostrophe(struct str s, size_t *len)
{
    *len = s.p[0] == '\'' ? 1 : 3;
    return s.p[0] == '\'' || str_starts(s, STR("\xe2\x80\x99"));
}

static uint64_t hash_of(struct str s)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return h == 0 ? 1 : h;
}

/* "potholes": pothole; "glass", "bus" and "es" stay. */
static struct str singular(struct str s)
{
    if (s.n > 3 && s.p[s.n - 1] == 's' && s.p[s.n - 2] != 's' &&
        s.p[s.n - 2] != 'u' && s.p[s.n - 2] != 'i')
        s.n--;
    return s;
}

/* Reads the word that begins at *at, its folded letters to out. */
static void term_read(struct term *t, struct str text, size_t *at, char *out)
{
    size_t n = 0;
    size_t len;

    t->begin = (uint32_t)*at;
    t->capital = text.p[*at] >= 'A' && text.p[*at] <= 'Z';
    t->number = true;
    while (*at < text.n) {
        struct str rest = str_slice(text, *at, text.n);
        gunichar c = letter_at(rest, &len);

        if (c == 0 && !(n > 0 && is_apostrophe(rest, &len)))
            break;
        if (c != 0) {
            t->number = t->number && c >= '0' && c <= '9';
            n += (size_t)g_unichar_to_utf8(c, out + n);
        }
        *at += len;
    }
    t->end = (uint32_t)*at;
    t->word = (struct str){ out, n };
    t->folded = singular(t->word);
    t->hash = hash_of(t->folded);
}

static bool ends_sentence(char c)
{
    return c == '.' || c == '!' || c == '?' || c == '\n' || c == ';';
}

struct term *terms_of(struct arena *a, struct str text, size_t *n)
{
    size_t room = text.n / 2 + 2 < TERMS_MAX ? text.n / 2 + 2 : TERMS_MAX;
    struct term *terms = arena_array(a, struct term, room);
    char *folded = arena_alloc(a, text.n * 2 + 8);
    bool first = true;
    size_t at = 0;

    *n = 0;
    while (at < text.n && *n < room) {
        size_t len;

        if (letter_at(str_slice(text, at, text.n), &len) == 0) {
            first = first || ends_sentence(text.p[at]);
            at += len;
            continue;
        }
        terms[*n].first = first;
        term_read(&terms[*n], text, &at, folded);
        folded += 2 * (terms[*n].end - terms[*n].begin);
        first = false;
        ++*n;
    }
    return terms;
}

uint64_t phrase_hash(uint64_t before, const struct term *t)
{
    uint64_t h = (before ^ t->hash) * 0x9e3779b97f4a7c15u;

    return h ^ (h >> 31);
}
