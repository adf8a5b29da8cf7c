/*
 * An invitation (RFC 5545, RFC 6047) in words: what it is about, when and
 * where, and what is said of it, a line each. Nothing is done with it.
 */
#ifndef MAIL_MAIL_CALENDAR_H
#define MAIL_MAIL_CALENDAR_H

#include "base/arena.h"

/* ics in UTF-8. Empty: there is nothing in it. */
struct str calendar_text(struct str ics, struct arena *a);

#endif
