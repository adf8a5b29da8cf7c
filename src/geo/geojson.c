#include "geo/geojson.h"

#include <errno.h>
#include <stdio.h>

#include "base/buf.h"

enum { KEY_MAX = 1000 };

struct reader {
    FILE *f;
    const char *path;
    struct buf text; /* of the value being read */
    int64_t line, rows, at;
    bool has_features, too_long; /* of the object being read */
    geojson_fn *fn;
    void *arg;
    struct error *e;
};

static int byte(struct reader *r)
{
    int c = getc_unlocked(r->f);

    r->at++;
    if (c == '\n')
        r->line++;
    return c;
}

static void unread(struct reader *r, int c)
{
    if (c == EOF)
        return;
    if (c == '\n')
        r->line--;
    r->at--;
    ungetc(c, r->f);
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next byte that is no blank. */
static int token(struct reader *r)
{
    int c;

    do {
        c = byte(r);
    } while (is_blank(c));
    return c;
}

static int wrong(struct reader *r, const char *what)
{
    if (ferror(r->f)) {
        return error(r->e, E_NONE, "cannot read %s: %s", r->path,
                     strerror(errno));
    }
    return error(r->e, E_SYNTAX, "%s:%lld: %s", r->path, (long long)r->line,
                 feof(r->f) ? "the file ends in the middle" : what);
}

/* Copies the rest of a string, whose first quote is read already. */
static int string_copy(struct reader *r)
{
    int c = byte(r);

    buf_byte(&r->text, '"');
    for (; c != '"' && c != EOF; c = byte(r)) {
        buf_byte(&r->text, (char)c);
        if (c == '\\')
            buf_byte(&r->text, (char)byte(r));
    }
    buf_byte(&r->text, '"');
    return c == EOF ? wrong(r, "") : 0;
}

/* Copies an object or array, whose first bracket is read already. */
static int nest_copy(struct reader *r, int c)
{
    int64_t depth = 0;

    for (;; c = byte(r)) {
        if (c == EOF)
            return wrong(r, "");
        if (c == '"') {
            if (string_copy(r) < 0)
                return r->e->code;
            continue;
        }
        buf_byte(&r->text, (char)c);
        if (c == '{' || c == '[')
            depth++;
        if ((c == '}' || c == ']') && --depth == 0)
            return 0;
    }
}

/* Copies one value into text, at most max bytes of it; then it is over. */
static int value_copy(struct reader *r, size_t max)
{
    int c = token(r);

    buf_clear(&r->text);
    r->text.max = max;
    r->text.over = false;
    if (c == '{' || c == '[')
        return nest_copy(r, c);
    if (c == '"')
        return string_copy(r);
    while (c != EOF && !is_blank(c) && c != ',' && c != '}' && c != ']') {
        buf_byte(&r->text, (char)c);
        c = byte(r);
    }
    unread(r, c);
    return r->text.n == 0 ? wrong(r, "a value is missing") : 0;
}

/* The value in text, which the caller releases; *out NULL: it was too long. */
static int value_parse(struct reader *r, json_t **out)
{
    json_error_t why;

    *out = NULL;
    if (r->text.over)
        return 0;
    *out = json_loadb(r->text.p, r->text.n, JSON_DECODE_ANY, &why);
    return *out == NULL ? wrong(r, why.text) : 0;
}

static void give(struct reader *r, const json_t *feature)
{
    struct geojson_feature f = { feature, ++r->rows, r->at };

    r->fn(r->arg, &f);
}

/* ---- the parts of a file ---- */

static int features_read(struct reader *r)
{
    int c = token(r);
    int rc = 0;

    if (c != '[')
        return wrong(r, "features are no array");
    c = token(r);
    if (c == ']')
        return 0;
    unread(r, c);
    do {
        json_t *feature = NULL;

        rc = value_copy(r, FEATURE_MAX_BYTES);
        if (rc == 0)
            rc = value_parse(r, &feature);
        if (rc < 0)
            return rc;
        give(r, feature);
        json_decref(feature);
        c = token(r);
    } while (c == ',');
    return c == ']' ? 0 : wrong(r, "',' or ']' is missing");
}

/* Degrees of WGS 84, or of NAD 83, which is within two metres of it. */
static bool is_degrees(struct str crs)
{
    static const struct str good[] = { STR_INIT("CRS84"), STR_INIT("CRS83"),
                                       STR_INIT(":4326"), STR_INIT(":4269"),
                                       STR_INIT("/4326"), STR_INIT("/4269") };

    for (size_t i = 0; i < COUNT_OF(good); i++) {
        if (str_ends(crs, good[i]))
            return true;
    }
    return false;
}

static int crs_check(struct reader *r, const json_t *crs)
{
    const json_t *all = json_object_get(crs, "properties");
    const char *name = json_string_value(json_object_get(all, "name"));

    if (json_is_null(crs) || is_degrees(str_of(name)))
        return 0;
    return error(r->e, E_SYNTAX,
                 "%s: its coordinates are no degrees of WGS 84 but %s: convert "
                 "it with ogr2ogr -t_srs EPSG:4326 OUT.geojson %s",
                 r->path, name == NULL ? "something else" : name, r->path);
}

static int member_value(struct reader *r, const char *name, json_t *top)
{
    json_t *value = NULL;
    int rc = value_copy(r, FEATURE_MAX_BYTES);

    if (rc < 0 || name == NULL)
        return rc;
    rc = value_parse(r, &value);
    if (rc == 0 && value == NULL) {
        r->too_long = true;
    } else if (rc == 0 && strcmp(name, "crs") == 0) {
        rc = crs_check(r, value);
    }
    if (rc == 0 && value != NULL)
        json_object_set(top, name, value);
    json_decref(value);
    return rc;
}

/* A member of the outermost object: of most the value is skipped. */
static int member_read(struct reader *r, json_t *top)
{
    static const char *const names[] = { "type", "geometry", "properties",
                                         "crs" };
    const char *name = NULL;
    struct str key;
    int rc = value_copy(r, KEY_MAX);

    if (rc < 0)
        return rc;
    key = buf_str(&r->text);
    if (!str_starts(key, STR("\"")))
        return wrong(r, "no name of a member");
    key = str_slice(key, 1, key.n - 1);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (str_eq(key, str_of(names[i])))
            name = names[i];
    }
    if (token(r) != ':')
        return wrong(r, "':' is missing");
    if (!str_eq(key, STR("features")))
        return member_value(r, name, top);
    r->has_features = true;
    return features_read(r);
}

static int object_use(struct reader *r, const json_t *top)
{
    const char *type = json_string_value(json_object_get(top, "type"));

    if (type != NULL && strcmp(type, "Feature") == 0) {
        give(r, r->too_long ? NULL : top);
        return 0;
    }
    return r->has_features
               ? 0
               : wrong(r, "neither a Feature nor a FeatureCollection");
}

/* An object, whose first bracket is read: a feature, or a collection. */
static int object_read(struct reader *r)
{
    json_t *top = json_object();
    int c = token(r);
    int rc = 0;

    r->has_features = false;
    r->too_long = false;
    if (c != '}') {
        unread(r, c);
        do {
            rc = member_read(r, top);
            c = rc < 0 ? EOF : token(r);
        } while (c == ',');
        if (rc == 0 && c != '}')
            rc = wrong(r, "',' or '}' is missing");
    }
    if (rc == 0)
        rc = object_use(r, top);
    json_decref(top);
    return rc;
}

/* Windows likes to begin a file with a mark; RFC 8142 a record with another. */
static int between(struct reader *r)
{
    int c = token(r);

    while (c == 0x1e || c == 0xef || c == 0xbb || c == 0xbf)
        c = token(r);
    return c;
}

int geojson_read(const char *path, geojson_fn *fn, void *arg, struct error *e)
{
    struct reader r = {
        .f = fopen(path, "re"),
        .path = path,
        .line = 1,
        .fn = fn,
        .arg = arg,
        .e = e,
        .text = buf_init(FEATURE_MAX_BYTES),
    };
    int c;
    int rc = 0;

    if (r.f == NULL)
        return error(e, -errno, "cannot open %s: %s", path, strerror(errno));
    c = between(&r);
    if (c == EOF)
        rc = error(e, E_SYNTAX, "%s is empty", path);
    for (; rc == 0 && c != EOF; c = between(&r))
        rc = c == '{' ? object_read(&r) : wrong(&r, "'{' is missing");
    fclose(r.f);
    buf_free(&r.text);
    return rc;
}
