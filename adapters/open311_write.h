/*
 * An Open311 answer, written once as XML or as JSON. The JSON is what the
 * "Spark" convention makes of the XML (GeoReport v2, JSON): what holds one
 * kind of child is an array, an empty element is null, a number is a number.
 */
#ifndef ADAPTERS_OPEN311_WRITE_H
#define ADAPTERS_OPEN311_WRITE_H

#include "base/json.h"

struct open311_level {
    const char *name;
    bool list; /* of things that are all called alike */
};

enum { OPEN311_DEPTH = 8 };

struct open311_out {
    bool xml;
    struct buf *to;
    struct json json;
    struct open311_level levels[OPEN311_DEPTH];
    int depth;
};

/* Begins with the XML declaration, where it is XML. */
struct open311_out open311_to(struct buf *to, bool xml);

/* Both are ended by open311_end(). The first of all is the document. */
void open311_thing(struct open311_out *o, const char *name);
void open311_list(struct open311_out *o, const char *name);
void open311_end(struct open311_out *o);

/*
 * A member of a thing, or one of a list. Text may be any bytes: what is no
 * UTF-8 becomes U+FFFD, and what XML 1.0 has no place for is left out of both.
 */
void open311_text(struct open311_out *o, const char *name, struct str text);
void open311_flag(struct open311_out *o, const char *name, bool yes);
void open311_int(struct open311_out *o, const char *name, int64_t n);
void open311_degrees(struct open311_out *o, const char *name, double degrees);
void open311_nothing(struct open311_out *o, const char *name);

#endif
