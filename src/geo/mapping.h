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
    MEANING_ROAD_KIND,  /* how a road is drawn: residential, primary */
    MEANING_DRAWN,      /* what only the map shows: water, wood, river */
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
enum mapping_rank { RANK_TOLD, RANK_PRESET, RANK_PLAIN, RANK_NONE };

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

/*
 * What a town says of its own table, for each meaning: columns that stand
 * together with a '+' between them, others with a '|'. NULL: not told.
 */
struct mapping_told {
    const char *path;
    const char *of[MEANINGS];
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

/* Can rows with a mapping m and no shape of their own be anything? */
bool mapping_suffices(const struct mapping *m);

/*
 * The mapping of a source with columns c: what is told (NULL: nothing), then
 * the first preset that knows them.
 */
void mapping_choose(struct mapping *m, const struct mapping_told *told,
                    const struct columns *c, struct arena *a);

/* Reads told from the file at path. */
CHECKED int mapping_read(struct mapping_told *told, const char *path,
                         struct arena *a, struct error *e);

/* An error where told (NULL: nothing) names a column that c has not. */
CHECKED int mapping_check(const struct mapping_told *told,
                          const struct columns *c, struct arena *a,
                          struct error *e);

#endif
