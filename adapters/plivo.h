/* What plivo.c and plivo_sign.c share. */
#ifndef ADAPTERS_PLIVO_H
#define ADAPTERS_PLIVO_H

#include "text.h"

enum text_verdict plivo_check(const struct text_channel *t,
                              struct text_call *call, struct arena *a);

#endif
