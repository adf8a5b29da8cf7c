/* What a gazetteer says of the sources it was made from. */
#include <sqlite3.h>

#include "geo/gaz_import.h"

static struct str column(sqlite3_stmt *s, int i, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(s, i);
    int n = sqlite3_column_bytes(s, i);

    if (text == NULL || n <= 0)
        return STR_NONE;
    return arena_str(a, (struct str){ text, (size_t)n });
}

static struct gaz_source *source(sqlite3_stmt *s, struct arena *a)
{
    struct gaz_source *out = arena_new(a, struct gaz_source);

    out->path = column(s, 0, a);
    out->kind = column(s, 1, a);
    out->sha256 = column(s, 2, a);
    out->rights.licence = column(s, 3, a);
    out->rights.attribution = column(s, 4, a);
    out->taken = sqlite3_column_int64(s, 5);
    out->refused = sqlite3_column_int64(s, 6);
    return out;
}

int gaz_sources(struct gaz_source **out, const char *path, struct arena *a,
                struct error *e)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);

    *out = NULL;
    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v2(db,
                                "SELECT path, kind, sha256, licence,"
                                " attribution, taken, refused FROM source"
                                " ORDER BY rowid",
                                -1, &s, NULL);
    }
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(s);
        if (rc == SQLITE_ROW) {
            *out = source(s, a);
            out = &(*out)->next;
        }
    }
    sqlite3_finalize(s);
    if (rc == SQLITE_DONE) {
        sqlite3_close(db);
        return 0;
    }
    rc = error(e, E_STORE, "%s is no gazetteer: %s", path, sqlite3_errmsg(db));
    sqlite3_close(db);
    return rc;
}
