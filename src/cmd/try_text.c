/* inlet try --text: JSON lines with "id", "text" and perhaps "title". */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "cmd/try.h"
#include "jail/reader.h"

static struct str member(struct arena *a, const json_t *object,
                         const char *name)
{
    const json_t *value = json_object_get(object, name);

    return utf8_clean(
        a, (struct str){ json_string_value(value), json_string_length(value) });
}

static int try_line(struct tried *t, struct reader *reader, struct str line,
                    struct error *e)
{
    struct arena a = { 0 };
    struct reading r = { 0 };
    json_error_t why;
    json_t *object = json_loadb(line.p, line.n, 0, &why);

    if (!json_is_object(object)) {
        json_decref(object);
        return error(e, E_SYNTAX, "not a JSON object: %s", why.text);
    }
    r.message.subject = member(&a, object, "title");
    r.message.text = member(&a, object, "text");
    r.message.visible = r.message.text;
    reader_think(reader, &r, &a);
    try_print(t, member(&a, object, "id"), &r);
    json_decref(object);
    arena_free(&a);
    return 0;
}

static int try_stream(struct tried *t, struct reader *reader, FILE *f,
                      const char *name, struct error *e)
{
    char *line = NULL;
    size_t size = 0;
    int number = 0;
    int rc = 0;
    ssize_t n;

    while (rc == 0 && (n = getline(&line, &size, f)) >= 0) {
        struct str s = str_trim((struct str){ line, (size_t)n });

        number++;
        if (s.n > 0)
            rc = try_line(t, reader, s, e);
    }
    free(line);
    return rc < 0 ? error_in(e, "%s:%d", name, number) : 0;
}

int try_texts(struct tried *t, struct error *e)
{
    struct reader *reader;
    int rc = reader_open(&reader, &t->config->town, e);

    if (rc < 0)
        return rc;
    for (int i = 0; rc == 0 && i < t->count; i++) {
        bool piped = strcmp(t->files[i], "-") == 0;
        FILE *f = piped ? stdin : fopen(t->files[i], "re");

        if (f == NULL) {
            rc = error(e, E_NONE, "cannot open %s", t->files[i]);
            break;
        }
        rc = try_stream(t, reader, f, t->files[i], e);
        if (!piped)
            fclose(f);
    }
    reader_close(reader);
    return rc;
}
