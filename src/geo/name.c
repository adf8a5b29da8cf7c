#include "geo/name.h"

#include <glib.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"

struct fold {
    const char *from;
    const char *to;
    enum word_kind kind;
};

/* Sorted by from, for a binary search. */
static const struct fold folds[] = {
    { "alley", "aly", WORD_SUFFIX },      { "aly", "aly", WORD_SUFFIX },
    { "av", "ave", WORD_SUFFIX },         { "avda", "ave", WORD_SUFFIX },
    { "ave", "ave", WORD_SUFFIX },        { "avenida", "ave", WORD_SUFFIX },
    { "avenue", "ave", WORD_SUFFIX },     { "blvd", "blvd", WORD_SUFFIX },
    { "boulevard", "blvd", WORD_SUFFIX }, { "bv", "blvd", WORD_SUFFIX },
    { "cir", "cir", WORD_SUFFIX },        { "circle", "cir", WORD_SUFFIX },
    { "court", "ct", WORD_SUFFIX },       { "crescent", "cres", WORD_SUFFIX },
    { "ct", "ct", WORD_SUFFIX },          { "doctor", "dr", WORD_SUFFIX },
    { "dr", "dr", WORD_SUFFIX },          { "drive", "dr", WORD_SUFFIX },
    { "e", "e", WORD_DIRECTION },         { "east", "e", WORD_DIRECTION },
    { "eighth", "8th", WORD_ORDINAL },    { "expressway", "expy", WORD_SUFFIX },
    { "ext", "ext", WORD_SUFFIX },        { "extension", "ext", WORD_SUFFIX },
    { "fifth", "5th", WORD_ORDINAL },     { "first", "1st", WORD_ORDINAL },
    { "fort", "ft", WORD_PLAIN },         { "fourth", "4th", WORD_ORDINAL },
    { "highway", "hwy", WORD_SUFFIX },    { "hwy", "hwy", WORD_SUFFIX },
    { "junior", "jr", WORD_PLAIN },       { "lane", "ln", WORD_SUFFIX },
    { "ln", "ln", WORD_SUFFIX },          { "mount", "mt", WORD_PLAIN },
    { "n", "n", WORD_DIRECTION },         { "ninth", "9th", WORD_ORDINAL },
    { "north", "n", WORD_DIRECTION },     { "parkway", "pkwy", WORD_SUFFIX },
    { "pike", "pike", WORD_SUFFIX },      { "pkwy", "pkwy", WORD_SUFFIX },
    { "pl", "pl", WORD_SUFFIX },          { "place", "pl", WORD_SUFFIX },
    { "rd", "rd", WORD_SUFFIX },          { "road", "rd", WORD_SUFFIX },
    { "route", "rte", WORD_SUFFIX },      { "row", "row", WORD_SUFFIX },
    { "rt", "rte", WORD_SUFFIX },         { "rte", "rte", WORD_SUFFIX },
    { "s", "s", WORD_DIRECTION },         { "saint", "st", WORD_SUFFIX },
    { "second", "2nd", WORD_ORDINAL },    { "seventh", "7th", WORD_ORDINAL },
    { "sixth", "6th", WORD_ORDINAL },     { "south", "s", WORD_DIRECTION },
    { "sq", "sq", WORD_SUFFIX },          { "square", "sq", WORD_SUFFIX },
    { "st", "st", WORD_SUFFIX },          { "str", "st", WORD_SUFFIX },
    { "street", "st", WORD_SUFFIX },      { "ter", "ter", WORD_SUFFIX },
    { "terr", "ter", WORD_SUFFIX },       { "terrace", "ter", WORD_SUFFIX },
    { "third", "3rd", WORD_ORDINAL },     { "tpke", "tpke", WORD_SUFFIX },
    { "turnpike", "tpke", WORD_SUFFIX },  { "w", "w", WORD_DIRECTION },
    { "way", "way", WORD_SUFFIX },        { "west", "w", WORD_DIRECTION },
};

static const char *const common[] = {
    "1st",    "2nd",    "bell",  "bridge", "bus",    "church", "city",
    "court",  "center", "day",   "east",   "fair",   "front",  "grand",
    "grass",  "green",  "high",  "hill",   "house",  "ice",    "lake",
    "lamp",   "light",  "long",  "low",    "main",   "market", "mill",
    "north",  "new",    "ocean", "old",    "orange", "park",   "pearl",
    "place",  "pole",   "pond",  "post",   "public", "river",  "rock",
    "school", "short",  "side",  "snow",   "south",  "spring", "state",
    "stop",   "sun",    "town",  "trash",  "tree",   "union",  "view",
    "wall",   "water",  "west",  "white",  "winter", "wood",   "york",
    "e",      "n",      "s",     "w",      "dog",    "broad",  "summer",
    "cross",  "open",   "clean", "ford",   "may",    "grove",  "star",
    "union",
};

static int fold_order(const void *key, const void *item)
{
    const struct str *word = key;
    const struct fold *f = item;

    return str_cmp(*word, str_of(f->from));
}

static const struct fold *fold_find(struct str word)
{
    return bsearch(&word, folds, COUNT_OF(folds), sizeof(folds[0]), fold_order);
}

bool name_is_common(struct str folded)
{
    for (size_t i = 0; i < COUNT_OF(common); i++) {
        if (str_eq(folded, str_of(common[i])))
            return true;
    }
    return folded.n < 3;
}

/* Lower case, no accent: one letter of the folded word. */
static gunichar letter_fold(gunichar c)
{
    gunichar bare[4];

    c = g_unichar_tolower(c);
    if (c < 0x80)
        return c;
    return g_unichar_fully_decompose(c, FALSE, bare, 4) > 0 ? bare[0] : c;
}

static struct str word_fold(struct arena *a, struct str text)
{
    char *out = arena_alloc(a, text.n * 2 + 7);
    size_t n = 0;

    while (text.n > 0) {
        size_t len = utf8_len(text);
        gunichar c = len == 0 ? (gunichar)'?' : g_utf8_get_char(text.p);

        if (c != '.' && c != '\'' && c != 0x2019)
            n += (size_t)g_unichar_to_utf8(letter_fold(c), out + n);
        text = str_slice(text, len == 0 ? 1 : len, text.n);
    }
    return (struct str){ out, n };
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 12, 12a, 5th: the kinds that begin with a digit. */
static void word_number(struct word *w)
{
    struct str rest = w->folded;

    while (rest.n > 0 && is_digit(rest.p[0])) {
        if (w->number < 1000000)
            w->number = w->number * 10 + (rest.p[0] - '0');
        rest = str_slice(rest, 1, rest.n);
    }
    if (rest.n == 2 && (str_eq(rest, STR("st")) || str_eq(rest, STR("nd")) ||
                        str_eq(rest, STR("rd")) || str_eq(rest, STR("th")))) {
        w->kind = WORD_ORDINAL;
    } else if (rest.n <= 1) {
        w->kind = WORD_NUMBER;
    }
}

static void word_classify(struct word *w)
{
    const struct fold *f = fold_find(w->folded);

    if (f != NULL) {
        w->kind = f->kind;
        w->folded = str_of(f->to);
    } else if (is_digit(w->folded.p[0])) {
        word_number(w);
    }
}

static bool in_word(gunichar c)
{
    return g_unichar_isalnum(c) || c == '\'' || c == 0x2019 ||
           g_unichar_ismark(c);
}

/* How many bytes of s are one word; 0: a mark stands there. */
static size_t word_length(struct str s, bool *capital, bool *all)
{
    size_t n = 0;

    *capital = false;
    *all = true;
    while (n < s.n) {
        size_t len = utf8_len(str_slice(s, n, s.n));
        gunichar c = len == 0 ? 0 : g_utf8_get_char(s.p + n);
        bool dot = c == '.' && n == 1 && s.n > 2 && s.p[2] != ' ';

        if (!in_word(c) && !dot)
            break;
        *capital = *capital || (n == 0 && g_unichar_isupper(c));
        *all = *all && !g_unichar_islower(c);
        n += len;
    }
    return n;
}

static bool ends_sentence(struct str s, size_t at)
{
    char c = s.p[at];

    return c == '!' || c == '?' || c == '\n' ||
           (c == '.' && at + 1 < s.n &&
            (s.p[at + 1] == ' ' || s.p[at + 1] == '\n'));
}

struct word *words_of(struct arena *a, struct str text, size_t *n)
{
    size_t most = text.n < WORDS_MAX ? text.n : WORDS_MAX;
    struct word *words = arena_array(a, struct word, most + 1);
    bool first = true;
    size_t at = 0;

    *n = 0;
    while (at < text.n && *n < most) {
        struct word *w = &words[*n];
        struct str rest = str_slice(text, at, text.n);
        size_t len = word_length(rest, &w->capital, &w->all_capitals);

        if (rest.p == NULL)
            break;
        if (len == 0 &&
            (rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '\r')) {
            at++;
            continue;
        }
        w->kind = len == 0 ? WORD_MARK : WORD_PLAIN;
        if (len == 0)
            len = utf8_len(rest) == 0 ? 1 : utf8_len(rest);
        w->text = str_slice(rest, 0, len);
        w->begin = at;
        w->end = at + len;
        w->first = first;
        if (w->kind == WORD_MARK) {
            w->folded = w->text;
            first = first || ends_sentence(text, at);
        } else {
            w->folded = word_fold(a, w->text);
            if (w->folded.n > 0)
                word_classify(w);
            first = false;
        }
        at += len;
        ++*n;
    }
    return words;
}

struct str name_fold(struct arena *a, struct str name)
{
    struct buf out = buf_init(4096);
    struct str folded;
    size_t n;
    struct word *words = words_of(a, str_slice(name, 0, 400), &n);

    for (size_t i = 0; i < n; i++) {
        if (words[i].kind == WORD_MARK || words[i].folded.n == 0)
            continue;
        if (out.n > 0)
            buf_byte(&out, ' ');
        buf_add(&out, words[i].folded);
    }
    folded = arena_str(a, buf_str(&out));
    buf_free(&out);
    return folded;
}

/* Optimal string alignment, stopped at one. */
bool name_is_near(struct str a, struct str b)
{
    size_t i = 0;

    if (a.n > b.n) {
        struct str swap = a;

        a = b;
        b = swap;
    }
    if (b.n - a.n > 1)
        return false;
    while (i < a.n && a.p[i] == b.p[i])
        i++;
    if (a.n < b.n)
        return str_eq(str_slice(a, i, a.n), str_slice(b, i + 1, b.n));
    if (str_eq(str_slice(a, i + 1, a.n), str_slice(b, i + 1, b.n)))
        return true;
    return i + 1 < a.n && a.p[i] == b.p[i + 1] && a.p[i + 1] == b.p[i] &&
           str_eq(str_slice(a, i + 2, a.n), str_slice(b, i + 2, b.n));
}
