/* What the subcommands share. Each is a file; main.c is their table. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <sysexits.h>

#include "base/json.h"
#include "spine/config.h"
#include "store/store.h"

typedef int command_fn(int argc, char **argv); /* gives an exit code */

command_fn cmd_serve, cmd_try, cmd_ingest, cmd_list, cmd_show, cmd_rules,
    cmd_gaz, cmd_user, cmd_login, cmd_backup, cmd_verify, cmd_doctor;

/* The longer ones of "inlet rules", called with their own name first. */
command_fn cmd_rules_fit, cmd_rules_learn, cmd_rules_replay;

/* Says "inlet: sentence" and gives the exit code of sysexits.h that fits. */
int cmd_failed(const struct error *e);

/* Says how the command is called; EX_USAGE. */
int cmd_usage(const char *usage);

/*
 * inlet.conf: path, or where that is NULL $INLET_CONF, or /etc/inlet.conf
 * where it exists, or the defaults.
 */
CHECKED int cmd_config(struct config **out, const char *path, struct error *e);

/* The database of c as it is, without a writer. */
CHECKED int cmd_store(struct store **out, const struct config *c,
                      bool read_only, struct error *e);

/* To standard output. */
void cmd_print(const struct buf *b);

#endif
