/*
 * Templates: a subset of mustache that escapes by itself. The ending of a
 * template's name says how: .html for pages, .txt for mail, .sms for texts,
 * .subject for one header line (the last two without line breaks or control
 * characters). There is no way to write unescaped. A .css file is given as it
 * stands: nothing is filled in.
 *
 *   {{name}}  {{#list}}...{{/list}}  {{^list}}...{{/list}}  {{>partial}}
 *   {{.words.send}}: the word "send" of the language, from words.LANG
 *   {{! a remark}}
 *
 * A line that holds nothing but one of {{#}} {{^}} {{/}} {{>}} {{!}} leaves no
 * line behind. words.LANG has a word a line: its key, then what it is.
 */
#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include "base/arena.h"
#include "base/buf.h"

struct templates;

/* A built-in file: see templates/, which is embedded at build time. */
struct template_file {
    const char *name; /* "en/received.txt", "report.html", "words.en" */
    struct str text;
};

/*
 * Reads and compiles every template of built_in (ended by a NULL name), then
 * of folder where it is not empty: a file there replaces the built-in one of
 * its name, words.LANG word by word. e names file and line; so it does for a
 * partial or a word that is used and is not there. Rendering changes nothing:
 * any thread may.
 */
CHECKED int templates_load(struct templates **out,
                           const struct template_file *built_in,
                           const char *folder, struct error *e);
void templates_free(struct templates *t);

/* What a template is filled with: a scope of names, ended by a NULL name. */
struct template_value {
    const char *name;
    struct str text;                    /* a value, or */
    const struct template_scope *items; /* a list of scopes */
};

struct template_scope {
    const struct template_value *values; /* ended by a NULL name */
    const struct template_scope *next;   /* in a list */
};

/*
 * Renders language/name, or name, or the fallback language's, into out. A
 * name the scope lacks is an error that says which: nothing is left blank.
 */
CHECKED int template_render(const struct templates *t, struct str language,
                            const char *name,
                            const struct template_value *values,
                            struct buf *out, struct error *e);

/* Is there such a template, in this language or without one? */
bool template_has(const struct templates *t, struct str language,
                  const char *name);

/* A word of the language, of the first language, or the key itself. */
struct str template_word(const struct templates *t, struct str language,
                         const char *key);

/* Calls each once for every key there is, with its word as template_word(). */
typedef void template_word_fn(void *arg, struct str key, struct str word);
void template_words(const struct templates *t, struct str language,
                    template_word_fn *each, void *arg);

#endif
