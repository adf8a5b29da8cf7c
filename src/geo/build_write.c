/* The end of an import: all of it becomes one file. */
#include "geo/build_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "geo/name.h"

/* ---- the file ---- */

/*
 * Coordinates are integers of 1e-7 degree; a geom is pairs of them, latitude
 * first, 32 bits each, the lower byte first. A point is in an area where it is
 * in an odd number of its rings.
 */
static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
    "BEGIN;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value);"
    "CREATE TABLE source(path TEXT, kind TEXT, sha256 TEXT, licence TEXT,"
    " attribution TEXT, taken INT, refused INT, imported_at INT);"
    "CREATE TABLE street(id INTEGER PRIMARY KEY, name TEXT, folded TEXT,"
    " ref TEXT, lat INT, lon INT, extent_m REAL);"
    "CREATE TABLE alias(street INT, name TEXT);"
    "CREATE TABLE seg(street INT, geom BLOB, left_from INT, left_to INT,"
    " right_from INT, right_to INT, class TEXT);"
    "CREATE TABLE addr(street INT, number INT, suffix TEXT, lat INT,"
    " lon INT, PRIMARY KEY(street, number, suffix)) WITHOUT ROWID;"
    "CREATE TABLE crossing(a INT, b INT, lat INT, lon INT);"
    "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT, folded TEXT,"
    " kind TEXT, lat INT, lon INT, radius_m REAL);"
    "CREATE TABLE area(id INTEGER PRIMARY KEY, name TEXT, folded TEXT,"
    " kind TEXT);"
    "CREATE TABLE ring(area INT, geom BLOB);"
    "CREATE TABLE shape(id INTEGER PRIMARY KEY, layer TEXT, kind TEXT,"
    " name TEXT, area INT);"
    "CREATE TABLE outline(shape INT, geom BLOB);"
    "CREATE INDEX ring_of ON ring(area);"
    "CREATE INDEX outline_of ON outline(shape);";

static int failed(const struct writer *w, struct error *e)
{
    return error(e, E_STORE, "cannot write the gazetteer: %s",
                 sqlite3_errmsg(w->db));
}

static sqlite3_stmt *prepare(const struct writer *w, const char *sql)
{
    sqlite3_stmt *s = NULL;

    sqlite3_prepare_v2(w->db, sql, -1, &s, NULL);
    return s;
}

static void bind_str(sqlite3_stmt *s, int i, struct str text)
{
    sqlite3_bind_text(s, i, text.n == 0 ? "" : text.p, (int)text.n,
                      SQLITE_TRANSIENT);
}

static void step(sqlite3_stmt *s)
{
    sqlite3_step(s);
    sqlite3_reset(s);
}

static int32_t fixed(double degrees)
{
    return (int32_t)lround(degrees * 1e7);
}

static void point_bind(sqlite3_stmt *s, int i, struct point at)
{
    if (!at.known) {
        sqlite3_bind_null(s, i);
        sqlite3_bind_null(s, i + 1);
        return;
    }
    sqlite3_bind_int(s, i, fixed(at.lat));
    sqlite3_bind_int(s, i + 1, fixed(at.lon));
}

static void points_bind(sqlite3_stmt *s, int i, const struct point *points,
                        int n)
{
    int32_t *flat = g_new(int32_t, (gsize)n * 2);

    for (int k = 0; k < n; k++) {
        flat[2 * k] = GINT32_TO_LE(fixed(points[k].lat));
        flat[2 * k + 1] = GINT32_TO_LE(fixed(points[k].lon));
    }
    sqlite3_bind_blob(s, i, flat, n * 2 * (int)sizeof(int32_t),
                      SQLITE_TRANSIENT);
    g_free(flat);
}

static void write_addresses(struct writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT OR IGNORE INTO addr VALUES"
                                 "(?1, ?2, ?3, ?4, ?5)");

    for (guint i = 0; i < w->build->addresses->len; i++) {
        const struct build_address *a =
            &g_array_index(w->build->addresses, struct build_address, i);

        sqlite3_bind_int(s, 1, a->street);
        sqlite3_bind_int64(s, 2, a->number);
        bind_str(s, 3, a->suffix);
        point_bind(s, 4, a->at);
        step(s);
    }
    sqlite3_finalize(s);
}

static void write_lines(struct writer *w)
{
    sqlite3_stmt *s =
        prepare(w, "INSERT INTO seg VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = writer_line(w, i);

        if (l->n == 0)
            continue;
        sqlite3_bind_int(s, 1, l->street);
        points_bind(s, 2, l->points, l->n);
        sqlite3_bind_int64(s, 3, l->range.left_from);
        sqlite3_bind_int64(s, 4, l->range.left_to);
        sqlite3_bind_int64(s, 5, l->range.right_from);
        sqlite3_bind_int64(s, 6, l->range.right_to);
        bind_str(s, 7, l->kind);
        step(s);
    }
    sqlite3_finalize(s);
}

static void write_crossings(struct writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO crossing VALUES(?1, ?2, ?3, ?4)");

    for (guint i = 0; i < w->crossings->len; i++) {
        const struct built_crossing *c =
            &g_array_index(w->crossings, struct built_crossing, i);

        sqlite3_bind_int(s, 1, c->a);
        sqlite3_bind_int(s, 2, c->b);
        point_bind(s, 3, c->at);
        step(s);
    }
    sqlite3_finalize(s);
}

static void write_streets(struct writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO street VALUES"
                                 "(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    sqlite3_stmt *alias = prepare(w, "INSERT INTO alias VALUES(?1, ?2)");

    for (guint i = 0; i < w->streets->len; i++) {
        const struct built_street *street =
            &g_array_index(w->streets, struct built_street, i);
        const struct build_name *name =
            &g_array_index(w->build->names, struct build_name, street->name);

        sqlite3_bind_int(s, 1, (int)i);
        bind_str(s, 2, name->display);
        bind_str(s, 3, name->folded);
        bind_str(s, 4, name->ref);
        point_bind(s, 5, street->middle);
        sqlite3_bind_double(s, 7, street->extent_m);
        step(s);
    }
    for (guint i = 0; i < w->build->aliases->len; i++) {
        const struct build_alias *a =
            &g_array_index(w->build->aliases, struct build_alias, i);
        const GArray *same = w->of_name[a->name];

        for (guint k = 0; same != NULL && k < same->len; k++) {
            sqlite3_bind_int(alias, 1, g_array_index(same, int, k));
            bind_str(alias, 2, a->display);
            step(alias);
        }
    }
    sqlite3_finalize(s);
    sqlite3_finalize(alias);
}

static void write_places(struct writer *w)
{
    struct build *b = w->build;
    sqlite3_stmt *s = prepare(w, "INSERT INTO place VALUES"
                                 "(NULL, ?1, ?2, ?3, ?4, ?5, ?6)");

    for (guint i = 0; i < b->places->len; i++) {
        const struct build_place *p =
            &g_array_index(b->places, struct build_place, i);

        bind_str(s, 1, p->name);
        bind_str(s, 2, name_fold(&b->arena, p->name));
        bind_str(s, 3, p->kind);
        point_bind(s, 4, p->at);
        sqlite3_bind_double(s, 6, p->radius_m);
        step(s);
    }
    sqlite3_finalize(s);
}

static void write_areas(struct writer *w)
{
    struct build *b = w->build;
    sqlite3_stmt *s = prepare(w, "INSERT INTO area VALUES(?1, ?2, ?3, ?4)");
    sqlite3_stmt *ring = prepare(w, "INSERT INTO ring VALUES(?1, ?2)");

    for (guint i = 0; i < b->areas->len; i++) {
        const struct build_area *a =
            &g_array_index(b->areas, struct build_area, i);

        sqlite3_bind_int(s, 1, (int)i);
        bind_str(s, 2, a->name);
        bind_str(s, 3, name_fold(&b->arena, a->name));
        bind_str(s, 4, a->kind);
        step(s);
        for (int k = 0; k < a->n; k++) {
            sqlite3_bind_int(ring, 1, (int)i);
            points_bind(ring, 2, a->rings[k].points, a->rings[k].n);
            step(ring);
        }
    }
    sqlite3_finalize(s);
    sqlite3_finalize(ring);
}

static void write_shapes(struct writer *w)
{
    struct build *b = w->build;
    sqlite3_stmt *s =
        prepare(w, "INSERT INTO shape VALUES(?1, ?2, ?3, ?4, ?5)");
    sqlite3_stmt *outline = prepare(w, "INSERT INTO outline VALUES(?1, ?2)");

    for (guint i = 0; i < b->shapes->len; i++) {
        const struct build_shape *shape =
            &g_array_index(b->shapes, struct build_shape, i);

        sqlite3_bind_int(s, 1, (int)i);
        bind_str(s, 2, str_of(shape->drawn.layer));
        bind_str(s, 3, str_of(shape->drawn.kind));
        bind_str(s, 4, shape->name);
        sqlite3_bind_int(s, 5, shape->drawn.area);
        step(s);
        for (int k = 0; k < shape->n; k++) {
            sqlite3_bind_int(outline, 1, (int)i);
            points_bind(outline, 2, shape->rings[k].points, shape->rings[k].n);
            step(outline);
        }
    }
    sqlite3_finalize(s);
    sqlite3_finalize(outline);
}

static void write_meta(struct writer *w, const struct gaz_source_report *r)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO meta VALUES(?1, ?2)");

    bind_str(s, 1, STR("schema"));
    sqlite3_bind_int(s, 2, GAZ_SCHEMA);
    step(s);
    bind_str(s, 1, STR("town"));
    bind_str(s, 2, w->build->in->town);
    step(s);
    bind_str(s, 1, STR("built_at"));
    sqlite3_bind_int64(s, 2, clock_now());
    step(s);
    sqlite3_finalize(s);
    s = prepare(w, "INSERT INTO source(path, kind, taken, refused,"
                   " imported_at, sha256, licence, attribution)"
                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    for (; r != NULL; r = r->next) {
        bind_str(s, 1, str_of(r->path));
        bind_str(s, 2, str_of(r->kind));
        sqlite3_bind_int64(s, 3, r->taken);
        sqlite3_bind_int64(s, 4, r->refused);
        sqlite3_bind_int64(s, 5, clock_now());
        bind_str(s, 6, r->sha256);
        bind_str(s, 7, r->rights.licence);
        bind_str(s, 8, r->rights.attribution);
        step(s);
    }
    sqlite3_finalize(s);
}

static int write_file(struct writer *w, const char *path, struct error *e)
{
    int rc = 0;

    unlink(path);
    if (sqlite3_open(path, &w->db) != SQLITE_OK ||
        sqlite3_exec(w->db, schema, NULL, NULL, NULL) != SQLITE_OK)
        rc = failed(w, e);
    if (rc == 0) {
        write_addresses(w);
        write_streets(w);
        write_lines(w);
        write_crossings(w);
        write_places(w);
        write_areas(w);
        write_shapes(w);
        write_meta(w, w->build->first_report);
        if (sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
            rc = failed(w, e);
    }
    sqlite3_close(w->db);
    return rc;
}

static int path_sync(const char *path, struct error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = 0;

    if (fd < 0 || fsync(fd) < 0)
        rc = error(e, -errno, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return rc;
}

/* Once it is there under its name it is there whole, power or not. */
static int file_place(struct build *b, const char *path, struct error *e)
{
    const char *slash = strrchr(b->in->out, '/');
    struct str folder = STR(".");
    int rc = path_sync(path, e);

    if (slash != NULL)
        folder = (struct str){ b->in->out, (size_t)(slash - b->in->out) + 1 };
    if (rc == 0 && rename(path, b->in->out) < 0) {
        rc = error(e, -errno, "cannot put the gazetteer at %s: %s", b->in->out,
                   strerror(errno));
    }
    if (rc == 0)
        rc = path_sync(arena_dup(&b->arena, folder), e);
    return rc;
}

int build_write(struct build *b, struct error *e)
{
    struct writer w = {
        .build = b,
        .streets = g_array_new(FALSE, FALSE, sizeof(struct built_street)),
        .crossings = g_array_new(FALSE, FALSE, sizeof(struct built_crossing)),
        .of_name = g_new0(GArray *, b->names->len + 1),
    };
    const char *path =
        arena_printf(&b->arena, "%s.%d.new", b->in->out, (int)getpid());
    int rc;

    streets_build(&w);
    rc = write_file(&w, path, e);
    if (rc == 0)
        rc = file_place(b, path, e);
    if (rc < 0)
        unlink(path);
    for (guint i = 0; i < b->names->len; i++) {
        if (w.of_name[i] != NULL)
            g_array_free(w.of_name[i], TRUE);
    }
    g_free(w.of_name);
    g_array_free(w.streets, TRUE);
    g_array_free(w.crossings, TRUE);
    return rc;
}
