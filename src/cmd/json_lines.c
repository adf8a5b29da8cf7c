#include "cmd/json_lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

static CHECKED int line_read(struct str line, json_line_fn *each, void *arg,
                             struct error *e)
{
    json_error_t why;
    json_t *o;
    int rc;

    if (line.n > JSON_LINE_MAX)
        return error(e, E_LIMIT, "over %d bytes", (int)JSON_LINE_MAX);
    o = json_loadb(line.p, line.n, 0, &why);
    rc = json_is_object(o)
             ? each(arg, o, e)
             : error(e, E_SYNTAX, "not a JSON object: %s", why.text);
    json_decref(o);
    return rc;
}

int json_lines_read(const char *path, json_line_fn *each, void *arg,
                    struct error *e)
{
    FILE *in = fopen(path, "re");
    struct error why;
    char *line = NULL;
    size_t size = 0;
    int number = 0;
    int rc = 0;
    ssize_t n;

    if (in == NULL)
        return error(e, E_NONE, "cannot open %s", path);
    while (rc == 0 && (n = getline(&line, &size, in)) >= 0) {
        number++;
        rc = line_read((struct str){ line, (size_t)n }, each, arg, &why);
    }
    if (rc < 0)
        rc = error(e, rc, "%s:%d: %s", path, number, why.text);
    free(line);
    fclose(in);
    return rc;
}

struct str json_lines_text(struct arena *a, const json_t *o, const char *name)
{
    const json_t *value = json_object_get(o, name);

    return utf8_clean(
        a, (struct str){ json_string_value(value), json_string_length(value) });
}
