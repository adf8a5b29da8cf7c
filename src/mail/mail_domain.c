#include "mail/mail_domain.h"

#include <ctype.h>
#include <idn2.h>
#include <stdlib.h>

#include "base/utf8.h"

enum { DOMAIN_MAX = 255 };

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] > 0x7f)
            return false;
    }
    return true;
}

static struct str domain_of(struct str address)
{
    size_t at = address.n;

    while (at > 0 && address.p[at - 1] != '@')
        at--;
    return at == 0 ? STR_NONE : str_slice(address, at, address.n);
}

/* As servers are told it; NULL: it is none. To be freed. */
static char *encoded(const char *domain)
{
    char *wire = NULL;

    if (idn2_to_ascii_8z(domain, &wire, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return NULL;
    return wire;
}

static char *decoded(const char *domain)
{
    char lower[DOMAIN_MAX + 1];
    char *shown = NULL;
    char *back;
    bool same;
    size_t n = 0;

    for (; domain[n] != '\0' && n < DOMAIN_MAX; n++)
        lower[n] = (char)tolower((unsigned char)domain[n]);
    lower[n] = '\0';
    if (idn2_to_unicode_8z8z(lower, &shown, 0) != IDN2_OK)
        return NULL;
    back = encoded(shown);
    same = back != NULL && str_case_eq(str_of(back), str_of(domain)) &&
           utf8_valid(str_of(shown));
    free(back);
    if (same)
        return shown;
    free(shown);
    return NULL;
}

/* address with its domain made anew; copies it. */
static struct str anew(struct arena *a, struct str address,
                       char *(*make)(const char *))
{
    struct str domain = domain_of(address);
    char *made;

    if (domain.n == 0 || domain.n > DOMAIN_MAX)
        return address;
    made = make(arena_dup(a, domain));
    if (made == NULL)
        return address;
    address = str_of(arena_printf(
        a, "%.*s%s", STR_FMT(str_slice(address, 0, address.n - domain.n)),
        made));
    free(made);
    return address;
}

struct str address_wire(struct arena *a, struct str address)
{
    return is_ascii(domain_of(address)) ? address : anew(a, address, encoded);
}

struct str address_shown(struct arena *a, struct str address)
{
    struct str domain = domain_of(address);

    if (!is_ascii(domain)) /* one spelling of several */
        return anew(a, anew(a, address, encoded), decoded);
    return str_case_find(domain, STR("xn--")) < domain.n
               ? anew(a, address, decoded)
               : address;
}

bool address_same(struct str one, struct str other)
{
    struct arena a = { 0 };
    bool same = str_case_eq(one, other);

    if (!same && (!is_ascii(one) || !is_ascii(other)))
        same = str_case_eq(address_wire(&a, one), address_wire(&a, other));
    arena_free(&a);
    return same;
}
