/*
 * What the bytes of an attachment say of themselves: type by magic number,
 * pixels from the header, place from EXIF. Nothing is decoded.
 */
#ifndef MAIL_PHOTO_H
#define MAIL_PHOTO_H

#include "spine/message.h"

/*
 * Fills media_type, size, sha256, width, height, exif and photo of at from
 * bytes. declared is the type the sender claims, used where magic is silent.
 */
void attachment_sniff(struct attachment *at, struct str bytes,
                      struct str declared, struct arena *a);

/* A name that is safe: base name only, no control or bidi, 120 bytes. */
struct str attachment_name(struct arena *a, struct str name);

#endif
