/*
 * Where in a text a thing was read, for a page's script: rules count bytes of
 * UTF-8, a browser counts the 16-bit units of UTF-16.
 */
#ifndef WEB_INBOX_SPANS_H
#define WEB_INBOX_SPANS_H

#include "base/json.h"
#include "store/store.h"

/* The units of UTF-16 before each SPANS_STEP-th byte of a text. */
struct units {
    struct str text;
    uint32_t *before;
};

void units_count(struct units *u, struct str text, struct arena *a);

/* The unit that the byte at begins, or is in; the text's end, where beyond. */
uint32_t units_at(const struct units *u, size_t at);

/*
 * What rules found in m and what places it names, as an array: each with the
 * candidate that it belongs to, counted in the order of m->locations.
 */
void spans_json(struct json *j, const struct message_row *m, struct arena *a);

#endif
