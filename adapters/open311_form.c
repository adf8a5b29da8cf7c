/* The fields of a request or an update, and what they may be. */
#include <math.h>
#include <stddef.h>

#include "base/utf8.h"
#include "open311.h"

enum { CODE_MAX = 100 };

static bool is_multipart(struct str content_type)
{
    struct str kind = str_until(&content_type, STR(";"));

    return str_case_eq(str_trim(kind), STR("multipart/form-data"));
}

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
#define TEXT(name, member)                                                     \
    {                                                                          \
        (name), offsetof(struct open311_form, member)                          \
    }
    TEXT("service_code", service_code),
    TEXT("lat", lat),
    TEXT("long", lon),
    TEXT("address_string", address),
    TEXT("address_id", address_id),
    TEXT("description", description),
    TEXT("email", email),
    TEXT("phone", phone),
    TEXT("first_name", first_name),
    TEXT("last_name", last_name),
    TEXT("client_request_id", client_id),
    TEXT("passed_by", passed_by),
    TEXT("title", title),
    TEXT("service_request_id", request_id),
    TEXT("update_id", update_id),
    TEXT("status", status),
    TEXT("updated_datetime", updated_at),
#undef TEXT
};

/* ---- attribute[CODE], attribute[CODE][] ---- */

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '[' || s.p[i] == ']')
            return false;
    }
    return s.n > 0 && s.n <= CODE_MAX && utf8_valid(s);
}

static bool code_of(struct str name, struct str *code)
{
    if (!str_starts(name, STR("attribute[")))
        return false;
    name = str_slice(name, strlen("attribute["), name.n);
    if (str_ends(name, STR("][]"))) {
        *code = str_slice(name, 0, name.n - 3);
    } else if (str_ends(name, STR("]"))) {
        *code = str_slice(name, 0, name.n - 1);
    } else {
        return false;
    }
    return is_code(*code);
}

static struct answer *find(struct answer *list, struct str code)
{
    while (list != NULL && !str_eq(list->code, code))
        list = list->next;
    return list;
}

/* Several values of one are said one behind the other. */
static void answers_read(struct open311_form *f, struct arena *a)
{
    struct answer **end = &f->answers;
    int n = 0;

    for (const struct form_field *p = f->fields;
         p != NULL && n < OPEN311_ANSWERS; p = p->next) {
        struct str value = str_trim(utf8_clean(a, p->value));
        struct answer *same;
        struct str code;

        if (!code_of(p->name, &code) || value.n == 0 || p->file_name.p != NULL)
            continue;
        same = find(f->answers, code);
        if (same != NULL) {
            same->value = str_of(arena_printf(
                a, "%.*s, %.*s", STR_FMT(same->value), STR_FMT(value)));
            continue;
        }
        *end = arena_new(a, struct answer);
        (*end)->code = code;
        (*end)->value = value;
        end = &(*end)->next;
        n++;
    }
}

int open311_form_read(struct open311_form *f, struct str content_type,
                      struct str body, struct arena *a, struct error *e)
{
    int rc;

    *f = (struct open311_form){ .fields = NULL };
    rc = is_multipart(content_type)
             ? multipart_read(&f->fields, content_type, body, a, e)
             : form_read(&f->fields, body, a, e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct str value = form_value(f->fields, texts[i].name);
        struct str *to = (struct str *)((char *)f + texts[i].offset);

        *to = str_trim(utf8_clean(a, value));
    }
    answers_read(f, a);
    return 0;
}

struct str open311_answer_of(const struct open311_form *f, struct str code)
{
    const struct answer *t = find(f->answers, code);

    return t == NULL ? STR_NONE : t->value;
}

/* ---- what came with it ---- */

const struct form_field *open311_file(const struct open311_form *f,
                                      const struct form_field *at)
{
    at = at == NULL ? f->fields : at->next;
    while (at != NULL && (at->file_name.p == NULL || at->value.n == 0))
        at = at->next;
    return at;
}

/* Without blanks or control characters, which no address has. */
static bool is_link(struct str s)
{
    if (!str_case_starts(s, STR("https://")) &&
        !str_case_starts(s, STR("http://")))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
            return false;
    }
    return s.n <= OPEN311_LINE && utf8_valid(s);
}

const struct form_field *open311_link(const struct open311_form *f,
                                      const struct form_field *at)
{
    at = at == NULL ? f->fields : at->next;
    while (at != NULL &&
           !((str_eq(at->name, STR("media_url")) ||
              str_starts(at->name, STR("media_url["))) &&
             at->file_name.p == NULL && is_link(str_trim(at->value))))
        at = at->next;
    return at;
}

/* ---- where ---- */

static bool degrees(struct str s, double most, double *out)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\0' || strchr("+-.0123456789eE", s.p[i]) == NULL)
            return false;
    }
    return s.n > 0 && str_double(s, out) && fabs(*out) <= most;
}

bool open311_point(struct str lat, struct str lon, struct point *out)
{
    *out = (struct point){ .known = false };
    out->known = degrees(lat, 90, &out->lat) && degrees(lon, 180, &out->lon);
    return out->known;
}

/* ---- states ---- */

/* See FixMyStreet's documentation of its extended statuses. */
static const struct open311_state states[] = {
    { "open", TICKET_OPEN, NULL, false },
    { "reopen", TICKET_OPEN, NULL, false },
    { "investigating", TICKET_OPEN, NULL, false },
    { "in_progress", TICKET_OPEN, NULL, false },
    { "planned", TICKET_OPEN, NULL, false },
    { "action_scheduled", TICKET_OPEN, NULL, false },
    { "internal_referral", TICKET_OPEN, NULL, false },
    { "for_triage", TICKET_OPEN, NULL, false },
    { "closed", TICKET_DONE, "other", true },
    { "fixed", TICKET_DONE, "fixed", true },
    { "no_further_action", TICKET_DONE, "nothing-found", true },
    { "cancelled", TICKET_DONE, "other", true },
    { "not_councils_responsibility", TICKET_NOT_OURS, "other", true },
};

const struct open311_state *open311_state_find(struct str word)
{
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        if (str_case_eq(word, str_of(states[i].word)))
            return &states[i];
    }
    return NULL;
}

const char *open311_state_word(enum ticket_state state, struct str reason)
{
    static const char *const words[TICKET_STATES] = {
        [TICKET_NEW] = "open",
        [TICKET_OPEN] = "in_progress",
        [TICKET_WAITING] = "investigating",
        [TICKET_DONE] = "closed",
        [TICKET_NOT_OURS] = "not_councils_responsibility",
        [TICKET_DUPLICATE] = "duplicate",
    };
    static const char *const reasons[][2] = {
        { "fixed", "fixed" },
        { "nothing-found", "no_further_action" },
        { "duplicate", "duplicate" },
        { "planned", "planned" },
    };

    for (size_t i = 0; state == TICKET_DONE && i < COUNT_OF(reasons); i++) {
        if (str_eq(reason, str_of(reasons[i][0])))
            return reasons[i][1];
    }
    return words[state];
}
