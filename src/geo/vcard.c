#include "geo/vcard.h"

#include <math.h>

#include "base/buf.h"
#include "geo/coordinate_internal.h"

enum { CARD_MAX = 64 * 1024 };

bool vcard_is_type(struct str media_type)
{
    static const struct str types[] = {
        STR_INIT("text/vcard"),        STR_INIT("text/x-vcard"),
        STR_INIT("text/directory"),    STR_INIT("text/x-vlocation"),
        STR_INIT("application/vcard"),
    };

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        if (str_case_eq(media_type, types[i]))
            return true;
    }
    return false;
}

/* Lines folded in two (RFC 6350, 3.2) become one again; "\," a comma. */
static struct str unfold(struct arena *a, struct str card)
{
    char *out;
    size_t n = 0;

    card = str_slice(card, 0, CARD_MAX);
    out = arena_alloc(a, card.n + 1);
    for (size_t i = 0; i < card.n; i++) {
        char c = card.p[i];

        if (c == '\r')
            continue;
        if (c == '\\' && i + 1 < card.n && strchr(",;:", card.p[i + 1]) != NULL)
            continue;
        if ((c == ' ' || c == '\t') && n > 0 && out[n - 1] == '\n') {
            n--;
            continue;
        }
        out[n++] = c;
    }
    return (struct str){ out, n };
}

/* "item1.URL;type=pref" is a URL. */
static bool is_named(struct str property, const char *name)
{
    struct str rest = property;
    struct str head = str_until(&rest, STR(";"));

    rest = head;
    (void)str_until(&rest, STR("."));
    return str_case_eq(rest.n > 0 ? rest : head, str_of(name));
}

/* GEO:41.3;-72.9 (3.0), GEO:geo:41.3,-72.9 (4.0) */
static struct point geo_value(struct arena *a, struct str value)
{
    struct point nowhere = { .known = false };
    struct link link;
    struct pair p;

    if (str_case_starts(value, STR("geo:")))
        return link_read(a, value, &link) ? link.at : nowhere;
    return pair_read(value, 0, &p) && p.decimals > 1 ? p.at : nowhere;
}

static struct point url_value(struct arena *a, struct str value)
{
    struct link link;

    if (link_length(value, 0) > 0 && link_read(a, value, &link))
        return link.at;
    return (struct point){ .known = false };
}

struct point vcard_point(struct arena *a, struct str card)
{
    struct str rest = unfold(a, card);
    struct point geo = { .known = false };
    struct point url = { .known = false };

    while (rest.n > 0) {
        struct str value = str_line(&rest);
        struct str property = str_until(&value, STR(":"));

        value = str_trim(value);
        if (is_named(property, "EMAIL"))
            return (struct point){ .known = false };
        if (is_named(property, "GEO") && !geo.known)
            geo = geo_value(a, value);
        if (is_named(property, "URL") && !url.known)
            url = url_value(a, value);
    }
    if (!geo.known)
        geo = url;
    geo.known = geo.known && fabs(geo.lat) <= 90 && fabs(geo.lon) <= 180 &&
                (fabs(geo.lat) > 0 || fabs(geo.lon) > 0);
    return geo;
}
