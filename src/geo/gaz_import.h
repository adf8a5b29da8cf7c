/*
 * Making a gazetteer from what towns have: OpenStreetMap (.osm, .osm.pbf),
 * shapefiles, GeoJSON, and tables as CSV or dBase; mapping.h says whose columns
 * are known. Several sources make one gazetteer; the file appears whole, by a
 * rename, or not at all.
 */
#ifndef GEO_GAZ_IMPORT_H
#define GEO_GAZ_IMPORT_H

#include "base/arena.h"
#include "base/conf.h"

/* Of the file as it is written, and the oldest that is still read. */
enum { GAZ_SCHEMA = 3, GAZ_SCHEMA_READ = 2 };

/* percent of the source, as far as it is known: else 0. */
typedef void gaz_progress_fn(void *arg, const char *source, int64_t rows,
                             int percent);

/* What whoever uses the data has to know and to say; empty: not told. */
struct gaz_rights {
    struct str licence;     /* "ODbL 1.0" */
    struct str attribution; /* who is to be named with the data */
};

struct gaz_import {
    const char *out;                    /* path of the file to make */
    struct str town;                    /* "New Haven, CT"; or empty */
    const struct setting_list *sources; /* paths */
    const struct gaz_rights *rights;    /* one a source; NULL: not told */
    const char *const *maps;   /* files of mappings (mapping.h), as rights */
    gaz_progress_fn *progress; /* NULL: none */
    void *arg;
};

/* What was refused for one reason. */
struct gaz_refusal {
    int64_t row; /* the first, and why it was refused */
    struct str why;
    int64_t count;
    const char *reason; /* without what is the row's own */
    struct gaz_refusal *next;
};

struct gaz_source_report {
    const char *path;
    const char *kind;   /* "OpenStreetMap", "shapefile", "table", ... */
    const char *preset; /* whose table it is, see mapping.h; NULL: none */
    struct str sha256;  /* of the file, in hex */
    struct gaz_rights rights;
    int64_t taken, refused;
    struct gaz_refusal *refusals;
    struct gaz_source_report *next;
};

CHECKED int gaz_import(const struct gaz_import *in,
                       struct gaz_source_report **report, struct arena *a,
                       struct error *e);

struct gaz_source {
    struct str path, kind, sha256;
    struct gaz_rights rights;
    int64_t taken, refused;
    struct gaz_source *next;
};

/* The sources that the gazetteer at path was made from; copies into a. */
CHECKED int gaz_sources(struct gaz_source **out, const char *path,
                        struct arena *a, struct error *e);

#endif
