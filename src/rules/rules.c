#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "rules/rules_internal.h"

struct rules *rules_new(void)
{
    struct rules *r = calloc(1, sizeof(*r));

    if (r == NULL) {
        fputs("inlet: out of memory\n", stderr);
        abort();
    }
    r->block_tail = &r->blocks;
    r->phrases = phrases_new();
    search_open(&r->search);
    return r;
}

void rules_ready(struct rules *r)
{
    for (struct block *b = r->blocks; b != NULL; b = b->next) {
        for (struct matcher *m = b->matchers; m != NULL; m = m->next)
            filter_add(r->search.filter, &m->literals);
        for (const struct phrase *p = b->phrases; p != NULL; p = p->next)
            phrases_add(r->phrases, p);
        for (const struct rule_test *t = b->tests; t != NULL; t = t->next)
            r->tests++;
    }
    filter_build(r->search.filter);
}

static CHECKED int folder_read(struct rules *r, const char *folder, int number,
                               struct error *e)
{
    struct file_name *files;
    int rc = file_list(&r->arena, folder, ".rules", &files, e);

    for (; rc == 0 && files != NULL; files = files->next) {
        struct str text;

        rc = file_read(&r->arena, files->path, RULES_FILE_MAX, &text, e);
        if (rc == 0)
            rc = rules_parse(r, files->path, number, text, e);
    }
    return rc;
}

int rules_read(struct rules *r, const struct setting_list *folders,
               struct error *e)
{
    int rc = 0;

    for (int n = 0; rc == 0 && folders != NULL; folders = folders->next)
        rc = folder_read(r, arena_dup(&r->arena, folders->value), n++, e);
    return rc;
}

int rules_load(struct rules **out, const struct setting_list *folders,
               struct error *e)
{
    struct rules *r = rules_new();
    int rc = rules_read(r, folders, e);

    *out = NULL;
    if (rc == 0)
        rc = routes_check(r, e);
    if (rc == 0 && r->blocks == NULL)
        rc = error(e, E_NONE, "no .rules file with a block in it was found");
    if (rc == 0) {
        rules_ready(r);
        rc = rules_test(r, e);
    }
    if (rc < 0) {
        rules_free(r);
        return rc;
    }
    *out = r;
    return 0;
}

struct block *rules_block(const struct rules *r, enum block_kind kind,
                          struct str name)
{
    struct block *b = r->blocks;

    while (b != NULL && (b->kind != kind || !str_eq(b->name, name)))
        b = b->next;
    return b;
}

void rules_free(struct rules *r)
{
    if (r == NULL)
        return;
    for (struct block *b = r->blocks; b != NULL; b = b->next) {
        for (struct matcher *m = b->matchers; m != NULL; m = m->next)
            pcre2_code_free(m->code);
    }
    search_close(&r->search);
    phrases_free(r->phrases);
    arena_free(&r->arena);
    free(r);
}

/* "es" of "es-MX". */
static struct str main_language(struct str language)
{
    return str_until(&language, STR("-"));
}

/* The text in language, else in its main language, else the first. */
static struct str in_language(const struct in_language *all,
                              struct str language)
{
    const struct in_language *near = NULL;

    for (const struct in_language *n = all; n != NULL; n = n->next) {
        if (str_eq(n->language, language))
            return n->text;
        if (near == NULL &&
            str_eq(main_language(n->language), main_language(language)))
            near = n;
    }
    if (near == NULL)
        near = all;
    return near == NULL ? STR("") : near->text;
}

static const struct in_language *names_of(const struct rules *r,
                                          enum block_kind kind, struct str name)
{
    for (const struct block *b = r->blocks; b != NULL; b = b->next) {
        if (b->kind == kind && str_eq(b->name, name))
            return b->names;
    }
    return NULL;
}

struct str rules_label(const struct rules *r, struct str category,
                       struct str language)
{
    struct str label =
        in_language(names_of(r, BLOCK_CATEGORY, category), language);

    return label.n > 0 ? label : category;
}

struct str rules_question(const struct rules *r, const char *cause,
                          struct str language)
{
    return in_language(names_of(r, BLOCK_ASK, str_of(cause)), language);
}

void rules_categories(const struct rules *r, category_fn *each, void *arg)
{
    for (const struct block *b = r->blocks; b != NULL; b = b->next) {
        if (b->kind == BLOCK_CATEGORY)
            each(arg, b->name);
    }
}

int rules_test_count(const struct rules *r)
{
    return r->tests;
}
