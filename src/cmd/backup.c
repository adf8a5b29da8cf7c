/* inlet backup: a whole copy of the database while it is in use. */
#include <getopt.h>

#include "cmd/cmd.h"

static const char usage[] = "backup [-c FILE] COPY";

int cmd_backup(int argc, char **argv)
{
    const char *conf = NULL;
    struct config *c;
    struct store *store;
    struct error e;
    int option;
    int rc;

    while ((option = getopt(argc, argv, "c:")) != -1) {
        if (option != 'c')
            return cmd_usage(usage);
        conf = optarg;
    }
    if (optind + 1 != argc)
        return cmd_usage(usage);
    rc = cmd_config(&c, conf, &e);
    if (rc < 0)
        return cmd_failed(&e);
    rc = cmd_store(&store, c, true, &e);
    if (rc == 0) {
        rc = store_backup(store, argv[optind], &e);
        store_close(store);
    }
    config_free(c);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
