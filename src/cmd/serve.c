/* The daemon: puts the parts together, runs the loop, takes them apart. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"
#include "base/template.h"
#include "cmd/cmd.h"
#include "http/http.h"
#include "net/oauth_keeper.h"
#include "net/transfer.h"
#include "pipeline/geocoder.h"
#include "pipeline/hook.h"
#include "pipeline/inbox.h"
#include "pipeline/outbox.h"
#include "pipeline/passing.h"
#include "pipeline/spam_check.h"
#include "spine/service.h"
#include "web/assets.h"
#include "web/atlas.h"
#include "web/embedded.h"
#include "web/inbox/desk.h"
#include "web/listing.h"
#include "web/loading.h"
#include "web/original.h"
#include "web/passed.h"
#include "web/report/residents.h"
#include "web/track.h"

enum { SIGNALS = 3 };

struct server {
    struct config *config;
    struct templates *templates;
    struct jail *jail;
    struct store *store;
    struct http_server *http;
    struct transfers *transfers;
    struct oauth_keeper *oauth;
    struct outbox *outbox;
    struct geocoder *geocoder;     /* NULL: none is set */
    struct spam_check *spam_check; /* NULL: none is set */
    struct hooks *hooks;           /* NULL: none is set */
    struct inbox *inbox;
    struct track *track;
    struct residents *residents;
    struct listing *listing;
    struct passing passing;
    struct passed_photos photos;
    struct services *services;
    struct atlas *atlas;
    struct originals *originals;
    struct loading *loading;
    struct desk *desk;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    int channels; /* not yet stopped */
    bool stopping;
    int ready_fd;
};

/* ---- ending ---- */

static void signal_closed(uv_handle_t *handle)
{
    (void)handle;
}

static void transfers_ended(void *arg)
{
    struct server *s = arg;

    outbox_close(s->outbox);
    inbox_close(s->inbox);
    loading_stop(s->loading);
    jail_stop(s->jail);
    for (int i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&s->signals[i], signal_closed);
}

static void tokens_kept(void *arg)
{
    struct server *s = arg;

    transfers_close(s->transfers, transfers_ended, s);
}

static void http_ended(void *arg)
{
    struct server *s = arg;

    geocoder_close(s->geocoder);
    spam_check_close(s->spam_check);
    oauth_keeper_close(s->oauth, tokens_kept, s);
}

static struct server *server_of(const struct channel *ch)
{
    return ch->loop->data;
}

static void channel_stopped(struct channel *ch)
{
    struct server *s = server_of(ch);

    if (--s->channels == 0)
        http_close(s->http, http_ended, s);
}

static void stop(struct server *s)
{
    if (s->stopping)
        return;
    s->stopping = true;
    log_info("stopping");
    desk_stop(s->desk);
    hooks_close(s->hooks);
    if (s->channels == 0) {
        http_close(s->http, http_ended, s);
        return;
    }
    for (struct config_channel *c = s->config->channels; c != NULL; c = c->next)
        c->channel->adapter->stop(c->channel, channel_stopped);
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct server *s = handle->data;

    if (number == SIGHUP && !s->stopping) {
        loading_again(s->loading, NULL, NULL);
    } else if (number != SIGHUP) {
        stop(s);
    }
}

static void signals_start(struct server *s)
{
    static const int numbers[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < SIGNALS; i++) {
        uv_signal_init(&s->loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, numbers[i]);
    }
}

/* ---- beginning ---- */

static int store_begin(struct server *s, struct error *e)
{
    struct store_options options = {
        .path = s->config->town.database.p,
        .jurisdiction = s->config->town.jurisdiction,
        .create = true,
        .exclusive = true,
        .reserve = s->config->town.reserve,
    };
    int rc = store_open(&s->store, &options, e);

    return rc < 0 ? rc : store_attach(s->store, &s->loop, e);
}

static int transfers_begin(struct server *s, struct error *e)
{
    int rc = transfers_open(&s->transfers, &s->loop, e);

    if (rc == 0)
        oauth_keeper_open(&s->oauth, &s->loop, s->transfers);
    return rc;
}

static int http_begin(struct server *s, struct error *e)
{
    return http_open(&s->http, &s->loop, e);
}

static int outbox_begin(struct server *s, struct error *e)
{
    return outbox_open(&s->outbox, &s->loop, s->config, s->store, e);
}

static int hooks_begin(struct server *s, struct error *e)
{
    return hooks_open(&s->hooks, &s->loop, s->config, s->store, e);
}

static int geocoder_begin(struct server *s, struct error *e)
{
    const struct geocoder_options with = {
        .loop = &s->loop,
        .config = s->config,
        .store = s->store,
        .transfers = s->transfers,
    };

    return geocoder_open(&s->geocoder, &with, e);
}

static int spam_check_begin(struct server *s, struct error *e)
{
    const struct spam_check_options with = {
        .loop = &s->loop,
        .config = s->config,
        .store = s->store,
        .transfers = s->transfers,
    };

    return spam_check_open(&s->spam_check, &with, e);
}

static int inbox_begin(struct server *s, struct error *e)
{
    const struct inbox_options with = {
        .loop = &s->loop,
        .config = s->config,
        .store = s->store,
        .jail = s->jail,
        .templates = s->templates,
        .outbox = s->outbox,
        .geocoder = s->geocoder,
        .spam_check = s->spam_check,
    };

    return inbox_open(&s->inbox, &with, e);
}

static int atlas_begin(struct server *s, struct error *e)
{
    return atlas_open(&s->atlas, s->http, &s->config->town, e);
}

static int track_begin(struct server *s, struct error *e)
{
    return track_open(&s->track, s->http, s->store, s->templates,
                      &s->config->town, e);
}

static int originals_begin(struct server *s, struct error *e)
{
    int rc = originals_open(&s->originals, s->store, s->jail, e);

    s->photos = (struct passed_photos){ s->store, s->originals };
    if (rc == 0)
        passed_photos_open(&s->photos, s->http);
    return rc;
}

static int loading_begin(struct server *s, struct error *e)
{
    const struct loading_with with = {
        .loop = &s->loop,
        .config = s->config,
        .jail = s->jail,
        .atlas = s->atlas,
        .services = &s->services,
    };

    (void)e;
    loading_open(&s->loading, &with);
    return 0;
}

static int desk_begin(struct server *s, struct error *e)
{
    const struct desk with = {
        .loop = &s->loop,
        .http = s->http,
        .store = s->store,
        .jail = s->jail,
        .inbox = s->inbox,
        .outbox = s->outbox,
        .atlas = s->atlas,
        .loading = s->loading,
        .config = s->config,
        .services = &s->services,
        .templates = s->templates,
        .originals = s->originals,
    };

    return desk_open(&s->desk, &with, e);
}

static int residents_begin(struct server *s, struct error *e)
{
    const struct residents_with with = { s->http,      s->store,  s->outbox,
                                         s->templates, s->config, s->atlas };

    return residents_open(&s->residents, &with, e);
}

static int listing_begin(struct server *s, struct error *e)
{
    const struct listing_with with = { s->store, s->outbox, s->templates,
                                       s->config };

    (void)e;
    listing_open(&s->listing, &with);
    return 0;
}

static int assets_begin(struct server *s, struct error *e)
{
    (void)e;
    assets_open(s->http);
    return 0;
}

/* Each may use those above it. */
static int (*const parts[])(struct server *, struct error *) = {
    store_begin,      transfers_begin, http_begin,
    outbox_begin,     hooks_begin,     geocoder_begin,
    spam_check_begin, inbox_begin,     atlas_begin,
    track_begin,      originals_begin, loading_begin,
    desk_begin,       residents_begin, listing_begin,
    assets_begin, /* last: its "/assets/:name" takes what others leave */
};

static void channels_begin(struct server *s)
{
    s->passing =
        (struct passing){ s->store, s->outbox, s->templates, s->config };
    for (struct config_channel *c = s->config->channels; c != NULL;
         c = c->next) {
        struct channel *ch = c->channel;

        ch->loop = &s->loop;
        ch->http = s->http;
        ch->transfers = s->transfers;
        ch->oauth = s->oauth;
        ch->templates = s->templates;
        ch->services = s->services;
        ch->listing = s->listing;
        ch->passing = &s->passing;
        s->channels++;
        ch->adapter->start(ch);
    }
}

static void say_ready(const struct server *s)
{
    struct str listen = s->config->town.listen;

    if (http_port(s->http) > 0) {
        while (listen.n > 0 && listen.p[listen.n - 1] != ':')
            listen.n--;
        printf("inlet: ready on http://%.*s%d/\n", STR_FMT(listen),
               http_port(s->http));
    } else {
        printf("inlet: ready on %.*s\n", STR_FMT(listen));
    }
    fflush(stdout);
    if (s->ready_fd >= 0 && write(s->ready_fd, "ready\n", 6) < 0)
        log_warn("nobody waits for the ready sign");
}

static int begin(struct server *s, struct error *e)
{
    const struct town *town = &s->config->town;
    int rc =
        templates_load(&s->templates, built_in_templates, town->templates.p, e);

    if (rc == 0)
        rc = services_load(&s->services, town->rules, e);
    /* The jail first: it forks, and no thread or database is there yet. */
    if (rc == 0)
        rc = jail_prepare(&s->jail, town, NULL, e);
    if (rc < 0)
        return rc;
    uv_loop_init(&s->loop);
    s->loop.data = s;
    rc = jail_start(s->jail, &s->loop, e);
    for (size_t i = 0; rc == 0 && i < COUNT_OF(parts); i++)
        rc = parts[i](s, e);
    if (rc == 0)
        rc = http_listen(s->http, town->listen, e);
    if (rc < 0)
        return rc;
    signals_start(s);
    channels_begin(s);
    inbox_resume(s->inbox);
    outbox_resume(s->outbox);
    geocoder_kick(s->geocoder);
    hooks_start(s->hooks);
    loading_watch(s->loading);
    say_ready(s);
    return 0;
}

static void end(struct server *s)
{
    store_close(s->store);
    uv_run(&s->loop, UV_RUN_DEFAULT);
    track_close(s->track);
    desk_close(s->desk);
    originals_close(s->originals);
    atlas_close(s->atlas);
    loading_free(s->loading);
    residents_close(s->residents);
    listing_close(s->listing);
    inbox_free(s->inbox);
    outbox_free(s->outbox);
    hooks_free(s->hooks);
    geocoder_free(s->geocoder);
    spam_check_free(s->spam_check);
    jail_free(s->jail);
    uv_loop_close(&s->loop);
    templates_free(s->templates);
    services_free(s->services);
    config_free(s->config);
}

static const char usage[] = "serve [-c FILE] [--ready-fd N] [-v]";

static int options(int argc, char **argv, const char **conf, int *ready_fd)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "ready-fd", required_argument, NULL, 'r' },
        { "verbose", no_argument, NULL, 'v' },
        { 0 },
    };
    int64_t fd;
    int c;

    while ((c = getopt_long(argc, argv, "c:v", longs, NULL)) != -1) {
        if (c == 'c') {
            *conf = optarg;
        } else if (c == 'v') {
            log_level_set(LOG_DEBUG);
        } else if (c == 'r' && str_int(str_of(optarg), &fd)) {
            *ready_fd = (int)fd;
        } else {
            return -1;
        }
    }
    return optind == argc ? 0 : -1;
}

int cmd_serve(int argc, char **argv)
{
    struct server *s = calloc(1, sizeof(*s));
    const char *conf = NULL;
    struct error e;
    int rc;

    if (s == NULL)
        abort();
    s->ready_fd = -1;
    if (options(argc, argv, &conf, &s->ready_fd) < 0) {
        free(s);
        return cmd_usage(usage);
    }
    rc = cmd_config(&s->config, conf, &e);
    if (rc == 0)
        rc = begin(s, &e);
    if (rc < 0)
        return cmd_failed(&e); /* the process ends: nothing is taken apart */
    uv_run(&s->loop, UV_RUN_DEFAULT);
    end(s);
    free(s);
    return EX_OK;
}
