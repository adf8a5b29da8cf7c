/* inlet gaz: make a gazetteer, find the places in a text, count what it has. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "geo/gaz.h"
#include "geo/gaz_import.h"
#include "spine/reading.h"

static const char usage[] =
    "gaz import -o FILE [--town NAME] [--json]\n"
    "         {[--map FILE] [--licence TEXT] [--attribution TEXT] "
    "SOURCE...}...\n"
    "       inlet gaz check [-c FILE] [--gaz FILE] TEXT\n"
    "       inlet gaz near [-c FILE] [--gaz FILE] [--json] LAT,LON\n"
    "       inlet gaz stats [-c FILE] [--gaz FILE] [--json]";

enum { NOT_ASKED_WELL = 1 };

struct asked {
    const char *conf;
    const char *gaz;
    const char *out;
    const char *town;
    bool json;
    char **rest;
    struct gaz_rights *rights; /* of each of rest */
    const char **maps;         /* too */
    const char *map;           /* of the next of them */
    int count;
};

/* ---- import ---- */

static void progress(void *arg, const char *source, int64_t rows, int percent)
{
    (void)arg;
    fprintf(stderr, "\r%s: %lld rows", source, (long long)rows);
    if (percent > 0)
        fprintf(stderr, ", %d %%", percent);
}

static void report_print(struct buf *out, const struct gaz_source_report *r)
{
    for (; r != NULL && r->kind != NULL; r = r->next) {
        buf_printf(out, "%s (%s%s%s): %lld taken, %lld refused\n", r->path,
                   r->kind, r->preset == NULL ? "" : ", ",
                   r->preset == NULL ? "" : r->preset, (long long)r->taken,
                   (long long)r->refused);
        for (const struct gaz_refusal *no = r->refusals; no != NULL;
             no = no->next) {
            buf_printf(out, "%s:%lld: %.*s", r->path, (long long)no->row,
                       STR_FMT(no->why));
            if (no->count > 1) {
                buf_printf(out, " (and %lld more like it)",
                           (long long)no->count - 1);
            }
            buf_byte(out, '\n');
        }
    }
}

static void report_json(struct buf *out, const struct gaz_source_report *r)
{
    struct json j = json_to(out);

    json_begin_array(&j);
    for (; r != NULL && r->kind != NULL; r = r->next) {
        json_begin_object(&j);
        json_kv(&j, "path", str_of(r->path));
        json_kv(&j, "kind", str_of(r->kind));
        json_kv(&j, "preset", str_of(r->preset));
        json_kv(&j, "sha256", r->sha256);
        json_kv_int(&j, "taken", r->taken);
        json_kv_int(&j, "refused", r->refused);
        json_key(&j, "refusals");
        json_begin_array(&j);
        for (const struct gaz_refusal *no = r->refusals; no != NULL;
             no = no->next) {
            json_begin_object(&j);
            json_kv_int(&j, "row", no->row);
            json_kv(&j, "why", no->why);
            json_kv_int(&j, "count", no->count);
            json_end_object(&j);
        }
        json_end_array(&j);
        json_end_object(&j);
    }
    json_end_array(&j);
    buf_byte(out, '\n');
}

static void report(const struct asked *asked, const struct gaz_source_report *r)
{
    struct buf out = buf_init(4 * 1024 * 1024);

    if (asked->json) {
        report_json(&out, r);
    } else {
        report_print(&out, r);
    }
    cmd_print(&out);
    buf_free(&out);
}

static int gaz_make(const struct asked *asked, struct error *e)
{
    struct arena a = { 0 };
    struct setting_list *sources = NULL;
    struct setting_list **tail = &sources;
    struct gaz_source_report *reports = NULL;
    struct gaz_import in = { .out = asked->out };
    int rc;

    for (int i = 0; i < asked->count; i++) {
        *tail = arena_new(&a, struct setting_list);
        (*tail)->value = str_of(asked->rest[i]);
        tail = &(*tail)->next;
    }
    in.town = str_of(asked->town);
    in.sources = sources;
    in.rights = asked->rights;
    in.maps = asked->maps;
    if (isatty(STDERR_FILENO))
        in.progress = progress;
    rc = gaz_import(&in, &reports, &a, e);
    if (in.progress != NULL)
        fputc('\n', stderr);
    report(asked, reports);
    arena_free(&a);
    return rc;
}

/* ---- check and stats ---- */

/* The gazetteer that is asked for, or that of the configuration. */
static int gaz_path(const char **out, const struct asked *asked,
                    struct arena *a, struct error *e)
{
    struct config *c;
    int rc;

    *out = asked->gaz;
    if (*out != NULL)
        return 0;
    rc = cmd_config(&c, asked->conf, e);
    if (rc < 0)
        return rc;
    *out = arena_dup(a, c->town.gazetteer);
    config_free(c);
    if (**out == '\0') {
        return error(e, E_CONFIG,
                     "no gazetteer is named: see gazetteer in inlet.conf(5), "
                     "or use --gaz FILE");
    }
    return 0;
}

static int gaz_load(struct gaz **out, const struct asked *asked,
                    struct error *e)
{
    struct arena a = { 0 };
    const char *path;
    int rc = gaz_path(&path, asked, &a, e);

    if (rc == 0)
        rc = gaz_open(out, path, e);
    arena_free(&a);
    return rc;
}

static int gaz_check(const struct asked *asked, struct error *e)
{
    struct arena a = { 0 };
    struct buf out = buf_init(64 * 1024 * 1024);
    struct json j = json_to(&out);
    struct gaz_query q = { .text = utf8_clean(&a, str_of(asked->rest[0])) };
    struct gaz *g;
    int rc = gaz_load(&g, asked, e);

    if (rc == 0) {
        json_begin_array(&j);
        for (const struct location *l = gaz_find(g, &q, &a); l != NULL;
             l = l->next)
            location_json(&j, l);
        json_end_array(&j);
        buf_byte(&out, '\n');
        cmd_print(&out);
        gaz_close(g);
    }
    buf_free(&out);
    arena_free(&a);
    return rc;
}

static void stats_json(struct buf *out, const struct gaz_stats *s,
                       const char *built, const struct gaz_source *from)
{
    struct json j = json_to(out);

    json_begin_object(&j);
    json_kv_int(&j, "streets", s->streets);
    json_kv_int(&j, "addresses", s->addresses);
    json_kv_int(&j, "crossings", s->crossings);
    json_kv_int(&j, "places", s->places);
    json_kv_int(&j, "areas", s->areas);
    json_kv(&j, "built_at", str_of(built));
    json_key(&j, "sources");
    json_begin_array(&j);
    for (; from != NULL; from = from->next) {
        json_begin_object(&j);
        json_kv(&j, "path", from->path);
        json_kv(&j, "kind", from->kind);
        json_kv(&j, "sha256", from->sha256);
        json_kv(&j, "licence", from->rights.licence);
        json_kv(&j, "attribution", from->rights.attribution);
        json_kv_int(&j, "taken", from->taken);
        json_kv_int(&j, "refused", from->refused);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_byte(out, '\n');
}

static void stats_print(struct buf *out, const struct gaz_stats *s,
                        const char *built, const struct gaz_source *from)
{
    buf_printf(out,
               "%lld streets, %lld addresses, %lld crossings, %lld "
               "places, %lld areas; built %s\n",
               (long long)s->streets, (long long)s->addresses,
               (long long)s->crossings, (long long)s->places,
               (long long)s->areas, built);
    for (; from != NULL; from = from->next) {
        buf_printf(out, "from %.*s (%.*s): %lld taken, %lld refused\n",
                   STR_FMT(from->path), STR_FMT(from->kind),
                   (long long)from->taken, (long long)from->refused);
        buf_printf(out, "  sha256 %.*s\n", STR_FMT(from->sha256));
        if (from->rights.licence.n > 0) {
            buf_printf(out, "  licence %.*s\n", STR_FMT(from->rights.licence));
        }
        if (from->rights.attribution.n > 0) {
            buf_printf(out, "  attribution %.*s\n",
                       STR_FMT(from->rights.attribution));
        }
    }
}

static int gaz_count(const struct asked *asked, struct error *e)
{
    struct arena a = { 0 };
    struct buf out = buf_init(4 * 1024 * 1024);
    struct gaz_source *from = NULL;
    struct gaz_stats s;
    struct gaz *g;
    const char *path;
    char built[CLOCK_TEXT];
    int rc = gaz_path(&path, asked, &a, e);

    if (rc == 0)
        rc = gaz_open(&g, path, e);
    if (rc == 0) {
        gaz_stats(g, &s);
        gaz_close(g);
        rc = gaz_sources(&from, path, &a, e);
    }
    if (rc == 0) {
        clock_rfc3339(s.built_at, built);
        if (asked->json) {
            stats_json(&out, &s, built, from);
        } else {
            stats_print(&out, &s, built, from);
        }
        cmd_print(&out);
    }
    buf_free(&out);
    arena_free(&a);
    return rc;
}

/* ---- what is near a point ---- */

static int point_of(const char *text, struct point *at, struct error *e)
{
    struct str lon = str_of(text);
    struct str lat = str_trim(str_until(&lon, STR(",")));

    if (!str_double(lat, &at->lat) || !str_double(str_trim(lon), &at->lon) ||
        !(at->lat >= -90 && at->lat <= 90) ||
        !(at->lon >= -180 && at->lon <= 180)) {
        return error(e, E_SYNTAX, "\"%s\" is no point: give LAT,LON in degrees",
                     text);
    }
    at->known = true;
    return 0;
}

static void near_json(struct buf *out, const struct gaz_near *n,
                      const struct area *areas)
{
    struct json j = json_to(out);

    json_begin_object(&j);
    json_kv(&j, "address", n->address);
    json_key(&j, "address_m");
    json_num(&j, n->address_m, 1);
    json_kv(&j, "street", n->street);
    json_key(&j, "street_m");
    json_num(&j, n->street_m, 1);
    json_kv(&j, "crossing", n->crossing);
    json_key(&j, "crossing_m");
    json_num(&j, n->crossing_m, 1);
    json_key(&j, "areas");
    json_begin_array(&j);
    for (; areas != NULL; areas = areas->next) {
        json_begin_object(&j);
        json_kv(&j, "name", areas->name);
        json_kv(&j, "kind", areas->kind);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    buf_byte(out, '\n');
}

static void near_line(struct buf *out, const char *what, struct str name,
                      double metres)
{
    if (name.n > 0) {
        buf_printf(out, "%-10s %.*s, %.0f m away\n", what, STR_FMT(name),
                   metres);
    }
}

static void near_print(struct buf *out, const struct gaz_near *n,
                       const struct area *areas)
{
    near_line(out, "address", n->address, n->address_m);
    near_line(out, "street", n->street, n->street_m);
    near_line(out, "crossing", n->crossing, n->crossing_m);
    for (; areas != NULL; areas = areas->next)
        buf_printf(out, "%-10s %.*s\n", "in", STR_FMT(areas->name));
    if (out->n == 0)
        buf_printf(out, "nothing within a kilometre\n");
}

static int gaz_point(const struct asked *asked, struct error *e)
{
    struct arena a = { 0 };
    struct buf out = buf_init(1024 * 1024);
    struct gaz_near near;
    struct point at = { .known = false };
    struct gaz *g;
    int rc = point_of(asked->rest[0], &at, e);

    if (rc == 0)
        rc = gaz_load(&g, asked, e);
    if (rc == 0) {
        const struct area *areas = gaz_areas_at(g, at, &a);

        gaz_near(g, at, &near, &a);
        if (asked->json) {
            near_json(&out, &near, areas);
        } else {
            near_print(&out, &near, areas);
        }
        cmd_print(&out);
        gaz_close(g);
    }
    buf_free(&out);
    arena_free(&a);
    return rc;
}

/* ---- options ---- */

/* Some options are for the words after them, so words keep their order. */
static void word_add(struct asked *a, char *word, const struct gaz_rights *now)
{
    a->rights[a->count] = *now;
    a->maps[a->count] = a->map;
    a->rest[a->count++] = word;
}

static int option(struct asked *a, int c, struct gaz_rights *now)
{
    if (c == 'c') {
        a->conf = optarg;
    } else if (c == 'g') {
        a->gaz = optarg;
    } else if (c == 'o') {
        a->out = optarg;
    } else if (c == 't') {
        a->town = optarg;
    } else if (c == 'j') {
        a->json = true;
    } else if (c == 'm') {
        a->map = optarg;
    } else if (c == 'l') {
        now->licence = str_of(optarg);
    } else if (c == 'a') {
        now->attribution = str_of(optarg);
    } else if (c == 1) {
        word_add(a, optarg, now);
    } else {
        return -1;
    }
    return 0;
}

static int options(int argc, char **argv, struct asked *a, struct arena *arena)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "gaz", required_argument, NULL, 'g' },
        { "output", required_argument, NULL, 'o' },
        { "town", required_argument, NULL, 't' },
        { "map", required_argument, NULL, 'm' },
        { "licence", required_argument, NULL, 'l' },
        { "attribution", required_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    struct gaz_rights now = { STR_NONE, STR_NONE };
    int c;

    a->rest = arena_array(arena, char *, (size_t)argc);
    a->rights = arena_array(arena, struct gaz_rights, (size_t)argc);
    a->maps = arena_array(arena, const char *, (size_t)argc);
    while ((c = getopt_long(argc, argv, "-c:o:", longs, NULL)) != -1) {
        if (option(a, c, &now) < 0)
            return -1;
    }
    for (; optind < argc; optind++)
        word_add(a, argv[optind], &now);
    return 0;
}

static int run(const char *what, const struct asked *a, struct error *e)
{
    if (strcmp(what, "import") == 0 && a->out != NULL && a->count > 0)
        return gaz_make(a, e);
    if (strcmp(what, "check") == 0 && a->count == 1)
        return gaz_check(a, e);
    if (strcmp(what, "near") == 0 && a->count == 1)
        return gaz_point(a, e);
    if (strcmp(what, "stats") == 0 && a->count == 0)
        return gaz_count(a, e);
    return NOT_ASKED_WELL;
}

int cmd_gaz(int argc, char **argv)
{
    struct asked a = { 0 };
    struct arena arena = { 0 };
    struct error e;
    int rc = NOT_ASKED_WELL;

    if (argc > 1 && options(argc - 1, argv + 1, &a, &arena) == 0)
        rc = run(argv[1], &a, &e);
    arena_free(&arena);
    if (rc == NOT_ASKED_WELL)
        return cmd_usage(usage);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
