#include "geo/typing.h"

#include <stdlib.h>

#include "geo/gaz_internal.h"
#include "geo/name.h"
#include "geo/vocabulary.h"

enum {
    NAME_WORDS = 10,   /* of a name */
    TYPED_WORDS = 12,  /* of what is typed */
    STREETS_MOST = 40, /* that a number is looked for on */
    FUZZY_LEAST = 4,   /* letters, for one to be wrong */
    /* what makes a match worse */
    COST_PLACE = 6,
    COST_AREA = 8,
    COST_LATER = 10, /* it does not begin the name */
    COST_GAP = 3,
    COST_OPEN = 4, /* for each word of the name not typed */
    COST_CUT = 1,
    COST_TYPO = 20,
    COST_NEVER = 1000,
};

struct part {
    struct str plain, folded; /* "street", "st" */
};

struct title {
    enum thing thing;
    int index;
    int n;
    const struct part *parts;
};

struct typing {
    const struct gaz *gaz;
    struct arena arena;
    struct title *titles;
    int n;
};

/* ---- the names ---- */

static int parts_of(struct arena *a, struct str name, struct part *out,
                    int most)
{
    size_t count;
    const struct word *words = words_of(a, str_slice(name, 0, 400), &count);
    int n = 0;

    for (size_t i = 0; i < count && n < most; i++) {
        if (words[i].kind == WORD_MARK || words[i].folded.n == 0)
            continue;
        out[n].folded = words[i].folded;
        out[n++].plain = word_plain(a, words[i].text);
    }
    return n;
}

static void title_add(struct typing *t, enum thing thing, int index,
                      struct str name)
{
    struct title *title = &t->titles[t->n];
    struct part parts[NAME_WORDS];
    struct part *own;

    title->thing = thing;
    title->index = index;
    title->n = parts_of(&t->arena, name, parts, NAME_WORDS);
    if (title->n == 0)
        return;
    own = arena_array(&t->arena, struct part, (size_t)title->n);
    memcpy(own, parts, sizeof(*own) * (size_t)title->n);
    title->parts = own;
    t->n++;
}

struct typing *typing_new(const struct gaz *g)
{
    struct typing *t = calloc(1, sizeof(*t));
    const struct gaz_stats *n = &g->stats;

    if (t == NULL)
        abort();
    t->gaz = g;
    t->titles = arena_array(&t->arena, struct title,
                            (size_t)(n->streets + n->places + n->areas) + 1);
    for (int i = 0; i < n->streets; i++)
        title_add(t, THING_STREET, i, g->streets[i].name);
    for (int i = 0; i < n->places; i++)
        title_add(t, THING_PLACE, i, g->places[i].name);
    for (int i = 0; i < n->areas; i++)
        title_add(t, THING_AREA, i, g->areas[i].name);
    return t;
}

void typing_free(struct typing *t)
{
    if (t == NULL)
        return;
    arena_free(&t->arena);
    free(t);
}

/* ---- a name against what is typed ---- */

struct typed {
    struct part parts[TYPED_WORDS];
    int n;
    bool fuzzy; /* a letter may be wrong */
};

/* One letter off, but not the first: that is seldom wrong. */
static bool is_typo(struct str typed, struct str word)
{
    return typed.n >= FUZZY_LEAST && typed.n <= word.n + 1 &&
           word.n <= typed.n + 1 && typed.p[0] == word.p[0] &&
           name_distance(typed, word, 1) <= 1;
}

/* What it costs to take the typed word for one of a name. */
static int word_cost(const struct typed *t, int i, const struct part *word)
{
    struct str plain = t->parts[i].plain;

    if (str_eq(plain, word->plain) || str_eq(t->parts[i].folded, word->folded))
        return 0;
    if (i == t->n - 1 &&
        (str_starts(word->plain, plain) || str_starts(word->folded, plain)))
        return COST_CUT;
    if (t->fuzzy && (is_typo(plain, word->plain) ||
                     (i == t->n - 1 && word->plain.n > plain.n &&
                      is_typo(plain, str_slice(word->plain, 0, plain.n)))))
        return COST_TYPO;
    return COST_NEVER;
}

/* The typed words one after the other in the name; the less, the better. */
static int title_cost(const struct typed *t, const struct title *title)
{
    int cost = title->thing == THING_STREET  ? 0
               : title->thing == THING_PLACE ? COST_PLACE
                                             : COST_AREA;
    int at = 0;

    for (int i = 0; i < t->n; i++) {
        int first = at;
        int own = COST_NEVER;

        for (; at < title->n && own >= COST_NEVER; at++)
            own = word_cost(t, i, &title->parts[at]);
        if (own >= COST_NEVER)
            return COST_NEVER;
        cost += own + (at - 1 - first) * (i == 0 ? COST_LATER : COST_GAP);
    }
    return cost + (title->n - t->n) * COST_OPEN;
}

struct match {
    const struct title *title;
    int cost;
};

/* Keeps the best of them in order; gives how many there are now. */
static int match_keep(struct match *best, int n, int most, struct match new)
{
    int at = n;

    if (n == most) {
        if (new.cost >= best[most - 1].cost)
            return n;
        at = most - 1;
    }
    while (at > 0 && best[at - 1].cost > new.cost) {
        best[at] = best[at - 1];
        at--;
    }
    best[at] = new;
    return n < most ? n + 1 : n;
}

static int matches(const struct typing *t, const struct typed *typed,
                   bool (*wanted)(const struct title *), struct match *best,
                   int most)
{
    int n = 0;

    for (int i = 0; typed->n > 0 && i < t->n; i++) {
        struct match m = { &t->titles[i], COST_NEVER };

        if (wanted(m.title))
            m.cost = title_cost(typed, m.title);
        if (m.cost < COST_NEVER)
            n = match_keep(best, n, most, m);
    }
    return n;
}

static bool any(const struct title *title)
{
    (void)title;
    return true;
}

static bool is_street(const struct title *title)
{
    return title->thing == THING_STREET;
}

/* ---- what is found ---- */

struct finding_out {
    const struct typing *t;
    struct suggestion *out;
    int n, most;
    struct arena *a;
};

/* Two streets of one name are told apart by where they are. */
static struct str where_of(const struct finding_out *f, struct str label,
                           struct point at)
{
    const struct area *area = gaz_areas_at(f->t->gaz, at, f->a);

    if (area == NULL)
        return STR_NONE;
    return str_of(
        arena_printf(f->a, "%.*s, %.*s", STR_FMT(label), STR_FMT(area->name)));
}

static bool is_there(const struct finding_out *f, struct str label)
{
    for (int i = 0; i < f->n; i++) {
        if (str_eq(f->out[i].label, label))
            return true;
    }
    return false;
}

static void put(struct finding_out *f, struct str label, struct point at,
                const char *kind)
{
    if (f->n == f->most || !at.known)
        return;
    if (is_there(f, label))
        label = where_of(f, label, at);
    if (label.n == 0 || is_there(f, label))
        return;
    f->out[f->n++] = (struct suggestion){ label, at, kind };
}

/* The point of a street's lines nearest to the middle of all of them. */
static struct point on_street(const struct gaz_street *s)
{
    struct point best = s->middle;
    double least = 1e9;

    for (int i = 0; i < s->line_count; i++) {
        for (int k = 1; k < s->lines[i].n; k++) {
            struct point at;
            double off = geo_to_line(s->middle, s->lines[i].points[k - 1],
                                     s->lines[i].points[k], &at);

            if (off < least) {
                least = off;
                best = at;
            }
        }
    }
    return best;
}

static void put_title(struct finding_out *f, const struct title *title)
{
    const struct gaz *g = f->t->gaz;

    if (title->thing == THING_STREET) {
        const struct gaz_street *s = &g->streets[title->index];

        put(f, s->name, on_street(s), "street");
    } else if (title->thing == THING_PLACE) {
        put(f, g->places[title->index].name, g->places[title->index].at,
            "place");
    } else {
        put(f, g->areas[title->index].name, g->areas[title->index].middle,
            "area");
    }
}

static void find_titles(struct finding_out *f, const struct typed *typed)
{
    struct match best[2 * TYPING_MOST];
    int n = matches(f->t, typed, any, best, 2 * TYPING_MOST);

    for (int i = 0; i < n; i++)
        put_title(f, best[i].title);
}

/* ---- addresses ---- */

static void put_number(struct finding_out *f, const struct title *title,
                       const struct word *number)
{
    const struct gaz_street *s = &f->t->gaz->streets[title->index];
    size_t digits = 0;
    struct str suffix;
    struct gaz_number found;

    while (digits < number->folded.n && number->folded.p[digits] >= '0' &&
           number->folded.p[digits] <= '9')
        digits++;
    suffix = str_slice(number->folded, digits, number->folded.n);
    found = gaz_number(f->t->gaz, title->index, number->number, suffix);
    if (found.method != METHOD_ADDRESS_POINT &&
        found.method != METHOD_INTERPOLATED)
        return;
    put(f,
        str_of(arena_printf(f->a, "%lld%.*s %.*s", (long long)number->number,
                            STR_FMT(suffix), STR_FMT(s->name))),
        found.at, "address");
}

/* The number and the rest: "12 elm", "calle elm 12". */
static void find_addresses(struct finding_out *f, const struct word *number,
                           const struct typed *rest)
{
    struct match best[STREETS_MOST];
    int n = matches(f->t, rest, is_street, best, STREETS_MOST);

    for (int i = 0; i < n; i++)
        put_number(f, best[i].title, number);
    /* No such house: the street is better than nothing. */
    for (int i = 0; i < n && f->n < f->most; i++)
        put_title(f, best[i].title);
}

/* ---- crossings ---- */

/* What each street costs, for what is typed of it; nothing typed: nothing. */
static const int *costs_of(const struct finding_out *f,
                           const struct typed *typed)
{
    const struct typing *t = f->t;
    int *costs = arena_array(f->a, int, (size_t)t->gaz->stats.streets + 1);

    for (int i = 0; typed->n > 0 && i < t->gaz->stats.streets; i++)
        costs[i] = COST_NEVER;
    for (int i = 0; typed->n > 0 && i < t->n; i++) {
        if (is_street(&t->titles[i]))
            costs[t->titles[i].index] = title_cost(typed, &t->titles[i]);
    }
    return costs;
}

struct corner {
    const struct gaz_crossing *crossing;
    int first, second; /* streets, as they were typed */
    int cost;
};

static int corner_keep(struct corner *best, int n, int most, struct corner new)
{
    int at = n;

    for (int i = 0; i < n; i++) { /* two of the same streets are one here */
        if (best[i].first == new.first && best[i].second == new.second)
            return n;
    }
    if (n == most) {
        if (new.cost >= best[most - 1].cost)
            return n;
        at = most - 1;
    }
    while (at > 0 && best[at - 1].cost > new.cost) {
        best[at] = best[at - 1];
        at--;
    }
    best[at] = new;
    return n < most ? n + 1 : n;
}

static void put_corner(struct finding_out *f, const struct corner *c)
{
    const struct gaz *g = f->t->gaz;

    put(f,
        str_of(arena_printf(f->a, "%.*s & %.*s",
                            STR_FMT(g->streets[c->first].name),
                            STR_FMT(g->streets[c->second].name))),
        c->crossing->at, "crossing");
}

static void find_crossings(struct finding_out *f, const struct typed *left,
                           const struct typed *right)
{
    const struct gaz *g = f->t->gaz;
    const int *lefts = costs_of(f, left);
    const int *rights = costs_of(f, right);
    struct corner best[2 * TYPING_MOST];
    int n = 0;

    for (int i = 0; left->n > 0 && i < g->stats.crossings; i++) {
        const struct gaz_crossing *c = &g->crossings[i];

        if (c->a < 0 || c->a >= g->stats.streets || c->b < 0 ||
            c->b >= g->stats.streets)
            continue; /* a file that is not whole */
        for (int turn = 0; turn < 2; turn++) {
            struct corner corner = { c, turn == 0 ? c->a : c->b,
                                     turn == 0 ? c->b : c->a, 0 };

            corner.cost = lefts[corner.first] + rights[corner.second];
            if (corner.cost < COST_NEVER)
                n = corner_keep(best, n, 2 * TYPING_MOST, corner);
        }
    }
    for (int i = 0; i < n; i++)
        put_corner(f, &best[i]);
}

/* ---- what was typed ---- */

static void typed_add(struct typed *t, const struct word *w, struct arena *a)
{
    if (w->kind == WORD_MARK || w->folded.n == 0 || t->n == TYPED_WORDS)
        return;
    t->parts[t->n].folded = w->folded;
    t->parts[t->n++].plain = word_plain(a, w->text);
}

/* What opens a corner says nothing by itself: "corner of", "esquina de". */
static struct typed typed_of(const struct word *words, size_t begin, size_t end,
                             struct arena *a)
{
    struct typed t = { .n = 0 };

    while (begin + 1 < end && (words[begin].is & (IS_CORNER | IS_FILLER)) != 0)
        begin++;
    for (size_t i = begin; i < end; i++)
        typed_add(&t, &words[i], a);
    return t;
}

static bool joins(const struct word *w)
{
    return (w->is & IS_JOINING) != 0 && w->kind != WORD_DIRECTION &&
           (w->is & IS_CORNER) == 0;
}

static void find_all(struct finding_out *f, const struct word *words, size_t n,
                     bool fuzzy)
{
    struct typed whole = typed_of(words, 0, n, f->a);

    whole.fuzzy = fuzzy;
    find_titles(f, &whole);
    for (size_t i = 1; i < n && f->n < f->most; i++) {
        struct typed left;
        struct typed right;

        if (!joins(&words[i]))
            continue;
        left = typed_of(words, 0, i, f->a);
        right = typed_of(words, i + 1, n, f->a);
        left.fuzzy = right.fuzzy = fuzzy;
        find_crossings(f, &left, &right);
    }
    for (int end = 0; end < 2 && n > 1 && f->n < f->most; end++) {
        const struct word *number = &words[end == 0 ? 0 : n - 1];
        struct typed rest =
            typed_of(words, end == 0 ? 1 : 0, end == 0 ? n : n - 1, f->a);

        rest.fuzzy = fuzzy;
        if (number->kind == WORD_NUMBER)
            find_addresses(f, number, &rest);
    }
}

int typing_find(const struct typing *t, struct str text, struct suggestion *out,
                int most, struct arena *a)
{
    struct finding_out f = { .t = t,
                             .out = out,
                             .most = most < TYPING_MOST ? most : TYPING_MOST,
                             .a = a };
    size_t n;
    const struct word *words =
        words_of(a, str_slice(text, 0, TYPING_TEXT_MAX), &n);

    find_all(&f, words, n, false);
    if (f.n == 0)
        find_all(&f, words, n, true);
    return f.n;
}
