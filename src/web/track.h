/*
 * The pages that are nobody's own: the way in at /, the stylesheet, and
 * /health for whoever watches over the server.
 */
#ifndef WEB_TRACK_H
#define WEB_TRACK_H

#include "base/template.h"
#include "http/http.h"
#include "spine/adapter.h"
#include "store/store.h"

struct track;

/* Adds the routes. What it is given must live as long as http does. */
CHECKED int track_open(struct track **out, struct http_server *http,
                       struct store *store, const struct templates *templates,
                       const struct town *town, struct error *e);

/* After http has closed. */
void track_close(struct track *t);

#endif
