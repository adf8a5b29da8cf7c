/* JSON of providers, read leniently: what is missing, or not text, is empty. */
#ifndef ADAPTERS_TEXT_JSON_H
#define ADAPTERS_TEXT_JSON_H

#include <jansson.h>

#include "base/str.h"

json_t *text_json(struct str body);     /* an object, or NULL */
json_t *text_json_any(struct str body); /* an object or an array, or NULL */

/* Lives as long as the object. */
struct str text_json_str(const json_t *object, const char *key);

/* The first of two names that is there: versions call it differently. */
struct str text_json_either(const json_t *object, const char *key,
                            const char *other);

/* A whole number, also where it is written as text; otherwise if none. */
int64_t text_json_int(const json_t *object, const char *key, int64_t otherwise);

/*
 * Dates as providers write them, in seconds since 1970; 0: none.
 * "2026-11-24T09:30:00.123Z", "...+00:00", "2026-11-24 09:30:00" (UTC),
 * "Tue, 24 Nov 2026 09:30:00 +0000".
 */
int64_t text_date(struct str text);

#endif
