/*
 * STOP, START and HELP in a text: a whole message that says nothing else, in
 * English, Spanish or French. "STOP sign missing on Elm" is a report.
 */
#ifndef ADAPTERS_CONTROL_H
#define ADAPTERS_CONTROL_H

#include "spine/message.h"

enum control control_of(struct str text, struct arena *a);

/*
 * The same for who may be texted: providers take "yes" for START, but to us
 * it may be the answer to a question, so control_of() leaves it one.
 */
enum control control_consent(struct str text, struct arena *a);

#endif
