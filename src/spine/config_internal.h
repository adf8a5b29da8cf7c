/* What the files that check inlet.conf share. */
#ifndef SPINE_CONFIG_INTERNAL_H
#define SPINE_CONFIG_INTERNAL_H

#include "spine/adapter.h"

/* https with a host; http only to this machine. */
bool url_is_safe(struct str url);

/* colour, embed and tile-url; path is the file's, for the sentence. */
CHECKED int town_look_check(struct town *t, const char *path, struct error *e);

#endif
