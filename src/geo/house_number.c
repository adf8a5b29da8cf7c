/* House numbers as address lists write them. */
#include "geo/build_internal.h"
#include "geo/name.h"

enum { RANGE_MAX = 40 }; /* "12-14" is one lot; "12-98" none */

static bool digits_read(struct str *text, int64_t *number)
{
    size_t n = 0;

    while (n < text->n && n < 9 && text->p[n] >= '0' && text->p[n] <= '9')
        n++;
    if (!str_int(str_slice(*text, 0, n), number))
        return false;
    *text = str_trim(str_slice(*text, n, text->n));
    return true;
}

static bool is_half(struct str text)
{
    return str_eq(text, STR("1/2")) || str_eq(text, STR("\xc2\xbd"));
}

/* What follows "-": "14" after 12 is the other end of a lot; "07" and what is
 * less belong to the number, as in Queens, NY. */
static void after_hyphen(struct arena *a, struct str text,
                         struct build_house *h)
{
    struct str rest = text;
    int64_t last;

    if (!digits_read(&rest, &last) || rest.n > 0)
        return;
    if (text.p[0] != '0' && last > h->number && last - h->number <= RANGE_MAX &&
        (last - h->number) % 2 == 0) {
        h->last = last;
    } else if (text.n <= 3) {
        h->suffix = str_of(arena_printf(a, "-%.*s", STR_FMT(text)));
    }
}

bool house_number_read(struct arena *a, struct str text, struct build_house *h)
{
    text = str_trim(text);
    *h = (struct build_house){ .number = 0 };
    if (!digits_read(&text, &h->number))
        return false;
    h->last = h->number;
    if (str_starts(text, STR("-"))) {
        text = str_trim(str_slice(text, 1, text.n));
        after_hyphen(a, text, h);
    }
    if (text.n == 1 && (text.p[0] < '0' || text.p[0] > '9'))
        h->suffix = name_fold(a, text);
    if (is_half(text))
        h->suffix = STR(" 1/2");
    return true;
}
