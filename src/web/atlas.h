/*
 * The gazetteer as the pages use it, opened in the main process: places while
 * somebody types, what is near a point, and the map's own tiles.
 */
#ifndef WEB_ATLAS_H
#define WEB_ATLAS_H

#include "base/json.h"
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

/*
 * What a page's map is made with, as an object: its box, where its tiles are,
 * and who is to be named with them. GET /tiles/map.json gives it too.
 */
void atlas_map(const struct atlas *, struct json *j);

/* Whom /find and /near do not limit: who has signed in. Until set: nobody. */
typedef bool atlas_knows_fn(void *arg, struct http_request *r);
void atlas_know(struct atlas *, atlas_knows_fn *knows, void *arg);

#endif
