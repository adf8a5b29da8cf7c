#include "pipeline/geocoder.h"

#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "geo/remote.h"

enum {
    KEEP_S = 30 * 24 * 3600, /* an answer, and that there was none */
    TRIES_MAX = 3,
    BACKOFF_S = 30, /* at one request a second; doubled with each try */
    ANSWER_BYTES = 256 * 1024,
    ANSWER_MS = 20 * 1000,
    LOOK_MS = 30000
};

static const double remote_confidence = 0.5; /* a clerk looks */

struct geocoder {
    struct geocoder_options with;
    const struct town *town;
    struct box box;
    uv_timer_t timer;
    struct asking *asking; /* one at a time; NULL: none */
    int64_t free_at;       /* monotonic ms: not before it the next */
    bool closing;
};

enum fate { FATE_ANSWERED, FATE_LATER, FATE_NEVER };

/* One lookup on its way. */
struct asking {
    struct geocoder *geocoder;
    struct arena arena;
    struct lookup lookup;
    struct str url;
    struct geocode geocode;
    bool fresh; /* not from the cache */
    enum fate fate;
    struct error why;
};

static void look(struct geocoder *g);

static void timer_due(uv_timer_t *t)
{
    look(t->data);
}

static void wake_in(struct geocoder *g, int64_t ms)
{
    if (!g->closing)
        uv_timer_start(&g->timer, timer_due, (uint64_t)(ms < 0 ? 0 : ms), 0);
}

static void asking_end(struct asking *a)
{
    a->geocoder->asking = NULL;
    arena_free(&a->arena);
    free(a);
}

/* ---- what came of it, on the ticket ---- */

static int event(struct store_tx *tx, const struct asking *a, const char *kind,
                 const char *text, struct error *e)
{
    struct event ev = {
        .ticket = a->lookup.ticket,
        .at = clock_now(),
        .kind = str_of(kind),
        .actor = STR("inlet"),
        .text = str_of(text),
    };

    return tx_event_add(tx, &ev, e);
}

static const char *service(struct asking *a)
{
    const struct town *town = a->geocoder->town;

    return arena_printf(&a->arena, "%s at %.*s",
                        remote_service_names[town->geocoder],
                        STR_FMT(town->geocoder_url));
}

static int unplaced(struct store_tx *tx, struct asking *a, const char *why,
                    struct error *e)
{
    return event(tx, a, "unplaced",
                 arena_printf(&a->arena, "%.*s: %s: %s",
                              STR_FMT(a->lookup.label), service(a), why),
                 e);
}

static int ticket_place(struct store_tx *tx, struct asking *a,
                        const struct location *l, struct error *e)
{
    struct ticket t;
    int rc = tx_ticket_get(tx, a->lookup.ticket, &t, &a->arena, e);

    if (rc < 0 || t.at.known) /* somebody was quicker */
        return rc;
    t.label = l->label;
    t.at = l->at;
    t.method = l->method;
    t.uncertainty_m = l->uncertainty_m;
    t.confidence = l->confidence;
    t.decision = DECISION_CLERK;
    rc = tx_ticket_set(tx, &t, e);
    if (rc < 0)
        return rc;
    return event(tx, a, "placed",
                 arena_printf(&a->arena,
                              "%.*s (remote, within %.0f m): %s found %.*s",
                              STR_FMT(l->label), l->uncertainty_m, service(a),
                              STR_FMT(a->geocode.name)),
                 e);
}

static int place(struct store_tx *tx, struct asking *a, struct error *e)
{
    const struct geocode *g = &a->geocode;
    struct location l = {
        .kind = a->lookup.kind,
        .label = a->lookup.label,
        .span = { .in = ZONE_NONE },
        .at = g->at,
        .method = g->at.known ? METHOD_REMOTE : METHOD_NONE,
        .uncertainty_m = g->uncertainty_m,
        .confidence = remote_confidence,
        .rule = str_of(remote_service_names[a->geocoder->town->geocoder]),
        .rejected = g->refused,
    };
    int rc;

    if (!g->at.known && g->refused.n == 0)
        return unplaced(tx, a, "it knows no such place", e);
    rc = tx_location_add(tx, a->lookup.message, a->lookup.ticket, &l, e);
    if (rc < 0)
        return rc;
    if (!g->at.known)
        return unplaced(tx, a, arena_dup(&a->arena, g->refused), e);
    return ticket_place(tx, a, &l, e);
}

static int settle_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct asking *a = arg;
    int rc = 0;

    if (a->fate == FATE_LATER)
        return tx_lookup_set(tx, &a->lookup, e);
    if (a->fate == FATE_ANSWERED && a->fresh)
        rc = tx_geocode_set(tx, a->url, &a->geocode, e);
    if (rc == 0 && a->fresh)
        rc = tx_geocode_forget(tx, clock_now() - KEEP_S, e);
    if (rc == 0) {
        rc = a->fate == FATE_ANSWERED ? place(tx, a, e)
                                      : unplaced(tx, a, a->why.text, e);
    }
    return rc < 0 ? rc : tx_lookup_end(tx, a->lookup.id, e);
}

static void settle_done(void *arg, int rc, const struct error *e)
{
    struct asking *a = arg;
    struct geocoder *g = a->geocoder;

    if (rc < 0) {
        log_error("what the geocoder says of ticket %lld is not stored: %s",
                  (long long)a->lookup.ticket, e->text);
    }
    asking_end(a);
    wake_in(g, rc < 0 ? LOOK_MS : 0);
}

static void settle(struct asking *a)
{
    store_submit(a->geocoder->with.store, settle_work, settle_done, a);
}

/* ---- the answer ---- */

static void read_answer(struct asking *a, struct str body)
{
    struct geocoder *g = a->geocoder;
    struct remote_place p;
    int rc = remote_answer(&a->arena, (enum remote_service)g->town->geocoder,
                           body, &g->box, &p, &a->why);

    if (rc < 0) {
        a->fate = FATE_NEVER;
        return;
    }
    a->fate = FATE_ANSWERED;
    a->geocode = (struct geocode){
        .asked_at = clock_now(),
        .at = p.at,
        .uncertainty_m = p.uncertainty_m,
        .name = p.name,
        .refused = p.refused,
    };
    a->geocode.at.known = p.found && p.refused.n == 0;
}

/* A service that allows more in a second is asked again sooner. */
static void again(struct asking *a)
{
    int64_t s =
        (BACKOFF_S << a->lookup.tries) / a->geocoder->town->geocoder_rate;

    a->lookup.tries++;
    a->fate = a->lookup.tries < TRIES_MAX ? FATE_LATER : FATE_NEVER;
    a->lookup.next_at = clock_now() + (s > 0 ? s : 1);
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct asking *a = arg;

    if (a->geocoder->closing) { /* the lookup stands: the next start asks */
        asking_end(a);
        return;
    }
    if (r->rc == 0 && r->status == 200) {
        read_answer(a, r->body);
    } else if (r->rc == 0) {
        error(&a->why, E_NONE, "it answers %ld", r->status);
        a->fate = FATE_NEVER;
        if (r->status == 429 || r->status >= 500)
            again(a);
    } else {
        a->why = r->why;
        a->fate = FATE_NEVER;
        if (r->rc != E_LIMIT)
            again(a);
    }
    if (a->fate != FATE_ANSWERED)
        log_warn("geocoder: %s", a->why.text);
    settle(a);
}

static void ask(struct asking *a)
{
    static const char *const headers[] = { "Accept: application/json", NULL };
    struct geocoder *g = a->geocoder;
    struct transfer t = {
        .url = a->url.p,
        .headers = headers,
        .max_bytes = ANSWER_BYTES,
        .timeout_ms = ANSWER_MS,
    };

    g->free_at = clock_monotonic_ms() + 1000 / g->town->geocoder_rate;
    a->fresh = true;
    transfer_start(g->with.transfers, &t, answered, a);
}

/* ---- what waits ---- */

static struct asking *asking_new(struct geocoder *g)
{
    struct asking *a = calloc(1, sizeof(*a));

    if (a == NULL)
        abort();
    a->geocoder = g;
    g->asking = a;
    return a;
}

static void wait_for_next(struct geocoder *g)
{
    struct error e;
    int64_t next = 0;

    if (store_lookup_next(g->with.store, &next, &e) == 0 && next > 0)
        wake_in(g, (next - clock_now()) * 1000 + 1);
}

static void look(struct geocoder *g)
{
    int64_t wait = g->free_at - clock_monotonic_ms();
    struct asking *a;
    struct error e;
    int rc;

    if (g->closing || g->asking != NULL)
        return;
    a = asking_new(g);
    rc =
        store_lookup_due(g->with.store, clock_now(), &a->lookup, &a->arena, &e);
    if (rc < 0) {
        asking_end(a);
        if (rc == E_NONE) {
            wait_for_next(g);
        } else {
            log_error("cannot look for places to ask for: %s", e.text);
            wake_in(g, LOOK_MS);
        }
        return;
    }
    a->url = remote_url(&a->arena, (enum remote_service)g->town->geocoder,
                        g->town->geocoder_url, a->lookup.question, &g->box);
    rc = store_geocode_get(g->with.store, a->url, clock_now() - KEEP_S,
                           &a->geocode, &a->arena, &e);
    if (rc == 0) {
        settle(a);
    } else if (wait > 0) {
        asking_end(a);
        wake_in(g, wait);
    } else {
        ask(a);
    }
}

void geocoder_kick(struct geocoder *g)
{
    if (g != NULL)
        look(g);
}

int geocoder_ask(struct store_tx *tx, const struct town *town,
                 const struct geocoder_report *r, bool *made, struct error *e)
{
    struct arena a = { 0 };
    struct lookup l = {
        .ticket = r->ticket->id,
        .message = r->message,
        .next_at = clock_now(),
    };
    const struct location *which;
    struct str name = town->name;
    int rc = 0;

    if (town->geocoder == REMOTE_NONE || r->ticket->at.known ||
        r->reading->message.automatic != AUTOMATIC_NO)
        return 0;
    if (str_eq(name, STR("the town"))) /* nobody has named it */
        name = STR_NONE;
    l.question = remote_question(&a, r->reading->locations, name, &which);
    if (which != NULL) {
        l.kind = which->kind;
        l.label = remote_label(&a, which);
        rc = tx_lookup_add(tx, &l, e);
        *made = rc == 0;
    }
    arena_free(&a);
    return rc;
}

/* ---- its life ---- */

/* The town's box alone is kept of its gazetteer: the rest is the jail's. */
static int box_read(struct geocoder *g, struct error *e)
{
    struct gaz *gaz;
    int rc = gaz_open(&gaz, g->town->gazetteer.p, e);

    if (rc < 0)
        return rc;
    g->box = gaz_box(gaz);
    gaz_close(gaz);
    return 0;
}

int geocoder_open(struct geocoder **out, const struct geocoder_options *with,
                  struct error *e)
{
    struct geocoder *g;
    int rc;

    *out = NULL;
    if (with->config->town.geocoder == REMOTE_NONE)
        return 0;
    g = calloc(1, sizeof(*g));
    if (g == NULL)
        abort();
    g->with = *with;
    g->town = &with->config->town;
    rc = box_read(g, e);
    if (rc < 0) {
        free(g);
        return rc;
    }
    uv_timer_init(with->loop, &g->timer);
    g->timer.data = g;
    *out = g;
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    (void)handle;
}

void geocoder_close(struct geocoder *g)
{
    if (g == NULL)
        return;
    g->closing = true;
    uv_close((uv_handle_t *)&g->timer, timer_closed);
}

void geocoder_free(struct geocoder *g)
{
    free(g);
}
