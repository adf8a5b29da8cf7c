#include "rules/learn.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "rules/learn_internal.h"

enum { NAME_MAX_BYTES = 60 };

/* What the engine multiplies a score by that is found in the title. */
static const double TITLE_VALUE = 1.5;

struct learn *learn_new(void)
{
    struct learn *l = g_new0(struct learn, 1);

    l->ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    l->phrases = g_array_new(FALSE, TRUE, sizeof(struct learn_phrase));
    l->hits = g_array_new(FALSE, TRUE, sizeof(struct learn_hit));
    l->rows = g_array_new(FALSE, TRUE, sizeof(struct learn_row));
    l->names = g_ptr_array_new();
    return l;
}

void learn_free(struct learn *l)
{
    g_hash_table_destroy(l->ids);
    g_array_free(l->phrases, TRUE);
    g_array_free(l->hits, TRUE);
    g_array_free(l->rows, TRUE);
    g_ptr_array_free(l->names, TRUE);
    arena_free(&l->arena);
    g_free(l);
}

/* "Traffic_Safety": traffic-safety; empty: it cannot be a name. */
static struct str rule_name(struct arena *a, struct str s)
{
    char *out = arena_dup(a, s);

    if (s.n == 0 || s.n > NAME_MAX_BYTES)
        return STR("");
    for (size_t i = 0; i < s.n; i++) {
        char c = out[i];

        if (c >= 'A' && c <= 'Z') {
            out[i] = (char)(c + 32);
        } else if (c == '_' || c == ' ') {
            out[i] = '-';
        } else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '-')) {
            return STR("");
        }
    }
    return (struct str){ out, s.n };
}

static CHECKED int category_of(struct learn *l, struct str label, int *out,
                               struct error *e)
{
    struct str name = rule_name(&l->arena, label);

    if (name.n == 0) {
        return error(e, E_SYNTAX, "\"%.*s\" cannot be a category's name",
                     STR_FMT(utf8_head(label, NAME_MAX_BYTES)));
    }
    for (*out = 0; *out < (int)l->names->len; ++*out) {
        if (str_eq(*(struct str *)l->names->pdata[*out], name))
            return 0;
    }
    if (*out == LEARN_CATEGORIES_MAX) {
        return error(e, E_LIMIT, "over %d categories",
                     (int)LEARN_CATEGORIES_MAX);
    }
    struct str *own = arena_new(&l->arena, struct str);

    *own = name;
    g_ptr_array_add(l->names, own);
    return 0;
}

static struct str phrase_text(struct arena *a, const struct term *terms,
                              size_t n)
{
    struct buf b = buf_init(LEARN_TEXT_MAX);
    struct str out;

    for (size_t i = 0; i < n; i++) {
        buf_add(&b, i == 0 ? STR("") : STR(" "));
        buf_add(&b, terms[i].word);
    }
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* A text that shouts tells nothing about names. */
static bool has_small_letters(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return true;
    }
    return false;
}

static guint phrase_number(struct learn *l, uint64_t hash,
                           const struct term *terms, size_t n)
{
    gint64 key = (gint64)hash;
    guint id = GPOINTER_TO_UINT(g_hash_table_lookup(l->ids, &key));
    struct learn_phrase fresh = { .number = false };

    if (id > 0)
        return id - 1;
    fresh.text = phrase_text(&l->arena, terms, n);
    for (size_t i = 0; i < n; i++)
        fresh.number = fresh.number || terms[i].number;
    g_array_append_val(l->phrases, fresh);
    g_hash_table_insert(l->ids, g_memdup2(&key, sizeof(key)),
                        GUINT_TO_POINTER(l->phrases->len));
    return l->phrases->len - 1;
}

static void add_hit(struct learn *l, guint id, bool capital, double value)
{
    struct learn_phrase *p = PHRASE(l, id);
    struct learn_hit hit = { id, value };
    int row = (int)l->rows->len + 1;

    if (p->last == row)
        return;
    p->last = row;
    p->rows++;
    p->capital += capital;
    g_array_append_val(l->hits, hit);
}

static void add_text(struct learn *l, struct str text, double value,
                     struct arena *a)
{
    bool names = value <= 1 && has_small_letters(text);
    size_t n;
    const struct term *terms = terms_of(a, text, &n);

    for (size_t i = 0; i < n; i++) {
        uint64_t hash = 0;
        bool capital = false;

        for (size_t k = i; k < n && k < i + PHRASE_TERMS; k++) {
            if (k > i && terms[k].first)
                break;
            hash = phrase_hash(hash, &terms[k]);
            capital = capital || (terms[k].capital && !terms[k].first);
            add_hit(l, phrase_number(l, hash, &terms[i], k - i + 1),
                    names && capital, value);
        }
    }
}

static struct str head(struct arena *a, struct str s)
{
    return arena_str(a, utf8_clean(a, utf8_head(s, LEARN_TEXT_MAX)));
}

int learn_add(struct learn *l, const struct rules_text *text,
              struct str category, struct error *e)
{
    struct learn_row row = { .first = l->hits->len };
    struct arena a = { NULL };
    int rc = category_of(l, category, &row.category, e);

    if (rc < 0)
        return rc;
    if (l->rows->len == LEARN_ROWS_MAX)
        return error(e, E_LIMIT, "over %d rows", (int)LEARN_ROWS_MAX);
    row.text.title = head(&l->arena, text->title);
    row.text.text = head(&l->arena, text->text);
    add_text(l, row.text.title, TITLE_VALUE, &a);
    add_text(l, row.text.text, 1, &a);
    row.n = l->hits->len - row.first;
    g_array_append_val(l->rows, row);
    arena_free(&a);
    return 0;
}

int learn_rows(const struct learn *l)
{
    return (int)l->rows->len;
}

int learn_categories(const struct learn *l)
{
    return (int)l->names->len;
}
