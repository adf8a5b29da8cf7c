/* The end of an import: shared by build_streets.c and build_write.c. */
#ifndef GEO_BUILD_WRITER_H
#define GEO_BUILD_WRITER_H

#include <sqlite3.h>

#include "geo/build_internal.h"

struct built_street {
    int name;
    struct point middle;
    double extent_m;
    int lines;
};

struct built_crossing {
    int a, b; /* streets, a < b */
    struct point at;
};

struct writer {
    struct build *build;
    sqlite3 *db;
    GArray *streets;   /* of struct built_street */
    GArray *crossings; /* of struct built_crossing */
    GArray **of_name;  /* the streets of each name */
};

static inline struct build_line *writer_line(const struct writer *w, guint i)
{
    return &g_array_index(w->build->lines, struct build_line, i);
}

/* Works out streets, crossings and which street each address is on. */
void streets_build(struct writer *w);

#endif
