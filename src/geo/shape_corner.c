/* Two streets that meet, and a street between two others. */
#include <math.h>

#include "geo/find_internal.h"

enum {
    CORNER_M = 20,
    APPROACH_M = 120, /* of streets that are said to meet */
    PARALLEL_M = 60,  /* of streets that only stand side by side */
    GAP_MAX = 6,      /* words between two that are joined */
    APART_MAX = 25,   /* words between two of one sentence */
    CROSSINGS_MAX = 4,
    APPROACHED_MAX = 3, /* senses of each */
    BESIDES_MAX = 2,    /* mentions behind one that may meet it */
    BEHIND_MAX = 5      /* with those that are part of a longer name */
};

/* How two mentions hang together. */
struct link {
    bool joined; /* and, &, at */
    bool loose;  /* by "and" only, which may be a list */
    bool corner; /* "corner of" */
};

static bool may_stand_between(const struct find *f, size_t i)
{
    const struct word *w = &f->words[i];

    if (w->kind == WORD_MARK)
        return strchr("&@/,-+().", w->text.p[0]) != NULL;
    return (w->is & (IS_JOINING | IS_FILLER | IS_CORNER | IS_NEAR)) != 0 ||
           (word_is(f, i + 1, IS_FILLER | IS_CORNER) &&
            (str_eq(w->folded, STR("in")) || str_eq(w->folded, STR("en")))) ||
           w->kind == WORD_SUFFIX || w->kind == WORD_PREFIX ||
           w->kind == WORD_DIRECTION || str_eq(w->folded, STR("where")) ||
           str_eq(w->folded, STR("with"));
}

static bool says_corner(const struct find *f, size_t first, size_t last)
{
    for (size_t i = first; i > 0 && first - i < 5; i--) {
        if (word_is(f, i - 1, IS_CORNER))
            return true;
        if (f->words[i].first)
            break;
    }
    return word_is(f, last + 1, IS_CORNER) || word_is(f, last + 2, IS_CORNER);
}

static struct link link_of(const struct find *f, const struct mention *a,
                           const struct mention *b)
{
    struct link l = { .loose = true };

    l.corner = says_corner(f, a->first, b->last);
    if (b->first - a->last > GAP_MAX)
        return l;
    for (size_t i = a->last + 1; i < b->first; i++) {
        const struct word *w = &f->words[i];

        if (!may_stand_between(f, i))
            return (struct link){ .corner = l.corner };
        if ((w->is & (IS_JOINING | IS_CORNER)) == 0 && !word_mark(f, i, '-'))
            continue;
        l.joined = true;
        l.corner = l.corner || (w->is & IS_CORNER) != 0;
        if (!str_eq(w->folded, STR("and")) && !str_eq(w->folded, STR("y")))
            l.loose = false;
    }
    return l;
}

static bool same_sentence(const struct find *f, const struct mention *a,
                          const struct mention *b)
{
    for (size_t i = a->last + 1; i <= b->first; i++) {
        bool shortened = i >= 2 && word_mark(f, i - 1, '.') &&
                         word_is(f, i - 2, IS_CORNER); /* "esq. Sol" */

        if (f->words[i].first && !shortened)
            return false;
    }
    return b->first - a->last < APART_MAX;
}

/* ---- crossings ---- */

static struct location *corner_add(struct find *f, const struct mention *a,
                                   const struct sense *p,
                                   const struct mention *b,
                                   const struct sense *q)
{
    struct location *l =
        location_add(f, LOCATION_INTERSECTION, "corner", a->first, b->last);

    location_street(f, l, p->index);
    location_street(f, l, q->index);
    l->label = str_of(arena_printf(f->a, "%.*s & %.*s", STR_FMT(l->streets[0]),
                                   STR_FMT(l->streets[1])));
    location_weigh_mention(l, a, p);
    location_weigh_mention(l, b, q);
    location_weigh(l, FEATURE_INTERSECTION);
    return l;
}

static void corner_link(struct location *l, const struct link *link)
{
    location_weigh(l, link->joined ? FEATURE_JOINED : FEATURE_APART);
    if (link->corner)
        location_weigh(l, FEATURE_CORNER);
}

/* The same street twice, or two of one name: no crossing is meant. */
static bool is_same(const struct find *f, const struct sense *p,
                    const struct sense *q)
{
    return p->index == q->index || str_eq(f->gaz->streets[p->index].folded,
                                          f->gaz->streets[q->index].folded);
}

static bool corner_cross(struct find *f, const struct mention *a,
                         const struct mention *b, const struct link *link)
{
    struct location *added[CROSSINGS_MAX];
    int n = 0;

    for (int i = 0; i < a->count * b->count && n < CROSSINGS_MAX; i++) {
        const struct sense *p = &a->senses[i / b->count];
        const struct sense *q = &b->senses[i % b->count];
        const struct gaz_crossing *at;
        int count;

        if (p->thing != THING_STREET || q->thing != THING_STREET ||
            is_same(f, p, q))
            continue;
        at = gaz_crossings(f->gaz, p->index, q->index, &count);
        for (int c = 0; c < count && n < CROSSINGS_MAX; c++) {
            struct location *l = corner_add(f, a, p, b, q);

            l->at = at[c].at;
            l->method = METHOD_INTERSECTION;
            l->uncertainty_m = CORNER_M;
            location_weigh(l, FEATURE_CROSS);
            corner_link(l, link);
            added[n++] = l;
        }
    }
    for (int i = 0; n > 1 && i < n; i++)
        location_weigh(added[i], FEATURE_SEVERAL);
    return n > 0;
}

static const struct sense *street_sense(const struct mention *m)
{
    for (int i = 0; i < m->count; i++) {
        if (m->senses[i].thing == THING_STREET)
            return &m->senses[i];
    }
    return NULL;
}

/* Those two senses of a and b that come nearest each other. */
struct approach {
    const struct sense *p, *q;
    struct point at;
    double metres;
};

static struct approach approach_of(const struct find *f,
                                   const struct mention *a,
                                   const struct mention *b)
{
    struct approach best = {
        street_sense(a), street_sense(b), { .known = false }, HUGE_VAL
    };

    for (int i = 0; i < a->count && i < APPROACHED_MAX; i++) {
        for (int k = 0; k < b->count && k < APPROACHED_MAX; k++) {
            struct approach next = {
                &a->senses[i], &b->senses[k], { .known = false }, HUGE_VAL
            };

            if (next.p->thing != THING_STREET ||
                next.q->thing != THING_STREET || is_same(f, next.p, next.q))
                continue;
            next.metres =
                gaz_approach(f->gaz, next.p->index, next.q->index, &next.at);
            if (next.metres < best.metres)
                best = next;
        }
    }
    return best;
}

static bool corner_near(struct find *f, const struct mention *a,
                        const struct mention *b, const struct link *link)
{
    struct approach near = approach_of(f, a, b);
    double most = link->loose && !link->corner ? PARALLEL_M : APPROACH_M;
    struct location *l;

    if (near.p == NULL || near.q == NULL || is_same(f, near.p, near.q))
        return false;
    if (near.metres > most && link->loose && !link->corner)
        return false; /* a list of streets */
    l = corner_add(f, a, near.p, b, near.q);
    corner_link(l, link);
    if (near.metres > most) {
        l->rejected = STR("these streets do not meet");
        return false;
    }
    l->rule = STR("near-corner");
    l->at = near.at;
    l->method = METHOD_NEAR_APPROACH;
    l->uncertainty_m = fmax(CORNER_M, near.metres);
    location_weigh(l, FEATURE_APPROACH);
    return true;
}

/* Enough of a street to be joined with another by no word at all? */
static bool stands_alone(const struct find *f, const struct mention *m)
{
    if (m->form < FORM_BARE || m->prefixed || m->other_suffix)
        return !m->negated;
    return !m->weak && !m->common && !m->longer && !m->negated &&
           (m->leading || m->capital) && (m->capital || f->no_case);
}

/* Is the next mention parted from this one by a comma or "and" alone? */
static bool goes_on(const struct find *f, int i, bool *comma)
{
    const struct mention *a = &f->mentions[i];
    const struct mention *b = a + 1;

    if (i < 0 || i + 1 >= f->count || !a->street || !b->street ||
        b->first <= a->last + 1)
        return false;
    for (size_t w = a->last + 1; w < b->first; w++) {
        if (word_mark(f, w, ',')) {
            *comma = true;
        } else if (!str_eq(f->words[w].folded, STR("and")) &&
                   !str_eq(f->words[w].folded, STR("y"))) {
            return false;
        }
    }
    return true;
}

/* One that can be nothing else speaks for those that are everyday words. */
static void list_mark(struct find *f, int first, int last)
{
    bool plain = true;

    for (int i = first; i <= last; i++)
        plain = plain && f->mentions[i].common;
    for (int i = first; i <= last; i++) {
        f->mentions[i].listed = true;
        f->mentions[i].common = f->mentions[i].common && plain;
    }
}

/* "Elm, Oak and Pine": a list of streets, none of which is said to meet. */
static void lists_mark(struct find *f)
{
    for (int i = 0; i < f->count; i++) {
        bool comma = false;
        int last = i;

        while (goes_on(f, last, &comma))
            last++;
        if (comma && last - i >= 2 &&
            !says_corner(f, f->mentions[i].first, f->mentions[i].first))
            list_mark(f, i, last);
        i = last;
    }
}

/* "Elm by the school (at Oak)": the word before the second street joins. */
static bool is_tied(const struct find *f, const struct mention *b)
{
    size_t i = b->first;

    while (i > 0 && word_is(f, i - 1, IS_FILLER))
        i--;
    return i > 0 && (word_mark(f, i - 1, '@') ||
                     str_eq(f->words[i - 1].folded, STR("at")));
}

/* "Elm to Oak", "Elm to 12 Oak": the ends of a stretch. */
static bool is_stretch(const struct find *f, const struct mention *a,
                       const struct mention *b)
{
    size_t i = a->last + 1;

    if (!str_eq(f->words[i].folded, STR("to")) &&
        !str_eq(f->words[i].folded, STR("hasta")))
        return false;
    do {
        i++;
    } while (word_is(f, i, IS_FILLER) ||
             (i < f->n && f->words[i].kind == WORD_NUMBER));
    return i >= b->first;
}

static void corner_of(struct find *f, struct mention *a, struct mention *b)
{
    bool next = b == a + 1;
    struct link link = link_of(f, a, b);

    link.joined = (link.joined && next) || (!a->longer && is_tied(f, b));
    if (b->longer && !link.corner)
        link.joined = false; /* "Elm and Oak School" */
    if (!link.joined && (!stands_alone(f, a) || !stands_alone(f, b)))
        return;
    if (corner_cross(f, a, b, &link) ||
        (link.joined && next && corner_near(f, a, b, &link))) {
        a->used = true;
        b->used = true;
    }
}

/* "Streets", "aves": of more than one. */
static bool is_plural(const struct word *w)
{
    return w->kind == WORD_SUFFIX && w->text.n > 2 &&
           (w->text.p[w->text.n - 1] | 0x20) == 's';
}

/* "Elm and Oak Streets" that do not meet: the kind is that of both. */
static void pairs_mark(struct find *f)
{
    for (int i = 0; i + 1 < f->count; i++) {
        struct mention *a = &f->mentions[i];
        bool comma = false;

        if (!a->used && !a->listed && goes_on(f, i, &comma) &&
            is_plural(&f->words[a[1].last]))
            a->listed = true;
    }
}

void corners_find(struct find *f)
{
    lists_mark(f);
    for (int i = 0; i < f->count; i++) {
        struct mention *a = &f->mentions[i];

        for (int k = i + 1, n = 0;
             k < f->count && k <= i + BEHIND_MAX && n < BESIDES_MAX; k++) {
            struct mention *b = &f->mentions[k];

            n += !b->longer;
            if (a->street && b->street && !a->listed && !b->listed &&
                !(a->ends && b->ends) && !is_stretch(f, a, b) &&
                same_sentence(f, a, b) &&
                a->senses[0].index != b->senses[0].index)
                corner_of(f, a, b);
        }
    }
    pairs_mark(f);
}

/* ---- between ---- */

/* "between" right before a, or "from" before a and "to" before b. */
static bool says_between(const struct find *f, const struct mention *a,
                         const struct mention *b)
{
    size_t i = a->first;

    for (int n = 0; i > 0 && n < 3; n++) {
        i--;
        if (word_is(f, i, IS_BETWEEN))
            return true;
        if (str_eq(f->words[i].folded, STR("t")) && i > 1 &&
            word_mark(f, i - 1, '/'))
            return true; /* b/t */
        if (str_eq(f->words[i].folded, STR("from")) ||
            str_eq(f->words[i].folded, STR("desde")) || word_mark(f, i, ',') ||
            word_mark(f, i, '(')) {
            return str_eq(f->words[b->first - 1].folded, STR("to")) ||
                   str_eq(f->words[b->first - 1].folded, STR("hasta"));
        }
        if (!word_is(f, i, IS_FILLER) && f->words[i].kind != WORD_PREFIX)
            return false;
    }
    return false;
}

static bool is_to(const struct find *f, size_t i)
{
    return str_eq(f->words[i].folded, STR("to")) ||
           str_eq(f->words[i].folded, STR("hasta")) ||
           str_eq(f->words[i].folded, STR("e"));
}

static bool pair_joined(const struct find *f, const struct mention *a,
                        const struct mention *b)
{
    bool joined = false;

    if (b->first - a->last > 5)
        return false;
    for (size_t i = a->last + 1; i < b->first; i++) {
        if (!may_stand_between(f, i) && !is_to(f, i))
            return false;
        joined = joined || word_is(f, i, IS_JOINING) || is_to(f, i);
    }
    return joined;
}

/* Where the two meet, in any of their senses; the streets go out. */
static bool meeting(const struct find *f, const struct sense *main,
                    const struct mention *m, struct point *at, int *street)
{
    for (int i = 0; i < m->count; i++) {
        const struct gaz_crossing *c;
        int n;

        if (m->senses[i].thing != THING_STREET ||
            m->senses[i].index == main->index)
            continue;
        c = gaz_crossings(f->gaz, main->index, m->senses[i].index, &n);
        if (n > 0) {
            *at = c[0].at;
        } else if (gaz_approach(f->gaz, main->index, m->senses[i].index, at) >
                   PARALLEL_M) {
            continue;
        }
        *street = m->senses[i].index;
        return true;
    }
    return false;
}

/* "John St from Wood to Town", and "on Town" further on: it is no third one. */
static bool is_other(const struct mention *m, const struct mention *end)
{
    for (int i = 0; i < m->count; i++) {
        for (int k = 0; k < end->count; k++) {
            if (m->senses[i].thing == end->senses[k].thing &&
                m->senses[i].index == end->senses[k].index)
                return false;
        }
    }
    return true;
}

static bool between_add(struct find *f, struct mention *m, struct mention *a,
                        struct mention *b)
{
    bool others = is_other(m, a) && is_other(m, b);

    for (int i = 0; others && i < m->count; i++) {
        const struct sense *main = &m->senses[i];
        struct point ends[2];
        int streets[2];
        struct location *l;

        if (main->thing != THING_STREET ||
            !meeting(f, main, a, &ends[0], &streets[0]) ||
            !meeting(f, main, b, &ends[1], &streets[1]))
            continue;
        l = location_add(f, LOCATION_BETWEEN, "between",
                         m->first < a->first ? m->first : a->first,
                         m->last > b->last ? m->last : b->last);
        location_street(f, l, main->index);
        location_street(f, l, streets[0]);
        location_street(f, l, streets[1]);
        l->label = str_of(arena_printf(
            f->a, "%.*s between %.*s and %.*s", STR_FMT(l->streets[0]),
            STR_FMT(l->streets[1]), STR_FMT(l->streets[2])));
        location_weigh_mention(l, m, main);
        location_weigh(l, FEATURE_BETWEEN);
        l->at = geo_between(ends[0], ends[1], 0.5);
        l->method = METHOD_BETWEEN;
        l->uncertainty_m = fmax(CORNER_M, geo_distance(ends[0], ends[1]) / 2);
        m->used = a->used = b->used = true;
        m->ends = a->ends = b->ends = true;
        return true;
    }
    return false;
}

static void between_refuse(struct find *f, const struct mention *m,
                           const struct mention *a, const struct mention *b)
{
    const struct sense *streets[] = { street_sense(m), street_sense(a),
                                      street_sense(b) };
    struct location *l =
        location_add(f, LOCATION_BETWEEN, "between", m->first, b->last);

    for (size_t i = 0; i < COUNT_OF(streets); i++) {
        if (streets[i] != NULL)
            location_street(f, l, streets[i]->index);
    }
    l->label = l->streets[0];
    l->rejected = STR("these streets do not meet");
}

/* Is m the street that a stretch is said of, right before "between"? */
static bool is_said_of(const struct find *f, const struct mention *m,
                       const struct mention *a)
{
    return m->street && (m->form < FORM_BARE || m->along) &&
           a->first - m->last < 5 && same_sentence(f, m, a);
}

/* The street that is between a and b: before them, else behind. */
static void between_of(struct find *f, int i)
{
    struct mention *a = &f->mentions[i];
    struct mention *b = a + 1;

    for (int k = i - 1; k >= 0 && k >= i - 3; k--) {
        if (f->mentions[k].street && between_add(f, &f->mentions[k], a, b))
            return;
    }
    for (int k = i + 2; k < f->count && k <= i + 3; k++) {
        if (f->mentions[k].street && between_add(f, &f->mentions[k], a, b))
            return;
    }
    if (i > 0 && f->mentions[i - 1].street)
        between_refuse(f, a - 1, a, b);
    if (i > 0 && is_said_of(f, a - 1, a))
        a->ends = b->ends = true; /* but no corner */
}

void betweens_find(struct find *f)
{
    for (int i = 0; i + 1 < f->count; i++) {
        struct mention *a = &f->mentions[i];

        if (a->street && a[1].street && pair_joined(f, a, a + 1) &&
            says_between(f, a, a + 1) && !says_corner(f, a->first, a->first))
            between_of(f, i);
    }
}
