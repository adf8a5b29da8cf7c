#include "web/loading.h"

#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    SETTLE_MS = 300, /* several files are written one after the other */
    LOOK_MS = 2000,  /* at the gazetteer, which has no folder of its own */
};

struct waiter {
    loading_done_fn *done;
    void *arg;
    struct waiter *next;
};

struct watched {
    uv_fs_event_t event;
    struct loading *loading;
    struct watched *next;
};

struct loading {
    struct loading_with with;
    struct loading_state state;
    struct error rules_error, map_error;
    struct waiter *waiting, *running;
    bool busy, wanted, stopping;
    uv_timer_t soon;
    uv_fs_poll_t map;
    struct watched *folders;
    struct arena arena; /* lives as long */
};

static void soon_due(uv_timer_t *t);

static void begin_in(struct loading *l, uint64_t ms)
{
    l->wanted = true;
    if (!l->busy && !l->stopping)
        uv_timer_start(&l->soon, soon_due, ms, 0);
}

/* ---- loading ---- */

/* Pages are made in one go: nobody holds on to the old ones. */
static int services_again(struct loading *l, struct error *e)
{
    struct config *c = l->with.config;
    struct services *new;
    int rc = services_load(&new, c->town.rules, e);

    if (rc < 0)
        return rc;
    for (struct config_channel *ch = c->channels; ch != NULL; ch = ch->next)
        ch->channel->services = new;
    services_free(*l->with.services);
    *l->with.services = new;
    return 0;
}

static void keep_error(struct error *kept, struct str *shown, int rc,
                       const struct error *e)
{
    *shown = STR_NONE;
    if (rc == 0)
        return;
    *kept = *e;
    *shown = str_of(kept->text);
}

static void tell(struct loading *l, int rc, const struct error *why)
{
    struct waiter *w = l->running;

    l->running = NULL;
    while (w != NULL) {
        struct waiter *next = w->next;

        w->done(w->arg, rc, why);
        free(w);
        w = next;
    }
}

static void loaded(void *arg, int rc, const struct error *why)
{
    struct loading *l = arg;
    struct error own = *why;

    if (rc == 0)
        rc = services_again(l, &own);
    keep_error(&l->rules_error, &l->state.rules_error, rc, &own);
    if (rc < 0) {
        log_error("the rules and gazetteer in use stay: %s", own.text);
    } else {
        log_info("rules and gazetteer are loaded again");
        l->state.rules_at = clock_now();
    }
    l->busy = false;
    tell(l, rc, &own);
    if (l->wanted)
        begin_in(l, 1); /* the jail lets go of a handle first */
}

static void soon_due(uv_timer_t *t)
{
    struct loading *l = t->data;
    struct error e;
    int rc;

    l->wanted = false;
    l->busy = true;
    l->running = l->waiting;
    l->waiting = NULL;
    rc = atlas_reload(l->with.atlas, &e);
    keep_error(&l->map_error, &l->state.map_error, rc, &e);
    if (rc < 0)
        log_error("the map in use stays: %s", e.text);
    jail_reload(l->with.jail, loaded, l);
}

void loading_again(struct loading *l, loading_done_fn *done, void *arg)
{
    if (done != NULL) {
        struct waiter *w = calloc(1, sizeof(*w));

        if (w == NULL)
            abort();
        *w = (struct waiter){ done, arg, l->waiting };
        l->waiting = w;
    }
    begin_in(l, 0);
}

const struct loading_state *loading_state(const struct loading *l)
{
    return &l->state;
}

/* ---- what changes by itself ---- */

static bool is_ours(const char *name)
{
    static const char *const endings[] = { ".rules", ".services", ".weights",
                                           ".learned" };
    bool ours = name == NULL; /* not told which */

    for (size_t i = 0; i < COUNT_OF(endings) && !ours; i++)
        ours = str_ends(str_of(name), str_of(endings[i]));
    return ours;
}

static void folder_changed(uv_fs_event_t *event, const char *name, int events,
                           int status)
{
    struct watched *w = event->data;

    (void)events;
    if (status == 0 && is_ours(name))
        begin_in(w->loading, SETTLE_MS);
}

static void map_changed(uv_fs_poll_t *poll, int status, const uv_stat_t *was,
                        const uv_stat_t *now)
{
    (void)was;
    (void)now;
    if (status == 0) /* one that is gone for a moment is left alone */
        begin_in(poll->data, SETTLE_MS);
}

static void folder_watch(struct loading *l, struct str folder)
{
    struct watched *w = arena_new(&l->arena, struct watched);
    int rc;

    w->loading = l;
    w->next = l->folders;
    l->folders = w;
    uv_fs_event_init(l->with.loop, &w->event);
    w->event.data = w;
    rc = uv_fs_event_start(&w->event, folder_changed,
                           arena_dup(&l->arena, folder), 0);
    if (rc < 0) {
        log_warn("changes in %.*s are taken up on SIGHUP only: %s",
                 STR_FMT(folder), uv_strerror(rc));
    }
}

void loading_watch(struct loading *l)
{
    const struct town *town = &l->with.config->town;

    for (const struct setting_list *s = town->rules; s != NULL; s = s->next)
        folder_watch(l, s->value);
    if (town->gazetteer.n > 0)
        uv_fs_poll_start(&l->map, map_changed, town->gazetteer.p, LOOK_MS);
}

/* ---- its life ---- */

void loading_open(struct loading **out, const struct loading_with *with)
{
    struct loading *l = calloc(1, sizeof(*l));

    if (l == NULL)
        abort();
    l->with = *with;
    l->state.rules_at = clock_now();
    uv_timer_init(with->loop, &l->soon);
    uv_fs_poll_init(with->loop, &l->map);
    l->soon.data = l;
    l->map.data = l;
    *out = l;
}

static void handle_closed(uv_handle_t *handle)
{
    (void)handle;
}

void loading_stop(struct loading *l)
{
    l->stopping = true;
    uv_close((uv_handle_t *)&l->soon, handle_closed);
    uv_close((uv_handle_t *)&l->map, handle_closed);
    for (struct watched *w = l->folders; w != NULL; w = w->next)
        uv_close((uv_handle_t *)&w->event, handle_closed);
}

void loading_free(struct loading *l)
{
    struct error e;

    if (l == NULL)
        return;
    error(&e, E_DIED, "inlet is stopping");
    l->running = l->running == NULL ? l->waiting : l->running;
    tell(l, E_DIED, &e);
    arena_free(&l->arena);
    free(l);
}
