#include "vonage.h"

#include "text_json.h"
#include "text_providers.h"
#include "text_write.h"

static int json_fields(struct form_field **out, struct str bytes,
                       struct arena *a, struct error *e)
{
    json_t *top = text_json(bytes);
    struct form_field **tail = out;
    const char *key;
    json_t *v;
    int n = 0;

    *out = NULL;
    if (top == NULL)
        return error(e, E_SYNTAX, "not a JSON object");
    json_object_foreach(top, key, v)
    {
        struct form_field *f = arena_new(a, struct form_field);

        if (++n > FORM_FIELDS)
            break;
        f->name = arena_str(a, str_of(key));
        f->value = text_json_kept(top, key, a);
        *tail = f;
        tail = &f->next;
    }
    json_decref(top);
    return n > FORM_FIELDS ? error(e, E_LIMIT, "over %d fields", FORM_FIELDS)
                           : 0;
}

int vonage_fields(struct form_field **out, struct str bytes, struct arena *a,
                  struct error *e)
{
    bytes = str_trim(bytes);
    if (bytes.n > 0 && bytes.p[0] == '{')
        return json_fields(out, bytes, a, e);
    return form_read(out, bytes, a, e);
}

const struct text_provider vonage_provider = {
    .called = "Vonage",
    .check = vonage_check,
};
