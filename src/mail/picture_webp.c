/* WebP (RFC 9649): one still picture, its transparency, and how it is held. */
#include "mail/picture_internal.h"

enum {
    RIFF_HEAD = 12,
    CHUNK_HEAD = 8,
    EXTENDED_BYTES = 10,
    LOSSY_HEAD = 10,
    LOSSLESS_HEAD = 5,
    F_MOVES = 0x02,
    F_EXIF = 0x08,
    F_ALPHA = 0x10,
};

struct webp {
    struct str in;
    struct buf *out;
    int turn;
    bool extended, drawn;
};

static void chunk_write(struct webp *w, const char *type, struct str data)
{
    buf_add(w->out, (struct str){ type, 4 });
    put_le32(w->out, (uint32_t)data.n);
    buf_add(w->out, data);
    if (data.n % 2 != 0)
        buf_byte(w->out, 0);
}

static int extended_take(struct webp *w, struct str data, struct error *e)
{
    char head[EXTENDED_BYTES] = { 0 };
    int rc;

    if (data.n < EXTENDED_BYTES || w->extended || w->drawn)
        return error(e, E_SYNTAX, "a WebP with a head that cannot be");
    if ((data.p[0] & F_MOVES) != 0)
        return error(e, E_NONE, "a WebP that moves is not shown");
    rc = picture_size((le32(data.p + 4) & 0xffffff) + 1,
                      (le32(data.p + 6) >> 8) + 1, e);
    memcpy(head, data.p, sizeof(head));
    head[0] = (char)((data.p[0] & F_ALPHA) | (w->turn != TURN_UP ? F_EXIF : 0));
    memset(head + 1, 0, 3);
    chunk_write(w, "VP8X", (struct str){ head, sizeof(head) });
    w->extended = true;
    return rc;
}

static int lossy_take(struct webp *w, struct str data, struct error *e)
{
    int rc;

    /* A frame that stands alone, its start code (RFC 6386, 9.1). */
    if (data.n < LOSSY_HEAD || (data.p[0] & 1) != 0 ||
        memcmp(data.p + 3, "\x9d\x01\x2a", 3) != 0)
        return error(e, E_SYNTAX, "a WebP without its frame");
    rc = picture_size(le16(data.p + 6) & 0x3fff, le16(data.p + 8) & 0x3fff, e);
    chunk_write(w, "VP8 ", data);
    w->drawn = true;
    return rc;
}

static int lossless_take(struct webp *w, struct str data, struct error *e)
{
    uint32_t bits;
    int rc;

    if (data.n < LOSSLESS_HEAD || data.p[0] != '\x2f')
        return error(e, E_SYNTAX, "a WebP without its frame");
    bits = le32(data.p + 1);
    rc = picture_size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, e);
    chunk_write(w, "VP8L", data);
    w->drawn = true;
    return rc;
}

static int alpha_take(struct webp *w, struct str data, struct error *e)
{
    (void)e;
    if (w->extended && !w->drawn)
        chunk_write(w, "ALPH", data);
    return 0;
}

static const struct {
    const char *type;
    int (*take)(struct webp *, struct str data, struct error *);
} chunks[] = {
    { "VP8X", extended_take },
    { "ALPH", alpha_take },
    { "VP8 ", lossy_take },
    { "VP8L", lossless_take },
};

static int chunk_take(struct webp *w, const char *type, struct str data,
                      struct error *e)
{
    for (size_t i = 0; i < COUNT_OF(chunks); i++) {
        if (memcmp(type, chunks[i].type, 4) == 0)
            return chunks[i].take(w, data, e);
    }
    return 0;
}

/* The size is known once all is written. */
static void size_write(struct buf *out)
{
    struct buf size = buf_init(4);

    put_le32(&size, (uint32_t)(out->n - CHUNK_HEAD));
    if (!out->over)
        memcpy(out->p + 4, size.p, 4);
    buf_free(&size);
}

int webp_safe(struct buf *out, struct str in, struct error *e)
{
    struct webp w = { .in = in, .out = out };
    size_t at = RIFF_HEAD;
    int rc = 0;

    w.turn = exif_turn(exif_find(in, STR("image/webp")));
    if (!str_starts(in, STR("RIFF")))
        return error(e, E_SYNTAX, "a WebP without its head");
    buf_add(out, STR("RIFF\0\0\0\0WEBP"));
    while (rc == 0 && !w.drawn && at + CHUNK_HEAD <= in.n) {
        uint64_t n = le32(in.p + at + 4);

        if (at + CHUNK_HEAD + n > in.n)
            break; /* cut: no browser draws half of one */
        rc = chunk_take(&w, in.p + at,
                        str_slice(in, at + CHUNK_HEAD, at + CHUNK_HEAD + n), e);
        at += CHUNK_HEAD + n + (n & 1);
    }
    if (rc == 0 && !w.drawn)
        rc = error(e, E_SYNTAX, "a WebP that draws nothing");
    if (rc == 0 && w.extended && w.turn != TURN_UP) {
        struct buf turn = buf_init(TURN_BLOCK);

        turn_write(&turn, w.turn);
        chunk_write(&w, "EXIF", buf_str(&turn));
        buf_free(&turn);
    }
    size_write(out);
    return rc;
}
