#include "base/conf.h"

#include "base/file.h"

enum { SECRET_MAX = 64 * 1024 };

int conf_read(struct str text, const char *path, conf_statement_fn *each,
              void *arg, struct error *e)
{
    int line = 0;

    while (text.n > 0) {
        struct str value = str_trim(str_line(&text));
        struct str keyword = str_word(&value);

        line++;
        if (keyword.n == 0 || keyword.p[0] == '#')
            continue;
        if (each(arg, keyword, value, line, e) < 0)
            return error_in(e, "%s:%d", path, line);
    }
    return 0;
}

typedef int read_fn(const struct setting *s, void *at, struct str value,
                    struct arena *a, struct error *e);

static int read_text(const struct setting *s, void *at, struct str value,
                     struct arena *a, struct error *e)
{
    (void)s;
    (void)e;
    *(struct str *)at = arena_str(a, value);
    return 0;
}

static int read_secret(const struct setting *s, void *at, struct str value,
                       struct arena *a, struct error *e)
{
    struct str rest = value;
    struct str bytes;
    int rc;

    if (!str_eq(str_word(&rest), STR("file")) || rest.n == 0)
        return read_text(s, at, value, a, e);
    rc = file_read(a, arena_dup(a, rest), SECRET_MAX, &bytes, e);
    if (rc == 0)
        *(struct str *)at = str_trim(bytes);
    return rc;
}

static int read_list(const struct setting *s, void *at, struct str value,
                     struct arena *a, struct error *e)
{
    struct setting_list **tail = at;
    struct setting_list *item = arena_new(a, struct setting_list);

    (void)s;
    (void)e;
    while (*tail != NULL)
        tail = &(*tail)->next;
    item->value = arena_str(a, value);
    *tail = item;
    return 0;
}

struct unit {
    char letter;
    int64_t times;
};

static const struct unit no_units[] = { { 0, 0 } };
static const struct unit spans[] = {
    { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 0, 0 }
};
static const struct unit sizes[] = {
    { 'k', 1024 }, { 'm', 1024 * 1024 }, { 'g', 1024 * 1024 * 1024 }, { 0, 0 }
};

static int read_units(const struct setting *s, void *at, struct str value,
                      const struct unit *units, struct error *e)
{
    int64_t times = 1;
    struct str digits = value;
    int64_t n;

    for (; units->letter != 0; units++) {
        if (value.n > 1 && value.p[value.n - 1] == units->letter) {
            times = units->times;
            digits.n--;
        }
    }
    if (!str_int(digits, &n) || __builtin_mul_overflow(n, times, &n)) {
        return error(e, E_SYNTAX, "%s is a number, not \"%.*s\"", s->name,
                     STR_FMT(value));
    }
    if (n < s->min || n > s->max) {
        return error(e, E_LIMIT, "%s is %lld to %lld, not %.*s", s->name,
                     (long long)s->min, (long long)s->max, STR_FMT(value));
    }
    *(int64_t *)at = n;
    return 0;
}

static int read_number(const struct setting *s, void *at, struct str value,
                       struct arena *a, struct error *e)
{
    (void)a;
    return read_units(s, at, value, no_units, e);
}

static int read_seconds(const struct setting *s, void *at, struct str value,
                        struct arena *a, struct error *e)
{
    (void)a;
    return read_units(s, at, value, spans, e);
}

static int read_bytes(const struct setting *s, void *at, struct str value,
                      struct arena *a, struct error *e)
{
    (void)a;
    return read_units(s, at, value, sizes, e);
}

static int read_flag(const struct setting *s, void *at, struct str value,
                     struct arena *a, struct error *e)
{
    (void)a;
    if (!str_eq(value, STR("yes")) && !str_eq(value, STR("no"))) {
        return error(e, E_SYNTAX, "%s is yes or no, not \"%.*s\"", s->name,
                     STR_FMT(value));
    }
    *(bool *)at = value.p[0] == 'y';
    return 0;
}

static int read_choice(const struct setting *s, void *at, struct str value,
                       struct arena *a, struct error *e)
{
    const char *all = "";

    for (int i = 0; s->choices[i] != NULL; i++) {
        if (str_eq(value, str_of(s->choices[i]))) {
            *(int *)at = i;
            return 0;
        }
        all = arena_printf(a, "%s%s%s", all, i > 0 ? ", " : "", s->choices[i]);
    }
    return error(e, E_SYNTAX, "%s is one of %s, not \"%.*s\"", s->name, all,
                 STR_FMT(value));
}

static read_fn *const readers[] = {
    [SETTING_TEXT] = read_text,       [SETTING_SECRET] = read_secret,
    [SETTING_LIST] = read_list,       [SETTING_NUMBER] = read_number,
    [SETTING_SECONDS] = read_seconds, [SETTING_BYTES] = read_bytes,
    [SETTING_FLAG] = read_flag,       [SETTING_CHOICE] = read_choice,
};

int settings_default(const struct setting *table, void *base, struct arena *a,
                     struct error *e)
{
    for (const struct setting *s = table; s->name != NULL; s++) {
        int rc;

        if (s->fallback == NULL)
            continue;
        rc = readers[s->kind](s, (char *)base + s->offset, str_of(s->fallback),
                              a, e);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int settings_set(const struct setting *table, void *base, struct str keyword,
                 struct str value, struct arena *a, struct error *e)
{
    for (const struct setting *s = table; s->name != NULL; s++) {
        if (!str_eq(keyword, str_of(s->name)))
            continue;
        if (value.n == 0)
            return error(e, E_SYNTAX, "%s needs a value", s->name);
        return readers[s->kind](s, (char *)base + s->offset, value, a, e);
    }
    return error(e, E_NONE, "unknown word \"%.*s\"", STR_FMT(keyword));
}

int settings_check(const struct setting *table, const void *base,
                   struct error *e)
{
    for (const struct setting *s = table; s->name != NULL; s++) {
        const struct str *text = (const void *)((const char *)base + s->offset);

        if (s->needed && s->kind <= SETTING_SECRET && text->n == 0)
            return error(e, E_CONFIG, "%s is missing", s->name);
    }
    return 0;
}
