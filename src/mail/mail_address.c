/*
 * Address headers as people and programs write them (RFC 5322 3.4, RFC 6532
 * and much that neither allows). One pass, no recursion: groups are only
 * words that end in a colon, comments are counted, not nested.
 */
#include "base/utf8.h"
#include "mail/mail_domain.h"
#include "mail/mail_internal.h"

struct scan {
    struct arena *a;
    struct str rest;
    struct buf phrase; /* what stands outside <> and comments */
    struct str angle;  /* what stands in <> */
    bool has_angle;
    struct str comment;
    bool quotes_end; /* false: the rest holds no closing quote */
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A quoted string at the head of rest; its words join the phrase. */
static void quoted_take(struct scan *s)
{
    size_t n = 1;

    while (n < s->rest.n && s->rest.p[n] != '"')
        n += s->rest.p[n] == '\\' ? 2 : 1;
    if (n >= s->rest.n) {
        s->quotes_end = false;
        s->rest = str_slice(s->rest, 1, s->rest.n);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        i += s->rest.p[i] == '\\' ? 1 : 0;
        buf_byte(&s->phrase, s->rest.p[i]);
    }
    s->rest = str_slice(s->rest, n + 1, s->rest.n);
}

static void comment_take(struct scan *s)
{
    size_t depth = 0;
    size_t n = 0;

    for (; n < s->rest.n; n++) {
        char c = s->rest.p[n];

        n += c == '\\' ? 1 : 0;
        depth += c == '(';
        depth -= c == ')';
        if (depth == 0)
            break;
    }
    if (s->comment.n == 0)
        s->comment = str_slice(s->rest, 1, n);
    s->rest = str_slice(s->rest, n + 1, s->rest.n);
}

static void angle_take(struct scan *s)
{
    size_t n = 1;

    while (n < s->rest.n && s->rest.p[n] != '>' && s->rest.p[n] != '<' &&
           !(s->rest.p[n] == ',' && s->rest.p[1] != '@'))
        n++;
    s->angle = str_trim(str_slice(s->rest, 1, n));
    s->has_angle = true;
    if (n < s->rest.n && s->rest.p[n] == '>')
        n++;
    s->rest = str_slice(s->rest, n, s->rest.n);
}

/* A route before the address (RFC 822): "@a,@b:user@c". */
static struct str route_skip(struct str address)
{
    size_t colon = str_find(address, STR(":"));

    if (address.n == 0 || address.p[0] != '@' || colon == address.n)
        return address;
    return str_slice(address, colon + 1, address.n);
}

static bool address_byte(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f &&
           strchr("<>()[]\",;:", c) == NULL;
}

/*
 * The word around the first "@" of text that has something on both sides.
 * An address literal, ana@[192.0.2.1], keeps its brackets.
 */
static struct str address_in(struct str text)
{
    for (size_t at = 0; at < text.n; at++) {
        size_t begin = at;
        size_t end = at + 1;

        if (text.p[at] != '@')
            continue;
        while (begin > 0 && address_byte(text.p[begin - 1]))
            begin--;
        if (end < text.n && text.p[end] == '[')
            end += str_find(str_slice(text, end, text.n), STR("]")) + 1;
        while (end < text.n && address_byte(text.p[end]))
            end++;
        if (begin < at && end > at + 1)
            return str_slice(text, begin, end);
        at = end > at ? end - 1 : at;
    }
    return STR_NONE;
}

static struct str name_clean(struct arena *a, struct str raw)
{
    struct str name = str_trim(header_text(a, str_trim(raw)));

    while (name.n >= 2 && (name.p[0] == '\'' || name.p[0] == '"') &&
           name.p[name.n - 1] == name.p[0])
        name = str_trim(str_slice(name, 1, name.n - 1));
    return utf8_head(name, MESSAGE_NAME_MAX);
}

/* An address with blanks folded into it by its program, made whole. */
static struct str address_clean(struct arena *a, struct str raw)
{
    struct buf b = buf_init(MESSAGE_NAME_MAX);
    struct str address;

    raw = charset_text(a, raw, STR_NONE);
    if (str_case_starts(raw, STR("mailto:")))
        raw = str_slice(raw, 7, raw.n);
    for (size_t i = 0; i < raw.n; i++) {
        if (!blank(raw.p[i]))
            buf_byte(&b, raw.p[i]);
    }
    address = b.over ? STR_NONE : utf8_clean(a, buf_str(&b));
    buf_free(&b);
    return address_shown(a, address);
}

/* What was gathered up to a comma or the end, as a mailbox. */
static bool mailbox_make(struct scan *s, struct mailbox *box)
{
    struct str phrase = buf_str(&s->phrase);
    struct str bare = s->has_angle ? STR_NONE : address_in(phrase);
    struct str address = s->has_angle ? route_skip(s->angle) : bare;
    struct str name = phrase;

    *box = (struct mailbox){ 0 };
    if (memchr(address.n > 0 ? address.p : "", '@', address.n) == NULL)
        return false;
    if (bare.n > 0)
        name = str_slice(phrase, 0, (size_t)(bare.p - phrase.p));
    box->address = address_clean(s->a, address);
    box->name = name_clean(s->a, name);
    if (box->name.n == 0)
        box->name = name_clean(s->a, s->comment);
    if (str_case_eq(box->name, box->address))
        box->name = STR_NONE;
    return box->address.n > 0;
}

/*
 * A comma that has no address before it stands within a name: "Smith, John
 * <js@example.org>". A semicolon ends a group.
 */
static bool separates(struct scan *s, char c)
{
    if (c != ',' && c != ';')
        return false;
    return s->has_angle || c == ';' ||
           memchr(s->phrase.n > 0 ? s->phrase.p : "", '@', s->phrase.n) != NULL;
}

static void item_clear(struct scan *s)
{
    buf_clear(&s->phrase);
    s->angle = STR_NONE;
    s->comment = STR_NONE;
    s->has_angle = false;
}

static void one_take(struct scan *s)
{
    char c = s->rest.p[0];

    if (c == '"' && s->quotes_end) {
        quoted_take(s);
    } else if (c == '(') {
        comment_take(s);
    } else if (c == '<' && !s->has_angle) {
        angle_take(s);
    } else {
        buf_byte(&s->phrase, c);
        s->rest = str_slice(s->rest, 1, s->rest.n);
    }
}

void address_each(struct arena *a, struct str raw, address_fn *each, void *arg)
{
    struct scan s = { .a = a, .rest = raw, .quotes_end = true };
    struct mailbox box;
    bool more = true;

    s.phrase = buf_init(raw.n + 1);
    for (int i = 0; more && s.rest.n > 0 && i < MAIL_RECIPIENTS_MAX;) {
        if (!separates(&s, s.rest.p[0])) {
            one_take(&s);
            continue;
        }
        s.rest = str_slice(s.rest, 1, s.rest.n);
        if (mailbox_make(&s, &box)) {
            more = each(arg, &box);
            i++;
        }
        item_clear(&s);
    }
    if (more && s.rest.n == 0 && mailbox_make(&s, &box))
        each(arg, &box);
    buf_free(&s.phrase);
}

static bool keep_first(void *arg, const struct mailbox *box)
{
    *(struct mailbox *)arg = *box;
    return false;
}

bool address_first(struct arena *a, struct str raw, struct mailbox *out)
{
    struct str text;
    struct str address;

    *out = (struct mailbox){ 0 };
    address_each(a, raw, keep_first, out);
    if (out->address.n > 0 || raw.n == 0)
        return out->address.n > 0;
    text = header_text(a, raw);
    address = address_in(text);
    if (address.n > 0) { /* the address hid in an encoded word or a comment */
        size_t at = (size_t)(address.p - text.p);

        out->address = address_clean(a, address);
        if (at > 0 && text.p[at - 1] == '<')
            at--;
        out->name = name_clean(a, str_slice(text, 0, at));
    } else {
        out->name = name_clean(a, text);
    }
    return out->address.n > 0;
}
