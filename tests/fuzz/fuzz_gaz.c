/* Any text against the made-up town: every span must lie within it. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "geo/gaz.h"
#include "geo/gaz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct gaz *town_open(void)
{
    static const char path[] = "build/fuzz-town.gaz";
    struct setting_list addresses = { STR("samples/town/addresses.csv"), NULL };
    struct setting_list places = { STR("samples/town/places.geojson"),
                                   &addresses };
    struct setting_list sources = { STR("samples/town/streets.geojson"),
                                    &places };
    struct gaz_import in = { .out = path, .sources = &sources };
    struct gaz_source_report *report = NULL;
    struct arena a = { 0 };
    struct gaz *g = NULL;
    struct error e;

    if (gaz_import(&in, &report, &a, &e) < 0 || gaz_open(&g, path, &e) < 0)
        abort();
    unlink(path);
    arena_free(&a);
    return g;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct gaz *town;
    struct arena a = { 0 };
    struct str text = utf8_clean(&a, (struct str){ (const char *)bytes, n });
    struct gaz_query q = { .text = text, .title = text, .address = text };

    if (town == NULL)
        town = town_open();
    for (const struct location *l = gaz_find(town, &q, &a); l != NULL;
         l = l->next) {
        if (l->span.begin > l->span.end || l->span.end > text.n)
            abort();
    }
    arena_free(&a);
    return 0;
}
