/*
 * A location: one candidate for the place of a report. Every candidate that
 * was thought of is kept, with the words that gave it, the method that placed
 * it, how far off it may be and, where it was refused, why.
 */
#ifndef SPINE_LOCATION_H
#define SPINE_LOCATION_H

#include "spine/extract.h"

enum location_kind {
    LOCATION_ADDRESS,
    LOCATION_INTERSECTION,
    LOCATION_STREET,
    LOCATION_BLOCK,
    LOCATION_BETWEEN,
    LOCATION_PLACE,
    LOCATION_COORDINATE,
    LOCATION_AREA,
    LOCATION_KINDS
};

extern const char *const location_kind_names[LOCATION_KINDS];

enum location_method {
    METHOD_NONE, /* found in the text, not placed */
    METHOD_PIN,
    METHOD_EXIF,
    METHOD_COORDINATE,
    METHOD_ADDRESS_POINT,
    METHOD_INTERPOLATED,
    METHOD_INTERSECTION,
    METHOD_NEAR_APPROACH,
    METHOD_BLOCK,
    METHOD_BETWEEN,
    METHOD_PLACE,
    METHOD_STREET,
    METHOD_AREA,
    METHOD_REMOTE, /* by a geocoder elsewhere */
    METHODS
};

extern const char *const location_method_names[METHODS]; /* "address-point" */

/* Geocoders elsewhere that can be asked; see geo/remote.h. */
enum remote_service {
    REMOTE_NONE,
    REMOTE_NOMINATIM,
    REMOTE_PHOTON,
    REMOTE_SERVICES
};

extern const char *const remote_service_names[REMOTE_SERVICES + 1];

enum { LOCATION_STREETS = 3 };

struct location {
    enum location_kind kind;
    struct str number;                    /* "12", "12-14", "12a"; or empty */
    struct str streets[LOCATION_STREETS]; /* as the gazetteer writes them */
    int street_count;
    struct str place;
    struct str
        label; /* one line for a person: "12 Elm St", "Elm St & Oak Av" */
    struct span span;
    struct point at; /* known: placed on the map */
    enum location_method method;
    double uncertainty_m;  /* 90% of such places lie within */
    double confidence;     /* 0 to 1 */
    struct str rule;       /* which shape rule: "corner", "addr", ... */
    struct str features;   /* "bare=-0.8 verified=1.4": what made confidence */
    struct str rejected;   /* why it is not the answer; empty: it may be */
    struct location *next; /* best first, the rejected last */
};

/* An area that holds a place: a ward, a neighbourhood, a park. */
struct area {
    struct str name, kind; /* "Ward 3", "ward" */
    struct area *next;
};

enum decision {
    DECISION_ACCEPT, /* sure enough to be filed there */
    DECISION_CLERK,  /* likely: a clerk looks */
    DECISION_ASK,    /* not told or not clear: the resident is asked */
    DECISIONS
};

extern const char *const decision_names[DECISIONS];

#endif
