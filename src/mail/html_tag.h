/* One tag of HTML: what it is called, and the few attributes that matter. */
#ifndef MAIL_HTML_TAG_H
#define MAIL_HTML_TAG_H

#include "base/str.h"

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

struct tag {
    struct str name;
    enum tag_kind kind;
    bool closing;
    bool hidden; /* display:none, or the attribute */
    bool indent; /* a quote that is none: "more indent" was pressed */
    struct str href;
};

/*
 * Reads the tag html begins with: "<" or "</" and a letter. Returns what is
 * after it; a tag that does not end is one that ends with html.
 */
struct str html_tag_read(struct str html, struct tag *tag);

static inline bool html_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

#endif
