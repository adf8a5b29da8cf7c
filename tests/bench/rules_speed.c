/*
 * The rules against the plain way, in one run: every regex over every text
 * with PCRE2-JIT, as most programs do it. Both must find the same things.
 *
 *   rules_speed [REGEXES.txt [REPORTS.jsonl]]
 *
 * A regex a line; each becomes a category of its own.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/utf8.h"
#include "rules/rules_internal.h"

enum { TEXTS_MAX = 20000, REGEXES_MAX = 1000, ROUNDS = 5 };

/* A finding: which regex, where. */
struct hit {
    int regex;
    uint32_t begin, end;
};

struct bench {
    struct arena arena;
    struct str texts[TEXTS_MAX];
    int text_count;
    pcre2_code *codes[REGEXES_MAX];
    struct str names[REGEXES_MAX];
    int regex_count;
    pcre2_match_data *data;
    struct rules *rules;
    size_t bytes;
};

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *why)
{
    fprintf(stderr, "rules_speed: %s\n", why);
    exit(1);
}

/*
 * Texts of the length of a mail: reports one after the other until there are
 * about 850 bytes, which is what the peers were measured with.
 */
static void read_texts(struct bench *b, const char *path)
{
    struct buf text = buf_init((size_t)64 * 1024);
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;

    while (f != NULL && getline(&line, &size, f) > 0) {
        json_t *report = json_loads(line, 0, NULL);
        const char *one = json_string_value(json_object_get(report, "text"));

        buf_printf(&text, "%s\n", one == NULL ? "" : one);
        if (text.n > 700 && b->text_count < TEXTS_MAX) {
            b->texts[b->text_count++] =
                utf8_clean(&b->arena, utf8_head(buf_str(&text), 4000));
            b->bytes += b->texts[b->text_count - 1].n;
            buf_clear(&text);
        }
        json_decref(report);
    }
    free(line);
    if (f != NULL)
        fclose(f);
    buf_free(&text);
}

static void read_regexes(struct bench *b, const char *path)
{
    struct str file;
    struct error e;
    uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS;

    if (file_read(&b->arena, path, 1 << 20, &file, &e) < 0)
        return;
    while (file.n > 0 && b->regex_count < REGEXES_MAX) {
        struct str regex = str_line(&file);
        char *block;
        size_t at;
        int rc;

        if (regex.n == 0)
            continue;
        block = arena_printf(&b->arena, "category c%d\nmatch %.*s\n",
                             b->regex_count, STR_FMT(regex));
        b->names[b->regex_count] =
            str_of(arena_printf(&b->arena, "c%d", b->regex_count));
        b->codes[b->regex_count] =
            pcre2_compile((PCRE2_SPTR)regex.p, regex.n, flags, &rc, &at, NULL);
        if (b->codes[b->regex_count] == NULL ||
            pcre2_jit_compile(b->codes[b->regex_count], PCRE2_JIT_COMPLETE) !=
                0)
            die("a regex does not compile");
        if (rules_parse(b->rules, "speed.rules", 0, str_of(block), &e) < 0)
            die(e.text);
        b->regex_count++;
    }
}

static int plain(struct bench *b, struct str text, struct hit *hits)
{
    const size_t *at = pcre2_get_ovector_pointer(b->data);
    int n = 0;

    for (int i = 0; i < b->regex_count; i++) {
        if (pcre2_jit_match(b->codes[i], (PCRE2_SPTR)text.p, text.n, 0, 0,
                            b->data, NULL) >= 0)
            hits[n++] = (struct hit){ i, (uint32_t)at[0], (uint32_t)at[1] };
    }
    return n;
}

static int ours(struct bench *b, struct str text, struct hit *hits)
{
    struct rules_text in = { .text = text, .language = STR("en") };
    struct arena a = { NULL };
    struct extract x;
    int n = 0;

    rules_apply(b->rules, &in, &x, &a);
    for (const struct finding *f = x.findings; f != NULL; f = f->next) {
        int64_t regex = -1;

        str_int(str_slice(f->value, 1, f->value.n), &regex);
        hits[n++] = (struct hit){ (int)regex, f->span.begin, f->span.end };
    }
    arena_free(&a);
    return n;
}

/* Do both find the same in every text? Prints the first difference. */
static int compare(struct bench *b)
{
    static struct hit one[REGEXES_MAX];
    static struct hit two[REGEXES_MAX];
    int total = 0;

    for (int i = 0; i < b->text_count; i++) {
        int n = plain(b, b->texts[i], one);

        if (n != ours(b, b->texts[i], two) ||
            memcmp(one, two, (size_t)n * sizeof(*one)) != 0) {
            printf("findings differ in text %d: %.*s\n", i,
                   STR_FMT(b->texts[i]));
            return -1;
        }
        total += n;
    }
    return total;
}

typedef int find_fn(struct bench *b, struct str text, struct hit *hits);

static double us_per_text(struct bench *b, find_fn *find)
{
    static struct hit hits[REGEXES_MAX];
    int64_t began = now_ns();

    for (int i = 0; i < b->text_count; i++)
        find(b, b->texts[i], hits);
    return (double)(now_ns() - began) / 1000 / b->text_count;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static int run(struct bench *b)
{
    double ratios[ROUNDS];
    int found = compare(b);

    if (found < 0)
        return 1;
    printf("%d regexes, %d texts of %zu bytes, %d findings, identical\n",
           b->regex_count, b->text_count, b->bytes / (size_t)b->text_count,
           found);
    for (int i = 0; i < ROUNDS; i++) {
        double loop = us_per_text(b, plain);
        double filtered = us_per_text(b, ours);

        ratios[i] = loop / filtered;
        printf("plain loop %.1f us a text, rules %.1f us, %.1f times\n", loop,
               filtered, ratios[i]);
    }
    qsort(ratios, ROUNDS, sizeof(*ratios), by_size);
    printf("rules against the plain loop: %.1f times (median of %d)\n",
           ratios[ROUNDS / 2], ROUNDS);
    return 0;
}

int main(int argc, char **argv)
{
    static struct bench b;
    const char *shared = getenv("INLET_SHARED");
    const char *regexes;
    const char *reports;
    int rc;

    if (shared == NULL)
        shared = "../shared";
    regexes = argc > 1 ? argv[1]
                       : arena_printf(&b.arena, "%s/peers/rules.txt", shared);
    reports = argc > 2 ? argv[2]
                       : arena_printf(&b.arena,
                                      "%s/data/newhaven/reports.jsonl", shared);
    b.rules = rules_new();
    b.data = pcre2_match_data_create(100, NULL);
    read_regexes(&b, regexes);
    read_texts(&b, reports);
    if (b.regex_count == 0 || b.text_count == 0) {
        printf("no %s or no %s\n", regexes, reports);
        return 0;
    }
    rules_ready(b.rules);
    rc = run(&b);
    for (int i = 0; i < b.regex_count; i++)
        pcre2_code_free(b.codes[i]);
    pcre2_match_data_free(b.data);
    rules_free(b.rules);
    arena_free(&b.arena);
    return rc;
}
