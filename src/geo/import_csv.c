/* Tables as text (RFC 4180): address lists above all. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "geo/feature.h"

enum { FIELDS_MAX = 200, RECORD_MAX = 16 * 1024 * 1024, FREED_EVERY = 1024 };

struct record {
    struct buf text;
    size_t begin[FIELDS_MAX + 1]; /* of each field; the last: the end */
    int n;
    char separator;
};

struct table {
    struct build *build;
    struct record record;
    struct mapping mapping;
};

static void field_end(struct record *r)
{
    if (r->n < FIELDS_MAX)
        r->begin[++r->n] = r->text.n;
}

/* Reads one record, which may span lines. False: there is none. */
static bool record_read(FILE *f, struct record *r, int64_t *line)
{
    bool quoted = false;
    int c = getc(f);

    buf_clear(&r->text);
    r->n = 0;
    r->begin[0] = 0;
    if (c == EOF)
        return false;
    for (; c != EOF; c = getc(f)) {
        if (c == '\n')
            ++*line;
        if (c == '"' && quoted) {
            c = getc(f);
            if (c == '"') {
                buf_byte(&r->text, '"');
                continue;
            }
            quoted = false;
            if (c == EOF)
                break;
        } else if (c == '"') {
            quoted = true;
            continue;
        }
        if (!quoted && c == '\n')
            break;
        if (!quoted && c == r->separator) {
            field_end(r);
        } else if (c != '\r') {
            buf_byte(&r->text, (char)c);
        }
    }
    field_end(r);
    return true;
}

static struct str field(const struct record *r, int i)
{
    if (i < 0 || i >= r->n)
        return STR_NONE;
    return str_trim(str_slice(buf_str(&r->text), r->begin[i], r->begin[i + 1]));
}

static struct str column_text(void *arg, const struct column *column)
{
    return field(arg, column->at);
}

/* The one of the usual separators that the first line has most of. */
static char separator_of(FILE *f)
{
    static const char all[] = ",;\t|";
    size_t counts[sizeof(all)] = { 0 };
    size_t best = 0;
    int c;

    for (int n = 0; n < RECORD_MAX && (c = getc(f)) != EOF && c != '\n'; n++) {
        const char *found = c == 0 ? NULL : strchr(all, c);

        if (found != NULL)
            counts[found - all]++;
    }
    rewind(f);
    for (size_t i = 1; all[i] != '\0'; i++)
        best = counts[i] > counts[best] ? i : best;
    return all[best];
}

static int heads_read(struct table *t, const char *path, struct error *e)
{
    struct arena *a = &t->build->arena;
    struct record *r = &t->record;
    struct str *names = arena_array(a, struct str, (size_t)r->n + 1);
    struct columns columns = { path, names, r->n, true };

    for (int i = 0; i < r->n; i++) {
        names[i] = arena_str(a, field(r, i));
        if (str_starts(names[i], STR("\xef\xbb\xbf")))
            names[i] = str_slice(names[i], 3, names[i].n);
    }
    mapping_choose(&t->mapping, t->build->told, &columns, a);
    t->build->report->preset = t->mapping.preset;
    if (mapping_check(t->build->told, &columns, a, e) < 0)
        return e->code;
    if (!mapping_suffices(&t->mapping)) {
        return error(e, E_SYNTAX,
                     "%s:1: the first line names no columns lat, lon and "
                     "street or address",
                     path);
    }
    return 0;
}

static void row_read(struct table *t, struct arena *a, int64_t line)
{
    struct feature f = {
        .row = line, .field = column_text, .arg = &t->record, .arena = a
    };

    if (t->record.text.over) {
        build_refuse(t->build, line, "a row of over %d MB",
                     RECORD_MAX / 1024 / 1024);
    } else {
        feature_take(t->build, &t->mapping, &f);
    }
}

static int rows_read(struct table *t, FILE *f, const char *path,
                     struct error *e)
{
    struct arena a = { 0 };
    int64_t line = 0;
    int rc;

    if (!record_read(f, &t->record, &line))
        return error(e, E_SYNTAX, "%s is empty", path);
    rc = heads_read(t, path, e);
    while (rc == 0 && record_read(f, &t->record, &line)) {
        if (t->record.text.n > 0)
            row_read(t, &a, line);
        if (line % FREED_EVERY == 0) {
            t->build->read = ftello(f);
            arena_free(&a);
        }
    }
    arena_free(&a);
    return rc;
}

int import_csv(struct build *b, const char *path, struct error *e)
{
    FILE *f = fopen(path, "re");
    struct table *t;
    int rc;

    if (f == NULL)
        return error(e, -errno, "cannot open %s: %s", path, strerror(errno));
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        abort();
    t->build = b;
    t->record.text = buf_init(RECORD_MAX);
    t->record.separator = separator_of(f);
    rc = rows_read(t, f, path, e);
    buf_free(&t->record.text);
    free(t);
    fclose(f);
    return rc;
}
