#include "text_write.h"
#include "text_json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/percent.h"

enum { STAMP_ROOM = 64, SHORT_CODE = 6 };

void text_pair(struct buf *out, const char *name, struct str value)
{
    struct arena a = { 0 };

    buf_printf(out, "%s%s=", out->n > 0 ? "&" : "", name);
    buf_add(out, percent_encode(&a, value));
    arena_free(&a);
}

struct str text_kept(struct arena *a, struct buf *b)
{
    struct str s = b->over ? STR("") : arena_str(a, buf_str(b));

    buf_free(b);
    return s;
}

struct str text_query(struct arena *a, const char *before, struct buf *query)
{
    struct str kept = text_kept(a, query);

    return str_of(arena_printf(a, "%s?%.*s", before, STR_FMT(kept)));
}

const char *text_at(struct arena *a, const struct text_channel *t,
                    const char *fmt, ...)
{
    struct buf b = buf_init(TEXT_REQUEST_BYTES);
    char *rest = NULL;
    va_list args;
    int n;

    va_start(args, fmt);
    n = vasprintf(&rest, fmt, args);
    va_end(args);
    if (n < 0)
        abort(); /* out of memory */
    buf_add(&b, t->with.api);
    buf_add(&b, str_of(rest));
    free(rest);
    return arena_dup(a, text_kept(a, &b));
}

const char *text_header(struct arena *a, const char *name, struct str value)
{
    char *line = arena_printf(a, "%s: %.*s", name, STR_FMT(value));

    for (char *p = line; *p != '\0'; p++) {
        if (*p == '\r' || *p == '\n')
            *p = ' ';
    }
    return line;
}

struct str text_stamp(struct arena *a, int64_t at)
{
    time_t seconds = (time_t)at;
    char z[STAMP_ROOM];
    struct tm tm;

    if (gmtime_r(&seconds, &tm) == NULL)
        return STR("");
    return arena_str(a, (struct str){ z, strftime(z, sizeof(z),
                                                  "%Y-%m-%dT%H:%M:%SZ", &tm) });
}

struct str text_plus(struct arena *a, struct str number)
{
    if (number.n <= SHORT_CODE)
        return number;
    for (size_t i = 0; i < number.n; i++) {
        if (number.p[i] < '0' || number.p[i] > '9')
            return number;
    }
    return str_of(arena_printf(a, "+%.*s", STR_FMT(number)));
}

struct str text_no_plus(struct str number)
{
    return str_slice(number, number.n > 0 && number.p[0] == '+', number.n);
}

struct str text_json_kept(const json_t *object, const char *key,
                          struct arena *a)
{
    const json_t *v = json_object_get(object, key);

    if (json_is_integer(v)) {
        return str_of(
            arena_printf(a, "%lld", (long long)json_integer_value(v)));
    }
    if (!json_is_string(v))
        return STR("");
    return arena_str(
        a, (struct str){ json_string_value(v), json_string_length(v) });
}

struct str text_json_item(const json_t *item, struct arena *a)
{
    char *z = json_dumps(item, JSON_COMPACT);
    struct str s = arena_str(a, str_of(z));

    free(z);
    return s;
}

struct text *text_add(struct text **list, enum text_kind kind, struct arena *a)
{
    while (*list != NULL)
        list = &(*list)->next;
    *list = arena_new(a, struct text);
    (*list)->kind = kind;
    return *list;
}

bool text_is_json(struct str bytes)
{
    struct str s = str_trim(bytes);

    return s.n > 0 && (s.p[0] == '{' || s.p[0] == '[');
}

struct text_file *text_file_add(struct text *text, struct str url,
                                struct arena *a)
{
    struct text_file **at = &text->files;
    int n = 0;

    while (*at != NULL) {
        at = &(*at)->next;
        n++;
    }
    if (n >= TEXT_FILES_MAX || url.n == 0)
        return NULL;
    *at = arena_new(a, struct text_file);
    (*at)->url = url;
    return *at;
}

struct str text_why(struct arena *a, struct str code, struct str sentence)
{
    if (code.n == 0 || sentence.n == 0)
        return code.n > 0 ? code : sentence;
    return str_of(
        arena_printf(a, "%.*s: %.*s", STR_FMT(code), STR_FMT(sentence)));
}

enum delivery text_word_of(const struct text_word *table, struct str word)
{
    for (; table->word != NULL; table++) {
        if (str_case_eq(word, str_of(table->word)))
            return table->delivery;
    }
    return DELIVERY_UNTOLD;
}

bool text_code_among(const int64_t *codes, int64_t code)
{
    while (*codes != 0 && *codes != code)
        codes++;
    return *codes != 0;
}

void text_login_bearer(struct text_request *out, const struct text_channel *t,
                       struct arena *a)
{
    struct str bearer =
        str_of(arena_printf(a, "Bearer %.*s", STR_FMT(t->with.key)));

    out->headers[0] = text_header(a, "Authorization", bearer);
}

int text_read_object(struct text **out, struct str bytes, text_object_fn *read,
                     struct arena *a, struct error *e)
{
    json_t *top = text_json(bytes);
    int rc;

    *out = NULL;
    rc = top == NULL ? error(e, E_SYNTAX, "not a JSON object")
                     : read(out, top, a, e);
    json_decref(top);
    return rc;
}

void text_said_flat(struct text_answer *out, long status, const json_t *top,
                    const char *const names[2], struct arena *a)
{
    out->id = text_json_kept(top, "id", a);
    if (status >= 400) {
        out->why = text_why(a, text_json_kept(top, names[0], a),
                            text_json_kept(top, names[1], a));
    }
    out->account = status == 401 || status == 403;
}
