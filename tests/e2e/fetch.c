/*
 * fetch [-g] [-p] [-h HOST]... [-u USER:PASSWORD] [-c CA] [-m BYTES] URL
 *
 * One transfer; prints "rc sent status bytes why" for the tests beside this.
 * -g guarded, -p plain http too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "net/transfer.h"

static void done(void *arg, const struct transfer_result *r)
{
    printf("%s %s %ld %zu %s\n", r->rc == 0 ? "ok" : error_name(r->rc),
           r->sent ? "sent" : "unsent", r->status, r->body.n,
           r->rc == 0 ? "-" : r->why.text);
    *(int *)arg = r->rc;
}

static void closed(void *arg)
{
    (void)arg;
}

struct asked {
    struct transfer transfer;
    struct setting_list hosts[16];
    int n;
};

static void host_add(struct asked *a, const char *host)
{
    if (a->n == 16)
        exit(64);
    a->hosts[a->n].value = str_of(host);
    a->hosts[a->n].next = a->n > 0 ? &a->hosts[a->n - 1] : NULL;
    a->transfer.hosts = &a->hosts[a->n++];
}

static void login(struct transfer *t, char *both)
{
    char *colon = strchr(both, ':');

    if (colon == NULL)
        exit(64);
    *colon = '\0';
    t->user = both;
    t->password = colon + 1;
}

int main(int argc, char **argv)
{
    struct asked a = { .transfer = { .timeout_ms = 10000 } };
    struct transfers *all;
    uv_loop_t loop;
    struct error e;
    int rc = 1;
    int c;

    while ((c = getopt(argc, argv, "gph:u:c:m:")) != -1) {
        a.transfer.guarded |= c == 'g';
        a.transfer.plain |= c == 'p';
        if (c == 'h')
            host_add(&a, optarg);
        if (c == 'u')
            login(&a.transfer, optarg);
        if (c == 'c')
            a.transfer.ca_file = optarg;
        if (c == 'm')
            a.transfer.max_bytes = (size_t)strtoul(optarg, NULL, 10);
    }
    if (optind + 1 != argc)
        return 64;
    a.transfer.url = argv[optind];
    uv_loop_init(&loop);
    if (transfers_open(&all, &loop, &e) < 0)
        return 1;
    transfer_start(all, &a.transfer, done, &rc);
    uv_run(&loop, UV_RUN_DEFAULT);
    transfers_close(all, closed, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return rc < 0;
}
