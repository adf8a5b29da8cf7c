/*
 * A geocoder elsewhere, asked for what the town's own file cannot place: what
 * is sent to it, and what its answer says. Nothing here opens a connection.
 */
#ifndef GEO_REMOTE_H
#define GEO_REMOTE_H

#include "geo/gaz.h"

/*
 * The words to ask for: of the best candidate that names a street or a place
 * and has no point, its address and the town's name, and nothing else of the
 * report. Empty: nothing is to be asked, because the report is placed, or
 * names no place, or only who signs it does.
 */
struct str remote_question(struct arena *a, const struct location *list,
                           struct str town, const struct location **which);

/* "12 Quarry Lane": what that candidate is called, in one line. */
struct str remote_label(struct arena *a, const struct location *l);

/* The address that asks for it: base is the service's, box the town's. */
struct str remote_url(struct arena *a, enum remote_service service,
                      struct str base, struct str question,
                      const struct box *box);

struct remote_place {
    bool found;
    struct point at;
    double uncertainty_m;
    struct str name;    /* as the service calls it */
    struct str refused; /* found, but not to be taken: why */
};

/*
 * Reads an answer. A town, a county or the like is no place to send somebody
 * to, and what lies outside box is not ours: refused. E_SYNTAX: it is no
 * answer of this service.
 */
CHECKED int remote_answer(struct arena *a, enum remote_service service,
                          struct str body, const struct box *box,
                          struct remote_place *out, struct error *e);

#endif
