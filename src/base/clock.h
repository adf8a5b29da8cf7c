/*
 * The one clock. Dates are seconds since 1970 in UTC; spans of time come from
 * a clock that never jumps. Tests set the date with clock_set().
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

int64_t clock_now(void);          /* seconds since 1970, UTC */
int64_t clock_monotonic_ms(void); /* for spans and deadlines */
void clock_set(int64_t now);      /* stands still there; 0: runs again */

enum { CLOCK_TEXT = 40 };

/* "2026-11-24T09:30:00Z" (RFC 3339). Writes into text and returns it. */
char *clock_rfc3339(int64_t at, char text[CLOCK_TEXT]);

/* "Tue, 24 Nov 2026 09:30:00 +0000" (RFC 5322, 3.3). */
char *clock_rfc5322(int64_t at, char text[CLOCK_TEXT]);

#endif
