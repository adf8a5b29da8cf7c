#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

static const struct {
    const char *name;
    command_fn *run;
    const char *help;
} commands[] = {
    { "serve", cmd_serve, "takes messages in, files tickets, sends answers" },
    { "try", cmd_try, "shows what would become of messages, and why" },
    { "ingest", cmd_ingest, "stores mail from files or a pipe" },
    { "list", cmd_list, "lists tickets" },
    { "show", cmd_show, "shows one ticket whole" },
    { "rules", cmd_rules, "checks rule files, or tries a text on them" },
    { "gaz", cmd_gaz, "makes a gazetteer, or finds the places in a text" },
    { "user", cmd_user, "who may sign in, and what they may do" },
    { "login", cmd_login, "signs in to a mailbox at Microsoft or Google" },
    { "backup", cmd_backup, "copies the database while it is in use" },
    { "verify", cmd_verify, "holds every stored message against its hash" },
    { "doctor", cmd_doctor, "says what is wrong with this installation" },
};

static int help(FILE *to)
{
    fputs("usage: inlet COMMAND [OPTION]... [ARGUMENT]...\n\n", to);
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].help);
    fputs("\nSee inlet(1). A command called wrongly says how.\n", to);
    return to == stdout ? EX_OK : EX_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return help(stderr);
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return help(stdout);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "inlet: there is no command \"%s\"\n", argv[1]);
    return help(stderr);
}
