/*
 * Domains in letters beyond ASCII (RFC 5890). People are shown them as they
 * are spelt, "ana@bücher.example"; servers are told, and addresses compared
 * as, "ana@xn--bcher-kva.example". What does not survive the way there and
 * back stays as it came, so that nothing is shown for what it is not.
 */
#ifndef MAIL_MAIL_DOMAIN_H
#define MAIL_MAIL_DOMAIN_H

#include "base/arena.h"

/* Each returns address itself where there is nothing to be done. */
struct str address_shown(struct arena *a, struct str address);
struct str address_wire(struct arena *a, struct str address);

/* Whether two are one: letters of ASCII may differ in their case. */
bool address_same(struct str one, struct str other);

#endif
