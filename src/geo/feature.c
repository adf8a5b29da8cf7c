#include "geo/feature.h"

#include "base/utf8.h"
#include "geo/wkt.h"

enum { PLACE_RADIUS_M = 60 };

struct taking {
    struct build *build;
    const struct mapping *m;
    struct feature f; /* its shape may come from its fields */
};

/* ---- fields ---- */

/* Tables that are not UTF-8 are taken for ISO 8859-1. */
static struct str column_text(const struct feature *f,
                              const struct column *column)
{
    struct str text = f->field(f->arg, column);
    char *p;
    size_t n = 0;

    if (utf8_valid(text))
        return text;
    p = arena_array(f->arena, char, 2 * text.n + 1);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < 0x80) {
            p[n++] = text.p[i];
        } else {
            p[n++] = (char)(0xc0 | c >> 6);
            p[n++] = (char)(0x80 | (c & 0x3f));
        }
    }
    return (struct str){ p, n };
}

/* The columns of an alternative, with a blank between them. */
static struct str joined(const struct taking *t, const struct alternative *alt)
{
    const struct feature *f = &t->f;
    struct str whole = column_text(f, &alt->columns[0]);

    for (int i = 1; i < alt->n; i++) {
        struct str part = column_text(f, &alt->columns[i]);

        if (whole.n == 0) {
            whole = part;
        } else if (part.n > 0) {
            whole = str_of(arena_printf(f->arena, "%.*s %.*s", STR_FMT(whole),
                                        STR_FMT(part)));
        }
    }
    return whole;
}

static struct str ranked(const struct taking *t, enum meaning meaning,
                         enum mapping_rank *rank)
{
    for (const struct alternative *alt = t->m->of[meaning]; alt != NULL;
         alt = alt->next) {
        struct str text = joined(t, alt);

        *rank = alt->rank;
        if (text.n > 0)
            return text;
    }
    *rank = RANK_NONE;
    return STR_NONE;
}

static struct str text(const struct taking *t, enum meaning meaning)
{
    enum mapping_rank rank;

    return ranked(t, meaning, &rank);
}

/* A street's own table has it in either column: the surer one counts. */
static struct str street_name(const struct taking *t)
{
    enum mapping_rank name_rank;
    enum mapping_rank street_rank;
    struct str name = ranked(t, MEANING_NAME, &name_rank);
    struct str street = ranked(t, MEANING_STREET, &street_rank);

    return street_rank < name_rank ? street : name;
}

static int64_t house(const struct taking *t, enum meaning meaning)
{
    int64_t n = 0;

    return str_int(text(t, meaning), &n) && n > 0 ? n : 0;
}

static struct build_range range_of(const struct taking *t)
{
    return (struct build_range){ house(t, MEANING_LEFT_FROM),
                                 house(t, MEANING_LEFT_TO),
                                 house(t, MEANING_RIGHT_FROM),
                                 house(t, MEANING_RIGHT_TO) };
}

/* "12", with what stands before and after it in columns of their own. */
static struct str number_of(const struct taking *t)
{
    struct str number = text(t, MEANING_NUMBER);
    struct str before = text(t, MEANING_NUMBER_PREFIX);
    struct str after = text(t, MEANING_NUMBER_SUFFIX);

    if (number.n == 0 || (before.n == 0 && after.n == 0))
        return number;
    return str_of(arena_printf(t->f.arena, "%.*s%.*s%s%.*s", STR_FMT(before),
                               STR_FMT(number), after.n > 0 ? " " : "",
                               STR_FMT(after)));
}

static bool has_number(const struct taking *t)
{
    return text(t, MEANING_NUMBER).n > 0 || text(t, MEANING_ADDRESS).n > 0;
}

/* ---- what is drawn ---- */

/* The first column whose text is drawn: a pond is natural, and water. */
static bool drawn_by(const struct taking *t, bool closed, struct drawn *out)
{
    for (const struct alternative *alt = t->m->of[MEANING_DRAWN]; alt != NULL;
         alt = alt->next) {
        if (drawn_of(joined(t, alt), closed, out))
            return true;
    }
    return false;
}

static bool draw(const struct taking *t, bool closed)
{
    struct drawn drawn;

    if (!drawn_by(t, closed, &drawn))
        return false;
    build_shape(t->build, &drawn, text(t, MEANING_NAME), t->f.parts, t->f.n);
    return true;
}

static struct str road_kind(const struct taking *t)
{
    struct str kind = drawn_road(text(t, MEANING_ROAD_KIND));

    return kind.n > 0 ? kind : drawn_road(text(t, MEANING_ROAD_CLASS));
}

/* ---- what it is ---- */

static void take_address(const struct taking *t, struct point at)
{
    struct str number = number_of(t);
    struct str street = text(t, MEANING_STREET);
    struct str alias = text(t, MEANING_ALIAS);
    struct str whole = text(t, MEANING_ADDRESS);

    if (street.n == 0 && whole.n > 0) {
        struct str first = str_word(&whole);

        number = number.n > 0 ? number : first;
        street = whole;
    }
    if (number.n == 0 && street.n == 0) {
        build_refuse(t->build, t->f.row, "no address");
        return;
    }
    build_address(t->build, street, number, at, t->f.row);
    if (alias.n > 0)
        build_alias(t->build, street, alias);
}

static void take_street(const struct taking *t, struct str name,
                        struct build_line line)
{
    struct str alias = text(t, MEANING_ALIAS);

    build_street(t->build, name, text(t, MEANING_REF), &line, t->f.row);
    if (alias.n > 0)
        build_alias(t->build, name, alias);
}

/* The roads of TIGER's feature classes; the others are rails and rivers. */
static bool is_road(const struct taking *t)
{
    struct str class = text(t, MEANING_ROAD_CLASS);

    if (class.n == 0 || (str_cmp(class, STR("S1100")) >= 0 &&
                         str_cmp(class, STR("S1780")) <= 0))
        return true;
    build_refuse(t->build, t->f.row, "no road, by its class %.*s",
                 STR_FMT(class));
    return false;
}

static bool points_are_good(const struct taking *t,
                            const struct build_ring *part)
{
    if (part->n <= 0 || part->n > POINTS_MAX) {
        build_refuse(t->build, t->f.row, "a line of %d points", part->n);
        return false;
    }
    for (int i = 0; i < part->n; i++) {
        if (!build_point_is_good(t->build, part->points[i], t->f.row))
            return false;
    }
    return true;
}

static bool all_are_good(const struct taking *t)
{
    for (int i = 0; i < t->f.n; i++) {
        if (!points_are_good(t, &t->f.parts[i]))
            return false;
    }
    return true;
}

/* A river or a rail is no street, whatever its name. */
static bool is_drawn_line(const struct taking *t)
{
    struct drawn drawn;

    return text(t, MEANING_ROAD_KIND).n == 0 && drawn_by(t, false, &drawn);
}

static void take_lines(const struct taking *t)
{
    if (is_drawn_line(t)) {
        t->build->report->taken += all_are_good(t) && draw(t, false);
        return;
    }
    if (!is_road(t))
        return;
    for (int i = 0; i < t->f.n; i++) {
        const struct build_ring *part = &t->f.parts[i];

        if (points_are_good(t, part)) {
            take_street(t, street_name(t),
                        (struct build_line){ .range = range_of(t),
                                             .kind = road_kind(t),
                                             .points = part->points,
                                             .n = part->n });
        }
    }
}

static struct point middle(const struct build_ring *ring)
{
    struct point sum = { 0, 0, true };

    for (int i = 0; i < ring->n; i++) {
        sum.lat += ring->points[i].lat / ring->n;
        sum.lon += ring->points[i].lon / ring->n;
    }
    return sum;
}

static void take_area(const struct taking *t)
{
    const struct build_ring *edge = NULL;

    if (!all_are_good(t))
        return;
    for (int i = 0; edge == NULL && i < t->f.n; i++) {
        if (t->f.parts[i].n >= 4)
            edge = &t->f.parts[i];
    }
    if (edge == NULL) {
        build_refuse(t->build, t->f.row, "an area of fewer than four points");
    } else if (has_number(t)) {
        take_address(t, middle(edge)); /* a house, or what it stands on */
    } else if (draw(t, true) && text(t, MEANING_NAME).n == 0) {
        t->build->report->taken++; /* a pond without a name is no area */
    } else {
        build_area(t->build, text(t, MEANING_NAME), text(t, MEANING_KIND),
                   t->f.parts, t->f.n);
    }
}

static void take_point(const struct taking *t, struct point at)
{
    struct str name = text(t, MEANING_NAME);

    if (has_number(t)) {
        take_address(t, at);
    } else if (build_point_is_good(t->build, at, t->f.row)) {
        build_place(t->build, name.n > 0 ? name : street_name(t),
                    text(t, MEANING_KIND), at, PLACE_RADIUS_M);
    }
}

static void take_points(const struct taking *t)
{
    for (int i = 0; i < t->f.n; i++) {
        for (int k = 0; k < t->f.parts[i].n; k++)
            take_point(t, t->f.parts[i].points[k]);
    }
}

/* It is known that there is such a place or street, but not where. */
static void take_name(const struct taking *t)
{
    struct str place = text(t, MEANING_PLACE_KIND);
    struct str street =
        has_number(t) ? text(t, MEANING_STREET) : street_name(t);

    if (place.n > 0) {
        build_place(t->build, text(t, MEANING_NAME), place,
                    (struct point){ .known = false }, 0);
    } else {
        take_street(t, street, (struct build_line){ .range = range_of(t) });
    }
}

/* ---- where it is ---- */

/* A table with a latitude has a point in each row, or that row is wrong. */
static bool has_point(const struct taking *t)
{
    return t->m->of[MEANING_LAT] != NULL && t->m->of[MEANING_LON] != NULL &&
           (text(t, MEANING_LAT).n > 0 ||
            (t->m->table && t->m->of[MEANING_WKT] == NULL));
}

/* False, and refused: there is a shape, but not one that can be read. */
static bool shape_find(struct taking *t, struct point *at,
                       struct build_ring *part)
{
    struct feature *f = &t->f;
    struct str wkt;

    if (f->shape != FEATURE_NOWHERE)
        return true;
    if (has_point(t)) {
        at->known = str_double(text(t, MEANING_LAT), &at->lat) &&
                    str_double(text(t, MEANING_LON), &at->lon);
        *part = (struct build_ring){ at, 1 };
        f->parts = part;
        f->n = 1;
        f->shape = FEATURE_POINT;
        return true;
    }
    wkt = text(t, MEANING_WKT);
    if (wkt.n == 0 || wkt_read(wkt, f))
        return true;
    build_refuse(t->build, f->row,
                 "\"%.*s\" is no point, line or polygon in well-known text",
                 STR_FMT(utf8_head(wkt, 40)));
    return false;
}

static bool is_only_drawn(const struct taking *t)
{
    struct drawn drawn;

    return (t->f.shape == FEATURE_AREA || t->f.shape == FEATURE_LINE) &&
           drawn_by(t, t->f.shape == FEATURE_AREA, &drawn);
}

void feature_take(struct build *b, const struct mapping *m,
                  const struct feature *f)
{
    static void (*const takes[])(const struct taking *t) = {
        [FEATURE_NOWHERE] = take_name,
        [FEATURE_POINT] = take_points,
        [FEATURE_LINE] = take_lines,
        [FEATURE_AREA] = take_area,
    };
    struct taking t = { b, m, *f };
    struct point at = { .known = false };
    struct build_ring part;

    if (!has_number(&t) && text(&t, MEANING_NAME).n == 0 &&
        text(&t, MEANING_STREET).n == 0 && !is_only_drawn(&t)) {
        build_refuse(b, f->row, "neither a name nor an address");
        return;
    }
    if (shape_find(&t, &at, &part))
        takes[t.f.shape](&t);
}
