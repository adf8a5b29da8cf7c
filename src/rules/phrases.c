#include "rules/phrases.h"

#include <stdlib.h>

/* Open addressing; phrases of one hash stand one behind another. */
struct phrases {
    const struct phrase **slots;
    size_t room, count;
};

static size_t slot_of(const struct phrases *p, uint64_t hash)
{
    return (size_t)(hash >> 20) & (p->room - 1);
}

static void slots_new(struct phrases *p, size_t room)
{
    p->slots = calloc(room, sizeof(const struct phrase *));
    if (p->slots == NULL)
        abort();
    p->room = room;
}

static void put(struct phrases *p, const struct phrase *phrase)
{
    size_t at = slot_of(p, phrase->hash);

    while (p->slots[at] != NULL)
        at = (at + 1) & (p->room - 1);
    p->slots[at] = phrase;
}

void phrases_add(struct phrases *p, const struct phrase *phrase)
{
    if (++p->count * 3 > p->room) {
        const struct phrase **old = p->slots;
        size_t room = p->room;

        slots_new(p, room * 2);
        for (size_t i = 0; i < room; i++) {
            if (old[i] != NULL)
                put(p, old[i]);
        }
        free(old);
    }
    put(p, phrase);
}

void phrases_find(const struct phrases *p, const struct term *terms, size_t n,
                  phrase_fn *each, void *arg)
{
    if (p->count == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        uint64_t hash = 0;

        for (size_t k = i; k < n && k < i + PHRASE_TERMS; k++) {
            if (k > i && terms[k].first)
                break;
            hash = phrase_hash(hash, &terms[k]);
            for (size_t at = slot_of(p, hash); p->slots[at] != NULL;
                 at = (at + 1) & (p->room - 1)) {
                if (p->slots[at]->hash == hash)
                    each(arg, p->slots[at], &terms[i], &terms[k]);
            }
        }
    }
}

uint64_t phrase_of(struct arena *a, struct str text)
{
    uint64_t hash = 0;
    size_t n;
    const struct term *terms = terms_of(a, text, &n);

    if (n == 0 || n > PHRASE_TERMS)
        return 0;
    for (size_t i = 0; i < n; i++)
        hash = phrase_hash(hash, &terms[i]);
    return hash;
}

struct phrases *phrases_new(void)
{
    struct phrases *p = calloc(1, sizeof(*p));

    if (p == NULL)
        abort();
    slots_new(p, 1024);
    return p;
}

void phrases_free(struct phrases *p)
{
    free(p->slots);
    free(p);
}
