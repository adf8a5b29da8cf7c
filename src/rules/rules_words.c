/*
 * "pothole*, pot hole*" as a regex. For people who do not write regexes: an
 * accented letter also matches the bare one, * is any ending, a blank is any
 * blanks or a hyphen, an apostrophe is any apostrophe or none.
 */
#include "base/utf8.h"
#include "rules/rules_internal.h"

/* People text without accents. */
static const struct {
    struct str accented, bare;
} accents[] = {
    { { "á", 2 }, { "a", 1 } }, { { "à", 2 }, { "a", 1 } },
    { { "â", 2 }, { "a", 1 } }, { { "ä", 2 }, { "a", 1 } },
    { { "ã", 2 }, { "a", 1 } }, { { "ç", 2 }, { "c", 1 } },
    { { "é", 2 }, { "e", 1 } }, { { "è", 2 }, { "e", 1 } },
    { { "ê", 2 }, { "e", 1 } }, { { "ë", 2 }, { "e", 1 } },
    { { "í", 2 }, { "i", 1 } }, { { "ì", 2 }, { "i", 1 } },
    { { "î", 2 }, { "i", 1 } }, { { "ï", 2 }, { "i", 1 } },
    { { "ñ", 2 }, { "n", 1 } }, { { "ó", 2 }, { "o", 1 } },
    { { "ò", 2 }, { "o", 1 } }, { { "ô", 2 }, { "o", 1 } },
    { { "ö", 2 }, { "o", 1 } }, { { "õ", 2 }, { "o", 1 } },
    { { "ú", 2 }, { "u", 1 } }, { { "ù", 2 }, { "u", 1 } },
    { { "û", 2 }, { "u", 1 } }, { { "ü", 2 }, { "u", 1 } },
};

/* Adds the regex of letter, with what may stand in its place. */
static void letter_regex(struct str letter, struct buf *regex)
{
    char c = letter.p[0];

    for (size_t i = 0; i < COUNT_OF(accents); i++) {
        if (str_eq(letter, accents[i].accented)) {
            buf_printf(regex, "[%.*s%.*s]", STR_FMT(accents[i].accented),
                       STR_FMT(accents[i].bare));
            return;
        }
    }
    if (c == '*') {
        buf_add(regex, STR("\\w*"));
    } else if (c == ' ') {
        buf_add(regex, STR("[\\s-]+"));
    } else if (c == '\'' || str_eq(letter, STR("’"))) {
        buf_add(regex, STR("['’]?"));
    } else if (strchr("\\^$.[]|()?+{}-#", c) != NULL) {
        buf_printf(regex, "\\%c", c);
    } else {
        buf_add(regex, letter);
    }
}

static int phrase_regex(struct str phrase, struct buf *regex, struct error *e)
{
    bool blank = true; /* the last was one: more of them count once */
    bool any = false;

    while (phrase.n > 0 && phrase.p != NULL) {
        size_t len = utf8_len(phrase);
        struct str letter = str_slice(phrase, 0, len == 0 ? 1 : len);
        bool now = letter.p[0] == ' ' || letter.p[0] == '\t';

        if (!now) {
            letter_regex(letter, regex);
        } else if (!blank) {
            letter_regex(STR(" "), regex);
        }
        any = any || (!now && letter.p[0] != '*');
        blank = now;
        phrase = str_slice(phrase, letter.n, phrase.n);
    }
    if (!any)
        return error(e, E_SYNTAX, "a word is missing between two commas");
    return 0;
}

/* A word that ends in a letter ends there; "#" or "$" may be followed. */
static bool ends_in_letter(struct str phrase)
{
    unsigned char c = (unsigned char)phrase.p[phrase.n - 1];

    return c >= 0x80 || c == '*' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool begins_with_letter(struct str phrase)
{
    unsigned char c = (unsigned char)phrase.p[0];

    return c != '*' && ends_in_letter(str_slice(phrase, 0, 1));
}

int words_regex(struct str list, struct buf *regex, struct error *e)
{
    bool words = true; /* all of them begin with a letter */
    struct str rest = list;

    while (rest.n > 0) {
        struct str phrase = str_trim(str_until(&rest, STR(",")));

        words = words && phrase.n > 0 && begins_with_letter(phrase);
    }
    buf_add(regex, words ? STR("\\b(?:") : STR("(?:"));
    for (bool first = true; list.n > 0; first = false) {
        struct str phrase = str_trim(str_until(&list, STR(",")));
        int rc;

        if (!first)
            buf_byte(regex, '|');
        if (phrase.n > 0 && !words && begins_with_letter(phrase))
            buf_add(regex, STR("\\b"));
        rc = phrase_regex(phrase, regex, e);
        if (rc < 0)
            return rc;
        if (ends_in_letter(phrase))
            buf_add(regex, STR("\\b"));
    }
    buf_byte(regex, ')');
    return regex->over ? error(e, E_LIMIT, "over %d bytes of regex",
                               (int)RULES_REGEX_MAX)
                       : 0;
}
