/*
 * What the person wrote this time: the text without what was said before and
 * without the signature. For the summary only; the whole text is always kept.
 * Quotes are folded in answers alone: in a first report ">" may be anything.
 * Where nothing would be left, all is left; so it is where someone says that
 * the answers stand among the quotes, or passes a mail on as a report.
 *
 * The words that mail programs use are in rules/mail.markers.
 */
#include "mail/mail_block.h"
#include "mail/mail_internal.h"

enum {
    VISIBLE_MIN = 10, /* of a first report */
    FULL_LINE_MIN = 60,
    TRIES_MAX = 500,          /* lines that may begin an older mail */
    SIGNATURE_LINES_MAX = 12, /* under a line of underscores */
};

struct fold {
    struct arena *a;
    struct buf out;
    bool answer;  /* to something said before */
    bool forward; /* by its subject */
    bool quoting; /* a line has said that quotes follow */
    bool full;    /* the line before was quoted and as long as a line gets */
    int tries;
    struct str within; /* what a mail in the text says, where all is that */
};

static bool nothing_above(const struct fold *f)
{
    return text_trim(buf_str(&f->out)).n == 0;
}

static bool quoted(struct str line)
{
    line = text_trim(line);
    return line.n > 0 && (line.p[0] == '>' || line.p[0] == '|');
}

static bool next_is_quoted(struct str rest)
{
    while (rest.n > 0) {
        struct str line = str_line(&rest);

        if (text_trim(line).n > 0)
            return quoted(line);
    }
    return false;
}

static int lines_left(struct str rest)
{
    int lines = 0;

    while (rest.n > 0 && lines <= SIGNATURE_LINES_MAX)
        lines += text_trim(str_line(&rest)).n > 0;
    return lines;
}

/* A line of underscores ends the text of a mailing list's mail. */
static bool underscores(struct str line)
{
    line = text_trim(line);
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] != '_')
            return false;
    }
    return line.n >= 2;
}

static bool signature(const struct fold *f, struct str line, struct str rest)
{
    if (str_eq(line, STR("-- ")) || str_eq(line, STR("--")) ||
        str_eq(text_trim(line), STR("\xe2\x80\x94")))
        return true;
    return f->answer && !nothing_above(f) && underscores(line) &&
           lines_left(rest) <= SIGNATURE_LINES_MAX;
}

/* Whether a mail that was said before begins with line. */
static bool older_mail(struct fold *f, struct str from, struct str line)
{
    struct mail_block b = { 0 };
    struct str after;
    bool marked = line_begins_mail(line, MARKER_ORIGINAL, &after);
    bool begins = line_begins_mail(line, MARKER_BEGIN, &after);

    if (!marked && !begins && field_of(line, &after) == MARKERS)
        return false;
    if (++f->tries > TRIES_MAX)
        return false;
    if (!block_at(&b, from, f->a) && !marked && !(begins && f->answer))
        return false;
    if (nothing_above(f))
        f->within = text_trim(b.body);
    return true;
}

/* A line that says who wrote: what to do with what follows. */
static bool wrote_take(struct fold *f, struct str *rest, struct str from,
                       bool *more)
{
    char room[WROTE_MAX];
    struct str line;
    size_t n;
    bool quotes;

    if (!wrote_may(from) || ++f->tries > TRIES_MAX)
        return false;
    n = wrote_len(from, room, &line);
    if (n == 0)
        return false;
    quotes = next_is_quoted(str_slice(from, n, from.n));
    if (!quotes && !f->answer && str_find(line, STR("<")) == line.n)
        return false;
    *rest = str_slice(from, n, from.n);
    f->quoting = f->quoting || quotes;
    *more = quotes || nothing_above(f);
    return true;
}

/*
 * The end of a quoted line that a program broke and forgot to mark: nobody
 * answers in the middle of a sentence and without a gap.
 */
static bool torn(const struct fold *f, struct str line, struct str rest)
{
    return f->full && line.p[0] >= 'a' && line.p[0] <= 'z' &&
           quoted(str_line(&rest));
}

/* Deals with the line rest begins with; false: nothing after it is shown. */
static bool line_take(struct fold *f, struct str *rest)
{
    struct str from = *rest;
    struct str line = str_line(rest);
    bool more;

    if (text_trim(line).n == 0) {
        buf_byte(&f->out, '\n');
        return true;
    }
    if (marker_begins(line_unbold(line), MARKER_CUT) ||
        signature(f, line, *rest))
        return false;
    if (!quoted(line) && older_mail(f, from, line))
        return false;
    if (wrote_take(f, rest, from, &more))
        return more;
    if (quoted(line) && (f->answer || f->quoting)) {
        f->full = line.n >= FULL_LINE_MIN;
        return true;
    }
    if (torn(f, line, *rest))
        return true;
    f->full = false;
    buf_add(&f->out, line);
    buf_byte(&f->out, '\n');
    return true;
}

/* Lines that only underline what is cut after them. */
static struct str rules_drop(struct str text)
{
    struct str bare = text_trim(text);
    size_t n = bare.n;

    while (n > 0 && strchr("-_=", bare.p[n - 1]) != NULL)
        n--;
    return bare.n - n >= 4 && (n == 0 || bare.p[n - 1] <= ' ')
               ? text_trim(str_slice(bare, 0, n))
               : text;
}

static bool tagline(struct str line)
{
    line = line_unbold(line);
    while (line.n > 0 && strchr("<([_", line.p[0]) != NULL)
        line = str_slice(line, 1, line.n);
    return marker_begins(line, MARKER_TAGLINE);
}

/* What programs add below, as long as anything is left above it. */
static struct str taglines_drop(struct str text)
{
    for (;;) {
        size_t last;
        struct str above;

        text = text_trim(text);
        for (last = text.n; last > 0 && text.p[last - 1] != '\n'; last--)
            ;
        above = text_trim(str_slice(text, 0, last));
        if (above.n == 0 || !tagline(str_slice(text, last, text.n)))
            return text;
        text = above;
    }
}

/* Whether nothing is to be folded: too little would be left, a report is
   passed on, or the answers are said to stand in what was cut off. */
static bool all_counts(const struct fold *f, struct str visible, struct str cut)
{
    if (visible.n == 0 || (!f->answer && visible.n < VISIBLE_MIN))
        return true;
    if (f->forward && !f->answer)
        return true;
    return cut.n > 0 && marker_within(visible, MARKER_INLINE);
}

struct str visible_of(struct str text, struct str subject, bool answers,
                      struct arena *a)
{
    enum marker_kind kind = subject_kind(subject);
    struct str rest = text;
    struct fold f = { .a = a,
                      .answer = answers || kind == MARKER_ANSWER,
                      .forward = kind == MARKER_FORWARD };
    struct str visible;

    f.out = buf_init(text.n + 2);
    while (rest.n > 0 && line_take(&f, &rest))
        ;
    visible = taglines_drop(rules_drop(buf_str(&f.out)));
    if (visible.n == 0 && f.within.n > 0) {
        visible = arena_str(a, f.within);
    } else if (all_counts(&f, visible, rest)) {
        visible = text;
    } else {
        visible = arena_str(a, visible);
    }
    buf_free(&f.out);
    return visible;
}
