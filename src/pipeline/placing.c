#include "pipeline/placing.h"

#include "base/utf8.h"

const struct location *placing_best(const struct reading *r)
{
    const struct location *l = r->locations;

    return l != NULL && l->rejected.n == 0 ? l : NULL;
}

static void place(struct ticket *t, const struct reading *r)
{
    const struct location *l = placing_best(r);

    t->decision = r->decision;
    t->department = r->department;
    if (l == NULL)
        return;
    t->label = l->label;
    t->at = l->at;
    t->method = l->method;
    t->uncertainty_m = l->uncertainty_m;
    t->confidence = l->confidence;
}

void placing_first(struct ticket *t, const struct reading *r)
{
    t->category = r->extract.category.name;
    if (t->category.n == 0)
        t->category = STR("other");
    t->decision = DECISION_ASK;
    t->label = STR("");
    t->at = (struct point){ 0 };
    t->method = METHOD_NONE;
    t->uncertainty_m = 0;
    t->confidence = 0;
    place(t, r);
}

bool placing_joined(struct ticket *t, const struct reading *r, bool answers)
{
    const struct location *l = placing_best(r);
    bool open = answers || t->method == METHOD_STREET;
    bool better = l != NULL && l->at.known &&
                  (!t->at.known || (open && l->method != METHOD_STREET));

    if (better)
        place(t, r);
    if (answers && t->decision == DECISION_ASK)
        t->decision = DECISION_CLERK;
    return better;
}

struct str placing_words(struct arena *a, const struct ticket *t)
{
    return str_of(arena_printf(a, "%.*s (%s, within %.0f m)", STR_FMT(t->label),
                               location_method_names[t->method],
                               t->uncertainty_m));
}

struct str placing_title(const struct message *m)
{
    struct str rest = m->visible;
    struct str title = str_trim(m->subject);

    while (title.n == 0 && rest.n > 0)
        title = str_trim(str_line(&rest));
    return utf8_head(title, PLACING_TITLE_MAX);
}
