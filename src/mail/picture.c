#include "mail/picture_internal.h"

/* What is written beside a picture's own bytes: heads, ends, a turn. */
enum { PICTURE_EXTRA = 1024 };

static const struct {
    size_t at;
    struct str magic;
    const char *type;
    picture_fn *write;
} kinds[] = {
    { 0, STR_INIT("\xff\xd8\xff"), "image/jpeg", jpeg_safe },
    { 0, STR_INIT("\x89PNG\r\n\x1a\n"), "image/png", png_safe },
    { 0, STR_INIT("GIF87a"), "image/gif", gif_safe },
    { 0, STR_INIT("GIF89a"), "image/gif", gif_safe },
    { 8, STR_INIT("WEBP"), "image/webp", webp_safe },
};

/* COUNT_OF(kinds): none. */
static size_t kind_of(struct str bytes)
{
    size_t i = 0;

    while (i < COUNT_OF(kinds) &&
           !str_starts(str_slice(bytes, kinds[i].at, bytes.n), kinds[i].magic))
        i++;
    return i;
}

const char *picture_type(struct str bytes)
{
    size_t i = kind_of(bytes);

    return i < COUNT_OF(kinds) ? kinds[i].type : NULL;
}

bool picture_shows(struct str media_type, int64_t width, int64_t height,
                   int64_t bytes, bool *large)
{
    bool kind = false;

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        kind = kind || str_eq(media_type, str_of(kinds[i].type));
    *large = kind &&
             (bytes > PICTURE_BYTES_MAX || width > PICTURE_SIDE_MAX ||
              height > PICTURE_SIDE_MAX || width * height > PICTURE_PIXELS_MAX);
    return kind && !*large;
}

int picture_size(uint32_t width, uint32_t height, struct error *e)
{
    if (width == 0 || height == 0)
        return error(e, E_SYNTAX, "a picture without a size");
    if (width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX ||
        (uint64_t)width * height > PICTURE_PIXELS_MAX) {
        return error(e, E_LIMIT, "a picture of %u x %u pixels", width, height);
    }
    return 0;
}

void turn_write(struct buf *out, int turn)
{
    buf_add(out, STR("MM\0*\0\0\0\x08"             /* big-endian */
                     "\0\1\x01\x12\0\3\0\0\0\1")); /* one short: 0x112 */
    put_be16(out, (uint32_t)turn);
    buf_add(out, STR("\0\0\0\0\0\0")); /* filling; no further block */
}

int picture_safe(struct str *out, struct str bytes, struct arena *a,
                 struct error *e)
{
    size_t kind = kind_of(bytes);
    struct buf written = buf_init(bytes.n + PICTURE_EXTRA);
    int rc;

    *out = STR_NONE;
    if (kind == COUNT_OF(kinds))
        return error(e, E_NONE, "not a picture that is shown");
    if (bytes.n > PICTURE_BYTES_MAX)
        return error(e, E_LIMIT, "a picture of %zu bytes", bytes.n);
    rc = kinds[kind].write(&written, bytes, e);
    if (rc == 0 && written.over)
        rc = error(e, E_LIMIT, "a picture that grows");
    if (rc == 0)
        *out = arena_str(a, buf_str(&written));
    buf_free(&written);
    return rc;
}
