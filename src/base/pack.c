#include "base/pack.h"

#include <stdlib.h>
#include <zlib.h>

enum {
    GZIP_BITS = 15 + 16, /* the largest window, and gzip's frame around it */
    LEVEL = 6,
    MEMORY = 8,
    STEP = 64 * 1024,
};

/* zlib only reads it, whatever its types say. */
static Bytef *unconst(const char *p)
{
    union {
        const char *in;
        Bytef *out;
    } u = { p };

    return u.out;
}

typedef int run_fn(z_stream *z, int flush);

/* Runs z over all of in; 0 once it has come to its end. */
static int run(z_stream *z, run_fn *step, struct str in, struct buf *out)
{
    int rc = Z_OK;

    z->next_in = unconst(in.n == 0 ? "" : in.p);
    z->avail_in = (uInt)in.n;
    while (rc == Z_OK) {
        size_t room = out->max - out->n < STEP ? out->max - out->n : STEP;
        char *to = room == 0 ? NULL : buf_room(out, room);

        if (to == NULL) {
            out->over = true;
            return E_LIMIT;
        }
        z->next_out = (Bytef *)to;
        z->avail_out = (uInt)room;
        rc = step(z, Z_FINISH);
        out->n -= z->avail_out;
        if (rc == Z_BUF_ERROR && z->avail_out == 0)
            rc = Z_OK;
    }
    return rc == Z_STREAM_END ? 0 : E_SYNTAX;
}

int pack_gzip(struct str in, struct buf *out)
{
    z_stream z = { .zalloc = Z_NULL };
    int rc;

    if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_BITS, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    rc = run(&z, deflate, in, out);
    deflateEnd(&z);
    return rc;
}

int unpack_gzip(struct str in, struct buf *out)
{
    z_stream z = { .zalloc = Z_NULL };
    int rc;

    if (inflateInit2(&z, GZIP_BITS) != Z_OK)
        abort();
    rc = run(&z, inflate, in, out);
    inflateEnd(&z);
    return rc;
}
