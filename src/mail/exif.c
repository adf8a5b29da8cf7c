/*
 * The place in a photo. The block is found by ourselves, so that libexif sees
 * at most 64 KiB of a stranger's file; the fields are libexif's work.
 */
#include <libexif/exif-data.h>
#include <math.h>

#include "mail/photo_internal.h"

enum {
    EXIF_MAX = 64 * 1024,
    SEGMENTS_MAX = 200,
    HEIC_SEARCHED = 2 * 1024 * 1024,
};

/* Markers between the start of a JPEG and its picture (ITU T.81, B.1). */
static struct str jpeg_exif(struct str s)
{
    size_t at = 2;

    for (int i = 0; i < SEGMENTS_MAX && at + 4 <= s.n; i++) {
        uint32_t n = be16(s.p + at + 2);
        struct str data = str_slice(s, at + 4, at + 2 + n);

        if (s.p[at] != '\xff' || n < 2 || s.p[at + 1] == '\xda')
            break;
        if (s.p[at + 1] == '\xe1' &&
            str_starts(data, (struct str){ "Exif\0\0", 6 }))
            return data;
        at += 2 + n;
    }
    return STR_NONE;
}

static struct str png_exif(struct str s)
{
    size_t at = 8;

    for (int i = 0; i < SEGMENTS_MAX && at + 12 <= s.n; i++) {
        size_t n = be32(s.p + at);

        if (memcmp(s.p + at + 4, "eXIf", 4) == 0)
            return str_slice(s, at + 8, at + 8 + n);
        at += 12 + n;
    }
    return STR_NONE;
}

static struct str webp_exif(struct str s)
{
    size_t at = 12;

    for (int i = 0; i < SEGMENTS_MAX && at + 8 <= s.n; i++) {
        size_t n = le32(s.p + at + 4);

        if (memcmp(s.p + at, "EXIF", 4) == 0)
            return str_slice(s, at + 8, at + 8 + n);
        at += 8 + n + (n & 1);
    }
    return STR_NONE;
}

/* HEIC keeps it as an item in its data; its head cannot be mistaken. */
static struct str heic_exif(struct str s)
{
    static const struct str heads[] = { { "Exif\0\0MM\0*", 10 },
                                        { "Exif\0\0II*\0", 10 } };
    struct str searched = str_slice(s, 0, HEIC_SEARCHED);

    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        size_t at = str_find(searched, heads[i]);

        if (at < searched.n)
            return str_slice(s, at, s.n);
    }
    return STR_NONE;
}

static const struct {
    struct str type;
    struct str (*find)(struct str);
} finders[] = {
    { STR_INIT("image/jpeg"), jpeg_exif },
    { STR_INIT("image/png"), png_exif },
    { STR_INIT("image/webp"), webp_exif },
    { STR_INIT("image/heic"), heic_exif },
    { STR_INIT("image/avif"), heic_exif },
};

struct str exif_find(struct str bytes, struct str media_type)
{
    for (size_t i = 0; i < COUNT_OF(finders); i++) {
        if (str_eq(finders[i].type, media_type))
            return str_slice(finders[i].find(bytes), 0, EXIF_MAX);
    }
    return STR_NONE;
}

/* Degrees, minutes and seconds as three fractions; false: not all there. */
static bool angle_read(ExifEntry *entry, ExifByteOrder order, double *degrees)
{
    static const double share[] = { 1.0, 60.0, 3600.0 };
    double sum = 0;

    if (entry == NULL || entry->data == NULL ||
        entry->format != EXIF_FORMAT_RATIONAL || entry->components != 3 ||
        entry->size < 24)
        return false;
    for (unsigned i = 0; i < 3; i++) {
        ExifRational r = exif_get_rational(entry->data + (size_t)i * 8, order);

        if (r.denominator == 0 && r.numerator != 0)
            return false;
        if (r.denominator == 0 && i == 0)
            return false;
        if (r.denominator != 0)
            sum += (double)r.numerator / (double)r.denominator / share[i];
    }
    *degrees = sum;
    return true;
}

static bool ref_is(ExifEntry *entry, char c)
{
    return entry != NULL && entry->size > 0 && (entry->data[0] | 0x20) == c;
}

static ExifEntry *gps(ExifData *data, int tag)
{
    return exif_content_get_entry(data->ifd[EXIF_IFD_GPS], (ExifTag)tag);
}

/* NULL: it holds nothing. */
static ExifData *exif_open(struct str exif)
{
    if (exif.n < 14)
        return NULL;
    if (!str_starts(exif, STR("Exif"))) { /* PNG and WebP leave the head off */
        static const char head[] = "Exif\0";
        unsigned char block[EXIF_MAX + 6];
        size_t n = exif.n < EXIF_MAX ? exif.n : EXIF_MAX;

        memcpy(block, head, 6);
        memcpy(block + 6, exif.p, n);
        return exif_data_new_from_data(block, (unsigned)(n + 6));
    }
    return exif_data_new_from_data((const unsigned char *)exif.p,
                                   (unsigned)exif.n);
}

struct point exif_place(struct str exif)
{
    struct point at = { 0 };
    ExifData *data = exif_open(exif);
    ExifByteOrder order;

    if (data == NULL)
        return at;
    order = exif_data_get_byte_order(data);
    at.known = angle_read(gps(data, 2), order, &at.lat) &&
               angle_read(gps(data, 4), order, &at.lon);
    at.lat = ref_is(gps(data, 1), 's') ? -at.lat : at.lat;
    at.lon = ref_is(gps(data, 3), 'w') ? -at.lon : at.lon;
    exif_data_unref(data);
    /* Cameras without a fix write zeros. */
    if (fabs(at.lat) > 90 || fabs(at.lon) > 180 ||
        (fabs(at.lat) < 1e-9 && fabs(at.lon) < 1e-9))
        at.known = false;
    return at.known ? at : (struct point){ 0 };
}

int exif_turn(struct str exif)
{
    ExifData *data = exif_open(exif);
    ExifEntry *entry;
    int turn = 1;

    if (data == NULL)
        return 1;
    entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
        turn = exif_get_short(entry->data, exif_data_get_byte_order(data));
    exif_data_unref(data);
    return turn >= 1 && turn <= 8 ? turn : 1;
}
