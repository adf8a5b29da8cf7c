/* Finding the marks of mail programs in lines and subjects. */
#include "mail/mail_marker.h"

enum { FIELD_NAME_MAX = 60, SEARCHED_MAX = 4096 };

/* What mail programs use where a space would do, but for those of ASCII. */
static const struct str blanks[] = {
    STR_INIT("\xc2\xa0"),     STR_INIT("\xef\xbb\xbf"),
    STR_INIT("\xe2\x80\x8e"), STR_INIT("\xe2\x80\x8f"),
    STR_INIT("\xe2\x80\xaa"), STR_INIT("\xe2\x80\xac"),
    STR_INIT("\xe2\x80\xaf"), STR_INIT("\xe2\x80\x8b"),
    STR_INIT("\xe3\x80\x80"),
};

static const struct str wide_colon = STR_INIT("\xef\xbc\x9a");

static bool ascii_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t blank_before(struct str s)
{
    if ((s.p[0] & 0x80) == 0)
        return ascii_blank(s.p[0]);
    for (size_t i = 0; i < COUNT_OF(blanks); i++) {
        if (str_starts(s, blanks[i]))
            return blanks[i].n;
    }
    return 0;
}

static size_t blank_after(struct str s)
{
    if ((s.p[s.n - 1] & 0x80) == 0)
        return ascii_blank(s.p[s.n - 1]);
    for (size_t i = 0; i < COUNT_OF(blanks); i++) {
        if (str_ends(s, blanks[i]))
            return blanks[i].n;
    }
    return 0;
}

struct str text_trim(struct str s)
{
    size_t n;

    while (s.n > 0 && (n = blank_before(s)) > 0)
        s = str_slice(s, n, s.n);
    while (s.n > 0 && (n = blank_after(s)) > 0)
        s = str_slice(s, 0, s.n - n);
    return s;
}

/* Cheap: whether phrase may begin s; most do not by their first byte. */
static bool may_begin(struct str s, struct str phrase)
{
    return s.n >= phrase.n && ((s.p[0] ^ phrase.p[0]) & ~0x20) == 0;
}

bool marker_begins(struct str s, enum marker_kind kind)
{
    struct marker_range range = mail_marker_ranges[kind];

    for (int i = range.begin; i < range.end; i++) {
        if (may_begin(s, mail_markers[i].phrase) &&
            str_case_starts(s, mail_markers[i].phrase))
            return true;
    }
    return false;
}

bool marker_is(struct str s, enum marker_kind kind)
{
    struct marker_range range = mail_marker_ranges[kind];

    for (int i = range.begin; i < range.end; i++) {
        if (mail_markers[i].phrase.n == s.n &&
            may_begin(s, mail_markers[i].phrase) &&
            str_case_eq(s, mail_markers[i].phrase))
            return true;
    }
    return false;
}

bool marker_within(struct str s, enum marker_kind kind)
{
    s = str_slice(s, 0, SEARCHED_MAX);
    for (size_t i = 0; i < s.n; i++) {
        if ((i == 0 || ascii_blank(s.p[i - 1])) &&
            marker_begins(str_slice(s, i, s.n), kind))
            return true;
    }
    return false;
}

size_t phrase_find(struct str s, struct str phrase)
{
    for (size_t i = 0; i + phrase.n <= s.n; i++) {
        struct str rest = str_slice(s, i, s.n);

        if (may_begin(rest, phrase) && str_case_starts(rest, phrase))
            return i;
    }
    return s.n;
}

/* ---- subjects ---- */

/* Where the colon stands that ends a word such as "Fwd", or s.n. */
static size_t prefix_colon(struct str s, size_t *after)
{
    struct str head = str_slice(s, 0, FIELD_NAME_MAX);
    const char *narrow = head.n == 0 ? NULL : memchr(head.p, ':', head.n);
    size_t colon = narrow == NULL ? head.n : (size_t)(narrow - head.p);
    size_t wide = head.n;

    if (head.n > 0 && memchr(head.p, wide_colon.p[0], head.n) != NULL)
        wide = str_find(head, wide_colon);
    *after = colon < wide ? colon + 1 : wide + wide_colon.n;
    colon = colon < wide ? colon : wide;
    return colon < head.n ? colon : s.n;
}

/* "Re[2]" and "Fwd(3)" are as good. */
static struct str uncounted(struct str word)
{
    size_t n = word.n;

    if (n > 2 && (word.p[n - 1] == ']' || word.p[n - 1] == ')')) {
        while (n > 0 && word.p[n - 1] != '[' && word.p[n - 1] != '(')
            n--;
        return text_trim(str_slice(word, 0, n > 0 ? n - 1 : 0));
    }
    return word;
}

static enum marker_kind prefix_kind(struct str subject, size_t *after)
{
    size_t colon = prefix_colon(subject, after);
    struct str word;

    if (colon == subject.n)
        return MARKERS;
    word = uncounted(text_trim(str_slice(subject, 0, colon)));
    if (marker_is(word, MARKER_FORWARD))
        return MARKER_FORWARD;
    return marker_is(word, MARKER_ANSWER) ? MARKER_ANSWER : MARKERS;
}

enum marker_kind subject_kind(struct str subject)
{
    size_t after;

    return prefix_kind(text_trim(subject), &after);
}

struct str subject_bare(struct str subject)
{
    size_t after;

    subject = text_trim(subject);
    while (prefix_kind(subject, &after) != MARKERS)
        subject = text_trim(str_slice(subject, after, subject.n));
    return subject;
}

/* ---- lines ---- */

struct str line_unquote(struct str line, bool *quoted)
{
    *quoted = line.n > 0 && line.p[0] == '>';
    if (!*quoted)
        return line;
    return str_slice(line, line.n > 1 && line.p[1] == ' ' ? 2 : 1, line.n);
}

struct str line_unbold(struct str line)
{
    line = text_trim(line);
    while (line.n > 0 && line.p[0] == '*')
        line = str_slice(line, 1, line.n);
    return text_trim(line);
}

enum marker_kind field_of(struct str line, struct str *value)
{
    static const enum marker_kind kinds[] = { MARKER_FROM,    MARKER_TO,
                                              MARKER_CC,      MARKER_DATE,
                                              MARKER_SUBJECT, MARKER_OTHER };
    size_t after;
    size_t colon;
    struct str name;

    line = line_unbold(line);
    colon = prefix_colon(line, &after);
    if (colon == line.n)
        return MARKERS;
    name = text_trim(str_slice(line, 0, colon));
    while (name.n > 0 && name.p[name.n - 1] == '*')
        name = text_trim(str_slice(name, 0, name.n - 1));
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!marker_is(name, kinds[i]))
            continue;
        *value = line_unbold(str_slice(line, after, line.n));
        return kinds[i];
    }
    return MARKERS;
}

static bool rule_byte(char c)
{
    return strchr("-=_*~", c) != NULL;
}

/* Whether a colon of any width stands in s. */
static bool has_colon(struct str s)
{
    return s.n > 0 &&
           (memchr(s.p, ':', s.n) != NULL || str_find(s, wide_colon) < s.n);
}

/*
 * Dashes before the phrase or a colon behind it: without either it is prose.
 * Fields may follow on the same line.
 */
bool line_begins_mail(struct str line, enum marker_kind kind, struct str *after)
{
    struct marker_range range = mail_marker_ranges[kind];
    struct str bare = text_trim(line);
    bool ruled;

    while (bare.n > 0 && rule_byte(bare.p[0]))
        bare = str_slice(bare, 1, bare.n);
    ruled = bare.n + 2 <= text_trim(line).n;
    bare = text_trim(bare);
    if (bare.n == 0 || (!ruled && !has_colon(bare)))
        return false;
    for (int i = range.begin; i < range.end; i++) {
        struct str rest;
        size_t n = mail_markers[i].phrase.n;

        if (!may_begin(bare, mail_markers[i].phrase) ||
            !str_case_starts(bare, mail_markers[i].phrase))
            continue;
        rest = text_trim(str_slice(bare, n, bare.n));
        if (!ruled && !str_starts(rest, STR(":")) &&
            !str_starts(rest, wide_colon))
            continue;
        if (rest.n > 0 && !rule_byte(rest.p[0]) && rest.p[0] != ':' &&
            !str_starts(rest, wide_colon) && rest.n < bare.n - n)
            continue; /* a longer phrase may fit */
        while (rest.n > 0 && (rule_byte(rest.p[0]) || rest.p[0] == ':'))
            rest = str_slice(rest, 1, rest.n);
        if (str_starts(rest, wide_colon))
            rest = str_slice(rest, wide_colon.n, rest.n);
        rest = text_trim(rest);
        /* Some say it in two languages. */
        *after = marker_begins(rest, kind) && rule_byte(rest.p[rest.n - 1])
                     ? STR_NONE
                     : rest;
        return true;
    }
    return false;
}
