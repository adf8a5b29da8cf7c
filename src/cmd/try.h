/* Shared by try.c (files), try_text.c (bare texts) and try_print.c. */
#ifndef CMD_TRY_H
#define CMD_TRY_H

#include "cmd/cmd.h"
#include "spine/reading.h"

struct tried {
    struct config *config;
    bool json;
    bool text;
    char **files;
    int count;
    int failed;
};

void try_print(const struct tried *t, struct str id, const struct reading *r);

CHECKED int try_texts(struct tried *t, struct error *e);

#endif
