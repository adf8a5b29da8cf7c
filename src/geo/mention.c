/*
 * Which words of a text are names of the town: the longest name at each
 * place, as it stands or a letter or two off.
 */
#include "geo/find_internal.h"

enum {
    ENDS_MAX = 24,
    NEAR_MAX = 8,
    FAR_LETTERS = 5,
    DEEPEST = 12,
    EDITS_MAX = 2
};

/* Where a name may end. */
struct end {
    size_t last;
    int node;
    int edits;
};

struct walk {
    const struct find *f;
    int budget; /* letters that may be wrong */
    struct end ends[ENDS_MAX];
    int count;
};

static void walk_on(struct walk *w, int node, size_t i, int edits, int depth);

static void walk_end(struct walk *w, int node, size_t last, int edits)
{
    if (index_entry(w->f->gaz->index, node) >= 0 && w->count < ENDS_MAX)
        w->ends[w->count++] = (struct end){ last, node, edits };
}

static void walk_step(struct walk *w, int node, int token, size_t i, int edits,
                      int depth)
{
    int to = index_step(w->f->gaz->index, node, token);

    if (to < 0)
        return;
    walk_end(w, to, i, edits);
    walk_on(w, to, i + 1, edits, depth + 1);
}

/* At the root a name begins: no word of every report begins a wrong one. */
static bool may_be_misspelt(const struct word *w, int node)
{
    const unsigned never = IS_LEADING | IS_JOINING | IS_BETWEEN | IS_CORNER |
                           IS_FILLER | IS_CLOSING;

    return w->kind != WORD_MARK && w->kind != WORD_NUMBER &&
           (w->is & (node == INDEX_ROOT ? never | IS_WORD : never)) == 0;
}

/* "fare well": two words that are one in the name. */
static void walk_split(struct walk *w, int node, size_t i, int edits, int depth)
{
    const struct word *a = &w->f->words[i];
    const struct word *b = a + 1;
    char both[64];

    if (i + 1 >= w->f->n || a->kind == WORD_MARK || b->kind == WORD_MARK ||
        a->kind == WORD_NUMBER || b->kind != WORD_PLAIN ||
        a->folded.n + b->folded.n >= sizeof(both) || a->folded.n < 2 ||
        b->folded.n < 2)
        return;
    memcpy(both, a->folded.p, a->folded.n);
    memcpy(both + a->folded.n, b->folded.p, b->folded.n);
    walk_step(w, node,
              index_token(w->f->gaz->index,
                          (struct str){ both, a->folded.n + b->folded.n }),
              i + 1, edits, depth);
}

static void walk_on(struct walk *w, int node, size_t i, int edits, int depth)
{
    const struct word *word = &w->f->words[i];
    int near[NEAR_MAX];
    size_t n;

    if (i >= w->f->n || depth > DEEPEST)
        return;
    if (word->kind == WORD_MARK) {
        char c = word->text.p[0];

        if (node != INDEX_ROOT && (c == '.' || c == '-') && i + 1 < w->f->n &&
            w->f->words[i + 1].kind != WORD_MARK)
            walk_on(w, node, i + 1, edits, depth + 1);
        return;
    }
    walk_step(w, node, word->token, i, edits, depth);
    walk_split(w, node, i, edits, depth);
    if (edits >= w->budget || !may_be_misspelt(word, node))
        return;
    n = index_near(w->f->gaz->index, word->folded, near, NEAR_MAX);
    for (size_t k = 0; k < n; k++)
        walk_step(w, node, near[k], i, edits + 1, depth);
}

/* Two wrong letters before a kind of street: "Frankln" is "Franklin" twice. */
static void walk_far(struct walk *w, struct find *f, size_t i)
{
    const struct word *word = &f->words[i];
    size_t next = word_mark(f, i + 1, '.') ? i + 2 : i + 1;
    int far[NEAR_MAX];
    size_t n;

    if (word->kind != WORD_PLAIN || word->folded.n < FAR_LETTERS ||
        !may_be_misspelt(word, INDEX_ROOT) || next >= f->n ||
        f->words[next].kind != WORD_SUFFIX || f->far_looks >= FAR_MAX)
        return;
    f->far_looks++;
    n = index_far(f->gaz->index, word->folded, far, NEAR_MAX);
    for (size_t k = 0; k < n; k++) {
        int node = index_step(f->gaz->index, INDEX_ROOT, far[k]);
        int to = index_step(f->gaz->index, node, f->words[next].token);

        walk_end(w, to, next, 2);
    }
}

/* ---- ends into a mention ---- */

/* The town itself, as an area, says nothing. */
static bool excluded(const struct find *f, const struct entry *e)
{
    return e->thing == THING_AREA &&
           str_eq(f->gaz->areas[e->index].folded, f->gaz->town);
}

static void sense_add(const struct find *f, struct mention *m,
                      const struct entry *e, int edits)
{
    if (m->count == SENSES_MAX || excluded(f, e))
        return;
    for (int i = 0; i < m->count; i++) {
        if (m->senses[i].thing == e->thing && m->senses[i].index == e->index)
            return;
    }
    m->senses[m->count++] =
        (struct sense){ e->thing, e->form, e->index, edits };
    m->street = m->street || e->thing == THING_STREET;
    if (m->count == 1 || edits < m->edits)
        m->edits = edits;
}

/*
 * "Quarry", where there is a Quarry Road, too: of two streets the one without
 * a kind has no better a claim to the word.
 */
static void senses_level(struct mention *m)
{
    bool bare = false;

    for (int i = 0; i < m->count; i++) {
        bare = bare || (m->senses[i].thing == THING_STREET &&
                        m->senses[i].form == FORM_BARE);
    }
    for (int i = 0; bare && i < m->count; i++) {
        if (m->senses[i].thing == THING_STREET)
            m->senses[i].form = FORM_BARE;
    }
    m->form = FORM_BARE;
    for (int i = 0; i < m->count; i++) {
        if (m->senses[i].form < m->form)
            m->form = m->senses[i].form;
    }
}

/* The longest of the ends, with the fewest wrong letters; false: none. */
static bool mention_of(struct find *f, const struct walk *w, size_t i,
                       struct mention *m)
{
    const struct end *best = NULL;

    for (int k = 0; k < w->count; k++) {
        const struct end *e = &w->ends[k];

        if (best == NULL || e->last > best->last ||
            (e->last == best->last && e->edits < best->edits))
            best = e;
    }
    if (best == NULL)
        return false;
    *m = (struct mention){ .first = i, .last = best->last };
    m->senses = arena_array(f->a, struct sense, SENSES_MAX);
    for (int k = 0; k < w->count; k++) {
        const struct end *e = &w->ends[k];

        if (e->last != best->last || e->edits != best->edits)
            continue;
        for (int n = index_entry(f->gaz->index, e->node); n >= 0;
             n = index_at(f->gaz->index, n)->next)
            sense_add(f, m, index_at(f->gaz->index, n), e->edits);
    }
    senses_level(m);
    return m->count > 0;
}

static void walk_from(struct walk *w, size_t i, int budget)
{
    w->count = 0;
    w->budget = budget;
    walk_on(w, INDEX_ROOT, i, 0, 0);
}

/* How many words from i on are the town's own name; 0: they are not. */
static size_t town_words(const struct find *f, size_t i)
{
    struct str rest = f->gaz->town;
    size_t first = i;

    while (rest.n > 0) {
        if (i >= f->n || !str_eq(str_word(&rest), f->words[i].folded))
            return 0;
        i++;
    }
    return i - first;
}

/* The name that begins at word i; how many words are read, 0: none. */
static size_t mention_at(struct find *f, struct walk *w, size_t i)
{
    struct mention *exact = &f->mentions[f->count];
    struct mention spelt;
    size_t town;
    bool found;

    walk_from(w, i, 0);
    found = mention_of(f, w, i, exact) && mention_describe(f, exact);
    if (!found || exact->form >= FORM_BARE) {
        walk_from(w, i, EDITS_MAX);
        if (w->count == 0)
            walk_far(w, f, i);
        if (mention_of(f, w, i, &spelt) && spelt.edits > 0 &&
            mention_describe(f, &spelt) &&
            (!found || spelt.last > exact->last)) {
            *exact = spelt;
            found = true;
        }
    }
    town = town_words(f, i);
    if (!found || (town > 0 && exact->last + 1 < i + town))
        return town;
    f->count++;
    return exact->last + 1 - i;
}

/* ---- the same street again ---- */

static bool is_named(const struct find *f, const struct sense *s)
{
    if (s->thing != THING_STREET)
        return false;
    for (int i = 0; i < f->named_count; i++) {
        if (f->named[i] == s->index)
            return true;
    }
    return false;
}

static void name_keep(struct find *f, const struct mention *m)
{
    for (int i = 0; i < m->count && f->named_count < NAMED_MAX; i++) {
        if (m->senses[i].thing == THING_STREET &&
            m->senses[i].form == FORM_FULL && !is_named(f, &m->senses[i]))
            f->named[f->named_count++] = m->senses[i].index;
    }
}

/* "Elm Avenue ... on Elm": no other Elm is meant. */
static void name_use(const struct find *f, struct mention *m)
{
    int n = 0;

    for (int i = 0; i < m->count; i++)
        n += is_named(f, &m->senses[i]);
    if (n == 0 || m->form != FORM_BARE || m->other_suffix || m->prefixed)
        return;
    for (int i = n = 0; i < m->count; i++) {
        if (is_named(f, &m->senses[i]))
            m->senses[n++] = m->senses[i];
    }
    m->count = n;
}

static void names_use(struct find *f)
{
    for (int i = 0; i < f->count; i++)
        name_keep(f, &f->mentions[i]);
    for (int i = 0; f->named_count > 0 && i < f->count; i++)
        name_use(f, &f->mentions[i]);
}

void mentions_find(struct find *f)
{
    struct walk w = { .f = f };

    for (size_t i = 0; i < f->n && f->count < MENTIONS_MAX;) {
        size_t taken = 0;

        if (f->words[i].kind != WORD_MARK && f->words[i].folded.n > 0)
            taken = mention_at(f, &w, i);
        i += taken == 0 ? 1 : taken;
    }
    names_use(f);
}
