/* What the files that check inlet.conf share. */
#ifndef SPINE_CONFIG_INTERNAL_H
#define SPINE_CONFIG_INTERNAL_H

#include "spine/adapter.h"

/* colour, embed and tile-url; path is the file's, for the sentence. */
CHECKED int town_look_check(struct town *t, const char *path, struct error *e);

/* rspamd: where it may be. */
CHECKED int town_rspamd_check(const struct town *t, const char *path,
                              struct error *e);

/* The host of url, without its port; of IPv6 with its brackets. */
struct str url_host(struct str url);

#endif
