/* What reading and asking services share. */
#ifndef SPINE_SERVICE_INTERNAL_H
#define SPINE_SERVICE_INTERNAL_H

#include "spine/service.h"

struct services {
    struct arena arena;
    struct service *first;
};

struct services *services_new(void);

/* Adds what text says; folder: those of lower numbers are replaced. */
CHECKED int services_parse(struct services *s, const char *path, int folder,
                           struct str text, struct error *e);

const struct service *service_find(const struct services *s,
                                   struct str category);

#endif
