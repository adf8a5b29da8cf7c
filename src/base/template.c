/* The set of templates and words: loading, and finding by language. */
#include "base/template_internal.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/file.h"

/* ---- words ---- */

struct words_reader {
    struct arena *a;
    struct word **at;
};

static int words_line(void *arg, struct str key, struct str text, int line,
                      struct error *e)
{
    struct words_reader *r = arg;
    struct word *w = arena_new(r->a, struct word);
    struct word *older = *r->at;

    (void)line;
    if (text.n == 0)
        return error(e, E_SYNTAX, "nothing is said for \"%.*s\"", STR_FMT(key));
    w->key = key;
    w->text = text;
    w->next = older;
    *r->at = w;
    r->at = &w->next;
    return 0;
}

/* What is read later stands in front of what there is. */
static int words_load(struct templates *t, struct str language, struct str text,
                      const char *path, struct error *e)
{
    struct words **at = &t->words;
    struct words_reader r = { .a = &t->arena };

    while (*at != NULL && !str_eq((*at)->language, language))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = arena_new(&t->arena, struct words);
        (*at)->language = language;
    }
    r.at = &(*at)->list;
    return conf_read(text, path, words_line, &r, e);
}

static struct str word_in(const struct words *w, struct str key)
{
    for (const struct word *at = w->list; at != NULL; at = at->next) {
        if (str_eq(at->key, key))
            return at->text;
    }
    return STR_NONE;
}

/* "es" of "es-MX". */
static struct str plain_language(struct str language)
{
    return str_slice(language, 0, str_find(language, STR("-")));
}

struct str word_find(const struct templates *t, struct str language,
                     struct str key)
{
    struct str plain = plain_language(language);

    for (const struct words *w = t->words; w != NULL; w = w->next) {
        struct str text =
            str_case_eq(w->language, plain) ? word_in(w, key) : STR_NONE;

        if (text.p != NULL)
            return text;
    }
    return t->words == NULL ? STR_NONE : word_in(t->words, key);
}

struct str template_word(const struct templates *t, struct str language,
                         const char *key)
{
    struct str text = word_find(t, language, str_of(key));

    return text.p == NULL ? str_of(key) : text;
}

void template_words(const struct templates *t, struct str language,
                    template_word_fn *each, void *arg)
{
    const struct word *w = t->words == NULL ? NULL : t->words->list;

    for (; w != NULL; w = w->next) {
        /* one that a folder has replaced stands again further down */
        if (word_in(t->words, w->key).p == w->text.p)
            each(arg, w->key, word_find(t, language, w->key));
    }
}

/* ---- finding ---- */

static const struct template *named(const struct templates *t,
                                    struct str language, struct str name)
{
    for (const struct template *at = t->list; at != NULL; at = at->next) {
        struct str rest = at->name;

        if (language.n > 0) {
            if (!str_starts(rest, language))
                continue;
            rest = str_slice(rest, language.n, rest.n);
            if (!str_starts(rest, STR("/")))
                continue;
            rest = str_slice(rest, 1, rest.n);
        }
        if (str_eq(rest, name))
            return at;
    }
    return NULL;
}

const struct template *template_find(const struct templates *t,
                                     struct str language, struct str name)
{
    struct str plain = plain_language(language);
    const struct template *found = NULL;

    if (plain.n > 0)
        found = named(t, plain, name);
    if (found == NULL)
        found = named(t, STR_NONE, name);
    if (found == NULL && t->words != NULL)
        found = named(t, t->words->language, name);
    return found;
}

bool template_has(const struct templates *t, struct str language,
                  const char *name)
{
    return named(t, STR_NONE, str_of(name)) != NULL ||
           (language.n > 0 && named(t, language, str_of(name)) != NULL);
}

/* ---- loading ---- */

static int file_load(struct templates *t, struct str name, struct str text,
                     const char *path, struct error *e)
{
    struct str words = STR("words.");
    struct template *new;
    struct template **at = &t->list;

    if (str_ends(name, STR("~")))
        return 0;
    if (str_starts(name, words))
        return words_load(t, str_slice(name, words.n, name.n), text, path, e);
    new = arena_new(&t->arena, struct template);
    new->name = name;
    new->path = path;
    new->kind = template_kind(name);
    if (new->kind == NULL) {
        return error(e, E_SYNTAX,
                     "%s: a template ends in .html, .txt, .sms, .subject or "
                     ".css",
                     path);
    }
    while (*at != NULL && !str_eq((*at)->name, name))
        at = &(*at)->next;
    new->next = *at == NULL ? NULL : (*at)->next;
    *at = new;
    return template_compile(new, text, &t->arena, e);
}

static int folder_load(struct templates *t, const char *folder,
                       const char *prefix, struct error *e)
{
    struct file_name *f;
    int rc = file_list(&t->arena, folder, "", &f, e);

    for (; rc == 0 && f != NULL; f = f->next) {
        struct str base = str_of(f->path + strlen(folder) + 1);
        const char *name =
            arena_printf(&t->arena, "%s%.*s", prefix, STR_FMT(base));
        struct str text;
        struct stat st;

        if (stat(f->path, &st) == 0 && S_ISDIR(st.st_mode)) {
            if (prefix[0] == '\0') { /* a language; nothing lies deeper */
                rc = folder_load(t, f->path,
                                 arena_printf(&t->arena, "%s/", name), e);
            }
            continue;
        }
        rc = file_read(&t->arena, f->path, TEMPLATE_FILE_MAX, &text, e);
        if (rc == 0)
            rc = file_load(t, str_of(name), text, f->path, e);
    }
    return rc;
}

/* ---- what is used has to be there ---- */

static int nodes_check(const struct templates *all, const struct template *t,
                       const struct node *n, struct error *e)
{
    struct str language = str_slice(t->name, 0, str_find(t->name, STR("/")));
    int rc = 0;

    if (language.n == t->name.n)
        language = STR_NONE;
    for (; n != NULL && rc == 0; n = n->next) {
        if (n->kind == NODE_PARTIAL &&
            template_find(all, language, n->text) == NULL) {
            rc = error(e, E_NONE, "%s:%d: there is no partial %.*s", t->path,
                       n->line, STR_FMT(n->text));
        }
        if (n->kind == NODE_WORD &&
            word_find(all, language, n->text).p == NULL) {
            rc = error(e, E_NONE, "%s:%d: there is no word \"%.*s\"", t->path,
                       n->line, STR_FMT(n->text));
        }
        if (rc == 0)
            rc = nodes_check(all, t, n->inside, e);
    }
    return rc;
}

int templates_load(struct templates **out, const struct template_file *built_in,
                   const char *folder, struct error *e)
{
    struct templates *t = calloc(1, sizeof(*t));
    int rc = 0;

    if (t == NULL)
        abort();
    for (; built_in->name != NULL && rc == 0; built_in++) {
        rc = file_load(t, str_of(built_in->name), built_in->text,
                       built_in->name, e);
    }
    if (rc == 0 && folder != NULL && folder[0] != '\0')
        rc = folder_load(t, folder, "", e);
    for (const struct template *at = t->list; rc == 0 && at != NULL;
         at = at->next)
        rc = nodes_check(t, at, at->nodes, e);
    if (rc < 0) {
        templates_free(t);
        t = NULL;
    }
    *out = t;
    return rc;
}

void templates_free(struct templates *t)
{
    if (t == NULL)
        return;
    arena_free(&t->arena);
    free(t);
}
