/*
 * Points written out: pairs of degrees, geo: (RFC 5870), map links and plus
 * codes, each taken where the town is, or kept with the reason why not.
 */
#include <math.h>

#include "geo/coordinate_internal.h"
#include "geo/find_internal.h"

enum {
    COORDINATE_M = 15,
    SPOTS_MAX = 20, /* in one text */
    LABEL_MAX = 80,
    PLAIN_DECIMALS = 3,
    FAR_DECIMALS = 4 /* for a pair outside the town to be worth a word */
};

static bool is_point(struct point at)
{
    return fabs(at.lat) <= 90 && fabs(at.lon) <= 180;
}

static struct location *add(struct find *f, const char *rule, size_t begin,
                            size_t end)
{
    struct location *l = location_new(f, LOCATION_COORDINATE, rule);

    l->span = (struct span){ .begin = (uint32_t)begin,
                             .end = (uint32_t)end,
                             .in = f->zone };
    location_weigh(l, FEATURE_COORDINATE);
    return l;
}

static void place(struct find *f, struct location *l, struct point at,
                  double uncertainty_m)
{
    l->at = at;
    l->method = METHOD_COORDINATE;
    l->uncertainty_m = fmax(COORDINATE_M, uncertainty_m);
    l->label = gaz_label_at(f->gaz, at, f->a);
    if (l->label.n == 0)
        l->label = str_of(arena_printf(f->a, "%.5f, %.5f", at.lat, at.lon));
    if (!gaz_covers(f->gaz, at))
        l->rejected = STR("it lies outside the town");
}

/* Longitude first, where only that lies in the town. */
static bool is_swapped(const struct find *f, const struct pair *p)
{
    struct point other = { p->at.lon, p->at.lat, true };

    return !p->ordered && is_point(other) && gaz_covers(f->gaz, other) &&
           !(is_point(p->at) && gaz_covers(f->gaz, p->at));
}

/* ---- pairs ---- */

/* Money before it, or a longer number that it is the end of. */
static bool may_begin(struct str text, size_t i)
{
    struct str before = str_slice(text, i < 4 ? 0 : i - 4, i);
    char c = text.p[i];
    char last = i == 0 ? ' ' : text.p[i - 1];

    if ((last >= '0' && last <= '9') || (last >= 'a' && last <= 'z') ||
        (last >= 'A' && last <= 'Z') || last == '.' || last == '-' ||
        last == '+' || last == '$')
        return false;
    if (last == ',' && i > 1 && text.p[i - 2] >= '0' && text.p[i - 2] <= '9')
        return false;
    before = str_trim(before);
    if (str_ends(before, STR("$")) || str_ends(before, STR("\xe2\x82\xac")) ||
        str_ends(before, STR("\xc2\xa3")))
        return false;
    return (c >= '0' && c <= '9') || c == '-' || c == '+' ||
           strchr("NSEWOLnsewol", c) != NULL || (c & 0x80) != 0;
}

/* "12.345, 67.890 EUR": what was counted or paid. */
static bool is_amount(struct str text, size_t end)
{
    static const struct str units[] = {
        STR_INIT("\xe2\x82\xac"), STR_INIT("\xc2\xa3"), STR_INIT("$"),
        STR_INIT("eur"),          STR_INIT("usd"),      STR_INIT("kg"),
        STR_INIT("dollars"),
    };
    struct str behind = str_trim(str_slice(text, end, end + 10));

    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (str_case_starts(behind, units[i]))
            return true;
    }
    return false;
}

/* A pair of numbers that can hardly be anything but a place. */
static bool pair_take(struct find *f, size_t *i)
{
    struct pair p;
    struct location *l;
    bool swapped;

    if (!may_begin(f->text, *i) || !pair_read(f->text, *i, &p))
        return false;
    swapped = is_swapped(f, &p);
    if (!p.marked && (p.decimals < PLAIN_DECIMALS || is_amount(f->text, p.end)))
        return false;
    if (swapped)
        p.at = (struct point){ p.at.lon, p.at.lat, true };
    if (!is_point(p.at) ||
        (!p.marked && p.decimals < FAR_DECIMALS && !gaz_covers(f->gaz, p.at)))
        return false;
    l = add(f, "coordinate", *i, p.end);
    if (swapped)
        location_weigh(l, FEATURE_SWAPPED);
    place(f, l, p.at, p.step_m / 2);
    *i = p.end;
    return true;
}

/* ---- links ---- */

/* What a refused one is called: the link, not too much of it. */
static struct str link_label(const struct find *f, struct str link)
{
    if (link.n <= LABEL_MAX)
        return link;
    return str_of(arena_printf(f->a, "%.*s...", LABEL_MAX, link.p));
}

/* True: a link stood there, of a place or not. */
static bool link_take(struct find *f, size_t *i)
{
    size_t n = link_length(f->text, *i);
    struct str text = str_slice(f->text, *i, *i + n);
    struct link link;
    struct pair turned;
    struct location *l;

    if (n == 0)
        return false;
    *i += n;
    if (!link_read(f->a, text, &link) || (link.at.known && !is_point(link.at)))
        return true;
    l = add(f, "link", *i - n, *i);
    if (!link.at.known) {
        l->label = link_label(f, text);
        l->rejected = link.refused;
        return true;
    }
    turned = (struct pair){ .at = link.at, .ordered = link.ordered };
    if (is_swapped(f, &turned)) {
        link.at = (struct point){ link.at.lon, link.at.lat, true };
        location_weigh(l, FEATURE_SWAPPED);
    }
    place(f, l, link.at, link.uncertainty_m);
    return true;
}

void coordinates_find(struct find *f)
{
    int spots = 0;

    for (size_t i = 0; i < f->text.n && spots < SPOTS_MAX;) {
        if (link_take(f, &i) || pair_take(f, &i)) {
            spots++;
        } else {
            i++;
        }
    }
}
