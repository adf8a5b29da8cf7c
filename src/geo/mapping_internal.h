/* The presets, for mapping.c. */
#ifndef GEO_MAPPING_INTERNAL_H
#define GEO_MAPPING_INTERNAL_H

#include "geo/mapping.h"

/* As in struct mapping_told. */
struct preset {
    const char *name;
    const char *known_by; /* NULL: fits all */
    const char *of[MEANINGS];
};

/* The last fits all; each before it leaves to it what it does not tell. */
extern const struct preset mapping_presets[];
extern const size_t mapping_preset_count;

#endif
