/*
 * multipart/form-data (RFC 7578, RFC 2046 5.1) as it streams in: slices go in,
 * however they are cut, and the sink hears of parts and their bytes. Keeps no
 * more than the headers of one part.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    MULTIPART_BOUNDARY = 70,        /* RFC 2046, 5.1.1 */
    MULTIPART_PART_HEAD = 8 * 1024, /* headers of one part */
    MULTIPART_DELIMITER = 4 + MULTIPART_BOUNDARY,
};

struct multipart_part {
    struct str name;
    struct str file_name; /* p NULL: no file */
    struct str type;
};

/* What p and bytes point at is borrowed. Less than 0 ends the reading. */
struct multipart_sink {
    int (*begin)(void *arg, const struct multipart_part *p, struct error *e);
    int (*bytes)(void *arg, struct str bytes, struct error *e);
    void *arg;
};

struct multipart;
typedef size_t multipart_state_fn(struct multipart *m, struct str in);

struct multipart {
    const struct multipart_sink *sink;
    multipart_state_fn *state;
    char delimiter[MULTIPART_DELIMITER]; /* CR LF -- boundary */
    size_t delimiter_n;
    size_t matched; /* bytes of it seen, in slices that are gone */
    struct buf head;
    bool in_part; /* what comes belongs to a part, not to the preamble */
    bool ended;   /* the last delimiter was there */
    int rc;
    struct error e;
};

/* content_type carries the boundary. E_SYNTAX. */
CHECKED int multipart_begin(struct multipart *m, struct str content_type,
                            const struct multipart_sink *sink, struct error *e);
CHECKED int multipart_feed(struct multipart *m, struct str slice,
                           struct error *e);
/* No more comes: E_SYNTAX where it was cut short. Frees what m holds. */
CHECKED int multipart_end(struct multipart *m, struct error *e);

#endif
