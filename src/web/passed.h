/*
 * Pictures of a report, for the neighbour it was passed on to: who has been
 * told the address sees them, and nothing else of the report.
 */
#ifndef WEB_PASSED_H
#define WEB_PASSED_H

#include "web/original.h"

/* Both must live as long as http does. */
struct passed_photos {
    struct store *store;
    struct originals *originals;
};

/* Adds the route; keeps p as long as http lives. */
void passed_photos_open(struct passed_photos *p, struct http_server *http);

#endif
