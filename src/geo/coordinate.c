/*
 * Points written out: 41.3083, -72.9279, geo: (RFC 5870), and map links, where
 * the pin (!3d..!4d..) is better than the middle of the picture (@..).
 */
#include <math.h>
#include <stdlib.h>

#include "geo/find_internal.h"

enum { COORDINATE_M = 15, VIEWPORT_M = 150 };

struct pair {
    struct point at;
    size_t begin, end;
};

static bool degrees(const char **p, const char *end, double *out, int *decimals)
{
    const char *at = *p;
    const char *dot = NULL;
    char digits[24];
    size_t n = 0;

    while (at < end && n + 1 < sizeof(digits) &&
           ((*at >= '0' && *at <= '9') || *at == '.' ||
            (n == 0 && (*at == '-' || *at == '+')))) {
        if (*at == '.' && dot != NULL)
            break;
        if (*at == '.')
            dot = at;
        digits[n++] = *at++;
    }
    digits[n] = '\0';
    *decimals = dot == NULL ? 0 : (int)(at - dot) - 1;
    if (n == 0 || *decimals < 3)
        return false;
    *out = strtod(digits, NULL);
    *p = at;
    return true;
}

/* A pair of numbers with at least three decimals each, from at on. */
static bool pair_at(struct str text, size_t at, struct pair *out)
{
    const char *p = text.p + at;
    const char *end = text.p + text.n;
    int decimals;

    out->begin = at;
    if (!degrees(&p, end, &out->at.lat, &decimals))
        return false;
    if (str_starts(str_slice(text, (size_t)(p - text.p), text.n), STR("!4d"))) {
        p += 3;
    } else {
        while (p < end && (*p == ',' || *p == ' ' || *p == ';'))
            p++;
    }
    if (!degrees(&p, end, &out->at.lon, &decimals))
        return false;
    out->end = (size_t)(p - text.p);
    out->at.known = fabs(out->at.lat) <= 90 && fabs(out->at.lon) <= 180;
    return out->at.known;
}

static void put(struct find *f, const struct pair *p, bool viewport)
{
    struct location *l = location_new(f, LOCATION_COORDINATE, "coordinate");

    l->span = (struct span){ .begin = (uint32_t)p->begin,
                             .end = (uint32_t)p->end,
                             .in = f->zone };
    l->at = p->at;
    l->method = METHOD_COORDINATE;
    l->uncertainty_m = viewport ? VIEWPORT_M : COORDINATE_M;
    location_weigh(l, FEATURE_COORDINATE);
    l->label = gaz_label_at(f->gaz, p->at, f->a);
    if (l->label.n == 0) {
        l->label =
            str_of(arena_printf(f->a, "%.5f, %.5f", p->at.lat, p->at.lon));
    }
    if (!gaz_covers(f->gaz, p->at))
        l->rejected = STR("it lies outside the town");
}

static bool may_begin(struct str text, size_t i)
{
    char c = text.p[i];
    char before = i == 0 ? ' ' : text.p[i - 1];

    return ((c >= '0' && c <= '9') || c == '-') &&
           !(before >= '0' && before <= '9') && before != '.' && before != '-';
}

void coordinates_find(struct find *f)
{
    bool pinned = str_find(f->text, STR("!3d")) < f->text.n;

    for (size_t i = 0; i < f->text.n; i++) {
        struct pair p;
        bool viewport;

        if (!may_begin(f->text, i) || !pair_at(f->text, i, &p))
            continue;
        viewport = i > 0 && f->text.p[i - 1] == '@';
        if (!viewport || !pinned)
            put(f, &p, viewport);
        i = p.end;
    }
}
