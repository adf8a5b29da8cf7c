/*
 * How often the rule pack gives a report the category that its writer picked.
 *
 *   category_accuracy [-e] [RULES [REPORTS.jsonl]]
 *
 * -e prints a line for each difference: id, picked, given, rule. The labels
 * are what people pressed, so a part of the differences is theirs.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rules/rules.h"

enum { NAMES = 64, NAME = 32 };

struct table {
    char names[NAMES][NAME];
    int n;
    int count[NAMES][NAMES]; /* [picked][given] */
    int total, right, second;
    int64_t ns, worst_ns;
};

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int index_of(struct table *t, struct str name)
{
    for (int i = 0; i < t->n; i++) {
        if (str_eq(name, str_of(t->names[i])))
            return i;
    }
    if (t->n == NAMES || name.n >= NAME)
        return 0;
    memcpy(t->names[t->n], name.p, name.n);
    return t->n++;
}

static struct str member(const json_t *report, const char *key)
{
    return str_of(json_string_value(json_object_get(report, key)));
}

static void read_report(struct table *t, struct rules *r, const json_t *report,
                        bool errors)
{
    struct rules_text text = { member(report, "title"), member(report, "text"),
                               STR("") };
    struct str label = member(report, "category");
    struct arena a = { NULL };
    int64_t began = now_ns();
    struct extract x;
    char picked[NAME];
    int64_t took;

    rules_apply(r, &text, &x, &a);
    took = now_ns() - began;
    t->ns += took;
    t->worst_ns = took > t->worst_ns ? took : t->worst_ns;
    snprintf(picked, sizeof(picked), "%.*s", STR_FMT(label));
    for (char *c = picked; *c != '\0'; c++) {
        if (*c == '_')
            *c = '-';
    }
    t->total++;
    t->right += str_eq(x.category.name, str_of(picked));
    t->second += str_eq(x.runner_up.name, str_of(picked));
    t->count[index_of(t, str_of(picked))][index_of(t, x.category.name)]++;
    if (errors && !str_eq(x.category.name, str_of(picked))) {
        printf("%s\t%s\t%.*s\t%.*s\n",
               json_string_value(json_object_get(report, "id")), picked,
               STR_FMT(x.category.name), STR_FMT(x.category.rule));
    }
    arena_free(&a);
}

static void print_categories(const struct table *t)
{
    printf("%-20s %6s %6s %9s %7s\n", "category", "picked", "given",
           "precision", "recall");
    for (int i = 0; i < t->n; i++) {
        int picked = 0;
        int given = 0;

        for (int k = 0; k < t->n; k++) {
            picked += t->count[i][k];
            given += t->count[k][i];
        }
        printf("%-20s %6d %6d %8.1f%% %6.1f%%\n", t->names[i], picked, given,
               given > 0 ? 100.0 * t->count[i][i] / given : 0,
               picked > 0 ? 100.0 * t->count[i][i] / picked : 0);
    }
}

static void print_pairs(struct table *t, int pairs)
{
    printf("most frequent differences\n");
    while (pairs-- > 0) {
        int from = 0;
        int to = 0;
        int most = 0;

        for (int i = 0; i < NAMES * NAMES; i++) {
            int picked = i / NAMES;
            int given = i % NAMES;

            if (picked != given && t->count[picked][given] > most) {
                most = t->count[picked][given];
                from = picked;
                to = given;
            }
        }
        printf("%5d  picked %-18s given %s\n", most, t->names[from],
               t->names[to]);
        t->count[from][to] = 0;
    }
}

static int run(struct rules *r, const char *reports, bool errors)
{
    struct table *t = calloc(1, sizeof(*t));
    FILE *f = fopen(reports, "r");
    char *line = NULL;
    size_t size = 0;

    if (t == NULL || f == NULL) {
        printf("no %s\n", reports);
        free(t);
        return 0;
    }
    while (getline(&line, &size, f) > 0) {
        json_t *report = json_loads(line, 0, NULL);

        if (report != NULL)
            read_report(t, r, report, errors);
        json_decref(report);
    }
    printf("reports %d, category as picked %.1f%%, as picked or runner-up "
           "%.1f%%\n",
           t->total, 100.0 * t->right / t->total,
           100.0 * (t->right + t->second) / t->total);
    printf("%.0f texts a second of processor time, mean %.1f us, worst %.1f "
           "ms\n",
           1e9 * t->total / (double)t->ns, (double)t->ns / 1e3 / t->total,
           (double)t->worst_ns / 1e6);
    print_categories(t);
    print_pairs(t, 25);
    free(line);
    fclose(f);
    free(t);
    return 0;
}

int main(int argc, char **argv)
{
    bool errors = argc > 1 && strcmp(argv[1], "-e") == 0;
    const char *shared = getenv("INLET_SHARED");
    struct setting_list folder = { STR("rules"), NULL };
    char reports[4096];
    struct rules *r;
    struct error e;
    int rc;

    argc -= errors;
    argv += errors;
    if (argc > 1)
        folder.value = str_of(argv[1]);
    snprintf(reports, sizeof(reports), "%s/data/newhaven/reports.jsonl",
             shared == NULL ? "../shared" : shared);
    if (rules_load(&r, &folder, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    rc = run(r, argc > 2 ? argv[2] : reports, errors);
    rules_free(r);
    return rc;
}
