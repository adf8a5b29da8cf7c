#include "rules/rules_internal.h"

static bool is(struct str field, const char *name)
{
    return str_eq(field, str_of(name));
}

/* The finding of an address or an emergency of block b, or NULL. */
static const struct finding *finding_of(const struct extract *x,
                                        const char *field, struct str name)
{
    const struct finding *f = x->findings;

    while (f != NULL && !(is(f->field, field) && str_eq(f->value, name)))
        f = f->next;
    return f;
}

static bool chosen(const struct block *b, const struct extract *x)
{
    if (b->kind == BLOCK_CATEGORY)
        return str_eq(x->category.name, b->name);
    return finding_of(x, b->kind == BLOCK_ADDRESS ? "address" : "urgent",
                      b->name) != NULL;
}

/* What was found instead, for the sentence. */
static struct str instead(const struct block *b, const struct extract *x)
{
    const char *field = b->kind == BLOCK_ADDRESS ? "address" : "urgent";

    if (b->kind == BLOCK_CATEGORY)
        return x->category.name;
    for (const struct finding *f = x->findings; f != NULL; f = f->next) {
        if (is(f->field, field))
            return f->value;
    }
    return STR("nothing");
}

/* The value of a part of the address that f begins. */
static struct str part_value(const struct finding *f, struct str part)
{
    for (f = f->next; f != NULL && !is(f->field, "address"); f = f->next) {
        if (str_eq(f->field, part))
            return f->value;
    }
    return STR("");
}

/* Checks one "street=Oak St" of a test line against what was found. */
static CHECKED int check_part(struct str want, const struct finding *f,
                              struct error *e)
{
    struct str value = want;
    struct str part = str_trim(str_until(&value, STR("=")));
    bool known = false;
    struct str got;

    value = str_trim(value);
    for (int i = 0; i < PARTS; i++)
        known = known || is(part, part_names[i]);
    if (!known)
        return error(e, E_SYNTAX, "there is no part \"%.*s\"", STR_FMT(part));
    got = part_value(f, part);
    if (str_eq(value, got))
        return 0;
    return error(e, E_RULE_TEST, "%.*s is \"%.*s\", not \"%.*s\"",
                 STR_FMT(part), STR_FMT(got), STR_FMT(value));
}

static CHECKED int run(struct rules *r, const struct block *b,
                       const struct rule_test *t, struct error *e)
{
    struct rules_text text = { .text = t->text };
    struct str parts = t->parts;
    struct arena a = { NULL };
    struct extract x;
    int rc = 0;

    rules_apply(r, &text, &x, &a);
    if (chosen(b, &x) != t->want) {
        rc =
            error(e, E_RULE_TEST, "%s %.*s: \"%.*s\" gives %.*s",
                  block_names[b->kind], STR_FMT(b->name),
                  STR_FMT(str_slice(t->text, 0, 200)), STR_FMT(instead(b, &x)));
    }
    while (rc == 0 && parts.n > 0) {
        rc = check_part(str_trim(str_until(&parts, STR(";"))),
                        finding_of(&x, "address", b->name), e);
    }
    arena_free(&a);
    return rc;
}

int rules_test(struct rules *r, struct error *e)
{
    for (const struct block *b = r->blocks; b != NULL; b = b->next) {
        for (const struct rule_test *t = b->tests; t != NULL; t = t->next) {
            if (run(r, b, t, e) < 0)
                return error_in(e, "%s:%d", t->path, t->line);
        }
    }
    return 0;
}
