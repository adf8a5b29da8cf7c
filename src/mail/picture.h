/*
 * A stranger's picture, made safe to show: written anew with nothing left but
 * what draws it. Where and with what it was taken, names, comments, previews
 * and what stands behind its end are gone; how the camera was held stays.
 * No pixel is decoded. Pure; runs in the jail.
 */
#ifndef MAIL_PICTURE_H
#define MAIL_PICTURE_H

#include "base/arena.h"

enum {
    PICTURE_BYTES_MAX = 20 * 1024 * 1024,
    /* A browser needs 4 bytes for each: 200 MB for the largest. */
    PICTURE_PIXELS_MAX = 50 * 1000 * 1000,
    PICTURE_SIDE_MAX = 10 * 1000,
    PICTURE_SCANS_MAX = 100, /* each draws all of a JPEG anew */
    PICTURE_FRAMES_MAX = 500,
};

/* "image/jpeg", "image/png", "image/gif", "image/webp", as the first bytes
   say; NULL: of no kind that is shown. */
const char *picture_type(struct str bytes);

/* Whether one of that type and size is shown; *large: it is, but too large. */
bool picture_shows(struct str media_type, int64_t width, int64_t height,
                   int64_t bytes, bool *large);

/* E_NONE: of no kind that is shown; E_LIMIT: too large; E_SYNTAX: broken. */
CHECKED int picture_safe(struct str *out, struct str bytes, struct arena *a,
                         struct error *e);

#endif
