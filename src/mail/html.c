/*
 * HTML to text with a tokenizer and no tree. Each byte is looked at a bounded
 * number of times, so no input takes more than time in its length.
 */
#include "mail/html.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/html_entity.h"
#include "mail/html_tag.h"
#include "spine/message.h"

enum {
    QUOTES_MAX = 20, /* deeper quotes are shown as deep as this */
    HREF_MAX = 500,  /* a longer link is for a program */
    ENTITY_MAX = 32,
};

struct page {
    struct buf out;
    struct str rest;
    int newlines; /* owed before the next word; 2: an empty line too */
    bool space;   /* owed before the next word of the line */
    bool fresh;   /* nothing stands on this line yet */
    int quotes;
    uint64_t indents; /* a bit for each quote that is open; 1: it is none */
    int pre;
    struct str href;    /* of the link that is open */
    size_t href_from;   /* where in out its text begins */
    struct str skipped; /* the element that is left out, by name */
    int skipped_depth;
    bool comments_open; /* no comment ends in the rest */
};

static void quote_marks(struct page *p)
{
    int depth = p->quotes < QUOTES_MAX ? p->quotes : QUOTES_MAX;

    for (int i = 0; i < depth; i++)
        buf_byte(&p->out, '>');
    if (depth > 0)
        buf_byte(&p->out, ' ');
}

/* Pays what is owed before a word: line ends, quote marks, one space. */
static void owed_pay(struct page *p)
{
    bool begun = p->out.n > 0;

    for (; begun && p->newlines > 0; p->newlines--) {
        buf_byte(&p->out, '\n');
        if (p->newlines > 1 && p->quotes > 0)
            buf_byte(&p->out, '>');
        p->fresh = true;
    }
    p->newlines = 0;
    if (p->fresh) {
        quote_marks(p);
    } else if (p->space) {
        buf_byte(&p->out, ' ');
    }
    p->fresh = false;
    p->space = false;
}

static void line_end(struct page *p, int newlines)
{
    if (!p->fresh || p->newlines > 0)
        p->newlines = p->newlines > newlines ? p->newlines : newlines;
    p->space = false;
}

/* <br>: each one counts, up to an empty line. */
static void line_break(struct page *p)
{
    if (p->newlines < 2)
        p->newlines++;
    p->space = false;
}

static void bytes_out(struct page *p, struct str s)
{
    owed_pay(p);
    buf_add(&p->out, s);
}

/* Text outside <pre>: runs of blanks are one space. */
static void text_out(struct page *p, struct str text)
{
    while (text.n > 0 && !p->out.over) {
        size_t n = 0;

        while (n < text.n && html_blank(text.p[n]))
            n++;
        p->space = p->space || n > 0;
        text = str_slice(text, n, text.n);
        for (n = 0; n < text.n && !html_blank(text.p[n]); n++)
            ;
        if (n > 0)
            bytes_out(p, str_slice(text, 0, n));
        text = str_slice(text, n, text.n);
    }
}

static void pre_out(struct page *p, struct str text)
{
    while (text.n > 0 && !p->out.over) {
        bool ends = str_find(text, STR("\n")) < text.n;
        struct str line = str_line(&text);

        if (line.n > 0)
            bytes_out(p, line);
        if (ends)
            p->newlines++;
    }
}

static void words_out(struct page *p, struct str text)
{
    if (p->pre > 0) {
        pre_out(p, text);
    } else {
        text_out(p, text);
    }
}

/* An entity at the head of rest; what is none is an ampersand. */
static void entity_take(struct page *p)
{
    char utf8[8];
    size_t used;
    struct str c = html_entity(str_slice(p->rest, 0, ENTITY_MAX), utf8, &used);

    if (used == 0) {
        c = STR("&");
        used = 1;
    }
    if (p->skipped.n == 0 && c.n > 0) {
        if (html_blank(c.p[0]) || str_eq(c, STR("\xc2\xa0"))) {
            words_out(p, STR(" "));
        } else {
            bytes_out(p, c);
        }
    }
    p->rest = str_slice(p->rest, used, p->rest.n);
}

static void text_take(struct page *p)
{
    size_t n = 0;

    while (n < p->rest.n && p->rest.p[n] != '<' && p->rest.p[n] != '&')
        n++;
    if (p->skipped.n == 0)
        words_out(p, str_slice(p->rest, 0, n));
    p->rest = str_slice(p->rest, n, p->rest.n);
}

/* Goes past the end tag of an element whose content is no HTML. */
static void raw_skip(struct page *p, struct str name)
{
    while (p->rest.n > 0) {
        struct str after;

        (void)str_until(&p->rest, STR("</"));
        after = p->rest;
        if (str_case_starts(after, name)) {
            (void)str_until(&p->rest, STR(">"));
            return;
        }
    }
}

/* The scheme is the same for the eye: "www.example.org". */
static struct str link_plain(struct str href)
{
    static const struct str schemes[] = { STR_INIT("http://"),
                                          STR_INIT("https://"),
                                          STR_INIT("mailto:"),
                                          STR_INIT("tel:") };

    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (str_case_starts(href, schemes[i]))
            href = str_slice(href, schemes[i].n, href.n);
    }
    if (href.n > 0 && href.p[href.n - 1] == '/')
        href.n--;
    return href;
}

static bool link_leads(struct str href)
{
    static const struct str schemes[] = { STR_INIT("http:"), STR_INIT("https:"),
                                          STR_INIT("mailto:"), STR_INIT("tel:"),
                                          STR_INIT("geo:") };

    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (str_case_starts(href, schemes[i]))
            return href.n <= HREF_MAX;
    }
    return false;
}

static void href_out(struct page *p, struct str href)
{
    buf_add(&p->out, STR(" <"));
    while (href.n > 0) {
        char utf8[8];
        size_t used = 0;
        struct str c = STR_NONE;

        if (href.p[0] == '&')
            c = html_entity(str_slice(href, 0, ENTITY_MAX), utf8, &used);
        if (used == 0) {
            c = str_slice(href, 0, 1);
            used = 1;
        }
        if (c.n > 0 && !html_blank(c.p[0]))
            buf_add(&p->out, c);
        href = str_slice(href, used, href.n);
    }
    buf_byte(&p->out, '>');
}

/* Writes the address of the link that ends, where its text is not it. */
static void link_end(struct page *p)
{
    struct str plain = link_plain(p->href);
    struct str text;

    if (p->href.n == 0)
        return;
    text = str_slice(buf_str(&p->out), p->href_from, p->out.n);
    if (str_trim(text).n > 0 && plain.n > 0 &&
        str_find(str_slice(text, 0, 2UL * HREF_MAX), plain) >=
            str_slice(text, 0, 2UL * HREF_MAX).n)
        href_out(p, p->href);
    p->href = STR_NONE;
}

static void link_take(struct page *p, const struct tag *tag)
{
    link_end(p);
    if (tag->closing || !link_leads(tag->href))
        return;
    p->href = tag->href;
    p->href_from = p->out.n;
}

static void quote_take(struct page *p, const struct tag *tag)
{
    bool indent = tag->closing ? p->indents & 1 : tag->indent;

    line_end(p, 1);
    p->indents = tag->closing ? p->indents >> 1 : p->indents << 1 | indent;
    if (indent)
        return;
    p->quotes += tag->closing ? -1 : 1;
    p->quotes = p->quotes < 0 ? 0 : p->quotes;
}

static void pre_take(struct page *p, const struct tag *tag)
{
    line_end(p, 1);
    p->pre += tag->closing ? -1 : 1;
    p->pre = p->pre < 0 ? 0 : p->pre;
}

static void item_take(struct page *p, const struct tag *tag)
{
    line_end(p, 1);
    if (!tag->closing)
        bytes_out(p, STR("- "));
}

static void block_take(struct page *p, const struct tag *tag)
{
    line_end(p, tag->kind == TAG_PARAGRAPH ? 2 : 1);
}

static void break_take(struct page *p, const struct tag *tag)
{
    (void)tag;
    line_break(p);
}

static void cell_take(struct page *p, const struct tag *tag)
{
    (void)tag;
    p->space = true;
}

static void raw_take(struct page *p, const struct tag *tag)
{
    if (!tag->closing)
        raw_skip(p, tag->name);
}

static void (*const take[])(struct page *, const struct tag *) = {
    [TAG_OTHER] = NULL,       [TAG_BREAK] = break_take,
    [TAG_BLOCK] = block_take, [TAG_PARAGRAPH] = block_take,
    [TAG_ITEM] = item_take,   [TAG_CELL] = cell_take,
    [TAG_QUOTE] = quote_take, [TAG_PRE] = pre_take,
    [TAG_LINK] = link_take,   [TAG_RAW] = raw_take,
    [TAG_SKIP] = NULL,        [TAG_VOID] = NULL,
};

/* Within an element that is left out: looks for its end. */
static void skipped_take(struct page *p, const struct tag *tag)
{
    bool no_nesting = str_case_eq(tag->name, STR("p"));

    if (tag->kind == TAG_RAW && !tag->closing)
        raw_skip(p, tag->name);
    /* A page whose <head> is never closed begins with its <body>. */
    if (str_case_eq(tag->name, STR("body")) &&
        str_case_eq(p->skipped, STR("head"))) {
        p->skipped_depth = 0;
    } else if (str_case_eq(tag->name, p->skipped)) {
        p->skipped_depth += tag->closing || no_nesting ? -1 : 1;
    }
    if (p->skipped_depth <= 0)
        p->skipped = STR_NONE;
}

static void tag_take(struct page *p)
{
    struct tag tag;

    p->rest = html_tag_read(p->rest, &tag);
    if (p->skipped.n > 0) {
        skipped_take(p, &tag);
        return;
    }
    if (!tag.closing && tag.kind != TAG_VOID && tag.kind != TAG_BREAK &&
        (tag.hidden || tag.kind == TAG_SKIP)) {
        p->skipped = tag.name;
        p->skipped_depth = 1;
        return;
    }
    if (take[tag.kind] != NULL)
        take[tag.kind](p, &tag);
}

/* A comment, a declaration or an instruction: nothing of it is shown. */
static void markup_skip(struct page *p)
{
    if (str_starts(p->rest, STR("<!--"))) {
        p->rest = str_slice(p->rest, 4, p->rest.n);
        if (!p->comments_open)
            p->comments_open = str_find(p->rest, STR("-->")) == p->rest.n;
        if (!p->comments_open)
            (void)str_until(&p->rest, STR("-->"));
        return;
    }
    (void)str_until(&p->rest, STR(">"));
}

/* "b" or "/b": what follows the "<" of a tag. */
static bool tag_begins(struct str s)
{
    s = str_slice(s, s.n > 1 && s.p[0] == '/' ? 1 : 0, s.n);
    return s.n > 0 && ((s.p[0] >= 'a' && s.p[0] <= 'z') ||
                       (s.p[0] >= 'A' && s.p[0] <= 'Z'));
}

static void token_take(struct page *p)
{
    char c = p->rest.p[0];
    struct str name = str_slice(p->rest, 1, 3);

    if (c == '&') {
        entity_take(p);
    } else if (c != '<') {
        text_take(p);
    } else if (str_starts(name, STR("!")) || str_starts(name, STR("?"))) {
        markup_skip(p);
    } else if (tag_begins(name)) {
        tag_take(p);
    } else {
        if (p->skipped.n == 0)
            bytes_out(p, STR("<"));
        p->rest = str_slice(p->rest, 1, p->rest.n);
    }
}

struct str html_to_text(struct arena *a, struct str html)
{
    struct page p = { .rest = html, .fresh = true };
    struct str text;

    p.out = buf_init(MESSAGE_TEXT_MAX);
    while (p.rest.n > 0 && !p.out.over)
        token_take(&p);
    link_end(&p);
    text = arena_str(a, utf8_head(buf_str(&p.out), p.out.n));
    buf_free(&p.out);
    return text;
}
