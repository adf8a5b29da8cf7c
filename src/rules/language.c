/*
 * Which language a text is in, from the small words that stand in every
 * sentence. Words that both languages have (no, a, me, he) are left out.
 */
#include <stdlib.h>

#include "rules/rules_internal.h"

/* In byte order, for bsearch. */
static const char *const english[] = {
    "after", "again",   "all",    "also",   "always", "an",    "and",
    "any",   "are",     "around", "at",     "back",   "be",    "because",
    "been",  "between", "but",    "by",     "can",    "could", "did",
    "do",    "does",    "down",   "every",  "for",    "from",  "get",
    "had",   "has",     "have",   "hello",  "i",      "if",    "in",
    "into",  "is",      "it",     "its",    "just",   "my",    "near",
    "need",  "needs",   "not",    "of",     "off",    "on",    "or",
    "our",   "out",     "over",   "please", "so",     "some",  "someone",
    "still", "street",  "than",   "thank",  "thanks", "that",  "the",
    "their", "them",    "there",  "they",   "this",   "to",    "two",
    "up",    "very",    "was",    "we",     "were",   "what",  "when",
    "where", "which",   "who",    "will",   "with",   "would", "you",
    "your",
};

static const char *const spanish[] = {
    "al",     "algo",    "alguien", "aqui",   "aquí",   "buenas", "buenos",
    "calle",  "cerca",   "como",    "con",    "cuando", "cuándo", "de",
    "del",    "desde",   "dias",    "donde",  "dos",    "días",   "dónde",
    "el",     "ella",    "ellos",   "en",     "entre",  "es",     "ese",
    "esta",   "estan",   "este",    "esto",   "está",   "están",  "favor",
    "frente", "fue",     "gracias", "hace",   "han",    "hay",    "hola",
    "la",     "las",     "le",      "lo",     "los",    "mi",     "mucha",
    "muchas", "mucho",   "muy",     "más",    "nadie",  "nos",    "para",
    "pero",   "por",     "puede",   "pueden", "que",    "qué",    "se",
    "ser",    "señor",   "si",      "sin",    "sobre",  "son",    "su",
    "sus",    "tambien", "también", "tiene",  "todo",   "todos",  "una",
    "unos",   "y",       "ya",
};

enum { WORD_MAX = 12, CLEARLY = 1 };

static int by_word(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static bool among(const char *word, const char *const *list, size_t n)
{
    return bsearch(word, list, n, sizeof(*list), by_word) != NULL;
}

/* A byte of a word: a letter, or part of one beyond ASCII. */
static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* Small letters, and á for Á. */
static char small(const char *p)
{
    unsigned char c = (unsigned char)p[0];

    if (c >= 'A' && c <= 'Z')
        return (char)(c + 32);
    if (c >= 0x80 && c <= 0x9e && (unsigned char)p[-1] == 0xc3)
        return (char)(c + 32);
    return (char)c;
}

void language_count(struct language_votes *v, struct str text)
{
    size_t i = 0;

    while (i < text.n) {
        char word[WORD_MAX + 1];
        size_t n = 0;

        while (i < text.n && !letter(text.p[i]))
            i++;
        for (; i < text.n && letter(text.p[i]); i++) {
            if (n < WORD_MAX)
                word[n] = small(text.p + i);
            n++;
        }
        if (n == 0 || n >= WORD_MAX)
            continue;
        word[n] = '\0';
        v->en += among(word, english, COUNT_OF(english));
        v->es += among(word, spanish, COUNT_OF(spanish));
    }
}

void language_vote(struct language_votes *v, struct str language)
{
    v->en += str_eq(language, STR("en"));
    v->es += str_eq(language, STR("es"));
}

struct str language_of(const struct language_votes *v)
{
    if (v->en - v->es >= CLEARLY)
        return STR("en");
    return v->es - v->en >= CLEARLY ? STR("es") : STR("");
}
