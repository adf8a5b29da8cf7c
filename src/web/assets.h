/* Scripts and styles at /assets/NAME, packed for browsers that take it. */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include "http/http.h"

/* Adds the route. */
void assets_open(struct http_server *http);

#endif
