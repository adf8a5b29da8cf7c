/*
 * "On 3 May 2026 at 9:31, Ana wrote:" in any language, folded or not. A line
 * must end in a colon and name a time, a year or an address; words of the
 * language are a table, and where there are none a time and an address do.
 */
#include "mail/mail_marker.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Joins the first n lines of text in room; false: fewer, or too long. */
static bool lines_join(struct str text, int n, char room[WROTE_MAX],
                       struct str *joined)
{
    struct str rest = text;
    size_t at = 0;

    for (int i = 0; i < n; i++) {
        bool quoted;
        struct str line = text_trim(line_unquote(str_line(&rest), &quoted));

        if (line.n == 0 || at + line.n + 1 > WROTE_MAX)
            return false;
        if (at > 0)
            room[at++] = ' ';
        memcpy(room + at, line.p, line.n);
        at += line.n;
    }
    *joined = (struct str){ room, at };
    return true;
}

/* Takes what ends such a line off it; false: it does not end so. */
static bool end_take(struct str *line)
{
    static const struct str ends[] = { STR_INIT(":"),
                                       STR_INIT("\xef\xbc\x9a") };

    if (str_starts(*line, STR("---")) && str_ends(*line, STR("---"))) {
        while (line->n > 0 && line->p[0] == '-')
            *line = str_slice(*line, 1, line->n);
        while (line->n > 0 && line->p[line->n - 1] == '-')
            *line = str_slice(*line, 0, line->n - 1);
        *line = text_trim(*line);
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        if (str_ends(*line, ends[i])) {
            *line = text_trim(str_slice(*line, 0, line->n - ends[i].n));
            return true;
        }
    }
    return false;
}

/* Whether line is pattern, where "..." in it is anything. */
static bool pattern_fits(struct str line, struct str pattern)
{
    bool open_end = str_ends(pattern, STR("..."));
    struct str piece = text_trim(str_until(&pattern, STR("...")));

    if (piece.n > 0 &&
        (line.n < piece.n || ((line.p[0] ^ piece.p[0]) & ~0x20) != 0 ||
         !str_case_starts(line, piece)))
        return false;
    line = str_slice(line, piece.n, line.n);
    while (pattern.n > 0) {
        size_t at;

        piece = text_trim(str_until(&pattern, STR("...")));
        if (piece.n == 0)
            return true;
        if (pattern.n == 0 && !open_end) {
            return line.n > piece.n &&
                   str_case_eq(str_slice(line, line.n - piece.n, line.n),
                               piece);
        }
        at = phrase_find(line, piece);
        if (at == line.n)
            return false;
        line = str_slice(line, at + piece.n, line.n);
    }
    return line.n == 0 || open_end;
}

static bool has_time(struct str line)
{
    for (size_t i = 1; i + 2 < line.n; i++) {
        if ((line.p[i] == ':' || line.p[i] == '.') && digit(line.p[i - 1]) &&
            digit(line.p[i + 1]) && digit(line.p[i + 2]))
            return true;
    }
    return false;
}

static bool has_digit(struct str line)
{
    for (size_t i = 0; i < line.n; i++) {
        if (digit(line.p[i]))
            return true;
    }
    return false;
}

/* A time, then an address that ends the line: in any language. */
static bool wordless(struct str line)
{
    size_t at = str_find(line, STR("@"));

    return at < line.n && line.p[line.n - 1] == '>' && has_time(line) &&
           str_find(line, STR("<")) < line.n;
}

/* "2013/7/20 Ana <ana@example.org>", which ends in no colon. */
static bool dated(struct str line)
{
    return line.n > 8 && digit(line.p[0]) && digit(line.p[1]) &&
           digit(line.p[2]) && digit(line.p[3]) &&
           strchr("-/.", line.p[4]) != NULL && digit(line.p[5]) &&
           line.p[line.n - 1] == '>' && str_find(line, STR("@")) < line.n;
}

/* How much a line looks like one that says who wrote. */
enum strength { NOT, BY_PHRASE, BY_NAME, BY_WORD };

/* Whether a name and an address begin line, as far as can be seen. */
static bool name_begins(struct str line)
{
    size_t close = str_find(line, STR(">"));

    if (line.p[0] == '<' || line.p[0] == '>')
        return false;
    return close == line.n ||
           str_find(str_slice(line, 0, close), STR("<")) < close;
}

static enum strength wrote_strength(struct str line)
{
    struct marker_range range = mail_marker_ranges[MARKER_WROTE];
    bool address;
    bool named;
    bool bare; /* "On Monday, Ana wrote": may be anybody's words */

    if (dated(line))
        return BY_WORD;
    if (!end_take(&line) || line.n == 0)
        return NOT;
    address = str_find(line, STR("@")) < line.n;
    bare = !has_digit(line) && !address;
    /* One that begins with a name has little else to tell it by. */
    named = !bare && (address || has_time(line) || line.n <= WROTE_MAX / 4) &&
            name_begins(line);
    for (int i = range.begin; i < range.end; i++) {
        struct str phrase = mail_markers[i].phrase;
        bool open = str_starts(phrase, STR("..."));

        if ((!open || named) && pattern_fits(line, phrase))
            return bare ? BY_PHRASE : open ? BY_NAME : BY_WORD;
    }
    return named && wordless(line) ? BY_NAME : NOT;
}

/* How many lines of text such a line takes, 0 for none. */
static int wrote_lines(struct str text, int most, char room[WROTE_MAX],
                       struct str *line, enum strength *strength)
{
    for (int n = 1; n <= most; n++) {
        if (!lines_join(text, n, room, line))
            return 0;
        *strength = wrote_strength(*line);
        if (*strength != NOT)
            return n;
    }
    return 0;
}

bool wrote_may(struct str text)
{
    for (int n = 0; n < WROTE_LINES && text.n > 0; n++) {
        struct str line = text_trim(str_line(&text));

        if (line.n == 0)
            return false;
        if (line.p[line.n - 1] == ':' || line.p[line.n - 1] == '>' ||
            str_ends(line, STR("---")) || str_ends(line, STR("\xef\xbc\x9a")))
            return true;
    }
    return false;
}

size_t wrote_len(struct str text, char room[WROTE_MAX], struct str *line)
{
    enum strength strength;
    enum strength later;
    struct str rest = text;
    char spare[WROTE_MAX];
    struct str other;
    int n;

    if (!wrote_may(text))
        return 0;
    n = wrote_lines(text, WROTE_LINES, room, line, &strength);
    if (n == 0)
        return 0;
    /* What begins later is nearer: the lines before are someone's words. */
    for (int i = 0; i < n; i++) {
        if (i > 0 && wrote_lines(rest, n - i, spare, &other, &later) > 0 &&
            later >= strength)
            return 0;
        (void)str_line(&rest);
    }
    if (strength == BY_PHRASE && (rest.n == 0 || rest.p[0] != '>'))
        return 0;
    (void)end_take(line);
    return text.n - rest.n;
}
