/* A gazetteer made of a file of a test's own, and what is in it. */
#ifndef TESTS_UNIT_GAZ_MADE_H
#define TESTS_UNIT_GAZ_MADE_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "geo/gaz_import.h"

struct made {
    struct arena a;
    struct gaz_source_report *report;
    struct error e;
    const char *path, *out;
    int rc;
};

/* Of the file called name in folder; map: of its columns, or NULL. */
static inline struct made gaz_made(const char *folder, const char *name,
                                   const char *map)
{
    struct made m = { .rc = 0 };
    struct setting_list source = { .next = NULL };
    struct gaz_import in = { .sources = &source, .maps = &map };

    m.path = arena_printf(&m.a, "%s/%s", folder, name);
    m.out = arena_printf(&m.a, "%s/out.gaz", folder);
    source.value = str_of(m.path);
    in.out = m.out;
    m.rc = gaz_import(&in, &m.report, &m.a, &m.e);
    return m;
}

/* Puts text into the file called name in folder. */
static inline void file_put(const char *folder, const char *name,
                            struct str text)
{
    struct arena a = { 0 };
    FILE *f = fopen(arena_printf(&a, "%s/%s", folder, name), "wb");

    if (f == NULL)
        abort();
    fwrite(text.p, 1, text.n, f);
    fclose(f);
    arena_free(&a);
}

static inline struct made gaz_made_of(const char *folder, const char *name,
                                      struct str text)
{
    file_put(folder, name, text);
    return gaz_made(folder, name, NULL);
}

/* The first column of all rows, with " | " between them. */
static inline struct str rows(struct made *m, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *s = NULL;
    struct str all = STR("");

    sqlite3_open_v2(m->out, &db, SQLITE_OPEN_READONLY, NULL);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        printf("# %s\n", sqlite3_errmsg(db));
    while (sqlite3_step(s) == SQLITE_ROW) {
        all = str_of(arena_printf(&m->a, "%.*s%s%s", STR_FMT(all),
                                  all.n > 0 ? " | " : "",
                                  (const char *)sqlite3_column_text(s, 0)));
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    return all;
}

/* Was a row refused for a reason with these words? */
static inline bool is_refused(const struct gaz_source_report *r,
                              const char *words)
{
    for (const struct gaz_refusal *no = r->refusals; no != NULL;
         no = no->next) {
        if (str_find(no->why, str_of(words)) < no->why.n)
            return true;
    }
    return false;
}

#endif
