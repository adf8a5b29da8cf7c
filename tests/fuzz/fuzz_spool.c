/* Files in a folder of texts: any bytes, under any name, in any number. */
#include <stdlib.h>

#include "../../adapters/spool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {
    "IN20260921_153320_00_+15555550123_00.txt",
    "GSM1.Abc123",
};

/* Read as a raw, as one file of each kind, and as two parts of gammu's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str all = { (const char *)data, size };
    struct arena a = { 0 };
    struct spool_name name;
    struct text *t;
    struct error e;

    if (spool_read(&t, RAW_FORM, all, &a, &e) == 0 && t == NULL)
        abort();
    (void)spool_name(all, &name);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct buf raw = buf_init(1024 * 1024);

        spool_pack(&raw, "file", str_of(names[i]));
        spool_pack(&raw, "text", str_slice(all, 0, size / 2));
        spool_pack(&raw, "text", str_slice(all, size / 2, size));
        if (spool_read(&t, RAW_FORM, buf_str(&raw), &a, &e) == 0 && t == NULL)
            abort();
        buf_free(&raw);
    }
    arena_free(&a);
    return 0;
}
