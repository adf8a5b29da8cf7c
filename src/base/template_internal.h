/* What compiling and rendering templates share. */
#ifndef BASE_TEMPLATE_INTERNAL_H
#define BASE_TEMPLATE_INTERNAL_H

#include "base/template.h"

enum {
    TEMPLATE_FILE_MAX = 256 * 1024,
    TEMPLATE_DEPTH = 16, /* sections and partials inside one another */
};

/* Writes s as the kind of template has it. */
typedef void escape_fn(struct buf *out, struct str s);

enum node_kind {
    NODE_TEXT,   /* text as it stands */
    NODE_VALUE,  /* {{name}} */
    NODE_WORD,   /* {{.words.name}} */
    NODE_LIST,   /* {{#name}} */
    NODE_UNLESS, /* {{^name}} */
    NODE_PARTIAL /* {{>name}}, with its ending */
};

struct node {
    enum node_kind kind;
    int line;
    struct str text;
    struct node *inside; /* of a section */
    struct node *next;
};

struct template_kind {
    const char *ending;
    escape_fn *literal; /* what stands in the template */
    escape_fn *value;   /* what is filled in */
    bool one_line;
    bool plain; /* is not compiled */
};

/* By the ending of name; NULL: no such kind. */
const struct template_kind *template_kind(struct str name);

struct template
{
    struct str name;  /* "en/received.txt" */
    const char *path; /* for sentences */
    const struct template_kind *kind;
    struct node *nodes;
    struct template *next;
};

struct word {
    struct str key, text;
    struct word *next;
};

struct words {
    struct str language;
    struct word *list;
    struct words *next;
};

struct templates {
    struct arena arena;
    struct template *list;
    struct words *words; /* the first is the fallback */
};

/* Compiles text into t->nodes. */
CHECKED int template_compile(struct template *t, struct str text,
                             struct arena *a, struct error *e);

/* language/name, name, or the fallback language's; NULL: none. */
const struct template *template_find(const struct templates *t,
                                     struct str language, struct str name);

/* The word, of language or of the fallback; p NULL: there is none. */
struct str word_find(const struct templates *t, struct str language,
                     struct str key);

#endif
