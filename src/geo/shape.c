/*
 * The shapes a place has in a sentence: a number and a street, two streets
 * that meet, a street between two others, a block, a landmark, a street.
 */
#include <math.h>

#include "geo/find_internal.h"

enum { NEAR_APPROACH_M = 120, CORNER_M = 20 };

static const char *const joins[] = { "and",     "&",     "@",   "at",
                                     "/",       "y",     "con", "corner",
                                     "near",    "x",     "n",   "meets",
                                     "crosses", "cross", "off", NULL };
static const char *const between_words[] = { "between", "btwn", "entre", "betw",
                                             NULL };
static const char *const block_words[] = { "block", "cuadra", NULL };
static const char *const owners[] = {
    "pole",  "meter", "hydrant", "lot",  "apt",   "apartment",
    "unit",  "exit",  "bus",     "ward", "route", "district",
    "suite", "floor", "rte",     NULL
};
static const char *const number_marks[] = { "#",      "numero", "num", "no",
                                            "number", ",",      "n",   NULL };
static const char *const fillers[] = { "the",    "la", "el",     "of",    "de",
                                       "del",    "on", "en",     "calle", "in",
                                       "corner", ",",  "street", NULL };

static bool is_street(const struct mention *m)
{
    return m->thing == THING_STREET;
}

static void weigh_mention(struct find *f, struct location *l,
                          const struct mention *m)
{
    static const char *const forms[] = { [FORM_FULL] = "full",
                                         [FORM_REF] = "full",
                                         [FORM_BARE] = "bare",
                                         [FORM_FUZZY] = "fuzzy" };

    location_weigh(f, l, forms[m->form]);
    if (m->preposition)
        location_weigh(f, l, "preposition");
    if (m->capital)
        location_weigh(f, l, "capital");
    if (m->common && m->form == FORM_BARE)
        location_weigh(f, l, "common");
    if (m->negated)
        l->rejected = STR("the text says it is not there");
}

static void street_put(struct find *f, struct location *l, int street)
{
    if (l->street_count < LOCATION_STREETS)
        l->streets[l->street_count++] = f->gaz->streets[street].name;
}

/* The i-th street of that name; -1: there are not so many. */
static int street_of(const struct mention *m, guint i)
{
    for (guint k = 0; k < m->entries->len; k++) {
        const struct entry *e = &g_array_index(m->entries, struct entry, k);

        if (e->thing == THING_STREET && i-- == 0)
            return e->index;
    }
    return -1;
}

/* Where a street of the one name crosses a street of the other. */
static const GArray *crossings(const struct find *f, const struct mention *a,
                               guint i, const struct mention *b, guint k)
{
    int p = street_of(a, i);
    int q = street_of(b, k);

    return p < 0 || q < 0 || p == q ? NULL : gaz_crossings(f->gaz, p, q);
}

/* ---- numbers ---- */

/* The house number before a name: its word, or f->n. */
static size_t number_before(const struct find *f, const struct mention *m)
{
    size_t i = m->first;

    while (i > 0 && m->first - i < 3 &&
           (f->words[i - 1].kind == WORD_DIRECTION ||
            word_is(&f->words[i - 1], fillers)))
        i--;
    if (i == 0 || f->words[i - 1].kind != WORD_NUMBER)
        return f->n;
    i--;
    if (i > 0 && word_is(&f->words[i - 1], owners))
        return f->n;
    if (i > 1 && str_eq(f->words[i - 1].folded, STR("#")) &&
        word_is(&f->words[i - 2], owners))
        return f->n;
    if (i + 1 < m->first && !word_is(&f->words[i + 1], fillers) &&
        f->words[i + 1].kind != WORD_DIRECTION)
        return f->n;
    return i;
}

/* The number behind it: "Calle Sol 12", "Church Street #40, ...". */
static size_t number_after(const struct find *f, const struct mention *m)
{
    size_t i = m->last + 1;
    bool marked = false;

    while (i < f->n && i - m->last <= 2 &&
           word_is(&f->words[i], number_marks)) {
        marked = marked || !str_eq(f->words[i].folded, STR(","));
        i++;
    }
    if (i >= f->n || f->words[i].kind != WORD_NUMBER || i == m->last)
        return f->n;
    if (marked || m->spanish || str_eq(f->query->language, STR("es")) ||
        (f->zone == ZONE_ADDRESS && i == m->last + 1))
        return i;
    return f->n;
}

static void address_label(struct find *f, struct location *l)
{
    l->label = str_of(arena_printf(f->a, "%.*s %.*s", STR_FMT(l->number),
                                   STR_FMT(l->streets[0])));
}

static void address_place(struct find *f, struct location *l, int street,
                          int64_t number)
{
    int64_t high = 0;

    l->method =
        gaz_number(f->gaz, street, number, &l->at, &l->uncertainty_m, &high);
    if (l->method == METHOD_ADDRESS_POINT) {
        location_weigh(f, l, "exists");
    } else if (l->method == METHOD_INTERPOLATED) {
        location_weigh(f, l, "in-range");
    } else if (high > 0) {
        l->rejected =
            str_of(arena_printf(f->a, "%.*s has numbers up to %lld",
                                STR_FMT(l->streets[0]), (long long)high));
    } else {
        l->rejected = STR("no such number is known");
    }
}

/* A number on each street of that name: the one that has it is first. */
static bool address(struct find *f, struct mention *m)
{
    size_t before = number_before(f, m);
    size_t at = before < f->n ? before : number_after(f, m);
    bool placed = false;

    if (at >= f->n)
        return false;
    for (guint i = 0; i < m->entries->len; i++) {
        const struct entry *e = &g_array_index(m->entries, struct entry, i);
        struct location *l;

        if (e->thing != THING_STREET)
            continue;
        l = location_add(f, LOCATION_ADDRESS, "addr",
                         at < m->first ? at : m->first,
                         at < m->first ? m->last : at);
        l->number = f->words[at].text;
        street_put(f, l, e->index);
        address_label(f, l);
        weigh_mention(f, l, m);
        address_place(f, l, e->index, f->words[at].number);
        placed = placed || l->method != METHOD_NONE;
    }
    m->used = placed;
    return placed;
}

/* ---- corners ---- */

/* Only joining words and fillers between the two. */
static bool joined(const struct find *f, const struct mention *a,
                   const struct mention *b)
{
    bool join = false;

    if (b->first - a->last > 5)
        return false;
    for (size_t i = a->last + 1; i < b->first; i++) {
        bool is_join = word_is(&f->words[i], joins);

        if (!is_join && !word_is(&f->words[i], fillers) &&
            f->words[i].kind != WORD_SUFFIX)
            return false;
        join = join || is_join;
    }
    return join;
}

static bool same_sentence(const struct find *f, const struct mention *a,
                          const struct mention *b)
{
    for (size_t i = a->last + 1; i <= b->first; i++) {
        if (f->words[i].first)
            return false;
    }
    return b->first - a->last < 25;
}

static struct location *corner_add(struct find *f, const struct mention *a,
                                   const struct mention *b, int p, int q)
{
    struct location *l =
        location_add(f, LOCATION_INTERSECTION, "corner", a->first, b->last);

    street_put(f, l, p);
    street_put(f, l, q);
    l->label = str_of(arena_printf(f->a, "%.*s & %.*s", STR_FMT(l->streets[0]),
                                   STR_FMT(l->streets[1])));
    weigh_mention(f, l, a);
    weigh_mention(f, l, b);
    return l;
}

static bool corner_cross(struct find *f, const struct mention *a,
                         const struct mention *b, bool join)
{
    bool found = false;

    for (guint i = 0; i < a->entries->len; i++) {
        for (guint k = 0; k < b->entries->len; k++) {
            int p = street_of(a, i);
            int q = street_of(b, k);
            const GArray *at = crossings(f, a, i, b, k);

            for (guint c = 0; at != NULL && c < at->len && c < 3; c++) {
                struct location *l = corner_add(f, a, b, p, q);

                l->at = g_array_index(at, struct point, c);
                l->method = METHOD_INTERSECTION;
                l->uncertainty_m = CORNER_M;
                location_weigh(f, l, "cross");
                location_weigh(f, l, join ? "joined" : "apart");
                if (at->len > 1)
                    location_weigh(f, l, "several");
                found = true;
            }
        }
    }
    return found;
}

static bool corner_near(struct find *f, const struct mention *a,
                        const struct mention *b)
{
    int p = street_of(a, 0);
    int q = street_of(b, 0);
    struct point at = { .known = false };
    double d = p == q ? 1e12 : gaz_approach(f->gaz, p, q, &at);
    struct location *l;

    if (p == q)
        return false;
    l = corner_add(f, a, b, p, q);
    if (d > NEAR_APPROACH_M) {
        l->rejected = STR("these streets do not meet");
        return false;
    }
    l->rule = STR("near-corner");
    l->at = at;
    l->method = METHOD_NEAR_APPROACH;
    l->uncertainty_m = fmax(CORNER_M, d);
    location_weigh(f, l, "approach");
    return true;
}

static void corners(struct find *f)
{
    for (int i = 0; i < f->count; i++) {
        struct mention *a = &f->mentions[i];

        for (int k = i + 1; k < f->count && k <= i + 2; k++) {
            struct mention *b = &f->mentions[k];
            bool join;

            if (!is_street(a) || !is_street(b) || !same_sentence(f, a, b))
                continue;
            join = k == i + 1 && joined(f, a, b);
            if (corner_cross(f, a, b, join) || (join && corner_near(f, a, b))) {
                a->used = true;
                b->used = true;
            }
        }
    }
}

/* ---- between, blocks ---- */

static bool between_words_stand(const struct find *f, const struct mention *a,
                                const struct mention *b)
{
    for (size_t i = a->last + 1; i < b->first; i++) {
        if (word_is(&f->words[i], between_words))
            return b->first - a->last <= 5;
    }
    return false;
}

static const struct point *
meeting(const struct find *f, const struct mention *a, const struct mention *b)
{
    for (guint i = 0; i < a->entries->len; i++) {
        for (guint k = 0; k < b->entries->len; k++) {
            const GArray *at = crossings(f, a, i, b, k);

            if (at != NULL)
                return &g_array_index(at, struct point, 0);
        }
    }
    return NULL;
}

static void between(struct find *f)
{
    for (int i = 0; i + 2 < f->count; i++) {
        struct mention *m = &f->mentions[i];
        const struct point *p;
        const struct point *q;
        struct location *l;

        if (!is_street(m) || !is_street(m + 1) || !is_street(m + 2) ||
            !between_words_stand(f, m, m + 1) || !joined(f, m + 1, m + 2))
            continue;
        p = meeting(f, m, m + 1);
        q = meeting(f, m, m + 2);
        l = location_add(f, LOCATION_BETWEEN, "between", m->first,
                         (m + 2)->last);
        for (int k = 0; k < 3; k++) {
            street_put(f, l, street_of(m + k, 0));
            m[k].used = true;
        }
        l->label = str_of(arena_printf(
            f->a, "%.*s between %.*s and %.*s", STR_FMT(l->streets[0]),
            STR_FMT(l->streets[1]), STR_FMT(l->streets[2])));
        weigh_mention(f, l, m);
        if (p == NULL || q == NULL) {
            l->rejected = STR("these streets do not meet");
            continue;
        }
        l->at = geo_between(*p, *q, 0.5);
        l->method = METHOD_BETWEEN;
        l->uncertainty_m = fmax(CORNER_M, geo_distance(*p, *q) / 2);
        location_weigh(f, l, "cross");
        location_weigh(f, l, "joined");
    }
}

/* "1100 block of Oak St" */
static bool block(struct find *f, struct mention *m)
{
    size_t i = m->first;
    struct location *l;

    while (i > 0 && m->first - i < 3 && word_is(&f->words[i - 1], fillers))
        i--;
    if (i < 2 || !word_is(&f->words[i - 1], block_words) ||
        f->words[i - 2].kind != WORD_NUMBER || !is_street(m))
        return false;
    l = location_add(f, LOCATION_BLOCK, "block", i - 2, m->last);
    l->number = f->words[i - 2].text;
    street_put(f, l, street_of(m, 0));
    l->label = str_of(arena_printf(f->a, "%.*s block of %.*s",
                                   STR_FMT(l->number), STR_FMT(l->streets[0])));
    weigh_mention(f, l, m);
    address_place(f, l, street_of(m, 0), f->words[i - 2].number + 50);
    if (l->method != METHOD_NONE) {
        l->method = METHOD_BLOCK;
        l->uncertainty_m = fmax(l->uncertainty_m, 60);
    }
    m->used = true;
    return true;
}

/* ---- what is left: landmarks, areas, streets alone ---- */

static void landmark(struct find *f, const struct mention *m,
                     const struct entry *e)
{
    bool is_area = e->thing == THING_AREA;
    struct location *l =
        location_add(f, is_area ? LOCATION_AREA : LOCATION_PLACE, "place",
                     m->first, m->last);

    weigh_mention(f, l, m);
    if (is_area) {
        const struct gaz_area *area = &f->gaz->areas[e->index];

        l->place = area->name;
        l->at = area->middle;
        l->uncertainty_m = area->radius_m;
        l->method = METHOD_AREA;
    } else {
        const struct gaz_place *place = &f->gaz->places[e->index];

        l->place = place->name;
        l->at = place->at;
        l->uncertainty_m = place->radius_m;
        l->method = METHOD_PLACE;
    }
    l->label = l->place;
    location_weigh(f, l, "landmark");
}

static void street(struct find *f, const struct mention *m,
                   const struct entry *e)
{
    const struct gaz_street *s = &f->gaz->streets[e->index];
    struct location *l =
        location_add(f, LOCATION_STREET, "street", m->first, m->last);

    street_put(f, l, e->index);
    l->label = s->name;
    weigh_mention(f, l, m);
    if (m->entries->len > 1)
        location_weigh(f, l, "several");
    l->at = s->middle;
    l->method = METHOD_STREET;
    l->uncertainty_m = fmax(50, s->extent_m);
    location_weigh(f, l, "street");
    if (m->form == FORM_BARE && !m->preposition && !m->capital &&
        f->zone != ZONE_ADDRESS) {
        l->rejected = STR("the word alone may be no street");
    } else if (m->form == FORM_BARE && m->common && !m->capital) {
        l->rejected = STR("it is a common word");
    }
}

static void rest(struct find *f, const struct mention *m)
{
    for (guint i = 0; i < m->entries->len && i < 4; i++) {
        const struct entry *e = &g_array_index(m->entries, struct entry, i);

        if (e->thing == THING_STREET) {
            street(f, m, e);
        } else {
            landmark(f, m, e);
        }
    }
}

void shapes_find(struct find *f)
{
    between(f);
    for (int i = 0; i < f->count; i++) {
        if (is_street(&f->mentions[i]) && !block(f, &f->mentions[i]))
            address(f, &f->mentions[i]);
    }
    corners(f);
    for (int i = 0; i < f->count; i++) {
        if (!f->mentions[i].used)
            rest(f, &f->mentions[i]);
    }
}
