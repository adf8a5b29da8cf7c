/*
 * How fast places are read from texts and looked up.
 *
 *   places_speed FILE.gaz TEXTS.jsonl
 *
 * Prints "name value" lines: load_ms, texts, texts_s, forward_s, reverse_s,
 * worst_us, and hostile_ms of the worst of the texts made here. One thread;
 * processor time.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "geo/gaz_internal.h"

enum { TEXTS_MAX = 20000, LOOKUPS = 400000, REVERSES = 40000, ROUNDS = 3 };

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int texts_read(const char *path, struct str *texts, struct arena *a)
{
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    int n = 0;

    while (f != NULL && n < TEXTS_MAX && getline(&line, &size, f) > 0) {
        json_t *o = json_loads(line, 0, NULL);
        const char *text = json_string_value(json_object_get(o, "text"));

        if (text != NULL)
            texts[n++] = arena_str(a, str_of(text));
        json_decref(o);
    }
    free(line);
    if (f != NULL)
        fclose(f);
    return n;
}

static double find_one(const struct gaz *g, struct str text)
{
    struct gaz_query q = { .text = text };
    struct arena a = { NULL };
    double from = now_s();

    gaz_find(g, &q, &a);
    arena_free(&a);
    return now_s() - from;
}

/* The clock is a system call: the rate has none within it. */
static void find_speed(const struct gaz *g, const struct str *texts, int n)
{
    double began = now_s();
    double took;
    double worst = 0;
    size_t bytes = 0;

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < n; i++) {
            struct gaz_query q = { .text = texts[i] };
            struct arena a = { NULL };

            gaz_find(g, &q, &a);
            bytes += texts[i].n;
            arena_free(&a);
        }
    }
    took = now_s() - began;
    for (int i = 0; i < n; i++) {
        double one = find_one(g, texts[i]);

        worst = one > worst ? one : worst;
    }
    printf("texts %d\ntexts_s %.0f\nbytes_s %.0f\nworst_us %.0f\n", n,
           n * ROUNDS / took, (double)bytes / took, worst * 1e6);
}

/* piece again and again, up to so many bytes. */
static struct str repeated(struct arena *a, const char *piece, size_t bytes)
{
    size_t n = strlen(piece);
    char *p = arena_array(a, char, bytes + n);
    size_t all = 0;

    for (; all < bytes; all += n)
        memcpy(p + all, piece, n);
    return (struct str){ p, all };
}

/* What somebody may send who wants to stop the reading of all others. */
static void hostile_speed(const struct gaz *g)
{
    static const struct {
        const char *piece;
        size_t bytes;
    } all[] = {
        { "x", 64 * 1024 },
        { "elmstreet", 64 * 1024 },
        { "12 ", 16 * 1024 },
        { "12-14 16, 18 & 20 ", 16 * 1024 },
        { "Park ", 10000 * 5 },
        { "Park Street ", 10000 * 12 },
        { "12 Park Street & ", 64 * 1024 },
        { "corner of Park and ", 64 * 1024 },
        { "Park between Elm and ", 64 * 1024 },
        { "\xd7\xa9\xd7\x9c ", 64 * 1024 },
        { "\xe2\x80\xae Park ", 64 * 1024 },
        { "e\xcc\x81\xcc\x81\xcc\x81", 64 * 1024 },
    };
    double worst = 0;

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct arena a = { NULL };
        struct gaz_query q = { .text =
                                   repeated(&a, all[i].piece, all[i].bytes) };
        double from = now_s();
        double took;

        gaz_find(g, &q, &a);
        took = now_s() - from;
        worst = took > worst ? took : worst;
        fprintf(stderr, "%6.1f ms  %s ...\n", took * 1e3, all[i].piece);
        arena_free(&a);
    }
    printf("hostile_ms %.1f\n", worst * 1e3);
}

static void lookup_speed(const struct gaz *g)
{
    unsigned state = 1;
    double began = now_s();
    int found = 0;

    for (int i = 0; i < LOOKUPS && g->stats.addresses > 0; i++) {
        const struct gaz_door *d;
        int at;

        state = state * 1664525u + 1013904223u;
        at = (int)(state % (unsigned)g->stats.addresses);
        d = &g->doors[at];
        found +=
            gaz_number(g, g->door_street[at], d->number + (i & 2), STR_NONE)
                .method != METHOD_NONE;
    }
    printf("forward_s %.0f\nforward_found %.3f\n", LOOKUPS / (now_s() - began),
           (double)found / LOOKUPS);
    began = now_s();
    for (int i = 0; i < REVERSES && g->stats.addresses > 0; i++) {
        struct arena a = { NULL };
        struct point p;

        state = state * 1664525u + 1013904223u;
        p = gaz_door_at(&g->doors[state % (unsigned)g->stats.addresses]);
        p.lat += 0.0003;
        gaz_label_at(g, p, &a);
        arena_free(&a);
    }
    printf("reverse_s %.0f\n", REVERSES / (now_s() - began));
}

int main(int argc, char **argv)
{
    struct arena a = { NULL };
    struct error e;
    struct str *texts = arena_array(&a, struct str, TEXTS_MAX);
    struct gaz *g;
    double began = now_s();

    if (argc < 3 || gaz_open(&g, argv[1], &e) < 0) {
        fprintf(stderr, "%s\n", argc < 3 ? "FILE.gaz TEXTS.jsonl" : e.text);
        return 1;
    }
    printf("load_ms %.0f\n", (now_s() - began) * 1e3);
    find_speed(g, texts, texts_read(argv[2], texts, &a));
    hostile_speed(g);
    lookup_speed(g);
    gaz_close(g);
    arena_free(&a);
    return 0;
}
