/*
 * The shapes a place has in a sentence: a number and a street, two streets
 * that meet, a street between two others, a block; and what is left: streets
 * alone, landmarks, areas.
 */
#include <math.h>

#include "geo/find_internal.h"

enum { STREET_M = 50, RELATION_M = 60, REST_MAX = 4 };

/* "Subway", "Crown": one word wants to look like a name, and to be a place. */
static const char *doubt(const struct find *f, const struct mention *m)
{
    if (m->first != m->last || f->zone == ZONE_ADDRESS)
        return m->common && !m->capital ? "it is a common word" : NULL;
    if (m->edits > 0)
        return "one word, and another one than the name";
    if (!m->capital && !(m->leading && f->no_case && !m->common))
        return "the word alone may be no place";
    if (m->first > 0 && str_eq(f->words[m->first - 1].folded, STR("on")))
        return "\"on\" leads to a street";
    return NULL;
}

static void landmark(struct find *f, const struct mention *m,
                     const struct sense *s)
{
    bool is_area = s->thing == THING_AREA;
    struct location *l =
        location_add(f, is_area ? LOCATION_AREA : LOCATION_PLACE,
                     is_area ? "area" : "landmark", m->first, m->last);

    location_weigh_mention(l, m, s);
    location_weigh(l, is_area ? FEATURE_AREA : FEATURE_PLACE);
    if (is_area) {
        const struct gaz_area *area = &f->gaz->areas[s->index];

        l->place = area->name;
        l->at = area->middle;
        l->uncertainty_m = area->radius_m;
        l->method = METHOD_AREA;
    } else {
        const struct gaz_place *place = &f->gaz->places[s->index];

        l->place = place->name;
        l->at = place->at;
        l->uncertainty_m = place->radius_m;
        l->method = METHOD_PLACE;
    }
    l->label = l->place;
    if (m->first > 0 && word_is(f, m->first - 1, IS_NEAR)) {
        location_weigh(l, FEATURE_RELATION);
        l->uncertainty_m += RELATION_M;
    }
    if (!l->at.known) {
        l->method = METHOD_NONE;
        l->rejected = STR("it is not known where this is");
    } else if (l->rejected.n == 0) {
        l->rejected = str_of(doubt(f, m));
    }
}

/* "mile 12 of Route 9": where along it is not known here. */
static struct str mile_of(const struct find *f, const struct mention *m)
{
    size_t from = m->first > 5 ? m->first - 5 : 0;

    for (size_t i = from; i + 1 < f->n && i < m->last + 5; i++) {
        const struct word *w = &f->words[i];
        size_t at = i + 1;

        if (!str_eq(w->folded, STR("mile")) && !str_eq(w->folded, STR("mm")) &&
            !str_eq(w->folded, STR("milla")) && !str_eq(w->folded, STR("km")))
            continue;
        while (at < f->n && (str_eq(f->words[at].folded, STR("marker")) ||
                             word_mark(f, at, '#')))
            at++;
        if (at < f->n && f->words[at].kind == WORD_NUMBER)
            return f->words[at].text;
    }
    return STR_NONE;
}

/* Why a name alone is not believed; NULL: it may be. */
static const char *bare_doubt(const struct mention *m)
{
    if (m->form != FORM_BARE || m->prefixed || m->other_suffix || m->listed)
        return NULL;
    if (m->longer)
        return "it is part of a longer name";
    if (m->plain && !(m->capital && m->leading))
        return "it is a common word";
    if (m->weak || (!m->leading && !m->capital && !m->heads))
        return "the word alone may be no street";
    return NULL;
}

/*
 * Elm Street, not North Elm Street; and of two Elm Streets the one that has
 * the addresses, for the map goes on into other towns.
 */
static bool is_first(const struct gaz *g, const struct sense *a,
                     const struct sense *b)
{
    const struct gaz_street *p = &g->streets[a->index];
    const struct gaz_street *q = &g->streets[b->index];

    if (a->form != b->form || p->turned != q->turned)
        return a->form < b->form || (a->form == b->form && q->turned);
    return p->door_count > 0 && q->door_count == 0 &&
           str_eq(p->folded, q->folded);
}

static bool is_second(const struct find *f, const struct mention *m,
                      const struct sense *s)
{
    for (int i = 0; i < m->count; i++) {
        if (m->senses[i].thing == THING_STREET &&
            is_first(f->gaz, &m->senses[i], s))
            return true;
    }
    return false;
}

static void street(struct find *f, const struct mention *m,
                   const struct sense *sense)
{
    const struct gaz_street *s = &f->gaz->streets[sense->index];
    struct location *l =
        location_add(f, LOCATION_STREET, "street", m->first, m->last);
    struct str mile = mile_of(f, m);

    location_street(f, l, sense->index);
    l->label = s->name;
    if (mile.n > 0) {
        l->label = str_of(arena_printf(f->a, "%.*s, mile %.*s",
                                       STR_FMT(s->name), STR_FMT(mile)));
    }
    location_weigh_mention(l, m, sense);
    location_weigh(l, FEATURE_STREET);
    if (m->count > 1)
        location_weigh(l, FEATURE_SEVERAL);
    l->at = s->middle;
    l->method = s->middle.known ? METHOD_STREET : METHOD_NONE;
    l->uncertainty_m = fmax(STREET_M, s->extent_m);
    if (l->rejected.n == 0 && f->zone != ZONE_ADDRESS)
        l->rejected = str_of(bare_doubt(m));
    if (l->rejected.n == 0 && is_second(f, m, sense))
        l->rejected = STR("another street is meant rather");
}

static void rest(struct find *f, const struct mention *m)
{
    for (int i = 0; i < m->count && i < REST_MAX; i++) {
        if (m->senses[i].thing == THING_STREET) {
            street(f, m, &m->senses[i]);
        } else {
            landmark(f, m, &m->senses[i]);
        }
    }
}

void shapes_find(struct find *f)
{
    betweens_find(f);
    for (int i = 0; i < f->count; i++) {
        if (f->mentions[i].street && !block_find(f, &f->mentions[i]))
            number_find(f, &f->mentions[i]);
    }
    corners_find(f);
    for (int i = 0; i < f->count; i++) {
        if (!f->mentions[i].used)
            rest(f, &f->mentions[i]);
    }
}
