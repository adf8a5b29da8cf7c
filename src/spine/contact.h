/* How a resident says where an answer goes: a mail address or a number. */
#ifndef SPINE_CONTACT_H
#define SPINE_CONTACT_H

#include "base/arena.h"

/*
 * The address mail or texts go to: "ana@example.org", "+15555550123". False:
 * contact is neither.
 */
bool contact_read(struct str contact, struct arena *a, struct str *out);

/* The door of a number that is another than that of its texts. */
#define CONTACT_WHATSAPP "whatsapp:"

/* Who writes from address: "whatsapp:+15555550123" is "+15555550123". */
struct str contact_person(struct str address);

#endif
