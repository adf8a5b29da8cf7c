/*
 * What a street is called besides its name: without its kind ("Elm"), without
 * its direction, in one word ("vanburen st"), by its number ("Route 9"). The
 * fuller form is put in before the shorter one.
 */
#include "geo/gaz_internal.h"

#include "geo/name.h"
#include "geo/vocabulary.h"

enum { PARTS_MAX = 12, JOINED_MIN = 7 };

struct named {
    struct gaz *g;
    struct entry entry;
    struct word *parts; /* of the whole name, marks left out */
    size_t n;
};

static bool is_suffix(const struct word *w)
{
    return w->kind == WORD_SUFFIX;
}

/* Adds the words first up to, not with, last, of them those joined as one. */
static void put(struct named *d, enum form form, size_t first, size_t last,
                size_t joined)
{
    struct buf name = buf_init(1024);
    struct entry e = d->entry;

    for (size_t i = first; i < last; i++) {
        if (i > first && i >= first + joined)
            buf_byte(&name, ' ');
        buf_add(&name, d->parts[i].folded);
    }
    e.form = form;
    index_add(d->g->index, buf_str(&name), e);
    buf_free(&name);
}

/* "farewell st" as one word, and its two words as one: "vanburen st". */
static void put_joined(struct named *d, enum form form, size_t first,
                       size_t last)
{
    size_t letters = 0;
    size_t core = last;

    if (last - first < 2 || d->parts[first].folded.n == 0 ||
        d->parts[first].kind == WORD_NUMBER)
        return;
    for (size_t i = first; i < last; i++)
        letters += d->parts[i].folded.n;
    if (letters >= JOINED_MIN)
        put(d, form, first, last, last - first);
    while (core > first && is_suffix(&d->parts[core - 1]))
        core--;
    if (core < last && core - first >= 2)
        put(d, form, first, last, core - first);
}

/* "Court" of Court Street may be said alone; "st" of any street may not. */
static bool is_kind_only(const struct word *w)
{
    static const char *const kinds[] = { "st",   "ave", "rd",  "dr",
                                         "blvd", "ln",  "rte", "hwy" };

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (str_eq(w->folded, str_of(kinds[i])))
            return true;
    }
    return false;
}

/* Is the rest worth a name: not a letter, not a bare number? */
static bool is_name(const struct named *d, size_t first, size_t last)
{
    const struct word *w = &d->parts[first];

    if (first >= last || (last - first == 1 && w->kind != WORD_DIRECTION &&
                          (w->is & (IS_FILLER | IS_JOINING)) != 0))
        return false;
    return last - first > 1 || ((w->folded.n > 2 || w->kind != WORD_PLAIN) &&
                                w->kind != WORD_NUMBER && !is_kind_only(w));
}

static void put_bare(struct named *d, size_t first, size_t last)
{
    if (!is_name(d, first, last))
        return;
    put(d, FORM_BARE, first, last, 0);
    put_joined(d, FORM_BARE, first, last);
}

/* "42nd street" as people write it: "42 street". */
static void put_number(struct named *d)
{
    struct str old = d->parts[0].folded;

    if (d->n != 2 || d->parts[0].kind != WORD_ORDINAL || old.n < 3 ||
        !is_suffix(&d->parts[1]))
        return;
    d->parts[0].folded = str_slice(old, 0, old.n - 2);
    put(d, FORM_ALIAS, 0, 2, 0);
    d->parts[0].folded = old;
}

/* The name with other words: whole, and without what kind of street it is. */
static void put_other(const struct named *d, struct word *parts, size_t n)
{
    struct named other = { d->g, d->entry, parts, n };

    put(&other, FORM_ALIAS, 0, n, 0);
    if (n > 2 && is_suffix(&parts[n - 1]))
        put_bare(&other, 0, n - 1);
}

/*
 * People leave out a middle initial, or write both as one: "Ella T Grasso
 * Blvd" is Ella Grasso Blvd, ET Grasso Blvd and Grasso Blvd.
 */
static void put_initial(struct named *d)
{
    struct word parts[PARTS_MAX];
    char both[2];

    if (d->n < 4 || d->parts[1].folded.n != 1 ||
        d->parts[1].kind != WORD_PLAIN || d->parts[0].kind != WORD_PLAIN ||
        !is_suffix(&d->parts[d->n - 1]))
        return;
    memcpy(parts, d->parts + 1, (d->n - 1) * sizeof(*parts));
    parts[0] = d->parts[0];
    put_other(d, parts, d->n - 1);
    both[0] = d->parts[0].folded.p[0];
    both[1] = d->parts[1].folded.p[0];
    parts[0].folded = (struct str){ both, 2 };
    put_other(d, parts, d->n - 1);
    put(d, FORM_ALIAS, 2, d->n, 0);
}

static void street_names(struct named *d)
{
    size_t first = 0;
    size_t last = d->n;

    put(d, FORM_FULL, 0, d->n, 0);
    put_joined(d, FORM_FULL, 0, d->n);
    put_number(d);
    put_initial(d);
    if (is_name(d, 1, last) && d->parts[0].kind == WORD_DIRECTION) {
        first++;
        d->g->streets[d->entry.index].turned = true;
        put(d, is_suffix(&d->parts[last - 1]) ? FORM_TURN : FORM_BARE, first,
            last, 0);
    }
    if (last - first > 2 && d->parts[last - 1].kind == WORD_DIRECTION) {
        last--;
        put(d, FORM_TURN, first, last, 0);
    }
    if (last - first > 1 && is_suffix(&d->parts[last - 1])) {
        put_bare(d, 0, last - 1);
        put_bare(d, first, last - 1);
    } else if (last - first > 1 && (is_suffix(&d->parts[first]) ||
                                    d->parts[first].kind == WORD_PREFIX)) {
        put_bare(d, first + 1, last);
    }
}

/* "NH 9": route 9, rte 9, highway 9. */
static void ref_names(struct named *d, struct str ref)
{
    struct arena *a = &d->g->arena;
    struct entry e = d->entry;
    struct str folded = name_fold(a, ref);
    struct str number = folded;

    e.form = FORM_REF;
    index_add(d->g->index, folded, e);
    str_word(&number);
    if (number.n == 0)
        return;
    index_add(d->g->index, str_of(arena_printf(a, "rte %.*s", STR_FMT(number))),
              e);
    index_add(d->g->index, str_of(arena_printf(a, "hwy %.*s", STR_FMT(number))),
              e);
    index_add(d->g->index,
              str_of(arena_printf(a, "carr %.*s", STR_FMT(number))), e);
}

static struct named named(struct gaz *g, struct str folded, enum thing thing,
                          int index)
{
    struct named d = { .g = g, .entry = { thing, FORM_FULL, index, -1 } };

    d.parts = words_of(&g->arena, folded, &d.n);
    if (d.n > PARTS_MAX)
        d.n = PARTS_MAX;
    return d;
}

/* "Wilbur Cross High School" is called "Wilbur Cross", too. */
static void place_names(struct named *d)
{
    static const char *const kinds[] = { "school",  "park",    "church",
                                         "center",  "library", "elementary",
                                         "high",    "middle",  "university",
                                         "college", "hospital" };
    size_t last = d->n;

    put(d, FORM_FULL, 0, d->n, 0);
    for (bool cut = true; cut && last > 2;) {
        cut = false;
        for (size_t i = 0; i < COUNT_OF(kinds); i++)
            cut = cut || str_eq(d->parts[last - 1].folded, str_of(kinds[i]));
        last -= cut ? 1 : 0;
    }
    if (last < d->n && last >= 2)
        put(d, FORM_BARE, 0, last, 0);
}

void gaz_names_load(struct gaz *g)
{
    for (int i = 0; i < g->stats.streets; i++) {
        struct named d = named(g, g->streets[i].folded, THING_STREET, i);

        street_names(&d);
        if (g->streets[i].ref.n > 0)
            ref_names(&d, g->streets[i].ref);
    }
    for (int i = 0; i < g->stats.places; i++) {
        struct named d = named(g, g->places[i].folded, THING_PLACE, i);

        if (d.n > 1 || g->places[i].folded.n > 3)
            place_names(&d);
    }
    for (int i = 0; i < g->stats.areas; i++) {
        struct named d = named(g, g->areas[i].folded, THING_AREA, i);

        put(&d, FORM_FULL, 0, d.n, 0);
    }
}
