#include "mail/photo.h"

#include "base/digest.h"
#include "base/utf8.h"
#include "mail/mail_internal.h"
#include "mail/photo_internal.h"

enum { NAME_BYTES = 120, TYPE_BYTES = 100, HEIC_HEAD = 64 * 1024 };

/* What the first bytes say; the first row that fits. */
static const struct {
    size_t at;
    struct str magic;
    struct str type;
} magics[] = {
    { 0, STR_INIT("\xff\xd8\xff"), STR_INIT("image/jpeg") },
    { 0, STR_INIT("\x89PNG\r\n\x1a\n"), STR_INIT("image/png") },
    { 0, STR_INIT("GIF87a"), STR_INIT("image/gif") },
    { 0, STR_INIT("GIF89a"), STR_INIT("image/gif") },
    { 8, STR_INIT("WEBP"), STR_INIT("image/webp") },
    { 4, STR_INIT("ftypheic"), STR_INIT("image/heic") },
    { 4, STR_INIT("ftypheix"), STR_INIT("image/heic") },
    { 4, STR_INIT("ftyphevc"), STR_INIT("image/heic") },
    { 4, STR_INIT("ftypmif1"), STR_INIT("image/heic") },
    { 4, STR_INIT("ftypmsf1"), STR_INIT("image/heic") },
    { 4, STR_INIT("ftypavif"), STR_INIT("image/avif") },
    { 0, STR_INIT("II*\0"), STR_INIT("image/tiff") },
    { 0, STR_INIT("MM\0*"), STR_INIT("image/tiff") },
    { 4, STR_INIT("ftypqt  "), STR_INIT("video/quicktime") },
    { 4, STR_INIT("ftyp3gp"), STR_INIT("video/3gpp") },
    { 4, STR_INIT("ftypM4A "), STR_INIT("audio/mp4") },
    { 4, STR_INIT("ftyp"), STR_INIT("video/mp4") },
    { 0, STR_INIT("\x1a\x45\xdf\xa3"), STR_INIT("video/webm") },
    { 0, STR_INIT("OggS"), STR_INIT("audio/ogg") },
    { 0, STR_INIT("ID3"), STR_INIT("audio/mpeg") },
    { 0, STR_INIT("#!AMR"), STR_INIT("audio/amr") },
    { 8, STR_INIT("WAVE"), STR_INIT("audio/wav") },
    { 0, STR_INIT("%PDF-"), STR_INIT("application/pdf") },
    { 0, STR_INIT("{\\rtf"), STR_INIT("application/rtf") },
    { 0, STR_INIT("\x1f\x8b"), STR_INIT("application/gzip") },
    { 0, STR_INIT("MZ"), STR_INIT("application/x-msdownload") },
    { 0,
      STR_INIT("\x7f"
               "ELF"),
      STR_INIT("application/x-executable") },
    { 0, STR_INIT("\x78\x9f\x3e\x22"), STR_INIT("application/ms-tnef") },
};

/* Types that only their bytes may claim: a label would mislead. */
static bool needs_magic(struct str type)
{
    return str_starts(type, STR("image/")) &&
           !str_eq(type, STR("image/svg+xml"));
}

static bool type_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("/+-._", c) != NULL);
}

/* The declared type in lower case without its parameters, if it is one. */
static struct str type_clean(struct arena *a, struct str declared)
{
    struct str rest = declared;
    struct str type = str_trim(str_until(&rest, STR(";")));
    char *p = arena_alloc(a, type.n + 1);

    if (type.n == 0 || type.n > TYPE_BYTES ||
        memchr(type.p, '/', type.n) == NULL)
        return STR_NONE;
    for (size_t i = 0; i < type.n; i++) {
        p[i] = g_ascii_tolower(type.p[i]);
        if (!type_byte(p[i]))
            return STR_NONE;
    }
    return (struct str){ p, type.n };
}

static struct str type_of(struct str bytes, struct str declared,
                          struct arena *a)
{
    struct str type;

    for (size_t i = 0; i < COUNT_OF(magics); i++) {
        if (str_starts(str_slice(bytes, magics[i].at, bytes.n),
                       magics[i].magic))
            return magics[i].type;
    }
    type = type_clean(a, declared);
    if (type.n > 0 && !needs_magic(type))
        return type;
    if (type.n == 0 && bytes.n > 0 && utf8_valid(bytes))
        return STR("text/plain");
    return STR("application/octet-stream");
}

struct pixels {
    uint32_t width, height;
};

/* The frame header (ITU T.81, B.2.2), past the segments before it. */
static struct pixels jpeg_pixels(struct str s)
{
    size_t at = 2;

    while (at + 9 <= s.n && s.p[at] == '\xff') {
        unsigned char marker = (unsigned char)s.p[at + 1];
        uint32_t n = be16(s.p + at + 2);

        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
            marker != 0xc8 && marker != 0xcc)
            return (struct pixels){ be16(s.p + at + 7), be16(s.p + at + 5) };
        if (marker == 0xff) { /* filling */
            at++;
            continue;
        }
        if (n < 2 || marker == 0xda)
            break;
        at += 2 + n;
    }
    return (struct pixels){ 0, 0 };
}

static struct pixels png_pixels(struct str s)
{
    if (s.n < 24)
        return (struct pixels){ 0, 0 };
    return (struct pixels){ be32(s.p + 16), be32(s.p + 20) };
}

static struct pixels gif_pixels(struct str s)
{
    if (s.n < 10)
        return (struct pixels){ 0, 0 };
    return (struct pixels){ le16(s.p + 6), le16(s.p + 8) };
}

static struct pixels webp_pixels(struct str s)
{
    if (s.n < 30)
        return (struct pixels){ 0, 0 };
    if (memcmp(s.p + 12, "VP8X", 4) == 0) {
        return (struct pixels){ (le32(s.p + 24) & 0xffffff) + 1,
                                (le32(s.p + 26) >> 8) + 1 };
    }
    if (memcmp(s.p + 12, "VP8L", 4) == 0) {
        return (struct pixels){ (le32(s.p + 21) & 0x3fff) + 1,
                                (le32(s.p + 21) >> 14 & 0x3fff) + 1 };
    }
    return (struct pixels){ le16(s.p + 26) & 0x3fff, le16(s.p + 28) & 0x3fff };
}

/* The largest of the item sizes ("ispe"): the others are tiles and previews. */
static struct pixels heic_pixels(struct str s)
{
    struct str rest = str_slice(s, 0, HEIC_HEAD);
    struct pixels best = { 0, 0 };

    for (;;) {
        struct pixels one;

        (void)str_until(&rest, STR("ispe"));
        if (rest.n < 12)
            return best;
        one = (struct pixels){ be32(rest.p + 4), be32(rest.p + 8) };
        if (one.width > best.width && one.width < 65536 && one.height < 65536)
            best = one;
    }
}

static const struct {
    struct str type;
    struct pixels (*read)(struct str);
} readers[] = {
    { STR_INIT("image/jpeg"), jpeg_pixels },
    { STR_INIT("image/png"), png_pixels },
    { STR_INIT("image/gif"), gif_pixels },
    { STR_INIT("image/webp"), webp_pixels },
    { STR_INIT("image/heic"), heic_pixels },
    { STR_INIT("image/avif"), heic_pixels },
};

static void picture_read(struct attachment *at, struct str bytes)
{
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        struct pixels size;

        if (!str_eq(readers[i].type, at->media_type))
            continue;
        size = readers[i].read(bytes);
        if (size.width <= INT32_MAX && size.height <= INT32_MAX) {
            at->width = (int32_t)size.width;
            at->height = (int32_t)size.height;
        }
    }
    at->exif = exif_place(exif_find(bytes, at->media_type));
    /* One or two pixels: a tracker, a spacer. They were not in a place. */
    at->photo = at->exif.known || (at->width == 0 && at->height == 0) ||
                (at->width > 2 && at->height > 2);
}

void attachment_sniff(struct attachment *at, struct str bytes,
                      struct str declared, struct arena *a)
{
    at->media_type = type_of(bytes, declared, a);
    at->size = (int64_t)bytes.n;
    at->sha256 = digest_hex(a, digest(a, DIGEST_SHA256, bytes));
    at->photo = false;
    if (str_starts(at->media_type, STR("image/")) &&
        !str_eq(at->media_type, STR("image/svg+xml")))
        picture_read(at, bytes);
}

/* Characters that turn the direction of text, so that names read otherwise. */
static bool turns(struct str c)
{
    static const struct str list[] = {
        STR_INIT("\xd8\x9c"),     STR_INIT("\xe2\x80\x8e"),
        STR_INIT("\xe2\x80\x8f"), STR_INIT("\xe2\x80\xaa"),
        STR_INIT("\xe2\x80\xab"), STR_INIT("\xe2\x80\xac"),
        STR_INIT("\xe2\x80\xad"), STR_INIT("\xe2\x80\xae"),
        STR_INIT("\xe2\x81\xa6"), STR_INIT("\xe2\x81\xa7"),
        STR_INIT("\xe2\x81\xa8"), STR_INIT("\xe2\x81\xa9"),
    };

    for (size_t i = 0; i < COUNT_OF(list); i++) {
        if (str_eq(c, list[i]))
            return true;
    }
    return false;
}

/* Cuts a long name in its middle, so that its ending stays. */
static struct str name_fit(struct arena *a, struct str name)
{
    size_t dot = name.n;
    struct str ending;

    if (name.n <= NAME_BYTES)
        return name;
    while (dot > 0 && name.p[dot - 1] != '.')
        dot--;
    ending = dot == 0 ? STR_NONE : str_slice(name, dot - 1, name.n);
    ending = ending.n > 12 ? STR_NONE : ending;
    name = utf8_head(name, NAME_BYTES - ending.n);
    return str_of(arena_printf(a, "%.*s%.*s", STR_FMT(name), STR_FMT(ending)));
}

struct str attachment_name(struct arena *a, struct str name)
{
    struct buf out = buf_init(MESSAGE_NAME_MAX);
    struct str safe;

    name = utf8_clean(a, utf8_head(name, MESSAGE_NAME_MAX));
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '/' || name.p[i] == '\\') {
            name = str_slice(name, i + 1, name.n);
            i = SIZE_MAX;
        }
    }
    while (name.n > 0) {
        size_t n = utf8_len(name);
        struct str c = str_slice(name, 0, n);

        if ((unsigned char)name.p[0] < 0x20 ||
            strchr("\"<>|*?:", name.p[0]) != NULL) {
            buf_byte(&out, '_');
        } else if (!turns(c)) {
            buf_add(&out, c);
        }
        name = str_slice(name, n, name.n);
    }
    safe = str_trim(buf_str(&out));
    while (safe.n > 0 && safe.p[0] == '.') /* no hidden files, no ".." */
        safe = str_slice(safe, 1, safe.n);
    safe = safe.n == 0 ? STR("attachment") : safe;
    safe = name_fit(a, arena_str(a, safe));
    buf_free(&out);
    return safe;
}
