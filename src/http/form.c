/* application/x-www-form-urlencoded, as browsers write it (WHATWG URL, 5). */
#include "http/form.h"

#include <stdlib.h>

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* A "%" that is followed by no two digits stays one. */
static struct str decode(struct arena *a, struct str in)
{
    char *to;
    size_t n = 0;

    if (in.p == NULL ||
        (memchr(in.p, '%', in.n) == NULL && memchr(in.p, '+', in.n) == NULL))
        return in;
    to = arena_alloc(a, in.n);
    for (size_t i = 0; i < in.n; i++) {
        int high = in.n - i > 2 ? hex_value(in.p[i + 1]) : -1;
        int low = in.n - i > 2 ? hex_value(in.p[i + 2]) : -1;

        if (in.p[i] == '%' && high >= 0 && low >= 0) {
            to[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            to[n++] = in.p[i];
            if (in.p[i] == '+')
                to[n - 1] = ' ';
        }
    }
    return (struct str){ to, n };
}

int form_read(struct form_field **out, struct str body, struct arena *a,
              struct error *e)
{
    struct form_field **at = out;
    size_t count = 0;

    *out = NULL;
    while (body.n > 0) {
        struct str value = str_until(&body, STR("&"));
        struct str name = str_until(&value, STR("="));
        struct form_field *f;

        if (name.n == 0 && value.n == 0)
            continue;
        if (++count > FORM_FIELDS)
            return error(e, E_LIMIT, "a form with over %d fields", FORM_FIELDS);
        f = arena_new(a, struct form_field);
        f->name = decode(a, name);
        f->value = decode(a, value);
        if (f->name.n > FORM_NAME) {
            return error(e, E_LIMIT, "a field's name is over %d bytes",
                         FORM_NAME);
        }
        *at = f;
        at = &f->next;
    }
    return 0;
}

struct str form_value(const struct form_field *f, const char *name)
{
    for (; f != NULL; f = f->next) {
        if (str_eq(f->name, str_of(name)))
            return f->value;
    }
    return STR_NONE;
}

static int by_name(const void *a, const void *b)
{
    const struct form_field *const *x = a;
    const struct form_field *const *y = b;
    int order = str_cmp((*x)->name, (*y)->name);

    return order != 0 ? order : str_cmp((*x)->value, (*y)->value);
}

const struct form_field **form_sorted(const struct form_field *f, size_t *n,
                                      struct arena *a)
{
    const struct form_field **all =
        arena_array(a, const struct form_field *, FORM_FIELDS + 1);

    *n = 0;
    for (; f != NULL && *n < FORM_FIELDS; f = f->next)
        all[(*n)++] = f;
    qsort(all, *n, sizeof(struct form_field *), by_name);
    return all;
}
