/* A town whose texts go by a provider, whose api is a server of ours. */
#ifndef API_MADE_H
#define API_MADE_H

#include "../tap.h"
#include "base/log.h"
#include "fake_http.h"
#include "fake_inbox.h"
#include "fake_server.h"
#include "net/transfer.h"

#define PUBLIC "https://reports.example.org"

static uv_loop_t loop;
static struct transfers *transfers;
static struct fake_server server;
static struct arena setup;
static struct town town = { .public_url = { PUBLIC, sizeof(PUBLIC) - 1 } };
static int stops;

/* Runs the loop until cond holds; a test that hangs is ended by its runner. */
#define WAIT(cond)                                                             \
    do {                                                                       \
        while (!(cond))                                                        \
            uv_run(&loop, UV_RUN_NOWAIT);                                      \
    } while (0)

static inline void stopped(struct channel *c)
{
    (void)c;
    stops++;
    uv_stop(&loop);
}

static inline void closed(void *arg)
{
    *(bool *)arg = true;
}

static inline bool api_begin(fake_take_fn *serve)
{
    struct error e;

    log_level_set(LOG_ERROR);
    uv_loop_init(&loop);
    fake_open(&server, &loop, serve);
    return transfers_open(&transfers, &loop, &e) == 0;
}

/* Gives the program's exit status. */
static inline int api_end(void)
{
    bool gone = false;

    transfers_close(transfers, closed, &gone);
    fake_shut(&server);
    WAIT(gone);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
    fake_inbox_reset();
    arena_free(&setup);
    return tap_done();
}

#endif
