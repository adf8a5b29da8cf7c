/* A map in memory: features in parts, parts in spots. */
#ifndef GEO_CHART_INTERNAL_H
#define GEO_CHART_INTERNAL_H

#include <glib.h>
#include <sqlite3.h>

#include "geo/chart.h"

/* In the order they are drawn in. */
enum chart_layer {
    CHART_LAND,
    CHART_WATER,
    CHART_ROADS,
    CHART_AREAS,
    CHART_PLACES,
    CHART_DOORS, /* these are the gazetteer's own */
    CHART_LAYERS
};

/* As the tiles number them. */
enum chart_form { CHART_POINT = 1, CHART_LINE = 2, CHART_AREA = 3 };

/* The world is 2^32 wide and high, from the north-west. */
struct chart_spot {
    uint32_t x, y;
};

struct chart_box {
    uint32_t west, north, east, south;
};

struct chart_part {
    guint first; /* in spots */
    int n;
    bool hole; /* of the area before it */
};

struct chart_feature {
    struct chart_box box;
    enum chart_form form;
    int least;      /* the smallest zoom that has it */
    int name, kind; /* in texts; 0: none */
    guint first;    /* in parts */
    int n;
};

struct chart {
    const struct gaz *gaz;
    struct arena arena; /* of the texts */
    GArray *texts;      /* of struct str */
    GArray *features;   /* of struct chart_feature, layer by layer */
    GArray *parts;      /* of struct chart_part */
    GArray *spots;      /* of struct chart_spot */
    guint begin[CHART_LAYERS + 1];
    guint roads_from, roads_to; /* the spots of streets that have a name */
};

struct chart_spot chart_spot(struct point at);

/* ---- while it is made ---- */

struct charting {
    struct chart *chart;
    sqlite3 *db;
    GHashTable *text_of; /* text -> index in texts */
};

int chart_text(struct charting *c, struct str text);

/* Begins a feature, to which parts are added. */
struct chart_feature *chart_feature(struct charting *c, enum chart_form form,
                                    int least);
void chart_part(struct charting *c, const struct chart_spot *spots, int n);

/* chart_roads.c: the lines of streets, laid end to end. */
void chart_roads(struct charting *c);

/* chart_rings.c: which of an area's rings are holes, and of which. */
struct chart_ring {
    struct chart_spot *spots;
    int n;
};
void chart_rings(struct charting *c, struct chart_ring *rings, int n);

/* The points of a geom: see build_write.c. */
struct chart_ring chart_geom(sqlite3_stmt *s, int column, struct arena *a);

/* chart_kinds.c: from which zoom on a thing is drawn. */
int chart_road_least(struct str kind);
int chart_shape_least(struct str kind);
int chart_place_least(struct str kind);

/* Is a kind of area green, so that it is drawn as land? */
bool chart_is_land(struct str kind);

/* ---- while a tile is cut ---- */

static inline struct str chart_word(const struct chart *c, int text)
{
    return g_array_index(c->texts, struct str, text);
}

#endif
