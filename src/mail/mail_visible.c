/*
 * What the person wrote this time: the text without what was said before and
 * without the signature. For the summary only; the whole text is always kept.
 * Quotes are folded in answers alone: in a first report ">" may be anything.
 * Where less than a few words would be left, all is left.
 *
 * Every mark is a row of a table. Forwarded mail is left whole.
 */
#include <ctype.h>

#include "mail/mail_internal.h"

enum {
    VISIBLE_MIN = 10,
    ATTRIBUTION_MAX = 300, /* bytes of "On ... wrote:", folded or not */
    ATTRIBUTION_LINES = 4,
};

/* "On ... wrote:" and its kin, told by how they begin and end. */
static const struct {
    struct str begin, end;
} attributions[] = {
    { STR_INIT("on "), STR_INIT("wrote:") },
    { STR_INIT("on "), STR_INIT("wrote :") },
    { STR_INIT("el "), STR_INIT("escribi\xc3\xb3:") },
    { STR_INIT("el "), STR_INIT("escribi\xc3\xb3 :") },
    { STR_INIT("el "), STR_INIT("escribio:") },
    { STR_INIT("le "), STR_INIT("a \xc3\xa9"
                                "crit :") },
    { STR_INIT("am "), STR_INIT("schrieb:") },
};

/* From here on all was said before. In lower case, at a line's beginning. */
static const struct str cuts[] = {
    STR_INIT("## reply above"),
    STR_INIT("## responda arriba"),
    STR_INIT("##- reply above"),
    STR_INIT("-----original message-----"),
    STR_INIT("----- original message -----"),
    STR_INIT("-----mensaje original-----"),
    STR_INIT("----- mensaje original -----"),
};

/* The block Outlook puts before what it quotes; three of them in a row. */
static const struct str block_fields[] = {
    STR_INIT("from:"),  STR_INIT("sent:"),    STR_INIT("date:"),
    STR_INIT("to:"),    STR_INIT("cc:"),      STR_INIT("subject:"),
    STR_INIT("de:"),    STR_INIT("enviado:"), STR_INIT("enviado el:"),
    STR_INIT("fecha:"), STR_INIT("para:"),    STR_INIT("asunto:"),
};

/* A line of a program's own making at the end. */
static const struct str taglines[] = {
    STR_INIT("sent from my "),
    STR_INIT("sent from mail for"),
    STR_INIT("sent via "),
    STR_INIT("get outlook for "),
    STR_INIT("enviado desde mi"),
    STR_INIT("enviado desde correo para"),
    STR_INIT("obtener outlook para"),
};

static const struct str forwards[] = {
    STR_INIT("fwd:"),
    STR_INIT("fw:"),
    STR_INIT("rv:"),
    STR_INIT("reenv"),
};

static const struct str answers[] = { STR_INIT("re:"), STR_INIT("aw:"),
                                      STR_INIT("rv: re:") };

static bool begins_with(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_case_starts(s, list[i]))
            return true;
    }
    return false;
}

static bool quoted(struct str line)
{
    return line.n > 0 && line.p[0] == '>';
}

static bool signature(struct str line)
{
    return str_eq(line, STR("-- ")) || str_eq(line, STR("--"));
}

/* "*From:* Ana": bold as plain text is written. */
static struct str unbold(struct str line)
{
    line = str_trim(line);
    while (line.n > 0 && line.p[0] == '*')
        line = str_slice(line, 1, line.n);
    return line;
}

static bool outlook_block(struct str rest)
{
    int fields = 0;

    for (int i = 0; i < 5 && rest.n > 0; i++) {
        struct str line = unbold(str_line(&rest));

        fields += begins_with(line, block_fields, COUNT_OF(block_fields));
    }
    return fields >= 3;
}

/*
 * Where the attribution at the head of rest ends, or 0. It may be folded, so
 * its last word may stand some lines below its first.
 */
static size_t attribution_len(struct str rest)
{
    struct str head = str_slice(rest, 0, ATTRIBUTION_MAX);
    struct str left = head;
    int lines = 0;

    while (left.n > 0 && lines++ < ATTRIBUTION_LINES) {
        struct str line = str_trim(str_line(&left));

        if (line.n == 0)
            return 0;
        for (size_t i = 0; i < COUNT_OF(attributions); i++) {
            size_t tail = attributions[i].end.n;

            if (str_case_starts(head, attributions[i].begin) &&
                line.n >= tail &&
                str_case_eq(str_slice(line, line.n - tail, line.n),
                            attributions[i].end))
                return head.n - left.n;
        }
    }
    return 0;
}

static bool next_is_quoted(struct str rest)
{
    while (rest.n > 0) {
        struct str line = str_line(&rest);

        if (str_trim(line).n > 0)
            return quoted(line);
    }
    return false;
}

struct fold {
    struct buf out;
    bool answer;  /* to something said before */
    bool quoting; /* an attribution has said that quotes follow */
};

/* Lines that only underline what is cut after them. */
static void rules_drop(struct buf *out)
{
    struct str text = str_trim(buf_str(out));

    while (text.n > 0 &&
           (text.p[text.n - 1] == '_' || text.p[text.n - 1] == '-'))
        text.n--;
    if (str_trim(buf_str(out)).n - text.n >= 5)
        out->n = (size_t)(text.p - out->p) + text.n;
}

/* Deals with the line rest begins with; false: nothing after it is shown. */
static bool line_take(struct fold *f, struct str *rest)
{
    struct str from = *rest;
    struct str line = str_line(rest);
    size_t attribution;
    bool quotes;

    if (begins_with(unbold(line), cuts, COUNT_OF(cuts)) || signature(line))
        return false;
    if (begins_with(unbold(line), block_fields, 1) ||
        begins_with(unbold(line), block_fields + 6, 1)) {
        if (outlook_block(from)) {
            rules_drop(&f->out);
            return false;
        }
    }
    attribution = attribution_len(from);
    quotes =
        attribution > 0 && next_is_quoted(str_slice(from, attribution, from.n));
    if (attribution > 0 && (quotes || f->answer)) {
        *rest = str_slice(from, attribution, from.n);
        f->quoting = true;
        return quotes;
    }
    if (quoted(line) && (f->answer || f->quoting))
        return true;
    buf_add(&f->out, line);
    buf_byte(&f->out, '\n');
    return true;
}

static struct str tagline_drop(struct str text)
{
    size_t last;

    text = str_trim(text);
    for (last = text.n; last > 0 && text.p[last - 1] != '\n'; last--)
        ;
    if (begins_with(str_slice(text, last, text.n), taglines,
                    COUNT_OF(taglines)))
        return str_trim(str_slice(text, 0, last));
    return text;
}

struct str visible_of(const struct message *m, struct arena *a)
{
    struct str rest = m->text;
    struct fold f = { .answer =
                          m->thread != NULL ||
                          begins_with(m->subject, answers, COUNT_OF(answers)) };
    struct str visible;

    if (begins_with(m->subject, forwards, COUNT_OF(forwards)))
        return m->text;
    f.out = buf_init(m->text.n + 2);
    while (rest.n > 0 && line_take(&f, &rest))
        ;
    visible = tagline_drop(buf_str(&f.out));
    visible = visible.n < VISIBLE_MIN ? m->text : arena_str(a, visible);
    buf_free(&f.out);
    return visible;
}
