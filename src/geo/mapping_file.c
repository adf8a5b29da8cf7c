/* A mapping of one's own: inlet.conf's line format, a meaning a line. */
#include "base/conf.h"
#include "base/file.h"
#include "geo/mapping.h"

enum { FILE_MAX_BYTES = 64 * 1024 };

static const char *const names[MEANINGS] = {
    [MEANING_NUMBER] = "number",
    [MEANING_NUMBER_PREFIX] = "number-prefix",
    [MEANING_NUMBER_SUFFIX] = "number-suffix",
    [MEANING_STREET] = "street",
    [MEANING_ADDRESS] = "address",
    [MEANING_NAME] = "name",
    [MEANING_KIND] = "kind",
    [MEANING_PLACE_KIND] = "place-kind",
    [MEANING_ROAD_CLASS] = "road-class",
    [MEANING_ROAD_KIND] = "road-kind",
    [MEANING_DRAWN] = "drawn",
    [MEANING_REF] = "ref",
    [MEANING_ALIAS] = "alias",
    [MEANING_LAT] = "latitude",
    [MEANING_LON] = "longitude",
    [MEANING_WKT] = "geometry",
    [MEANING_LEFT_FROM] = "left-from",
    [MEANING_LEFT_TO] = "left-to",
    [MEANING_RIGHT_FROM] = "right-from",
    [MEANING_RIGHT_TO] = "right-to",
};

struct reading {
    struct mapping_told *told;
    struct arena *a;
};

static struct str listed(struct arena *a, const struct str *all, int n)
{
    struct str list = STR("");

    for (int i = 0; i < n; i++) {
        list = str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(list),
                                   i > 0 ? ", " : "", STR_FMT(all[i])));
    }
    return list;
}

static int statement(void *arg, struct str keyword, struct str value, int line,
                     struct error *e)
{
    struct reading *r = arg;
    struct str all[MEANINGS];

    (void)line;
    for (int i = 0; i < MEANINGS; i++) {
        all[i] = str_of(names[i]);
        if (!str_eq(keyword, all[i]))
            continue;
        if (value.n == 0)
            return error(e, E_SYNTAX, "%s wants a column", names[i]);
        r->told->of[i] = arena_dup(r->a, value);
        return 0;
    }
    return error(e, E_SYNTAX, "no column means \"%.*s\"; they mean %.*s",
                 STR_FMT(keyword), STR_FMT(listed(r->a, all, MEANINGS)));
}

int mapping_read(struct mapping_told *told, const char *path, struct arena *a,
                 struct error *e)
{
    struct reading r = { told, a };
    struct str text;
    int rc = file_read(a, path, FILE_MAX_BYTES, &text, e);

    *told = (struct mapping_told){ .path = arena_dup(a, str_of(path)) };
    return rc < 0 ? rc : conf_read(text, path, statement, &r, e);
}

static int alternatives_check(const struct mapping_told *told,
                              struct str alternatives, const struct columns *c,
                              struct arena *a, struct error *e)
{
    while (alternatives.n > 0) {
        struct str all = str_until(&alternatives, STR("|"));

        while (all.n > 0) {
            struct str name = str_trim(str_until(&all, STR("+")));

            if (columns_find(c, name) < 0) {
                return error(e, E_SYNTAX,
                             "%s: %s has no column \"%.*s\"; it has %.*s",
                             told->path, c->path, STR_FMT(name),
                             STR_FMT(listed(a, c->names, c->n)));
            }
        }
    }
    return 0;
}

int mapping_check(const struct mapping_told *told, const struct columns *c,
                  struct arena *a, struct error *e)
{
    int rc = 0;

    for (int i = 0; rc == 0 && told != NULL && i < MEANINGS; i++)
        rc = alternatives_check(told, str_of(told->of[i]), c, a, e);
    return rc;
}
