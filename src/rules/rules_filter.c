#include "rules/rules_filter.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

/* More starts of one literal than this: the regex may begin anywhere. */
enum { STARTS_MAX = 256, STATES_MAX = 60000, BYTES = 256 };

static const uint32_t NONE = UINT32_MAX;
static const uint32_t HIT = 0x80000000U; /* this state ends a literal */

/* A state of the trie while literals are added. */
struct node {
    unsigned char byte;
    uint32_t child, sibling;
    uint32_t literal; /* that ends here, or NONE */
};

enum set_kind { SET_FIRST, SET_INNER, SET_LATER, SETS };

/* A regex that has the literal in one of its sets. */
struct user {
    uint32_t matcher;
    enum set_kind kind;
    bool at_word; /* of SET_FIRST: it begins at a word */
    uint32_t next;
};

struct found {
    uint32_t start;
    uint32_t next;
    bool in_word; /* it stands inside a word */
};

struct word {
    uint32_t length;
    bool letter;            /* begins with an ASCII letter or digit */
    bool starts, any_start; /* first of a regex; of one not at a word */
    uint32_t users;
    /* In the text of the last scan: */
    uint32_t seen, seen_at_word; /* the scan that saw it */
    uint32_t head, tail, count;  /* where it stands */
};

/* What is known of a matcher in the text of the last scan. */
struct mark {
    uint32_t seen[SETS]; /* the scan that saw one of the set */
    bool needs[SETS];
};

/* An array that grows. */
struct list {
    void *p;
    uint32_t n, size;
};

struct filter {
    struct list nodes, words, users, marks, found, starts;
    uint8_t class_of[BYTES];
    uint32_t classes;
    uint32_t *next; /* [state * classes + class]: state * classes, or'd HIT */
    uint32_t *ends; /* [state]: the literal that ends here, or NONE */
    uint32_t *also; /* [state]: a state whose literals end here too, or NONE */
    uint32_t scan;  /* counts the scans */
    bool odd;       /* this text is not filtered */
};

static void *list_push(struct list *l, size_t size)
{
    if (l->n == l->size) {
        uint32_t more = l->size == 0 ? 64 : l->size * 2;
        void *grown = realloc(l->p, more * size);

        if (grown == NULL) {
            fputs("inlet: out of memory\n", stderr);
            abort();
        }
        l->p = grown;
        l->size = more;
    }
    memset((char *)l->p + l->n * size, 0, size);
    return (char *)l->p + l->n++ * size;
}

#define LIST_AT(list, type, i) (&((type *)(list).p)[i])

static bool word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_';
}

static uint32_t node_new(struct filter *f, unsigned char byte)
{
    struct node *n = list_push(&f->nodes, sizeof(*n));

    *n = (struct node){ byte, NONE, NONE, NONE };
    return f->nodes.n - 1;
}

struct filter *filter_new(void)
{
    struct filter *f = calloc(1, sizeof(*f));

    if (f == NULL)
        abort();
    node_new(f, 0);
    return f;
}

void filter_free(struct filter *f)
{
    free(f->nodes.p);
    free(f->words.p);
    free(f->users.p);
    free(f->marks.p);
    free(f->found.p);
    free(f->starts.p);
    free(f->next);
    free(f->ends);
    free(f->also);
    free(f);
}

/* The child of node at by byte, made where there is none. */
static uint32_t node_step(struct filter *f, uint32_t at, unsigned char byte)
{
    uint32_t child = LIST_AT(f->nodes, struct node, at)->child;

    while (child != NONE && LIST_AT(f->nodes, struct node, child)->byte != byte)
        child = LIST_AT(f->nodes, struct node, child)->sibling;
    if (child == NONE) {
        child = node_new(f, byte);
        LIST_AT(f->nodes, struct node, child)->sibling =
            LIST_AT(f->nodes, struct node, at)->child;
        LIST_AT(f->nodes, struct node, at)->child = child;
    }
    return child;
}

static uint32_t word_id(struct filter *f, struct str literal)
{
    uint32_t at = 0;
    struct node *end;

    for (size_t i = 0; i < literal.n; i++)
        at = node_step(f, at, (unsigned char)literal.p[i]);
    end = LIST_AT(f->nodes, struct node, at);
    if (end->literal == NONE) {
        struct word *w = list_push(&f->words, sizeof(*w));

        w->length = (uint32_t)literal.n;
        w->letter = word_byte(literal.p[0]);
        w->users = NONE;
        end->literal = f->words.n - 1;
    }
    return end->literal;
}

static void set_attach(struct filter *f, struct literal_set *s,
                       const struct literals *l, enum set_kind kind)
{
    bool first = kind == SET_FIRST;

    LIST_AT(f->marks, struct mark, l->id)->needs[kind] = s->count > 0;
    for (int i = 0; i < s->count; i++) {
        struct user *u = list_push(&f->users, sizeof(*u));
        struct word *w;

        s->ids[i] = word_id(f, s->of[i]);
        w = LIST_AT(f->words, struct word, s->ids[i]);
        *u = (struct user){ l->id, kind, first && l->at_word, w->users };
        w->users = f->users.n - 1;
        w->starts = w->starts || first;
        w->any_start = w->any_start || (first && !l->at_word);
    }
}

void filter_add(struct filter *f, struct literals *l)
{
    list_push(&f->marks, sizeof(struct mark));
    l->id = f->marks.n - 1;
    if (f->nodes.n > STATES_MAX) {
        l->first.count = 0;
        l->inner.count = 0;
        l->later.count = 0;
    }
    set_attach(f, &l->first, l, SET_FIRST);
    set_attach(f, &l->inner, l, SET_INNER);
    set_attach(f, &l->later, l, SET_LATER);
}

/* Bytes that no literal holds are one class: they lead back to the root. */
static void classes_build(struct filter *f)
{
    f->classes = 1;
    memset(f->class_of, 0, sizeof(f->class_of));
    for (uint32_t i = 1; i < f->nodes.n; i++) {
        unsigned char byte = LIST_AT(f->nodes, struct node, i)->byte;

        if (f->class_of[byte] == 0)
            f->class_of[byte] = (uint8_t)f->classes++;
    }
    for (int c = 'a'; c <= 'z'; c++)
        f->class_of[c - 32] = f->class_of[c];
    /* U+00C0 to U+00DE are U+00E0 to U+00FE in small letters. */
    for (int c = 0xa0; c <= 0xbe; c++)
        f->class_of[c - 32] = f->class_of[c];
}

struct queue {
    uint32_t *nodes; /* in the order of breadth, which numbers the states */
    uint32_t *fails; /* by state: the state of the longest other ending */
    uint32_t n;
};

static void state_ends(struct filter *f, uint32_t state, uint32_t node,
                       uint32_t fail)
{
    f->ends[state] = LIST_AT(f->nodes, struct node, node)->literal;
    f->also[state] = NONE;
    if (state == 0)
        return;
    f->also[state] = f->ends[fail] != NONE ? fail : f->also[fail];
}

/* Fills the row of state; its children join the queue. */
static void state_build(struct filter *f, struct queue *q, uint32_t state)
{
    uint32_t fail = q->fails[state];
    uint32_t *row = f->next + (size_t)state * f->classes;
    const uint32_t *fail_row = f->next + (size_t)fail * f->classes;
    uint32_t child = LIST_AT(f->nodes, struct node, q->nodes[state])->child;

    state_ends(f, state, q->nodes[state], fail);
    if (state != 0)
        memcpy(row, fail_row, f->classes * sizeof(*row));
    while (child != NONE) {
        const struct node *n = LIST_AT(f->nodes, struct node, child);
        uint32_t class = f->class_of[n->byte];

        q->nodes[q->n] = child;
        q->fails[q->n] = state == 0 ? 0 : fail_row[class];
        row[class] = q->n++;
        child = n->sibling;
    }
}

void filter_build(struct filter *f)
{
    uint32_t n = f->nodes.n;
    struct queue q = { calloc(n, sizeof(uint32_t)), calloc(n, sizeof(uint32_t)),
                       1 };

    classes_build(f);
    f->next = calloc((size_t)n * f->classes, sizeof(uint32_t));
    f->ends = calloc(n, sizeof(uint32_t));
    f->also = calloc(n, sizeof(uint32_t));
    if (q.nodes == NULL || q.fails == NULL || f->next == NULL ||
        f->ends == NULL || f->also == NULL)
        abort();
    for (uint32_t state = 0; state < n; state++)
        state_build(f, &q, state);
    for (size_t i = 0; i < (size_t)n * f->classes; i++) {
        uint32_t to = f->next[i];
        bool hit = f->ends[to] != NONE || f->also[to] != NONE;

        f->next[i] = to * f->classes | (hit ? HIT : 0);
    }
    free(q.nodes);
    free(q.fails);
}

/* Does a character fold to a letter of another script, or count as \d? */
static bool odd_character(struct str s)
{
    gunichar c = g_utf8_get_char(s.p);

    return c == 0x17f || c == 0x212a || c == 0x212b || g_unichar_isdigit(c);
}

static bool text_is_odd(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        struct str rest = { text.p + i, text.n - i };
        uint64_t eight;

        if (rest.n >= sizeof(eight)) {
            memcpy(&eight, rest.p, sizeof(eight));
            if ((eight & 0x8080808080808080U) == 0) {
                i += sizeof(eight) - 1;
                continue;
            }
        }
        if ((unsigned char)rest.p[0] < 0xc5)
            continue; /* ASCII, a tail, or below U+0140 */
        if (odd_character(rest))
            return true;
    }
    return false;
}

static void word_start(struct filter *f, struct word *w, uint32_t start,
                       bool in_word)
{
    struct found *n;

    if (w->count++ >= STARTS_MAX)
        return;
    n = list_push(&f->found, sizeof(*n));
    *n = (struct found){ start, NONE, in_word };
    if (w->head == NONE) {
        w->head = f->found.n - 1;
    } else {
        LIST_AT(f->found, struct found, w->tail)->next = f->found.n - 1;
    }
    w->tail = f->found.n - 1;
}

static void users_mark(struct filter *f, const struct word *w, bool in_word)
{
    for (uint32_t i = w->users; i != NONE;) {
        const struct user *u = LIST_AT(f->users, struct user, i);
        struct mark *m = LIST_AT(f->marks, struct mark, u->matcher);

        if (!u->at_word || !in_word)
            m->seen[u->kind] = f->scan;
        i = u->next;
    }
}

static void word_seen(struct filter *f, struct word *w, struct str text,
                      uint32_t end)
{
    uint32_t start = end - w->length;
    bool in_word = w->letter && start > 0 && word_byte(text.p[start - 1]);

    if (w->seen != f->scan) {
        w->seen = f->scan;
        w->head = NONE;
        w->count = 0;
        users_mark(f, w, in_word);
        if (!in_word)
            w->seen_at_word = f->scan;
    } else if (!in_word && w->seen_at_word != f->scan) {
        w->seen_at_word = f->scan;
        users_mark(f, w, in_word);
    }
    if (w->any_start || (w->starts && !in_word))
        word_start(f, w, start, in_word);
}

void filter_scan(struct filter *f, struct str text)
{
    uint32_t state = 0;

    f->scan++;
    f->found.n = 0;
    f->odd = text_is_odd(text);
    for (size_t i = 0; i < text.n && !f->odd; i++) {
        state = f->next[state + f->class_of[(unsigned char)text.p[i]]];
        if ((state & HIT) == 0)
            continue;
        state &= ~HIT;
        for (uint32_t s = state / f->classes; s != NONE; s = f->also[s]) {
            if (f->ends[s] != NONE) {
                word_seen(f, LIST_AT(f->words, struct word, f->ends[s]), text,
                          (uint32_t)i + 1);
            }
        }
    }
}

bool filter_possible(const struct filter *f, const struct literals *l)
{
    const struct mark *m = LIST_AT(f->marks, struct mark, l->id);

    for (int i = 0; i < SETS && !f->odd; i++) {
        if (m->needs[i] && m->seen[i] != f->scan)
            return false;
    }
    return true;
}

static int by_start(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Sorts a few numbers, most of them in order already. */
static void starts_sort(uint32_t *starts, uint32_t n)
{
    if (n > 32) {
        qsort(starts, n, sizeof(*starts), by_start);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        uint32_t one = starts[i];
        uint32_t k = i;

        for (; k > 0 && starts[k - 1] > one; k--)
            starts[k] = starts[k - 1];
        starts[k] = one;
    }
}

int filter_starts(struct filter *f, const struct literals *l,
                  const uint32_t **out)
{
    f->starts.n = 0;
    if (f->odd || l->first.count == 0)
        return -1;
    for (int i = 0; i < l->first.count; i++) {
        const struct word *w = LIST_AT(f->words, struct word, l->first.ids[i]);

        if (w->seen != f->scan)
            continue;
        if (w->count > STARTS_MAX || f->starts.n > STARTS_MAX)
            return -1;
        for (uint32_t k = w->head; k != NONE;) {
            const struct found *n = LIST_AT(f->found, struct found, k);

            if (!l->at_word || !n->in_word)
                *(uint32_t *)list_push(&f->starts, sizeof(uint32_t)) = n->start;
            k = n->next;
        }
    }
    starts_sort(f->starts.p, f->starts.n);
    *out = f->starts.p;
    return (int)f->starts.n;
}
