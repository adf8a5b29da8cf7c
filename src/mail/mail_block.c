/* Where a mail begins within the text of another, and what its head says. */
#include "mail/mail_block.h"

#include "base/utf8.h"
#include "mail/mail_internal.h"

enum {
    HEAD_LINES_MAX = 60,  /* many recipients make many lines */
    FOLDED_LINES_MAX = 8, /* of one field */
    LOOKED_MAX = 2000,    /* lines in which a block is looked for */
    INLINE_MAX = 4096,    /* bytes of a head that is one line */
};

static struct str *field_slot(struct mail_block *b, enum marker_kind kind)
{
    static const size_t slots[MARKERS] = {
        [MARKER_FROM] = offsetof(struct mail_block, from),
        [MARKER_TO] = offsetof(struct mail_block, to),
        [MARKER_CC] = offsetof(struct mail_block, cc),
        [MARKER_DATE] = offsetof(struct mail_block, date),
        [MARKER_SUBJECT] = offsetof(struct mail_block, subject),
    };

    return slots[kind] == 0 ? NULL : (struct str *)((char *)b + slots[kind]);
}

/* Whether one of the lines that follow without a gap is a field. */
static bool field_follows(struct str rest)
{
    struct str value;
    bool quoted;

    for (int i = 0; i < FOLDED_LINES_MAX && rest.n > 0; i++) {
        struct str line = line_unquote(str_line(&rest), &quoted);

        if (text_trim(line).n == 0)
            return false;
        if (field_of(line, &value) != MARKERS)
            return true;
    }
    return false;
}

/* The line after the empty ones of rest, which are taken off it. */
static struct str next_line(struct str rest)
{
    bool quoted;

    while (rest.n > 0) {
        struct str line = line_unquote(str_line(&rest), &quoted);

        if (text_trim(line).n > 0)
            return line;
    }
    return STR_NONE;
}

/* A field of text's own lines grows by the line that continues it. */
static void field_grow(struct str *slot, struct str line)
{
    if (slot != NULL && slot->n > 0 && line.p > slot->p)
        slot->n = (size_t)(line.p + line.n - slot->p);
}

struct head {
    struct mail_block *b;
    unsigned seen; /* a bit a kind */
    int fields;
    struct str *open; /* the field that may go on */
};

static void head_take(struct head *h, enum marker_kind kind, struct str value)
{
    struct str *slot = field_slot(h->b, kind);

    h->open = NULL;
    if (slot != NULL && (h->seen & 1U << kind) == 0) {
        *slot = value;
        h->open = slot;
    }
    h->fields += (h->seen & 1U << kind) == 0;
    h->seen |= 1U << kind;
}

/* Whether an empty line stands between two fields of one head. */
static bool gap_within(const struct head *h, struct str rest)
{
    struct str value;
    enum marker_kind kind = field_of(next_line(rest), &value);

    return kind != MARKERS && (h->seen & 1U << kind) == 0;
}

size_t block_head(struct mail_block *b, struct str text, int least)
{
    struct head h = { .b = b };
    struct str rest = text;
    size_t end = 0;

    for (int i = 0; i < HEAD_LINES_MAX && rest.n > 0; i++) {
        struct str before = rest;
        struct str value;
        bool quoted;
        struct str line = line_unquote(str_line(&rest), &quoted);
        enum marker_kind kind = field_of(line, &value);

        if (text_trim(line).n == 0) {
            if (!gap_within(&h, rest))
                break;
        } else if (kind != MARKERS) {
            head_take(&h, kind, value);
            end = text.n - rest.n;
        } else if (h.fields == 0 || !field_follows(before)) {
            break;
        } else {
            field_grow(h.open, line);
        }
    }
    if (h.fields < least || (h.seen & 1U << MARKER_FROM) == 0)
        return 0;
    return end;
}

/* ---- a head that is one line, as Yahoo writes it ---- */

/* Where phrase stands as a field in line; one of a letter or two only after
   an address. line.n: nowhere. */
static size_t inline_find(struct str line, struct str phrase, struct str mark)
{
    for (size_t at = 0; at < line.n;) {
        struct str rest = str_slice(line, at, line.n);
        size_t found = str_find(rest, phrase);

        if (found == rest.n)
            return line.n;
        at += found;
        if (str_starts(str_slice(line, at + phrase.n, line.n), mark) &&
            (at == 0 || phrase.n > 3 || line.p[at - 1] == '>' ||
             line.p[at - 1] == ' '))
            return at;
        at += phrase.n;
    }
    return line.n;
}

static const enum marker_kind inline_kinds[] = { MARKER_TO, MARKER_CC,
                                                 MARKER_DATE, MARKER_SUBJECT };

struct inline_field {
    size_t at, value;
};

/* The first field of that kind in that language. */
static struct inline_field inline_field(struct str line, enum marker_kind kind,
                                        const char *language)
{
    static const struct str marks[] = { STR_INIT(":"), STR_INIT(" ") };
    struct marker_range range = mail_marker_ranges[kind];
    struct inline_field field = { line.n, line.n };

    for (size_t m = 0; m < COUNT_OF(marks) && field.at == line.n; m++) {
        for (int i = range.begin; i < range.end; i++) {
            struct str phrase = mail_markers[i].phrase;
            size_t at;

            if (strcmp(mail_markers[i].language, language) != 0)
                continue;
            at = inline_find(line, phrase, marks[m]);
            if (at < field.at)
                field = (struct inline_field){ at, at + phrase.n + 1 };
        }
    }
    return field;
}

/* Reads the fields behind the sender's; how many there are. */
static int inline_read(struct mail_block *b, struct str line,
                       const char *language)
{
    struct inline_field found[COUNT_OF(inline_kinds)];
    size_t from_end = line.n;
    int fields = 1;

    for (size_t i = 0; i < COUNT_OF(inline_kinds); i++) {
        found[i] = inline_field(line, inline_kinds[i], language);
        if (found[i].at < from_end)
            from_end = found[i].at;
    }
    for (size_t i = 0; i < COUNT_OF(inline_kinds); i++) {
        struct str *slot = field_slot(b, inline_kinds[i]);
        size_t end = line.n;

        if (found[i].at == line.n || slot == NULL)
            continue;
        for (size_t k = 0; k < COUNT_OF(inline_kinds); k++) {
            if (found[k].at > found[i].at && found[k].at < end)
                end = found[k].at;
        }
        *slot = text_trim(str_slice(line, found[i].value, end));
        fields++;
    }
    b->from = text_trim(str_slice(line, 0, from_end));
    return fields;
}

/* Whether line is a whole head; b gets it in the language that fits best. */
static bool inline_head(struct mail_block *b, struct str line)
{
    struct marker_range range = mail_marker_ranges[MARKER_FROM];
    int best = 0;

    line = utf8_head(line, INLINE_MAX);
    for (int i = range.begin; i < range.end; i++) {
        struct str phrase = mail_markers[i].phrase;
        struct mail_block tried = *b;
        struct str rest;
        int fields;

        if (!str_case_starts(line, phrase))
            continue;
        rest = text_trim(str_slice(line, phrase.n, line.n));
        if (!str_starts(rest, STR(":")))
            continue;
        fields = inline_read(&tried, str_slice(rest, 1, rest.n),
                             mail_markers[i].language);
        if (fields > best) {
            best = fields;
            *b = tried;
        }
    }
    return best >= 3;
}

/* ---- what stands around ---- */

/* Lines that only underline what comes after them. */
static struct str rule_drop(struct str above)
{
    for (;;) {
        struct str head;
        struct str line;
        size_t last;

        above = text_trim(above);
        for (last = above.n; last > 0 && above.p[last - 1] != '\n'; last--)
            ;
        line = text_trim(str_slice(above, last, above.n));
        head = str_slice(above, 0, last);
        if (line.n < 3)
            return above;
        for (size_t i = 0; i < line.n; i++) {
            if (strchr("-_=*", line.p[i]) == NULL)
                return above;
        }
        above = head;
    }
}

/* Whether every line that says something is quoted. */
static bool all_quoted(struct str text)
{
    bool any = false;
    bool quoted;

    while (text.n > 0) {
        struct str line = str_line(&text);

        if (text_trim(line).n == 0)
            continue;
        (void)line_unquote(line, &quoted);
        if (!quoted)
            return false;
        any = true;
    }
    return any;
}

/* What is quoted at the head of text, without the marks; then what follows. */
static void body_unquote(struct mail_block *b, struct str text, struct arena *a)
{
    struct buf out = buf_init(text.n + 1);
    bool gap =
        true; /* a line that goes on with a paragraph may lack its mark */

    while (text.n > 0) {
        struct str rest = text;
        bool quoted;
        struct str line = line_unquote(str_line(&rest), &quoted);

        if (!quoted && gap && text_trim(line).n > 0)
            break;
        gap = text_trim(line).n == 0;
        buf_add(&out, line);
        buf_byte(&out, '\n');
        text = rest;
    }
    b->body = arena_str(a, buf_str(&out));
    b->below = text_trim(text);
    buf_free(&out);
}

static void body_read(struct mail_block *b, struct str body, bool quoted,
                      struct arena *a)
{
    if (quoted || all_quoted(body)) {
        body_unquote(b, body, a);
    } else {
        b->body = body;
    }
}

/* The head behind a line that says that a mail follows. */
static bool marked_read(struct mail_block *b, struct str after, struct str rest,
                        struct arena *a)
{
    struct str head = rest;
    bool quoted = false;
    size_t n;

    if (after.n > 0) {
        if (!inline_head(b, after))
            return false;
        body_read(b, rest, false, a);
        return true;
    }
    while (head.n > 0) {
        struct str left = head;
        struct str line = line_unquote(str_line(&left), &quoted);

        if (text_trim(line).n > 0)
            break;
        head = left;
    }
    n = block_head(b, head, 2);
    if (n > 0)
        body_read(b, str_slice(head, n, head.n), quoted, a);
    return n > 0;
}

/* "---- words ----": whatever they say, and what stands behind. */
static bool line_dashed(struct str line, struct str *after)
{
    struct str rest =
        str_slice(line, str_starts(line, STR("---")) ? 3 : line.n, line.n);
    size_t end;

    while (rest.n > 0 && rest.p[0] == '-')
        rest = str_slice(rest, 1, rest.n);
    end = str_find(rest, STR("---"));
    if (text_trim(str_slice(rest, 0, end)).n == 0 || end == rest.n)
        return false;
    rest = str_slice(rest, end, rest.n);
    while (rest.n > 0 && rest.p[0] == '-')
        rest = str_slice(rest, 1, rest.n);
    *after = text_trim(rest);
    return true;
}

static enum block_how line_look(struct mail_block *b, struct str from,
                                struct arena *a)
{
    static const struct {
        enum marker_kind kind;
        enum block_how how;
    } marks[] = { { MARKER_BEGIN, BLOCK_MARKED },
                  { MARKER_ORIGINAL, BLOCK_ORIGINAL } };
    struct str rest = from;
    bool quoted;
    struct str line = text_trim(line_unquote(str_line(&rest), &quoted));
    char room[WROTE_MAX];
    struct str value;
    struct str wrote;
    size_t n;

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (line_begins_mail(line, marks[i].kind, &value) &&
            marked_read(b, value, rest, a))
            return marks[i].how;
    }
    if (line_dashed(line, &value) && marked_read(b, value, rest, a))
        return BLOCK_DASHED;
    if (field_of(line, &value) != MARKERS) {
        n = block_head(b, from, 3);
        if (n == 0)
            return BLOCK_NONE;
        b->quoted = quoted;
        body_read(b, str_slice(from, n, from.n), quoted, a);
        return BLOCK_HEAD;
    }
    n = wrote_len(from, room, &wrote);
    if (n == 0)
        return BLOCK_NONE;
    b->from = arena_str(a, wrote);
    body_read(b, str_slice(from, n, from.n), quoted, a);
    return BLOCK_WROTE;
}

bool block_at(struct mail_block *b, struct str text, struct arena *a)
{
    *b = (struct mail_block){ 0 };
    b->how = line_look(b, text, a);
    return b->how != BLOCK_NONE;
}

/* The long line under which Outlook on the web puts the head of a mail. */
static bool ruled(struct str above)
{
    above = text_trim(above);
    return str_ends(above, STR("____________________"));
}

/* A quoted head below words that end in a colon: "Begin forwarded message:"
   in a language that the table lacks. Takes them off above. */
static bool announced(struct str *above)
{
    struct str text = text_trim(*above);
    size_t last;
    bool quoted;
    struct str line;

    if (text.n == 0 || (text.p[text.n - 1] == '>' && text.n == 1))
        return false;
    while (text.n > 0 &&
           (text.p[text.n - 1] == '>' || text.p[text.n - 1] == ' ' ||
            text.p[text.n - 1] == '\n'))
        text.n--;
    for (last = text.n; last > 0 && text.p[last - 1] != '\n'; last--)
        ;
    line = text_trim(line_unquote(str_slice(text, last, text.n), &quoted));
    if (!str_ends(line, STR(":")) && !str_ends(line, STR("\xef\xbc\x9a")))
        return false;
    *above = str_slice(text, 0, last);
    return true;
}

bool block_search(struct mail_block *b, struct str text, struct arena *a)
{
    struct str rest = text;

    for (int i = 0; i < LOOKED_MAX && rest.n > 0; i++) {
        struct str from = rest;

        if (text_trim(str_line(&rest)).n == 0 || !block_at(b, from, a))
            continue;
        b->above = str_slice(text, 0, text.n - from.n);
        b->ruled = ruled(b->above) || (b->quoted && announced(&b->above));
        b->above = rule_drop(b->above);
        return true;
    }
    *b = (struct mail_block){ 0 };
    return false;
}

/* ---- addresses ---- */

struct str block_addresses(struct arena *a, struct str field)
{
    struct buf out = buf_init(field.n + 1);
    bool linked = str_case_find(field, STR("<mailto:")) < field.n;
    struct str bare = field;
    struct str made;

    while (bare.n > 0) {
        struct str rest = str_slice(bare, 1, bare.n);
        bool link = str_case_starts(bare, STR("<mailto:"));

        if (link) {
            str_until(&rest, STR(">"));
        } else if (str_case_starts(bare, STR("[mailto:"))) {
            rest = str_slice(bare, 8, bare.n);
            buf_byte(&out, '<');
            buf_add(&out, str_until(&rest, STR("]")));
            buf_byte(&out, '>');
        } else {
            buf_byte(&out, bare.p[0]);
        }
        bare = rest;
    }
    made = arena_str(a, buf_str(&out));
    buf_free(&out);
    if (!linked || str_find(made, STR("@")) < made.n)
        return made;
    /* The link is all there is of the address. */
    out = buf_init(field.n + 1);
    while (field.n > 0) {
        buf_add(&out, str_until(&field, STR("<mailto:")));
        if (field.n > 0)
            buf_byte(&out, '<');
    }
    made = arena_str(a, buf_str(&out));
    buf_free(&out);
    return made;
}

bool block_mailbox(struct arena *a, struct str field, struct mailbox *box)
{
    struct str made = block_addresses(a, field);
    size_t close = str_find(made, STR(">"));

    /* "Ana <ana@example.org> on behalf of ..." */
    if (close < made.n)
        made = str_slice(made, 0, close + 1);
    return address_first(a, made, box);
}
