#include "rules/learn_internal.h"
#include "rules/rules_internal.h"

enum { FILE_BYTES = 16 * 1024 * 1024 };

/* The given rules without their tests: what is learned may answer otherwise. */
static CHECKED int given(const struct learn_how *how, struct rules **out,
                         struct error *e)
{
    int rc;

    *out = rules_new();
    rc = rules_read(*out, how->given, e);
    if (rc < 0) {
        rules_free(*out);
    } else {
        rules_ready(*out);
    }
    return rc;
}

int learn_write(const struct learn *l, const struct learn_how *how,
                struct buf *out, int *phrases, struct error *e)
{
    struct learn_part part = { .language = how->language };
    int rc = given(how, &part.given, e);

    if (rc < 0)
        return rc;
    *phrases = learn_file(l, &part, out);
    rules_free(part.given);
    return 0;
}

/* The given rules and the learned ones as one set, as a daemon has them. */
static CHECKED int together(const struct learn *l, const struct learn_how *how,
                            const struct learn_part *part, struct rules **out,
                            struct error *e)
{
    struct buf text = buf_init(FILE_BYTES);
    int rc;

    learn_file(l, part, &text);
    *out = rules_new();
    rc = rules_read(*out, how->given, e);
    if (rc == 0)
        rc = rules_parse(*out, "learned.rules", 1, buf_str(&text), e);
    if (rc < 0) {
        rules_free(*out);
    } else {
        rules_ready(*out);
    }
    buf_free(&text);
    return rc;
}

static void judge(const struct learn *l, const struct learn_part *part,
                  struct rules *r, struct learn_share *out)
{
    for (guint i = 0; i < l->rows->len; i++) {
        const struct learn_row *row = ROW(l, i);
        struct str name = *(struct str *)l->names->pdata[row->category];
        struct arena a = { NULL };
        struct extract x;

        if (learn_is_in(part, i))
            continue;
        rules_apply(r, &row->text, &x, &a);
        out->rows++;
        out->right += str_eq(x.category.name, name);
        out->second += str_eq(x.runner_up.name, name);
        arena_free(&a);
    }
}

int learn_held_out(const struct learn *l, const struct learn_how *how,
                   int folds, struct learn_share *out, struct error *e)
{
    struct learn_part part = { folds, 0, NULL, how->language };
    int rc = given(how, &part.given, e);

    *out = (struct learn_share){ 0 };
    if (rc < 0)
        return rc;
    for (; rc == 0 && part.without < folds; part.without++) {
        struct rules *r;

        rc = together(l, how, &part, &r, e);
        if (rc == 0) {
            judge(l, &part, r, out);
            rules_free(r);
        }
    }
    rules_free(part.given);
    return rc;
}
