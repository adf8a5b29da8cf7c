/* The parts of the atlas: atlas.c, atlas_tiles.c, atlas_find.c. */
#ifndef WEB_ATLAS_INTERNAL_H
#define WEB_ATLAS_INTERNAL_H

#include "geo/chart.h"
#include "geo/typing.h"
#include "http/limit.h"
#include "web/atlas.h"

/* A gazetteer as it was loaded. It goes when nobody cuts from it any more. */
struct edition {
    struct gaz *gaz;
    struct chart *chart;
    struct typing *typing;
    struct box box; /* of the town */
    struct gaz_stats stats;
    struct str tag;               /* an ETag without its quotes */
    struct setting_list *sources; /* who is to be named */
    struct arena arena;
    int users;
};

struct shelf; /* tiles that were cut, packed */

struct atlas {
    const struct town *town;
    struct http_server *http;
    struct edition *edition; /* NULL: there is no gazetteer */
    struct shelf *shelf;
    struct limit limit;
    atlas_knows_fn *knows;
    void *knows_arg;
    struct arena arena; /* lives as long as the atlas */
};

void edition_let_go(struct edition *e);

/* atlas_tiles.c */
void atlas_tile(struct http_request *r, void *arg);
struct shelf *shelf_new(void);
void shelf_clear(struct shelf *s);
void shelf_free(struct shelf *s);

/* atlas_find.c */
void atlas_find(struct http_request *r, void *arg);
void atlas_near(struct http_request *r, void *arg);

/* An object of JSON, which is freed. */
void atlas_answer(struct http_request *r, struct buf *json);

#endif
