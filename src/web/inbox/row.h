/* A ticket as lists have it: the ROW of the desk's JSON. */
#ifndef WEB_INBOX_ROW_H
#define WEB_INBOX_ROW_H

#include "web/inbox/desk.h"

/* Who it is written for, and what is looked up once for many rows. */
struct row_writer {
    struct desk *desk;
    struct json *j;
    struct str language;
    struct arena *a;
    struct row_label *labels; /* of categories seen so far */
};

/* Its members, for an object that the caller has opened and will end. */
void row_members(struct row_writer *w, const struct ticket *t);
void row_json(struct row_writer *w, const struct ticket *t);

/* "lat" and "lon": degrees, or null where it is not known. */
void row_point(struct json *j, const struct point *at);

/* The text, or null where there is none. */
void row_text(struct json *j, const char *key, struct str text);

#endif
