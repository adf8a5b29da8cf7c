/*
 * Which columns of a source tell what. The tables of a county differ in the
 * names of their columns and in little else, so what a column means is data:
 * a preset for each of the usual tables, known by its columns.
 */
#ifndef GEO_MAPPING_H
#define GEO_MAPPING_H

#include "base/arena.h"

enum meaning {
    MEANING_NUMBER,
    MEANING_NUMBER_PREFIX,
    MEANING_NUMBER_SUFFIX,
    MEANING_STREET,
    MEANING_ADDRESS, /* number and street in one */
    MEANING_NAME,
    MEANING_KIND,
    MEANING_PLACE_KIND, /* only places have it */
    MEANING_ROAD_CLASS, /* MTFCC: S1100 to S1780 are roads */
    MEANING_REF,
    MEANING_ALIAS,
    MEANING_LAT,
    MEANING_LON,
    MEANING_WKT, /* the shape as text */
    MEANING_LEFT_FROM,
    MEANING_LEFT_TO,
    MEANING_RIGHT_FROM,
    MEANING_RIGHT_TO,
    MEANINGS
};

/* Who says that a column has a meaning; the first is believed. */
enum mapping_rank { RANK_PRESET, RANK_PLAIN, RANK_NONE };

struct column {
    struct str name;
    int at; /* its place among the source's; -1: not looked up */
};

/* What columns tell together, with a blank between them: "N" "Elm" "St". */
struct alternative {
    struct column *columns;
    int n;
    enum mapping_rank rank;
    struct alternative *next;
};

struct mapping {
    const char *preset;
    bool table;                       /* every record has the same columns */
    struct alternative *of[MEANINGS]; /* the first with a text counts */
};

/* The columns of a source. */
struct columns {
    const char *path; /* of the source, for what is said of it */
    const struct str *names;
    int n;
    bool all; /* else some records may have others */
};

/* The place of the column called name, letters of either case; -1: none. */
int columns_find(const struct columns *c, struct str name);

/* The mapping of a source with columns c: the first preset that knows them. */
void mapping_choose(struct mapping *m, const struct columns *c,
                    struct arena *a);

#endif
