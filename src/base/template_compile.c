/* A template's text becomes a list of nodes. */
#include "base/template_internal.h"

struct compiler {
    struct template *t;
    struct arena *a;
    struct str text;
    size_t at;    /* read up to here */
    size_t begin; /* of text not yet in a node */
    int line;
    int depth;
    struct node **tails[TEMPLATE_DEPTH]; /* where the next node goes */
    struct node *open[TEMPLATE_DEPTH];   /* the section it is in */
};

static struct node *node_add(struct compiler *c, enum node_kind kind,
                             struct str text)
{
    struct node *n = arena_new(c->a, struct node);

    n->kind = kind;
    n->line = c->line;
    n->text = text;
    *c->tails[c->depth] = n;
    c->tails[c->depth] = &n->next;
    return n;
}

/* What stands from begin to end goes into a node of its own. */
static void text_add(struct compiler *c, size_t end)
{
    if (end > c->begin)
        node_add(c, NODE_TEXT, str_slice(c->text, c->begin, end));
    c->begin = c->at;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Is the tag from begin to end alone on its line? Then the line goes: *begin
 * and *end become its bounds.
 */
static void line_widen(const struct compiler *c, size_t *begin, size_t *end)
{
    size_t from = *begin;
    size_t to = *end;

    while (from > 0 && blank(c->text.p[from - 1]))
        from--;
    while (to < c->text.n && blank(c->text.p[to]))
        to++;
    if ((from > 0 && c->text.p[from - 1] != '\n') ||
        (to < c->text.n && c->text.p[to] != '\n'))
        return;
    *begin = from;
    *end = to < c->text.n ? to + 1 : to;
}

static int wrong(const struct compiler *c, struct error *e, const char *what,
                 struct str name)
{
    return error(e, E_SYNTAX, "%s:%d: %s{{%.*s}}", c->t->path, c->line, what,
                 STR_FMT(name));
}

static bool is_name(struct str s)
{
    static const char marks[] = "_.-";

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && (c == '\0' || !strchr(marks, c)))
            return false;
    }
    return s.n > 0;
}

/* ---- tags: each kind has its sign ---- */

typedef int tag_fn(struct compiler *c, struct str name, struct error *e);

static int section_open(struct compiler *c, enum node_kind kind,
                        struct str name, struct error *e)
{
    struct node *n;

    if (c->depth + 1 == TEMPLATE_DEPTH)
        return wrong(c, e, "too many sections inside one another at ", name);
    n = node_add(c, kind, name);
    c->depth++;
    c->open[c->depth] = n;
    c->tails[c->depth] = &n->inside;
    return 0;
}

static int tag_list(struct compiler *c, struct str name, struct error *e)
{
    return section_open(c, NODE_LIST, name, e);
}

static int tag_unless(struct compiler *c, struct str name, struct error *e)
{
    return section_open(c, NODE_UNLESS, name, e);
}

static int tag_end(struct compiler *c, struct str name, struct error *e)
{
    if (c->depth == 0 || !str_eq(c->open[c->depth]->text, name))
        return wrong(c, e, "no section to be ended here by /", name);
    c->depth--;
    return 0;
}

static int tag_partial(struct compiler *c, struct str name, struct error *e)
{
    (void)e;
    if (!str_ends(name, str_of(c->t->kind->ending))) {
        name = str_of(
            arena_printf(c->a, "%.*s%s", STR_FMT(name), c->t->kind->ending));
    }
    node_add(c, NODE_PARTIAL, name);
    return 0;
}

static int tag_value(struct compiler *c, struct str name, struct error *e)
{
    struct str words = STR(".words.");

    if (str_starts(name, words) && name.n > words.n) {
        node_add(c, NODE_WORD, str_slice(name, words.n, name.n));
    } else if (str_starts(name, STR("."))) {
        return wrong(c, e, "only words begin with a dot: ", name);
    } else {
        node_add(c, NODE_VALUE, name);
    }
    return 0;
}

static const struct {
    char sign;
    tag_fn *tag;
} tags[] = {
    { '#', tag_list },
    { '^', tag_unless },
    { '/', tag_end },
    { '>', tag_partial },
};

static bool takes_its_line(struct str inside)
{
    return inside.n > 0 && strchr("#^/>!", inside.p[0]) != NULL;
}

static int tag_take(struct compiler *c, struct str inside, struct error *e)
{
    tag_fn *tag = tag_value;
    struct str name = inside;

    if (str_starts(inside, STR("!")))
        return 0;
    if (inside.n > 0 && strchr("{&=", inside.p[0]) != NULL)
        return wrong(c, e, "everything is escaped, there is no ", inside);
    for (size_t i = 0; i < COUNT_OF(tags); i++) {
        if (inside.n > 0 && inside.p[0] == tags[i].sign) {
            tag = tags[i].tag;
            name = str_trim(str_slice(inside, 1, inside.n));
        }
    }
    if (!is_name(name))
        return wrong(c, e, "not a name: ", inside);
    return tag(c, name, e);
}

static void lines_count(struct compiler *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        c->line += c->text.p[i] == '\n';
}

/* The tag at c->at, which is "{{". */
static int tag_read(struct compiler *c, struct error *e)
{
    struct str rest = str_slice(c->text, c->at + 2, c->text.n);
    size_t n = str_find(rest, STR("}}"));
    struct str inside = str_trim(str_slice(rest, 0, n));
    size_t begin = c->at;
    size_t end = begin + 2 + n + 2;
    int rc;

    if (n == rest.n) {
        return error(e, E_SYNTAX, "%s:%d: a tag that is not ended", c->t->path,
                     c->line);
    }
    if (takes_its_line(inside))
        line_widen(c, &begin, &end);
    if (begin < c->begin) /* its line's begin went with the tag before */
        begin = c->begin;
    text_add(c, begin);
    rc = tag_take(c, inside, e);
    lines_count(c, c->at, end);
    c->at = end;
    c->begin = end;
    return rc;
}

int template_compile(struct template *t, struct str text, struct arena *a,
                     struct error *e)
{
    struct compiler c = { .t = t, .a = a, .text = text, .line = 1 };

    c.tails[0] = &t->nodes;
    while (c.at < text.n && !t->kind->plain) {
        struct str rest = str_slice(text, c.at, text.n);
        size_t n = str_find(rest, STR("{{"));

        lines_count(&c, c.at, c.at + n);
        c.at += n;
        if (n < rest.n && tag_read(&c, e) < 0)
            return e->code;
    }
    if (c.depth > 0) {
        c.line = c.open[c.depth]->line;
        return wrong(&c, e,
                     "a section that is not ended: ", c.open[c.depth]->text);
    }
    text_add(&c, text.n);
    return 0;
}
