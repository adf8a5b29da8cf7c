/*
 * What the report page asks while a place is chosen: open reports near there,
 * and what its map is made with.
 */
#ifndef WEB_REPORT_NEARBY_H
#define WEB_REPORT_NEARBY_H

#include "base/template.h"
#include "http/http.h"
#include "spine/adapter.h"
#include "store/store.h"
#include "web/atlas.h"

struct nearby;

/* What it is set up with must live as long as http does. */
struct nearby_with {
    struct store *store;
    const struct atlas *atlas;
    const struct templates *templates;
    const struct town *town;
};

/* Adds GET /report/nearby and /report/map.json. */
CHECKED int nearby_open(struct nearby **out, struct http_server *http,
                        const struct nearby_with *with, struct error *e);
void nearby_close(struct nearby *n); /* after http has closed */

#endif
