/*
 * Shapefiles (ESRI Shapefile Technical Description, July 1998), read by
 * shapelib: a county's points, centrelines and wards, TIGER's edges. A .dbf
 * alone is a table.
 */
#include <errno.h>
#include <math.h>
#include <shapefil.h>
#include <stdio.h>
#include <string.h>

#include "geo/feature.h"

enum { FREED_EVERY = 1024, PRJ_MAX_BYTES = 8192 };

struct source {
    struct build *build;
    SHPHandle shapes; /* NULL: a table alone */
    DBFHandle fields;
    struct mapping mapping;
    int row;
    struct arena a; /* freed now and then */
};

/* What shapelib would print; what is wrong with a row is said of the row. */
static void say_nothing(const char *message)
{
    (void)message;
}

static const char *sibling(struct source *s, struct str path,
                           const char *ending)
{
    return arena_printf(&s->build->arena, "%.*s%s",
                        STR_FMT(str_slice(path, 0, path.n - 4)), ending);
}

/* ---- is it in degrees? ---- */

/* The projection in path, or nothing. */
static struct str prj_read(struct source *s, const char *path)
{
    char *text = arena_array(&s->build->arena, char, PRJ_MAX_BYTES);
    FILE *f = fopen(path, "re");
    size_t n;

    if (f == NULL)
        return STR_NONE;
    n = fread(text, 1, PRJ_MAX_BYTES, f);
    fclose(f);
    return (struct str){ text, n };
}

/* North America's datum of 1927 is up to 100 m beside that of 1983. */
static int projection_check(struct source *s, const char *path, struct error *e)
{
    static const struct str others[] = { STR_INIT("PROJC"), STR_INIT("NAD27"),
                                         STR_INIT("North_American_1927") };
    struct str prj = prj_read(s, sibling(s, str_of(path), ".prj"));

    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (str_case_find(prj, others[i]) < prj.n) {
            return error(e, E_SYNTAX,
                         "%s is not in degrees of WGS 84 or NAD 83; convert "
                         "it: ogr2ogr -t_srs EPSG:4326 OUT.shp %s",
                         path, path);
        }
    }
    return 0;
}

/* ---- fields ---- */

/* A number is written as short as it goes: "12", not "12.00000". */
static struct str column_text(void *arg, const struct column *column)
{
    struct source *s = arg;
    const char *text;

    if (column->at < 0 || s->row >= DBFGetRecordCount(s->fields) ||
        DBFIsAttributeNULL(s->fields, s->row, column->at))
        return STR_NONE;
    if (DBFGetFieldInfo(s->fields, column->at, NULL, NULL, NULL) == FTDouble) {
        return str_of(arena_printf(
            &s->a, "%.15g",
            DBFReadDoubleAttribute(s->fields, s->row, column->at)));
    }
    text = DBFReadStringAttribute(s->fields, s->row, column->at);
    return text == NULL ? STR_NONE : arena_str(&s->a, str_trim(str_of(text)));
}

static int mapping_find(struct source *s, const char *path, struct error *e)
{
    struct arena *a = &s->build->arena;
    int n = DBFGetFieldCount(s->fields);
    struct str *names = arena_array(a, struct str, (size_t)n + 1);
    struct columns columns = { path, names, n, true };
    char name[XBASE_FLDNAME_LEN_READ + 1];

    for (int i = 0; i < n; i++) {
        name[0] = '\0';
        DBFGetFieldInfo(s->fields, i, name, NULL, NULL);
        names[i] = arena_str(a, str_trim(str_of(name)));
    }
    mapping_choose(&s->mapping, s->build->told, &columns, a);
    s->build->report->preset = s->mapping.preset;
    if (mapping_check(s->build->told, &columns, a, e) < 0)
        return e->code;
    if (s->shapes == NULL && !mapping_suffices(&s->mapping)) {
        return error(e, E_SYNTAX,
                     "%s has no columns lat, lon and street or address", path);
    }
    return 0;
}

/* ---- shapes ---- */

/* Types with heights are 10 more, those with measures 20 more. */
static enum feature_shape shape_of(int type)
{
    if (type == SHPT_MULTIPATCH)
        return FEATURE_NOWHERE;
    switch (type % 10) {
    case SHPT_POINT:
    case SHPT_MULTIPOINT:
        return FEATURE_POINT;
    case SHPT_ARC:
        return FEATURE_LINE;
    case SHPT_POLYGON:
        return FEATURE_AREA;
    default:
        return FEATURE_NOWHERE;
    }
}

static void shape_set(struct feature *f, const SHPObject *o)
{
    int parts = o->nParts > 0 ? o->nParts : 1;
    struct point *points =
        arena_array(f->arena, struct point, (size_t)o->nVertices + 1);

    for (int i = 0; i < o->nVertices; i++)
        points[i] = geo_point(o->padfY[i], o->padfX[i]);
    f->parts = arena_array(f->arena, struct build_ring, (size_t)parts);
    for (int i = 0; i < parts; i++) {
        int begin = o->nParts > 0 ? o->panPartStart[i] : 0;
        int end = i + 1 < parts ? o->panPartStart[i + 1] : o->nVertices;

        if (begin >= 0 && begin < end && end <= o->nVertices) {
            f->parts[f->n++] =
                (struct build_ring){ points + begin, end - begin };
        }
    }
    if (f->n > 0)
        f->shape = shape_of(o->nSHPType);
}

static void row_read(struct source *s)
{
    SHPObject *o = s->shapes == NULL ? NULL : SHPReadObject(s->shapes, s->row);
    struct feature f = {
        .row = s->row + 1, .field = column_text, .arg = s, .arena = &s->a
    };

    if (s->shapes != NULL && o == NULL) {
        build_refuse(s->build, f.row, "its shape is cut short or wrong");
    } else {
        if (o != NULL)
            shape_set(&f, o);
        feature_take(s->build, &s->mapping, &f);
    }
    if (o != NULL)
        SHPDestroyObject(o);
}

static void rows_read(struct source *s)
{
    int n = DBFGetRecordCount(s->fields);

    if (s->shapes != NULL)
        SHPGetInfo(s->shapes, &n, NULL, NULL, NULL);
    for (s->row = 0; s->row < n; s->row++) {
        if (!DBFIsRecordDeleted(s->fields, s->row))
            row_read(s);
        if (s->row % FREED_EVERY == 0) {
            s->build->read = s->build->bytes * s->row / n;
            arena_free(&s->a);
        }
    }
}

/* ---- the files ---- */

static int files_open(struct source *s, const char *path, struct error *e)
{
    bool table = str_case_eq(
        str_slice(str_of(path), strlen(path) - 4, strlen(path)), STR(".dbf"));
    SAHooks hooks;

    SASetupDefaultHooks(&hooks);
    hooks.Error = say_nothing;
    s->fields = DBFOpenLL(path, "rb", &hooks);
    if (!table)
        s->shapes = SHPOpenLL(path, "rb", &hooks);
    if (s->fields != NULL && (table || s->shapes != NULL))
        return 0;
    return error(e, E_SYNTAX,
                 table ? "%s is no dBase table"
                       : "%s cannot be read: a shapefile is three files side "
                         "by side, .shp, .shx and .dbf, from one folder",
                 path);
}

int import_shape(struct build *b, const char *path, struct error *e)
{
    struct source s = { .build = b };
    int rc = projection_check(&s, path, e);

    if (rc == 0)
        rc = files_open(&s, path, e);
    if (rc == 0)
        rc = mapping_find(&s, path, e);
    if (rc == 0)
        rows_read(&s);
    if (s.shapes != NULL)
        SHPClose(s.shapes);
    if (s.fields != NULL)
        DBFClose(s.fields);
    arena_free(&s.a);
    return rc;
}
