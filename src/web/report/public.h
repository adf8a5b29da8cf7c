/*
 * The public map: recent reports as a list beside a map, as JSON, and as a
 * feed, without a word of who sent them. Only where the town wants it.
 */
#ifndef WEB_REPORT_PUBLIC_H
#define WEB_REPORT_PUBLIC_H

#include "web/report/residents.h"

struct public;

/* Adds GET /map, /map/tickets and /map/feed.xml: 404 unless public-map. */
CHECKED int public_open(struct public **out, const struct residents_with *with,
                        struct error *e);
void public_close(struct public *p); /* after http has closed */

#endif
