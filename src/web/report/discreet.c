#include "web/report/discreet.h"

#include "base/buf.h"
#include "base/utf8.h"

enum {
    WORDS_MAX_BYTES = 2000,
    PHONE_DIGITS = 7, /* the fewest; a house number or a year has fewer */
    NAME_WORDS = 3,   /* the most behind "my name is" */
    NAME_UNCASED = 2, /* so many where they are not written large */
    HIDDEN_MAX = 8 * WORDS_MAX_BYTES,
};

const char *const private_categories[] = { "police", "homeless",      "noise",
                                           "spam",   "property-code", NULL };

bool category_is_private(struct str category)
{
    for (size_t i = 0; private_categories[i] != NULL; i++) {
        if (str_eq(category, str_of(private_categories[i])))
            return true;
    }
    return category.n == 0;
}

bool category_is_hidden(const struct town *town, struct str category)
{
    for (const struct setting_list *l = town->public_hide; l != NULL;
         l = l->next) {
        if (str_eq(l->value, category))
            return true;
    }
    return category_is_private(category);
}

struct hiding {
    struct str text;
    size_t at;
    const struct discreet *words;
    struct buf out;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Letters and digits; bytes above ASCII are letters of some kind. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
           (unsigned char)c >= 0x80;
}

static struct str rest_of(const struct hiding *h)
{
    return str_slice(h->text, h->at, h->text.n);
}

/* Up to the next blank. */
static struct str word_at(struct str rest)
{
    size_t n = 0;

    while (n < rest.n && !is_blank(rest.p[n]))
        n++;
    return str_slice(rest, 0, n);
}

static bool has(struct str s, const char *part)
{
    return str_case_find(s, str_of(part)) < s.n;
}

/* "ana@example.org", but not the "@" of "Elm @ Oak". */
static bool is_mail(struct str word)
{
    size_t at = str_find(word, STR("@"));

    return at > 0 && at + 1 < word.n;
}

/* Bytes that are one mail or web address; 0: none begins here. */
static size_t address_length(struct str rest)
{
    struct str word = word_at(rest);

    return is_mail(word) || has(word, "://") || has(word, "www.") ? word.n : 0;
}

/*
 * Bytes that are one phone number: digits, at most two other marks between
 * two of them.
 */
static size_t phone_length(struct str rest)
{
    size_t digits = 0;
    size_t end = 0;

    for (size_t i = 0; i < rest.n && i - end <= 2; i++) {
        if (is_digit(rest.p[i])) {
            digits++;
            end = i + 1;
        } else if (strchr("+-./() ", rest.p[i]) == NULL) {
            break;
        }
    }
    return digits >= PHONE_DIGITS ? end : 0;
}

/* Bytes of a marker at the start of rest, with the blanks behind; 0: none. */
static size_t marker_length(struct str rest, struct str left)
{
    while (left.n > 0) {
        struct str marker = str_until(&left, STR("|"));
        size_t n = marker.n;

        if (n == 0 || !str_case_starts(rest, marker) ||
            (n < rest.n && is_letter(rest.p[n])))
            continue;
        while (n < rest.n && (is_blank(rest.p[n]) || rest.p[n] == ',' ||
                              rest.p[n] == ':' || rest.p[n] == '-'))
            n++;
        return n;
    }
    return 0;
}

static bool is_capital(char c)
{
    return (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0xc3;
}

/* Bytes of the name that rest begins with; 0: it begins with none. */
static size_t name_length(struct str rest, int uncased)
{
    bool cased = rest.n > 0 && is_capital(rest.p[0]);
    size_t end = 0;
    size_t at = 0;

    for (int i = 0; i < (cased ? NAME_WORDS : uncased); i++) {
        struct str word = word_at(str_slice(rest, at, rest.n));

        if (word.n == 0 || !is_letter(word.p[0]) ||
            (cased && !is_capital(word.p[0])))
            break;
        at += word.n;
        end = at;
        if (!is_letter(word.p[word.n - 1])) /* a sentence ends with it */
            break;
        while (at < rest.n && is_blank(rest.p[at]))
            at++;
    }
    while (end > 0 && !is_letter(rest.p[end - 1]))
        end--;
    return end;
}

static void keep(struct hiding *h, size_t n)
{
    buf_add(&h->out, str_slice(h->text, h->at, h->at + n));
    h->at += n;
}

static void hide(struct hiding *h, size_t n)
{
    buf_add(&h->out, h->words->hidden);
    h->at += n;
}

static bool begins_word(const struct hiding *h)
{
    return h->at == 0 || !is_letter(h->text.p[h->at - 1]);
}

/* False: none of markers stands here. */
static bool hide_name(struct hiding *h, struct str markers, int uncased)
{
    size_t n = marker_length(rest_of(h), markers);

    if (n == 0)
        return false;
    keep(h, n);
    n = name_length(rest_of(h), uncased);
    if (n > 0)
        hide(h, n);
    return true;
}

static void step(struct hiding *h)
{
    struct str rest = rest_of(h);
    size_t n = address_length(rest);

    if (n == 0 && (is_digit(rest.p[0]) || rest.p[0] == '+' || rest.p[0] == '('))
        n = phone_length(rest);
    if (n > 0) {
        hide(h, n);
        return;
    }
    if (!hide_name(h, h->words->sure, NAME_UNCASED) &&
        !hide_name(h, h->words->maybe, 0))
        keep(h, 1);
}

struct str words_discreet(struct arena *a, struct str words,
                          const struct discreet *d)
{
    struct hiding h = { .text = utf8_head(words, WORDS_MAX_BYTES),
                        .words = d,
                        .out = buf_init(HIDDEN_MAX) };
    struct str safe;

    while (h.at < h.text.n) {
        if (begins_word(&h)) {
            step(&h);
        } else {
            keep(&h, 1);
        }
    }
    safe = arena_str(a, buf_str(&h.out));
    buf_free(&h.out);
    return safe;
}

struct str words_for_all(const struct templates *t, const struct town *town,
                         struct str language, struct str words, struct arena *a)
{
    for (const struct setting_list *s = town->languages; s != NULL;
         s = s->next) {
        struct discreet d = {
            .sure = template_word(t, s->value, "public.names"),
            .maybe = template_word(t, s->value, "public.names_maybe"),
            .hidden = template_word(t, language, "public.hidden"),
        };

        words = words_discreet(a, words, &d);
    }
    return words;
}
