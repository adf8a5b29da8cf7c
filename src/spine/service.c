/* Asking services; service_parse.c reads them. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/file.h"
#include "spine/service_internal.h"

enum { FILE_MAX = 256 * 1024, DATE_CHARS = 10 };

const char *const question_kind_names[QUESTION_KINDS] = {
    [QUESTION_CHOICE] = "choice",
    [QUESTION_TEXT] = "text",
    [QUESTION_NUMBER] = "number",
    [QUESTION_DATE] = "date",
};

/* ---- loading ---- */

static int folder_load(struct services *s, const char *folder, int number,
                       struct error *e)
{
    struct file_name *f = NULL;
    int rc = file_list(&s->arena, folder, ".services", &f, e);

    for (; rc == 0 && f != NULL; f = f->next) {
        struct str text;

        rc = file_read(&s->arena, f->path, FILE_MAX, &text, e);
        if (rc == 0)
            rc = services_parse(s, f->path, number, text, e);
    }
    return rc;
}

int services_load(struct services **out, const struct setting_list *folders,
                  struct error *e)
{
    struct services *s = services_new();
    int rc = 0;

    for (int n = 0; rc == 0 && folders != NULL; folders = folders->next)
        rc = folder_load(s, arena_dup(&s->arena, folders->value), n++, e);
    if (rc < 0) {
        services_free(s);
        return rc;
    }
    *out = s;
    return 0;
}

struct services *services_new(void)
{
    struct services *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    return s;
}

void services_free(struct services *s)
{
    if (s == NULL)
        return;
    arena_free(&s->arena);
    free(s);
}

/* ---- asking ---- */

struct str said_in(const struct said *s, struct str language)
{
    const struct said *first = s;

    for (; s != NULL; s = s->next) {
        if (str_eq(s->language, language))
            return s->text;
    }
    return first == NULL ? STR_NONE : first->text;
}

int services_count(const struct services *s)
{
    int n = 0;

    for (const struct service *v = services_first(s); v != NULL; v = v->next)
        n++;
    return n;
}

const struct service *services_first(const struct services *s)
{
    return s == NULL ? NULL : s->first;
}

const struct service *service_find(const struct services *s,
                                   struct str category)
{
    const struct service *v = services_first(s);

    while (v != NULL && !str_eq(v->category, category))
        v = v->next;
    return v;
}

const struct question *service_questions(const struct services *s,
                                         struct str category)
{
    const struct service *v = service_find(s, category);

    return v == NULL ? NULL : v->questions;
}

const struct question *question_find(const struct question *list,
                                     struct str code)
{
    while (list != NULL && !str_eq(list->code, code))
        list = list->next;
    return list;
}

static const struct choice *choice_find(const struct question *q,
                                        struct str value)
{
    const struct choice *c = q->choices;

    while (c != NULL && !str_eq(c->value, value))
        c = c->next;
    return c;
}

/* "2026-11-24": a day of some month; the calendar is not looked at. */
static bool is_date(struct str s)
{
    int64_t month;
    int64_t day;
    int64_t year;

    return s.n == DATE_CHARS && s.p[4] == '-' && s.p[7] == '-' &&
           str_int(str_slice(s, 0, 4), &year) && year >= 0 &&
           str_int(str_slice(s, 5, 7), &month) && month >= 1 && month <= 12 &&
           str_int(str_slice(s, 8, DATE_CHARS), &day) && day >= 1 && day <= 31;
}

bool question_takes(const struct question *q, struct str value)
{
    double number;

    if (value.n == 0)
        return !q->needed;
    if (value.n > SERVICE_ANSWER_MAX)
        return false;
    if (q->kind == QUESTION_CHOICE)
        return choice_find(q, value) != NULL;
    if (q->kind == QUESTION_NUMBER)
        return str_double(value, &number) && isfinite(number);
    return q->kind != QUESTION_DATE || is_date(value);
}

struct str question_label(const struct services *s, struct str category,
                          struct str code, struct str language)
{
    const struct question *q =
        question_find(service_questions(s, category), code);

    return q == NULL ? STR_NONE : said_in(q->text, language);
}

struct str answer_label(const struct services *s, struct str category,
                        struct str code, struct str value, struct str language)
{
    const struct question *q =
        question_find(service_questions(s, category), code);
    const struct choice *c = q == NULL ? NULL : choice_find(q, value);
    struct str label = c == NULL ? STR_NONE : said_in(c->label, language);

    return label.n > 0 ? label : value;
}

/* ---- canned replies ---- */

static struct service_reply **replies_add(struct service_reply **at,
                                          const struct service *v,
                                          struct str language, struct arena *a)
{
    const struct canned *c = v == NULL ? NULL : v->replies;

    for (; c != NULL; c = c->next) {
        *at = arena_new(a, struct service_reply);
        (*at)->name = c->name;
        (*at)->text = said_in(c->text, language);
        at = &(*at)->next;
    }
    return at;
}

struct service_reply *service_replies(const struct services *s,
                                      struct str category, struct str language,
                                      struct arena *a)
{
    struct service_reply *list = NULL;
    struct service_reply **at = &list;

    at = replies_add(at, service_find(s, category), language, a);
    if (!str_eq(category, STR("*")))
        (void)replies_add(at, service_find(s, STR("*")), language, a);
    return list;
}

/* ---- what is the ticket's own ---- */

static const struct {
    const char *name;
    size_t offset;
} fills[] = {
    { "number", offsetof(struct service_fill, number) },
    { "category", offsetof(struct service_fill, category) },
    { "place", offsetof(struct service_fill, place) },
    { "url", offsetof(struct service_fill, url) },
    { "town", offsetof(struct service_fill, town) },
};

/* Cuts text before and behind its next {name}. False: there is none. */
static bool next_mark(struct str *text, struct str *before, struct str *name)
{
    *before = str_until(text, STR("{"));
    *name = str_slice(*text, 0, str_find(*text, STR("}")));
    if (name->n == text->n)
        return false;
    *text = str_slice(*text, name->n + 1, text->n);
    return true;
}

static int fill_of(struct str name)
{
    int i = (int)COUNT_OF(fills) - 1;

    while (i >= 0 && !str_eq(name, str_of(fills[i].name)))
        i--;
    return i;
}

struct str service_unknown(struct str text)
{
    struct str before;
    struct str name;

    while (next_mark(&text, &before, &name)) {
        if (fill_of(name) < 0)
            return name;
    }
    return STR_NONE;
}

struct str service_fill(struct str text, const struct service_fill *with,
                        struct arena *a)
{
    const char *out = "";
    struct str rest = text;
    struct str before;
    struct str name;

    while (next_mark(&rest, &before, &name)) {
        int i = fill_of(name);
        const void *at = (const char *)with + (i < 0 ? 0 : fills[i].offset);
        struct str value = i < 0 ? name : *(const struct str *)at;

        out =
            arena_printf(a, "%s%.*s%.*s", out, STR_FMT(before), STR_FMT(value));
        text = rest;
    }
    return str_of(arena_printf(a, "%s%.*s", out, STR_FMT(text)));
}
