/* All that residents see but the form itself, which is a channel's. */
#ifndef WEB_REPORT_RESIDENTS_H
#define WEB_REPORT_RESIDENTS_H

#include "base/template.h"
#include "http/http.h"
#include "pipeline/outbox.h"
#include "spine/config.h"
#include "store/store.h"
#include "web/atlas.h"

struct residents;

/* What it is set up with must live as long as http does. */
struct residents_with {
    struct http_server *http;
    struct store *store;
    struct outbox *outbox;
    const struct templates *templates;
    const struct config *config;
    const struct atlas *atlas;
};

/* Adds the routes: before assets_open(), which takes what they leave. */
CHECKED int residents_open(struct residents **out,
                           const struct residents_with *with, struct error *e);
void residents_close(struct residents *s); /* after http has closed */

#endif
