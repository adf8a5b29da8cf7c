/* House numbers: before a name, behind it, lists and ranges, blocks. */
#include "geo/find_internal.h"

enum {
    HOUSE_MAX = 99999,
    LIST_MAX = 4,
    BLOCK_M = 60,
    RELATION_M = 20,
    UNLISTED = 100
};

/* A house number as it stands: "12", "12a", "12-16". */
struct house {
    size_t first, last;    /* words */
    int64_t number, other; /* of a range: both ends, else 0 */
    struct str suffix;
};

static bool is_number(const struct find *f, size_t i)
{
    return i < f->n && f->words[i].kind == WORD_NUMBER &&
           f->words[i].number > 0 && f->words[i].number <= HOUSE_MAX;
}

/* "pole #3", "apt 2", "9:30", "$20": numbers of other things. */
static bool is_owned(const struct find *f, size_t i)
{
    const struct word *before;

    if (i == 0)
        return false;
    before = &f->words[i - 1];
    if (word_mark(f, i - 1, '#') && i > 1)
        return word_is(f, i - 2, IS_OWNER);
    if (before->kind == WORD_MARK && before->end == f->words[i].begin) {
        return before->text.p[0] == '$' || before->text.p[0] == ':' ||
               (before->text.p[0] == '.' && i > 1 && is_number(f, i - 2));
    }
    return (before->is & IS_OWNER) != 0;
}

static struct str letter_of(const struct word *w)
{
    size_t digits = 0;

    while (digits < w->folded.n && w->folded.p[digits] >= '0' &&
           w->folded.p[digits] <= '9')
        digits++;
    return str_slice(w->folded, digits, w->folded.n);
}

/* The house whose last number is word i, with a range before it. */
static bool house_ending(const struct find *f, size_t i, struct house *h)
{
    if (!is_number(f, i))
        return false;
    *h = (struct house){ .first = i,
                         .last = i,
                         .number = f->words[i].number,
                         .suffix = letter_of(&f->words[i]) };
    if (i > 1 && is_number(f, i - 2) &&
        (word_mark(f, i - 1, '-') || word_mark(f, i - 1, '/'))) {
        h->first = i - 2;
        h->other = h->number;
        h->number = f->words[i - 2].number;
        h->suffix = letter_of(&f->words[i - 2]);
    }
    return !is_owned(f, h->first);
}

/* "12 Elm", "12 N. Elm", "12, Elm St", "number 12 on Elm". */
static bool house_before(const struct find *f, const struct mention *m,
                         struct house *h)
{
    size_t i = m->first;
    int fillers = 0;

    while (i > 0 && (f->words[i - 1].kind == WORD_DIRECTION ||
                     (i > 1 && word_mark(f, i - 1, '.') &&
                      f->words[i - 2].kind == WORD_DIRECTION)))
        i--;
    if (i > 0 && word_mark(f, i - 1, ',') && m->form < FORM_BARE)
        i--;
    while (i > 0 && fillers < 3 &&
           (word_is(f, i - 1, IS_FILLER) ||
            f->words[i - 1].kind == WORD_PREFIX ||
            str_eq(f->words[i - 1].folded, STR("at")))) {
        fillers++;
        i--;
    }
    if (i == 0 || !house_ending(f, i - 1, h))
        return false;
    if (m->form == FORM_BARE && !m->other_suffix && !m->prefixed &&
        word_is(f, m->last + 1, IS_COUNTED))
        return false;
    if (fillers == 0)
        return true;
    i = h->first; /* "at 9 on Elm" is a time, "number 9 on Elm" a house */
    return i > 0 && (word_mark(f, i - 1, '#') ||
                     str_case_starts(f->words[i - 1].text, STR("num")) ||
                     str_case_starts(f->words[i - 1].text, STR("n\xc3\xbam")) ||
                     str_eq(f->words[i - 1].folded, STR("no")) ||
                     str_eq(f->words[i - 1].folded, STR("house")) ||
                     str_eq(f->words[i - 1].folded, STR("casa")) ||
                     str_eq(f->words[i - 1].folded, STR("el")) ||
                     m->prefixed || /* "12 de la calle Sol" */
                     word_mark(f, i - 1, '.'));
}

static bool begins_mention(const struct find *f, size_t i)
{
    for (int k = 0; k < f->count; k++) {
        if (f->mentions[k].first == i)
            return true;
    }
    return false;
}

static bool is_number_word(const struct find *f, size_t i)
{
    static const char *const words[] = { "number", "numero", "num",  "no",
                                         "n",      "nr",     "house" };

    for (size_t k = 0; i < f->n && k < COUNT_OF(words); k++) {
        if (str_eq(f->words[i].folded, str_of(words[k])))
            return true;
    }
    return false;
}

/* "Calle Sol 12", "Elm St #40", "Elm Street, 12", "Elm St (12-16)". */
static bool house_after(const struct find *f, const struct mention *m,
                        struct house *h, bool *marked)
{
    size_t i = m->last + 1;
    int skipped = 0;

    *marked = m->prefixed || str_eq(f->query->language, STR("es")) ||
              (f->zone == ZONE_ADDRESS && i < f->n);
    for (; i < f->n && skipped < 4; i++, skipped++) {
        if (word_mark(f, i, '#') || is_number_word(f, i)) {
            *marked = true;
        } else if (!word_mark(f, i, ',') && !word_mark(f, i, '.') &&
                   !word_mark(f, i, '(') &&
                   !(f->words[i].kind == WORD_MARK &&
                     f->words[i].text.n == 2)) { /* º and ª */
            break;
        }
    }
    if (!is_number(f, i) || begins_mention(f, i + 1) ||
        word_is(f, i + 1, IS_COUNTED | IS_BLOCK) || is_owned(f, i) ||
        (i + 1 < f->n && f->words[i + 1].kind == WORD_SUFFIX))
        return false;
    if (word_mark(f, i + 1, '-') && is_number(f, i + 2)) {
        i += 2;
    }
    if (!house_ending(f, i, h))
        return false;
    return *marked || (m->form < FORM_BARE &&
                       (skipped == 0 || word_mark(f, h->last + 1, ')')));
}

/* ---- candidates ---- */

static struct str words_text(const struct find *f, size_t first, size_t last)
{
    return str_slice(f->text, f->words[first].begin, f->words[last].end);
}

static bool is_relation(const struct find *f, size_t first)
{
    for (size_t i = first; i > 0 && first - i < 3; i--) {
        if (word_is(f, i - 1, IS_NEAR))
            return true;
        if (!word_is(f, i - 1, IS_FILLER | IS_LEADING))
            return false;
    }
    return false;
}

/* The number is not known there: on the street, if it may be a number of it. */
static void house_unlisted(struct find *f, struct location *l, int street,
                           const struct house *h, const struct gaz_number *n)
{
    const struct gaz_street *s = &f->gaz->streets[street];

    if (n->high > 0 && h->number > 2 * n->high + UNLISTED) {
        l->rejected = str_of(arena_printf(
            f->a, "%.*s has numbers from %lld to %lld", STR_FMT(s->name),
            (long long)n->low, (long long)n->high));
    } else if (s->middle.known) {
        l->method = METHOD_STREET;
        l->at = s->middle;
        l->uncertainty_m = s->extent_m > 50 ? s->extent_m : 50;
        location_weigh(l, FEATURE_UNLISTED);
    } else {
        l->rejected = STR("it is not known where this street is");
    }
}

static void house_place(struct find *f, struct location *l, int street,
                        const struct house *h)
{
    struct gaz_number n = gaz_number(f->gaz, street, h->number, h->suffix);

    if (n.method == METHOD_NONE && h->other > 0)
        n = gaz_number(f->gaz, street, h->other, STR_NONE);
    if (n.method == METHOD_NONE) {
        house_unlisted(f, l, street, h, &n);
        return;
    }
    l->method = n.method;
    l->at = n.at;
    l->uncertainty_m = n.uncertainty_m;
    if (n.method == METHOD_INTERPOLATED) {
        location_weigh(l, n.beyond ? FEATURE_BEYOND : FEATURE_IN_RANGE);
    } else {
        location_weigh(l, FEATURE_EXISTS);
    }
}

/* Those of several streets that do not have the number step back. */
static void refuse_unlisted(struct find *f, struct location **added, int n)
{
    for (int i = 0; i < n; i++) {
        if (added[i]->rejected.n == 0 &&
            location_has(added[i], FEATURE_UNLISTED)) {
            added[i]->rejected =
                str_of(arena_printf(f->a, "no such number of %.*s is known",
                                    STR_FMT(added[i]->streets[0])));
        }
    }
}

static bool may_be_unlisted(const struct mention *m)
{
    return m->form < FORM_BARE || m->prefixed || m->other_suffix;
}

static struct location *house_add(struct find *f, struct mention *m,
                                  const struct house *h, const struct sense *s)
{
    size_t first = h->first < m->first ? h->first : m->first;
    size_t last = h->last > m->last ? h->last : m->last;
    struct location *l =
        location_add(f, LOCATION_ADDRESS, "number", first, last);

    l->number = words_text(f, h->first, h->last);
    location_street(f, l, s->index);
    l->label = str_of(arena_printf(f->a, "%.*s %.*s", STR_FMT(l->number),
                                   STR_FMT(l->streets[0])));
    location_weigh_mention(l, m, s);
    location_weigh(l, FEATURE_ADDRESS);
    house_place(f, l, s->index, h);
    if (is_relation(f, first)) {
        location_weigh(l, FEATURE_RELATION);
        l->uncertainty_m += RELATION_M / f->gaz->weights.scale[l->method];
    }
    return l;
}

/* The house on each street of that name. How many of them may have it. */
static int houses_add(struct find *f, struct mention *m, const struct house *h)
{
    struct location *added[SENSES_MAX];
    int listed = 0;
    int told = 0;
    int n = 0;

    for (int i = 0; i < m->count; i++) {
        if (m->senses[i].thing == THING_STREET)
            added[n++] = house_add(f, m, h, &m->senses[i]);
    }
    for (int i = 0; i < n; i++) {
        listed += added[i]->rejected.n == 0 &&
                  !location_has(added[i], FEATURE_UNLISTED);
    }
    if (listed > 0 || !may_be_unlisted(m))
        refuse_unlisted(f, added, n);
    for (int i = 0; i < n; i++)
        told += added[i]->rejected.n == 0;
    for (int i = 0; told > 1 && i < n; i++)
        location_weigh(added[i], FEATURE_SEVERAL);
    return told;
}

/* "14, 16 and 18 Elm St": those before the last one. */
static void list_add(struct find *f, struct mention *m, size_t first)
{
    struct house h;

    for (int n = 0; n < LIST_MAX && first > 1; n++) {
        if (!word_mark(f, first - 1, ',') && !word_mark(f, first - 1, '&') &&
            !str_eq(f->words[first - 1].folded, STR("and")) &&
            !str_eq(f->words[first - 1].folded, STR("or")) &&
            !str_eq(f->words[first - 1].folded, STR("y")))
            return;
        if (!house_ending(f, first - 2, &h) ||
            gaz_number(f->gaz, m->senses[0].index, h.number, h.suffix).method ==
                METHOD_NONE)
            return;
        houses_add(f, m, &h);
        first = h.first;
    }
}

bool number_find(struct find *f, struct mention *m)
{
    struct house h;
    bool marked = true;
    bool before = house_before(f, m, &h);

    if (!before && !house_after(f, m, &h, &marked))
        return false;
    if (m->weak && !m->capital)
        return false;
    if (!marked &&
        gaz_number(f->gaz, m->senses[0].index, h.number, h.suffix).method !=
            METHOD_ADDRESS_POINT)
        return false;
    if (houses_add(f, m, &h) == 0)
        return false;
    if (before && m->senses[0].thing == THING_STREET)
        list_add(f, m, h.first);
    m->used = true;
    return true;
}

/* ---- blocks ---- */

/* The number of "300 block of Elm", "Elm 300 block"; f->n: none. */
static size_t block_number(const struct find *f, const struct mention *m)
{
    size_t i = m->first;

    if (word_is(f, m->last + 2, IS_BLOCK) && is_number(f, m->last + 1))
        return m->last + 1;
    while (i > 0 && m->first - i < 3 && word_is(f, i - 1, IS_FILLER))
        i--;
    if (i > 1 && word_is(f, i - 1, IS_BLOCK) && is_number(f, i - 2))
        return i - 2;
    if (i > 1 && word_is(f, i - 2, IS_BLOCK) && is_number(f, i - 1))
        return i - 1; /* cuadra 300 de Elm */
    return f->n;
}

bool block_find(struct find *f, struct mention *m)
{
    size_t i = block_number(f, m);
    bool found = false;

    if (i >= f->n)
        return false;
    for (int k = 0; k < m->count; k++) {
        struct house h = { i, i, f->words[i].number + 50, 0, STR_NONE };
        struct location *l;

        if (m->senses[k].thing != THING_STREET)
            continue;
        l = location_add(f, LOCATION_BLOCK, "block",
                         i < m->first ? i : m->first,
                         i > m->last ? i + 1 : m->last);
        l->number = f->words[i].text;
        location_street(f, l, m->senses[k].index);
        l->label =
            str_of(arena_printf(f->a, "%.*s block of %.*s", STR_FMT(l->number),
                                STR_FMT(l->streets[0])));
        location_weigh_mention(l, m, &m->senses[k]);
        location_weigh(l, FEATURE_BLOCK);
        house_place(f, l, m->senses[k].index, &h);
        if (l->method == METHOD_ADDRESS_POINT ||
            l->method == METHOD_INTERPOLATED) {
            l->method = METHOD_BLOCK;
            l->uncertainty_m =
                l->uncertainty_m > BLOCK_M ? l->uncertainty_m : BLOCK_M;
        }
        found = found || l->rejected.n == 0;
    }
    m->used = m->used || found;
    return found;
}
