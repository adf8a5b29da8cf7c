/* What spine/listing.h promises: tickets as programs elsewhere may see them. */
#ifndef WEB_LISTING_H
#define WEB_LISTING_H

#include "base/template.h"
#include "pipeline/outbox.h"
#include "spine/config.h"
#include "spine/listing.h"
#include "store/store.h"

/* What it is set up with must live as long as http does. */
struct listing_with {
    struct store *store;
    struct outbox *outbox;
    const struct templates *templates;
    const struct config *config;
};

void listing_open(struct listing **out, const struct listing_with *with);
void listing_close(struct listing *l); /* after http has closed */

#endif
