/* What is made of a picture is one, is within limits, and is made of itself. */
#include <stdlib.h>

#include "mail/photo.h"
#include "mail/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a = { 0 };
    struct attachment at = { 0 };
    struct str safe;
    struct str again;
    struct error e;
    bool large;

    if (picture_safe(&safe, (struct str){ (const char *)bytes, n }, &a, &e) ==
        0) {
        attachment_sniff(&at, safe, STR_NONE, &a);
        if (!str_eq(at.media_type, str_of(picture_type(safe))) ||
            !picture_shows(at.media_type, at.width, at.height, at.size,
                           &large) ||
            at.exif.known)
            abort();
        if (picture_safe(&again, safe, &a, &e) != 0 || !str_eq(safe, again))
            abort();
    }
    arena_free(&a);
    return 0;
}
