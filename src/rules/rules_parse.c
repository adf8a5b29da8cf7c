#include <math.h>

#include "base/utf8.h"
#include "rules/rules_internal.h"

const char *const block_names[BLOCK_KINDS] = { "category", "address",
                                               "emergency", "ask", "route" };

const char *const part_names[PARTS] = { "number", "street", "cross", "place" };

static const double SCORE_MAX = 100;

struct parser {
    struct rules *r;
    struct block *block; /* the one we are in, or NULL */
    const char *path;
    const char *name; /* the last part of path */
    int folder;
    int line;
};

/* In which blocks a statement may stand. */
enum {
    IN_CATEGORY = 1 << BLOCK_CATEGORY,
    IN_ADDRESS = 1 << BLOCK_ADDRESS,
    IN_EMERGENCY = 1 << BLOCK_EMERGENCY,
    IN_ASK = 1 << BLOCK_ASK,
    IN_ROUTE = 1 << BLOCK_ROUTE,
    ANYWHERE = 0,
    SEARCHING = IN_CATEGORY | IN_ADDRESS | IN_EMERGENCY,
};

typedef int read_fn(struct parser *p, struct str value, struct error *e);

struct statement {
    const char *keyword;
    int where;
    read_fn *read;
};

static bool name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static CHECKED int check_name(struct str name, struct error *e)
{
    bool good = name.n > 0 && name.n <= 64;

    for (size_t i = 0; i < name.n && good; i++)
        good = name_byte(name.p[i]);
    if (good)
        return 0;
    return error(e, E_SYNTAX,
                 "\"%.*s\" is not a name: it takes small letters, digits "
                 "and hyphens",
                 STR_FMT(utf8_head(name, 60)));
}

/* Takes "en" or "pt-BR" off value. */
static CHECKED int take_language(struct str *value, struct str *language,
                                 const char *keyword, struct error *e)
{
    bool good;

    *language = str_word(value);
    good = language->n >= 2 && language->n <= 12;
    for (size_t i = 0; i < language->n && good; i++) {
        char c = language->p[i];

        good = (c >= 'a' && c <= 'z') || (i > 1 && c == '-') ||
               (i > 2 && c >= 'A' && c <= 'Z');
    }
    if (!good) {
        return error(e, E_SYNTAX, "\"%.*s\" is not a language such as en or es",
                     STR_FMT(utf8_head(*language, 60)));
    }
    if (value->n == 0) {
        return error(e, E_SYNTAX, "%s %.*s needs something after the language",
                     keyword, STR_FMT(*language));
    }
    return 0;
}

/* Takes "2.5: " off value, where it begins so; else the score is 1. */
static CHECKED int take_score(struct str *value, double *score, struct error *e)
{
    struct str rest = *value;
    struct str head = str_word(&rest);

    *score = 1;
    if (head.n < 2 || head.p[head.n - 1] != ':' ||
        !str_double(str_slice(head, 0, head.n - 1), score))
        return 0;
    if (!(*score >= -SCORE_MAX && *score <= SCORE_MAX) || *score == 0) {
        return error(e, E_LIMIT, "a score is -100 to 100 and not 0, not %.*s",
                     STR_FMT(str_slice(head, 0, head.n - 1)));
    }
    if (rest.n == 0)
        return error(e, E_SYNTAX, "nothing follows the score");
    *value = rest;
    return 0;
}

static CHECKED int regex_compile(struct str regex, pcre2_code **out,
                                 struct error *e)
{
    uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_DUPNAMES |
                     PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    PCRE2_UCHAR why[200];
    uint32_t groups;
    size_t at;
    int rc;

    *out = pcre2_compile((PCRE2_SPTR)regex.p, regex.n, flags, &rc, &at, NULL);
    if (*out == NULL) {
        struct str rest = str_slice(regex, at, regex.n);

        pcre2_get_error_message(rc, why, sizeof(why));
        if (rest.n == 0)
            return error(e, E_SYNTAX, "%s at the end", (const char *)why);
        return error(e, E_SYNTAX, "%s at \"%.*s\"", (const char *)why,
                     STR_FMT(utf8_head(rest, 20)));
    }
    pcre2_pattern_info(*out, PCRE2_INFO_CAPTURECOUNT, &groups);
    if (groups <= RULES_GROUPS_MAX)
        return 0;
    pcre2_code_free(*out);
    *out = NULL;
    return error(e, E_LIMIT, "over %d groups in one regex",
                 (int)RULES_GROUPS_MAX);
}

/* Which groups of m are parts of an address. */
static void find_parts(struct parser *p, struct matcher *m)
{
    uint32_t names = 0;
    uint32_t size = 0;
    PCRE2_SPTR entry = NULL;

    pcre2_pattern_info(m->code, PCRE2_INFO_NAMECOUNT, &names);
    pcre2_pattern_info(m->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(m->code, PCRE2_INFO_NAMETABLE, &entry);
    for (int part = PARTS - 1; part >= 0; part--) {
        for (uint32_t i = 0; i < names; i++) {
            const unsigned char *at = entry + (size_t)i * size;
            struct part_group *g;

            if (strcmp((const char *)at + 2, part_names[part]) != 0)
                continue;
            g = arena_new(&p->r->arena, struct part_group);
            g->group = (uint32_t)at[0] << 8 | at[1];
            g->part = (enum part)part;
            g->next = m->parts;
            m->parts = g;
        }
    }
}

static CHECKED int add_matcher(struct parser *p, struct matcher like,
                               struct str regex, struct error *e)
{
    struct arena *a = &p->r->arena;
    struct matcher *m;
    int rc;

    if (p->r->lines == RULES_LINES_MAX) {
        return error(e, E_LIMIT, "over %d lines of words and matches",
                     (int)RULES_LINES_MAX);
    }
    rc = literals_of(&like.literals, regex, a, e);
    if (rc == 0)
        rc = regex_compile(regex, &like.code, e);
    if (rc < 0)
        return rc;
    m = arena_new(a, struct matcher);
    *m = like;
    m->jit = pcre2_jit_compile(m->code, PCRE2_JIT_COMPLETE) == 0;
    m->rule = str_of(arena_printf(a, "%s:%d", p->name, p->line));
    find_parts(p, m);
    *p->block->matcher_tail = m;
    p->block->matcher_tail = &m->next;
    p->r->lines++;
    return 0;
}

static const struct fragment *fragment_find(const struct rules *r,
                                            struct str name)
{
    const struct fragment *f = r->fragments;

    while (f != NULL && !str_eq(f->name, name))
        f = f->next;
    return f;
}

/* Replaces every %{name} in regex by the pattern of that name. */
static CHECKED int expand(const struct parser *p, struct str regex,
                          struct buf *out, struct error *e)
{
    while (regex.n > 0) {
        bool more = str_find(regex, STR("%{")) < regex.n;
        const struct fragment *f;
        struct str name;

        buf_add(out, str_until(&regex, STR("%{")));
        if (!more)
            break;
        if (str_find(regex, STR("}")) == regex.n)
            return error(e, E_SYNTAX, "%%{ without its }");
        name = str_until(&regex, STR("}"));
        f = fragment_find(p->r, name);
        if (f == NULL) {
            return error(e, E_NONE, "no pattern \"%.*s\" stands above",
                         STR_FMT(utf8_head(name, 60)));
        }
        buf_add(out, STR("(?:"));
        buf_add(out, f->regex);
        buf_byte(out, ')');
    }
    if (out->over) {
        return error(e, E_LIMIT, "over %d bytes of regex",
                     (int)RULES_REGEX_MAX);
    }
    return 0;
}

static int read_pattern(struct parser *p, struct str value, struct error *e)
{
    struct buf regex = buf_init(RULES_REGEX_MAX);
    struct str name = str_word(&value);
    pcre2_code *code = NULL;
    int rc = check_name(name, e);

    if (rc == 0 && value.n == 0)
        rc = error(e, E_SYNTAX, "pattern %.*s needs a regex", STR_FMT(name));
    if (rc == 0)
        rc = expand(p, value, &regex, e);
    if (rc == 0)
        rc = regex_compile(buf_str(&regex), &code, e);
    if (rc == 0) {
        struct fragment *f = arena_new(&p->r->arena, struct fragment);

        f->name = name;
        f->regex = arena_str(&p->r->arena, buf_str(&regex));
        f->next = p->r->fragments;
        p->r->fragments = f;
    }
    pcre2_code_free(code);
    buf_free(&regex);
    return rc;
}

/* Empties b, which a later folder writes anew, or which is new. */
static void block_begin(struct parser *p, struct block *b)
{
    for (struct matcher *m = b->matchers; m != NULL; m = m->next) {
        pcre2_code_free(m->code);
        p->r->lines--;
    }
    for (struct phrase *at = b->phrases; at != NULL; at = at->next)
        p->r->phrase_count--;
    b->phrases = NULL;
    b->phrase_tail = &b->phrases;
    b->base = 0;
    b->route = (struct route){
        .rule = str_of(arena_printf(&p->r->arena, "%s:%d", p->name, p->line)),
    };
    b->matchers = NULL;
    b->matcher_tail = &b->matchers;
    b->names = NULL;
    b->name_tail = &b->names;
    b->tests = NULL;
    b->test_tail = &b->tests;
    b->path = p->path;
    b->line = p->line;
    b->folder = p->folder;
    b->weight = 1;
    p->block = b;
}

static CHECKED int open_block(struct parser *p, enum block_kind kind,
                              struct str name, struct error *e)
{
    struct block *b = rules_block(p->r, kind, name);
    int rc = check_name(name, e);

    p->block = NULL;
    if (rc < 0)
        return rc;
    if (b != NULL && b->folder == p->folder) {
        return error(e, E_DUPLICATE, "%s %.*s stands already at %s:%d",
                     block_names[kind], STR_FMT(name), b->path, b->line);
    }
    if (b == NULL) {
        b = arena_new(&p->r->arena, struct block);
        b->kind = kind;
        b->name = name;
        b->index = p->r->block_count++;
        *p->r->block_tail = b;
        p->r->block_tail = &b->next;
    }
    block_begin(p, b);
    return 0;
}

/* Goes on with a category that an earlier file began. */
static int read_extend(struct parser *p, struct str value, struct error *e)
{
    p->block = rules_block(p->r, BLOCK_CATEGORY, value);
    if (p->block == NULL) {
        return error(e, E_NONE, "there is no category \"%.*s\" above to extend",
                     STR_FMT(utf8_head(value, 60)));
    }
    return 0;
}

static int read_category(struct parser *p, struct str value, struct error *e)
{
    return open_block(p, BLOCK_CATEGORY, value, e);
}

static int read_address(struct parser *p, struct str value, struct error *e)
{
    return open_block(p, BLOCK_ADDRESS, value, e);
}

static int read_emergency(struct parser *p, struct str value, struct error *e)
{
    return open_block(p, BLOCK_EMERGENCY, value, e);
}

static int read_ask(struct parser *p, struct str value, struct error *e)
{
    return open_block(p, BLOCK_ASK, value, e);
}

static CHECKED int add_name(struct parser *p, struct str value,
                            const char *keyword, struct error *e)
{
    struct in_language *n = arena_new(&p->r->arena, struct in_language);
    int rc = take_language(&value, &n->language, keyword, e);

    if (rc < 0)
        return rc;
    n->text = value;
    *p->block->name_tail = n;
    p->block->name_tail = &n->next;
    return 0;
}

static int read_name(struct parser *p, struct str value, struct error *e)
{
    return add_name(p, value, "name", e);
}

static int read_text(struct parser *p, struct str value, struct error *e)
{
    return add_name(p, value, "text", e);
}

static int read_weight(struct parser *p, struct str value, struct error *e)
{
    double weight;

    if (!str_double(value, &weight) || !(weight > 0) || weight > SCORE_MAX) {
        return error(e, E_LIMIT, "weight is over 0 and at most 100, not %.*s",
                     STR_FMT(utf8_head(value, 60)));
    }
    p->block->weight = weight;
    return 0;
}

static CHECKED int add_regex(struct parser *p, struct matcher like,
                             struct str value, struct error *e)
{
    struct buf regex = buf_init(RULES_REGEX_MAX);
    int rc = expand(p, value, &regex, e);

    if (rc == 0)
        rc = add_matcher(p, like, buf_str(&regex), e);
    buf_free(&regex);
    return rc;
}

static int read_match(struct parser *p, struct str value, struct error *e)
{
    struct matcher like = { .unless = false };
    int rc = take_score(&value, &like.score, e);

    return rc < 0 ? rc : add_regex(p, like, value, e);
}

static int read_unless(struct parser *p, struct str value, struct error *e)
{
    return add_regex(p, (struct matcher){ .unless = true }, value, e);
}

static int read_words(struct parser *p, struct str value, struct error *e)
{
    struct buf regex = buf_init(RULES_REGEX_MAX);
    struct matcher like = { .unless = false };
    int rc = take_language(&value, &like.language, "words", e);

    if (rc == 0)
        rc = take_score(&value, &like.score, e);
    if (rc == 0)
        rc = words_regex(value, &regex, e);
    if (rc == 0)
        rc = add_matcher(p, like, buf_str(&regex), e);
    buf_free(&regex);
    return rc;
}

static CHECKED int add_phrase(struct parser *p, struct phrase like,
                              struct str text, struct error *e)
{
    struct phrase *own = arena_new(&p->r->arena, struct phrase);

    *own = like;
    own->hash = phrase_of(&p->r->arena, text);
    if (own->hash == 0) {
        return error(e, E_SYNTAX, "\"%.*s\" is no phrase of one to %d words",
                     STR_FMT(utf8_head(text, 60)), PHRASE_TERMS);
    }
    if (p->r->phrase_count == RULES_PHRASES_MAX)
        return error(e, E_LIMIT, "over %d phrases", (int)RULES_PHRASES_MAX);
    *p->block->phrase_tail = own;
    p->block->phrase_tail = &own->next;
    p->r->phrase_count++;
    return 0;
}

static int read_phrases(struct parser *p, struct str value, struct error *e)
{
    struct phrase like = { .block = p->block->index };
    int rc = take_language(&value, &like.language, "phrases", e);

    if (rc == 0)
        rc = take_score(&value, &like.score, e);
    like.rule = str_of(arena_printf(&p->r->arena, "%s:%d", p->name, p->line));
    while (rc == 0 && value.n > 0)
        rc = add_phrase(p, like, str_trim(str_until(&value, STR(","))), e);
    return rc;
}

static int read_base(struct parser *p, struct str value, struct error *e)
{
    double base;

    if (!str_double(value, &base) || !(fabs(base) <= SCORE_MAX)) {
        return error(e, E_LIMIT, "base is a number from -100 to 100, not %.*s",
                     STR_FMT(utf8_head(value, 60)));
    }
    p->block->base = base;
    return 0;
}

static CHECKED int add_test(struct parser *p, struct str value, bool want,
                            struct error *e)
{
    struct rule_test *t = arena_new(&p->r->arena, struct rule_test);

    t->want = want;
    t->path = p->path;
    t->line = p->line;
    t->text = value;
    if (p->block->kind == BLOCK_ADDRESS && want) {
        t->text = str_trim(str_until(&value, STR("=>")));
        t->parts = str_trim(value);
    }
    if (t->text.n == 0)
        return error(e, E_SYNTAX, "nothing stands before =>");
    *p->block->test_tail = t;
    p->block->test_tail = &t->next;
    return 0;
}

static int read_yes(struct parser *p, struct str value, struct error *e)
{
    return add_test(p, value, true, e);
}

static int read_no(struct parser *p, struct str value, struct error *e)
{
    return add_test(p, value, false, e);
}

static int read_route(struct parser *p, struct str value, struct error *e)
{
    return open_block(p, BLOCK_ROUTE, value, e);
}

static int read_department(struct parser *p, struct str value, struct error *e)
{
    return route_department(p->r, p->block, value, e);
}

static int read_categories(struct parser *p, struct str value, struct error *e)
{
    return route_categories(p->r, p->block, value, e);
}

static int read_areas(struct parser *p, struct str value, struct error *e)
{
    return route_areas(p->r, p->block, value, e);
}

static const struct statement statements[] = {
    { "pattern", ANYWHERE, read_pattern },
    { "category", ANYWHERE, read_category },
    { "extend", ANYWHERE, read_extend },
    { "address", ANYWHERE, read_address },
    { "emergency", ANYWHERE, read_emergency },
    { "ask", ANYWHERE, read_ask },
    { "route", ANYWHERE, read_route },
    { "department", IN_ROUTE, read_department },
    { "categories", IN_ROUTE, read_categories },
    { "areas", IN_ROUTE, read_areas },
    { "name", SEARCHING, read_name },
    { "weight", IN_CATEGORY, read_weight },
    { "base", IN_CATEGORY, read_base },
    { "phrases", IN_CATEGORY, read_phrases },
    { "words", SEARCHING, read_words },
    { "match", SEARCHING, read_match },
    { "unless", SEARCHING, read_unless },
    { "yes", SEARCHING, read_yes },
    { "no", SEARCHING, read_no },
    { "text", IN_ASK, read_text },
};

static CHECKED int check_place(const struct parser *p,
                               const struct statement *s, struct error *e)
{
    if (s->where == ANYWHERE)
        return 0;
    if (p->block == NULL)
        return error(e, E_SYNTAX, "%s stands outside a block", s->keyword);
    if ((s->where & 1 << p->block->kind) == 0) {
        return error(e, E_SYNTAX, "%s does not belong in %s %.*s", s->keyword,
                     block_names[p->block->kind], STR_FMT(p->block->name));
    }
    return 0;
}

static int read_statement(void *arg, struct str keyword, struct str value,
                          int line, struct error *e)
{
    struct parser *p = arg;

    p->line = line;
    if (!utf8_valid(keyword) || !utf8_valid(value))
        return error(e, E_SYNTAX, "this line is not UTF-8");
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        const struct statement *s = &statements[i];
        int rc;

        if (!str_eq(keyword, str_of(s->keyword)))
            continue;
        rc = check_place(p, s, e);
        if (rc < 0)
            return rc;
        if (value.n == 0)
            return error(e, E_SYNTAX, "%s needs a value", s->keyword);
        return s->read(p, utf8_clean(&p->r->arena, value), e);
    }
    return error(e, E_SYNTAX, "unknown word \"%.*s\"",
                 STR_FMT(utf8_head(keyword, 60)));
}

int rules_parse(struct rules *r, const char *path, int folder, struct str text,
                struct error *e)
{
    const char *slash = strrchr(path, '/');
    struct parser p = { .r = r, .folder = folder };

    p.path = arena_dup(&r->arena, str_of(path));
    p.name = p.path + (slash == NULL ? 0 : slash + 1 - path);
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_slice(text, 3, text.n); /* a byte order mark */
    return conf_read(text, p.path, read_statement, &p, e);
}
