#include "geo/mapping_internal.h"

int columns_find(const struct columns *c, struct str name)
{
    for (int i = 0; i < c->n; i++) {
        if (str_case_eq(c->names[i], name))
            return i;
    }
    return -1;
}

/* Has c all columns of one of the alternatives? */
static bool is_known(const struct columns *c, struct str alternatives)
{
    while (alternatives.n > 0) {
        struct str all = str_until(&alternatives, STR("|"));
        bool known = true;

        while (known && all.n > 0)
            known = columns_find(c, str_until(&all, STR("+"))) >= 0;
        if (known)
            return true;
    }
    return false;
}

static const struct preset *preset_of(const struct columns *c)
{
    const struct preset *p = mapping_presets;

    while (p->known_by != NULL && !is_known(c, str_of(p->known_by)))
        p++;
    return p;
}

/* Columns that the source has not are left out where it is known. */
static struct alternative *alternative(const struct columns *c, struct str all,
                                       enum mapping_rank rank, struct arena *a)
{
    struct alternative *new = arena_new(a, struct alternative);
    struct str rest = all;
    size_t most = 0;

    while (rest.n > 0) {
        str_until(&rest, STR("+"));
        most++;
    }
    new->rank = rank;
    new->columns = arena_array(a, struct column, most + 1);
    while (all.n > 0) {
        struct str name = str_trim(str_until(&all, STR("+")));
        int at = columns_find(c, name);

        if (at >= 0 || !c->all)
            new->columns[new->n++] = (struct column){ name, at };
    }
    return new->n > 0 ? new : NULL;
}

static void told_add(struct mapping *m, const char *const of[MEANINGS],
                     enum mapping_rank rank, const struct columns *c,
                     struct arena *a)
{
    for (int i = 0; i < MEANINGS; i++) {
        struct alternative **tail = &m->of[i];
        struct str rest = str_of(of[i]);

        while (*tail != NULL)
            tail = &(*tail)->next;
        while (rest.n > 0) {
            *tail = alternative(c, str_until(&rest, STR("|")), rank, a);
            if (*tail != NULL)
                tail = &(*tail)->next;
        }
    }
}

void mapping_choose(struct mapping *m, const struct mapping_told *told,
                    const struct columns *c, struct arena *a)
{
    const struct preset *plain = &mapping_presets[mapping_preset_count - 1];
    const struct preset *p = preset_of(c);

    *m = (struct mapping){ .preset = p->name, .table = c->all };
    if (told != NULL) {
        m->preset = told->path;
        told_add(m, told->of, RANK_TOLD, c, a);
    }
    if (p != plain)
        told_add(m, p->of, RANK_PRESET, c, a);
    told_add(m, plain->of, RANK_PLAIN, c, a);
}

bool mapping_suffices(const struct mapping *m)
{
    bool placed = (m->of[MEANING_LAT] != NULL && m->of[MEANING_LON] != NULL) ||
                  m->of[MEANING_WKT] != NULL;
    bool doors =
        m->of[MEANING_NUMBER] != NULL || m->of[MEANING_ADDRESS] != NULL;

    if (m->of[MEANING_STREET] == NULL && m->of[MEANING_NAME] == NULL &&
        m->of[MEANING_ADDRESS] == NULL)
        return false;
    return placed || !doors; /* a street may be known by its name alone */
}
