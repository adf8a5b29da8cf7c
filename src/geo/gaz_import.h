/*
 * Making a gazetteer from what towns have: OpenStreetMap (.osm, .osm.pbf),
 * address CSV (OpenAddresses' columns or plain ones), streets and areas as
 * GeoJSON. Several sources make one gazetteer; the file appears whole, by a
 * rename, or not at all.
 */
#ifndef GEO_GAZ_IMPORT_H
#define GEO_GAZ_IMPORT_H

#include "base/conf.h"

enum { GAZ_SCHEMA = 2 }; /* of the file; another one is made anew */

typedef void gaz_progress_fn(void *arg, const char *source, int64_t rows);

struct gaz_import {
    const char *out;                    /* path of the file to make */
    struct str town;                    /* "New Haven, CT"; or empty */
    const struct setting_list *sources; /* paths */
    gaz_progress_fn *progress;          /* NULL: none */
    void *arg;
};

struct gaz_source_report {
    const char *path;
    const char *kind; /* "osm.pbf", "address csv", "street geojson", ... */
    int64_t taken, refused;
    struct str why; /* the first refusals, a line each */
    struct gaz_source_report *next;
};

CHECKED int gaz_import(const struct gaz_import *in,
                       struct gaz_source_report **report, struct arena *a,
                       struct error *e);

#endif
