#include "geo/gaz_index.h"

#include <glib.h>
#include <stdlib.h>

#include "geo/name.h"
#include "geo/vocabulary.h"

enum {
    FUZZY_MIN = 4,  /* letters of a word that may be misspelt */
    FUZZY_MAX = 24, /* and of the longest that is looked for */
    SIEVE_BITS = 20,
    FIRST_BITS = 14
};

struct token {
    struct str text;
    unsigned is;
    uint32_t letters; /* a bit a letter that is in it */
    bool named;       /* it stands in a name */
};

/* Enough of a token to see that a word is not like it. */
struct rough {
    uint32_t letters;
    uint32_t n;
    int token;
};

/* A spelling that leads to a token: its own, "avenue" to "ave". */
struct spelling {
    struct str text;
    int token;
};

struct left_out {
    uint32_t hash; /* of the spelling with a letter left out, or whole */
    int spelling;
};

/* Most words are no token: the hash says so without a look at any. */
struct slot {
    uint32_t hash;
    int token; /* -1: free */
};

struct edge {
    uint64_t key; /* node and token; 0: free */
    int to;
};

struct index {
    struct arena arena;
    GArray *tokens;       /* of struct token */
    GArray *nodes;        /* of int: first entry, or -1 */
    GArray *entries;      /* of struct entry */
    GArray *spellings;    /* of struct spelling */
    GArray *left_out;     /* of struct left_out, by hash */
    GArray *initials[32]; /* of struct rough, by the first letter's low bits */
    struct slot *slots;
    size_t slot_count;
    struct edge *edges;
    size_t edge_room, edge_count;
    uint64_t *sieve; /* bits of hashes that are there */
    guint *firsts;   /* of left_out, by a hash's first bits */
};

static uint64_t hash_bytes(const char *p, size_t n)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
    return h ^ (h >> 29);
}

/* ---- words ---- */

static const struct token *token_at(const struct index *ix, int token)
{
    return &g_array_index(ix->tokens, struct token, token);
}

static struct slot *slot_of(const struct index *ix, struct str text)
{
    uint64_t hash = hash_bytes(text.p, text.n);
    size_t mask = ix->slot_count - 1;
    size_t at = (size_t)hash & mask;
    uint32_t high = (uint32_t)(hash >> 32);

    while (ix->slots[at].token >= 0 &&
           (ix->slots[at].hash != high ||
            !str_eq(token_at(ix, ix->slots[at].token)->text, text)))
        at = (at + 1) & mask;
    return &ix->slots[at];
}

static void slot_fill(struct index *ix, int token)
{
    struct str text = token_at(ix, token)->text;

    *slot_of(ix, text) =
        (struct slot){ .hash = (uint32_t)(hash_bytes(text.p, text.n) >> 32),
                       .token = token };
}

static void slots_grow(struct index *ix)
{
    free(ix->slots);
    ix->slot_count *= 2;
    ix->slots = malloc(ix->slot_count * sizeof(*ix->slots));
    if (ix->slots == NULL)
        abort();
    for (size_t i = 0; i < ix->slot_count; i++)
        ix->slots[i] = (struct slot){ .token = -1 };
    for (guint i = 0; i < ix->tokens->len; i++)
        slot_fill(ix, (int)i);
}

int index_token(const struct index *ix, struct str folded)
{
    return slot_of(ix, folded)->token;
}

static uint32_t letters_of(struct str text)
{
    uint32_t letters = 0;

    for (size_t i = 0; i < text.n; i++)
        letters |= 1u << ((unsigned char)text.p[i] & 31);
    return letters;
}

static int token_new(struct index *ix, struct str text)
{
    int known = index_token(ix, text);
    struct token t = { .letters = letters_of(text) };

    if (known >= 0)
        return known;
    t.text = arena_str(&ix->arena, text);
    g_array_append_val(ix->tokens, t);
    known = (int)ix->tokens->len - 1;
    if (ix->tokens->len * 2 > ix->slot_count) {
        slots_grow(ix);
    } else {
        slot_fill(ix, known);
    }
    return known;
}

unsigned index_is(const struct index *ix, int token)
{
    return token < 0 ? 0 : token_at(ix, token)->is;
}

struct str index_text(const struct index *ix, int token)
{
    return token_at(ix, token)->text;
}

/* ---- the tree ---- */

static size_t edge_find(const struct index *ix, uint64_t key)
{
    size_t mask = ix->edge_room - 1;
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & mask;

    while (ix->edges[at].key != 0 && ix->edges[at].key != key)
        at = (at + 1) & mask;
    return at;
}

static uint64_t edge_key(int node, int token)
{
    return ((uint64_t)(uint32_t)node << 32) | ((uint32_t)token + 1);
}

int index_step(const struct index *ix, int node, int token)
{
    size_t at;

    if (token < 0 || node < 0)
        return -1;
    at = edge_find(ix, edge_key(node, token));
    return ix->edges[at].key == 0 ? -1 : ix->edges[at].to;
}

bool index_begins(const struct index *ix, int token)
{
    return index_step(ix, INDEX_ROOT, token) >= 0;
}

static void edges_grow(struct index *ix)
{
    struct edge *old = ix->edges;
    size_t n = ix->edge_room;

    ix->edge_room *= 2;
    ix->edges = calloc(ix->edge_room, sizeof(*ix->edges));
    if (ix->edges == NULL)
        abort();
    for (size_t i = 0; i < n; i++) {
        if (old[i].key != 0)
            ix->edges[edge_find(ix, old[i].key)] = old[i];
    }
    free(old);
}

static int node_behind(struct index *ix, int node, int token)
{
    int to = index_step(ix, node, token);
    int none = -1;

    if (to >= 0)
        return to;
    if (++ix->edge_count * 2 > ix->edge_room)
        edges_grow(ix);
    g_array_append_val(ix->nodes, none);
    to = (int)ix->nodes->len - 1;
    ix->edges[edge_find(ix, edge_key(node, token))] =
        (struct edge){ edge_key(node, token), to };
    return to;
}

int index_entry(const struct index *ix, int node)
{
    return node < 0 ? -1 : g_array_index(ix->nodes, int, node);
}

const struct entry *index_at(const struct index *ix, int entry)
{
    return &g_array_index(ix->entries, struct entry, entry);
}

void index_add(struct index *ix, struct str folded, struct entry entry)
{
    int node = INDEX_ROOT;
    int *last;

    while (folded.n > 0) {
        int token = token_new(ix, str_word(&folded));

        g_array_index(ix->tokens, struct token, token).named = true;
        node = node_behind(ix, node, token);
    }
    if (node == INDEX_ROOT)
        return;
    last = &g_array_index(ix->nodes, int, node);
    while (*last >= 0) {
        struct entry *e = &g_array_index(ix->entries, struct entry, *last);

        if (e->thing == entry.thing && e->index == entry.index)
            return; /* the fuller form was put in first */
        last = &e->next;
    }
    *last = (int)ix->entries->len;
    entry.next = -1;
    g_array_append_val(ix->entries, entry);
}

/* ---- misspellings ---- */

/*
 * The hashes of text without its letter at 0, 1 and so on, and last of the
 * whole: sums of powers, so that each is made of what stands before the letter
 * and what stands behind it.
 */
static void hashes_without(struct str text, uint32_t hashes[FUZZY_MAX + 1])
{
    const uint64_t base = 0x9e3779b97f4a7c15u;
    uint64_t behind[FUZZY_MAX + 1] = { 0 };
    uint64_t power[FUZZY_MAX + 1] = { 1 };
    uint64_t before = 0;

    for (size_t i = 0; i < text.n; i++) {
        size_t at = text.n - 1 - i;

        behind[at] = (unsigned char)text.p[at] * power[i] + behind[at + 1];
        power[i + 1] = power[i] * base;
    }
    for (size_t i = 0; i <= text.n; i++) {
        uint64_t h = before;

        if (i < text.n) {
            h = before * power[text.n - 1 - i] + behind[i + 1];
            before = before * base + (unsigned char)text.p[i];
        }
        hashes[i] = (uint32_t)((h ^ (h >> 32)) * 0xff51afd7ed558ccdu >> 32);
    }
}

static void sieve_put(struct index *ix, uint32_t hash)
{
    uint32_t bit = hash >> (32 - SIEVE_BITS);

    ix->sieve[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static bool sieve_has(const struct index *ix, uint32_t hash)
{
    uint32_t bit = hash >> (32 - SIEVE_BITS);

    return (ix->sieve[bit / 64] >> (bit % 64) & 1) != 0;
}

static bool is_spellable(struct str text)
{
    return text.n >= FUZZY_MIN && text.n <= FUZZY_MAX &&
           !(text.p[0] >= '0' && text.p[0] <= '9');
}

static size_t initial_of(struct str text)
{
    return (unsigned char)text.p[0] & 31;
}

static void spelling_add(struct index *ix, struct str text, int token)
{
    struct spelling s = { text, token };
    uint32_t hashes[FUZZY_MAX + 1];
    int id = (int)ix->spellings->len;

    if (!is_spellable(text))
        return;
    g_array_append_val(ix->spellings, s);
    hashes_without(text, hashes);
    for (size_t i = 0; i <= text.n; i++) {
        struct left_out l = { hashes[i], id };

        g_array_append_val(ix->left_out, l);
        sieve_put(ix, l.hash);
    }
}

static int by_hash(const void *a, const void *b)
{
    const struct left_out *x = a;
    const struct left_out *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->spelling > y->spelling) - (x->spelling < y->spelling);
}

static void firsts_note(struct index *ix)
{
    guint at = 0;

    ix->firsts = malloc(((size_t)1 << FIRST_BITS) * sizeof(*ix->firsts));
    if (ix->firsts == NULL)
        abort();
    for (uint32_t bits = 0; bits < 1u << FIRST_BITS; bits++) {
        while (at < ix->left_out->len &&
               g_array_index(ix->left_out, struct left_out, at).hash >>
                   (32 - FIRST_BITS) < bits)
            at++;
        ix->firsts[bits] = at;
    }
}

static void vocable_put(void *arg, const struct vocable *v)
{
    struct index *ix = arg;
    struct str word = str_of(v->word);
    int token = token_new(ix, v->fold == NULL ? word : str_of(v->fold));

    if (v->fold == NULL) {
        g_array_index(ix->tokens, struct token, token).is |= v->is;
    } else if (token_at(ix, token)->named) {
        spelling_add(ix, word, token);
    }
}

void index_finish(struct index *ix)
{
    ix->sieve = calloc(((size_t)1 << SIEVE_BITS) / 64, sizeof(*ix->sieve));
    if (ix->sieve == NULL)
        abort();
    for (guint i = 0; i < ix->tokens->len; i++) {
        const struct token *t = token_at(ix, (int)i);
        const struct vocable *v = vocable_find(t->text);

        if (t->named && (v == NULL || v->kind == WORD_PLAIN)) {
            struct rough r = { t->letters, (uint32_t)t->text.n, (int)i };

            spelling_add(ix, t->text, r.token);
            if (is_spellable(t->text))
                g_array_append_val(ix->initials[initial_of(t->text)], r);
        }
    }
    vocables_each(vocable_put, ix);
    if (ix->left_out->len > 0) {
        qsort(ix->left_out->data, ix->left_out->len, sizeof(struct left_out),
              by_hash);
    }
    firsts_note(ix);
}

/* The first that is left out with this hash, or with a greater one. */
static guint first_of(const struct index *ix, uint32_t hash)
{
    guint at = ix->firsts[hash >> (32 - FIRST_BITS)];

    while (at < ix->left_out->len &&
           g_array_index(ix->left_out, struct left_out, at).hash < hash)
        at++;
    return at;
}

static size_t put_once(int *tokens, size_t n, size_t room, int token)
{
    for (size_t i = 0; i < n; i++) {
        if (tokens[i] == token)
            return n;
    }
    if (n < room)
        tokens[n++] = token;
    return n;
}

/* People get the first letter right, or swap it with the second. */
static bool same_begin(struct str a, struct str b)
{
    return a.p[0] == b.p[0] || (a.p[0] == b.p[1] && a.p[1] == b.p[0]);
}

size_t index_near(const struct index *ix, struct str word, int *tokens,
                  size_t room)
{
    uint32_t hashes[FUZZY_MAX + 1];
    size_t n = 0;

    if (!is_spellable(word))
        return 0;
    hashes_without(word, hashes);
    for (size_t i = 0; i <= word.n; i++) {
        uint32_t hash = hashes[i];

        if (!sieve_has(ix, hash))
            continue;
        for (guint k = first_of(ix, hash); k < ix->left_out->len; k++) {
            const struct left_out *l =
                &g_array_index(ix->left_out, struct left_out, k);
            const struct spelling *s =
                &g_array_index(ix->spellings, struct spelling, l->spelling);

            if (l->hash != hash)
                break;
            if (same_begin(word, s->text) &&
                name_distance(word, s->text, 1) == 1)
                n = put_once(tokens, n, room, s->token);
        }
    }
    return n;
}

size_t index_far(const struct index *ix, struct str word, int *tokens,
                 size_t room)
{
    uint32_t letters = letters_of(word);
    const GArray *same;
    size_t n = 0;

    if (!is_spellable(word))
        return 0;
    same = ix->initials[initial_of(word)];
    for (guint i = 0; i < same->len && n < room; i++) {
        const struct rough *r = &g_array_index(same, struct rough, i);

        if (r->n + 2 < word.n || word.n + 2 < r->n ||
            __builtin_popcount(r->letters ^ letters) > 4)
            continue;
        if (name_distance(word, token_at(ix, r->token)->text, 2) == 2)
            n = put_once(tokens, n, room, r->token);
    }
    return n;
}

/* ---- life ---- */

struct index *index_new(void)
{
    struct index *ix = calloc(1, sizeof(*ix));
    int none = -1;

    if (ix == NULL)
        abort();
    ix->tokens = g_array_new(FALSE, TRUE, sizeof(struct token));
    ix->nodes = g_array_new(FALSE, FALSE, sizeof(int));
    ix->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
    ix->spellings = g_array_new(FALSE, FALSE, sizeof(struct spelling));
    ix->left_out = g_array_new(FALSE, FALSE, sizeof(struct left_out));
    for (size_t i = 0; i < COUNT_OF(ix->initials); i++)
        ix->initials[i] = g_array_new(FALSE, FALSE, sizeof(struct rough));
    g_array_append_val(ix->nodes, none); /* the root */
    ix->slot_count = 1024;
    slots_grow(ix);
    ix->edge_room = 1024;
    ix->edges = calloc(ix->edge_room, sizeof(*ix->edges));
    if (ix->edges == NULL)
        abort();
    return ix;
}

void index_free(struct index *ix)
{
    g_array_free(ix->tokens, TRUE);
    g_array_free(ix->nodes, TRUE);
    g_array_free(ix->entries, TRUE);
    g_array_free(ix->spellings, TRUE);
    g_array_free(ix->left_out, TRUE);
    for (size_t i = 0; i < COUNT_OF(ix->initials); i++)
        g_array_free(ix->initials[i], TRUE);
    free(ix->slots);
    free(ix->edges);
    free(ix->sieve);
    free(ix->firsts);
    arena_free(&ix->arena);
    free(ix);
}
