#include "geo/gaz_learn.h"

#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "geo/gaz_internal.h"
#include "geo/name.h"

struct reading_file {
    struct learned **tail;
    struct arena *a;
};

/* "44.1234567 -72.1234567 30" */
static int place_read(struct learned *l, struct str value, struct error *e)
{
    double lat;
    double lon;

    if (!str_double(str_word(&value), &lat) || !(fabs(lat) <= 90) ||
        !str_double(str_word(&value), &lon) || !(fabs(lon) <= 180) ||
        !str_double(value, &l->radius_m) || !(l->radius_m > 0) ||
        !(l->radius_m <= LEARNED_RADIUS_MAX)) {
        return error(e, E_SYNTAX,
                     "a place is a latitude, a longitude and a radius of 1 to "
                     "%d metres",
                     (int)LEARNED_RADIUS_MAX);
    }
    l->at = geo_point(lat, lon);
    return 0;
}

static int statement(void *arg, struct str keyword, struct str value, int line,
                     struct error *e)
{
    struct reading_file *r = arg;
    struct learned *l = arena_new(r->a, struct learned);
    bool alias = str_eq(keyword, STR("alias"));

    (void)line;
    if (!alias && !str_eq(keyword, STR("place"))) {
        return error(e, E_SYNTAX, "\"%.*s\" is neither alias nor place",
                     STR_FMT(str_slice(keyword, 0, 60)));
    }
    l->name = str_trim(str_until(&value, STR("=")));
    value = str_trim(value);
    if (l->name.n == 0 || l->name.n > LEARNED_NAME_MAX || value.n == 0) {
        return error(e, E_SYNTAX,
                     "a line is a name of up to %d bytes, \"=\", and what is "
                     "meant",
                     (int)LEARNED_NAME_MAX);
    }
    if (alias) {
        l->means = value;
    } else if (place_read(l, value, e) < 0) {
        return e->code;
    }
    *r->tail = l;
    r->tail = &l->next;
    return 0;
}

int learned_read(struct learned **out, struct str text, const char *path,
                 struct arena *a, struct error *e)
{
    struct reading_file r = { out, a };

    *out = NULL;
    return conf_read(text, path, statement, &r, e);
}

int learned_load(struct learned **out, const struct setting_list *folders,
                 struct arena *a, struct error *e)
{
    int rc = 0;

    *out = NULL;
    for (; rc == 0 && folders != NULL; folders = folders->next) {
        const char *path =
            arena_printf(a, "%.*s/" LEARNED_PLACES, STR_FMT(folders->value));
        struct str text;

        if (access(path, F_OK) < 0)
            continue;
        rc = file_read(a, path, LEARNED_FILE_MAX, &text, e);
        if (rc == 0)
            rc = learned_read(out, text, path, a, e);
        while (rc == 0 && *out != NULL)
            out = &(*out)->next;
    }
    return rc;
}

/* ---- into a gazetteer ---- */

int gaz_learned_places(const struct learned *l)
{
    int n = 0;

    for (; l != NULL; l = l->next)
        n += l->means.n == 0;
    return n;
}

void gaz_learn_places(struct gaz *g, const struct learned *l)
{
    for (; l != NULL; l = l->next) {
        if (l->means.n > 0)
            continue;
        g->places[g->stats.places++] = (struct gaz_place){
            .name = l->name,
            .folded = name_fold(&g->arena, l->name),
            .kind = STR("learned"),
            .at = l->at,
            .radius_m = l->radius_m,
        };
    }
}

/* How many things have that name, and the first of them. */
static int things(const struct gaz *g, struct str folded, struct entry *first)
{
    int n = 0;

    for (int i = 0; i < g->stats.streets; i++) {
        if (str_eq(g->streets[i].folded, folded) && n++ == 0)
            *first = (struct entry){ THING_STREET, FORM_ALIAS, i, -1 };
    }
    for (int i = 0; i < g->stats.places; i++) {
        if (str_eq(g->places[i].folded, folded) && n++ == 0)
            *first = (struct entry){ THING_PLACE, FORM_ALIAS, i, -1 };
    }
    for (int i = 0; i < g->stats.areas; i++) {
        if (str_eq(g->areas[i].folded, folded) && n++ == 0)
            *first = (struct entry){ THING_AREA, FORM_ALIAS, i, -1 };
    }
    return n;
}

void gaz_learn_names(struct gaz *g, const struct learned *l)
{
    for (; l != NULL; l = l->next) {
        struct str means = name_fold(&g->arena, l->means);
        struct entry e;

        if (l->means.n == 0)
            continue;
        if (things(g, means, &e) == 0) {
            log_warn("\"%.*s\" is to mean \"%.*s\", which the gazetteer lacks",
                     STR_FMT(l->name), STR_FMT(l->means));
            continue;
        }
        index_add(g->index, name_fold(&g->arena, l->name), e);
    }
}

bool gaz_knows(const struct gaz *g, struct str name, struct arena *a)
{
    struct str folded = name_fold(a, name);
    struct entry e;

    return folded.n > 0 && things(g, folded, &e) > 0;
}
