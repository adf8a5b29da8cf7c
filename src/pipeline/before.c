#include "pipeline/before.h"

#include <jansson.h>
#include <stddef.h>

enum kind {
    KEPT_TEXT,
    KEPT_INT,
    KEPT_BOOL,
    KEPT_REAL,
    KEPT_WORD,
    KEPT_POINT,
};

static const struct kept {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *const *words; /* KEPT_WORD */
    int word_count;
} kepts[] = {
#define KEPT(member, kind)                                                     \
    {                                                                          \
#member, (kind), offsetof(struct ticket, member), NULL, 0              \
    }
#define KEPT_AS(member, words, count)                                          \
    {                                                                          \
#member, KEPT_WORD, offsetof(struct ticket, member), (words), (count)  \
    }
    KEPT_AS(state, ticket_state_names, TICKET_STATES),
    KEPT(urgent, KEPT_BOOL),
    KEPT(category, KEPT_TEXT),
    KEPT(label, KEPT_TEXT),
    KEPT(at, KEPT_POINT),
    KEPT_AS(method, location_method_names, METHODS),
    KEPT(uncertainty_m, KEPT_REAL),
    KEPT(confidence, KEPT_REAL),
    KEPT_AS(decision, decision_names, DECISIONS),
    KEPT(department, KEPT_TEXT),
    KEPT(assignee, KEPT_TEXT),
    KEPT(reason, KEPT_TEXT),
    KEPT(duplicate_of, KEPT_INT),
    KEPT(snoozed_until, KEPT_INT),
    KEPT(done_at, KEPT_INT),
#undef KEPT
#undef KEPT_AS
};

static json_t *text_json(struct str s)
{
    return json_stringn(s.n == 0 ? "" : s.p, s.n);
}

static json_t *point_json(const struct point *p)
{
    return p->known ? json_pack("[f,f]", p->lat, p->lon) : json_null();
}

static int word_of(const void *at)
{
    int n;

    memcpy(&n, at, sizeof(n));
    return n;
}

static json_t *kept_get(const struct kept *k, const struct ticket *t)
{
    const void *at = (const char *)t + k->offset;
    json_t *got = NULL;

    switch (k->kind) {
    case KEPT_TEXT:
        got = text_json(*(const struct str *)at);
        break;
    case KEPT_INT:
        got = json_integer(*(const int64_t *)at);
        break;
    case KEPT_BOOL:
        got = json_boolean(*(const bool *)at);
        break;
    case KEPT_REAL:
        got = json_real(*(const double *)at);
        break;
    case KEPT_WORD:
        got = json_string(k->words[word_of(at)]);
        break;
    case KEPT_POINT:
        got = point_json(at);
        break;
    }
    return got;
}

static struct str json_text(const json_t *j, struct arena *a)
{
    return json_is_string(j)
               ? arena_str(a, (struct str){ json_string_value(j),
                                            json_string_length(j) })
               : STR_NONE;
}

static void point_set(struct point *p, const json_t *j)
{
    *p = (struct point){ .lat = json_number_value(json_array_get(j, 0)),
                         .lon = json_number_value(json_array_get(j, 1)),
                         .known = json_array_size(j) == 2 };
}

static void word_set(const struct kept *k, void *at, const json_t *j)
{
    for (int i = 0; json_is_string(j) && i < k->word_count; i++) {
        if (strcmp(k->words[i], json_string_value(j)) == 0)
            memcpy(at, &i, sizeof(i));
    }
}

static void kept_set(const struct kept *k, struct ticket *t, const json_t *j,
                     struct arena *a)
{
    void *at = (char *)t + k->offset;

    switch (k->kind) {
    case KEPT_TEXT:
        *(struct str *)at = json_text(j, a);
        break;
    case KEPT_INT:
        *(int64_t *)at = json_integer_value(j);
        break;
    case KEPT_BOOL:
        *(bool *)at = json_is_true(j);
        break;
    case KEPT_REAL:
        *(double *)at = json_number_value(j);
        break;
    case KEPT_WORD:
        word_set(k, at, j);
        break;
    case KEPT_POINT:
        point_set(at, j);
        break;
    }
}

static json_t *areas_json(const struct area *areas)
{
    json_t *list = json_array();

    for (; areas != NULL; areas = areas->next)
        json_array_append_new(list, text_json(areas->name));
    return list;
}

struct str before_write(const struct before *b, struct arena *a)
{
    json_t *was = json_object();
    json_t *is = json_object();
    json_t *all = json_pack("{s:o,s:o}", "was", was, "is", is);
    struct str text;
    char *dump;

    for (size_t i = 0; i < COUNT_OF(kepts); i++) {
        json_t *then = kept_get(&kepts[i], b->was);
        json_t *now = kept_get(&kepts[i], b->is);

        if (!json_equal(then, now)) {
            json_object_set(was, kepts[i].name, then);
            json_object_set(is, kepts[i].name, now);
        }
        json_decref(then);
        json_decref(now);
    }
    if (b->moved)
        json_object_set_new(all, "areas", areas_json(b->areas));
    if (b->message != 0) {
        json_object_set_new(all, "message", json_integer(b->message));
        json_object_set_new(all, "made", json_integer(b->made));
    }
    dump = json_dumps(all, JSON_COMPACT);
    text = arena_str(a, str_of(dump));
    free(dump);
    json_decref(all);
    return text;
}

/* ---- back ---- */

static int still(const json_t *is, const struct ticket *t, struct error *e)
{
    for (size_t i = 0; i < COUNT_OF(kepts); i++) {
        const json_t *left = json_object_get(is, kepts[i].name);
        json_t *now = kept_get(&kepts[i], t);
        bool same = left == NULL || json_equal(left, now);

        json_decref(now);
        if (!same) {
            return error(e, E_DENIED,
                         "its %s was changed since, so this cannot be undone",
                         kepts[i].name);
        }
    }
    return 0;
}

static void areas_read(const json_t *all, struct before *b, struct arena *a)
{
    const json_t *list = json_object_get(all, "areas");
    struct area *areas = NULL;
    struct area **end = &areas;
    json_t *name;
    size_t i;

    b->moved = json_is_array(list);
    json_array_foreach(list, i, name)
    {
        *end = arena_new(a, struct area);
        (*end)->name = json_text(name, a);
        end = &(*end)->next;
    }
    b->areas = areas;
}

int before_restore(struct str text, struct ticket *t, struct before *b,
                   struct arena *a, struct error *e)
{
    json_error_t why;
    json_t *all = json_loadb(text.p, text.n, 0, &why);
    const json_t *was = json_object_get(all, "was");
    int rc;

    *b = (struct before){ .message = 0 };
    if (!json_is_object(was)) {
        json_decref(all);
        return error(e, E_SYNTAX, "what was before is not well formed");
    }
    rc = still(json_object_get(all, "is"), t, e);
    for (size_t i = 0; rc == 0 && i < COUNT_OF(kepts); i++) {
        const json_t *then = json_object_get(was, kepts[i].name);

        if (then != NULL)
            kept_set(&kepts[i], t, then, a);
    }
    areas_read(all, b, a);
    b->message = json_integer_value(json_object_get(all, "message"));
    b->made = json_integer_value(json_object_get(all, "made"));
    json_decref(all);
    return rc;
}
