/*
 * Forms: application/x-www-form-urlencoded, and multipart/form-data (RFC
 * 7578) read as it streams in. Field values are bytes; utf8_clean() is the
 * reader's.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "base/arena.h"
#include "base/buf.h"

enum { FORM_FIELDS = 200, FORM_NAME = 256 };

struct form_field {
    struct str name;
    struct str value;        /* the content of a file too */
    struct str file_name;    /* as sent: not to be trusted; p NULL: no file */
    struct str type;         /* of a file, as declared */
    struct form_field *next; /* in the order sent; names may repeat */
};

/* body is decoded into a. E_LIMIT, E_SYNTAX. */
CHECKED int form_read(struct form_field **out, struct str body, struct arena *a,
                      struct error *e);

/* Values point into body. content_type carries the boundary. */
CHECKED int multipart_read(struct form_field **out, struct str content_type,
                           struct str body, struct arena *a, struct error *e);

/* All of them in order of name, then of value; *n of them. */
const struct form_field **form_sorted(const struct form_field *f, size_t *n,
                                      struct arena *a);

/* The first field of that name, or an empty string. */
struct str form_value(const struct form_field *f, const char *name);

#endif
