/* Nodes and values become text, escaped for what the template is. */
#include "base/template_internal.h"

/* ---- escaping ---- */

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

static void as_is(struct buf *out, struct str s)
{
    buf_add(out, s);
}

static void as_html(struct buf *out, struct str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        static const struct {
            char c;
            struct str as;
        } marks[] = {
            { '&', STR_INIT("&amp;") },  { '<', STR_INIT("&lt;") },
            { '>', STR_INIT("&gt;") },   { '"', STR_INIT("&quot;") },
            { '\'', STR_INIT("&#39;") },
        };
        size_t k = 0;

        while (k < COUNT_OF(marks) && marks[k].c != s.p[i])
            k++;
        if (k == COUNT_OF(marks))
            continue;
        buf_add(out, str_slice(s, from, i));
        buf_add(out, marks[k].as);
        from = i + 1;
    }
    buf_add(out, str_slice(s, from, s.n));
}

static void as_lines(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
            continue;
        if (is_control((unsigned char)c) && c != '\n' && c != '\t')
            c = ' ';
        buf_byte(out, c);
    }
}

/* Blanks, line breaks and controls become one blank, none at the begin. */
static void as_one_line(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c != ' ' && !is_control(c)) {
            buf_byte(out, s.p[i]);
        } else if (out->n > 0 && out->p[out->n - 1] != ' ') {
            buf_byte(out, ' ');
        }
    }
}

static const struct template_kind kinds[] = {
    { .ending = ".html", .literal = as_is, .value = as_html },
    { .ending = ".txt", .literal = as_is, .value = as_lines },
    { .ending = ".sms",
      .literal = as_one_line,
      .value = as_one_line,
      .one_line = true },
    { .ending = ".subject",
      .literal = as_one_line,
      .value = as_one_line,
      .one_line = true },
    { .ending = ".css", .literal = as_is, .value = as_is, .plain = true },
};

const struct template_kind *template_kind(struct str name)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (str_ends(name, str_of(kinds[i].ending)))
            return &kinds[i];
    }
    return NULL;
}

/* ---- rendering ---- */

/* A scope and the one around it. */
struct frame {
    const struct template_value *values;
    const struct frame *around;
};

struct render {
    const struct templates *all;
    const struct template *t;
    struct str language;
    struct buf *out;
    int depth;
};

static const struct template_value *value_find(const struct frame *f,
                                               struct str name)
{
    for (; f != NULL; f = f->around) {
        for (const struct template_value *v = f->values;
             v != NULL && v->name != NULL; v++) {
            if (str_eq(str_of(v->name), name))
                return v;
        }
    }
    return NULL;
}

typedef int node_fn(struct render *r, const struct node *n,
                    const struct frame *f, struct error *e);

static int nodes_write(struct render *r, const struct node *n,
                       const struct frame *f, struct error *e);

/* NULL: e says which is missing. */
static const struct template_value *value_get(const struct render *r,
                                              const struct node *n,
                                              const struct frame *f,
                                              struct error *e)
{
    const struct template_value *v = value_find(f, n->text);

    if (v == NULL) {
        error(e, E_NONE, "%s:%d: nothing is given for {{%.*s}}", r->t->path,
              n->line, STR_FMT(n->text));
    }
    return v;
}

static int write_text(struct render *r, const struct node *n,
                      const struct frame *f, struct error *e)
{
    (void)f;
    (void)e;
    r->t->kind->literal(r->out, n->text);
    return 0;
}

static int write_value(struct render *r, const struct node *n,
                       const struct frame *f, struct error *e)
{
    const struct template_value *v = value_get(r, n, f, e);

    if (v == NULL)
        return E_NONE;
    r->t->kind->value(r->out, v->text);
    return 0;
}

static int write_word(struct render *r, const struct node *n,
                      const struct frame *f, struct error *e)
{
    (void)f;
    (void)e;
    r->t->kind->value(r->out, word_find(r->all, r->language, n->text));
    return 0;
}

static int write_list(struct render *r, const struct node *n,
                      const struct frame *f, struct error *e)
{
    const struct template_value *v = value_get(r, n, f, e);
    int rc = 0;

    if (v == NULL)
        return E_NONE;
    if (v->items == NULL && v->text.n > 0)
        return nodes_write(r, n->inside, f, e);
    for (const struct template_scope *s = v->items; s != NULL && rc == 0;
         s = s->next) {
        struct frame inner = { s->values, f };

        rc = nodes_write(r, n->inside, &inner, e);
    }
    return rc;
}

static int write_unless(struct render *r, const struct node *n,
                        const struct frame *f, struct error *e)
{
    const struct template_value *v = value_get(r, n, f, e);

    if (v == NULL)
        return E_NONE;
    if (v->items == NULL && v->text.n == 0)
        return nodes_write(r, n->inside, f, e);
    return 0;
}

static int write_partial(struct render *r, const struct node *n,
                         const struct frame *f, struct error *e)
{
    const struct template *around = r->t;
    int rc;

    if (r->depth == TEMPLATE_DEPTH) {
        return error(e, E_LIMIT, "%s:%d: partials that never end", r->t->path,
                     n->line);
    }
    r->t = template_find(r->all, r->language, n->text);
    if (r->t == NULL) {
        return error(e, E_NONE, "%s:%d: there is no partial %.*s", around->path,
                     n->line, STR_FMT(n->text));
    }
    r->depth++;
    rc = nodes_write(r, r->t->nodes, f, e);
    r->depth--;
    r->t = around;
    return rc;
}

static int nodes_write(struct render *r, const struct node *n,
                       const struct frame *f, struct error *e)
{
    static node_fn *const writes[] = {
        [NODE_TEXT] = write_text,     [NODE_VALUE] = write_value,
        [NODE_WORD] = write_word,     [NODE_LIST] = write_list,
        [NODE_UNLESS] = write_unless, [NODE_PARTIAL] = write_partial,
    };
    int rc = 0;

    for (; n != NULL && rc == 0; n = n->next)
        rc = writes[n->kind](r, n, f, e);
    return rc;
}

int template_render(const struct templates *t, struct str language,
                    const char *name, const struct template_value *values,
                    struct buf *out, struct error *e)
{
    struct render r = { .all = t, .language = language, .out = out };
    struct frame f = { values, NULL };
    int rc;

    r.t = template_find(t, language, str_of(name));
    if (r.t == NULL)
        return error(e, E_NONE, "there is no template %s", name);
    rc = nodes_write(&r, r.t->nodes, &f, e);
    while (r.t->kind->one_line && out->n > 0 && out->p[out->n - 1] == ' ')
        out->n--;
    if (rc == 0 && out->over)
        rc = error(e, E_LIMIT, "%s: over %zu bytes", r.t->path, out->max);
    return rc;
}
