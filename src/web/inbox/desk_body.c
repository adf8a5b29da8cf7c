/* Bodies of JSON, read by a table: what is of another type is refused. */
#include <jansson.h>

#include "base/utf8.h"
#include "web/inbox/desk.h"

json_t *desk_body(struct desk *d, struct http_request *r,
                  const struct person *who)
{
    struct str type = http_header(r, "Content-Type");
    struct str body = http_body(r);
    json_t *j;

    if (!str_case_eq(str_trim(str_until(&type, STR(";"))),
                     STR("application/json"))) {
        desk_refuse(d, r, who, 415, "request");
        return NULL;
    }
    j = json_loadb(body.p == NULL ? "" : body.p, body.n, JSON_REJECT_DUPLICATES,
                   NULL);
    if (j == NULL || !json_is_object(j)) {
        json_decref(j);
        desk_refuse(d, r, who, 400, "request");
        return NULL;
    }
    return j;
}

static bool text_read(const json_t *v, struct arena *a, struct str *to)
{
    *to = STR_NONE;
    if (json_is_null(v))
        return true;
    if (!json_is_string(v))
        return false;
    *to = str_trim(utf8_clean(
        a, (struct str){ json_string_value(v), json_string_length(v) }));
    return true;
}

static bool member_read(const json_t *v, const struct body_field *f, void *to,
                        struct arena *a)
{
    switch (f->kind) {
    case BODY_TEXT:
        return text_read(v, a, to);
    case BODY_NUMBER:
        *(int64_t *)to = json_integer_value(v);
        return json_is_integer(v);
    case BODY_DOUBLE:
        *(double *)to = json_number_value(v);
        return json_is_number(v);
    case BODY_FLAG:
        *(bool *)to = json_is_true(v);
        return json_is_boolean(v);
    }
    return false;
}

int body_read(const json_t *body, const struct body_field *table, void *to,
              struct arena *a, struct error *e)
{
    for (; table->name != NULL; table++) {
        const json_t *v = json_object_get(body, table->name);
        void *at = (char *)to + table->offset;

        if (v == NULL)
            continue;
        if (!member_read(v, table, at, a)) {
            return error(e, E_SYNTAX, "\"%s\" is not of its type", table->name);
        }
        if (table->kind == BODY_TEXT && ((struct str *)at)->n > table->max)
            return error(e, E_LIMIT, "\"%s\" is too long", table->name);
    }
    return 0;
}

int body_numbers(const json_t *body, const char *name, size_t max,
                 int64_t **out, size_t *n, struct arena *a, struct error *e)
{
    const json_t *list = json_object_get(body, name);
    const json_t *v;
    size_t i;

    *n = 0;
    *out = NULL;
    if (list == NULL)
        return 0;
    if (!json_is_array(list))
        return error(e, E_SYNTAX, "\"%s\" is not a list", name);
    if (json_array_size(list) > max)
        return error(e, E_LIMIT, "\"%s\" is too long", name);
    *out = arena_array(a, int64_t, json_array_size(list) + 1);
    json_array_foreach(list, i, v)
    {
        if (!json_is_integer(v))
            return error(e, E_SYNTAX, "\"%s\" is not a list of numbers", name);
        (*out)[(*n)++] = json_integer_value(v);
    }
    return 0;
}
