/* Address lists: OpenAddresses' columns, NG911's, or plain ones (RFC 4180). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "geo/build_internal.h"

enum { FIELDS_MAX = 200, RECORD_MAX = 1024 * 1024 };

enum column {
    COLUMN_LAT,
    COLUMN_LON,
    COLUMN_NUMBER,
    COLUMN_STREET,
    COLUMN_ADDRESS, /* number and street in one */
    COLUMN_PREDIR,
    COLUMN_PRETYPE,
    COLUMN_POSTTYPE,
    COLUMN_POSTDIR,
    COLUMNS
};

static const struct {
    const char *name;
    enum column column;
} headings[] = {
    { "lat", COLUMN_LAT },
    { "latitude", COLUMN_LAT },
    { "y", COLUMN_LAT },
    { "lon", COLUMN_LON },
    { "lng", COLUMN_LON },
    { "long", COLUMN_LON },
    { "longitude", COLUMN_LON },
    { "x", COLUMN_LON },
    { "number", COLUMN_NUMBER },
    { "housenumber", COLUMN_NUMBER },
    { "add_number", COLUMN_NUMBER },
    { "addr:housenumber", COLUMN_NUMBER },
    { "street", COLUMN_STREET },
    { "st_name", COLUMN_STREET },
    { "addr:street", COLUMN_STREET },
    { "address", COLUMN_ADDRESS },
    { "full_address", COLUMN_ADDRESS },
    { "st_predir", COLUMN_PREDIR },
    { "st_pretyp", COLUMN_PRETYPE },
    { "st_postyp", COLUMN_POSTTYPE },
    { "st_posdir", COLUMN_POSTDIR },
};

struct record {
    struct buf text;
    size_t begin[FIELDS_MAX + 1]; /* of each field; the last: the end */
    int n;
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
        if (!quoted && c == ',') {
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

static void heads_read(const struct record *r, int where[COLUMNS])
{
    for (int c = 0; c < COLUMNS; c++)
        where[c] = -1;
    for (int i = 0; i < r->n; i++) {
        struct str name = field(r, i);

        if (str_starts(name, STR("\xef\xbb\xbf")))
            name = str_slice(name, 3, name.n);
        for (size_t k = 0; k < COUNT_OF(headings); k++) {
            if (str_case_eq(name, str_of(headings[k].name)) &&
                where[headings[k].column] < 0)
                where[headings[k].column] = i;
        }
    }
}

static struct point point_read(struct str lat, struct str lon)
{
    struct point p = { .known = false };

    p.known = str_double(lat, &p.lat) && str_double(lon, &p.lon);
    return p;
}

static void row_read(struct build *b, const struct record *r,
                     const int where[COLUMNS], int64_t line)
{
    static const enum column parts[] = { COLUMN_PREDIR, COLUMN_PRETYPE,
                                         COLUMN_STREET, COLUMN_POSTTYPE,
                                         COLUMN_POSTDIR };
    struct point at =
        point_read(field(r, where[COLUMN_LAT]), field(r, where[COLUMN_LON]));
    struct buf street = buf_init(1024);
    struct str number = field(r, where[COLUMN_NUMBER]);
    struct str whole = field(r, where[COLUMN_ADDRESS]);

    if (r->text.over) {
        build_refuse(b, line, "a row of over %d bytes", RECORD_MAX);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct str part = field(r, where[parts[i]]);

        if (part.n > 0) {
            buf_printf(&street, "%s%.*s", street.n > 0 ? " " : "",
                       STR_FMT(part));
        }
    }
    if (where[COLUMN_STREET] < 0) {
        number = str_word(&whole);
        buf_add(&street, whole);
    }
    if (number.n == 0 && street.n == 0) {
        build_refuse(b, line, "no address");
    } else {
        build_address(b, buf_str(&street), number, at, line);
    }
    buf_free(&street);
}

int import_csv(struct build *b, const char *path, struct error *e)
{
    FILE *f = fopen(path, "re");
    struct record *r;
    int where[COLUMNS];
    int64_t line = 0;
    int rc = 0;

    if (f == NULL)
        return error(e, -errno, "cannot open %s: %s", path, strerror(errno));
    r = calloc(1, sizeof(*r));
    if (r == NULL)
        abort();
    r->text = buf_init(RECORD_MAX);
    if (!record_read(f, r, &line))
        rc = error(e, E_SYNTAX, "%s is empty", path);
    heads_read(r, where);
    if (rc == 0 && (where[COLUMN_LAT] < 0 || where[COLUMN_LON] < 0 ||
                    (where[COLUMN_STREET] < 0 && where[COLUMN_ADDRESS] < 0))) {
        rc = error(e, E_SYNTAX,
                   "%s:1: the first line names no columns lat, lon and "
                   "street or address",
                   path);
    }
    while (rc == 0 && record_read(f, r, &line)) {
        if (r->text.n > 0)
            row_read(b, r, where, line);
    }
    buf_free(&r->text);
    free(r);
    fclose(f);
    return rc;
}
