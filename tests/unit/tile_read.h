/* A vector tile read back, by another hand than the one that wrote it. */
#ifndef TESTS_UNIT_TILE_READ_H
#define TESTS_UNIT_TILE_READ_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { SEEN_LAYERS = 8, SEEN_FEATURES = 60, SEEN_POINTS = 600, SEEN_TAGS = 4 };

struct seen_feature {
    int type;
    const char *keys[SEEN_TAGS];
    char values[SEEN_TAGS][100];
    int tags;
    int parts;          /* moves */
    int points, closes; /* of all parts */
    int x[SEEN_POINTS], y[SEEN_POINTS];
    int part[SEEN_POINTS]; /* which a point belongs to */
};

struct seen_layer {
    char name[40];
    int version, extent;
    struct seen_feature *features;
    int n;
};

struct seen {
    struct seen_layer layers[SEEN_LAYERS];
    int n;
    int bad; /* not as the specification has it */
    struct arena *arena;
};

static inline uint64_t take_varint(struct str *s, struct seen *seen)
{
    uint64_t n = 0;

    for (int shift = 0; shift < 64; shift += 7) {
        unsigned char c;

        if (s->n == 0) {
            seen->bad++;
            return 0;
        }
        c = (unsigned char)s->p[0];
        *s = str_slice(*s, 1, s->n);
        n |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return n;
    }
    seen->bad++;
    return 0;
}

/* The next field of a message: its number, and its bytes or its value. */
static inline int take_field(struct str *s, struct str *bytes, uint64_t *value,
                             struct seen *seen)
{
    uint64_t tag = take_varint(s, seen);

    *bytes = STR_NONE;
    *value = 0;
    if ((tag & 7) == 0) {
        *value = take_varint(s, seen);
    } else if ((tag & 7) == 2) {
        uint64_t n = take_varint(s, seen);

        seen->bad += n > s->n;
        *bytes = str_slice(*s, 0, (size_t)n);
        *s = str_slice(*s, (size_t)n, s->n);
    } else {
        seen->bad++;
        *s = STR_NONE;
    }
    return (int)(tag >> 3);
}

static inline int take_signed(struct str *s, struct seen *seen)
{
    uint64_t n = take_varint(s, seen);

    return (n & 1) != 0 ? -(int)((n + 1) / 2) : (int)(n / 2);
}

static inline void seen_geometry(struct seen_feature *f, struct str s,
                                 struct seen *seen)
{
    int x = 0;
    int y = 0;

    while (s.n > 0 && seen->bad == 0) {
        uint64_t command = take_varint(&s, seen);
        int times = (int)(command >> 3);

        if ((command & 7) == 7) {
            seen->bad += times != 1 || f->type != 3;
            f->closes++;
            continue;
        }
        seen->bad += times < 1 || ((command & 7) != 1 && (command & 7) != 2);
        for (int i = 0; i < times && seen->bad == 0; i++) {
            x += take_signed(&s, seen);
            y += take_signed(&s, seen);
            f->parts += (command & 7) == 1;
            if (f->points == SEEN_POINTS)
                abort();
            f->part[f->points] = f->parts - 1;
            f->x[f->points] = x;
            f->y[f->points++] = y;
        }
    }
}

struct seen_words {
    struct str all[4000];
    int n;
};

static inline void seen_tags(struct seen_feature *f, struct str s,
                             const struct seen_words *keys,
                             const struct seen_words *values, struct seen *seen)
{
    while (s.n > 0 && seen->bad == 0) {
        uint64_t key = take_varint(&s, seen);
        uint64_t value = take_varint(&s, seen);
        struct str word;

        if (key >= (uint64_t)keys->n || value >= (uint64_t)values->n ||
            f->tags == SEEN_TAGS) {
            seen->bad++;
            return;
        }
        f->keys[f->tags] = arena_dup(seen->arena, keys->all[key]);
        word = str_slice(values->all[value], 0, 99);
        memcpy(f->values[f->tags++], word.p, word.n);
    }
}

static inline void seen_feature(struct seen_layer *l, struct str s,
                                const struct seen_words words[2],
                                struct seen *seen)
{
    struct seen_feature *f = &l->features[l->n++];
    struct str tags = STR_NONE;
    struct str geometry = STR_NONE;

    if (l->n > SEEN_FEATURES)
        abort();
    while (s.n > 0 && seen->bad == 0) {
        struct str bytes;
        uint64_t value;
        int field = take_field(&s, &bytes, &value, seen);

        if (field == 2)
            tags = bytes;
        if (field == 3)
            f->type = (int)value;
        if (field == 4)
            geometry = bytes;
    }
    seen_tags(f, tags, &words[0], &words[1], seen);
    seen_geometry(f, geometry, seen);
    seen->bad += f->points == 0;
}

static inline void seen_layer(struct seen *seen, struct str s)
{
    struct seen_layer *l = &seen->layers[seen->n++];
    static struct seen_words words[2];
    struct str rest = s;
    struct str bytes;
    uint64_t value;

    if (seen->n > SEEN_LAYERS)
        abort();
    words[0].n = words[1].n = 0;
    l->features = arena_array(seen->arena, struct seen_feature, SEEN_FEATURES);
    while (rest.n > 0 && seen->bad == 0) {
        int field = take_field(&rest, &bytes, &value, seen);

        if (field == 1)
            memcpy(l->name, bytes.p, bytes.n < 39 ? bytes.n : 39);
        if (field == 3)
            words[0].all[words[0].n++] = bytes;
        if (field == 4) { /* a value is a message: here always a string */
            struct str text;

            seen->bad += take_field(&bytes, &text, &value, seen) != 1;
            words[1].all[words[1].n++] = text;
        }
        if (field == 5)
            l->extent = (int)value;
        if (field == 15)
            l->version = (int)value;
    }
    for (rest = s; rest.n > 0 && seen->bad == 0;) {
        if (take_field(&rest, &bytes, &value, seen) == 2)
            seen_feature(l, bytes, words, seen);
    }
    seen->bad += l->version != 2 || l->extent != 4096 || l->n == 0;
}

/* What it gives lives in a. */
static inline struct seen *tile_read(struct arena *a, struct str tile)
{
    struct seen *seen = arena_new(a, struct seen);

    seen->arena = a;
    while (tile.n > 0 && seen->bad == 0) {
        struct str bytes;
        uint64_t value;

        if (take_field(&tile, &bytes, &value, seen) == 3)
            seen_layer(seen, bytes);
    }
    return seen;
}

static inline const struct seen_layer *layer_of(const struct seen *seen,
                                                const char *name)
{
    static const struct seen_layer none;

    for (int i = 0; i < seen->n; i++) {
        if (strcmp(seen->layers[i].name, name) == 0)
            return &seen->layers[i];
    }
    return &none;
}

static inline const char *value_in(const struct seen_feature *f,
                                   const char *key)
{
    for (int i = 0; i < f->tags; i++) {
        if (strcmp(f->keys[i], key) == 0)
            return f->values[i];
    }
    return "";
}

#endif
