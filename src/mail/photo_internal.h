/* What photo.c and exif.c share. */
#ifndef MAIL_PHOTO_INTERNAL_H
#define MAIL_PHOTO_INTERNAL_H

#include "spine/message.h"

/* The EXIF block within the bytes of a picture, or empty. */
struct str exif_find(struct str bytes, struct str media_type);

/* Where the camera was, by the GPS fields of an EXIF block. */
struct point exif_place(struct str exif);

/* How the camera was held (Exif 2.3, 4.6.4, tag 0x112): 1 to 8; 1: upright,
   or not said. */
int exif_turn(struct str exif);

static inline uint32_t be16(const char *p)
{
    return (uint32_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static inline uint32_t be32(const char *p)
{
    return be16(p) << 16 | be16(p + 2);
}

static inline uint32_t le16(const char *p)
{
    return (uint32_t)(unsigned char)p[1] << 8 | (unsigned char)p[0];
}

static inline uint32_t le32(const char *p)
{
    return le16(p + 2) << 16 | le16(p);
}

#endif
