#include "geo/weights.h"

#include <math.h>
#include <stdio.h>

#include "base/file.h"

enum { FILE_MAX_BYTES = 64 * 1024 };

static const double largest = 50; /* of a weight, of a scale */

const char *const feature_names[FEATURES] = {
    [FEATURE_ADDRESS] = "address",   [FEATURE_INTERSECTION] = "intersection",
    [FEATURE_STREET] = "street",     [FEATURE_PLACE] = "place",
    [FEATURE_AREA] = "area",         [FEATURE_FULL] = "full",
    [FEATURE_BARE] = "bare",         [FEATURE_ALIAS] = "alias",
    [FEATURE_PREFIXED] = "prefixed", [FEATURE_OTHER_SUFFIX] = "other-suffix",
    [FEATURE_TYPO] = "typo",         [FEATURE_TYPOS] = "typos",
    [FEATURE_LEADING] = "leading",   [FEATURE_ALONG] = "along",
    [FEATURE_CAPITAL] = "capital",   [FEATURE_UNCASED] = "uncased",
    [FEATURE_COMMON] = "common",     [FEATURE_LONGER] = "longer",
    [FEATURE_LISTED] = "listed",     [FEATURE_TITLE] = "title",
    [FEATURE_FIELD] = "field",       [FEATURE_SIGNATURE] = "signature",
    [FEATURE_HOME] = "home",         [FEATURE_EXISTS] = "exists",
    [FEATURE_IN_RANGE] = "in-range", [FEATURE_BEYOND] = "beyond",
    [FEATURE_UNLISTED] = "unlisted", [FEATURE_CROSS] = "cross",
    [FEATURE_APPROACH] = "approach", [FEATURE_JOINED] = "joined",
    [FEATURE_CORNER] = "corner",     [FEATURE_APART] = "apart",
    [FEATURE_SEVERAL] = "several",   [FEATURE_BETWEEN] = "between",
    [FEATURE_BLOCK] = "block",       [FEATURE_RELATION] = "relation",
    [FEATURE_ANSWER] = "answer",     [FEATURE_PIN] = "pin",
    [FEATURE_EXIF] = "exif",         [FEATURE_COORDINATE] = "coordinate",
    [FEATURE_SWAPPED] = "swapped",
};

struct reading_file {
    struct weights *w;
    uint64_t seen;
    const char *path;
};

static int feature_of(struct str name)
{
    for (int i = 0; i < FEATURES; i++) {
        if (str_eq(name, str_of(feature_names[i])))
            return i;
    }
    return -1;
}

static int scale_set(struct weights *w, struct str method, double value,
                     struct error *e)
{
    for (int i = 0; i < METHODS; i++) {
        if (!str_eq(method, str_of(location_method_names[i])))
            continue;
        w->scale[i] = value;
        return value > 0 ? 0 : error(e, E_SYNTAX, "a scale is above 0");
    }
    return error(e, E_SYNTAX, "there is no method \"%.*s\"", STR_FMT(method));
}

static int statement(void *arg, struct str keyword, struct str value, int line,
                     struct error *e)
{
    struct reading_file *r = arg;
    int feature = feature_of(keyword);
    double number;

    (void)line;
    if (!str_double(value, &number) || !(fabs(number) <= largest)) {
        return error(e, E_SYNTAX, "\"%.*s\" is no number from -50 to 50",
                     STR_FMT(value));
    }
    if (str_starts(keyword, STR("scale-")))
        return scale_set(r->w, str_slice(keyword, 6, keyword.n), number, e);
    if (str_eq(keyword, STR("base"))) {
        r->w->base = number;
        return 0;
    }
    if (feature < 0) {
        return error(e, E_SYNTAX, "there is no feature \"%.*s\"",
                     STR_FMT(keyword));
    }
    r->w->of[feature] = number;
    r->seen |= (uint64_t)1 << feature;
    return 0;
}

static int complete(const struct reading_file *r, struct error *e)
{
    for (int i = 0; i < FEATURES; i++) {
        if ((r->seen >> i & 1) == 0) {
            return error(e, E_SYNTAX, "%s: no weight for \"%s\"", r->path,
                         feature_names[i]);
        }
    }
    return 0;
}

static int read_text(struct weights *w, struct str text, const char *path,
                     struct error *e)
{
    struct reading_file r = { .w = w, .path = path };
    int rc;

    *w = (struct weights){ 0 };
    for (int i = 0; i < METHODS; i++)
        w->scale[i] = 1;
    rc = conf_read(text, path, statement, &r, e);
    if (rc == 0)
        rc = complete(&r, e);
    for (int i = 0; i < FEATURES; i++) {
        snprintf(w->shown[i], sizeof(w->shown[i]), "%s=%.2f", feature_names[i],
                 w->of[i]);
    }
    return rc;
}

int weights_load(struct weights *w, const char *path, struct error *e)
{
    struct arena a = { 0 };
    struct str text;
    int rc = file_read(&a, path, FILE_MAX_BYTES, &text, e);

    if (rc == 0)
        rc = read_text(w, text, path, e);
    arena_free(&a);
    return rc;
}

extern const char places_weights[]; /* see the Makefile */

int weights_default(struct weights *w, struct error *e)
{
    return read_text(w, str_of(places_weights), "places.weights", e);
}

void weights_print(const struct weights *w, struct str comments,
                   struct buf *out)
{
    buf_add(out, comments);
    buf_printf(out, "base %.3f\n", w->base);
    for (int i = 0; i < FEATURES; i++)
        buf_printf(out, "%s %.3f\n", feature_names[i], w->of[i]);
    for (int i = METHOD_NONE + 1; i < METHODS; i++) {
        buf_printf(out, "scale-%s %.2f\n", location_method_names[i],
                   w->scale[i]);
    }
}

double weights_confidence(const struct weights *w, uint64_t features)
{
    double logit = w->base;

    for (int i = 0; i < FEATURES; i++)
        logit += (features >> i & 1) != 0 ? w->of[i] : 0;
    return 1 / (1 + exp(-logit));
}

uint64_t features_of(struct str features)
{
    uint64_t set = 0;

    while (features.n > 0) {
        struct str shown = str_word(&features);
        int feature = feature_of(str_until(&shown, STR("=")));

        if (feature >= 0)
            set |= (uint64_t)1 << feature;
    }
    return set;
}
