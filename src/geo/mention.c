/*
 * Which words of a text are names of the town. A whole name is evidence
 * enough; a bare one ("Elm") wants some: a word before it that leads to a
 * place, a capital letter, another street beside it.
 */
#include "geo/find_internal.h"

static const char *const prepositions[] = {
    "on",      "at",           "in",     "near",    "along",    "by",
    "off",     "onto",         "down",   "up",      "of",       "from",
    "to",      "across",       "behind", "front",   "around",   "and",
    "between", "corner",       "toward", "towards", "en",       "de",
    "la",      "calle",        "con",    "entre",   "y",        "esquina",
    "frente",  "hacia",        "sobre",  "del",     "opposite", "outside",
    "beside",  "intersection", NULL,
};
static const char *const fillers[] = { "the", "la", "el", "of", "de", NULL };
static const char *const spanish[] = { "calle", NULL };
static const char *const negations[] = { "not", NULL };
static const char *const not_places[] = {
    "thanks", "thank", "please", "hello", "dear", NULL,
};

bool word_is(const struct word *w, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (str_eq(w->folded, str_of(*list)))
            return true;
    }
    return false;
}

/* The words first..last as one folded name, in a's memory. */
static struct str joined(const struct find *f, size_t first, size_t last,
                         char *out, size_t size)
{
    size_t n = 0;

    for (size_t i = first; i <= last; i++) {
        const struct word *w = &f->words[i];

        if (i > first && i < last && str_eq(w->folded, STR(".")))
            continue; /* "St. James" */
        if (w->kind == WORD_MARK || w->folded.n == 0 ||
            n + w->folded.n + 1 >= size)
            return STR_NONE;
        if (n > 0)
            out[n++] = ' ';
        memcpy(out + n, w->folded.p, w->folded.n);
        n += w->folded.n;
    }
    return (struct str){ out, n };
}

static void mention_describe(struct find *f, struct mention *m)
{
    size_t before = m->first;
    const struct word *w = &f->words[m->first];

    m->capital = w->capital && !w->first;
    m->common = m->first == m->last && name_is_common(w->folded);
    while (before > 0 && m->first - before < 2 &&
           word_is(&f->words[before - 1], fillers))
        before--;
    if (before == 0)
        return;
    w = &f->words[before - 1];
    m->preposition = word_is(w, prepositions) || w->kind == WORD_NUMBER ||
                     str_eq(w->folded, STR("@")) || str_eq(w->folded, STR("&"));
    m->spanish = word_is(&f->words[m->first - 1], spanish);
    m->negated = word_is(w, negations) ||
                 (before > 1 && word_is(&f->words[before - 2], negations));
}

static void mention_add(struct find *f, size_t first, size_t last,
                        const GArray *entries, bool fuzzy)
{
    struct mention *m = &f->mentions[f->count];
    const struct entry *best = &g_array_index(entries, struct entry, 0);
    enum thing thing = best->thing;

    for (guint i = 1; i < entries->len; i++) {
        const struct entry *e = &g_array_index(entries, struct entry, i);

        if (e->form < best->form)
            best = e;
    }
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *e = &g_array_index(entries, struct entry, i);

        if (e->thing == THING_STREET)
            thing = THING_STREET; /* a neighbourhood may have its name too */
    }
    *m = (struct mention){ .first = first,
                           .last = last,
                           .entries = entries,
                           .form = fuzzy ? FORM_FUZZY : best->form,
                           .thing = thing };
    mention_describe(f, m);
    f->count++;
}

/* The town's own name is no street, and "thanks" no place. */
static bool excluded(const struct find *f, struct str name, size_t first)
{
    return str_eq(name, f->gaz->town) || word_is(&f->words[first], not_places);
}

/* The longest name that begins at word i; how many words; 0: none. */
static size_t exact_at(struct find *f, size_t i)
{
    size_t most = f->gaz->longest + 2; /* dots between */
    char name[512];

    if (i + most > f->n)
        most = f->n - i;
    for (size_t k = most; k > 0; k--) {
        struct str folded = joined(f, i, i + k - 1, name, sizeof(name));
        const GArray *entries = gaz_named(f->gaz, folded);

        if (entries == NULL || excluded(f, folded, i))
            continue;
        mention_add(f, i, i + k - 1, entries, false);
        return k;
    }
    return 0;
}

struct near {
    struct str want;
    struct str suffix;
    const GArray *found;
    int count;
};

/* "washingtn ave": the one name of that kind within a letter of it. */
static void near_check(gpointer key, gpointer value, gpointer arg)
{
    struct near *near = arg;
    struct str name = str_of(key);
    const GArray *entries = value;
    const struct entry *e = &g_array_index(entries, struct entry, 0);

    if (e->thing != THING_STREET || !str_ends(name, near->suffix) ||
        name.n <= near->suffix.n)
        return;
    name.n -= near->suffix.n;
    if (!name_is_near(name, near->want))
        return;
    near->found = entries;
    near->count++;
}

static size_t fuzzy_at(struct find *f, size_t i)
{
    const struct word *w = &f->words[i];
    const struct word *next = i + 1 < f->n ? &f->words[i + 1] : NULL;
    struct near near = { .want = w->folded };

    if (w->kind != WORD_PLAIN || w->folded.n < 5 || next == NULL ||
        next->kind != WORD_SUFFIX)
        return 0;
    near.suffix = str_of(arena_printf(f->a, " %.*s", STR_FMT(next->folded)));
    g_hash_table_foreach(f->gaz->names, near_check, &near);
    if (near.count != 1)
        return 0;
    mention_add(f, i, i + 1, near.found, true);
    return 2;
}

void mentions_find(struct find *f)
{
    for (size_t i = 0; i < f->n && f->count < MENTIONS_MAX;) {
        size_t taken = 0;

        if (f->words[i].kind != WORD_MARK)
            taken = exact_at(f, i);
        if (taken == 0)
            taken = fuzzy_at(f, i);
        i += taken == 0 ? 1 : taken;
    }
}
