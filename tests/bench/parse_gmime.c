/*
 * The bare limit for mail: GMime alone parses each mail of a folder and
 * decodes its text parts to UTF-8. Prints mails per second, one thread.
 *
 *   parse_gmime FOLDER   FOLDER, and in a Maildir its cur and new
 */
#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"

enum { MAIL_MAX = 64 * 1024 * 1024, RUN_MS = 2000 };

struct total {
    long mails;
    long long bytes, text;
};

static void part_decode(GMimeObject *parent, GMimeObject *part, void *arg)
{
    struct total *t = arg;
    char *text;

    (void)parent;
    if (!GMIME_IS_TEXT_PART(part))
        return;
    text = g_mime_text_part_get_text((GMimeTextPart *)part);
    t->text += text == NULL ? 0 : (long long)strlen(text);
    g_free(text);
}

static void mail_parse(struct total *t, struct str bytes)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.p, bytes.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

    if (m != NULL) {
        g_mime_message_foreach(m, part_decode, t);
        g_object_unref(m);
    }
    g_object_unref(parser);
    g_object_unref(stream);
    t->mails++;
    t->bytes += (long long)bytes.n;
}

static void folder_parse(struct total *t, const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct arena a = { 0 };
        struct error e;
        struct str bytes;
        char *path = arena_printf(&a, "%s/%s", folder, entry->d_name);

        if (entry->d_name[0] != '.' &&
            file_read(&a, path, MAIL_MAX, &bytes, &e) == 0)
            mail_parse(t, bytes);
        arena_free(&a);
    }
    if (dir != NULL)
        closedir(dir);
}

static void all_parse(struct total *t, const char *folder)
{
    static const char *const below[] = { "", "/cur", "/new" };

    for (size_t i = 0; i < COUNT_OF(below); i++) {
        struct arena a = { 0 };

        folder_parse(t, arena_printf(&a, "%s%s", folder, below[i]));
        arena_free(&a);
    }
}

int main(int argc, char **argv)
{
    struct total t = { 0 };
    int64_t begin;
    double s;

    if (argc != 2) {
        fputs("usage: parse_gmime FOLDER\n", stderr);
        return 64;
    }
    g_mime_init();
    all_parse(&t, argv[1]); /* the files into memory, the code warm */
    if (t.mails == 0) {
        fprintf(stderr, "parse_gmime: no mail in %s\n", argv[1]);
        return 66;
    }
    t = (struct total){ 0 };
    begin = clock_monotonic_ms();
    while (clock_monotonic_ms() - begin < RUN_MS)
        all_parse(&t, argv[1]);
    s = (double)(clock_monotonic_ms() - begin) / 1000;
    printf("%.0f mails per second, %.1f MB/s, %.0f bytes of text a mail\n",
           (double)t.mails / s, (double)t.bytes / s / 1e6,
           (double)t.text / (double)t.mails);
    g_mime_shutdown();
    return 0;
}
