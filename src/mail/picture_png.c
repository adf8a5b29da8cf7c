/* PNG (W3C, third edition): the chunks that draw are kept as they are. */
#include "mail/picture_internal.h"

enum {
    SIGNATURE = 8,
    CHUNK_HEAD = 8,
    CHUNK_REST = 12, /* head and checksum */
    IHDR_BYTES = 13,
};

/* All else is words, times, places, and pictures after the first. */
static const char kept[][5] = { "PLTE", "tRNS", "gAMA", "cHRM", "sRGB" };

static bool is_kept(const char *type)
{
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        if (memcmp(type, kept[i], 4) == 0)
            return true;
    }
    return false;
}

static int head_take(struct str in, struct error *e)
{
    if (in.n < SIGNATURE + CHUNK_REST + IHDR_BYTES ||
        be32(in.p + SIGNATURE) != IHDR_BYTES ||
        memcmp(in.p + SIGNATURE + 4, "IHDR", 4) != 0)
        return error(e, E_SYNTAX, "a PNG without its head");
    return picture_size(be32(in.p + SIGNATURE + CHUNK_HEAD),
                        be32(in.p + SIGNATURE + CHUNK_HEAD + 4), e);
}

int png_safe(struct buf *out, struct str in, struct error *e)
{
    static const struct str end = STR_INIT("\0\0\0\0IEND\xae\x42\x60\x82");
    size_t at = SIGNATURE + CHUNK_REST + IHDR_BYTES;
    bool drawn = false;
    int rc = head_take(in, e);

    if (rc < 0)
        return rc;
    buf_add(out, str_slice(in, 0, at));
    while (at + CHUNK_REST <= in.n) {
        uint64_t n = be32(in.p + at);
        const char *type = in.p + at + 4;
        bool data = memcmp(type, "IDAT", 4) == 0;

        if (memcmp(type, "IEND", 4) == 0 || at + CHUNK_REST + n > in.n)
            break; /* its end, or cut: what was drawn before is shown */
        if (data || (is_kept(type) && !drawn))
            buf_add(out, str_slice(in, at, at + CHUNK_REST + n));
        drawn = drawn || data;
        at += CHUNK_REST + n;
    }
    buf_add(out, end);
    return drawn ? 0 : error(e, E_SYNTAX, "a PNG that draws nothing");
}
