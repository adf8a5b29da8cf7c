/* Every candidate for the place of a report, weighed and put in order. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "geo/find_internal.h"

enum { TEXT_MAX = 16 * 1024, LOCATIONS_MAX = 60 };

/*
 * What speaks for a candidate and against it: the logit of its confidence is
 * the sum. Fitted by hand on reports that say where they are.
 */
static const struct {
    const char *feature;
    double weight;
} weights[] = {
    { "full", 0.9 },        { "bare", -0.5 },      { "fuzzy", -0.9 },
    { "preposition", 0.5 }, { "capital", 0.4 },    { "common", -1.2 },
    { "exists", 2.6 },      { "in-range", 1.8 },   { "cross", 2.0 },
    { "joined", 1.2 },      { "apart", -0.6 },     { "approach", 1.0 },
    { "several", -0.8 },    { "landmark", 0.4 },   { "street", 0.2 },
    { "field", 1.0 },       { "title", 0.2 },      { "pin", 5.0 },
    { "exif", 4.0 },        { "coordinate", 4.0 }, { "written", 0.0 },
};

static double logit_of(const struct location *l)
{
    return l->confidence; /* until the search ends, see finish() */
}

void location_weigh(struct find *f, struct location *l, const char *feature)
{
    for (size_t i = 0; i < COUNT_OF(weights); i++) {
        if (strcmp(weights[i].feature, feature) != 0)
            continue;
        l->confidence += weights[i].weight;
        l->features = str_of(arena_printf(
            f->a, "%.*s%s%s=%.1f", STR_FMT(l->features),
            l->features.n > 0 ? " " : "", feature, weights[i].weight));
    }
}

struct location *location_add(struct find *f, enum location_kind kind,
                              const char *rule, size_t first, size_t last)
{
    struct location *l = arena_new(f->a, struct location);

    l->kind = kind;
    l->rule = str_of(rule);
    l->span = (struct span){ .begin = (uint32_t)f->words[first].begin,
                             .end = (uint32_t)f->words[last].end,
                             .in = f->zone };
    *f->tail = l;
    f->tail = &l->next;
    if (f->zone == ZONE_ADDRESS)
        location_weigh(f, l, "field");
    if (f->zone == ZONE_TITLE)
        location_weigh(f, l, "title");
    return l;
}

static void search(struct find *f, enum zone zone, struct str text)
{
    if (text.n == 0)
        return;
    f->zone = zone;
    f->text = str_slice(text, 0, TEXT_MAX);
    f->words = words_of(f->a, f->text, &f->n);
    f->mentions = arena_array(f->a, struct mention,
                              f->n < MENTIONS_MAX ? f->n + 1 : MENTIONS_MAX);
    f->count = 0;
    mentions_find(f);
    shapes_find(f);
    coordinates_find(f);
}

/* A point given as such: on a map, by a camera. */
static void given(struct find *f, struct point at, const char *feature,
                  enum location_method method, double uncertainty_m)
{
    struct location *l;

    if (!at.known)
        return;
    l = arena_new(f->a, struct location);
    *f->tail = l;
    f->tail = &l->next;
    l->kind = LOCATION_COORDINATE;
    l->rule = str_of(feature);
    l->span.in = ZONE_NONE;
    l->at = at;
    l->method = method;
    l->uncertainty_m = uncertainty_m;
    location_weigh(f, l, feature);
    l->label = gaz_label_at(f->gaz, at, f->a);
    if (l->label.n == 0)
        l->label = str_of(arena_printf(f->a, "%.5f, %.5f", at.lat, at.lon));
    if (!gaz_covers(f->gaz, at))
        l->rejected = STR("it lies outside the town");
}

static const struct finding *part(const struct finding *f, const char *field)
{
    while (f != NULL && !str_eq(f->field, str_of(field)))
        f = f->next;
    return f;
}

/* A street the rules saw and the gazetteer does not have. */
static void unknown_street(struct find *f)
{
    const struct finding *street = part(f->query->findings, "street");
    const struct finding *number = part(f->query->findings, "number");
    struct location *l;

    if (street == NULL ||
        gaz_named(f->gaz, name_fold(f->a, street->value)) != NULL)
        return;
    l = arena_new(f->a, struct location);
    *f->tail = l;
    f->tail = &l->next;
    l->kind = number != NULL ? LOCATION_ADDRESS : LOCATION_STREET;
    l->number = number != NULL ? number->value : STR_NONE;
    l->streets[l->street_count++] = street->value;
    l->label = street->value;
    l->span = street->span;
    l->rule = street->rule;
    location_weigh(f, l, "written");
    l->rejected = STR("the gazetteer has no such street");
}

static int kind_rank(const struct location *l)
{
    return l->kind == LOCATION_STREET || l->kind == LOCATION_AREA;
}

static int order(const void *a, const void *b)
{
    const struct location *const *x = a;
    const struct location *const *y = b;
    bool x_out = (*x)->rejected.n > 0;
    bool y_out = (*y)->rejected.n > 0;

    if (x_out != y_out)
        return x_out - y_out;
    if (kind_rank(*x) != kind_rank(*y))
        return kind_rank(*x) - kind_rank(*y);
    if (logit_of(*x) != logit_of(*y))
        return logit_of(*x) > logit_of(*y) ? -1 : 1;
    return ((*x)->span.begin > (*y)->span.begin) -
           ((*x)->span.begin < (*y)->span.begin);
}

static bool same_place(const struct location *a, const struct location *b)
{
    return a->kind == b->kind && str_eq(a->label, b->label) &&
           a->method == b->method &&
           (!a->at.known || geo_distance(a->at, b->at) < 5);
}

/* In order, without repetitions, logits turned into confidence. */
static struct location *finish(struct location *list)
{
    struct location *all[LOCATIONS_MAX];
    struct location *kept = NULL;
    size_t n = 0;

    for (; list != NULL && n < LOCATIONS_MAX; list = list->next)
        all[n++] = list;
    qsort(all, n, sizeof(struct location *), order);
    for (size_t i = n; i-- > 0;) {
        bool again = false;

        for (size_t k = 0; k < i && !again; k++)
            again = same_place(all[k], all[i]);
        if (again)
            continue;
        all[i]->next = kept;
        kept = all[i];
    }
    for (struct location *l = kept; l != NULL; l = l->next)
        l->confidence = 1 / (1 + exp(-l->confidence));
    return kept;
}

struct location *gaz_find(struct gaz *g, const struct gaz_query *q,
                          struct arena *a)
{
    struct location *found = NULL;
    struct find f = { .gaz = g, .query = q, .a = a, .tail = &found };

    given(&f, q->pin, "pin", METHOD_PIN, 15);
    given(&f, q->exif, "exif", METHOD_EXIF, 30);
    search(&f, ZONE_ADDRESS, q->address);
    search(&f, ZONE_TITLE, q->title);
    search(&f, ZONE_VISIBLE, q->text);
    unknown_street(&f);
    return finish(found);
}
