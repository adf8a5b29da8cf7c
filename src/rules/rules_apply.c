#include <stdlib.h>

#include "base/utf8.h"
#include "rules/rules_internal.h"

enum {
    ADDRESS_HITS_MAX = 8,   /* of one line in one text */
    PHRASE_HITS_MAX = 2048, /* in one message */
    SHOWN_MIN = 1           /* the score from which a phrase is a finding */
};

/* What is in the title tells more than the same in the text. */
static const double TITLE_FACTOR = 1.5;

/* Less than this speaks for no category, and two as near as this are a tie. */
static const double LEAST = 0.5;
static const double TIE = 0.05;

/* A phrase that was found; what it counts. */
struct phrase_hit {
    const struct phrase *phrase;
    struct span span;
    double score;
    struct phrase_hit *next; /* of the same block */
};

/* One message on its way through the rules. */
struct apply {
    struct rules *r;
    struct extract *x;
    struct arena *arena;
    struct finding **tail;
    struct span *hits; /* by matcher; begin == end: none */
    enum zone zone;    /* the text that is searched now */
    struct finding *addresses, **address_tail;
    struct phrase_hit **phrases; /* by block */
    int phrase_count;
    bool count_words; /* the language is to be found out */
    struct language_votes votes;
};

static struct span span_of(const struct apply *p, struct str found)
{
    uint32_t begin = (uint32_t)(found.p - p->r->search.text.p);

    return (struct span){ begin, begin + (uint32_t)found.n, p->zone };
}

static struct finding *add(struct apply *p, const char *field, struct str value,
                           const struct matcher *m)
{
    struct finding *f = arena_new(p->arena, struct finding);

    f->field = str_of(field);
    f->value = arena_str(p->arena, value);
    f->rule = arena_str(p->arena, m->rule);
    f->score = m->score;
    f->span = (struct span){ 0, 0, ZONE_NONE };
    *p->tail = f;
    p->tail = &f->next;
    return f;
}

/* True: a match of m was found from on. */
static bool search(struct apply *p, const struct matcher *m, size_t from)
{
    enum search_result result = search_next(&p->r->search, m, from);

    if (result == SEARCH_SLOW)
        add(p, "slow", m->rule, m)->score = 0;
    return result == SEARCH_FOUND;
}

/* Looks for the lines of a category or an emergency not found so far. */
static void search_block(struct apply *p, const struct block *b)
{
    for (const struct matcher *m = b->matchers; m != NULL; m = m->next) {
        struct span *hit = &p->hits[m->literals.id];

        if (hit->begin != hit->end || !search(p, m, 0))
            continue;
        *hit = span_of(p, search_group(&p->r->search, 0));
        language_vote(&p->votes, m->language);
    }
}

static bool overlaps(const struct span *a, const struct span *b)
{
    return a->in == b->in && a->begin < b->end && b->begin < a->end;
}

/* Is the place taken by an address of a block above? */
static bool taken(const struct apply *p, const struct span *span)
{
    for (const struct finding *f = p->addresses; f != NULL; f = f->next) {
        if (overlaps(&f->span, span))
            return true;
    }
    return false;
}

static void take_address(struct apply *p, const struct block *b,
                         const struct matcher *m, struct span span)
{
    struct finding **tail = p->tail;
    struct finding *whole;

    p->tail = p->address_tail;
    whole = add(p, "address", b->name, m);
    whole->span = span;
    for (const struct part_group *g = m->parts; g != NULL; g = g->next) {
        struct str part = search_group(&p->r->search, g->group);

        if (part.n > 0)
            add(p, part_names[g->part], part, m)->span = span_of(p, part);
    }
    p->address_tail = p->tail;
    p->tail = tail;
}

static void search_address(struct apply *p, const struct block *b)
{
    for (const struct matcher *m = b->matchers; m != NULL; m = m->next) {
        size_t from = 0;

        if (m->unless)
            continue;
        for (int n = 0; n < ADDRESS_HITS_MAX && search(p, m, from); n++) {
            struct span at = span_of(p, search_group(&p->r->search, 0));

            if (at.begin == at.end)
                break;
            if (!taken(p, &at))
                take_address(p, b, m, at);
            from = at.end;
        }
    }
}

static bool has_unless(struct apply *p, const struct block *b)
{
    for (const struct matcher *m = b->matchers; m != NULL; m = m->next) {
        if (m->unless && search(p, m, 0))
            return true;
    }
    return false;
}

static void phrase_found(void *arg, const struct phrase *phrase,
                         const struct term *first, const struct term *last)
{
    struct apply *p = arg;
    struct phrase_hit **at = &p->phrases[phrase->block];

    if (p->phrase_count == PHRASE_HITS_MAX)
        return;
    for (; *at != NULL; at = &(*at)->next) {
        if ((*at)->phrase == phrase)
            return; /* the title came first, and counts more */
    }
    *at = arena_new(p->arena, struct phrase_hit);
    (*at)->phrase = phrase;
    (*at)->span = (struct span){ first->begin, last->end, p->zone };
    (*at)->score = phrase->score * (p->zone == ZONE_TITLE ? TITLE_FACTOR : 1);
    p->phrase_count++;
    language_vote(&p->votes, phrase->language);
}

static void search_phrases(struct apply *p, struct str text)
{
    const struct term *terms;
    size_t n;

    if (p->r->phrase_count == 0)
        return;
    terms = terms_of(p->arena, text, &n);
    phrases_find(p->r->phrases, terms, n, phrase_found, p);
}

/* Emergencies first: where time runs out, they have been looked for. */
static void search_text(struct apply *p, struct str text, enum zone zone)
{
    static const enum block_kind order[] = { BLOCK_EMERGENCY, BLOCK_CATEGORY,
                                             BLOCK_ADDRESS };

    text = utf8_head(text, RULES_SUBJECT_MAX);
    if (text.n == 0)
        return;
    p->zone = zone;
    search_turn(&p->r->search, text);
    search_phrases(p, text);
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        for (const struct block *b = p->r->blocks; b != NULL; b = b->next) {
            if (b->kind != order[i])
                continue;
            if (b->kind != BLOCK_ADDRESS) {
                search_block(p, b);
            } else if (!has_unless(p, b)) {
                search_address(p, b);
            }
        }
    }
    if (p->count_words)
        language_count(&p->votes, text);
}

/* Better evidence: it stands in the title, or further ahead. */
static bool before(const struct span *a, const struct span *b)
{
    if (a->in != b->in)
        return a->in == ZONE_TITLE;
    return a->begin < b->begin;
}

/* Adds up the lines of b that were found; the best of them goes into c. */
static void block_score(const struct apply *p, const struct block *b,
                        struct category *c)
{
    double best = 0;

    *c = (struct category){ .name = b->name };
    for (const struct phrase_hit *hit = p->phrases[b->index]; hit != NULL;
         hit = hit->next) {
        double score = hit->score * b->weight;

        c->score += score;
        if (score > best || (score == best && before(&hit->span, &c->span))) {
            best = score;
            c->span = hit->span;
            c->rule = hit->phrase->rule;
        }
    }
    for (const struct matcher *m = b->matchers; m != NULL; m = m->next) {
        const struct span *hit = &p->hits[m->literals.id];
        double score = m->score * b->weight;

        if (hit->begin == hit->end)
            continue;
        if (m->unless) {
            c->score = 0;
            return;
        }
        if (hit->in == ZONE_TITLE)
            score *= TITLE_FACTOR;
        c->score += score;
        if (score > best || (score == best && before(hit, &c->span))) {
            best = score;
            c->span = *hit;
            c->rule = m->rule;
        }
    }
    c->score = best == 0 ? 0 : c->score + b->base;
}

static void add_hits(struct apply *p, const struct block *b, const char *field)
{
    for (const struct phrase_hit *hit = p->phrases[b->index]; hit != NULL;
         hit = hit->next) {
        struct matcher like = { .rule = hit->phrase->rule,
                                .score = hit->score * b->weight };

        if (like.score >= SHOWN_MIN)
            add(p, field, b->name, &like)->span = hit->span;
    }
    for (const struct matcher *m = b->matchers; m != NULL; m = m->next) {
        const struct span *hit = &p->hits[m->literals.id];
        struct finding *f;

        if (hit->begin == hit->end || m->unless)
            continue;
        f = add(p, field, b->name, m);
        f->score *= b->weight * (hit->in == ZONE_TITLE ? TITLE_FACTOR : 1);
        f->span = *hit;
    }
}

static bool better(const struct category *a, const struct category *b)
{
    if (b->name.n == 0 || a->score != b->score)
        return b->name.n == 0 || a->score > b->score;
    return before(&a->span, &b->span);
}

/* A tie and a weak score are "other"; what it might be stays the next best. */
static void settle(struct extract *x)
{
    struct category *first = &x->category;
    bool weak = first->score < LEAST;
    bool tie =
        x->runner_up.name.n > 0 && first->score - x->runner_up.score < TIE;

    if (first->name.n > 0 && (weak || tie)) {
        x->runner_up = *first;
        *first = (struct category){ .span.in = ZONE_NONE };
    }
    if (first->name.n == 0)
        first->name = STR("other");
}

static void choose(struct apply *p)
{
    struct category *first = &p->x->category;
    struct category *second = &p->x->runner_up;

    for (const struct block *b = p->r->blocks; b != NULL; b = b->next) {
        struct category c;

        if (b->kind != BLOCK_CATEGORY && b->kind != BLOCK_EMERGENCY)
            continue;
        block_score(p, b, &c);
        if (!(c.score > 0))
            continue;
        add_hits(p, b, b->kind == BLOCK_CATEGORY ? "category" : "urgent");
        if (b->kind == BLOCK_EMERGENCY) {
            p->x->urgent = true;
        } else if (better(&c, first)) {
            *second = *first;
            *first = c;
        } else if (better(&c, second)) {
            *second = c;
        }
    }
    settle(p->x);
    first->name = arena_str(p->arena, first->name);
    first->rule = arena_str(p->arena, first->rule);
    second->name = arena_str(p->arena, second->name);
    second->rule = arena_str(p->arena, second->rule);
}

/* A text that is not UTF-8 is searched up to where it stops being so. */
static struct str valid_head(struct str s)
{
    size_t n = 0;

    s = str_slice(s, 0, RULES_SUBJECT_MAX);
    if (utf8_valid(s))
        return s;
    while (s.p != NULL && n < s.n) {
        size_t len = utf8_len(str_slice(s, n, s.n));

        if (len == 0 || s.p[n] == '\0')
            break;
        n += len;
    }
    return str_slice(s, 0, n);
}

/* Everything that is found in text, of no block more than another. */
static void search_all(struct apply *p, const struct rules_text *text)
{
    p->tail = &p->x->findings;
    p->address_tail = &p->addresses;
    p->hits = arena_array(p->arena, struct span, (size_t)p->r->lines + 1);
    p->count_words = text->language.n == 0;
    p->phrases = arena_array(p->arena, struct phrase_hit *,
                             (size_t)p->r->block_count + 1);
    search_begin(&p->r->search);
    search_text(p, valid_head(text->title), ZONE_TITLE);
    search_text(p, valid_head(text->text), ZONE_VISIBLE);
}

void rules_scores(struct rules *r, const struct rules_text *text,
                  score_fn *each, void *arg)
{
    struct arena a = { NULL };
    struct extract x = { 0 };
    struct apply p = { .r = r, .x = &x, .arena = &a };

    search_all(&p, text);
    for (const struct block *b = r->blocks; b != NULL; b = b->next) {
        struct category c;

        if (b->kind != BLOCK_CATEGORY)
            continue;
        block_score(&p, b, &c);
        each(arg, c.name, c.score);
    }
    arena_free(&a);
}

void rules_apply(struct rules *r, const struct rules_text *text,
                 struct extract *x, struct arena *a)
{
    struct apply p = { .r = r, .x = x, .arena = a };

    *x = (struct extract){ 0 };
    x->category.span.in = ZONE_NONE;
    x->runner_up.span.in = ZONE_NONE;
    search_all(&p, text);
    choose(&p);
    *p.tail = p.addresses;
    x->language = arena_str(a, text->language.n > 0 ? text->language
                                                    : language_of(&p.votes));
}
