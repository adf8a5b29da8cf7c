/* What vonage.c and vonage_sign.c share. */
#ifndef ADAPTERS_VONAGE_H
#define ADAPTERS_VONAGE_H

#include "http/form.h"
#include "text.h"

enum text_verdict vonage_check(const struct text_channel *t,
                               struct text_call *call, struct arena *a);

/* What the SMS API sends as a query, a form or flat JSON: its fields. */
CHECKED int vonage_fields(struct form_field **out, struct str bytes,
                          struct arena *a, struct error *e);

#endif
