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
    "gaz import -o FILE [--town NAME] SOURCE...\n"
    "       inlet gaz check [-c FILE] [--gaz FILE] TEXT\n"
    "       inlet gaz near [-c FILE] [--gaz FILE] [--json] LAT,LON\n"
    "       inlet gaz stats [-c FILE] [--gaz FILE] [--json]";

struct asked {
    const char *conf;
    const char *gaz;
    const char *out;
    const char *town;
    bool json;
    char **rest;
    int count;
};

/* ---- import ---- */

static void progress(void *arg, const char *source, int64_t rows)
{
    (void)arg;
    fprintf(stderr, "\r%s: %lld rows", source, (long long)rows);
}

static void report(const struct gaz_source_report *r)
{
    for (; r != NULL; r = r->next) {
        printf("%s (%s): %lld taken, %lld refused\n", r->path, r->kind,
               (long long)r->taken, (long long)r->refused);
        if (r->why.n > 0)
            printf("%.*s\n", STR_FMT(str_trim(r->why)));
    }
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
    if (isatty(STDERR_FILENO))
        in.progress = progress;
    rc = gaz_import(&in, &reports, &a, e);
    if (in.progress != NULL)
        fputc('\n', stderr);
    report(reports);
    arena_free(&a);
    return rc;
}

/* ---- check and stats ---- */

static int gaz_load(struct gaz **out, const struct asked *asked,
                    struct error *e)
{
    struct config *c;
    int rc;

    if (asked->gaz != NULL)
        return gaz_open(out, asked->gaz, e);
    rc = cmd_config(&c, asked->conf, e);
    if (rc < 0)
        return rc;
    if (c->town.gazetteer.n == 0) {
        rc = error(e, E_CONFIG,
                   "no gazetteer is named: see gazetteer in inlet.conf(5), or "
                   "use --gaz FILE");
    } else {
        rc = gaz_open(out, c->town.gazetteer.p, e);
    }
    config_free(c);
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

static int gaz_count(const struct asked *asked, struct error *e)
{
    struct buf out = buf_init(4096);
    struct json j = json_to(&out);
    struct gaz_stats s;
    struct gaz *g;
    char built[CLOCK_TEXT];
    int rc = gaz_load(&g, asked, e);

    if (rc < 0)
        return rc;
    gaz_stats(g, &s);
    clock_rfc3339(s.built_at, built);
    if (asked->json) {
        json_begin_object(&j);
        json_kv_int(&j, "streets", s.streets);
        json_kv_int(&j, "addresses", s.addresses);
        json_kv_int(&j, "crossings", s.crossings);
        json_kv_int(&j, "places", s.places);
        json_kv_int(&j, "areas", s.areas);
        json_kv(&j, "built_at", str_of(built));
        json_end_object(&j);
        buf_byte(&out, '\n');
    } else {
        buf_printf(&out,
                   "%lld streets, %lld addresses, %lld crossings, %lld "
                   "places, %lld areas; built %s\n",
                   (long long)s.streets, (long long)s.addresses,
                   (long long)s.crossings, (long long)s.places,
                   (long long)s.areas, built);
    }
    cmd_print(&out);
    buf_free(&out);
    gaz_close(g);
    return 0;
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

static int options(int argc, char **argv, struct asked *a)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "gaz", required_argument, NULL, 'g' },
        { "output", required_argument, NULL, 'o' },
        { "town", required_argument, NULL, 't' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:o:", longs, NULL)) != -1) {
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
        } else {
            return -1;
        }
    }
    a->rest = argv + optind;
    a->count = argc - optind;
    return 0;
}

int cmd_gaz(int argc, char **argv)
{
    struct asked a = { 0 };
    struct error e;
    const char *what = argc > 1 ? argv[1] : "";
    int rc;

    if (argc < 2 || options(argc - 1, argv + 1, &a) < 0)
        return cmd_usage(usage);
    if (strcmp(what, "import") == 0 && a.out != NULL && a.count > 0) {
        rc = gaz_make(&a, &e);
    } else if (strcmp(what, "check") == 0 && a.count == 1) {
        rc = gaz_check(&a, &e);
    } else if (strcmp(what, "near") == 0 && a.count == 1) {
        rc = gaz_point(&a, &e);
    } else if (strcmp(what, "stats") == 0 && a.count == 0) {
        rc = gaz_count(&a, &e);
    } else {
        return cmd_usage(usage);
    }
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
