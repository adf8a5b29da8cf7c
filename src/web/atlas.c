#include "web/atlas_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "geo/gaz_import.h"

enum { MAP_MAX = 64 * 1024 };

/* ---- editions ---- */

void edition_let_go(struct edition *e)
{
    if (e == NULL || --e->users > 0)
        return;
    typing_free(e->typing);
    chart_close(e->chart);
    gaz_close(e->gaz);
    arena_free(&e->arena);
    free(e);
}

static bool is_among(const struct setting_list *list, struct str text)
{
    while (list != NULL && !str_eq(list->value, text))
        list = list->next;
    return list != NULL;
}

/* Whoever asks to be named with what the map was made of, each once. */
static void sources_read(struct edition *e, const char *path)
{
    struct setting_list **tail = &e->sources;
    struct gaz_source *from = NULL;
    struct error why;

    if (gaz_sources(&from, path, &e->arena, &why) < 0)
        log_warn("%s", why.text);
    for (; from != NULL; from = from->next) {
        struct str name = from->rights.attribution;

        if (name.n == 0 || is_among(e->sources, name))
            continue;
        *tail = arena_new(&e->arena, struct setting_list);
        (*tail)->value = name;
        tail = &(*tail)->next;
    }
}

/* Two made within a second are two all the same: their files are. */
static struct str tag_of(struct edition *e, const char *path)
{
    struct stat file = { .st_mtim = { 0, 0 } };

    if (stat(path, &file) < 0)
        log_warn("%s is gone", path);
    return str_of(arena_printf(&e->arena, "%llx-%lx",
                               (long long)e->stats.built_at,
                               file.st_mtim.tv_nsec));
}

static int edition_open(struct edition **out, const struct town *town,
                        struct error *e)
{
    const char *path = town->gazetteer.p;
    struct gaz *gaz;
    struct edition *new;
    int rc = gaz_open_learned(&gaz, path, town->rules, e);

    if (rc < 0)
        return rc;
    new = calloc(1, sizeof(*new));
    if (new == NULL)
        abort();
    new->gaz = gaz;
    new->users = 1;
    new->chart = chart_open(gaz, path);
    new->typing = typing_new(gaz);
    new->box = chart_town(new->chart);
    gaz_stats(gaz, &new->stats);
    new->tag = tag_of(new, path);
    sources_read(new, path);
    *out = new;
    return 0;
}

/* ---- what a map is made with ---- */

static void sources_write(const struct atlas *a, struct json *j)
{
    json_key(j, "attribution");
    json_begin_array(j);
    if (a->town->tile_url.n > 0 && a->town->tile_attribution.n > 0) {
        json_str(j, a->town->tile_attribution);
    } else if (a->town->tile_url.n == 0 && a->edition != NULL) {
        for (const struct setting_list *s = a->edition->sources; s != NULL;
             s = s->next)
            json_str(j, s->value);
    }
    json_end_array(j);
}

static void number(struct json *j, const char *key, double n)
{
    json_key(j, key);
    json_num(j, n, 6);
}

void atlas_map(const struct atlas *a, struct json *j)
{
    struct str tiles = a->town->tile_url;
    struct box box = { 0, 0, 0, 0 };
    char own[100];

    if (a->edition != NULL)
        box = a->edition->box;
    if (tiles.n == 0) { /* another gazetteer has other addresses: kept long */
        snprintf(own, sizeof(own), "/tiles/{z}/{x}/{y}.mvt?v=%.*s",
                 a->edition == NULL ? 0 : (int)a->edition->tag.n,
                 a->edition == NULL ? "" : a->edition->tag.p);
        tiles = str_of(own);
    }
    json_begin_object(j);
    number(j, "south", box.south);
    number(j, "west", box.west);
    number(j, "north", box.north);
    number(j, "east", box.east);
    json_kv(j, "tiles", tiles);
    json_kv_bool(j, "vector", a->town->tile_url.n == 0);
    sources_write(a, j);
    json_end_object(j);
}

void atlas_answer(struct http_request *r, struct buf *json)
{
    if (json->over) {
        http_respond_error(r, 500, NULL);
    } else {
        http_respond(r, &(struct http_response){ .status = 200,
                                                 .type = "application/json",
                                                 .body = buf_str(json) });
    }
    buf_free(json);
}

static void get_map(struct http_request *r, void *arg)
{
    struct buf out = buf_init(MAP_MAX);
    struct json j = json_to(&out);

    atlas_map(arg, &j);
    atlas_answer(r, &out);
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/tiles/map.json", 0, get_map },
    { "GET", "/tiles/:z/:x/:y", 0, atlas_tile },
    { "GET", "/find", 0, atlas_find },
    { "GET", "/near", 0, atlas_near },
    { NULL, NULL, 0, NULL },
};

int atlas_open(struct atlas **out, struct http_server *http,
               const struct town *town, struct error *e)
{
    struct atlas *a = calloc(1, sizeof(*a));
    int rc = 0;

    if (a == NULL)
        abort();
    a->town = town;
    a->http = http;
    a->shelf = shelf_new();
    limit_begin(&a->limit);
    if (town->gazetteer.n > 0)
        rc = edition_open(&a->edition, town, e);
    if (rc < 0) {
        atlas_close(a);
        return rc;
    }
    http_routes(http, routes, "", a);
    *out = a;
    return 0;
}

int atlas_reload(struct atlas *a, struct error *e)
{
    struct edition *new;
    int rc;

    if (a->town->gazetteer.n == 0)
        return 0;
    rc = edition_open(&new, a->town, e);
    if (rc < 0)
        return rc;
    edition_let_go(a->edition);
    a->edition = new;
    shelf_clear(a->shelf);
    return 0;
}

void atlas_close(struct atlas *a)
{
    if (a == NULL)
        return;
    edition_let_go(a->edition);
    shelf_free(a->shelf);
    arena_free(&a->arena);
    free(a);
}

const struct gaz *atlas_gaz(const struct atlas *a)
{
    return a->edition == NULL ? NULL : a->edition->gaz;
}

void atlas_know(struct atlas *a, atlas_knows_fn *knows, void *arg)
{
    a->knows = knows;
    a->knows_arg = arg;
}
