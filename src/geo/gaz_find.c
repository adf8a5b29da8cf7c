/* Every candidate for the place of a report, weighed and put in order. */
#include <math.h>
#include <stdlib.h>

#include "geo/find_internal.h"

enum {
    TEXT_MAX = 16 * 1024,
    LOCATIONS_MAX = 60,
    PIN_M = 15,
    EXIF_M = 30,
    SIGNATURE_WORDS = 14 /* the longest that is taken for one */
};

static const double least = 0.03; /* a confidence; below it, not told */
static const double doubtful =
    0.25; /* a confidence; below it, order is by it */

static struct candidate *candidate_of(struct location *l)
{
    return (struct candidate *)l; /* its first member, see location_new() */
}

void location_weigh(struct location *l, enum feature feature)
{
    candidate_of(l)->features |= (uint64_t)1 << feature;
}

bool location_has(struct location *l, enum feature feature)
{
    return (candidate_of(l)->features >> feature & 1) != 0;
}

void location_weigh_mention(struct location *l, const struct mention *m,
                            const struct sense *s)
{
    const struct {
        bool is;
        enum feature feature;
    } all[] = {
        { s->form < FORM_ALIAS, FEATURE_FULL },
        { s->form == FORM_ALIAS || s->form == FORM_TURN, FEATURE_ALIAS },
        { s->form == FORM_BARE && !m->other_suffix && !m->prefixed,
          FEATURE_BARE },
        { m->prefixed, FEATURE_PREFIXED },
        { m->other_suffix, FEATURE_OTHER_SUFFIX },
        { s->edits == 1, FEATURE_TYPO },
        { s->edits > 1, FEATURE_TYPOS },
        { m->leading, FEATURE_LEADING },
        { m->along && !m->other_suffix, FEATURE_ALONG },
        { m->capital, FEATURE_CAPITAL },
        { m->uncased, FEATURE_UNCASED },
        { m->common, FEATURE_COMMON },
        { m->longer, FEATURE_LONGER },
        { m->listed, FEATURE_LISTED },
        { m->signature, FEATURE_SIGNATURE },
        { m->home, FEATURE_HOME },
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (all[i].is)
            location_weigh(l, all[i].feature);
    }
    if (m->negated)
        l->rejected = STR("the text says it is not there");
}

struct location *location_new(struct find *f, enum location_kind kind,
                              const char *rule)
{
    struct candidate *c = arena_new(f->a, struct candidate);
    struct location *l = &c->location;

    l->kind = kind;
    l->rule = str_of(rule);
    l->span.in = ZONE_NONE;
    *f->tail = l;
    f->tail = &l->next;
    return l;
}

struct location *location_add(struct find *f, enum location_kind kind,
                              const char *rule, size_t first, size_t last)
{
    struct location *l = location_new(f, kind, rule);

    l->span = (struct span){ .begin = (uint32_t)f->words[first].begin,
                             .end = (uint32_t)f->words[last].end,
                             .in = f->zone };
    if (f->zone == ZONE_ADDRESS)
        location_weigh(l, FEATURE_FIELD);
    if (f->zone == ZONE_TITLE)
        location_weigh(l, FEATURE_TITLE);
    return l;
}

void location_street(struct find *f, struct location *l, int street)
{
    if (l->street_count < LOCATION_STREETS)
        l->streets[l->street_count++] = f->gaz->streets[street].name;
}

/* ---- the words of a text ---- */

static void look_up(struct find *f)
{
    size_t small = 0;
    size_t capital = 0;
    size_t shouted = 0;
    size_t inner = 0; /* capitals that begin no sentence, and are not "I" */

    for (size_t i = 0; i < f->n; i++) {
        struct word *w = &f->words[i];

        if (w->kind == WORD_MARK || w->folded.n == 0)
            continue;
        w->token = index_token(f->gaz->index, w->folded);
        w->is |= index_is(f->gaz->index, w->token);
        if (w->kind == WORD_NUMBER)
            continue;
        small += !w->capital;
        capital += w->capital;
        inner += w->capital && !w->first && w->text.n > 1;
        shouted += w->all_capitals && w->text.n > 1;
    }
    f->shouting = capital > 1 && shouted * 2 > small + capital;
    f->no_case = capital == 0;
    f->no_inner = inner == 0;
    if (capital > 3 && small * 4 < capital)
        f->shouting = true; /* Title Case All Over */
}

/* Behind "thanks", and little more comes. */
static size_t closing_of(const struct find *f)
{
    for (size_t i = f->n; i > 0 && f->n - i < SIGNATURE_WORDS; i--) {
        if (word_is(f, i - 1, IS_CLOSING) && i > 4)
            return i - 1;
    }
    return f->n;
}

static void search(struct find *f, enum zone zone, struct str text)
{
    if (text.n == 0)
        return;
    f->zone = zone;
    f->text = str_slice(text, 0, TEXT_MAX);
    f->words = words_of(f->a, f->text, &f->n);
    look_up(f);
    f->closing = zone == ZONE_VISIBLE ? closing_of(f) : f->n;
    f->mentions = arena_array(f->a, struct mention,
                              f->n < MENTIONS_MAX ? f->n + 1 : MENTIONS_MAX);
    f->count = 0;
    mentions_find(f);
    shapes_find(f);
    coordinates_find(f);
}

/* A point given as such: on a map, by a camera. */
static void given(struct find *f, struct point at, enum feature feature,
                  enum location_method method, double uncertainty_m)
{
    struct location *l;

    if (!at.known)
        return;
    l = location_new(f, LOCATION_COORDINATE, feature_names[feature]);
    l->at = at;
    l->method = method;
    l->uncertainty_m = uncertainty_m;
    location_weigh(l, feature);
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

/* Does some word of the span stand in what was found? */
static bool is_found(const struct find *f, const struct location *found,
                     const struct finding *street)
{
    (void)f;
    for (const struct location *l = found; l != NULL; l = l->next) {
        if (l->span.in == street->span.in && l->span.begin < street->span.end &&
            street->span.begin < l->span.end)
            return true;
    }
    return false;
}

/* A street the rules saw and the gazetteer does not have. */
static void unknown_street(struct find *f, const struct location *found)
{
    const struct finding *street = part(f->query->findings, "street");
    const struct finding *number = part(f->query->findings, "number");
    struct location *l;

    if (street == NULL || is_found(f, found, street))
        return;
    l = location_new(f, number != NULL ? LOCATION_ADDRESS : LOCATION_STREET,
                     "written");
    l->number = number != NULL ? number->value : STR_NONE;
    l->streets[l->street_count++] = street->value;
    l->label = street->value;
    l->span = street->span;
    l->rule = street->rule;
    l->rejected = STR("the gazetteer has no such street");
    if (street->span.in == ZONE_VISIBLE && f->zone == ZONE_VISIBLE &&
        f->closing < f->n && street->span.begin > f->words[f->closing].begin)
        location_weigh(l, FEATURE_SIGNATURE);
}

/* ---- the end ---- */

/* A place to send somebody to, not a street to search along. */
static bool is_precise(const struct location *l)
{
    return l->kind != LOCATION_AREA && l->method != METHOD_STREET &&
           l->at.known && l->confidence >= doubtful;
}

/* Who moves a pin has looked: words beside it say less exactly where. */
static bool is_by_hand(const struct location *l)
{
    return l->method == METHOD_PIN && l->rejected.n == 0;
}

static int order(const void *a, const void *b)
{
    const struct location *const *x = a;
    const struct location *const *y = b;
    bool x_out = (*x)->rejected.n > 0;
    bool y_out = (*y)->rejected.n > 0;

    if (x_out != y_out)
        return x_out - y_out;
    if (is_by_hand(*x) != is_by_hand(*y))
        return is_by_hand(*y) - is_by_hand(*x);
    if (is_precise(*x) != is_precise(*y))
        return is_precise(*y) - is_precise(*x);
    if ((*x)->confidence != (*y)->confidence)
        return (*x)->confidence > (*y)->confidence ? -1 : 1;
    return ((*x)->span.begin > (*y)->span.begin) -
           ((*x)->span.begin < (*y)->span.begin);
}

static bool same_place(const struct location *a, const struct location *b)
{
    return a->kind == b->kind && str_eq(a->label, b->label) &&
           a->method == b->method &&
           (!a->at.known || geo_distance(a->at, b->at) < 5);
}

static void weigh(const struct find *f, struct location *l)
{
    const struct weights *w = &f->gaz->weights;
    uint64_t features = candidate_of(l)->features;
    struct buf shown = buf_init(2048);

    for (int i = 0; i < FEATURES; i++) {
        if ((features >> i & 1) == 0)
            continue;
        if (shown.n > 0)
            buf_byte(&shown, ' ');
        buf_add(&shown, str_of(w->shown[i]));
    }
    l->features = arena_str(f->a, buf_str(&shown));
    l->confidence = weights_confidence(w, features);
    l->uncertainty_m *= w->scale[l->method];
    if (l->confidence < least && l->rejected.n == 0)
        l->rejected = STR("too little speaks for it");
    buf_free(&shown);
}

/* One that somebody could be sent to, and it is not where the writer lives. */
static bool is_told_beside(const struct find *f, struct location *l)
{
    double confidence =
        weights_confidence(&f->gaz->weights, candidate_of(l)->features);

    return l->at.known && l->rejected.n == 0 && l->kind != LOCATION_AREA &&
           l->method != METHOD_STREET && confidence >= doubtful &&
           !location_has(l, FEATURE_HOME);
}

/* Where the writer lives is the place, unless they tell of another one. */
static void homes_settle(const struct find *f, struct location *list)
{
    bool other = false;

    for (struct location *l = list; l != NULL; l = l->next)
        other = other || is_told_beside(f, l);
    for (struct location *l = list; l != NULL && !other; l = l->next)
        candidate_of(l)->features &= ~((uint64_t)1 << FEATURE_HOME);
}

/* Weighed, in order, without repetitions. */
static struct location *finish(const struct find *f, struct location *list)
{
    struct location *all[LOCATIONS_MAX];
    struct location *kept = NULL;
    size_t n = 0;

    homes_settle(f, list);
    for (; list != NULL && n < LOCATIONS_MAX; list = list->next) {
        weigh(f, list);
        all[n++] = list;
    }
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
    return kept;
}

struct location *gaz_find(const struct gaz *g, const struct gaz_query *q,
                          struct arena *a)
{
    struct location *found = NULL;
    struct find f = { .gaz = g, .query = q, .a = a, .tail = &found };

    given(&f, q->pin, FEATURE_PIN, METHOD_PIN, PIN_M);
    given(&f, q->exif, FEATURE_EXIF, METHOD_EXIF, EXIF_M);
    search(&f, ZONE_ADDRESS, q->address);
    search(&f, ZONE_TITLE, q->title);
    search(&f, ZONE_VISIBLE, q->text);
    unknown_street(&f, found);
    return finish(&f, found);
}
