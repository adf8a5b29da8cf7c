/*
 * The end of an import: lines of one name that lie together are one street,
 * streets cross where their lines do, and all of it becomes one file.
 */
#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "geo/build_internal.h"
#include "geo/name.h"

enum { VILLAGE_M = 800, CORNER_M = 15, SAME_CORNER_M = 40 };

static const double cell_degrees = 0.003;

struct street {
    int name;
    struct point middle;
    double extent_m;
    int lines;
};

struct crossing {
    int a, b; /* streets, a < b */
    struct point at;
};

struct writer {
    struct build *build;
    sqlite3 *db;
    GArray *streets;   /* of struct street */
    GArray *crossings; /* of struct crossing */
    GArray **of_name;  /* the streets of each name */
};

static struct build_line *line_at(const struct writer *w, guint i)
{
    return &g_array_index(w->build->lines, struct build_line, i);
}

/* ---- lines into streets ---- */

static double line_gap(const struct build_line *a, const struct build_line *b)
{
    double best = 1e12;

    for (int i = 0; i < 2; i++) {
        struct point p = a->points[i == 0 ? 0 : a->n - 1];

        for (int k = 0; k + 1 < b->n; k++) {
            struct point at;
            double d = geo_to_line(p, b->points[k], b->points[k + 1], &at);

            if (d < best)
                best = d;
        }
    }
    return best;
}

static int street_new(struct writer *w, int name, struct point at)
{
    struct street s = { .name = name, .middle = at };
    int id = (int)w->streets->len;

    g_array_append_val(w->streets, s);
    if (w->of_name[name] == NULL)
        w->of_name[name] = g_array_new(FALSE, FALSE, sizeof(int));
    g_array_append_val(w->of_name[name], id);
    return id;
}

static struct point line_begin(const struct build_line *l)
{
    return l->n > 0 ? l->points[0] : (struct point){ .known = false };
}

static bool lines_touch(const struct build_line *a, const struct build_line *b)
{
    return a->n == 0 || b->n == 0 || line_gap(a, b) < VILLAGE_M ||
           line_gap(b, a) < VILLAGE_M;
}

/* Lines of one name that lie together, even by way of others, are one group. */
static guint group_of(guint *groups, guint i)
{
    while (groups[i] != i) {
        groups[i] = groups[groups[i]];
        i = groups[i];
    }
    return i;
}

/* Turns the lines of one name into streets. */
static void name_gather(struct writer *w, const GArray *same)
{
    guint *groups = g_new(guint, same->len);

    for (guint i = 0; i < same->len; i++) {
        const struct build_line *mine =
            line_at(w, g_array_index(same, guint, i));

        groups[i] = i;
        for (guint k = 0; k < i; k++) {
            guint other = group_of(groups, k);

            if (other != group_of(groups, i) &&
                lines_touch(mine, line_at(w, g_array_index(same, guint, k))))
                groups[group_of(groups, i)] = other;
        }
    }
    for (guint i = 0; i < same->len; i++) {
        struct build_line *mine = line_at(w, g_array_index(same, guint, i));
        struct build_line *first =
            line_at(w, g_array_index(same, guint, group_of(groups, i)));

        if (first->street < 0)
            first->street = street_new(w, first->name, line_begin(first));
        mine->street = first->street;
        if (mine->n > 0)
            g_array_index(w->streets, struct street, mine->street).lines++;
    }
    g_free(groups);
}

static void streets_gather(struct writer *w)
{
    guint names = w->build->names->len;
    GArray **lines = g_new0(GArray *, names + 1);

    for (guint i = 0; i < w->build->lines->len; i++) {
        int name = line_at(w, i)->name;

        if (lines[name] == NULL)
            lines[name] = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_append_val(lines[name], i);
    }
    for (guint name = 0; name < names; name++) {
        if (lines[name] == NULL)
            continue;
        name_gather(w, lines[name]);
        g_array_free(lines[name], TRUE);
    }
    g_free(lines);
}

/* The middle of each street and how far it reaches from there. */
static void streets_measure(struct writer *w)
{
    for (guint s = 0; s < w->streets->len; s++) {
        struct street *street = &g_array_index(w->streets, struct street, s);

        if (street->lines > 0)
            street->middle = (struct point){ 0, 0, true };
    }
    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = line_at(w, i);
        struct street *s = &g_array_index(w->streets, struct street, l->street);

        if (l->n == 0)
            continue;
        s->middle.lat +=
            (l->points[0].lat + l->points[l->n - 1].lat) / 2 / s->lines;
        s->middle.lon +=
            (l->points[0].lon + l->points[l->n - 1].lon) / 2 / s->lines;
    }
    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = line_at(w, i);
        struct street *s = &g_array_index(w->streets, struct street, l->street);

        for (int k = 0; k < l->n; k++) {
            double d = geo_distance(s->middle, l->points[k]);

            if (d > s->extent_m)
                s->extent_m = d;
        }
    }
}

/* ---- crossings ---- */

struct piece {
    struct point ends[2];
    int street;
};

static void crossing_add(struct writer *w, int a, int b, struct point at)
{
    struct crossing c = { a < b ? a : b, a < b ? b : a, at };

    for (guint i = w->crossings->len; i-- > 0 && i + 400 > w->crossings->len;) {
        const struct crossing *x =
            &g_array_index(w->crossings, struct crossing, i);

        if (x->a == c.a && x->b == c.b &&
            geo_distance(x->at, at) < SAME_CORNER_M)
            return;
    }
    g_array_append_val(w->crossings, c);
}

static void pieces_meet(struct writer *w, const struct piece *p,
                        const struct piece *q)
{
    struct point at;

    if (geo_cross(p->ends, q->ends, &at)) {
        crossing_add(w, p->street, q->street, at);
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (geo_to_line(p->ends[i], q->ends[0], q->ends[1], &at) < CORNER_M ||
            geo_to_line(q->ends[i], p->ends[0], p->ends[1], &at) < CORNER_M) {
            crossing_add(w, p->street, q->street, at);
            return;
        }
    }
}

static gint64 cell_of(int x, int y)
{
    return (gint64)x * 4294967296 + y;
}

/* Each piece meets those that were put into its cells before it. */
static void piece_place(struct writer *w, GHashTable *cells, GArray *pieces,
                        guint index)
{
    struct piece p = g_array_index(pieces, struct piece, index);
    double west = MIN(p.ends[0].lon, p.ends[1].lon) - 0.0002;
    double east = MAX(p.ends[0].lon, p.ends[1].lon) + 0.0002;
    double south = MIN(p.ends[0].lat, p.ends[1].lat) - 0.0002;
    double north = MAX(p.ends[0].lat, p.ends[1].lat) + 0.0002;
    int last_x = (int)(east / cell_degrees);
    int last_y = (int)(north / cell_degrees);

    if (last_x - (int)(west / cell_degrees) > 50 ||
        last_y - (int)(south / cell_degrees) > 50)
        return; /* a line across the county without a bend: no street */
    for (int x = (int)(west / cell_degrees) - 1; x <= last_x; x++) {
        for (int y = (int)(south / cell_degrees) - 1; y <= last_y; y++) {
            gint64 key = cell_of(x, y);
            GArray *cell = g_hash_table_lookup(cells, &key);

            if (cell == NULL) {
                cell = g_array_new(FALSE, FALSE, sizeof(guint));
                g_hash_table_insert(cells, g_memdup2(&key, sizeof(key)), cell);
            }
            for (guint i = 0; i < cell->len; i++) {
                const struct piece *q = &g_array_index(
                    pieces, struct piece, g_array_index(cell, guint, i));

                if (q->street != p.street)
                    pieces_meet(w, &p, q);
            }
            g_array_append_val(cell, index);
        }
    }
}

static void cell_free(gpointer cell)
{
    g_array_free(cell, TRUE);
}

static void crossings_find(struct writer *w)
{
    GHashTable *cells =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, cell_free);
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));

    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = line_at(w, i);

        for (int k = 0; k + 1 < l->n; k++) {
            struct piece p = { { l->points[k], l->points[k + 1] }, l->street };

            g_array_append_val(pieces, p);
        }
    }
    for (guint i = 0; i < pieces->len; i++)
        piece_place(w, cells, pieces, i);
    g_array_free(pieces, TRUE);
    g_hash_table_destroy(cells);
}

/* ---- addresses to streets ---- */

static int street_for(struct writer *w, const struct build_address *address)
{
    const GArray *same = w->of_name[address->name];
    double best = 1e12;
    int found = -1;

    for (guint i = 0; same != NULL && i < same->len; i++) {
        int id = g_array_index(same, int, i);
        const struct street *s = &g_array_index(w->streets, struct street, id);
        double d = geo_distance(s->middle, address->at) - s->extent_m;

        if (d < best) {
            best = d;
            found = id;
        }
    }
    if (found < 0)
        found = street_new(w, address->name, address->at);
    return found;
}

/* Streets that no line is known of reach over their doors. */
static void doors_measure(struct writer *w)
{
    GArray *addresses = w->build->addresses;
    int *doors = g_new0(int, w->streets->len + 1);

    for (guint i = 0; i < addresses->len; i++) {
        const struct build_address *a =
            &g_array_index(addresses, struct build_address, i);
        struct street *s = &g_array_index(w->streets, struct street, a->street);
        double part = 1.0 / ++doors[a->street];

        if (s->lines == 0 && a->at.known) {
            s->middle =
                s->middle.known ? geo_between(s->middle, a->at, part) : a->at;
        }
    }
    for (guint i = 0; i < addresses->len; i++) {
        const struct build_address *a =
            &g_array_index(addresses, struct build_address, i);
        struct street *s = &g_array_index(w->streets, struct street, a->street);

        if (s->lines == 0 && a->at.known)
            s->extent_m = fmax(s->extent_m, geo_distance(s->middle, a->at));
    }
    g_free(doors);
}

static void addresses_place(struct writer *w)
{
    for (guint i = 0; i < w->build->addresses->len; i++) {
        struct build_address *a =
            &g_array_index(w->build->addresses, struct build_address, i);

        a->street = street_for(w, a);
    }
    doors_measure(w);
}

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
    " right_from INT, right_to INT);"
    "CREATE TABLE addr(street INT, number INT, suffix TEXT, lat INT,"
    " lon INT, PRIMARY KEY(street, number, suffix)) WITHOUT ROWID;"
    "CREATE TABLE crossing(a INT, b INT, lat INT, lon INT);"
    "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT, folded TEXT,"
    " kind TEXT, lat INT, lon INT, radius_m REAL);"
    "CREATE TABLE area(id INTEGER PRIMARY KEY, name TEXT, folded TEXT,"
    " kind TEXT);"
    "CREATE TABLE ring(area INT, geom BLOB);";

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
        prepare(w, "INSERT INTO seg VALUES(?1, ?2, ?3, ?4, ?5, ?6)");

    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = line_at(w, i);

        if (l->n == 0)
            continue;
        sqlite3_bind_int(s, 1, l->street);
        points_bind(s, 2, l->points, l->n);
        sqlite3_bind_int64(s, 3, l->range.left_from);
        sqlite3_bind_int64(s, 4, l->range.left_to);
        sqlite3_bind_int64(s, 5, l->range.right_from);
        sqlite3_bind_int64(s, 6, l->range.right_to);
        step(s);
    }
    sqlite3_finalize(s);
}

static void write_crossings(struct writer *w)
{
    sqlite3_stmt *s = prepare(w, "INSERT INTO crossing VALUES(?1, ?2, ?3, ?4)");

    for (guint i = 0; i < w->crossings->len; i++) {
        const struct crossing *c =
            &g_array_index(w->crossings, struct crossing, i);

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
        const struct street *street =
            &g_array_index(w->streets, struct street, i);
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
                   " imported_at) VALUES(?1, ?2, ?3, ?4, ?5)");
    for (; r != NULL; r = r->next) {
        bind_str(s, 1, str_of(r->path));
        bind_str(s, 2, str_of(r->kind));
        sqlite3_bind_int64(s, 3, r->taken);
        sqlite3_bind_int64(s, 4, r->refused);
        sqlite3_bind_int64(s, 5, clock_now());
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
        write_meta(w, w->build->first_report);
        if (sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
            rc = failed(w, e);
    }
    sqlite3_close(w->db);
    return rc;
}

int build_write(struct build *b, struct error *e)
{
    struct writer w = {
        .build = b,
        .streets = g_array_new(FALSE, FALSE, sizeof(struct street)),
        .crossings = g_array_new(FALSE, FALSE, sizeof(struct crossing)),
        .of_name = g_new0(GArray *, b->names->len + 1),
    };
    const char *path =
        arena_printf(&b->arena, "%s.%d.new", b->in->out, (int)getpid());
    int rc;

    streets_gather(&w);
    streets_measure(&w);
    crossings_find(&w);
    addresses_place(&w); /* it may find streets of its own */
    rc = write_file(&w, path, e);
    if (rc == 0 && rename(path, b->in->out) < 0) {
        rc = error(e, -errno, "cannot put the gazetteer at %s: %s", b->in->out,
                   strerror(errno));
    }
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
