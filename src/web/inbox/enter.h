/*
 * A clerk enters a report for somebody who calls or comes to the counter. It
 * goes the way of all reports: kept as a raw, read in the jail, filed; its
 * channel is the door, "phone" or "counter".
 */
#ifndef WEB_INBOX_ENTER_H
#define WEB_INBOX_ENTER_H

#include "web/inbox/desk.h"

enum { ENTER_TEXT_MAX = 20 * 1000, ENTER_LINE_MAX = 1000 };

extern const char *const enter_doors[]; /* ended by NULL */

CHECKED int enter_open(struct enter **out, struct desk *d, struct error *e);
void enter_stop(struct enter *en);
void enter_close(struct enter *en); /* after http has closed */

#endif
