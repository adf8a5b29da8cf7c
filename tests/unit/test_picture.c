/* Pictures of strangers: what is left of them, and which are not shown. */
#include <stdlib.h>

#include "../tap.h"
#include "base/buf.h"
#include "base/file.h"
#include "mail/photo.h"
#include "mail/photo_internal.h"
#include "mail/picture.h"

static struct arena arena;

static struct str corpus(const char *name)
{
    const char *path =
        arena_printf(&arena, "tests/fuzz/corpus/picture/%s", name);
    struct str bytes;
    struct error e;

    if (file_read(&arena, path, 1024UL * 1024, &bytes, &e) < 0) {
        printf("# %s\n", e.text);
        exit(1);
    }
    return bytes;
}

static struct str safe;

static int made_safe(struct str bytes)
{
    struct error e = { 0 };

    return picture_safe(&safe, bytes, &arena, &e);
}

static bool says(struct str in, const char *words)
{
    return str_find(in, str_of(words)) < in.n;
}

static struct attachment sniffed(struct str bytes)
{
    struct attachment at = { 0 };

    attachment_sniff(&at, bytes, STR_NONE, &arena);
    return at;
}

static const char *const pictures[] = { "baseline.jpg", "progressive.jpg",
                                        "words.png",    "moving.gif",
                                        "held.webp",    "plain.webp",
                                        "lossless.webp" };

static void nothing_of_who_took_it_and_where_is_left(void)
{
    for (size_t i = 0; i < COUNT_OF(pictures); i++) {
        struct str bytes = corpus(pictures[i]);
        struct attachment was = sniffed(bytes);
        struct attachment is;

        CHECK(made_safe(bytes) == 0);
        is = sniffed(safe);
        CHECK(!says(safe, "Secret") && !says(safe, "script"));
        CHECK(!is.exif.known);
        CHECK(str_eq(is.media_type, was.media_type));
        CHECK(is.width == was.width && is.height == was.height);
        CHECK_STR(str_of(picture_type(safe)), was.media_type.p);
    }
    /* They did say it before. */
    CHECK(sniffed(corpus("baseline.jpg")).exif.known);
    CHECK(sniffed(corpus("held.webp")).exif.known);
    CHECK(says(corpus("moving.gif"), "SecretComment"));
}

static void a_photo_taken_sideways_stays_upright(void)
{
    static const struct {
        const char *name, *type;
    } held[] = { { "baseline.jpg", "image/jpeg" },
                 { "held.webp", "image/webp" } };

    for (size_t i = 0; i < COUNT_OF(held); i++) {
        struct str type = str_of(held[i].type);

        CHECK(exif_turn(exif_find(corpus(held[i].name), type)) == 6);
        CHECK(made_safe(corpus(held[i].name)) == 0);
        CHECK(exif_turn(exif_find(safe, type)) == 6);
    }
    CHECK(made_safe(corpus("plain.webp")) == 0);
    CHECK(str_eq(safe, corpus("plain.webp")));
}

static void what_moves_in_a_gif_still_does(void)
{
    CHECK(made_safe(corpus("moving.gif")) == 0);
    CHECK(says(safe, "NETSCAPE2.0"));
    CHECK(!says(safe, "XMP"));
}

/* A picture of the kind, with a size of one's own. */
static struct str sized(const char *name, size_t at, struct str size)
{
    struct str bytes = arena_str(&arena, corpus(name));
    char *p = arena_dup(&arena, bytes);

    memcpy(p + at, size.p, size.n);
    return (struct str){ p, bytes.n };
}

static void a_picture_that_would_fill_the_memory_is_not_shown(void)
{
    struct str jpeg = corpus("baseline.jpg");
    struct str frame = { "\xff\xc0", 2 };
    bool large;

    CHECK(made_safe(corpus("huge.png")) == E_LIMIT);
    /* 7,072 x 7,072 is more than 50 million; 10,001 x 1 is too wide. */
    CHECK(made_safe(sized("words.png", 16, STR("\0\0\x1b\xa0\0\0\x1b\xa0"))) ==
          E_LIMIT);
    CHECK(made_safe(sized("words.png", 16, STR("\0\0\x27\x11\0\0\0\1"))) ==
          E_LIMIT);
    CHECK(made_safe(sized("words.png", 16, STR("\0\0\x27\x10\0\0\0\1"))) == 0);
    CHECK(made_safe(sized("words.png", 16, STR("\0\0\0\0\0\0\0\1"))) ==
          E_SYNTAX);
    CHECK(made_safe(sized("baseline.jpg", str_find(jpeg, frame) + 5,
                          STR("\xff\xff\xff\xff"))) == E_LIMIT);
    CHECK(made_safe(sized("moving.gif", 6, STR("\xff\xff\xff\xff"))) ==
          E_LIMIT);
    /* A frame larger than its screen; a frame larger than its canvas. */
    CHECK(made_safe(sized("moving.gif",
                          str_find(corpus("moving.gif"), STR(",\0\0\0\0")) + 5,
                          STR("\xff\xff\xff\xff"))) == E_LIMIT);
    CHECK(
        made_safe(sized("held.webp",
                        str_find(corpus("held.webp"), STR("\x9d\x01\x2a")) + 3,
                        STR("\xff\x3f\xff\x3f"))) == E_LIMIT);
    CHECK(!picture_shows(STR("image/png"), 50000, 50000, 100, &large) && large);
    CHECK(picture_shows(STR("image/png"), 8064, 6048, 100, &large));
}

static void what_is_no_picture_is_none_whatever_its_name(void)
{
    bool large;

    CHECK(made_safe(corpus("vector.png")) == E_NONE);
    CHECK(made_safe(corpus("moving.webp")) == E_NONE);
    CHECK(made_safe(STR_NONE) == E_NONE);
    CHECK(made_safe(STR("<html>")) == E_NONE);
    CHECK(made_safe(STR("\0\0\0\x18"
                        "ftypheic\0\0\0\0")) == E_NONE);
    CHECK(made_safe(STR("\xff\xd8\xff\xd9")) == E_SYNTAX);
    CHECK(made_safe(STR("GIF89a\1\0\1\0\0\0\0;")) == E_SYNTAX);
    CHECK(!picture_shows(STR("image/svg+xml"), 1, 1, 1, &large) && !large);
    CHECK(!picture_shows(STR("image/heic"), 1, 1, 1, &large) && !large);
}

/* A photo whose sending broke off shows what came; none reads past its end. */
static void a_picture_cut_anywhere_is_shown_or_refused(void)
{
    for (size_t i = 0; i < COUNT_OF(pictures); i++) {
        struct str all = corpus(pictures[i]);
        int shown = 0;
        int wrong = 0;

        for (size_t n = 0; n < all.n; n++) {
            char *exact = malloc(n + 1);
            int rc;

            memcpy(exact, all.p, n);
            rc = made_safe((struct str){ exact, n });
            shown += rc == 0;
            wrong += rc != 0 && rc != E_NONE && rc != E_SYNTAX;
            wrong += rc == 0 && says(safe, "Secret");
            free(exact);
        }
        CHECK(wrong == 0);
        CHECK(shown > 0 || str_ends(str_of(pictures[i]), STR(".webp")));
    }
}

/* A JPEG of many scans is drawn as often: seconds for a small file. */
static void a_jpeg_drawn_without_end_is_not_shown(void)
{
    struct str jpeg = corpus("baseline.jpg");
    size_t scan = str_find(jpeg, STR("\xff\xda"));
    struct buf many = buf_init(1024UL * 1024);

    buf_add(&many, str_slice(jpeg, 0, scan));
    for (int i = 0; i <= PICTURE_SCANS_MAX; i++)
        buf_add(&many, STR("\xff\xda\0\x08\1\1\0\0\x3f\0\0"));
    CHECK(made_safe(buf_str(&many)) == E_LIMIT);
    buf_free(&many);
}

static void photos_of_real_cameras_stay_what_they_are(void)
{
    static const char *const photos[] = {
        "00-Apple iPhone 4.jpg",    "06-Nikon D5000.jpg",
        "07-Sony DSC-HX5V (2).jpg", "11-HTC Desire.jpg",
        "13-Issue 473 (Java).webp", "14-HTC Desire.webp",
    };
    const char *set = getenv("INLET_SHARED");

    for (size_t i = 0; i < COUNT_OF(photos); i++) {
        const char *path =
            arena_printf(&arena, "%s/data/photos/%s",
                         set == NULL ? "../shared" : set, photos[i]);
        struct attachment was;
        struct str bytes;
        struct error e;

        if (file_read(&arena, path, 8UL * 1024 * 1024, &bytes, &e) < 0) {
            printf("ok %d - no %s # SKIP no shared data\n", ++tap_run, path);
            continue;
        }
        was = sniffed(bytes);
        CHECK(was.exif.known);
        CHECK(made_safe(bytes) == 0);
        CHECK(!sniffed(safe).exif.known && sniffed(safe).width == was.width);
        CHECK(exif_turn(exif_find(safe, was.media_type)) ==
              exif_turn(exif_find(bytes, was.media_type)));
    }
}

int main(void)
{
    nothing_of_who_took_it_and_where_is_left();
    a_photo_taken_sideways_stays_upright();
    what_moves_in_a_gif_still_does();
    a_picture_that_would_fill_the_memory_is_not_shown();
    what_is_no_picture_is_none_whatever_its_name();
    a_picture_cut_anywhere_is_shown_or_refused();
    a_jpeg_drawn_without_end_is_not_shown();
    photos_of_real_cameras_stay_what_they_are();
    arena_free(&arena);
    return tap_done();
}
