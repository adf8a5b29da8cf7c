/*
 * A reading: all that the jail makes of one raw. It crosses from the worker
 * to the main process as bytes, which the main process does not trust: a
 * reading that is not well formed is refused whole.
 */
#ifndef SPINE_READING_H
#define SPINE_READING_H

#include "base/buf.h"
#include "base/json.h"
#include "spine/location.h"

enum { READING_MAX = 8 * 1024 * 1024 };

struct reading {
    struct message message;
    struct extract extract;
    struct location *locations; /* best first */
    struct area *areas;         /* that hold the best of them, smallest first */
    struct str department;      /* that has it; empty: nobody in particular */
    struct str department_rule; /* which route said so: file and line */
    enum decision decision;
    struct str question; /* what to ask; empty: nothing */
    struct str asked;    /* the same for a machine, see asked.h; or empty */
    struct str failed;   /* why the raw could not be read; empty: it could */
};

void reading_encode(const struct reading *r, struct buf *out);

/* What r points at lives in a and in bytes. */
CHECKED int reading_decode(struct reading *r, struct str bytes, struct arena *a,
                           struct error *e);

/*
 * What inlet try --json prints of it: members for an object that the caller
 * has opened and will end.
 */
void reading_json(struct json *j, const struct reading *r);

/* One candidate, an object of its own: also what inlet gaz check prints. */
void location_json(struct json *j, const struct location *l);

#endif
