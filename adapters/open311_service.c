/* Discovery, the services there are, and what each asks for. */
#include "base/template.h"
#include "open311.h"
#include "spine/service.h"

enum { LIST_MAX = 4 * 1024 * 1024 };

#define SPECIFICATION "http://wiki.open311.org/GeoReport_v2"

/* When what is offered here last changed its shape. */
#define CHANGESET "2026-11-20T00:00:00Z"

/* ---- discovery ---- */

static void formats(struct open311_out *o)
{
    open311_list(o, "formats");
    open311_text(o, "format", STR("text/xml"));
    open311_text(o, "format", STR("application/json"));
    open311_end(o);
}

static void endpoint(struct open311_out *o, struct str url, const char *type)
{
    open311_thing(o, "endpoint");
    open311_text(o, "specification", STR(SPECIFICATION));
    open311_text(o, "url", url);
    open311_text(o, "changeset", STR(CHANGESET));
    open311_text(o, "type", str_of(type));
    formats(o);
    open311_end(o);
}

void open311_discovery(struct open311_call *c)
{
    const struct town *town = c->of->channel.town;
    struct buf buf = buf_init(LIST_MAX);
    struct open311_out o = open311_to(&buf, c->xml);
    struct str contact = c->of->contact;

    if (contact.n == 0)
        contact = town->mail_from.n > 0 ? town->mail_from : town->name;
    open311_thing(&o, "discovery");
    open311_text(&o, "changeset", STR(CHANGESET));
    open311_text(&o, "contact", contact);
    open311_text(&o, "key_service",
                 c->of->key_service.n > 0 ? c->of->key_service : contact);
    open311_list(&o, "endpoints");
    endpoint(&o,
             str_of(arena_printf(c->a, "%.*s%.*s", STR_FMT(town->public_url),
                                 STR_FMT(c->of->path))),
             "production");
    if (c->of->test_url.n > 0)
        endpoint(&o, c->of->test_url, "test");
    open311_end(&o);
    open311_end(&o);
    open311_respond(c, &buf);
}

/* ---- services ---- */

struct each_service {
    const struct open311_call *call;
    struct open311_out *out;
    struct str only; /* is it there? Nothing is written; empty: all are */
    bool found;
};

static bool is_offered(const struct open311 *o, struct str code)
{
    const struct setting_list *l = o->categories;

    while (l != NULL && !str_eq(l->value, code))
        l = l->next;
    return o->categories == NULL || l != NULL;
}

static void service_write(const struct open311_call *c, struct open311_out *o,
                          struct str code, struct str name)
{
    bool asks = service_questions(c->of->channel.services, code) != NULL;

    open311_thing(o, "service");
    open311_text(o, "service_code", code);
    open311_text(o, "service_name", name);
    open311_text(o, "description", name);
    open311_flag(o, "metadata", asks);
    open311_text(o, "type", STR("realtime"));
    open311_nothing(o, "keywords");
    open311_nothing(o, "group");
    open311_end(o);
}

static void service_take(void *arg, struct str key, struct str word)
{
    struct each_service *each = arg;
    struct str code = str_slice(key, strlen("category."), key.n);

    if (!str_starts(key, STR("category.")) || !is_offered(each->call->of, code))
        return;
    if (each->only.n > 0) {
        each->found = each->found || str_eq(code, each->only);
    } else {
        service_write(each->call, each->out, code, word);
    }
}

void open311_services(struct open311_call *c)
{
    struct buf buf = buf_init(LIST_MAX);
    struct open311_out o;
    struct each_service each = { c, &o, STR_NONE, false };

    if (!open311_may_read(c))
        return;
    o = open311_to(&buf, c->xml);
    open311_list(&o, "services");
    template_words(c->of->channel.templates, c->language, service_take, &each);
    open311_end(&o);
    open311_respond(c, &buf);
}

bool open311_is_service(const struct open311_call *c, struct str code)
{
    struct each_service each = { c, NULL, code, false };

    if (code.n > 0) {
        template_words(c->of->channel.templates, c->language, service_take,
                       &each);
    }
    return each.found;
}

/* ---- what a service asks ---- */

static void attribute_write(const struct open311_call *c, struct open311_out *o,
                            const struct question *q, int order)
{
    static const char *const types[QUESTION_KINDS] = {
        [QUESTION_CHOICE] = "singlevaluelist",
        [QUESTION_TEXT] = "string",
        [QUESTION_NUMBER] = "number",
        [QUESTION_DATE] = "datetime",
    };

    open311_thing(o, "attribute");
    open311_flag(o, "variable", true);
    open311_text(o, "code", q->code);
    open311_text(o, "datatype", str_of(types[q->kind]));
    open311_flag(o, "required", q->needed);
    open311_nothing(o, "datatype_description");
    open311_int(o, "order", order);
    open311_text(o, "description", said_in(q->text, c->language));
    if (q->kind == QUESTION_CHOICE) {
        open311_list(o, "values");
        for (const struct choice *v = q->choices; v != NULL; v = v->next) {
            open311_thing(o, "value");
            open311_text(o, "key", v->value);
            open311_text(o, "name", said_in(v->label, c->language));
            open311_end(o);
        }
        open311_end(o);
    }
    open311_end(o);
}

void open311_get_service(struct http_request *r, void *arg)
{
    struct open311_call c;
    struct buf buf = buf_init(LIST_MAX);
    struct open311_out o;
    int order = 0;

    if (!open311_call_begin(&c, arg, r, http_param(r, "file")) ||
        !open311_may_read(&c))
        return;
    if (!open311_is_service(&c, c.id)) {
        open311_refuse_one(&c, 404, "open311.service");
        return;
    }
    o = open311_to(&buf, c.xml);
    open311_thing(&o, "service_definition");
    open311_text(&o, "service_code", c.id);
    open311_list(&o, "attributes");
    for (const struct question *q =
             service_questions(c.of->channel.services, c.id);
         q != NULL; q = q->next)
        attribute_write(&c, &o, q, ++order);
    open311_end(&o);
    open311_end(&o);
    open311_respond(&c, &buf);
}
