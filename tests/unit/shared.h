/* Where the real data is that tests look at and the project does not keep. */
#ifndef TESTS_SHARED_H
#define TESTS_SHARED_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* NULL: it is not on this machine. */
static inline json_t *shared_json(const char *name)
{
    const char *folder = getenv("INLET_SHARED");
    char path[512];

    snprintf(path, sizeof(path), "%s/data/%s",
             folder != NULL ? folder : "../shared", name);
    return json_load_file(path, 0, NULL);
}

#endif
