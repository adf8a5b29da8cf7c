/* What sns.c and sns_sign.c share. */
#ifndef ADAPTERS_SNS_H
#define ADAPTERS_SNS_H

#include "text.h"

enum text_verdict sns_check(const struct text_channel *t,
                            struct text_call *call, struct arena *a);

/* An https address of Amazon's SNS itself, and of nobody who looks like it. */
bool sns_address(struct str url);

#endif
