/* What a GeoReport server answers, in JSON or in XML: requests, or faults. */
#include <expat.h>
#include <limits.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "neighbour.h"
#include "text_json.h"

enum { DEPTH = 16, FAULT_BYTES = 300 };

struct reading {
    struct neighbour_answer *out;
    struct neighbour_request **end;
    struct arena *a;
    int count;
};

/* ---- the same for both ---- */

enum field { ID, TOKEN, STATUS, NOTES, DESCRIPTION, CODE, FIELDS };

static const char *const field_names[FIELDS] = {
    [ID] = "service_request_id",   [TOKEN] = "token",
    [STATUS] = "status",           [NOTES] = "status_notes",
    [DESCRIPTION] = "description", [CODE] = "code",
};

struct fields {
    struct str value[FIELDS];
};

static struct str text_of(struct str s, size_t most, struct arena *a)
{
    return str_trim(utf8_head(utf8_clean(a, str_slice(s, 0, most)), most));
}

/* It goes into an address and a log: one word. */
static struct str id_of(struct str s, struct arena *a)
{
    struct str id = text_of(s, NEIGHBOUR_ID, a);

    if (s.n > NEIGHBOUR_ID)
        return STR_NONE;
    for (size_t i = 0; i < id.n; i++) {
        if ((unsigned char)id.p[i] <= ' ' || id.p[i] == 0x7f)
            return STR_NONE;
    }
    return id;
}

static void take(struct reading *r, const struct fields *f)
{
    struct str id = id_of(f->value[ID], r->a);
    struct str token = id_of(f->value[TOKEN], r->a);
    struct neighbour_request *q;

    if (id.n == 0 && token.n == 0) {
        if (f->value[CODE].n > 0 && r->out->fault.n == 0) {
            r->out->fault = utf8_line(
                r->a, text_of(f->value[DESCRIPTION], FAULT_BYTES, r->a));
        }
        if (f->value[CODE].n > 0 && r->out->fault.n == 0)
            r->out->fault = STR("a fault without words");
        return;
    }
    if (r->count == NEIGHBOUR_REQUESTS)
        return;
    r->count++;
    q = arena_new(r->a, struct neighbour_request);
    q->id = id;
    q->token = token;
    q->status = text_of(f->value[STATUS], NEIGHBOUR_ID, r->a);
    q->notes = text_of(f->value[NOTES], NEIGHBOUR_TEXT, r->a);
    q->description = text_of(f->value[DESCRIPTION], NEIGHBOUR_TEXT, r->a);
    *r->end = q;
    r->end = &q->next;
    r->out->is_list = true;
}

/* ---- JSON ---- */

/* The spec's own examples have numbers for ids; they are told as text. */
static struct str member(const json_t *object, const char *key, struct arena *a)
{
    const json_t *v = json_object_get(object, key);

    if (json_is_integer(v)) {
        return str_of(
            arena_printf(a, "%lld", (long long)json_integer_value(v)));
    }
    return text_json_str(object, key);
}

static void json_walk(struct reading *r, json_t *v, int depth);

static void json_take(struct reading *r, json_t *object, int depth)
{
    struct fields f;
    const char *key;
    json_t *v;

    for (int i = 0; i < FIELDS; i++)
        f.value[i] = member(object, field_names[i], r->a);
    take(r, &f);
    if (f.value[ID].n > 0 || f.value[TOKEN].n > 0 || f.value[CODE].n > 0)
        return;
    json_object_foreach(object, key, v) json_walk(r, v, depth + 1);
}

static void json_walk(struct reading *r, json_t *v, int depth)
{
    if (depth > DEPTH)
        return;
    if (json_is_object(v))
        json_take(r, v, depth);
    for (size_t i = 0; json_is_array(v) && i < json_array_size(v); i++)
        json_walk(r, json_array_get(v, i), depth + 1);
}

static int json_answer(struct reading *r, struct str body, struct error *e)
{
    json_t *top = text_json_any(body);

    if (top == NULL)
        return error(e, E_SYNTAX, "it is no JSON that can be read");
    json_walk(r, top, 0);
    r->out->is_list = r->out->is_list || json_is_array(top);
    json_decref(top);
    return 0;
}

/* ---- XML ---- */

struct element {
    struct reading *reading;
    XML_Parser parser;
    int depth;
    int inside; /* the depth of a request or an error; 0: in none */
    int field;  /* that is being read; FIELDS: none */
    struct fields fields;
    struct buf text;
};

static void begins(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct element *x = arg;

    (void)attributes;
    if (++x->depth > DEPTH) {
        XML_StopParser(x->parser, XML_FALSE);
        return;
    }
    x->field = FIELDS;
    buf_clear(&x->text);
    if (x->depth == 1 && strcmp(name, "service_requests") == 0)
        x->reading->out->is_list = true;
    if (x->inside == 0 &&
        (strcmp(name, "request") == 0 || strcmp(name, "error") == 0)) {
        x->inside = x->depth;
        x->fields = (struct fields){ { STR_NONE } };
    } else if (x->inside > 0 && x->depth == x->inside + 1) {
        x->field = 0;
        while (x->field < FIELDS && strcmp(name, field_names[x->field]) != 0)
            x->field++;
    }
}

static void says(void *arg, const XML_Char *text, int n)
{
    struct element *x = arg;

    if (x->field < FIELDS)
        (void)buf_add(&x->text, (struct str){ text, (size_t)n });
}

static void ends(void *arg, const XML_Char *name)
{
    struct element *x = arg;

    (void)name;
    if (x->field < FIELDS) {
        x->fields.value[x->field] = arena_str(x->reading->a, buf_str(&x->text));
        x->field = FIELDS;
    }
    if (x->inside == x->depth) {
        take(x->reading, &x->fields);
        x->inside = 0;
    }
    x->depth--;
}

/* What is declared is never wanted, and may be meant to grow. */
static void declares(void *arg, const XML_Char *name, const XML_Char *system,
                     const XML_Char *public, int internal)
{
    struct element *x = arg;

    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    XML_StopParser(x->parser, XML_FALSE);
}

static int xml_answer(struct reading *r, struct str body, struct error *e)
{
    struct element x = { .reading = r,
                         .parser = XML_ParserCreate(NULL),
                         .field = FIELDS,
                         .text = buf_init(NEIGHBOUR_ANSWER) };
    int rc = 0;

    if (x.parser == NULL)
        abort();
    XML_SetUserData(x.parser, &x);
    XML_SetElementHandler(x.parser, begins, ends);
    XML_SetCharacterDataHandler(x.parser, says);
    XML_SetStartDoctypeDeclHandler(x.parser, declares);
    if (body.n > INT_MAX ||
        XML_Parse(x.parser, body.p, (int)body.n, 1) != XML_STATUS_OK)
        rc = error(e, E_SYNTAX, "it is no XML that can be read");
    XML_ParserFree(x.parser);
    buf_free(&x.text);
    return rc;
}

int neighbour_answer_read(struct neighbour_answer *out, struct str body,
                          struct arena *a, struct error *e)
{
    struct reading r = { .out = out, .end = &out->requests, .a = a };
    struct str begin = body;
    int rc;

    *out = (struct neighbour_answer){ .requests = NULL };
    if (str_starts(begin, STR("\xef\xbb\xbf")))
        begin = str_slice(begin, 3, begin.n);
    begin = str_trim(begin);
    rc = begin.n > 0 && begin.p[0] == '<' ? xml_answer(&r, begin, e)
                                          : json_answer(&r, begin, e);
    if (rc < 0)
        *out = (struct neighbour_answer){ .requests = NULL };
    return rc;
}
