/* Routes: which department a report goes to, by category and area. */
#include "base/utf8.h"
#include "rules/rules_internal.h"

enum { ROUTE_NAMES_MAX = 1000, ROUTE_NAME_BYTES = 200 };

static CHECKED int names_read(struct rules *r, struct name_list **out,
                              struct str value, struct error *e)
{
    int n = 0;

    while (*out != NULL)
        out = &(*out)->next;
    while (value.n > 0) {
        struct str name = str_trim(str_until(&value, STR(",")));

        if (name.n == 0 || name.n > ROUTE_NAME_BYTES)
            return error(e, E_SYNTAX, "a name is missing between two commas");
        if (++n > ROUTE_NAMES_MAX) {
            return error(e, E_LIMIT, "over %d names on a line",
                         (int)ROUTE_NAMES_MAX);
        }
        *out = arena_new(&r->arena, struct name_list);
        (*out)->name = name;
        out = &(*out)->next;
    }
    return 0;
}

int route_department(struct rules *r, struct block *b, struct str value,
                     struct error *e)
{
    (void)r;
    if (b->route.department.n > 0)
        return error(e, E_DUPLICATE, "a route leads to one department");
    b->route.department = utf8_head(value, ROUTE_NAME_BYTES);
    return 0;
}

int route_categories(struct rules *r, struct block *b, struct str value,
                     struct error *e)
{
    return names_read(r, &b->route.categories, value, e);
}

int route_areas(struct rules *r, struct block *b, struct str value,
                struct error *e)
{
    return names_read(r, &b->route.areas, value, e);
}

static CHECKED int route_check(const struct rules *r, const struct block *b,
                               struct error *e)
{
    const struct name_list *c = b->route.categories;

    if (b->route.department.n == 0) {
        return error(e, E_SYNTAX, "%s:%d: route %.*s has no department",
                     b->path, b->line, STR_FMT(b->name));
    }
    for (; c != NULL; c = c->next) {
        if (rules_block(r, BLOCK_CATEGORY, c->name) == NULL &&
            !str_eq(c->name, STR("other"))) {
            return error(e, E_NONE,
                         "%s:%d: route %.*s: there is no category \"%.*s\"",
                         b->path, b->line, STR_FMT(b->name),
                         STR_FMT(utf8_head(c->name, 60)));
        }
    }
    return 0;
}

int routes_check(const struct rules *r, struct error *e)
{
    int rc = 0;

    for (const struct block *b = r->blocks; rc == 0 && b != NULL; b = b->next) {
        if (b->kind == BLOCK_ROUTE)
            rc = route_check(r, b, e);
    }
    return rc;
}

static bool has_category(const struct name_list *names, struct str category)
{
    for (const struct name_list *n = names; n != NULL; n = n->next) {
        if (str_eq(n->name, category))
            return true;
    }
    return names == NULL;
}

static bool has_area(const struct name_list *names, const struct area *areas)
{
    for (const struct name_list *n = names; n != NULL; n = n->next) {
        for (const struct area *at = areas; at != NULL; at = at->next) {
            if (str_case_eq(n->name, at->name))
                return true;
        }
    }
    return names == NULL;
}

struct str rules_route(const struct rules *r, struct str category,
                       const struct area *areas, struct str *rule)
{
    *rule = STR("");
    for (const struct block *b = r->blocks; b != NULL; b = b->next) {
        if (b->kind == BLOCK_ROUTE &&
            has_category(b->route.categories, category) &&
            has_area(b->route.areas, areas)) {
            *rule = b->route.rule;
            return b->route.department;
        }
    }
    return STR("");
}
