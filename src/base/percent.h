/* Percent-encoding (RFC 3986, 2.1): all but unreserved characters. */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

#include "base/arena.h"

struct str percent_encode(struct arena *a, struct str text);

#endif
