/*
 * Lines of one name that lie together are one street; streets cross where
 * their lines do; an address is on the street of its name that is nearest.
 */
#include "geo/build_writer.h"

#include <math.h>

enum { VILLAGE_M = 800, CORNER_M = 15, SAME_CORNER_M = 40 };

static const double cell_degrees = 0.003;

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
    struct built_street s = { .name = name, .middle = at };
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
            writer_line(w, g_array_index(same, guint, i));

        groups[i] = i;
        for (guint k = 0; k < i; k++) {
            guint other = group_of(groups, k);

            if (other != group_of(groups, i) &&
                lines_touch(mine,
                            writer_line(w, g_array_index(same, guint, k))))
                groups[group_of(groups, i)] = other;
        }
    }
    for (guint i = 0; i < same->len; i++) {
        struct build_line *mine = writer_line(w, g_array_index(same, guint, i));
        struct build_line *first =
            writer_line(w, g_array_index(same, guint, group_of(groups, i)));

        if (first->street < 0)
            first->street = street_new(w, first->name, line_begin(first));
        mine->street = first->street;
        if (mine->n > 0) {
            g_array_index(w->streets, struct built_street, mine->street)
                .lines++;
        }
    }
    g_free(groups);
}

static void streets_gather(struct writer *w)
{
    guint names = w->build->names->len;
    GArray **lines = g_new0(GArray *, names + 1);

    for (guint i = 0; i < w->build->lines->len; i++) {
        int name = writer_line(w, i)->name;

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
        struct built_street *street =
            &g_array_index(w->streets, struct built_street, s);

        if (street->lines > 0)
            street->middle = (struct point){ 0, 0, true };
    }
    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = writer_line(w, i);
        struct built_street *s =
            &g_array_index(w->streets, struct built_street, l->street);

        if (l->n == 0)
            continue;
        s->middle.lat +=
            (l->points[0].lat + l->points[l->n - 1].lat) / 2 / s->lines;
        s->middle.lon +=
            (l->points[0].lon + l->points[l->n - 1].lon) / 2 / s->lines;
    }
    for (guint i = 0; i < w->build->lines->len; i++) {
        const struct build_line *l = writer_line(w, i);
        struct built_street *s =
            &g_array_index(w->streets, struct built_street, l->street);

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
    double west, south, east, north; /* with the reach of a corner around it */
};

static struct piece piece_of(struct point a, struct point b, int street)
{
    double lat = CORNER_M / GEO_METRES_A_DEGREE;
    double lon = lat / fmax(0.01, cos(a.lat * M_PI / 180));

    return (struct piece){
        .ends = { a, b },
        .street = street,
        .west = fmin(a.lon, b.lon) - lon,
        .south = fmin(a.lat, b.lat) - lat,
        .east = fmax(a.lon, b.lon) + lon,
        .north = fmax(a.lat, b.lat) + lat,
    };
}

/* True of nearly every pair that is asked about. */
static bool pieces_apart(const struct piece *p, const struct piece *q)
{
    return p->west > q->east || q->west > p->east || p->south > q->north ||
           q->south > p->north;
}

static void crossing_add(struct writer *w, int a, int b, struct point at)
{
    struct built_crossing c = { a < b ? a : b, a < b ? b : a, at };

    for (guint i = w->crossings->len; i-- > 0 && i + 400 > w->crossings->len;) {
        const struct built_crossing *x =
            &g_array_index(w->crossings, struct built_crossing, i);

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
    int first_x = (int)(p.west / cell_degrees);
    int first_y = (int)(p.south / cell_degrees);
    int last_x = (int)(p.east / cell_degrees);
    int last_y = (int)(p.north / cell_degrees);

    if (last_x - first_x > 50 || last_y - first_y > 50)
        return; /* a line across the county without a bend: no street */
    for (int x = first_x - 1; x <= last_x; x++) {
        for (int y = first_y - 1; y <= last_y; y++) {
            gint64 key = cell_of(x, y);
            GArray *cell = g_hash_table_lookup(cells, &key);

            if (cell == NULL) {
                cell = g_array_new(FALSE, FALSE, sizeof(guint));
                g_hash_table_insert(cells, g_memdup2(&key, sizeof(key)), cell);
            }
            for (guint i = 0; i < cell->len; i++) {
                const struct piece *q = &g_array_index(
                    pieces, struct piece, g_array_index(cell, guint, i));

                if (q->street != p.street && !pieces_apart(&p, q))
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
        const struct build_line *l = writer_line(w, i);

        for (int k = 0; k + 1 < l->n; k++) {
            struct piece p =
                piece_of(l->points[k], l->points[k + 1], l->street);

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
        const struct built_street *s =
            &g_array_index(w->streets, struct built_street, id);
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
        struct built_street *s =
            &g_array_index(w->streets, struct built_street, a->street);
        double part = 1.0 / ++doors[a->street];

        if (s->lines == 0 && a->at.known) {
            s->middle =
                s->middle.known ? geo_between(s->middle, a->at, part) : a->at;
        }
    }
    for (guint i = 0; i < addresses->len; i++) {
        const struct build_address *a =
            &g_array_index(addresses, struct build_address, i);
        struct built_street *s =
            &g_array_index(w->streets, struct built_street, a->street);

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

void streets_build(struct writer *w)
{
    streets_gather(w);
    streets_measure(w);
    crossings_find(w);
    addresses_place(w); /* it may find streets of its own */
}
