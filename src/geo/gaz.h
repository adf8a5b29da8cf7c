/*
 * The gazetteer: the town's own streets, addresses, crossings, places and
 * areas in one read-only SQLite file, and the reading of places from text
 * against it. Coordinates in the file are integers of 1e-7 degree.
 */
#ifndef GEO_GAZ_H
#define GEO_GAZ_H

#include "base/conf.h"
#include "base/json.h"
#include "geo/grid.h"
#include "spine/location.h"

struct gaz;

/*
 * Loads path whole: after it no file is open, so a worker can be sealed. e
 * says how to make one where there is none.
 */
CHECKED int gaz_open(struct gaz **out, const char *path, struct error *e);

/* The same with what clerks have taught in folders; see gaz_learn.h. */
CHECKED int gaz_open_learned(struct gaz **out, const char *path,
                             const struct setting_list *folders,
                             struct error *e);
void gaz_close(struct gaz *g);

struct weights;
const struct weights *gaz_weights(const struct gaz *g);

/*
 * Takes what makes confidence from the last of folders that has a file
 * places.weights (see weights.h) instead of what was built in.
 */
CHECKED int gaz_weigh(struct gaz *g, const struct setting_list *folders,
                      struct error *e);

struct gaz_query {
    struct str title;
    struct str text;
    struct str address;             /* typed as an address: ZONE_ADDRESS */
    struct str language;            /* empty: not known */
    struct point pin;               /* set by hand on a map */
    struct point exif;              /* where a photo was taken */
    const struct finding *findings; /* the rules' number, street, cross, ... */
};

/*
 * Every candidate, best first, the rejected last. Never fails: no candidate
 * is an empty list.
 */
struct location *gaz_find(const struct gaz *g, const struct gaz_query *q,
                          struct arena *a);

/*
 * Names of streets that look like name, the likest first; gives how many of
 * most. Looks at every street: for a question, not for every word.
 */
int gaz_suggest(const struct gaz *g, struct str name, struct str *out, int most,
                struct arena *a);

/* Has it a street, place or area of that name, in any spelling of it? */
bool gaz_knows(const struct gaz *g, struct str name, struct arena *a);

/* "12 Elm St" for a point, within 200 m; an empty string where none is. */
struct str gaz_label_at(const struct gaz *g, struct point at, struct arena *a);

/*
 * How far a point is from what a candidate says, in metres: from a street's
 * line where it says no more than the street.
 */
double gaz_off(const struct gaz *g, const struct location *l, struct point at);

/* What is nearest to a point; an empty name where nothing is within 1 km. */
struct gaz_near {
    struct str address, street, crossing;
    double address_m, street_m, crossing_m; /* how far */
};

void gaz_near(const struct gaz *g, struct point at, struct gaz_near *out,
              struct arena *a);

/* The areas that hold a point, as the gazetteer has them; NULL: none does. */
struct area *gaz_areas_at(const struct gaz *g, struct point at,
                          struct arena *a);

/* Is it in or near the town this gazetteer is of? */
bool gaz_covers(const struct gaz *g, struct point at);

/* The box that gaz_covers() takes for the town and what is near it. */
struct box gaz_box(const struct gaz *g);

struct gaz_stats {
    int64_t streets, addresses, crossings, places, areas;
    int64_t built_at;
};

void gaz_stats(const struct gaz *g, struct gaz_stats *out);

#endif
