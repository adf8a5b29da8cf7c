/*
 * HTML to text with a tokenizer and no tree. Each byte is looked at a bounded
 * number of times, so no input takes more than time in its length.
 */
#include "mail/html.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "mail/html_entity.h"
#include "spine/message.h"

enum {
    QUOTES_MAX = 20,   /* deeper quotes are shown as deep as this */
    HREF_MAX = 500,    /* a longer link is for a program */
    TAG_NAME_MAX = 16, /* of those we know */
    ENTITY_MAX = 32,
};

enum tag_kind {
    TAG_OTHER,
    TAG_BREAK,     /* a new line */
    TAG_BLOCK,     /* a line of its own */
    TAG_PARAGRAPH, /* a line of its own and an empty one before */
    TAG_ITEM,
    TAG_CELL,
    TAG_QUOTE,
    TAG_PRE,
    TAG_LINK,
    TAG_RAW,  /* its content is no HTML and not shown */
    TAG_SKIP, /* its content is not shown */
    TAG_VOID, /* has no content; nothing to show */
};

static const struct {
    struct str name;
    enum tag_kind kind;
} tags[] = {
    { STR_INIT("a"), TAG_LINK },           { STR_INIT("address"), TAG_BLOCK },
    { STR_INIT("article"), TAG_BLOCK },    { STR_INIT("base"), TAG_VOID },
    { STR_INIT("blockquote"), TAG_QUOTE }, { STR_INIT("body"), TAG_BLOCK },
    { STR_INIT("br"), TAG_BREAK },         { STR_INIT("center"), TAG_BLOCK },
    { STR_INIT("col"), TAG_VOID },         { STR_INIT("dd"), TAG_BLOCK },
    { STR_INIT("div"), TAG_BLOCK },        { STR_INIT("dl"), TAG_BLOCK },
    { STR_INIT("dt"), TAG_BLOCK },         { STR_INIT("fieldset"), TAG_BLOCK },
    { STR_INIT("footer"), TAG_BLOCK },     { STR_INIT("form"), TAG_BLOCK },
    { STR_INIT("h1"), TAG_PARAGRAPH },     { STR_INIT("h2"), TAG_PARAGRAPH },
    { STR_INIT("h3"), TAG_PARAGRAPH },     { STR_INIT("h4"), TAG_PARAGRAPH },
    { STR_INIT("h5"), TAG_PARAGRAPH },     { STR_INIT("h6"), TAG_PARAGRAPH },
    { STR_INIT("head"), TAG_SKIP },        { STR_INIT("header"), TAG_BLOCK },
    { STR_INIT("hr"), TAG_BREAK },         { STR_INIT("iframe"), TAG_RAW },
    { STR_INIT("img"), TAG_VOID },         { STR_INIT("input"), TAG_VOID },
    { STR_INIT("li"), TAG_ITEM },          { STR_INIT("link"), TAG_VOID },
    { STR_INIT("listing"), TAG_PRE },      { STR_INIT("main"), TAG_BLOCK },
    { STR_INIT("meta"), TAG_VOID },        { STR_INIT("nav"), TAG_BLOCK },
    { STR_INIT("noframes"), TAG_RAW },     { STR_INIT("object"), TAG_SKIP },
    { STR_INIT("ol"), TAG_BLOCK },         { STR_INIT("option"), TAG_BLOCK },
    { STR_INIT("p"), TAG_PARAGRAPH },      { STR_INIT("pre"), TAG_PRE },
    { STR_INIT("script"), TAG_RAW },       { STR_INIT("section"), TAG_BLOCK },
    { STR_INIT("style"), TAG_RAW },        { STR_INIT("svg"), TAG_SKIP },
    { STR_INIT("table"), TAG_BLOCK },      { STR_INIT("tbody"), TAG_BLOCK },
    { STR_INIT("td"), TAG_CELL },          { STR_INIT("template"), TAG_SKIP },
    { STR_INIT("textarea"), TAG_BLOCK },   { STR_INIT("tfoot"), TAG_BLOCK },
    { STR_INIT("th"), TAG_CELL },          { STR_INIT("thead"), TAG_BLOCK },
    { STR_INIT("title"), TAG_RAW },        { STR_INIT("tr"), TAG_BLOCK },
    { STR_INIT("ul"), TAG_BLOCK },         { STR_INIT("wbr"), TAG_VOID },
};

struct tag {
    struct str name;
    enum tag_kind kind;
    bool closing;
    bool hidden; /* display:none, or the attribute */
    struct str href;
};

struct page {
    struct buf out;
    struct str rest;
    int newlines; /* owed before the next word; 2: an empty line too */
    bool space;   /* owed before the next word of the line */
    bool fresh;   /* nothing stands on this line yet */
    int quotes;
    int pre;
    struct str href;    /* of the link that is open */
    size_t href_from;   /* where in out its text begins */
    struct str skipped; /* the element that is left out, by name */
    int skipped_depth;
    bool comments_open; /* no comment ends in the rest */
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

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
    if (p->fresh)
        quote_marks(p);
    else if (p->space)
        buf_byte(&p->out, ' ');
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

        while (n < text.n && blank(text.p[n]))
            n++;
        p->space = p->space || n > 0;
        text = str_slice(text, n, text.n);
        for (n = 0; n < text.n && !blank(text.p[n]); n++)
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
    if (p->pre > 0)
        pre_out(p, text);
    else
        text_out(p, text);
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
        if (blank(c.p[0]) || str_eq(c, STR("\xc2\xa0")))
            words_out(p, STR(" "));
        else
            bytes_out(p, c);
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

static enum tag_kind tag_kind_of(struct str name)
{
    for (size_t i = 0; i < COUNT_OF(tags); i++) {
        if (tags[i].name.n == name.n && str_case_eq(tags[i].name, name))
            return tags[i].kind;
    }
    return TAG_OTHER;
}

/* The value of an attribute at the head of s, cut off it. */
static struct str value_cut(struct str *s)
{
    char end = s->n > 0 ? s->p[0] : ' ';
    bool quoted = end == '"' || end == '\'';
    size_t begin = quoted ? 1 : 0;
    size_t n = begin;
    struct str value;

    while (n < s->n &&
           (quoted ? s->p[n] != end : !blank(s->p[n]) && s->p[n] != '>'))
        n++;
    value = str_slice(*s, begin, n);
    *s = str_slice(*s, n + (quoted ? 1 : 0), s->n);
    return value;
}

static bool style_hides(struct str style)
{
    struct str rest = str_slice(style, 0, 2000);

    while (rest.n > 0) {
        struct str value = str_until(&rest, STR(";"));
        struct str name = str_trim(str_until(&value, STR(":")));

        value = str_trim(value);
        if (str_case_eq(name, STR("display")) &&
            str_case_starts(value, STR("none")))
            return true;
    }
    return false;
}

static void attribute_take(struct tag *tag, struct str name, struct str value)
{
    if (str_case_eq(name, STR("href")))
        tag->href = str_trim(value);
    else if (str_case_eq(name, STR("style")))
        tag->hidden = tag->hidden || style_hides(value);
    else if (str_case_eq(name, STR("hidden")))
        tag->hidden = true;
}

/* Reads the attributes up to and with the ">"; a tag may end at the end. */
static void attributes_read(struct page *p, struct tag *tag)
{
    struct str s = p->rest;

    while (s.n > 0 && s.p[0] != '>') {
        size_t n = 0;
        struct str name;
        struct str value = STR_NONE;

        while (n < s.n && !blank(s.p[n]) && s.p[n] != '=' && s.p[n] != '>')
            n++;
        name = str_slice(s, 0, n);
        s = str_slice(s, n, s.n);
        while (s.n > 0 && blank(s.p[0]))
            s = str_slice(s, 1, s.n);
        if (s.n > 0 && s.p[0] == '=') {
            s = str_slice(s, 1, s.n);
            while (s.n > 0 && blank(s.p[0]))
                s = str_slice(s, 1, s.n);
            value = value_cut(&s);
        }
        attribute_take(tag, name, value);
    }
    p->rest = str_slice(s, 1, s.n);
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
        if (c.n > 0 && !blank(c.p[0]))
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
    line_end(p, 1);
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
        str_case_eq(p->skipped, STR("head")))
        p->skipped_depth = 0;
    else if (str_case_eq(tag->name, p->skipped))
        p->skipped_depth += tag->closing || no_nesting ? -1 : 1;
    if (p->skipped_depth <= 0)
        p->skipped = STR_NONE;
}

static void tag_take(struct page *p)
{
    struct tag tag = { .closing = p->rest.p[1] == '/' };
    size_t begin = tag.closing ? 2 : 1;
    size_t n = begin;

    while (n < p->rest.n && !blank(p->rest.p[n]) && p->rest.p[n] != '>' &&
           p->rest.p[n] != '/')
        n++;
    tag.name = str_slice(p->rest, begin, n);
    p->rest = str_slice(p->rest, n, p->rest.n);
    tag.kind = tag.name.n <= TAG_NAME_MAX ? tag_kind_of(tag.name) : TAG_OTHER;
    attributes_read(p, &tag);
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

static void token_take(struct page *p)
{
    char c = p->rest.p[0];
    char next = p->rest.n > 1 ? p->rest.p[1] : ' ';

    if (c == '&') {
        entity_take(p);
    } else if (c != '<') {
        text_take(p);
    } else if (next == '!' || next == '?') {
        markup_skip(p);
    } else if (letter(next) ||
               (next == '/' && p->rest.n > 2 && letter(p->rest.p[2]))) {
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
