/*
 * inlet try: what would become of messages, and why. Nothing is written. Mails
 * and provider payloads are read in the jail, as the daemon would; --text
 * takes bare texts, which need none.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "base/file.h"
#include "base/log.h"
#include "cmd/try.h"
#include "jail/jail.h"

enum { AHEAD = 16 };

static const char usage[] =
    "try [-c FILE] [--rules DIR]... [--gaz FILE] [--forwarder PATTERN]... "
    "[--json] [--text] FILE...|-";

/* ---- files, in the jail ---- */

struct one {
    struct run *run;
    struct arena arena;
    struct raw raw;
    struct arena home;
    struct reading reading;
    bool done;
    const char *file;
};

struct run {
    struct tried *tried;
    struct jail *jail;
    uv_loop_t loop;
    struct one *ones;
    int begun, printed;
};

static void run_on(struct run *run);

static void one_print(struct one *one)
{
    try_print(one->run->tried, str_of(one->file), &one->reading);
    arena_free(&one->arena);
    arena_free(&one->home);
}

static void one_fail(struct one *one, const char *why)
{
    one->reading = (struct reading){
        .decision = DECISION_CLERK,
        .failed = str_of(arena_printf(&one->arena, "%s", why)),
    };
    one->run->tried->failed++;
    one->done = true;
}

static void one_done(void *arg, int rc, const struct reading *reading,
                     struct arena *home, const struct error *why)
{
    struct one *one = arg;

    if (rc < 0) {
        one_fail(one, why->text);
    } else {
        one->reading = *reading;
        one->home = *home;
        *home = (struct arena){ 0 };
        one->done = true;
    }
    run_on(one->run);
}

/* What a form's own first line says of itself: "--BOUNDARY". */
static void find_boundary(struct one *one)
{
    struct str rest = one->raw.bytes;
    struct str line = str_line(&rest);

    if (one->raw.format == RAW_MULTIPART && str_starts(line, STR("--"))) {
        one->raw.envelope = str_of(arena_printf(
            &one->arena, "content-type: multipart/form-data; boundary=%.*s",
            STR_FMT(str_slice(line, 2, line.n))));
    }
}

static int one_load(struct one *one, struct error *e)
{
    bool piped = strcmp(one->file, "-") == 0;
    const struct adapter *adapter =
        adapter_for_file(piped ? STR(".eml") : str_of(one->file));
    struct raw *raw = &one->raw;
    int rc;

    if (adapter == NULL) {
        return error(e, E_NONE,
                     "%s: its ending does not say what kind of message it is",
                     one->file);
    }
    rc = piped ? file_read_fd(&one->arena, STDIN_FILENO, "standard input",
                              RAW_MAX, &raw->bytes, e)
               : file_read(&one->arena, one->file, (size_t)1 << 30, &raw->bytes,
                           e);
    if (rc < 0)
        return rc;
    raw->full_size = (int64_t)raw->bytes.n;
    raw->bytes = str_slice(raw->bytes, 0, RAW_MAX);
    raw->channel = STR("try");
    raw->adapter = str_of(adapter->name);
    raw->origin = str_of(one->file);
    raw->format = adapter->format;
    find_boundary(one);
    return 0;
}

static void one_begin(struct one *one)
{
    struct error e;

    if (one_load(one, &e) < 0) {
        one_fail(one, e.text);
    } else {
        jail_read(one->run->jail, &one->raw, one_done, one);
    }
}

/* Keeps a few under way and prints them in the order they were named. */
static void run_on(struct run *run)
{
    while (run->printed < run->begun && run->ones[run->printed].done)
        one_print(&run->ones[run->printed++]);
    while (run->begun < run->tried->count &&
           run->begun - run->printed < AHEAD) {
        struct one *one = &run->ones[run->begun];

        one->run = run;
        one->file = run->tried->files[run->begun++];
        one_begin(one);
    }
    while (run->printed < run->begun && run->ones[run->printed].done)
        one_print(&run->ones[run->printed++]);
    if (run->begun < run->tried->count && run->begun - run->printed < AHEAD) {
        run_on(run);
    } else if (run->printed == run->tried->count && run->jail != NULL) {
        jail_stop(run->jail);
        run->jail = NULL;
    }
}

static int try_files(struct tried *t, struct error *e)
{
    struct run run = { .tried = t };
    struct jail *jail;
    int rc = jail_prepare(&jail, &t->config->town, NULL, e);

    if (rc < 0)
        return rc;
    run.jail = jail;
    run.ones = calloc((size_t)t->count, sizeof(*run.ones));
    if (run.ones == NULL)
        abort();
    uv_loop_init(&run.loop);
    rc = jail_start(jail, &run.loop, e);
    if (rc == 0) {
        run_on(&run);
        uv_run(&run.loop, UV_RUN_DEFAULT);
        jail_free(jail);
    }
    uv_loop_close(&run.loop);
    free(run.ones);
    return rc;
}

/* ---- options ---- */

struct overrides {
    const char *conf;
    const char *gaz;
    struct setting_list rules, forwarders; /* heads; next is the first */
    struct arena arena;
};

static void list_add(struct overrides *o, struct setting_list *head,
                     const char *value)
{
    while (head->next != NULL)
        head = head->next;
    head->next = arena_new(&o->arena, struct setting_list);
    head->next->value = str_of(value);
}

static int options(int argc, char **argv, struct tried *t, struct overrides *o)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "rules", required_argument, NULL, 'r' },
        { "gaz", required_argument, NULL, 'g' },
        { "forwarder", required_argument, NULL, 'f' },
        { "json", no_argument, NULL, 'j' },
        { "text", no_argument, NULL, 't' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            o->conf = optarg;
        } else if (c == 'r') {
            list_add(o, &o->rules, optarg);
        } else if (c == 'g') {
            o->gaz = optarg;
        } else if (c == 'f') {
            list_add(o, &o->forwarders, optarg);
        } else if (c == 'j') {
            t->json = true;
        } else if (c == 't') {
            t->text = true;
        } else {
            return -1;
        }
    }
    t->files = argv + optind;
    t->count = argc - optind;
    return t->count > 0 ? 0 : -1;
}

static void override(struct town *town, const struct overrides *o)
{
    if (o->rules.next != NULL)
        town->rules = o->rules.next;
    if (o->forwarders.next != NULL)
        town->forwarders = o->forwarders.next;
    if (o->gaz != NULL)
        town->gazetteer = str_of(o->gaz);
}

int cmd_try(int argc, char **argv)
{
    struct tried t = { 0 };
    struct overrides o = { 0 };
    struct error e;
    int rc;

    if (options(argc, argv, &t, &o) < 0)
        return cmd_usage(usage);
    rc = cmd_config(&t.config, o.conf, &e);
    if (rc < 0)
        return cmd_failed(&e);
    override(&t.config->town, &o);
    rc = t.text ? try_texts(&t, &e) : try_files(&t, &e);
    config_free(t.config);
    arena_free(&o.arena);
    if (rc < 0)
        return cmd_failed(&e);
    return t.failed > 0 ? EX_DATAERR : EX_OK;
}
