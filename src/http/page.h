/*
 * What all HTML pages share: the reader's language, the frame around the
 * page (templates/head.html, foot.html), and filling in a template.
 */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "base/template.h"
#include "http/http.h"
#include "spine/adapter.h"

enum { PAGE_VALUES = 64, PAGE_MAX = 512 * 1024 };

struct page {
    const struct templates *templates;
    const struct town *town;
    struct arena *a;
    struct str language;
    struct template_value values[PAGE_VALUES + 1];
    size_t n;
    unsigned frame;
    struct str framed_by; /* sites that may show it in a frame; or empty */
};

/*
 * The language of a page: what was asked for, where the town offers it, else
 * the first the browser asks for that the town offers, else the town's.
 */
struct str page_language(const struct town *town, const struct http_request *r,
                         struct str asked);

enum page_frame {
    PAGE_LANGUAGES = 1 << 0, /* links to it in the other languages */
    PAGE_PRIVATE = 1 << 1,   /* not for search engines */
    PAGE_WIDE = 1 << 2,      /* a desk's page: more than a column of text */
    PAGE_SCRIPT = 1 << 3,    /* runs scripts of ours, which ask us for more */
    PAGE_INSTALL = 1 << 4,   /* a resident's page, to be put on a phone */
    PAGE_EMBEDDED = 1 << 5,  /* within another site's page: bare */
};

/* A page with the values of its frame; title is text. */
void page_begin(struct page *p, struct str title, unsigned frame);

/* Both keep what they are given until the page is written. */
void page_put(struct page *p, const char *name, struct str text);
void page_put_list(struct page *p, const char *name,
                   const struct template_scope *items);

/* Copies n values into a scope; a list is put together by its next. */
struct template_scope *
page_scope(struct arena *a, const struct template_value *values, size_t n);

struct str page_word(const struct page *p, const char *key);

/* A day as people say it, for date.html of the page's language. */
enum { PAGE_DATE = 4 };
void page_date(const struct page *p, int64_t at,
               struct template_value to[PAGE_DATE]);

/* The word "PREFIX.NAME", or empty where there is none. */
struct str page_word_of(const struct page *p, const char *prefix,
                        struct str name);

CHECKED int page_write(struct page *p, const char *template, struct buf *out,
                       struct error *e);

/* Writes it and answers r with it; a page that fails is a plain 500. */
void page_send(struct page *p, struct http_request *r, int status,
               const char *template);

#endif
