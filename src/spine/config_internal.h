/* What the files that check inlet.conf share. */
#ifndef SPINE_CONFIG_INTERNAL_H
#define SPINE_CONFIG_INTERNAL_H

#include "spine/adapter.h"

/* colour, embed and tile-url; path is the file's, for the sentence. */
CHECKED int town_look_check(struct town *t, const char *path, struct error *e);

#endif
