/*
 * What clerks have taught of places, in files places.learned beside the rules:
 *
 *   alias Elm Strt = Elm Street
 *   place the big rock = 44.1234567 -72.1234567 30
 *
 * An alias is a name besides for a street, place or area there is; a place is
 * a point and how far it reaches, in metres.
 */
#ifndef GEO_GAZ_LEARN_H
#define GEO_GAZ_LEARN_H

#include "base/conf.h"
#include "geo/gaz.h"

#define LEARNED_PLACES "places.learned"

enum {
    LEARNED_FILE_MAX = 1024 * 1024,
    LEARNED_NAME_MAX = 100,     /* bytes */
    LEARNED_RADIUS_MAX = 10000, /* metres */
};

struct learned {
    struct str name;
    struct str means; /* of an alias; empty: a place */
    struct point at;
    double radius_m;
    struct learned *next;
};

/* The file's text; what is not well formed is named with its line. */
CHECKED int learned_read(struct learned **out, struct str text,
                         const char *path, struct arena *a, struct error *e);

/* Those of each folder that has such a file, one folder after the other. */
CHECKED int learned_load(struct learned **out,
                         const struct setting_list *folders, struct arena *a,
                         struct error *e);

#endif
