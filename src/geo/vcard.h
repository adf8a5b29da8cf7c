/*
 * A place sent as a vCard (RFC 6350, 2426), the way phones share where they
 * are: GEO, or a URL that is a map link.
 */
#ifndef GEO_VCARD_H
#define GEO_VCARD_H

#include "base/arena.h"
#include "spine/message.h"

/* Is an attachment of this type to be read so? */
bool vcard_is_type(struct str media_type);

/*
 * Where card says it is; not known where it says nothing, or where the card is
 * a person's or a firm's, with an e-mail address: that place is theirs.
 */
struct point vcard_point(struct arena *a, struct str card);

#endif
