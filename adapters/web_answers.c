/* The questions of a category: their fields on the page, and the answers. */
#include "base/utf8.h"
#include "http/page.h"
#include "spine/service.h"
#include "web.h"

enum { CODE_MAX = 40 };

/* ---- what was answered ---- */

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
            c != '_')
            return false;
    }
    return s.n > 0 && s.n <= CODE_MAX;
}

/* "answer[size]" or "answer[pothole.size]". False: it is no such field. */
static bool name_read(struct str name, struct str *category, struct str *code)
{
    struct str inner;

    if (!str_starts(name, STR("answer[")) || !str_ends(name, STR("]")))
        return false;
    inner = str_slice(name, 7, name.n - 1);
    *code = inner;
    *category = str_until(code, STR("."));
    if (category->n == inner.n) {
        *code = inner;
        *category = STR_NONE;
    }
    return is_code(*code);
}

/* Who answers for potholes and picks nothing means a pothole. */
static void category_guess(struct web_form *f)
{
    for (const struct form_field *p = f->fields; p != NULL; p = p->next) {
        struct str category;
        struct str code;

        if (name_read(p->name, &category, &code) && category.n > 0 &&
            is_code(category) && str_trim(p->value).n > 0) {
            f->category = category;
            return;
        }
    }
}

void web_answers_read(struct web_form *f, struct arena *a)
{
    struct answer **at = &f->answers;
    int n = 0;

    f->answers = NULL;
    if (f->category.n == 0)
        category_guess(f);
    for (const struct form_field *p = f->fields;
         p != NULL && n < SERVICE_QUESTIONS; p = p->next) {
        struct str category;
        struct str code;
        struct str value;

        if (!name_read(p->name, &category, &code))
            continue;
        value = str_trim(utf8_clean(a, p->value));
        if (value.n == 0 || web_answer(f, code).n > 0 ||
            (category.n > 0 && !str_eq(category, f->category)))
            continue;
        *at = arena_new(a, struct answer);
        (*at)->code = code;
        (*at)->value = value;
        at = &(*at)->next;
        n++;
    }
}

struct str web_answer(const struct web_form *f, struct str code)
{
    for (const struct answer *t = f->answers; t != NULL; t = t->next) {
        if (str_eq(t->code, code))
            return t->value;
    }
    return STR_NONE;
}

const char *web_answer_fault(const struct web_form *f, const struct question *q)
{
    static const char *const words[QUESTION_KINDS] = {
        [QUESTION_CHOICE] = "error.answer_choice",
        [QUESTION_TEXT] = "error.answer_long",
        [QUESTION_NUMBER] = "error.answer_number",
        [QUESTION_DATE] = "error.answer_date",
    };
    struct str value = web_answer(f, q->code);

    if (question_takes(q, value))
        return NULL;
    return value.n == 0 ? "error.answer_needed" : words[q->kind];
}

/* ---- the page ---- */

static struct str flag(bool on)
{
    return on ? STR("1") : STR_NONE;
}

static const struct template_scope *choices(const struct page *p,
                                            const struct question *q,
                                            struct str id, struct str picked)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (const struct choice *c = q->choices; c != NULL; c = c->next) {
        const struct template_value values[] = {
            { "value", c->value, NULL },
            { "choice_id",
              str_of(arena_printf(p->a, "%.*s-%.*s", STR_FMT(id),
                                  STR_FMT(c->value))),
              NULL },
            { "label", said_in(c->label, p->language), NULL },
            { "picked", flag(str_eq(c->value, picked)), NULL },
        };
        struct template_scope *s = page_scope(p->a, values, COUNT_OF(values));

        last->next = s;
        last = s;
    }
    return head.next;
}

static struct template_scope *question(const struct page *p,
                                       const struct web_form *f,
                                       const struct service *v,
                                       const struct question *q, bool faults)
{
    bool mine = str_eq(f->category, v->category);
    struct str id = str_of(arena_printf(
        p->a, "answer-%.*s-%.*s", STR_FMT(v->category), STR_FMT(q->code)));
    struct str name = str_of(arena_printf(
        p->a, "answer[%.*s.%.*s]", STR_FMT(v->category), STR_FMT(q->code)));
    struct str value = mine ? web_answer(f, q->code) : STR_NONE;
    const char *fault = faults && mine ? web_answer_fault(f, q) : NULL;
    const struct template_value values[] = {
        { "id", id, NULL },
        { "name", name, NULL },
        { "question", said_in(q->text, p->language), NULL },
        { "needed", flag(q->needed), NULL },
        { "value", value, NULL },
        { "choices", STR_NONE, choices(p, q, id, value) },
        { "is_choice", flag(q->kind == QUESTION_CHOICE), NULL },
        { "is_text", flag(q->kind == QUESTION_TEXT), NULL },
        { "is_number", flag(q->kind == QUESTION_NUMBER), NULL },
        { "is_date", flag(q->kind == QUESTION_DATE), NULL },
        { "fault", fault == NULL ? STR_NONE : page_word(p, fault), NULL },
    };

    return page_scope(p->a, values, COUNT_OF(values));
}

static struct template_scope *service(const struct page *p,
                                      const struct web_form *f,
                                      const struct service *v, bool faults)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;
    struct str label = page_word_of(p, "category", v->category);

    for (const struct question *q = v->questions; q != NULL; q = q->next) {
        struct template_scope *s = question(p, f, v, q, faults);

        last->next = s;
        last = s;
    }
    return page_scope(
        p->a,
        (struct template_value[]){
            { "service", v->category, NULL },
            { "service_label", label.n > 0 ? label : v->category, NULL },
            { "open", flag(str_eq(f->category, v->category)), NULL },
            { "questions", STR_NONE, head.next },
        },
        4);
}

const struct template_scope *web_questions(const struct page *p,
                                           const struct services *s,
                                           const struct web_form *f,
                                           bool faults)
{
    struct template_scope head = { NULL, NULL };
    struct template_scope *last = &head;

    for (const struct service *v = services_first(s); v != NULL; v = v->next) {
        struct template_scope *scope;

        if (v->questions == NULL)
            continue;
        scope = service(p, f, v, faults);
        last->next = scope;
        last = scope;
    }
    return head.next;
}
