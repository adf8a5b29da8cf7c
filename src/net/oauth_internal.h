/* What the files of the sign-in share. */
#ifndef NET_OAUTH_INTERNAL_H
#define NET_OAUTH_INTERNAL_H

#include <jansson.h>

#include "net/oauth.h"

/* The text at key, of what may be no object at all; lives as long as it. */
struct str oauth_text(const json_t *object, const char *key);

/* The provider, in a sentence. */
const char *oauth_called(const struct oauth_settings *s);

#endif
