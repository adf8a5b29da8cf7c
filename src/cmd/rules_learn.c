/*
 * inlet rules learn: phrases lines from reports whose category is known, JSON
 * lines with "text" and "category", perhaps "title".
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/json_lines.h"
#include "rules/learn.h"

static const char usage[] =
    "rules learn [--folds N] [--language CODE] [--rules DIR]... FILE...";

enum { FILE_BYTES = 64 * 1024 * 1024, FOLDS_MAX = 100 };

struct learning {
    struct learn_how how;
    int64_t folds; /* 0: none are held out */
    struct setting_list *folders, **tail;
    struct arena arena;
    struct learn *learn;
    int left_out; /* rows that say "other" */
};

static int options(int argc, char **argv, struct learning *l)
{
    static const struct option longs[] = {
        { "folds", required_argument, NULL, 'f' },
        { "language", required_argument, NULL, 'l' },
        { "rules", required_argument, NULL, 'r' },
        { 0 },
    };
    int c;

    l->tail = &l->folders;
    l->how.language = STR("en");
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (c == 'f') {
            if (!str_int(str_of(optarg), &l->folds) || l->folds < 2 ||
                l->folds > FOLDS_MAX)
                return -1;
        } else if (c == 'l') {
            l->how.language = str_of(optarg);
        } else if (c == 'r') {
            *l->tail = arena_new(&l->arena, struct setting_list);
            (*l->tail)->value = str_of(optarg);
            l->tail = &(*l->tail)->next;
        } else {
            return -1;
        }
    }
    l->how.given = l->folders;
    return optind < argc ? 0 : -1;
}

/* "other" is what is left when nothing speaks for anything: not learned. */
static int report_read(void *arg, const json_t *o, struct error *e)
{
    struct learning *l = arg;
    struct arena a = { NULL };
    struct rules_text text = {
        .title = json_lines_text(&a, o, "title"),
        .text = json_lines_text(&a, o, "text"),
    };
    struct str category = json_lines_text(&a, o, "category");
    int rc = 0;

    if (category.n == 0) {
        rc = error(e, E_SYNTAX, "there is no \"category\" in it");
    } else if (str_eq(category, STR("other"))) {
        l->left_out++;
    } else {
        rc = learn_add(l->learn, &text, category, e);
    }
    arena_free(&a);
    return rc;
}

static CHECKED int held_out(const struct learning *l, struct error *e)
{
    struct learn_share share;
    int rc = learn_held_out(l->learn, &l->how, (int)l->folds, &share, e);

    if (rc == 0 && share.rows > 0) {
        fprintf(stderr,
                "held out, 1 in %d: %.1f %% right, %.1f %% with the next "
                "best\n",
                (int)l->folds, 100.0 * share.right / share.rows,
                100.0 * (share.right + share.second) / share.rows);
    }
    return rc;
}

static CHECKED int learn(struct learning *l, char **files, struct error *e)
{
    struct buf out = buf_init(FILE_BYTES);
    int phrases;
    int rc = 0;

    for (; rc == 0 && *files != NULL; files++)
        rc = json_lines_read(*files, report_read, l, e);
    if (rc == 0 && learn_categories(l->learn) < 2)
        rc = error(e, E_NONE, "learning needs reports of two categories");
    if (rc == 0 && l->folds > 0)
        rc = held_out(l, e);
    if (rc == 0)
        rc = learn_write(l->learn, &l->how, &out, &phrases, e);
    if (rc == 0) {
        cmd_print(&out);
        fprintf(stderr,
                "%d reports of %d categories, %d of \"other\" left out: %d "
                "phrases\n",
                learn_rows(l->learn), learn_categories(l->learn), l->left_out,
                phrases);
    }
    buf_free(&out);
    return rc;
}

int cmd_rules_learn(int argc, char **argv)
{
    struct learning l = { .folds = 0 };
    struct error e;
    int rc;

    if (options(argc, argv, &l) < 0) {
        arena_free(&l.arena);
        return cmd_usage(usage);
    }
    l.learn = learn_new();
    rc = learn(&l, argv + optind, &e);
    learn_free(l.learn);
    arena_free(&l.arena);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
