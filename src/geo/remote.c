#include "geo/remote.h"

#include <jansson.h>
#include <math.h>

#include "base/utf8.h"
#include "geo/weights.h"

enum {
    QUESTION_MAX = 200, /* bytes, of a name too */
    URL_MAX = 2048,
    HOUSE_M = 30,
    LEAST_M = 50, /* of what is no house */
    MOST_M = 3000 /* of a road; further is none to send somebody to */
};

/* ---- the question ---- */

/* Something that has a name, and not where the reporter lives. */
static bool may_ask(const struct location *l)
{
    uint64_t signature = (uint64_t)1 << FEATURE_SIGNATURE;

    return !l->at.known && l->label.n > 0 &&
           str_find(l->label, STR("@")) == l->label.n &&
           (l->kind == LOCATION_ADDRESS || l->kind == LOCATION_INTERSECTION ||
            l->kind == LOCATION_STREET || l->kind == LOCATION_PLACE) &&
           (features_of(l->features) & signature) == 0;
}

/* One line without what could be more than a name. */
static struct str clean(struct arena *a, struct str s)
{
    struct str head = utf8_head(s, QUESTION_MAX);
    char *out = arena_dup(a, head);
    struct str result = { out, head.n };

    for (size_t i = 0; i < result.n; i++) {
        if ((unsigned char)out[i] < ' ' || out[i] == 0x7f)
            out[i] = ' ';
    }
    return str_trim(result);
}

struct str remote_label(struct arena *a, const struct location *l)
{
    struct str label = clean(a, l->label);
    struct str number = clean(a, l->number);

    if (number.n == 0 || str_starts(label, number))
        return label;
    return str_of(
        arena_printf(a, "%.*s %.*s", STR_FMT(number), STR_FMT(label)));
}

struct str remote_question(struct arena *a, const struct location *list,
                           struct str town, const struct location **which)
{
    struct str label;

    *which = NULL;
    if (list != NULL && list->rejected.n == 0 && list->at.known)
        return STR_NONE;
    while (list != NULL && !may_ask(list))
        list = list->next;
    if (list == NULL)
        return STR_NONE;
    *which = list;
    label = remote_label(a, list);
    return str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(label),
                               town.n > 0 ? ", " : "", STR_FMT(town)));
}

/* ---- the request ---- */

static void percent(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
            (c >= 'A' && c <= 'Z') || (c != 0 && strchr("-._~", c) != NULL)) {
            buf_byte(out, (char)c);
        } else {
            buf_printf(out, "%%%02X", c);
        }
    }
}

struct str remote_url(struct arena *a, enum remote_service service,
                      struct str base, struct str question,
                      const struct box *box)
{
    struct buf out = buf_init(URL_MAX);
    struct str url;

    while (base.n > 0 && base.p[base.n - 1] == '/')
        base.n--;
    buf_add(&out, base);
    if (service == REMOTE_PHOTON) {
        buf_printf(&out, "/api?limit=1&lat=%.4f&lon=%.4f&bbox=%.4f,%.4f,%.4f",
                   (box->south + box->north) / 2, (box->west + box->east) / 2,
                   box->west, box->south, box->east);
        buf_printf(&out, ",%.4f&q=", box->north);
    } else {
        buf_printf(&out,
                   "/search?format=jsonv2&limit=1&bounded=1"
                   "&viewbox=%.4f,%.4f,%.4f,%.4f&q=",
                   box->west, box->north, box->east, box->south);
    }
    percent(&out, question);
    url = arena_str(a, buf_str(&out));
    buf_free(&out);
    return str_of(arena_dup(a, url));
}

/* ---- the answer ---- */

static struct str text_of(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    if (!json_is_string(v))
        return STR_NONE;
    return (struct str){ json_string_value(v), json_string_length(v) };
}

/* A number, or one within a string as Nominatim writes them. */
static double number_of(const json_t *v)
{
    double d = NAN;

    if (json_is_number(v))
        return json_number_value(v);
    if (json_is_string(v) && !str_double(str_of(json_string_value(v)), &d))
        return NAN;
    return d;
}

static double nth(const json_t *array, size_t i)
{
    return number_of(json_array_get(array, i));
}

static bool is_one_of(struct str s, const char *const *list)
{
    while (*list != NULL && !str_eq(s, str_of(*list)))
        list++;
    return *list != NULL;
}

/* By the size of what was found: a house is a point, a road its length. */
static void extent_read(struct remote_place *p, struct str kind,
                        struct point corner, struct point other)
{
    static const char *const houses[] = { "house", "building", "place",
                                          "house_number", NULL };

    if (is_one_of(kind, houses)) {
        p->uncertainty_m = HOUSE_M;
        return;
    }
    p->uncertainty_m = LEAST_M;
    if (isfinite(corner.lat) && isfinite(corner.lon) && isfinite(other.lat) &&
        isfinite(other.lon))
        p->uncertainty_m = fmax(LEAST_M, geo_distance(corner, other) / 2);
}

/* What is more than a place to go to. */
static bool is_wide(struct str kind)
{
    static const char *const wide[] = { "city",
                                        "town",
                                        "village",
                                        "municipality",
                                        "county",
                                        "state",
                                        "country",
                                        "postcode",
                                        "district",
                                        "region",
                                        "state_district",
                                        "province",
                                        "hamlet",
                                        "suburb",
                                        "boundary",
                                        "administrative",
                                        "quarter",
                                        "city_district",
                                        NULL };

    return is_one_of(kind, wide);
}

static void nominatim_read(const json_t *one, struct remote_place *p,
                           struct str *kind)
{
    const json_t *box = json_object_get(one, "boundingbox");

    *kind = text_of(one, "addresstype");
    p->at = geo_point(number_of(json_object_get(one, "lat")),
                      number_of(json_object_get(one, "lon")));
    p->name = text_of(one, "display_name");
    extent_read(p, *kind, geo_point(nth(box, 0), nth(box, 2)),
                geo_point(nth(box, 1), nth(box, 3)));
}

static void photon_read(struct arena *a, const json_t *one,
                        struct remote_place *p, struct str *kind)
{
    const json_t *point =
        json_object_get(json_object_get(one, "geometry"), "coordinates");
    const json_t *says = json_object_get(one, "properties");
    const json_t *box = json_object_get(says, "extent");
    struct str name = text_of(says, "name");
    struct str street = text_of(says, "street");

    *kind = text_of(says, "type");
    p->at = geo_point(nth(point, 1), nth(point, 0));
    if (name.n == 0) {
        name = str_of(arena_printf(a, "%.*s %.*s",
                                   STR_FMT(text_of(says, "housenumber")),
                                   STR_FMT(street)));
    }
    p->name = name;
    extent_read(p, *kind, geo_point(nth(box, 1), nth(box, 0)),
                geo_point(nth(box, 3), nth(box, 2)));
}

static void judge(struct remote_place *p, struct str kind,
                  const struct box *box)
{
    if (is_wide(kind) || p->uncertainty_m > MOST_M) {
        p->refused = STR("it found no more than a part of the map");
    } else if (p->at.lat < box->south || p->at.lat > box->north ||
               p->at.lon < box->west || p->at.lon > box->east) {
        p->refused = STR("what it found lies outside the town");
    }
}

int remote_answer(struct arena *a, enum remote_service service, struct str body,
                  const struct box *box, struct remote_place *out,
                  struct error *e)
{
    json_t *top = json_loadb(body.n > 0 ? body.p : "", body.n, 0, NULL);
    const json_t *list =
        service == REMOTE_PHOTON ? json_object_get(top, "features") : top;
    const json_t *one = json_array_get(list, 0);
    struct str kind = STR_NONE;
    int rc = 0;

    *out = (struct remote_place){ 0 };
    if (!json_is_array(list)) {
        rc = error(e, E_SYNTAX, "its answer is none of %s",
                   remote_service_names[service]);
    } else if (one != NULL) {
        out->found = true;
        if (service == REMOTE_PHOTON) {
            photon_read(a, one, out, &kind);
        } else {
            nominatim_read(one, out, &kind);
        }
        if (!(fabs(out->at.lat) <= 90 && fabs(out->at.lon) <= 180))
            rc = error(e, E_SYNTAX, "its answer has no point");
        out->name = clean(a, out->name);
        judge(out, kind, box);
    }
    json_decref(top);
    return rc;
}
