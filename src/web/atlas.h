/*
 * The gazetteer as the pages use it, opened in the main process: places while
 * somebody types, what is near a point, and the map's own tiles.
 */
#ifndef WEB_ATLAS_H
#define WEB_ATLAS_H

#include "geo/gaz.h"
#include "http/http.h"
#include "spine/adapter.h"

struct atlas;

/* Adds /find, /near and /tiles. A town without a gazetteer has an atlas too. */
CHECKED int atlas_open(struct atlas **out, struct http_server *http,
                       const struct town *town, struct error *e);
/* The file as it is now; where it does not load the old one stays. */
CHECKED int atlas_reload(struct atlas *, struct error *e);
void atlas_close(struct atlas *); /* after http has closed */

/* NULL: there is none. Good until the next reload. */
const struct gaz *atlas_gaz(const struct atlas *);

#endif
