#include "mail/html_tag.h"

enum { TAG_NAME_MAX = 16 /* of those we know */ };

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
    bool quoted = s->n > 0 && (s->p[0] == '"' || s->p[0] == '\'');
    size_t begin = quoted ? 1 : 0;
    size_t n = begin;
    struct str value;

    while (n < s->n && (quoted ? s->p[n] != s->p[0]
                               : !html_blank(s->p[n]) && s->p[n] != '>'))
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

/*
 * What browsers make of "more indent" in a mail that is being written: 40
 * pixels and no line beside it (WebKit's execCommand("indent")).
 */
static bool style_indents(struct str style)
{
    style = str_slice(style, 0, 200);
    return str_case_find(style, STR("40px")) < style.n &&
           str_case_find(style, STR("border")) < style.n &&
           str_case_find(style, STR("none")) < style.n &&
           str_case_find(style, STR("border-left")) == style.n;
}

static void attribute_take(struct tag *tag, struct str name, struct str value)
{
    if (str_case_eq(name, STR("href"))) {
        tag->href = str_trim(value);
    } else if (str_case_eq(name, STR("style"))) {
        tag->hidden = tag->hidden || style_hides(value);
        tag->indent = tag->kind == TAG_QUOTE && style_indents(value);
    } else if (str_case_eq(name, STR("hidden"))) {
        tag->hidden = true;
    }
}

/* Reads the attributes up to and with the ">"; a tag may end at the end. */
static struct str attributes_read(struct str s, struct tag *tag)
{
    while (s.n > 0 && s.p[0] != '>') {
        size_t n = 0;
        struct str name;
        struct str value = STR_NONE;

        while (n < s.n && !html_blank(s.p[n]) && s.p[n] != '=' && s.p[n] != '>')
            n++;
        name = str_slice(s, 0, n);
        s = str_slice(s, n, s.n);
        while (s.n > 0 && html_blank(s.p[0]))
            s = str_slice(s, 1, s.n);
        if (s.n > 0 && s.p[0] == '=') {
            s = str_slice(s, 1, s.n);
            while (s.n > 0 && html_blank(s.p[0]))
                s = str_slice(s, 1, s.n);
            value = value_cut(&s);
        }
        attribute_take(tag, name, value);
    }
    return str_slice(s, 1, s.n);
}

struct str html_tag_read(struct str html, struct tag *tag)
{
    size_t begin = html.n > 1 && html.p[1] == '/' ? 2 : 1;
    size_t n = begin;

    while (n < html.n && !html_blank(html.p[n]) && html.p[n] != '>' &&
           html.p[n] != '/')
        n++;
    *tag = (struct tag){ .name = str_slice(html, begin, n),
                         .closing = begin == 2 };
    tag->kind =
        tag->name.n <= TAG_NAME_MAX ? tag_kind_of(tag->name) : TAG_OTHER;
    return attributes_read(str_slice(html, n, html.n), tag);
}
