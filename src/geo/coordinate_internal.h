/* What the files that read written-out points share. */
#ifndef GEO_COORDINATE_INTERNAL_H
#define GEO_COORDINATE_INTERNAL_H

#include "base/arena.h"
#include "spine/message.h"

/* Two angles that stand together. */
struct pair {
    struct point at;
    size_t end;    /* behind it, in the text */
    int decimals;  /* the fewer of the two; 9: minutes are written */
    double step_m; /* what one of its last digit is on the ground */
    bool marked;   /* degree signs, N and W, "lat": it can be nothing else */
    bool ordered;  /* which of the two is the latitude is said */
};

/*
 * The pair that begins at a byte of text: "41.3083, -72.9279", "41,3083;
 * -72,9279", 41°18'30"N 72°55'40"W, "N 41 18.5 W 72 55.6", "lat: 41.3 lon:
 * -72.9". False: none does. It looks at few bytes, whatever the text.
 */
bool pair_read(struct str text, size_t at, struct pair *out);

/* What a link says of a place. */
struct link {
    struct point at; /* not known: refused says why */
    double uncertainty_m;
    bool ordered;
    struct str refused;
};

/* How many bytes from at on are one link; 0: none begins there. */
size_t link_length(struct str text, size_t at);

/*
 * A link of any of the map services, or a geo: URI (RFC 5870), that
 * link_length() found. False: it is about no place.
 */
bool link_read(struct arena *a, struct str link, struct link *out);

/* link with its %2B and the like as they are meant. */
struct str link_plain(struct arena *a, struct str link);

/*
 * coordinate_code.c: how many bytes from at on are a plus code, full or short
 * ("Q2PQ+VX"); 0: none. Nobody's sum ("2345+67") is one.
 */
size_t code_length(struct str text, size_t at);

/* The same for the three words of what3words, "///a.b.c". */
size_t three_words_length(struct str text, size_t at);

#endif
