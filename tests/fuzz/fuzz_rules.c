/*
 * A rule file, a line "%%", and a text it is applied to. A rule file is
 * written by the town, a text by anybody: neither may bring the program down,
 * and what the rules find must lie in the text.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "rules/rules_internal.h"

enum { RULES_BYTES_MAX = 4096 }; /* regexes compile slowly under sanitizers */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_span(const struct span *span, struct str text)
{
    if (span->begin > span->end ||
        (span->in != ZONE_NONE && span->end > text.n))
        abort();
}

static void apply(struct rules *r, struct str text)
{
    struct arena a = { NULL };
    struct rules_text in = { .title = utf8_head(text, 40), .text = text };
    struct extract x;
    struct error e;

    rules_apply(r, &in, &x, &a);
    check_span(&x.category.span, text);
    for (const struct finding *f = x.findings; f != NULL; f = f->next)
        check_span(&f->span, text);
    if (rules_test(r, &e) < 0 && e.text[0] == '\0')
        abort();
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str text = { (const char *)bytes, n };
    struct str file = str_until(&text, STR("\n%%\n"));
    struct rules *r = rules_new();
    struct error e;

    if (file.n <= RULES_BYTES_MAX &&
        rules_parse(r, "fuzz.rules", 0, file, &e) == 0) {
        rules_ready(r);
        apply(r, text);
    }
    rules_free(r);
    return 0;
}
