/*
 * The HTML of mails as a clerk opens it, for mail-agreement to compare.
 *
 *   mail_pages FILE...   prints a line of JSON for each
 */
#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "mail/mail.h"

enum { OUT_MAX = 64 * 1024 * 1024 };

static int page_put(struct json *j, const char *path, struct error *e)
{
    struct arena a = { 0 };
    struct raw raw = { .format = RAW_RFC822 };
    struct str html = STR_NONE;
    int rc = file_read(&a, path, RAW_MAX, &raw.bytes, e);

    if (rc == 0) {
        struct error none;

        if (mail_html(&html, &raw, &a, &none) < 0)
            html = STR_NONE;
        json_begin_object(j);
        json_kv(j, "html", html);
        json_end_object(j);
    }
    arena_free(&a);
    return rc;
}

int main(int argc, char **argv)
{
    struct error e;

    for (int i = 1; i < argc; i++) {
        struct buf out = buf_init(OUT_MAX);
        struct json j = json_to(&out);

        if (page_put(&j, argv[i], &e) < 0) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        printf("%.*s\n", STR_FMT(buf_str(&out)));
        buf_free(&out);
    }
    return 0;
}
