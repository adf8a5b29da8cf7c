#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char default_path[] = "/etc/inlet.conf";

static const struct {
    int code;
    int exit;
} exits[] = {
    { E_SYNTAX, EX_DATAERR },     { E_LIMIT, EX_DATAERR },
    { E_RULE_TEST, EX_DATAERR },  { E_NONE, EX_NOINPUT },
    { E_DENIED, EX_NOPERM },      { E_BUSY, EX_TEMPFAIL },
    { E_FULL, EX_TEMPFAIL },      { E_STORE, EX_IOERR },
    { E_REMOTE, EX_UNAVAILABLE }, { E_TIMEOUT, EX_UNAVAILABLE },
    { E_DIED, EX_SOFTWARE },      { E_CONFIG, EX_CONFIG },
    { E_AGAIN, EX_TEMPFAIL },
};

int cmd_failed(const struct error *e)
{
    fprintf(stderr, "inlet: %s\n", e->text);
    for (size_t i = 0; i < COUNT_OF(exits); i++) {
        if (exits[i].code == e->code)
            return exits[i].exit;
    }
    return EX_OSERR;
}

int cmd_usage(const char *usage)
{
    fprintf(stderr, "usage: inlet %s\n", usage);
    return EX_USAGE;
}

int cmd_config(struct config **out, const char *path, struct error *e)
{
    if (path == NULL)
        path = getenv("INLET_CONF");
    if (path == NULL && access(default_path, R_OK) == 0)
        path = default_path;
    return config_load(out, path, e);
}

int cmd_store(struct store **out, const struct config *c, bool read_only,
              struct error *e)
{
    struct store_options options = {
        .path = c->town.database.p,
        .jurisdiction = c->town.jurisdiction,
        .read_only = read_only,
        .create = !read_only,
        .reserve = read_only ? 0 : c->town.reserve,
    };

    return store_open(out, &options, e);
}

void cmd_print(const struct buf *b)
{
    fwrite(b->p, 1, b->n, stdout);
}
