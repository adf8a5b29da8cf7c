/*
 * Points written out: pairs of degrees, geo: (RFC 5870), map links and plus
 * codes, each taken where the town is, or kept with the reason why not.
 */
#include <math.h>

#include "geo/coordinate_internal.h"
#include "geo/find_internal.h"
#include "geo/pluscode.h"

enum {
    COORDINATE_M = 15,
    SPOTS_MAX = 20, /* in one text */
    LABEL_MAX = 80,
    PLAIN_DECIMALS = 3,
    FAR_DECIMALS = 4 /* for a pair outside the town to be worth a word */
};

static const struct str three_words =
    STR_INIT("three words are placed by what3words alone");

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
    if (!(c >= '0' && c <= '9') && !(c & 0x80) &&
        strchr("+-NSEWOLnsewol", c) == NULL)
        return false;
    before = str_trim(before);
    return !str_ends(before, STR("$")) &&
           !str_ends(before, STR("\xe2\x82\xac")) &&
           !str_ends(before, STR("\xc2\xa3"));
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

/* ---- codes ---- */

static struct point middle(const struct find *f)
{
    const struct gaz *g = f->gaz;

    return (struct point){ (g->south + g->north) / 2, (g->west + g->east) / 2,
                           true };
}

/* A short one is that nearest to the middle of the town. */
static void code_add(struct find *f, struct str code, size_t begin, size_t end)
{
    struct location *l = add(f, "pluscode", begin, end);
    struct pluscode_area area;
    struct point corner;
    struct point at;

    code = pluscode_recover(f->a, code, middle(f));
    area = pluscode_decode(code);
    corner = (struct point){ area.north, area.east, true };
    at = (struct point){ (area.south + area.north) / 2,
                         (area.west + area.east) / 2, true };
    place(f, l, at, geo_distance(at, corner));
}

static void refused(struct find *f, struct location *l, struct str text,
                    struct str why)
{
    l->label = text;
    if (text.n > LABEL_MAX)
        l->label = str_of(arena_printf(f->a, "%.*s...", LABEL_MAX, text.p));
    l->rejected = why;
}

static bool code_take(struct find *f, size_t *i)
{
    size_t n = code_length(f->text, *i);
    size_t words = n > 0 ? 0 : three_words_length(f->text, *i);
    struct str text = str_slice(f->text, *i, *i + n + words);

    if (n > 0)
        code_add(f, text, *i, *i + n);
    if (words > 0) {
        refused(f, add(f, "three-words", *i, *i + words), text, three_words);
    }
    *i += text.n;
    return text.n > 0;
}

/* ---- links ---- */

/* plus.codes/87G8Q2PQ+VX, or the same as a map's search. */
static void link_code(struct find *f, struct str link, size_t begin)
{
    struct str plain = link_plain(f->a, link);

    for (size_t i = 0; i < plain.n; i++) {
        size_t n = code_length(plain, i);

        if (n > 0) {
            code_add(f, str_slice(plain, i, i + n), begin, begin + link.n);
            return;
        }
    }
}

/* what3words.com/a.b.c, w3w.co/a.b.c */
static bool is_three_words(struct str link)
{
    return str_case_find(link, STR("//w3w.co/")) < link.n ||
           str_case_find(link, STR("//what3words.com/")) < link.n;
}

/* True: a link stood there, of a place or not. */
static bool link_take(struct find *f, size_t *i)
{
    size_t n = link_length(f->text, *i);
    struct str text = str_slice(f->text, *i, *i + n);
    struct link link = { .refused = STR_NONE };
    struct pair turned;
    struct location *l;

    if (n == 0)
        return false;
    *i += n;
    if (is_three_words(text)) {
        link.refused = three_words;
    } else if (!link_read(f->a, text, &link) ||
               (link.at.known && !is_point(link.at))) {
        link_code(f, text, *i - n);
        return true;
    }
    l = add(f, "link", *i - n, *i);
    if (!link.at.known) {
        refused(f, l, text, link.refused);
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

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Within a word only a link may begin, where the blank before it is missing. */
static bool within_word(struct str text, size_t i)
{
    return i > 0 && is_letter(text.p[i]) && is_letter(text.p[i - 1]);
}

void coordinates_find(struct find *f)
{
    int spots = 0;

    for (size_t i = 0; i < f->text.n && spots < SPOTS_MAX;) {
        if (link_take(f, &i) || (!within_word(f->text, i) &&
                                 (code_take(f, &i) || pair_take(f, &i)))) {
            spots++;
        } else {
            i++;
        }
    }
}
