/* Tickets that may be the same matter as another: see store/work.h. */
#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "geo/geometry.h"
#include "store/sqlite/sqlite_internal.h"
#include "store/work.h"

enum {
    LOOKED_AT = 200, /* tickets, the newest */
    SAYS_WORDS = 200,
    WORD_MIN = 4, /* bytes: shorter ones are in every report */
    FEW_WORDS = 4,
    DAY = 24 * 3600,
};

/* What a ticket says: a number for each word, in order, each once. */
struct says {
    uint32_t words[SAYS_WORDS];
    size_t n;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool is_letter(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') ||
           ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* FNV-1a, letters of either case alike. */
static uint32_t word_number(struct str word)
{
    uint32_t h = 2166136261U;

    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];

        if (c >= 'A' && c <= 'Z')
            c |= 0x20;
        h = (h ^ c) * 16777619U;
    }
    return h;
}

static void says_add(struct says *s, struct str text)
{
    size_t at = 0;

    while (at < text.n && s->n < SAYS_WORDS) {
        size_t begin = at;

        while (at < text.n && is_letter((unsigned char)text.p[at]))
            at++;
        if (at - begin >= WORD_MIN)
            s->words[s->n++] = word_number(str_slice(text, begin, at));
        while (at < text.n && !is_letter((unsigned char)text.p[at]))
            at++;
    }
}

static void says_sort(struct says *s)
{
    size_t kept = 0;

    if (s->n == 0)
        return;
    qsort(s->words, s->n, sizeof(s->words[0]), by_number);
    for (size_t i = 1; i < s->n; i++) {
        if (s->words[i] != s->words[kept])
            s->words[++kept] = s->words[i];
    }
    s->n = kept + 1;
}

static int says_read(struct db *db, const struct ticket *t, struct says *s,
                     struct error *e)
{
    struct arena a = { 0 };
    struct query q;
    int rc = query_of(&q, db, ST_SAYS, t->id, e);

    s->n = 0;
    says_add(s, t->title);
    if (rc == 0)
        rc = query_row(&q, e);
    if (rc > 0) {
        says_add(s, query_get_text(&q, &a));
        query_end(&q);
    }
    says_sort(s);
    arena_free(&a);
    return rc < 0 ? rc : 0;
}

/* A text of two words that are both in a mail says little: not under four. */
static double in_common(const struct says *a, const struct says *b)
{
    size_t i = 0;
    size_t j = 0;
    size_t same = 0;
    size_t least = a->n < b->n ? a->n : b->n;

    while (i < a->n && j < b->n) {
        if (a->words[i] == b->words[j])
            same++;
        if (a->words[i] <= b->words[j]) {
            i++;
        } else {
            j++;
        }
    }
    return (double)same / (double)(least < FEW_WORDS ? FEW_WORDS : least);
}

static double same_category(const struct ticket *a, const struct ticket *b)
{
    bool other = str_eq(a->category, STR("other")) || a->category.n == 0;

    if (str_eq(a->category, b->category))
        return other ? 0.5 : 1;
    return 0.5;
}

static double score(const struct ticket *t, const struct likeness *l,
                    double metres)
{
    double days = fabs((double)(t->created_at - l->ticket.created_at)) / DAY;

    return 0.45 * (1 - l->metres / metres) +
           0.2 * same_category(t, &l->ticket) + 0.15 * (1 - days / LIKES_DAYS) +
           0.2 * l->words;
}

/* Behind those that are at least as like. */
static void likeness_insert(struct likeness **list, struct likeness *l)
{
    while (*list != NULL && (*list)->score >= l->score)
        list = &(*list)->next;
    l->next = *list;
    *list = l;
}

static void likeness_keep(struct likeness *list, int max)
{
    for (int i = 1; list != NULL && i < max; i++)
        list = list->next;
    if (list != NULL)
        list->next = NULL;
}

static int near_open(struct query *q, struct db *db, const struct ticket *t,
                     double metres, struct error *e)
{
    double north = metres / GEO_METRES_A_DEGREE;
    double east = north / fmax(cos(t->at.lat * M_PI / 180), 0.01);
    int rc = query_open(q, db, ST_LIKES, e);

    if (rc < 0)
        return rc;
    query_real(q, t->at.lon - east);
    query_real(q, t->at.lon + east);
    query_real(q, t->at.lat - north);
    query_real(q, t->at.lat + north);
    query_int(q, t->id);
    query_int(q, t->created_at - (int64_t)LIKES_DAYS * DAY);
    query_int(q, t->created_at + (int64_t)LIKES_DAYS * DAY);
    query_text(q, t->category);
    query_int(q, LOOKED_AT);
    return 0;
}

static int near_read(struct db *db, const struct ticket *t, double metres,
                     struct likeness **out, struct arena *a, struct error *e)
{
    struct query q;
    int rc = near_open(&q, db, t, metres, e);

    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct likeness *l = arena_new(a, struct likeness);

        l->ticket.id = query_get_int(&q);
        query_get_fields(&q, ticket_columns, &l->ticket, a);
        l->metres = geo_distance(t->at, l->ticket.at);
        if (l->metres >= metres)
            continue;
        *out = l;
        out = &l->next;
    }
    return rc;
}

int store_ticket_likes(struct store *s, const struct likes_asked *asked,
                       struct likeness **out, struct arena *a, struct error *e)
{
    const struct ticket *t = asked->like;
    struct likeness *near = NULL;
    struct says mine;
    struct says theirs;
    int rc;

    *out = NULL;
    if (!t->at.known || asked->max <= 0 || !(asked->metres > 0))
        return 0;
    rc = says_read(&s->read, t, &mine, e);
    if (rc == 0)
        rc = near_read(&s->read, t, asked->metres, &near, a, e);
    while (rc == 0 && near != NULL) {
        struct likeness *l = near;

        near = l->next;
        rc = says_read(&s->read, &l->ticket, &theirs, e);
        l->words = in_common(&mine, &theirs);
        l->score = score(t, l, asked->metres);
        likeness_insert(out, l);
    }
    likeness_keep(*out, asked->max);
    return rc;
}
