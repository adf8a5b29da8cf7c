/* Where a test keeps its files: below $TMPDIR, or where the system has it. */
#ifndef TEMP_H
#define TEMP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEMP_ROOM = 256 };

static inline void temp_name(char path[TEMP_ROOM], const char *name)
{
    const char *below = getenv("TMPDIR");

    snprintf(path, TEMP_ROOM, "%s/%s-XXXXXX",
             below != NULL && below[0] == '/' ? below : P_tmpdir, name);
}

/* A new folder, for this user alone. */
static inline bool temp_folder(char path[TEMP_ROOM], const char *name)
{
    temp_name(path, name);
    return mkdtemp(path) != NULL;
}

/* A new file, open to be written; < 0: none. */
static inline int temp_file(char path[TEMP_ROOM], const char *name)
{
    temp_name(path, name);
    return mkstemp(path);
}

#endif
