#include "geo/build_internal.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/utf8.h"
#include "geo/name.h"

enum { NAME_MAX_BYTES = 200, PROGRESS_EVERY = 5000 };

static void count(struct build *b)
{
    int percent = b->bytes == 0 ? 0 : (int)(b->read * 100 / b->bytes);

    b->report->taken++;
    if (++b->rows % PROGRESS_EVERY == 0 && b->in->progress != NULL)
        b->in->progress(b->in->arg, b->report->path, b->rows, percent);
}

void build_refuse(struct build *b, int64_t row, const char *fmt, ...)
{
    struct gaz_refusal **r = &b->report->refusals;
    char why[300];
    va_list ap;

    b->report->refused++;
    while (*r != NULL && strcmp((*r)->reason, fmt) != 0)
        r = &(*r)->next;
    if (*r == NULL) {
        va_start(ap, fmt);
        vsnprintf(why, sizeof(why), fmt, ap);
        va_end(ap);
        *r = arena_new(b->report_arena, struct gaz_refusal);
        (*r)->row = row;
        (*r)->why = utf8_clean(b->report_arena, str_of(why));
        (*r)->reason = fmt;
    }
    (*r)->count++;
}

bool build_point_is_good(struct build *b, struct point at, int64_t row)
{
    if (!at.known || !isfinite(at.lat) || !isfinite(at.lon)) {
        build_refuse(b, row, "no coordinates");
        return false;
    }
    if (fabs(at.lat) > 90 || fabs(at.lon) > 180) {
        build_refuse(b, row,
                     "%.1f, %.1f are not degrees: convert the file with "
                     "ogr2ogr -t_srs EPSG:4326",
                     at.lat, at.lon);
        return false;
    }
    if (at.lat == 0 && at.lon == 0) {
        build_refuse(b, row, "the point 0, 0 is nowhere");
        return false;
    }
    return true;
}

/* "Elm Street" is nicer to read than "ELM ST". */
static bool is_shouted(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return false;
    }
    return true;
}

static void name_improve(struct build *b, int index, struct str display,
                         struct str ref)
{
    struct build_name *n = &g_array_index(b->names, struct build_name, index);

    if (is_shouted(n->display) && !is_shouted(display))
        n->display = arena_str(&b->arena, display);
    if (n->ref.n == 0 && ref.n > 0)
        n->ref = arena_str(&b->arena, ref);
}

/* "Elm St #4", "Elm St Apt 4": a door within the house is no street. */
static struct str without_unit(struct str street)
{
    static const struct str units[] = { STR_INIT(" #"), STR_INIT(" apt "),
                                        STR_INIT(" unit "),
                                        STR_INIT(" suite ") };

    for (size_t i = 0; i < COUNT_OF(units); i++)
        street = str_slice(street, 0, str_case_find(street, units[i]));
    return street;
}

static int name_keep(struct build *b, struct str clean, struct str folded,
                     struct str ref)
{
    gpointer found = g_hash_table_lookup(b->name_of, folded.p);

    if (found == NULL) {
        struct build_name n = { arena_str(&b->arena, clean),
                                arena_str(&b->arena, folded),
                                arena_str(&b->arena, ref) };

        g_array_append_val(b->names, n);
        found = GINT_TO_POINTER((int)b->names->len);
        g_hash_table_insert(b->name_of, arena_dup(&b->arena, folded), found);
    } else {
        name_improve(b, GPOINTER_TO_INT(found) - 1, clean, ref);
    }
    return GPOINTER_TO_INT(found) - 1;
}

/* The index of a street's name, made where it is new; -1: no name. */
static int name_index(struct build *b, struct str name, struct str ref)
{
    struct arena own = { NULL }; /* a million doors have a thousand names */
    struct str clean =
        utf8_clean(&own, utf8_head(str_trim(name), NAME_MAX_BYTES));
    struct str folded = name_fold(&own, clean);
    int index = folded.n == 0 ? -1 : name_keep(b, clean, folded, ref);

    arena_free(&own);
    return index;
}

void build_street(struct build *b, struct str name, struct str ref,
                  const struct build_line *line, int64_t row)
{
    struct build_line own = *line;

    own.name = name_index(b, name, ref);
    own.street = -1;
    if (own.name < 0) {
        build_refuse(b, row, "no name");
        return;
    }
    if (own.n < 2)
        own.n = 0;
    own.kind = arena_str(&b->arena, line->kind);
    own.points = arena_array(&b->arena, struct point, (size_t)own.n + 1);
    if (own.n > 0)
        memcpy(own.points, line->points, sizeof(*own.points) * (size_t)own.n);
    g_array_append_val(b->lines, own);
    count(b);
}

void build_alias(struct build *b, struct str name, struct str alias)
{
    struct build_alias own = { .name = name_index(b, name, STR_NONE) };

    alias = str_trim(alias);
    if (own.name < 0 || alias.n == 0)
        return;
    own.display = utf8_clean(&b->arena, utf8_head(alias, NAME_MAX_BYTES));
    g_array_append_val(b->aliases, own);
}

static void address_add(struct build *b, struct build_address address,
                        const struct build_house *h)
{
    int64_t ends[] = { h->number, h->last };
    int n = h->last > h->number ? 2 : 1;

    address.suffix = h->suffix;
    for (int i = 0; i < n; i++) {
        address.number = ends[i];
        g_array_append_val(b->addresses, address);
        count(b);
    }
}

static void address_take(struct build *b, struct str street, struct str number,
                         struct point at, int64_t row)
{
    struct build_address address = { .at = at };
    struct build_house house;

    if (!house_number_read(&b->arena, number, &house)) {
        build_refuse(b, row, "\"%.*s\" is no house number", STR_FMT(number));
        return;
    }
    if (!build_point_is_good(b, at, row))
        return;
    address.name = name_index(b, without_unit(street), STR_NONE);
    if (address.name < 0) {
        build_refuse(b, row, "no street");
        return;
    }
    address_add(b, address, &house);
}

/* "12;14" is how OpenStreetMap has several at one door. */
void build_address(struct build *b, struct str street, struct str number,
                   struct point at, int64_t row)
{
    do {
        address_take(b, street, str_until(&number, STR(";")), at, row);
    } while (number.n > 0);
}

void build_place(struct build *b, struct str name, struct str kind,
                 struct point at, double radius_m)
{
    struct build_place p = {
        .name =
            utf8_clean(&b->arena, utf8_head(str_trim(name), NAME_MAX_BYTES)),
        .kind = arena_str(&b->arena, kind),
        .at = at,
        .radius_m = radius_m,
    };

    if (p.name.n == 0)
        return;
    g_array_append_val(b->places, p);
    count(b);
}

/* Copies rings of at least so many points; gives how many. */
static int rings_copy(struct build *b, struct build_ring **out,
                      const struct build_ring *rings, int n, int least)
{
    int kept = 0;

    *out = arena_array(&b->arena, struct build_ring, (size_t)n + 1);
    for (int i = 0; i < n; i++) {
        struct build_ring *own = &(*out)[kept];
        size_t points = (size_t)rings[i].n;

        if (rings[i].n < least)
            continue;
        own->n = rings[i].n;
        own->points = arena_array(&b->arena, struct point, points);
        memcpy(own->points, rings[i].points, sizeof(struct point) * points);
        kept++;
    }
    return kept;
}

void build_shape(struct build *b, const struct drawn *drawn, struct str name,
                 const struct build_ring *rings, int n)
{
    struct build_shape shape = { .drawn = *drawn };

    shape.name =
        utf8_clean(&b->arena, utf8_head(str_trim(name), NAME_MAX_BYTES));
    shape.n = rings_copy(b, &shape.rings, rings, n, drawn->area ? 4 : 2);
    if (shape.n > 0)
        g_array_append_val(b->shapes, shape);
}

void build_area(struct build *b, struct str name, struct str kind,
                const struct build_ring *rings, int n)
{
    struct build_area area = {
        .name =
            utf8_clean(&b->arena, utf8_head(str_trim(name), NAME_MAX_BYTES)),
        .kind = arena_str(&b->arena, kind),
    };

    area.n = rings_copy(b, &area.rings, rings, n, 4);
    if (area.name.n == 0 || area.n == 0)
        return;
    g_array_append_val(b->areas, area);
    count(b);
}

/* ---- which source is read by whom ---- */

static const struct gaz_rights osm_rights = {
    STR_INIT("ODbL 1.0"),
    STR_INIT("\xc2\xa9 OpenStreetMap contributors"),
};
static const struct gaz_rights no_rights;

static const struct {
    const char *ending;
    const char *kind;
    const struct gaz_rights *rights; /* where nothing else is told */
    int (*import)(struct build *b, const char *path, struct error *e);
} kinds[] = {
    { ".osm.pbf", "OpenStreetMap", &osm_rights, import_osm },
    { ".osm", "OpenStreetMap", &osm_rights, import_osm },
    { ".shp", "shapefile", &no_rights, import_shape },
    { ".dbf", "dBase table", &no_rights, import_shape },
    { ".csv", "table", &no_rights, import_csv },
    { ".tsv", "table", &no_rights, import_csv },
    { ".txt", "table", &no_rights, import_csv },
    { ".geojson", "GeoJSON", &no_rights, import_geojson },
    { ".json", "GeoJSON", &no_rights, import_geojson },
    { ".geojsonl", "GeoJSON", &no_rights, import_geojson },
    { ".geojsons", "GeoJSON", &no_rights, import_geojson },
    { ".ndjson", "GeoJSON", &no_rights, import_geojson },
};

static struct str either(struct str told, struct str known)
{
    return told.n > 0 ? told : known;
}

/* Of the file as it is: what tells a newer one from the one that was read. */
static int source_sum(struct build *b, const char *path, struct error *e)
{
    GMappedFile *file;

    if (access(path, R_OK) < 0)
        return error(e, -errno, "cannot open %s: %s", path, strerror(errno));
    file = g_mapped_file_new(path, FALSE, NULL);
    if (file == NULL)
        return error(e, E_NONE, "%s is no file", path);
    b->report->sha256 =
        digest_hex(b->report_arena,
                   digest(b->report_arena, DIGEST_SHA256,
                          (struct str){ g_mapped_file_get_contents(file),
                                        g_mapped_file_get_length(file) }));
    b->bytes = (int64_t)g_mapped_file_get_length(file);
    b->read = 0;
    g_mapped_file_unref(file);
    return 0;
}

/* ".SHP" is as good as ".shp". */
static bool ends_as(struct str path, struct str ending)
{
    return path.n > ending.n &&
           str_case_eq(str_slice(path, path.n - ending.n, path.n), ending);
}

static int source_unknown(const char *path, struct error *e)
{
    if (ends_as(str_of(path), STR(".zip")))
        return error(e, E_NONE, "%s: unpack it first", path);
    return error(e, E_NONE,
                 "%s: not .osm, .osm.pbf, .shp, .csv or .geojson: convert it "
                 "with ogr2ogr",
                 path);
}

static int map_read(struct build *b, const char *path, struct error *e)
{
    struct mapping_told *told = arena_new(b->report_arena, struct mapping_told);

    b->told = path == NULL ? NULL : told;
    return path == NULL ? 0 : mapping_read(told, path, b->report_arena, e);
}

static int source_read(struct build *b, const char *path,
                       const struct gaz_rights *told, struct error *e)
{
    struct gaz_source_report *r = b->report;

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (!ends_as(str_of(path), str_of(kinds[i].ending)))
            continue;
        r->kind = kinds[i].kind;
        r->rights = *kinds[i].rights;
        if (told != NULL) {
            r->rights.licence = either(told->licence, r->rights.licence);
            r->rights.attribution =
                either(told->attribution, r->rights.attribution);
        }
        if (source_sum(b, path, e) < 0)
            return e->code;
        return kinds[i].import(b, path, e);
    }
    return source_unknown(path, e);
}

static void build_free(struct build *b)
{
    g_hash_table_destroy(b->name_of);
    g_array_free(b->names, TRUE);
    g_array_free(b->aliases, TRUE);
    g_array_free(b->lines, TRUE);
    g_array_free(b->addresses, TRUE);
    g_array_free(b->places, TRUE);
    g_array_free(b->areas, TRUE);
    g_array_free(b->shapes, TRUE);
    arena_free(&b->arena);
}

int gaz_import(const struct gaz_import *in, struct gaz_source_report **report,
               struct arena *a, struct error *e)
{
    struct build b = {
        .in = in,
        .report_arena = a,
        .name_of = g_hash_table_new(g_str_hash, g_str_equal),
        .names = g_array_new(FALSE, FALSE, sizeof(struct build_name)),
        .aliases = g_array_new(FALSE, FALSE, sizeof(struct build_alias)),
        .lines = g_array_new(FALSE, FALSE, sizeof(struct build_line)),
        .addresses = g_array_new(FALSE, FALSE, sizeof(struct build_address)),
        .places = g_array_new(FALSE, FALSE, sizeof(struct build_place)),
        .areas = g_array_new(FALSE, FALSE, sizeof(struct build_area)),
        .shapes = g_array_new(FALSE, FALSE, sizeof(struct build_shape)),
    };
    const struct gaz_rights *rights = in->rights;
    const char *const *maps = in->maps;
    int rc = 0;

    for (const struct setting_list *s = in->sources; rc == 0 && s != NULL;
         s = s->next) {
        b.report = arena_new(a, struct gaz_source_report);
        b.report->path = arena_dup(a, s->value);
        *report = b.report;
        if (b.first_report == NULL)
            b.first_report = b.report;
        report = &b.report->next;
        rc = map_read(&b, maps == NULL ? NULL : *maps, e);
        if (rc == 0)
            rc = source_read(&b, b.report->path, rights, e);
        maps = maps == NULL ? NULL : maps + 1;
        rights = rights == NULL ? NULL : rights + 1;
    }
    if (rc == 0)
        rc = build_write(&b, e);
    build_free(&b);
    return rc;
}
