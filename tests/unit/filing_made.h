/* A store, and the words of notices, for the tests of filing. */
#ifndef FILING_MADE_H
#define FILING_MADE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../temp.h"
#include "base/clock.h"
#include "base/template.h"
#include "store/work.h"
#include "web/embedded.h"

static struct arena a;
static struct error e;
static struct store *store;
static struct templates *templates;
static char folder[TEMP_ROOM];

static inline int file_remove(const char *path, const struct stat *st, int type,
                              struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void town_begin(int64_t now)
{
    clock_set(now);
    if (!temp_folder(folder, "filing") ||
        templates_load(&templates, built_in_templates, "", &e) < 0 ||
        store_open(&store,
                   &(struct store_options){
                       .path = arena_printf(&a, "%s/inlet.db", folder),
                       .jurisdiction = STR("millbrook"),
                       .create = true },
                   &e) < 0)
        abort();
}

static inline void town_end(void)
{
    store_close(store);
    templates_free(templates);
    nftw(folder, file_remove, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(&a);
}

/* How often it stands in the ticket's trail. */
static inline int happened(int64_t id, const char *kind)
{
    struct ticket_whole w;
    int n = 0;

    if (store_ticket_whole(store, id, &w, &a, &e) < 0)
        abort();
    for (const struct event_row *r = w.events; r != NULL; r = r->next)
        n += str_eq(r->event.kind, str_of(kind));
    return n;
}

#endif
