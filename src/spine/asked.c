#include "spine/asked.h"

#include "base/buf.h"

enum {
    ANSWER_MAX = 120,  /* bytes: more than that is a report of its own */
    CROSSING_WORDS = 4 /* of the other street: "Martin Luther King Blvd" */
};

struct str asked_write(const struct asked *q, struct arena *a)
{
    struct buf out = buf_init(ASKED_MAX);
    struct str text;

    buf_printf(&out, "%.*s\n%.*s\n%.*s", STR_FMT(q->cause),
               STR_FMT(q->category), STR_FMT(q->street));
    for (int i = 0; i < q->choice_count; i++)
        buf_printf(&out, "\n%.*s", STR_FMT(q->choices[i]));
    text = arena_str(a, buf_str(&out));
    buf_free(&out);
    return text;
}

struct asked asked_read(struct str text)
{
    struct asked q = { .cause = str_line(&text) };

    q.category = str_line(&text);
    q.street = str_line(&text);
    while (text.n > 0 && q.choice_count < ASKED_CHOICES)
        q.choices[q.choice_count++] = str_line(&text);
    return q;
}

/* ---- the words of an answer ---- */

struct answer {
    struct str rest;
    struct str word; /* the next one */
};

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' ||
           c == '.' || c == '!' || c == '?' || c == ')' || c == ':' || c == '#';
}

static bool next(struct answer *t)
{
    size_t n = 0;

    while (t->rest.n > 0 && ends_word(t->rest.p[0]))
        t->rest = str_slice(t->rest, 1, t->rest.n);
    while (n < t->rest.n && !ends_word(t->rest.p[n]))
        n++;
    t->word = str_slice(t->rest, 0, n);
    t->rest = str_slice(t->rest, n, t->rest.n);
    return n > 0;
}

static bool is_one_of(struct str word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (str_case_eq(word, str_of(*list)))
            return true;
    }
    return false;
}

/* What people say before they come to it. */
static bool is_filler(struct str word)
{
    static const char *const fillers[] = {
        "it",
        "its",
        "it's",
        "is",
        "the",
        "at",
        "on",
        "number",
        "num",
        "no",
        "nr",
        "house",
        "in",
        "front",
        "of",
        "por",
        "es",
        "el",
        "la",
        "los",
        "numero",
        "n\303\272mero",
        "casa",
        "en",
        "frente",
        "al",
        "a",
        "del",
        "de",
        "option",
        "one",
        "opcion",
        "opci\303\263n",
        "please",
        "favor",
        "un",
        "una",
        "across",
        "from",
        "opposite",
        "next",
        "to",
        "beside",
        "lado",
        NULL,
    };

    return is_one_of(word, fillers);
}

/* The first word that says something; false: all is filler. */
static bool first_word(struct answer *t)
{
    while (next(t)) {
        if (!is_filler(t->word))
            return true;
    }
    return false;
}

/* ---- a choice ---- */

static int ordinal(struct str word)
{
    static const char *const words[ASKED_CHOICES][8] = {
        { "1", "1st", "first", "uno", "primero", "primera", "primer", NULL },
        { "2", "2nd", "second", "two", "dos", "segundo", "segunda", NULL },
        { "3", "3rd", "third", "three", "tres", "tercero", "tercera", NULL },
    };

    for (int i = 0; i < ASKED_CHOICES; i++) {
        if (is_one_of(word, words[i]))
            return i + 1;
    }
    return 0;
}

static bool says_yes(struct str word)
{
    static const char *const words[] = { "yes", "yeah",      "yep", "correct",
                                         "si",  "s\303\255", NULL };

    return is_one_of(word, words);
}

/* "2", "the second one", "la segunda"; "yes" where there was one. */
static struct str choice(const struct asked *q, struct str answer)
{
    struct answer t = { .rest = answer };
    int n;

    if (!first_word(&t)) /* "the one": only where it is the only word */
        return STR("");
    n = ordinal(t.word);
    if (n == 0 && q->choice_count == 1 && says_yes(t.word))
        n = 1;
    if (n == 0 || n > q->choice_count || first_word(&t))
        return STR("");
    return q->choices[n - 1];
}

/* ---- a number, a crossing ---- */

/* "14", "14a", "12-14". */
static bool is_number(struct str s)
{
    bool letter = false;

    if (s.n == 0 || s.n > 12 || s.p[0] < '0' || s.p[0] > '9')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool digit = c >= '0' && c <= '9';

        if (letter || (!digit && c != '-' && i + 1 < s.n))
            return false;
        letter = !digit && c != '-';
    }
    return true;
}

static bool begins_crossing(struct str word)
{
    static const char *const words[] = {
        "corner", "and", "&",     "cross", "near",         "esquina",
        "con",    "y",   "cerca", "by",    "intersection", NULL
    };

    return is_one_of(word, words);
}

static bool begins_between(struct str word)
{
    static const char *const words[] = { "between", "entre", NULL };

    return is_one_of(word, words);
}

static size_t words_in(struct str s)
{
    struct answer t = { .rest = s };
    size_t n = 0;

    while (next(&t))
        n++;
    return n;
}

/* What is said of the street: its number, what it crosses, between what. */
static struct str along(struct str street, struct str answer, struct arena *a)
{
    struct answer t = { .rest = answer };
    struct str other;

    if (!first_word(&t))
        return STR("");
    if (begins_between(t.word)) {
        return str_of(arena_printf(a, "%.*s %.*s %.*s", STR_FMT(street),
                                   STR_FMT(t.word), STR_FMT(str_trim(t.rest))));
    }
    while (begins_crossing(t.word)) {
        if (!first_word(&t))
            return STR("");
    }
    other = str_slice(answer, (size_t)(t.word.p - answer.p), answer.n);
    if (is_number(t.word)) {
        if (words_in(t.rest) > 0) /* "14 Oak Street": a place of its own */
            return STR("");
        return str_of(
            arena_printf(a, "%.*s %.*s", STR_FMT(t.word), STR_FMT(street)));
    }
    if (words_in(other) > CROSSING_WORDS)
        return STR("");
    return str_of(
        arena_printf(a, "%.*s and %.*s", STR_FMT(street), STR_FMT(other)));
}

struct str asked_answer(const struct asked *q, struct str answer,
                        struct arena *a)
{
    struct str said = str_trim(answer);
    struct str full = STR("");

    if (said.n == 0 || said.n > ANSWER_MAX)
        return full;
    if (q->choice_count > 0 && !str_eq(q->cause, STR("which")))
        full = choice(q, said);
    if (full.n == 0 && q->street.n > 0)
        full = along(q->street, said, a);
    return full;
}
