/* A form of a browser, or of whoever: decoded within its limits. */
#include <stdint.h>
#include <stdlib.h>

#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str in = { (const char *)bytes, n };
    struct arena a = { 0 };
    struct form_field *f;
    struct error e;
    size_t count = 0;
    size_t total = 0;

    if (form_read(&f, in, &a, &e) == 0) {
        for (; f != NULL; f = f->next) {
            count++;
            total += f->name.n + f->value.n;
            if (f->name.n > FORM_NAME || f->file_name.p != NULL)
                abort();
        }
        if (count > FORM_FIELDS || total > n)
            abort();
    }
    arena_free(&a);
    return 0;
}
