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

typedef int member_fn(const json_t *v, const struct body_field *f, void *at,
                      struct arena *a);

static int member_text(const json_t *v, const struct body_field *f, void *at,
                       struct arena *a)
{
    struct str *to = at;

    if (json_is_null(v)) {
        *to = STR_NONE;
        return 0;
    }
    if (!json_is_string(v))
        return E_SYNTAX;
    *to = (struct str){ json_string_value(v), json_string_length(v) };
    *to = str_trim(utf8_clean(a, *to));
    return to->n > f->max ? E_LIMIT : 0;
}

static int member_secret(const json_t *v, const struct body_field *f, void *at,
                         struct arena *a)
{
    struct str *to = at;

    if (!json_is_string(v))
        return E_SYNTAX;
    *to = arena_str(
        a, (struct str){ json_string_value(v), json_string_length(v) });
    return to->n > f->max ? E_LIMIT : 0;
}

static int member_number(const json_t *v, const struct body_field *f, void *at,
                         struct arena *a)
{
    (void)f;
    (void)a;
    *(int64_t *)at = json_integer_value(v);
    return json_is_integer(v) ? 0 : E_SYNTAX;
}

static int member_double(const json_t *v, const struct body_field *f, void *at,
                         struct arena *a)
{
    (void)f;
    (void)a;
    *(double *)at = json_number_value(v);
    return json_is_number(v) ? 0 : E_SYNTAX;
}

static int member_flag(const json_t *v, const struct body_field *f, void *at,
                       struct arena *a)
{
    (void)f;
    (void)a;
    *(bool *)at = json_is_true(v);
    return json_is_boolean(v) ? 0 : E_SYNTAX;
}

static int member_numbers(const json_t *list, const struct body_field *f,
                          void *at, struct arena *a)
{
    struct body_numbers *to = at;
    const json_t *v;
    size_t i;

    if (!json_is_array(list))
        return E_SYNTAX;
    if (json_array_size(list) > f->max)
        return E_LIMIT;
    *to = (struct body_numbers){
        arena_array(a, int64_t, json_array_size(list) + 1), 0
    };
    json_array_foreach(list, i, v)
    {
        if (!json_is_integer(v))
            return E_SYNTAX;
        to->p[to->n++] = json_integer_value(v);
    }
    return 0;
}

static int members_read(const json_t *body, const struct body_field *table,
                        void *to, struct arena *a)
{
    static member_fn *const reads[] = {
        [BODY_SECRET] = member_secret, [BODY_TEXT] = member_text,
        [BODY_NUMBER] = member_number, [BODY_DOUBLE] = member_double,
        [BODY_FLAG] = member_flag,     [BODY_NUMBERS] = member_numbers,
    };
    int rc = json_is_object(body) ? 0 : E_SYNTAX;

    for (; rc == 0 && table->name != NULL; table++) {
        const json_t *v = json_object_get(body, table->name);

        if (v == NULL || (table->kind == BODY_OBJECT && json_is_null(v)))
            continue;
        if (table->kind == BODY_OBJECT) { /* tables end, so this does */
            rc = members_read(v, table->inside, to, a); /* NOLINT */
        } else {
            rc = reads[table->kind](v, table, (char *)to + table->offset, a);
        }
    }
    return rc;
}

int body_read(const json_t *body, const struct body_field *table, void *to,
              struct arena *a, struct error *e)
{
    int rc = members_read(body, table, to, a);

    if (rc < 0) {
        return error(e, rc, "a member of the body is wrong: %s",
                     error_name(rc));
    }
    return 0;
}

bool desk_read(struct desk *d, struct http_request *r, const struct person *who,
               const struct body_field *table, void *to)
{
    json_t *body = desk_body(d, r, who);
    struct error e;
    int rc;

    if (body == NULL)
        return false;
    rc = body_read(body, table, to, http_arena(r), &e);
    json_decref(body);
    if (rc < 0)
        desk_fail(d, r, who, &e);
    return rc == 0;
}
