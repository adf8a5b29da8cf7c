/* What the api answers, read leniently: what is missing is empty. */
#ifndef ADAPTERS_TWILIO_JSON_H
#define ADAPTERS_TWILIO_JSON_H

#include <jansson.h>

#include "base/str.h"

json_t *twilio_json(struct str body); /* an object, or NULL */

/* Lives as long as the object. */
struct str twilio_json_text(const json_t *object, const char *key);

/* "Tue, 24 Nov 2026 09:30:00 +0000"; 0: none. */
int64_t twilio_json_date(const json_t *object, const char *key);
int64_t twilio_date(struct str text);

#endif
