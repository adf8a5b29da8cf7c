/*
 * multipart/form-data in slices: the first byte says how it is cut. The parts
 * and their bytes are the same as when it comes whole.
 */
#include <stdint.h>
#include <stdlib.h>

#include "http/form.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define KIND "multipart/form-data; boundary=XbX"

static int on_begin(void *arg, const struct multipart_part *p, struct error *e)
{
    struct buf *b = arg;

    (void)e;
    buf_printf(b, "<%zu,%zu>", p->name.n, p->type.n);
    buf_add(b, p->name);
    buf_add(b, p->file_name);
    return 0;
}

static int on_bytes(void *arg, struct str bytes, struct error *e)
{
    (void)e;
    return buf_add(arg, bytes);
}

static int read_in(struct str in, size_t slice, struct buf *out)
{
    struct multipart_sink sink = { on_begin, on_bytes, out };
    struct multipart m;
    struct error e;
    int rc = multipart_begin(&m, STR(KIND), &sink, &e);
    int end;

    while (in.n > 0 && rc == 0) {
        rc = multipart_feed(&m, str_slice(in, 0, slice), &e);
        in = str_slice(in, slice, in.n);
    }
    end = multipart_end(&m, &e);
    return rc < 0 ? rc : end;
}

/* The list that routes get points into the body. */
static void read_list(struct str in)
{
    struct arena a = { 0 };
    struct form_field *f;
    struct error e;

    if (multipart_read(&f, STR(KIND), in, &a, &e) == 0) {
        for (; f != NULL; f = f->next) {
            if (f->value.n > 0 &&
                (f->value.p < in.p || f->value.p + f->value.n > in.p + in.n))
                abort();
        }
    }
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str in = { (const char *)bytes + 1, n - 1 };
    struct buf whole = buf_init(n * 4 + 65536);
    struct buf cut = buf_init(n * 4 + 65536);

    if (n < 1)
        return 0;
    if (read_in(in, in.n == 0 ? 1 : in.n, &whole) !=
        read_in(in, bytes[0] % 64U + 1, &cut))
        abort();
    if (!str_eq(buf_str(&whole), buf_str(&cut)))
        abort();
    buf_free(&whole);
    buf_free(&cut);
    read_list(in);
    return 0;
}
