/* What the files that write pictures anew share: one kind a file. */
#ifndef MAIL_PICTURE_INTERNAL_H
#define MAIL_PICTURE_INTERNAL_H

#include "base/buf.h"
#include "mail/photo_internal.h"
#include "mail/picture.h"

/* Writes in anew to out. What draws but is cut short is drawn so far. */
typedef int picture_fn(struct buf *out, struct str in, struct error *e);

picture_fn jpeg_safe, png_safe, gif_safe, webp_safe;

/* E_LIMIT, E_SYNTAX: no picture has that size. */
CHECKED int picture_size(uint32_t width, uint32_t height, struct error *e);

/* A TIFF block that says how the camera was held and nothing else. */
enum { TURN_BLOCK = 26, TURN_UP = 1 };
void turn_write(struct buf *out, int turn);

static inline void put_be16(struct buf *out, uint32_t v)
{
    buf_byte(out, (char)(v >> 8));
    buf_byte(out, (char)v);
}

static inline void put_le32(struct buf *out, uint32_t v)
{
    buf_byte(out, (char)v);
    buf_byte(out, (char)(v >> 8));
    buf_byte(out, (char)(v >> 16));
    buf_byte(out, (char)(v >> 24));
}

#endif
