#include "geo/wkt.h"

#include <string.h>

struct reader {
    struct str rest;
    struct feature *f;
    struct point *next; /* where the next point goes */
    int depth;          /* of brackets */
    bool open;          /* the last part takes more points */
};

static const struct {
    const char *name;
    enum feature_shape shape;
} types[] = {
    { "POINT", FEATURE_POINT },     { "MULTIPOINT", FEATURE_POINT },
    { "LINESTRING", FEATURE_LINE }, { "MULTILINESTRING", FEATURE_LINE },
    { "POLYGON", FEATURE_AREA },    { "MULTIPOLYGON", FEATURE_AREA },
};

/* "POINT", "POINT Z", "POINTZ". */
static enum feature_shape shape_of(struct str head)
{
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        struct str name = str_of(types[i].name);

        if (str_case_eq(str_slice(head, 0, name.n), name))
            return types[i].shape;
    }
    return FEATURE_NOWHERE;
}

static size_t occurrences(struct str text, char c)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == c;
    return n;
}

/* "-72.93 41.31", perhaps with more numbers. */
static bool point_read(struct reader *r)
{
    struct feature *f = r->f;
    struct point at = { .known = true };
    struct str words;
    size_t n = 0;

    while (n < r->rest.n && strchr("(),", r->rest.p[n]) == NULL)
        n++;
    words = str_slice(r->rest, 0, n);
    r->rest = str_slice(r->rest, n, r->rest.n);
    if (r->depth == 0 || !str_double(str_word(&words), &at.lon) ||
        !str_double(str_word(&words), &at.lat))
        return false;
    if (!r->open)
        f->parts[f->n++] = (struct build_ring){ r->next, 0 };
    r->open = true;
    *r->next++ = at;
    f->parts[f->n - 1].n++;
    return true;
}

static bool brackets_read(struct reader *r)
{
    while (r->rest.n > 0) {
        char c = r->rest.p[0];

        if (c == '\0' || strchr("(), \t\r\n", c) == NULL) {
            if (!point_read(r))
                return false;
            continue;
        }
        if (c == '(' || c == ')') {
            r->depth += c == '(' ? 1 : -1;
            r->open = false;
        }
        if (r->depth < 0)
            return false;
        r->rest = str_slice(r->rest, 1, r->rest.n);
    }
    return r->depth == 0 && r->f->n > 0;
}

bool wkt_read(struct str text, struct feature *f)
{
    struct reader r = { .f = f };
    enum feature_shape shape;
    size_t begin;

    if (str_case_eq(str_slice(text, 0, 5), STR("SRID=")))
        str_until(&text, STR(";"));
    text = str_trim(text);
    shape = shape_of(text);
    if (shape == FEATURE_NOWHERE)
        return false;
    if (str_case_find(text, STR("EMPTY")) < text.n)
        return true;
    begin = str_find(text, STR("("));
    r.rest = str_slice(text, begin, text.n);
    f->parts =
        arena_array(f->arena, struct build_ring, occurrences(r.rest, '(') + 1);
    r.next =
        arena_array(f->arena, struct point,
                    occurrences(r.rest, ',') + occurrences(r.rest, '(') + 1);
    f->n = 0;
    f->shape = shape;
    return brackets_read(&r);
}
