#include <math.h>
#include <stdlib.h>

#include "rules/learn_internal.h"
#include "rules/rules_internal.h"

enum { LINE_MAX_BYTES = 100 };

static const double STEP = 0.1; /* of a score */

struct line {
    int score; /* in steps */
    int in, all;
    struct str text;
};

static int by_score(const void *x, const void *y)
{
    const struct line *a = x;
    const struct line *b = y;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return str_cmp(a->text, b->text);
}

static GArray *lines_of(const struct learn *l, const struct learned *w, int c)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));

    for (int i = 0; i < w->phrases; i++) {
        struct line line = {
            .score = (int)lround(w->score[i * w->categories + c] / STEP),
            .text = PHRASE(l, w->chosen[i])->text,
        };

        for (int k = 0; k < w->categories; k++)
            line.all += w->counts[i * w->categories + k];
        line.in = w->counts[i * w->categories + c];
        if (line.score != 0)
            g_array_append_val(lines, line);
    }
    g_array_sort(lines, by_score);
    return lines;
}

/* As many lines as fit on one: their counts above them. */
static guint write_line(const GArray *lines, guint first,
                        const struct learn_part *part, struct buf *out)
{
    const struct line *line = &g_array_index(lines, struct line, first);
    size_t width = 0;
    guint end = first;

    while (end < lines->len && line[end - first].score == line->score &&
           width < LINE_MAX_BYTES)
        width += line[end++ - first].text.n + 2;
    buf_printf(out, "    #");
    for (guint i = first; i < end; i++, line++)
        buf_printf(out, " %d/%d", line->in, line->all);
    line -= end - first;
    buf_printf(out, "\n    phrases %.*s %.1f:", STR_FMT(part->language),
               line->score * STEP);
    for (guint i = first; i < end; i++, line++) {
        buf_printf(out, "%s %.*s", i == first ? "" : ",", STR_FMT(line->text));
    }
    buf_byte(out, '\n');
    return end;
}

static int write_category(const struct learn *l, const struct learn_part *part,
                          const struct learned *w, int c, struct buf *out)
{
    struct str name = *(struct str *)l->names->pdata[c];
    bool known = part->given != NULL &&
                 rules_block(part->given, BLOCK_CATEGORY, name) != NULL;
    GArray *lines = lines_of(l, w, c);
    int n = (int)lines->len;

    buf_printf(out, "\n%s %.*s\n", known ? "extend" : "category",
               STR_FMT(name));
    buf_printf(out, "    # %d reports\n    base %.1f\n", w->rows[c],
               w->base[c]);
    for (guint i = 0; i < lines->len;)
        i = write_line(lines, i, part, out);
    g_array_free(lines, TRUE);
    return n;
}

int learn_file(const struct learn *l, const struct learn_part *part,
               struct buf *out)
{
    struct arena a = { NULL };
    struct learned w = { .phrases = 0 };
    int n = 0;

    learn_choose(l, part, &w, &a);
    learn_fit(l, part, &w, &a);
    for (int c = 0; c < w.categories; c++)
        n += write_category(l, part, &w, c, out);
    arena_free(&a);
    return n;
}
