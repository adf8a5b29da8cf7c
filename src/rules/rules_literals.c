#include "rules/rules_literals.h"

void set_nothing(struct literals_set *s)
{
    s->count = 1;
    s->of[0] = (struct literal){ .exact = true };
}

void set_anything(struct literals_set *s)
{
    s->count = 1;
    s->of[0] = (struct literal){ .exact = false };
}

static bool begins_with(const struct literal *l, const struct literal *head)
{
    return l->n >= head->n && memcmp(l->bytes, head->bytes, head->n) == 0;
}

/* Is all that l stands for among what by stands for? */
static bool covered(const struct literal *l, const struct literal *by)
{
    if (!begins_with(l, by))
        return false;
    return !by->exact || (l->exact && l->n == by->n);
}

static bool set_put(struct literals_set *s, const struct literal *l)
{
    int kept = 0;

    for (int i = 0; i < s->count; i++) {
        if (covered(l, &s->of[i]))
            return true;
    }
    for (int i = 0; i < s->count; i++) {
        if (!covered(&s->of[i], l))
            s->of[kept++] = s->of[i];
    }
    s->count = kept;
    if (s->count == LITERALS_MAX)
        return false;
    s->of[s->count++] = *l;
    return true;
}

/* Appends bytes as far as they fit; what is cut is no longer exact. */
static void literal_append(struct literal *l, struct str bytes, bool exact)
{
    size_t room = LITERAL_MAX - (size_t)l->n;
    size_t n = bytes.n < room ? bytes.n : room;

    if (n > 0)
        memcpy(l->bytes + l->n, bytes.p, n);
    l->n = (uint8_t)(l->n + n);
    l->exact = exact && n == bytes.n;
}

bool set_add(struct literals_set *s, struct str bytes, bool exact)
{
    struct literal l = { .exact = true };

    literal_append(&l, bytes, exact);
    return set_put(s, &l);
}

bool set_union(struct literals_set *s, const struct literals_set *more)
{
    for (int i = 0; i < more->count; i++) {
        if (!set_put(s, &more->of[i]))
            return false;
    }
    return true;
}

bool set_follow(struct literals_set *s, const struct literals_set *next)
{
    struct literals_set all = { .count = 0 };

    for (int i = 0; i < s->count; i++) {
        const struct literal *head = &s->of[i];

        if (!head->exact && !set_put(&all, head))
            return false;
        for (int k = 0; head->exact && k < next->count; k++) {
            const struct literal *tail = &next->of[k];
            struct literal both = *head;

            literal_append(&both, (struct str){ tail->bytes, tail->n },
                           tail->exact);
            if (!set_put(&all, &both))
                return false;
        }
    }
    *s = all;
    return true;
}

void set_cut(struct literals_set *s)
{
    for (int i = 0; i < s->count; i++)
        s->of[i].exact = false;
}

bool set_any_exact(const struct literals_set *s)
{
    for (int i = 0; i < s->count; i++) {
        if (s->of[i].exact)
            return true;
    }
    return false;
}

/* Letters in a thousand of English and Spanish text, a to z, roughly. */
static const unsigned char letter_frequency[26] = {
    90, 14, 33, 42, 125, 19, 18, 45, 70, 3,  6, 43, 26,
    69, 80, 21, 3,  63,  65, 82, 29, 10, 16, 2, 16, 3,
};

static double byte_frequency(char c)
{
    if (c >= 'a' && c <= 'z')
        return letter_frequency[c - 'a'] / 1000.0;
    return 0.01;
}

double set_frequency(const struct literals_set *s)
{
    double sum = 0;

    for (int i = 0; i < s->count; i++) {
        double one = 1;

        for (int k = 0; k < s->of[i].n; k++)
            one *= byte_frequency(s->of[i].bytes[k]);
        sum += one;
    }
    return sum < 1 ? sum : 1;
}

void set_shorten(struct literals_set *s)
{
    bool drop[LITERALS_MAX] = { false };
    int kept = 0;

    for (int i = 0; i < s->count; i++) {
        for (int k = 0; k < s->count && !drop[i]; k++) {
            drop[i] = k != i && begins_with(&s->of[i], &s->of[k]) &&
                      (s->of[k].n < s->of[i].n || k < i);
        }
    }
    for (int i = 0; i < s->count; i++) {
        if (!drop[i])
            s->of[kept++] = s->of[i];
    }
    s->count = kept;
}
