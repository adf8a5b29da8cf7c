/*
 * inlet.conf, read: the town's own settings and its channels. See
 * inlet.conf(5).
 */
#ifndef SPINE_CONFIG_H
#define SPINE_CONFIG_H

#include "spine/adapter.h"

struct config_channel {
    struct channel *channel; /* of adapter->size bytes, settings filled in */
    int line;
    struct config_channel *next;
};

struct config {
    struct arena arena;
    const char *path;
    struct town town;
    struct config_channel *channels; /* in the order of the file */
};

/* The town's settings: parser, ranges, defaults and help. */
extern const struct setting town_settings[];

/* Reads path; NULL: the defaults alone. Gives *out; config_free() ends it. */
CHECKED int config_load(struct config **out, const char *path, struct error *e);
void config_free(struct config *c);

/* https with a host; http only to this machine. */
bool url_is_safe(struct str url);

#endif
