/* The lines of a file of services; see inlet-services(5). */
#include "base/utf8.h"
#include "spine/service_internal.h"

enum { CODE_MAX = 40, VALUE_MAX = 80, TEXT_MAX = 4000 };

struct parser {
    struct services *all;
    const char *path;
    int folder, line;
    struct service *service; /* the block we are in; NULL: none yet */
    struct question *question;
};

static bool is_word(struct str s, size_t most)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '\0' ||
            strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", c) == NULL)
            return false;
    }
    return s.n > 0 && s.n <= most;
}

static bool is_language(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 'a' || s.p[i] > 'z')
            return false;
    }
    return s.n == 2 || s.n == 3;
}

/* "en How deep is it?" behind what list holds of other languages. */
static int said_add(struct parser *p, struct said **list, struct str value,
                    struct error *e)
{
    struct str language = str_word(&value);

    if (!is_language(language)) {
        return error(e, E_SYNTAX, "a language like en comes here, not \"%.*s\"",
                     STR_FMT(utf8_head(language, VALUE_MAX)));
    }
    if (value.n == 0)
        return error(e, E_SYNTAX, "there is nothing said");
    if (value.n > TEXT_MAX)
        return error(e, E_LIMIT, "that is longer than %d bytes", TEXT_MAX);
    for (; *list != NULL; list = &(*list)->next) {
        if (str_eq((*list)->language, language)) {
            return error(e, E_SYNTAX, "this was said in %.*s already",
                         STR_FMT(language));
        }
    }
    *list = arena_new(&p->all->arena, struct said);
    (*list)->language = language;
    (*list)->text = value;
    return 0;
}

/* ---- a question is complete where another line begins ---- */

static int question_end(struct parser *p, struct error *e)
{
    const struct question *q = p->question;

    p->question = NULL;
    if (q == NULL)
        return 0;
    if (q->text == NULL) {
        return error(e, E_SYNTAX, "ask %.*s has no question", STR_FMT(q->code));
    }
    if (q->kind == QUESTION_CHOICE && q->choices == NULL)
        return error(e, E_SYNTAX, "ask %.*s has no choice", STR_FMT(q->code));
    return 0;
}

/* ---- the statements ---- */

static int read_service(struct parser *p, struct str value, struct error *e)
{
    struct service **at = &p->all->first;
    int rc = question_end(p, e);

    if (rc < 0)
        return rc;
    if (!is_word(value, CODE_MAX) && !str_eq(value, STR("*"))) {
        return error(e, E_SYNTAX, "\"%.*s\" is no category",
                     STR_FMT(utf8_head(value, VALUE_MAX)));
    }
    while (*at != NULL && !str_eq((*at)->category, value))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = arena_new(&p->all->arena, struct service);
    } else if ((*at)->folder == p->folder) {
        return error(e, E_SYNTAX, "service %.*s stands at %s:%d already",
                     STR_FMT(value), (*at)->path, (*at)->line);
    }
    p->service = *at;
    *p->service = (struct service){ .category = value,
                                    .path = p->path,
                                    .line = p->line,
                                    .folder = p->folder,
                                    .next = (*at)->next };
    return 0;
}

static int read_kind(struct question *q, struct str kind, struct error *e)
{
    for (int i = 0; i < QUESTION_KINDS; i++) {
        if (str_eq(kind, str_of(question_kind_names[i]))) {
            q->kind = (enum question_kind)i;
            return 0;
        }
    }
    return error(e, E_SYNTAX,
                 "a question is choice, text, number or date, not \"%.*s\"",
                 STR_FMT(utf8_head(kind, VALUE_MAX)));
}

static int read_ask(struct parser *p, struct str value, struct error *e)
{
    struct question **at = &p->service->questions;
    struct str code = str_word(&value);
    struct str kind = str_word(&value);
    int n = 0;
    int rc = question_end(p, e);

    if (rc < 0)
        return rc;
    if (str_eq(p->service->category, STR("*")))
        return error(e, E_SYNTAX, "service * asks nothing: it only replies");
    if (!is_word(code, CODE_MAX)) {
        return error(e, E_SYNTAX, "\"%.*s\" is no code of a-z 0-9 _ -",
                     STR_FMT(utf8_head(code, VALUE_MAX)));
    }
    for (; *at != NULL; at = &(*at)->next, n++) {
        if (str_eq((*at)->code, code)) {
            return error(e, E_SYNTAX, "%.*s is asked already", STR_FMT(code));
        }
    }
    if (n >= SERVICE_QUESTIONS) {
        return error(e, E_LIMIT, "a service asks %d questions at most",
                     SERVICE_QUESTIONS);
    }
    if (value.n > 0 && !str_eq(value, STR("needed"))) {
        return error(e, E_SYNTAX, "only \"needed\" may stand behind the kind");
    }
    *at = arena_new(&p->all->arena, struct question);
    (*at)->code = code;
    (*at)->needed = value.n > 0;
    p->question = *at;
    return read_kind(*at, kind, e);
}

static int read_question(struct parser *p, struct str value, struct error *e)
{
    if (p->question == NULL)
        return error(e, E_SYNTAX, "question comes after ask");
    return said_add(p, &p->question->text, value, e);
}

static int read_choice(struct parser *p, struct str value, struct error *e)
{
    struct str key = str_word(&value);
    struct choice **at;

    if (p->question == NULL || p->question->kind != QUESTION_CHOICE)
        return error(e, E_SYNTAX, "choice comes after ask CODE choice");
    if (!is_word(key, VALUE_MAX)) {
        return error(e, E_SYNTAX, "\"%.*s\" is no value of a-z 0-9 _ -",
                     STR_FMT(utf8_head(key, VALUE_MAX)));
    }
    at = &p->question->choices;
    while (*at != NULL && !str_eq((*at)->value, key))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = arena_new(&p->all->arena, struct choice);
        (*at)->value = key;
    }
    return said_add(p, &(*at)->label, value, e);
}

static int read_reply(struct parser *p, struct str value, struct error *e)
{
    struct canned **at = &p->service->replies;
    struct str name = str_word(&value);
    struct str unknown = service_unknown(value);
    int rc = question_end(p, e);

    if (rc < 0)
        return rc;
    if (!is_word(name, CODE_MAX)) {
        return error(e, E_SYNTAX, "\"%.*s\" is no name of a-z 0-9 _ -",
                     STR_FMT(utf8_head(name, VALUE_MAX)));
    }
    if (unknown.n > 0) {
        return error(e, E_SYNTAX,
                     "{%.*s} stands for nothing: {number}, {category}, "
                     "{place}, {url} and {town} do",
                     STR_FMT(utf8_head(unknown, VALUE_MAX)));
    }
    while (*at != NULL && !str_eq((*at)->name, name))
        at = &(*at)->next;
    if (*at == NULL) {
        *at = arena_new(&p->all->arena, struct canned);
        (*at)->name = name;
    }
    return said_add(p, &(*at)->text, value, e);
}

static const struct {
    const char *keyword;
    int (*read)(struct parser *p, struct str value, struct error *e);
} statements[] = {
    { "service", read_service },   { "ask", read_ask },
    { "question", read_question }, { "choice", read_choice },
    { "reply", read_reply },
};

static int read_statement(void *arg, struct str keyword, struct str value,
                          int line, struct error *e)
{
    struct parser *p = arg;
    struct arena *a = &p->all->arena;

    p->line = line;
    if (!utf8_valid(keyword) || !utf8_valid(value))
        return error(e, E_SYNTAX, "this line is not UTF-8");
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        if (!str_eq(keyword, str_of(statements[i].keyword)))
            continue;
        if (p->service == NULL && i > 0) {
            return error(e, E_SYNTAX, "%s comes after service",
                         statements[i].keyword);
        }
        if (value.n == 0) {
            return error(e, E_SYNTAX, "%s needs a value",
                         statements[i].keyword);
        }
        return statements[i].read(p, utf8_clean(a, value), e);
    }
    return error(e, E_SYNTAX, "unknown word \"%.*s\"",
                 STR_FMT(utf8_head(keyword, VALUE_MAX)));
}

int services_parse(struct services *s, const char *path, int folder,
                   struct str text, struct error *e)
{
    struct parser p = { .all = s, .folder = folder };
    int rc;

    p.path = arena_dup(&s->arena, str_of(path));
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_slice(text, 3, text.n); /* a byte order mark */
    rc = conf_read(text, p.path, read_statement, &p, e);
    if (rc == 0 && question_end(&p, e) < 0)
        rc = error_in(e, "%s:%d", p.path, p.line);
    return rc;
}
