/* What an attachment says of itself, and the place in a photo. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "../tap.h"
#include "base/file.h"
#include "mail/photo.h"

static struct arena arena;

static struct attachment sniffed(struct str bytes, const char *declared)
{
    struct attachment at = { 0 };

    attachment_sniff(&at, bytes, str_of(declared), &arena);
    return at;
}

static void the_bytes_decide_the_type(void)
{
    CHECK_STR(sniffed(STR("\xff\xd8\xff\xe0"), "image/png").media_type,
              "image/jpeg");
    CHECK_STR(sniffed(STR("\0\0\0\x18"
                          "ftypheic\0\0\0\0"),
                      "image/jpeg")
                  .media_type,
              "image/heic");
    CHECK_STR(sniffed(STR("RIFF\0\0\0\0WEBPVP8 "), "").media_type,
              "image/webp");
    CHECK_STR(sniffed(STR("%PDF-1.7"), "image/jpeg").media_type,
              "application/pdf");
    CHECK_STR(sniffed(STR("PK\3\4"), "Application/Vnd.X; a=b").media_type,
              "application/vnd.x");
    CHECK_STR(sniffed(STR("no picture"), "image/jpeg").media_type,
              "application/octet-stream");
    CHECK_STR(sniffed(STR("x"), "text/html\r\nX: y").media_type, "text/plain");
    CHECK_STR(sniffed(STR("\xff\xff"), "").media_type,
              "application/octet-stream");
    CHECK(!sniffed(STR("<svg/>"), "image/svg+xml").photo);
    CHECK_STR(sniffed(STR("abc"), "").sha256,
              "ba7816bf8f01cfea414140de5dae2223"
              "b00361a396177a9cb410ff61f20015ad");
}

static void names_are_safe_to_show_and_to_save(void)
{
    static const struct {
        const char *name, *safe;
    } cases[] = {
        { "photo.jpg", "photo.jpg" },
        { "../../etc/passwd", "passwd" },
        { "C:\\temp\\a.doc", "a.doc" },
        { "..", "attachment" },
        { "", "attachment" },
        { ".htaccess", "htaccess" },
        { "a\r\nb.txt", "a_b.txt" },
        { "gpj.\xe2\x80\xae"
          "exe",
          "gpj.exe" },
        { "ba\xcc\x81"
          "che.jpg",
          "b\xc3\xa1"
          "che.jpg" },
        { "a\"<b>.txt", "a__b_.txt" },
    };
    char name[400];
    struct str safe;

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK_STR(attachment_name(&arena, str_of(cases[i].name)),
                  cases[i].safe);
    memset(name, 'a', sizeof(name));
    memcpy(name + sizeof(name) - 5, ".jpg", 5);
    safe = attachment_name(&arena, str_of(name));
    CHECK(safe.n == 120 && str_ends(safe, STR(".jpg")));
}

static void pixels_are_read_from_the_header(void)
{
    struct attachment at =
        sniffed(STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0"), "");

    CHECK(at.width == 640 && at.height == 480 && at.photo);
    at = sniffed(STR("GIF89a\1\0\1\0"), "");
    CHECK(at.width == 1 && at.height == 1 && !at.photo);
    at = sniffed(STR("\xff\xd8\xff\xe0\0\4xx\xff\xc0\0\x11\x08\1\xe0\2\x80"
                     "\3"),
                 "");
    CHECK(at.width == 640 && at.height == 480);
    at = sniffed(STR("\xff\xd8\xff\xe0\xff\xff"), ""); /* cut */
    CHECK(at.width == 0 && at.photo);
}

/* Every head of a picture must be read without reading past its end. */
static void a_picture_cut_anywhere_is_read_to_its_end(void)
{
    struct str all =
        STR("\xff\xd8\xff\xe1\0\x3a"
            "Exif\0\0MM\0*\0\0\0\x8\0\1\x88\x25\0\4\0\0\0\1\0\0\0\x1a\0\0\0\0"
            "\0\2\0\1\0\2\0\0\0\2N\0\0\0\0\2\0\5\0\0\0\3\0\0\0\x40\0\0\0\0");

    for (size_t n = 0; n <= all.n; n++) {
        char *exact = malloc(n + 1);

        memcpy(exact, all.p, n);
        CHECK(!sniffed((struct str){ exact, n }, "").exif.known);
        free(exact);
    }
}

static const char *shared(void)
{
    const char *set = getenv("INLET_SHARED");

    return arena_printf(&arena, "%s/data/photos",
                        set == NULL ? "../shared" : set);
}

static double number(const json_t *truth, const char *key)
{
    const json_t *value = json_object_get(truth, key);

    return json_is_number(value) ? json_number_value(value) : 0;
}

static void photo_matches(const json_t *truth)
{
    const char *name = json_string_value(json_object_get(truth, "SourceFile"));
    double lat = number(truth, "GPSLatitude");
    double lon = number(truth, "GPSLongitude");
    bool known = fabs(lat) > 1e-9 || fabs(lon) > 1e-9;
    struct attachment at;
    struct str bytes;
    struct error e;

    if (file_read(&arena, arena_printf(&arena, "%s/%s", shared(), name),
                  64UL << 20, &bytes, &e) != 0)
        return;
    at = sniffed(bytes, "");
    printf("# %s: %d x %d at %f %f\n", name, at.width, at.height, at.exif.lat,
           at.exif.lon);
    CHECK(at.photo);
    /* Seconds of 0/0 were not said; the minutes before them still were. */
    if (!json_is_number(json_object_get(truth, "GPSLatitude")))
        return;
    CHECK(at.exif.known == known);
    CHECK(fabs(at.exif.lat - lat) < 1e-5 && fabs(at.exif.lon - lon) < 1e-5);
}

static void cameras_tell_where_they_were(void)
{
    struct str lines;
    struct error e;

    if (file_read(&arena, arena_printf(&arena, "%s/truth.jsonl", shared()),
                  1UL << 20, &lines, &e) != 0) {
        printf("ok %d # SKIP no ../shared/data\n", ++tap_run);
        return;
    }
    while (lines.n > 0) {
        struct str line = str_line(&lines);
        json_t *truth = json_loadb(line.p, line.n, 0, NULL);

        if (truth != NULL)
            photo_matches(truth);
        json_decref(truth);
    }
}

int main(void)
{
    the_bytes_decide_the_type();
    names_are_safe_to_show_and_to_save();
    pixels_are_read_from_the_header();
    a_picture_cut_anywhere_is_read_to_its_end();
    cameras_tell_where_they_were();
    arena_free(&arena);
    return tap_done();
}
