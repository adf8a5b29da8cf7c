/*
 * inlet ingest: mail from a pipe (an MTA's alias or transport) or from files,
 * into the database. Exit status 75 asks the MTA to keep it and try again.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "cmd/cmd.h"

static const char usage[] = "ingest [-c FILE] [--quiet] FILE...|-";

static int add_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct raw *raw = arg;

    return tx_raw_add(tx, raw, &raw->id, e);
}

/* The same bytes piped twice, because we were slow to answer, are one. */
static int ingest(struct store *store, const char *path, bool quiet,
                  struct error *e)
{
    bool piped = strcmp(path, "-") == 0;
    const struct adapter *adapter = adapter_for_file(STR(".eml"));
    struct arena a = { 0 };
    struct raw raw = { .channel = STR("pipe"),
                       .received_at = clock_now(),
                       .format = RAW_RFC822,
                       .quiet = quiet };
    int rc = piped ? file_read_fd(&a, STDIN_FILENO, "standard input",
                                  (size_t)1 << 30, &raw.bytes, e)
                   : file_read(&a, path, (size_t)1 << 30, &raw.bytes, e);

    if (rc == 0) {
        raw.adapter = str_of(adapter->name);
        raw.origin = digest_hex(&a, digest(&a, DIGEST_SHA256, raw.bytes));
        raw.full_size = (int64_t)raw.bytes.n;
        raw.bytes = str_slice(raw.bytes, 0, RAW_MAX);
        rc = store_run(store, add_work, &raw, e);
    }
    arena_free(&a);
    return rc == E_DUPLICATE ? 0 : rc;
}

static int options(int argc, char **argv, const char **conf, bool *quiet)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "quiet", no_argument, NULL, 'q' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:q", longs, NULL)) != -1) {
        if (c == 'c') {
            *conf = optarg;
        } else if (c == 'q') {
            *quiet = true;
        } else {
            return -1;
        }
    }
    return optind < argc ? 0 : -1;
}

static int ingest_all(struct config *c, char **paths, int count, bool quiet,
                      struct error *e)
{
    struct store *store;
    bool watch = count > 1 && isatty(STDERR_FILENO);
    int rc = cmd_store(&store, c, false, e);

    if (rc < 0)
        return rc;
    for (int i = 0; rc == 0 && i < count; i++) {
        rc = ingest(store, paths[i], quiet, e);
        if (watch)
            fprintf(stderr, "\r%d of %d", i + 1, count);
    }
    if (watch)
        fputc('\n', stderr);
    store_close(store);
    return rc;
}

int cmd_ingest(int argc, char **argv)
{
    const char *conf = NULL;
    bool quiet = false;
    struct config *c;
    struct error e;
    int rc;

    if (options(argc, argv, &conf, &quiet) < 0)
        return cmd_usage(usage);
    rc = cmd_config(&c, conf, &e);
    if (rc < 0) { /* a mail must not bounce because of a typing error */
        cmd_failed(&e);
        return EX_TEMPFAIL;
    }
    rc = ingest_all(c, argv + optind, argc - optind, quiet, &e);
    config_free(c);
    if (rc < 0) {
        cmd_failed(&e);
        return EX_TEMPFAIL;
    }
    return EX_OK;
}
