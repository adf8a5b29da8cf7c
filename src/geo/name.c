#include "geo/name.h"

#include <glib.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "geo/vocabulary.h"

enum { NAME_LETTERS_MAX = 40 };

/* Lower case, no accent: one letter of the folded word. */
static gunichar letter_fold(gunichar c)
{
    gunichar bare[4];

    c = g_unichar_tolower(c);
    if (c < 0x80)
        return c;
    return g_unichar_fully_decompose(c, FALSE, bare, 4) > 0 ? bare[0] : c;
}

static bool is_apostrophe(gunichar c)
{
    return c == '\'' || c == 0x2019 || c == '.';
}

/* Writes the folded letters of text at out: never more than twice as many. */
static size_t word_fold(struct str text, char *out)
{
    size_t n = 0;

    while (text.n > 0) {
        unsigned char byte = (unsigned char)text.p[0];
        size_t len = byte < 0x80 ? 1 : utf8_len(text);
        gunichar c = len == 0 ? (gunichar)'?' : g_utf8_get_char(text.p);

        if (byte < 0x80 && !is_apostrophe(byte)) {
            out[n++] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
        } else if (byte >= 0x80 && !is_apostrophe(c) && !g_unichar_ismark(c)) {
            n += (size_t)g_unichar_to_utf8(letter_fold(c), out + n);
        }
        text = str_slice(text, len == 0 ? 1 : len, text.n);
    }
    return n;
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
    const struct vocable *v;

    if (w->folded.n == 0)
        return;
    if (is_digit(w->folded.p[0])) {
        word_number(w);
        return;
    }
    v = vocable_find(w->folded);
    if (v == NULL)
        return;
    w->is = v->is;
    w->kind = w->kind == WORD_MARK ? WORD_MARK : v->kind;
    if (v->fold != NULL)
        w->folded = str_of(v->fold);
}

static bool in_word(gunichar c)
{
    return g_unichar_isalnum(c) || c == '\'' || c == 0x2019 ||
           g_unichar_ismark(c);
}

static bool ascii_in_word(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '\'';
}

/* The dot of "U.S.": between two single letters. */
static bool is_inner_dot(struct str s, size_t n)
{
    return n == 1 && s.n > 3 && s.p[1] == '.' && s.p[3] == '.';
}

/* How many bytes of s are one word; 0: a mark stands there. */
static size_t word_length(struct str s, struct word *w)
{
    size_t n = 0;

    w->all_capitals = true;
    while (n < s.n) {
        unsigned char byte = (unsigned char)s.p[n];
        size_t len = 1;

        if (byte < 0x80) {
            if (!ascii_in_word(byte) && !is_inner_dot(s, n))
                break;
            w->capital = w->capital || (n == 0 && byte >= 'A' && byte <= 'Z');
            w->all_capitals = w->all_capitals && !(byte >= 'a' && byte <= 'z');
        } else {
            gunichar c;

            len = utf8_len(str_slice(s, n, s.n));
            c = len == 0 ? 0 : g_utf8_get_char(s.p + n);
            if (!in_word(c))
                break;
            w->capital = w->capital || (n == 0 && g_unichar_isupper(c));
            w->all_capitals = w->all_capitals && !g_unichar_islower(c);
        }
        n += len;
    }
    return n;
}

/* "at86", "to15": the length of the word that a number is stuck to, else n. */
static size_t unstuck(struct str s, size_t n)
{
    static const char *const words[] = { "at", "to", "of", "on", "near", "by" };

    if (n < 3 || !is_digit(s.p[n - 1]))
        return n;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct str word = str_of(words[i]);

        if (n > word.n && str_case_starts(s, word) && is_digit(s.p[word.n]))
            return word.n;
    }
    return n;
}

static bool ends_sentence(struct str s, size_t at)
{
    char c = s.p[at];

    return c == '!' || c == '?' || c == '\n' || c == ';' ||
           (c == '.' && at + 1 < s.n &&
            (s.p[at + 1] == ' ' || s.p[at + 1] == '\n'));
}

/* The word or mark that text has at byte at; its folded letters go to fold. */
static void word_read(struct word *w, struct str text, size_t at, char *fold)
{
    struct str rest = str_slice(text, at, text.n);
    size_t len = unstuck(rest, word_length(rest, w));

    w->token = -1;
    w->begin = at;
    w->kind = len == 0 ? WORD_MARK : WORD_PLAIN;
    if (len == 0)
        len = utf8_len(rest) == 0 ? 1 : utf8_len(rest);
    w->end = at + len;
    w->text = str_slice(rest, 0, len);
    w->folded = w->text;
    if (w->kind != WORD_MARK)
        w->folded = (struct str){ fold, word_fold(w->text, fold) };
    word_classify(w);
}

/* "Elm St. and": the dot behind a short word ends no sentence. */
static bool is_short(const struct word *w)
{
    return w->kind == WORD_SUFFIX || w->kind == WORD_DIRECTION ||
           (w->text.n == 1 && w->kind == WORD_PLAIN);
}

struct word *words_of(struct arena *a, struct str text, size_t *n)
{
    size_t room = text.n < 64 ? text.n + 1 : text.n / 3 + 48;
    struct word *words;
    char *fold = arena_alloc(a, text.n * 2 + 8);
    bool first = true;
    size_t at = 0;

    if (room > WORDS_MAX)
        room = WORDS_MAX;
    words = arena_array(a, struct word, room + 1);
    *n = 0;
    while (at < text.n && *n < WORDS_MAX) {
        char c = text.p[at];
        struct word *w;

        if (c == ' ' || c == '\t' || c == '\r') {
            at++;
            continue;
        }
        if (*n == room) { /* many short words: once, to the full room */
            struct word *more = arena_array(a, struct word, WORDS_MAX + 1);

            memcpy(more, words, sizeof(*words) * room);
            words = more;
            room = WORDS_MAX;
        }
        w = &words[(*n)++];
        word_read(w, text, at, fold);
        fold += w->kind == WORD_MARK ? 0 : 2 * w->text.n;
        w->first = first;
        if (w->kind != WORD_MARK) {
            first = false;
        } else if (ends_sentence(text, at)) {
            first = c != '.' || *n < 2 || !is_short(w - 1);
        }
        at = w->end;
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

struct str word_plain(struct arena *a, struct str word)
{
    char *plain = arena_alloc(a, word.n * 2 + 8);

    return (struct str){ plain, word_fold(word, plain) };
}

static int least(int a, int b, int c)
{
    int m = a < b ? a : b;

    return m < c ? m : c;
}

/* Is it one letter? The one question that is asked of many a word. */
static int one_letter(struct str a, struct str b)
{
    size_t i = 0;

    if (a.n > b.n)
        return one_letter(b, a);
    while (i < a.n && a.p[i] == b.p[i])
        i++;
    if (a.n < b.n) {
        return b.n - a.n == 1 && memcmp(a.p + i, b.p + i + 1, a.n - i) == 0 ? 1
                                                                            : 2;
    }
    if (i == a.n)
        return 0;
    if (memcmp(a.p + i + 1, b.p + i + 1, a.n - i - 1) == 0)
        return 1;
    return i + 1 < a.n && a.p[i] == b.p[i + 1] && a.p[i + 1] == b.p[i] &&
                   memcmp(a.p + i + 2, b.p + i + 2, a.n - i - 2) == 0
               ? 1
               : 2;
}

int name_distance(struct str a, struct str b, int most)
{
    int rows[3][NAME_LETTERS_MAX + 1];
    int *before = rows[0];
    int *last = rows[1];
    int *now = rows[2];

    if (most == 1)
        return one_letter(a, b);
    if (a.n > NAME_LETTERS_MAX || b.n > NAME_LETTERS_MAX ||
        a.n > b.n + (size_t)most || b.n > a.n + (size_t)most)
        return most + 1;
    for (size_t k = 0; k <= b.n; k++) {
        last[k] = (int)k;
        before[k] = 0;
    }
    for (size_t i = 1; i <= a.n; i++) {
        int best = now[0] = (int)i;
        int *spare = before;

        for (size_t k = 1; k <= b.n; k++) {
            int change = a.p[i - 1] == b.p[k - 1] ? 0 : 1;

            now[k] = least(last[k] + 1, now[k - 1] + 1, last[k - 1] + change);
            if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
                a.p[i - 2] == b.p[k - 1] && before[k - 2] + 1 < now[k])
                now[k] = before[k - 2] + 1;
            best = now[k] < best ? now[k] : best;
        }
        if (best > most)
            return most + 1;
        before = last;
        last = now;
        now = spare;
    }
    return last[b.n] > most ? most + 1 : last[b.n];
}
