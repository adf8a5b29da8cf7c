/*
 * inlet ingest: mail from a pipe (an MTA's alias or transport) or from files,
 * mboxes and maildirs, into the database. The same bytes are taken once, so a
 * run that was broken off may simply be begun again. Exit status 75 asks the
 * MTA to keep its mail and try again.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "cmd/cmd.h"
#include "cmd/mails.h"

enum {
    BATCH = 64, /* mails of one transaction */
    BATCH_BYTES = 8 * 1024 * 1024,
};

static const char usage[] =
    "ingest [-c FILE] [--quiet] [--json] FILE|MBOX|MAILDIR...|-";

struct ingest {
    struct store *store;
    bool quiet, json, watch;
    int64_t taken, known, failed;
    /* what is not yet in the database */
    struct arena arena;
    struct raw raws[BATCH];
    int count;
    size_t bytes;
};

static int add_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct ingest *in = arg;
    int64_t known = 0;
    int rc = 0;

    for (int i = 0; rc == 0 && i < in->count; i++) {
        rc = tx_raw_add(tx, &in->raws[i], &in->raws[i].id, e);
        known += rc == E_DUPLICATE;
        rc = rc == E_DUPLICATE ? 0 : rc;
    }
    if (rc == 0) {
        in->known += known;
        in->taken += in->count - known;
    }
    return rc;
}

static int flush(struct ingest *in, struct error *e)
{
    int rc = in->count == 0 ? 0 : store_run(in->store, add_work, in, e);

    arena_free(&in->arena);
    in->count = 0;
    in->bytes = 0;
    return rc;
}

/* The same bytes piped twice, because we were slow to answer, are one. */
static int add(struct ingest *in, const struct mail_found *mail,
               struct error *e)
{
    struct raw *raw = &in->raws[in->count++];

    *raw = (struct raw){
        .channel = STR("pipe"),
        .adapter = str_of(adapter_for_file(STR(".eml"))->name),
        .received_at = mail->at > 0 ? mail->at : clock_now(),
        .format = RAW_RFC822,
        .quiet = in->quiet,
        .bytes = arena_str(&in->arena, mail->bytes),
        .full_size = mail->full_size,
    };
    raw->origin =
        digest_hex(&in->arena, digest(&in->arena, DIGEST_SHA256, raw->bytes));
    in->bytes += raw->bytes.n;
    return in->count == BATCH || in->bytes >= BATCH_BYTES ? flush(in, e) : 0;
}

static int pipe_take(struct ingest *in, struct error *e)
{
    struct mail_found mail = { 0 };
    struct arena a = { 0 };
    int rc = file_read_fd(&a, STDIN_FILENO, "standard input", (size_t)1 << 30,
                          &mail.bytes, e);

    mail.full_size = (int64_t)mail.bytes.n;
    mail.bytes = str_slice(mail.bytes, 0, RAW_MAX);
    if (rc == 0)
        rc = add(in, &mail, e);
    arena_free(&a);
    return rc;
}

static void watch(const struct ingest *in, const char *path, int percent)
{
    if (in->watch) {
        fprintf(stderr, "\r%s: %d%%, %lld taken, %lld known already", path,
                percent, (long long)in->taken, (long long)in->known);
    }
}

/* One that cannot be read does not stop those behind it. */
static int path_take(struct ingest *in, const char *path, struct error *e)
{
    struct mails *mails;
    struct mail_found mail;
    int more = 1;
    int rc = 0;

    if (mails_open(&mails, path, e) < 0) {
        in->failed++;
        cmd_failed(e);
        return 0;
    }
    while (rc == 0 && more != 0) {
        more = mails_next(mails, &mail, e);
        if (more > 0)
            rc = add(in, &mail, e);
        if (more < 0) {
            in->failed++;
            cmd_failed(e);
        }
        if (in->count == 0)
            watch(in, path, mails_percent(mails));
    }
    if (rc == 0)
        rc = flush(in, e);
    watch(in, path, mails_percent(mails));
    if (in->watch)
        fputc('\n', stderr);
    mails_close(mails);
    return rc;
}

static void tell(const struct ingest *in)
{
    if (in->json) {
        printf("{\"taken\":%lld,\"known\":%lld,\"failed\":%lld}\n",
               (long long)in->taken, (long long)in->known,
               (long long)in->failed);
    }
}

static int ingest_all(struct ingest *in, const struct config *c, char **paths,
                      int count, struct error *e)
{
    int rc = cmd_store(&in->store, c, false, e);

    if (rc < 0)
        return rc;
    for (int i = 0; rc == 0 && i < count; i++) {
        if (strcmp(paths[i], "-") == 0) {
            rc = pipe_take(in, e);
        } else {
            rc = path_take(in, paths[i], e);
        }
    }
    if (rc == 0)
        rc = flush(in, e);
    store_close(in->store);
    tell(in);
    return rc;
}

static int options(int argc, char **argv, const char **conf, struct ingest *in)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "quiet", no_argument, NULL, 'q' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:q", longs, NULL)) != -1) {
        if (c == 'c') {
            *conf = optarg;
        } else if (c == 'q') {
            in->quiet = true;
        } else if (c == 'j') {
            in->json = true;
        } else {
            return -1;
        }
    }
    return optind < argc ? 0 : -1;
}

int cmd_ingest(int argc, char **argv)
{
    struct ingest in = { .watch = isatty(STDERR_FILENO) };
    const char *conf = NULL;
    struct config *c;
    struct error e;
    int rc;

    if (options(argc, argv, &conf, &in) < 0)
        return cmd_usage(usage);
    rc = cmd_config(&c, conf, &e);
    if (rc < 0) { /* a mail must not bounce because of a typing error */
        cmd_failed(&e);
        return EX_TEMPFAIL;
    }
    rc = ingest_all(&in, c, argv + optind, argc - optind, &e);
    config_free(c);
    if (rc < 0)
        cmd_failed(&e);
    return rc < 0 || in.failed > 0 ? EX_TEMPFAIL : EX_OK;
}
