/*
 * Links to places on maps. Where a link has both, the pin is taken and not
 * the middle of the picture; where it has only a search's centre, it is
 * refused.
 */
#include <math.h>

#include "geo/coordinate_internal.h"
#include "geo/geometry.h"

enum {
    LINK_MAX = 2048, /* of a longer link the rest is not read */
    PIN_M = 15,
    VIEWPORT_M = 150, /* of a picture at zoom 17 */
    VIEWPORT_ZOOM = 17,
    VIEWPORT_MOST_M = 20000,
    LEAST_DECIMALS = 2 /* of a pin in a link */
};

/* ---- the link itself ---- */

static bool is_end(char c)
{
    return (unsigned char)c <= ' ' || c == '<' || c == '>' || c == '"' ||
           c == '\\';
}

/* One or two letters tell most words from a link. */
static bool may_begin(struct str s)
{
    char c = s.n < 2 ? ' ' : (char)(s.p[0] | 0x20);

    return c == 'h' || c == 'g' || c == 'm' || c == 'w';
}

static bool two_alike(struct str s, struct str small)
{
    return (s.p[0] | 0x20) == small.p[0] && (s.p[1] | 0x20) == small.p[1];
}

size_t link_length(struct str text, size_t at)
{
    static const struct str begins[] = {
        STR_INIT("https://"),
        STR_INIT("http://"),
        STR_INIT("geo:"),
        STR_INIT("maps.app.goo.gl/"),
        STR_INIT("goo.gl/maps/"),
        STR_INIT("maps.google."),
        STR_INIT("www.google."),
        STR_INIT("google.com/maps"),
        STR_INIT("maps.apple.com"),
        STR_INIT("maps.apple/"),
        STR_INIT("www.openstreetmap.org"),
    };
    struct str rest = str_slice(text, at, text.n);
    size_t n = 0;
    bool begun = false;

    if (!may_begin(rest))
        return 0;
    for (size_t i = 0; i < COUNT_OF(begins) && !begun; i++)
        begun = two_alike(rest, begins[i]) && str_case_starts(rest, begins[i]);
    if (!begun)
        return 0;
    while (n < rest.n && !is_end(rest.p[n]))
        n++;
    /* What ends the sentence is not the link's. */
    while (n > 0 && strchr(".,;:!?)]'", rest.p[n - 1]) != NULL)
        n--;
    return n;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %2C becomes a comma; blank: what + becomes. */
static struct str decode(struct arena *a, struct str s, char blank)
{
    char *out;
    size_t n = 0;

    s = str_slice(s, 0, LINK_MAX);
    out = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        int high = i + 2 < s.n && s.p[i] == '%' ? hex(s.p[i + 1]) : -1;
        int low = high >= 0 ? hex(s.p[i + 2]) : -1;

        if (low >= 0) {
            out[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            out[n++] = s.p[i] == '+' ? blank : s.p[i];
        }
    }
    return (struct str){ out, n };
}

struct str link_plain(struct arena *a, struct str link)
{
    return decode(a, link, '+');
}

/* ---- pairs in it ---- */

static bool take_pair(const struct pair *p, int decimals, struct link *out)
{
    if (!p->marked && p->decimals < decimals)
        return false;
    out->at = p->at;
    out->ordered = p->ordered;
    out->uncertainty_m = fmax(PIN_M, p->step_m / 2);
    return true;
}

static bool pin(struct str value, struct link *out)
{
    struct pair p;

    if (str_case_starts(value, STR("loc:")))
        value = str_slice(value, 4, value.n);
    return pair_read(value, 0, &p) && take_pair(&p, LEAST_DECIMALS, out);
}

/* A number at the beginning of s, whatever comes behind it. */
static bool head_number(struct str s, double *out)
{
    size_t n = 0;

    while (n < s.n && strchr("-+.0123456789", s.p[n]) != NULL && s.p[n] != '\0')
        n++;
    return str_double(str_slice(s, 0, n), out);
}

/* The picture's middle; it is as far off as the picture is wide. */
static bool viewport(struct str value, double zoom, struct link *out)
{
    struct pair p;

    if (!pair_read(value, 0, &p) || !take_pair(&p, LEAST_DECIMALS, out))
        return false;
    if (zoom <= 0)
        (void)head_number(str_slice(value, p.end + 1, value.n), &zoom);
    if (!(zoom >= 1 && zoom <= 23))
        zoom = VIEWPORT_ZOOM;
    out->uncertainty_m =
        fmin(VIEWPORT_MOST_M,
             fmax(PIN_M, VIEWPORT_M * pow(2, VIEWPORT_ZOOM - zoom)));
    return true;
}

static bool two_numbers(struct str lat, struct str lon, struct link *out)
{
    double y;
    double x;

    if (!head_number(lat, &y) || !head_number(lon, &x))
        return false;
    out->at = geo_point(y, x);
    out->ordered = true;
    out->uncertainty_m = PIN_M;
    return true;
}

/* "!3d41.3!4d-72.9"; of several, the last is where a way ends. */
static bool data_pin(struct str link, struct link *out)
{
    bool found = false;

    for (;;) {
        struct str lat;

        (void)str_until(&link, STR("!3d"));
        if (link.n == 0)
            return found;
        lat = link;
        (void)str_until(&lat, STR("!4d"));
        found = two_numbers(link, lat, out) || found;
    }
}

/* The value of "name=" behind ?, &, # or ;. False: it is not there. */
static bool parameter(struct str link, const char *name, struct str *value)
{
    struct str key = str_of(name);

    for (size_t i = 1; i + key.n < link.n; i++) {
        struct str rest = str_slice(link, i, link.n);

        if (strchr("?&#;", link.p[i - 1]) == NULL || link.p[i - 1] == '\0' ||
            !str_case_starts(rest, key) || rest.p[key.n] != '=')
            continue;
        rest = str_slice(rest, key.n + 1, rest.n);
        for (size_t n = 0; n < rest.n; n++) {
            if (strchr("&#;", rest.p[n]) != NULL)
                rest.n = n;
        }
        *value = rest;
        return true;
    }
    return false;
}

/* Google: ?q= ?query= ?destination=; Apple, Waze: ?ll=; Bing: ?cp=. */
static bool parameter_pin(struct str link, struct link *out)
{
    static const char *const two[][2] = { { "mlat", "mlon" },
                                          { "lat", "lon" },
                                          { "lat", "lng" },
                                          { "latitude", "longitude" } };
    static const char *const names[] = { "q",          "query", "destination",
                                         "daddr",      "ll",    "cp",
                                         "coordinate", "pt",    "to" };
    struct str lat;
    struct str lon;

    for (size_t i = 0; i < COUNT_OF(two); i++) {
        if (parameter(link, two[i][0], &lat) &&
            parameter(link, two[i][1], &lon) && two_numbers(lat, lon, out))
            return true;
    }
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (parameter(link, names[i], &lat) && pin(lat, out))
            return true;
    }
    return false;
}

/* /maps/place/41.3,-72.9/: a part of the path that is a pair; the last. */
static bool path_pin(struct str link, struct link *out)
{
    struct str path = str_until(&link, STR("?"));
    bool found = false;

    path = str_until(&path, STR("#"));
    while (path.n > 0) {
        (void)str_until(&path, STR("/"));
        found = pin(path, out) || found;
    }
    return found;
}

/* /@lat,lon,17z and #map=17/lat/lon */
static bool link_viewport(struct str link, struct link *out)
{
    struct str value;
    struct str rest = link;
    double zoom = 0;

    (void)str_until(&rest, STR("/@"));
    if (rest.n > 0 && viewport(rest, 0, out))
        return true;
    if (!parameter(link, "map", &value))
        return parameter(link, "center", &value) && viewport(value, 0, out);
    rest = value;
    if (str_double(str_until(&rest, STR("/")), &zoom) && rest.n > 0)
        return viewport(rest, zoom, out);
    return viewport(value, 0, out);
}

/* ---- kinds of links ---- */

static bool refuse(struct link *out, struct str why)
{
    *out = (struct link){ .refused = why };
    return true;
}

/* geo:41.3083,-72.9279;u=35 and geo:0,0?q=41.3083,-72.9279(Here) */
static bool geo_read(struct str link, struct link *out)
{
    struct str value;
    struct pair p;

    link = str_slice(link, 4, link.n);
    if (parameter(link, "crs", &value) && !str_case_eq(value, STR("wgs84")))
        return refuse(out, STR("its degrees are not those of WGS 84"));
    if (parameter(link, "q", &value) && pin(value, out))
        return true;
    if (!pair_read(link, 0, &p) || !take_pair(&p, 0, out))
        return false;
    out->ordered = true;
    if (parameter(link, "u", &value))
        (void)head_number(value, &out->uncertainty_m);
    return true;
}

static bool is_short(struct str link)
{
    static const struct str parts[] = {
        STR_INIT("maps.app.goo.gl/"), STR_INIT("goo.gl/maps/"),
        STR_INIT("maps.apple/"),      STR_INIT("waze.com/ul/h"),
        STR_INIT("osm.org/go/"),      STR_INIT("binged.it/"),
    };

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (str_case_find(link, parts[i]) < link.n)
            return true;
    }
    return false;
}

static const struct str search_centre = STR_INIT(
    "the link has only where a search was centred, not what was found");
static const struct str short_link = STR_INIT(
    "a short link says its place only to who follows it over the network");

bool link_read(struct arena *a, struct str link, struct link *out)
{
    struct str plain = decode(a, link, ' ');
    struct str value;

    *out = (struct link){ .uncertainty_m = PIN_M };
    if (str_case_starts(plain, STR("geo:")))
        return geo_read(plain, out);
    if (data_pin(plain, out) || parameter_pin(plain, out) ||
        path_pin(plain, out) || link_viewport(plain, out))
        return true;
    if (parameter(plain, "sll", &value) && pin(value, out))
        return refuse(out, search_centre);
    if (is_short(plain))
        return refuse(out, short_link);
    return false;
}
