/* inlet rules: check the rule files, or try a text on them. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cmd/cmd.h"
#include "rules/rules.h"
#include "spine/reading.h"

static const char usage[] =
    "rules check [-c FILE] [DIR]...\n"
    "       inlet rules try [-c FILE] [--json] [--rules DIR]... TEXT\n"
    "       inlet rules fit [-c FILE] [--rules DIR]... [--gaz FILE] FILE...\n"
    "       inlet rules learn [--folds N] [--language CODE] [--rules DIR]... "
    "FILE...\n"
    "       inlet rules replay [-c FILE] [--since DATE] [--rules DIR]... "
    "[--gaz FILE] [--apply] [--json]";

struct asked {
    const char *conf;
    bool json;
    struct setting_list *folders;
    struct setting_list **tail;
    struct arena arena;
};

static void folder_add(struct asked *a, const char *path)
{
    struct setting_list *item = arena_new(&a->arena, struct setting_list);

    item->value = str_of(path);
    *a->tail = item;
    a->tail = &item->next;
}

static int options(int argc, char **argv, struct asked *a)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { "rules", required_argument, NULL, 'r' },
        { 0 },
    };
    int c;

    a->tail = &a->folders;
    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            a->conf = optarg;
        } else if (c == 'j') {
            a->json = true;
        } else if (c == 'r') {
            folder_add(a, optarg);
        } else {
            return -1;
        }
    }
    return 0;
}

static int load(struct asked *a, struct rules **out, struct error *e)
{
    struct config *c;
    int rc = cmd_config(&c, a->conf, e);

    if (rc < 0)
        return rc;
    rc = rules_load(out, a->folders != NULL ? a->folders : c->town.rules, e);
    config_free(c);
    return rc;
}

static void print_json(const struct extract *x)
{
    struct reading r = { .extract = *x };
    struct buf out = buf_init(16 * 1024 * 1024);
    struct json j = json_to(&out);

    json_begin_object(&j);
    reading_json(&j, &r);
    json_end_object(&j);
    buf_byte(&out, '\n');
    cmd_print(&out);
    buf_free(&out);
}

static void print_person(struct str text, const struct extract *x)
{
    printf("category  %.*s (%.2f)\n", STR_FMT(x->category.name),
           x->category.score);
    if (x->runner_up.name.n > 0) {
        printf("next      %.*s (%.2f)\n", STR_FMT(x->runner_up.name),
               x->runner_up.score);
    }
    printf("language  %.*s\n", STR_FMT(x->language));
    if (x->urgent)
        puts("urgent    yes");
    for (const struct finding *f = x->findings; f != NULL; f = f->next) {
        printf("found     %.*s = %.*s: \"%.*s\" by %.*s\n", STR_FMT(f->field),
               STR_FMT(f->value),
               STR_FMT(str_slice(text, f->span.begin, f->span.end)),
               STR_FMT(f->rule));
    }
}

static int rules_check(struct asked *a, char **folders, int count,
                       struct error *e)
{
    struct rules *r;
    int rc;

    for (int i = 0; i < count; i++)
        folder_add(a, folders[i]);
    rc = load(a, &r, e);
    if (rc == 0) {
        printf("the rules are good: %d tests passed\n", rules_test_count(r));
        rules_free(r);
    }
    return rc;
}

static int rules_try(struct asked *a, const char *text, struct error *e)
{
    struct rules_text t = { .text = utf8_clean(&a->arena, str_of(text)) };
    struct extract x = { 0 };
    struct rules *r;
    int rc = load(a, &r, e);

    if (rc < 0)
        return rc;
    rules_apply(r, &t, &x, &a->arena);
    if (a->json) {
        print_json(&x);
    } else {
        print_person(t.text, &x);
    }
    rules_free(r);
    return 0;
}

int cmd_rules(int argc, char **argv)
{
    struct asked a = { 0 };
    struct error e;
    const char *what = argc > 1 ? argv[1] : "";
    int rc;

    if (strcmp(what, "fit") == 0)
        return cmd_rules_fit(argc - 1, argv + 1);
    if (strcmp(what, "learn") == 0)
        return cmd_rules_learn(argc - 1, argv + 1);
    if (strcmp(what, "replay") == 0)
        return cmd_rules_replay(argc - 1, argv + 1);
    if (argc < 2 || options(argc - 1, argv + 1, &a) < 0)
        return cmd_usage(usage);
    argv += 1 + optind;
    argc -= 1 + optind;
    if (strcmp(what, "check") == 0) {
        rc = rules_check(&a, argv, argc, &e);
    } else if (strcmp(what, "try") == 0 && argc == 1) {
        rc = rules_try(&a, argv[0], &e);
    } else {
        return cmd_usage(usage);
    }
    arena_free(&a.arena);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
