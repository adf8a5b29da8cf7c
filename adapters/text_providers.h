/* The tables of the providers of texts; to add one, see adapters.c. */
#ifndef ADAPTERS_TEXT_PROVIDERS_H
#define ADAPTERS_TEXT_PROVIDERS_H

#include "text.h"

extern const struct text_provider bandwidth_provider;
extern const struct text_provider capcom6_provider;
extern const struct text_provider httpsms_provider;
extern const struct text_provider messagebird_provider;
extern const struct text_provider plivo_provider;
extern const struct text_provider sinch_provider;
extern const struct text_provider smssync_provider;
extern const struct text_provider sns_provider;
extern const struct text_provider spool_provider;
extern const struct text_provider telnyx_provider;
extern const struct text_provider textbee_provider;
extern const struct text_provider twilio_provider;
extern const struct text_provider vonage_provider;

#endif
