/*
 * An extract: what the rules saw in a message, each thing with the span, the
 * rule and the score that show why.
 */
#ifndef SPINE_EXTRACT_H
#define SPINE_EXTRACT_H

#include "spine/message.h"

/* Which text a span counts in. */
enum zone {
    ZONE_VISIBLE, /* message.visible */
    ZONE_TITLE,   /* message.subject */
    ZONE_ADDRESS, /* message.address, the form's own field */
    ZONE_NONE,    /* not from text: a pin, a photo */
    ZONES
};

extern const char *const zone_names[ZONES]; /* "visible", "title", ... */

struct span {
    uint32_t begin, end; /* bytes; begin == end: nothing */
    enum zone in;
};

struct category {
    struct str name;  /* "pothole"; empty: none */
    struct str label; /* what people call it, in the extract's language */
    double score;
    struct str rule; /* file and line: "streets.rules:12" */
    struct span span;
};

struct finding {
    struct str
        field; /* "category", "urgent", "number", "street", "cross", ... */
    struct str value;
    struct str rule;
    double score;
    struct span span;
    struct finding *next;
};

struct extract {
    struct category category;  /* the winner */
    struct category runner_up; /* name empty: none */
    struct str language;       /* "en", "es"; empty: not told */
    bool urgent;               /* an emergency rule fired */
    struct finding *findings;
};

#endif
