/*
 * A template, and what is filled in, up to the first NUL and after it. What a
 * resident wrote never ends the tag it stands in.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void render(const struct template_file *files, const char *name,
                   struct str value, struct buf *out)
{
    const struct template_value inner[] = { { "c", value, NULL },
                                            { NULL, STR_NONE, NULL } };
    const struct template_scope scope = { inner, NULL };
    const struct template_value values[] = {
        { "a", value, NULL },
        { "b", STR_NONE, &scope },
        { NULL, STR_NONE, NULL },
    };
    struct templates *t;
    struct error e;

    if (templates_load(&t, files, "", &e) < 0)
        return;
    if (template_render(t, STR("en"), name, values, out, &e) < 0)
        buf_clear(out);
    templates_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str value = { (const char *)bytes, n };
    struct str text = str_until(&value, STR("\0"));
    const struct template_file files[] = {
        { "words.en", STR("w word <>\n") },
        { "t.html", text },
        { "t.subject", text },
        { "p.html", STR("[{{a}}]") },
        { "p.subject", STR("[{{a}}]") },
        { "v.html", STR("{{a}}") },
        { NULL, STR_NONE },
    };
    struct buf out = buf_init(1024 * 1024);

    render(files, "t.html", value, &out);
    buf_clear(&out);
    render(files, "t.subject", value, &out);
    for (size_t i = 0; i < out.n; i++) {
        if ((unsigned char)out.p[i] < ' ')
            abort();
    }
    buf_clear(&out);
    render(&files[5], "v.html", value, &out);
    for (size_t i = 0; i < out.n; i++) {
        if (strchr("<>\"'", out.p[i]) != NULL && out.p[i] != '\0')
            abort();
    }
    buf_free(&out);
    return 0;
}
