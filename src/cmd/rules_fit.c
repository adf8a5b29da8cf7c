/*
 * inlet rules fit: the weights of places.weights from reports whose place is
 * known, JSON lines with "text", "lat" and "lon", perhaps "title".
 */
#include <getopt.h>
#include <glib.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/json_lines.h"
#include "geo/fit.h"
#include "geo/geometry.h"
#include "jail/reader.h"

static const char usage[] =
    "rules fit [-c FILE] [--rules DIR]... [--gaz FILE] REPORTS...";

enum { STREET_M = 60, RIGHT_M = 120 };

struct fitting {
    struct config *config;
    const char *conf;
    const char *gaz;
    struct setting_list *folders, **tail;
    struct arena arena;
    struct reader *reader;
    GArray *rows; /* of struct fit_row */
    int64_t reports;
};

static int options(int argc, char **argv, struct fitting *f)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "rules", required_argument, NULL, 'r' },
        { "gaz", required_argument, NULL, 'g' },
        { 0 },
    };
    int c;

    f->tail = &f->folders;
    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            f->conf = optarg;
        } else if (c == 'r') {
            *f->tail = arena_new(&f->arena, struct setting_list);
            (*f->tail)->value = str_of(optarg);
            f->tail = &(*f->tail)->next;
        } else if (c == 'g') {
            f->gaz = optarg;
        } else {
            return -1;
        }
    }
    return optind < argc ? 0 : -1;
}

static bool is_right(const struct location *l, double off)
{
    if (l->kind == LOCATION_STREET)
        return off <= STREET_M;
    return off <= fmax(RIGHT_M, l->uncertainty_m);
}

static void row_add(struct fitting *f, const struct location *l,
                    struct point truth, bool first)
{
    const struct gaz *g = reader_gaz(f->reader);
    double off = gaz_off(g, l, truth);
    struct fit_row row = {
        .features = features_of(l->features),
        .right = is_right(l, off),
        .first = first,
        .method = l->method,
        .off_m = l->at.known ? geo_distance(l->at, truth) : off,
        .uncertainty_m = l->uncertainty_m / gaz_weights(g)->scale[l->method],
    };

    g_array_append_val(f->rows, row);
}

/* A line that is no report with a place says nothing. */
static int report_read(void *arg, const json_t *o, struct error *e)
{
    struct fitting *f = arg;
    const json_t *lat = json_object_get(o, "lat");
    const json_t *lon = json_object_get(o, "lon");
    struct arena a = { 0 };
    struct reading r = { 0 };
    struct point truth;

    if (!json_is_number(lat) || !json_is_number(lon))
        return 0;
    truth = geo_point(json_number_value(lat), json_number_value(lon));
    r.message.subject = json_lines_text(&a, o, "title");
    r.message.visible = json_lines_text(&a, o, "text");
    reader_think(f->reader, &r, &a);
    for (const struct location *l = r.locations; l != NULL; l = l->next) {
        if (l->rejected.n == 0)
            row_add(f, l, truth, l == r.locations);
    }
    f->reports++;
    arena_free(&a);
    (void)e;
    return 0;
}

static void print(const struct fitting *f, const struct weights *w,
                  const struct fit_result *result)
{
    struct buf out = buf_init(64 * 1024);
    struct buf head = buf_init(4096);

    buf_printf(&head,
               "# places.weights -- what makes a place likely, see "
               "inlet-rules(5).\n"
               "# Fitted to %lld reports with %u candidates: mean log loss "
               "%.4f, before %.4f;\n"
               "# of the places told %.1f %% lie within their uncertainty.\n",
               (long long)f->reports, f->rows->len, result->loss_after,
               result->loss_before, 100 * result->within);
    weights_print(w, buf_str(&head), &out);
    cmd_print(&out);
    buf_free(&head);
    buf_free(&out);
}

static int fit(struct fitting *f, char **files, struct error *e)
{
    struct fit_result result;
    struct weights w;
    int rc = cmd_config(&f->config, f->conf, e);

    if (rc < 0)
        return rc;
    if (f->folders != NULL)
        f->config->town.rules = f->folders;
    if (f->gaz != NULL)
        f->config->town.gazetteer = str_of(f->gaz);
    rc = reader_open(&f->reader, &f->config->town, e);
    if (rc == 0 && reader_gaz(f->reader) == NULL) {
        rc = error(e, E_CONFIG,
                   "no gazetteer is named: see gazetteer in "
                   "inlet.conf(5), or use --gaz FILE");
    }
    for (; rc == 0 && *files != NULL; files++)
        rc = json_lines_read(*files, report_read, f, e);
    if (rc == 0 && f->rows->len == 0)
        rc = error(e, E_NONE, "no report names a place of this gazetteer");
    if (rc == 0) {
        w = *gaz_weights(reader_gaz(f->reader));
        fit_weights(&w, &g_array_index(f->rows, struct fit_row, 0),
                    f->rows->len, &result);
        print(f, &w, &result);
    }
    if (f->reader != NULL)
        reader_close(f->reader);
    config_free(f->config);
    return rc;
}

int cmd_rules_fit(int argc, char **argv)
{
    struct fitting f = { .reader = NULL };
    struct error e;
    int rc;

    if (options(argc, argv, &f) < 0) {
        arena_free(&f.arena);
        return cmd_usage(usage);
    }
    f.rows = g_array_new(FALSE, FALSE, sizeof(struct fit_row));
    rc = fit(&f, argv + optind, &e);
    g_array_free(f.rows, TRUE);
    arena_free(&f.arena);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
