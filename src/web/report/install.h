/*
 * What makes the pages a town's own, and the report page an app of a phone:
 * /assets/town.css and icon.svg in the town's colour, the manifest, and the
 * worker that keeps drafts, at the root so that it serves all pages.
 */
#ifndef WEB_REPORT_INSTALL_H
#define WEB_REPORT_INSTALL_H

#include "base/template.h"
#include "http/http.h"
#include "spine/adapter.h"

struct install;

/* Adds the routes: before assets_open(), which has others at /assets. */
CHECKED int install_open(struct install **out, struct http_server *http,
                         const struct templates *templates,
                         const struct town *town, struct error *e);
void install_close(struct install *i); /* after http has closed */

/* The style: what inlet.css leaves open, for light and for dark screens. */
CHECKED int install_style(struct str colour, struct buf *out, struct error *e);

#endif
