/*
 * inlet rules replay: what other rules or another gazetteer would make of the
 * tickets there are, ticket by ticket and as tables; --apply writes it.
 */
#include <getopt.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "cmd/cmd.h"
#include "geo/geometry.h"
#include "pipeline/replay.h"

static const char usage[] =
    "rules replay [-c FILE] [--since DATE] [--rules DIR]... [--gaz FILE] "
    "[--apply] [--json]";

enum { MOVED_M = 50 };

/* What became of the places. */
enum fate { SAME, MOVED_LITTLE, MOVED, PLACED, LOST, HELD, FATES };

static const char *const fate_words[FATES] = {
    [SAME] = "as they were",
    [MOVED_LITTLE] = "told otherwise, by at most 50 m",
    [MOVED] = "moved by more than 50 m",
    [PLACED] = "placed, and were not",
    [LOST] = "no longer placed",
    [HELD] = "set by a clerk, left alone",
};

struct replaying {
    const char *conf, *gaz;
    struct setting_list *folders, **tail;
    struct arena arena;
    struct replay_options options;
    bool json, watched;
    int64_t tickets, changed, unread;
    int64_t fates[FATES];
    GHashTable *categories, *decisions; /* "was\tis": how many */
};

/* ---- what is told ---- */

static void count(GHashTable *table, const char *was, const char *now)
{
    char *key = g_strdup_printf("%s\t%s", was, now);
    gint64 *n = g_hash_table_lookup(table, key);

    if (n == NULL) {
        n = g_new0(gint64, 1);
        g_hash_table_insert(table, g_strdup(key), n);
    }
    ++*n;
    g_free(key);
}

static void count_str(GHashTable *table, struct str was, struct str now)
{
    char *a = g_strndup(was.p, was.n);
    char *b = g_strndup(now.p, now.n);

    count(table, a, b);
    g_free(a);
    g_free(b);
}

static enum fate fate_of(const struct replay_change *c)
{
    if (c->hold.place)
        return HELD;
    if (!c->place)
        return SAME;
    if (!c->was->at.known)
        return c->now->at.known ? PLACED : MOVED_LITTLE;
    if (!c->now->at.known)
        return LOST;
    return geo_distance(c->was->at, c->now->at) > MOVED_M ? MOVED
                                                          : MOVED_LITTLE;
}

static void place_json(struct json *j, const char *name, const struct ticket *t)
{
    json_key(j, name);
    json_begin_object(j);
    json_kv(j, "category", t->category);
    json_kv(j, "place", t->label);
    json_kv(j, "method", str_of(location_method_names[t->method]));
    json_kv(j, "department", t->department);
    json_kv(j, "decision", str_of(decision_names[t->decision]));
    if (t->at.known) {
        json_key(j, "lat");
        json_num(j, t->at.lat, 6);
        json_key(j, "lon");
        json_num(j, t->at.lon, 6);
    }
    json_end_object(j);
}

static void print_json(const struct replay_change *c)
{
    struct buf out = buf_init(64 * 1024);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_kv_int(&j, "ticket", c->was->id);
    place_json(&j, "was", c->was);
    place_json(&j, "is", c->now);
    json_end_object(&j);
    buf_byte(&out, '\n');
    cmd_print(&out);
    buf_free(&out);
}

static struct str place_of(const struct ticket *t)
{
    return t->label.n > 0 ? t->label : STR("no place");
}

static struct str department_of(const struct ticket *t)
{
    return t->department.n > 0 ? t->department : STR("nobody");
}

static void print_person(const struct replay_change *c)
{
    const struct ticket *was = c->was;
    const struct ticket *now = c->now;
    long long id = (long long)was->id;

    if (c->category) {
        printf("#%lld category  %.*s -> %.*s\n", id, STR_FMT(was->category),
               STR_FMT(now->category));
    }
    if (c->place) {
        printf("#%lld place     %.*s (%s) -> %.*s (%s)", id,
               STR_FMT(place_of(was)), location_method_names[was->method],
               STR_FMT(place_of(now)), location_method_names[now->method]);
        if (was->at.known && now->at.known)
            printf(", %.0f m off", geo_distance(was->at, now->at));
        putchar('\n');
    }
    if (c->department) {
        printf("#%lld goes to   %.*s -> %.*s\n", id,
               STR_FMT(department_of(was)), STR_FMT(department_of(now)));
    }
    if (c->decision) {
        printf("#%lld decision  %s -> %s\n", id, decision_names[was->decision],
               decision_names[now->decision]);
    }
}

static void each(void *arg, const struct replay_change *c)
{
    struct replaying *r = arg;
    bool changed = c->category || c->place || c->decision || c->department;

    r->tickets++;
    r->changed += changed;
    r->unread += c->unread;
    r->fates[fate_of(c)]++;
    count_str(r->categories, c->was->category, c->now->category);
    count(r->decisions, decision_names[c->was->decision],
          decision_names[c->now->decision]);
    if (changed && r->json) {
        print_json(c);
    } else if (changed) {
        print_person(c);
    }
    if (r->watched && r->tickets % 100 == 0)
        fprintf(stderr, "\r%lld tickets", (long long)r->tickets);
}

/* A pair and how many tickets have it. */
struct pair {
    const char *key;
    gint64 n;
};

static int by_count(const void *x, const void *y)
{
    const struct pair *a = x;
    const struct pair *b = y;

    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    return strcmp(a->key, b->key);
}

static GArray *pairs_of(GHashTable *table)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
    GHashTableIter at;
    void *key;
    void *n;

    g_hash_table_iter_init(&at, table);
    while (g_hash_table_iter_next(&at, &key, &n)) {
        struct pair pair = { key, *(gint64 *)n };

        g_array_append_val(pairs, pair);
    }
    g_array_sort(pairs, by_count);
    return pairs;
}

/* Those that change, the most frequent first; then how many do not. */
static void print_table(GHashTable *table, const char *what)
{
    GArray *pairs = pairs_of(table);
    long long same = 0;

    printf("\n%-20s %-20s %8s\n", what, "would be", "tickets");
    for (guint i = 0; i < pairs->len; i++) {
        const struct pair *pair = &g_array_index(pairs, struct pair, i);
        gchar **names = g_strsplit(pair->key, "\t", 2);

        if (strcmp(names[0], names[1]) == 0) {
            same += pair->n;
        } else {
            printf("%-20s %-20s %8lld\n", names[0], names[1],
                   (long long)pair->n);
        }
        g_strfreev(names);
    }
    printf("%-20s %-20s %8lld\n", "any", "the same", same);
    g_array_free(pairs, TRUE);
}

static void print_end(const struct replaying *r)
{
    if (r->watched)
        fputs("\r\033[K", stderr);
    if (r->json)
        return;
    print_table(r->categories, "category");
    print_table(r->decisions, "decision");
    printf("\n%-41s %8s\n", "places", "tickets");
    for (int i = 0; i < FATES; i++)
        printf("%-41s %8lld\n", fate_words[i], (long long)r->fates[i]);
    printf("\n%lld tickets, %lld %s; %lld messages could not be read\n",
           (long long)r->tickets, (long long)r->changed,
           r->options.apply ? "changed" : "would change", (long long)r->unread);
}

/* ---- running it ---- */

static bool date_read(const char *text, int64_t *out)
{
    struct tm tm = { 0 };
    const char *end = strptime(text, "%Y-%m-%d", &tm);

    *out = timegm(&tm);
    return end != NULL && *end == '\0';
}

static int options(int argc, char **argv, struct replaying *r)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "since", required_argument, NULL, 's' },
        { "rules", required_argument, NULL, 'r' },
        { "gaz", required_argument, NULL, 'g' },
        { "apply", no_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    int c;

    r->tail = &r->folders;
    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            r->conf = optarg;
        } else if (c == 's') {
            if (!date_read(optarg, &r->options.since))
                return -1;
        } else if (c == 'r') {
            *r->tail = arena_new(&r->arena, struct setting_list);
            (*r->tail)->value = str_of(optarg);
            r->tail = &(*r->tail)->next;
        } else if (c == 'g') {
            r->gaz = optarg;
        } else if (c == 'a') {
            r->options.apply = true;
        } else if (c == 'j') {
            r->json = true;
        } else {
            return -1;
        }
    }
    return optind == argc ? 0 : -1;
}

static CHECKED int run(struct replaying *r, struct store *store,
                       struct jail *jail, struct error *e)
{
    struct replay *replay;
    uv_loop_t loop;
    int rc;

    uv_loop_init(&loop);
    rc = jail_start(jail, &loop, e);
    if (rc == 0)
        rc = store_attach(store, &loop, e);
    if (rc == 0) {
        replay = replay_begin(store, jail, &r->options);
        uv_run(&loop, UV_RUN_DEFAULT);
        rc = replay_end(replay, e);
    }
    jail_free(jail);
    store_close(store);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return rc;
}

static CHECKED int replay(struct replaying *r, struct config *c,
                          struct error *e)
{
    struct town *town = &c->town;
    struct store *store;
    struct jail *jail;
    int rc;

    if (r->folders != NULL)
        town->rules = r->folders;
    if (r->gaz != NULL)
        town->gazetteer = str_of(r->gaz);
    /* More than cores: while one waits for its next raw, another reads. */
    town->workers = (int)uv_available_parallelism() + 2;
    rc = jail_prepare(&jail, town, NULL, e);
    if (rc == 0)
        rc = cmd_store(&store, c, false, e);
    if (rc == 0)
        rc = run(r, store, jail, e);
    if (rc == 0)
        print_end(r);
    return rc;
}

int cmd_rules_replay(int argc, char **argv)
{
    struct replaying r = { .watched = isatty(STDERR_FILENO) };
    struct config *c;
    struct error e;
    int rc;

    if (options(argc, argv, &r) < 0) {
        arena_free(&r.arena);
        return cmd_usage(usage);
    }
    r.options.each = each;
    r.options.arg = &r;
    r.categories =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    r.decisions =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    rc = cmd_config(&c, r.conf, &e);
    if (rc == 0) {
        rc = replay(&r, c, &e);
        config_free(c);
    }
    g_hash_table_destroy(r.categories);
    g_hash_table_destroy(r.decisions);
    arena_free(&r.arena);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
