#include "pipeline/inbox_internal.h"

#include <stdlib.h>
#include <uv.h>

#include "base/log.h"
#include "pipeline/filing.h"

enum {
    HELD_MAX = 256,                /* raws kept in memory at once */
    HELD_BYTES = 64 * 1024 * 1024, /* and their bytes */
    SWEEP = 64,                    /* raws fetched again at a time */
    TRIES = 2,                     /* of a worker at one raw */
    INDEX_MS = 500,                /* full text follows so much later */
    INDEX_STEP = 256,
    LOOK_MS = 1000, /* for what another process has stored */
};

/* One raw on its way from a channel to its ticket. */
struct item {
    struct inbox *inbox;
    struct channel *channel; /* NULL: found in the store, nobody waits */
    void *arg;
    struct arena arena;
    struct raw raw;
    struct arena reading_arena;
    struct reading reading;
    struct filing filing;
    int tries;
    struct item *next; /* of all that are held */
};

struct inbox {
    struct inbox_options with;
    struct item *held;
    int held_count;
    size_t held_bytes;
    bool behind; /* the store has raws that are not held */
    bool sweeping;
    int64_t swept; /* raws up to this id have been taken up or are held */
    bool closing;
    uv_timer_t index;
    uv_timer_t look;
};

static void item_read(struct item *item);
static void sweep(struct inbox *in);

static struct item *item_new(struct inbox *in)
{
    struct item *item = calloc(1, sizeof(*item));

    if (item == NULL)
        abort();
    item->inbox = in;
    return item;
}

static void item_hold(struct item *item)
{
    struct inbox *in = item->inbox;

    item->next = in->held;
    in->held = item;
    in->held_count++;
    in->held_bytes += item->raw.bytes.n;
}

static void item_free(struct item *item)
{
    arena_free(&item->arena);
    arena_free(&item->reading_arena);
    arena_free(&item->filing.arena);
    free(item);
}

static void item_drop(struct item *item)
{
    struct inbox *in = item->inbox;
    struct item **at = &in->held;

    while (*at != NULL && *at != item)
        at = &(*at)->next;
    if (*at != NULL) {
        *at = item->next;
        in->held_count--;
        in->held_bytes -= item->raw.bytes.n;
    }
    item_free(item);
    if (in->behind && in->held_count < HELD_MAX / 2)
        sweep(in);
}

static struct item *held(const struct inbox *in, int64_t id)
{
    struct item *item = in->held;

    while (item != NULL && item->raw.id != id)
        item = item->next;
    return item;
}

static bool has_room(const struct inbox *in)
{
    return in->held_count < HELD_MAX && in->held_bytes < HELD_BYTES;
}

/* ---- full text, some time after ---- */

struct index_step {
    struct inbox *inbox;
    int64_t left;
};

static void index_due(uv_timer_t *t);

static int index_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct index_step *step = arg;

    return tx_index_some(tx, INDEX_STEP, &step->left, e);
}

static void index_done(void *arg, int rc, const struct error *e)
{
    struct index_step *step = arg;
    struct inbox *in = step->inbox;

    if (rc < 0)
        log_warn("full-text search is not up to date: %s", e->text);
    if (rc == 0 && step->left > 0 && !in->closing)
        uv_timer_start(&in->index, index_due, 1, 0);
    free(step);
}

static void index_due(uv_timer_t *t)
{
    struct index_step *step = calloc(1, sizeof(*step));

    if (step == NULL)
        abort();
    step->inbox = t->data;
    store_submit(step->inbox->with.store, index_work, index_done, step);
}

void inbox_index_soon(struct inbox *in)
{
    if (!in->closing && !uv_is_active((uv_handle_t *)&in->index))
        uv_timer_start(&in->index, index_due, INDEX_MS, 0);
}

/* ---- filing ---- */

static void item_filed(void *arg, int rc, const struct error *e)
{
    struct item *item = arg;
    struct inbox *in = item->inbox;
    struct channel *ch = item->channel;

    if (rc == E_AGAIN) {
        item->raw.asked = arena_str(&item->arena, item->filing.asked);
        arena_free(&item->reading_arena);
        arena_free(&item->filing.arena);
        item_read(item);
        return;
    }
    if (rc < 0) { /* the next look takes it up */
        log_line(rc == E_BUSY ? LOG_INFO : LOG_ERROR,
                 "raw %lld is stored but not filed: %s",
                 (long long)item->raw.id, e->text);
        if (in->swept >= item->raw.id)
            in->swept = item->raw.id - 1;
    }
    if (ch != NULL && ch->adapter->filed != NULL)
        ch->adapter->filed(ch, item->arg, rc == 0 ? &item->filing.filed : NULL);
    if (rc == 0 && item->filing.said.text.n > 0)
        inbox_say(in, item->raw.channel, &item->filing);
    if (rc == 0 && item->filing.noticed)
        outbox_kick(in->with.outbox);
    if (rc == 0 && item->filing.look_up)
        geocoder_kick(in->with.geocoder);
    if (rc == 0)
        inbox_index_soon(in);
    item_drop(item);
}

static int file_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct item *item = arg;

    return filing_file(tx, &item->filing, e);
}

static void item_file(struct item *item)
{
    struct inbox *in = item->inbox;

    item->filing = (struct filing){
        .config = in->with.config,
        .templates = in->with.templates,
        .raw = &item->raw,
        .reading = &item->reading,
    };
    store_submit(in->with.store, file_work, item_filed, item);
}

/* ---- reading ---- */

/* The machine could not: a person opens the original. */
static void item_unreadable(struct item *item, const struct error *why)
{
    arena_free(&item->reading_arena);
    item->reading = (struct reading){
        .decision = DECISION_CLERK,
        .failed = str_of(arena_printf(&item->arena, "%s", why->text)),
    };
    item->reading.message.sent_at = item->raw.received_at;
    item_file(item);
}

static void item_was_read(void *arg, int rc, const struct reading *reading,
                          struct arena *home, const struct error *why)
{
    struct item *item = arg;

    if (rc == 0) {
        item->reading = *reading;
        item->reading_arena = *home;
        *home = (struct arena){ 0 };
        item_file(item);
        return;
    }
    if (item->inbox->closing) { /* it is stored: the next start takes it up */
        item_drop(item);
        return;
    }
    if (rc == E_DIED && ++item->tries < TRIES) {
        item_read(item);
        return;
    }
    log_warn("raw %lld of %.*s could not be read: %s", (long long)item->raw.id,
             STR_FMT(item->raw.channel), why->text);
    item_unreadable(item, why);
}

static void item_read(struct item *item)
{
    jail_read(item->inbox->with.jail, &item->raw, item_was_read, item);
}

/* ---- what rspamd says of it, before ---- */

static void item_checked(void *arg, int rc, struct str words)
{
    struct item *item = arg;

    if (rc < 0) { /* inlet ends: the next start takes it up */
        item_drop(item);
        return;
    }
    spam_check_tell(&item->raw, words, &item->arena);
    item_read(item);
}

static void item_begin(struct item *item)
{
    spam_check_ask(item->inbox->with.spam_check, &item->raw, item_checked,
                   item);
}

/* ---- accepting ---- */

static int add_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct item *item = arg;

    return tx_raw_add(tx, &item->raw, &item->raw.id, e);
}

static int known_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct item *item = arg;
    struct ticket t;
    int64_t ticket;
    int rc = tx_raw_ticket(tx, item->raw.id, &ticket, e);

    if (rc == 0 && ticket != 0)
        rc = tx_ticket_get(tx, ticket, &t, &item->filing.arena, e);
    if (rc == 0 && ticket != 0)
        item->filing.filed = (struct filed){ ticket, t.token, true };
    return rc;
}

static void known_done(void *arg, int rc, const struct error *e)
{
    struct item *item = arg;
    struct channel *ch = item->channel;
    bool known = rc == 0 && item->filing.filed.ticket != 0;

    (void)e;
    ch->adapter->filed(ch, item->arg, known ? &item->filing.filed : NULL);
    item_free(item);
}

static void added(void *arg, int rc, const struct error *e)
{
    struct item *item = arg;
    struct inbox *in = item->inbox;
    struct channel *ch = item->channel;
    struct item *other;

    if (rc < 0 && rc != E_DUPLICATE) {
        log_error("%s: a message is not stored, so not acknowledged: %s",
                  ch->name, e->text);
    }
    ch->adapter->accepted(ch, item->arg, rc);
    if (rc == E_DUPLICATE && ch->adapter->filed != NULL) {
        store_submit(in->with.store, known_work, known_done, item);
        return;
    }
    if (rc < 0) {
        item_free(item);
        return;
    }
    other = held(in, item->raw.id);
    if (other != NULL) { /* a sweep was quicker: it speaks for this one */
        other->channel = ch;
        other->arg = item->arg;
        item_free(item);
        return;
    }
    if (in->closing || (!has_room(in) && ch->adapter->filed == NULL)) {
        in->behind = true;
        item_free(item);
        return;
    }
    item_hold(item);
    item_begin(item);
}

static void raw_copy(struct raw *to, const struct raw *from, struct arena *a)
{
    *to = *from;
    to->channel = arena_str(a, from->channel);
    to->adapter = arena_str(a, from->adapter);
    to->origin = arena_str(a, from->origin);
    to->envelope = arena_str(a, from->envelope);
    to->parent = arena_str(a, from->parent);
    to->bytes = arena_str(a, from->bytes);
    if (to->full_size < (int64_t)to->bytes.n)
        to->full_size = (int64_t)to->bytes.n;
}

void inbox_accept(struct channel *ch, const struct raw *raw, void *arg)
{
    struct item *item = item_new(ch->inbox);

    item->channel = ch;
    item->arg = arg;
    raw_copy(&item->raw, raw, &item->arena);
    item->raw.channel = str_of(ch->name);
    item->raw.adapter = str_of(ch->adapter->name);
    store_submit(ch->inbox->with.store, add_work, added, item);
}

/* ---- what is in the store and not in hand ---- */

static int sweep_one(struct inbox *in, int64_t id)
{
    struct item *item = item_new(in);
    struct error e;
    int rc = store_raw_get(in->with.store, id, &item->raw, &item->arena, &e);

    if (rc < 0) {
        log_error("raw %lld cannot be taken up: %s", (long long)id, e.text);
        item_free(item);
        return rc;
    }
    item_hold(item);
    item_begin(item);
    return 0;
}

static void sweep(struct inbox *in)
{
    int64_t ids[SWEEP];
    struct error e;
    int n = SWEEP;

    if (in->sweeping || in->closing)
        return;
    in->sweeping = true;
    in->behind = false;
    while (n == SWEEP && has_room(in)) {
        n = store_raws(in->with.store, RAW_NEW, in->swept, ids, SWEEP, &e);
        if (n < 0) {
            log_error("cannot look for unread messages: %s", e.text);
            break;
        }
        for (int i = 0; i < n && has_room(in); i++) {
            if (held(in, ids[i]) == NULL)
                sweep_one(in, ids[i]);
            in->swept = ids[i];
        }
    }
    in->behind = in->behind || !has_room(in);
    in->sweeping = false;
}

static void look_due(uv_timer_t *t)
{
    sweep(t->data);
}

/*
 * Another process may store raws too (inlet ingest), and after a full disk
 * what could not be filed is tried again: so it looks, again and again.
 */
void inbox_resume(struct inbox *in)
{
    sweep(in);
    uv_timer_start(&in->look, look_due, LOOK_MS, LOOK_MS);
    uv_timer_start(&in->index, index_due, INDEX_MS, 0);
}

/* ---- its life ---- */

struct store *inbox_store(struct inbox *in)
{
    return in->with.store;
}

const struct inbox_options *inbox_with(const struct inbox *in)
{
    return &in->with;
}

int inbox_open(struct inbox **out, const struct inbox_options *with,
               struct error *e)
{
    struct inbox *in = calloc(1, sizeof(*in));

    (void)e;
    if (in == NULL)
        abort();
    in->with = *with;
    uv_timer_init(with->loop, &in->index);
    uv_timer_init(with->loop, &in->look);
    in->index.data = in;
    in->look.data = in;
    for (struct config_channel *c = with->config->channels; c != NULL;
         c = c->next)
        c->channel->inbox = in;
    *out = in;
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    (void)handle;
}

void inbox_close(struct inbox *in)
{
    in->closing = true;
    uv_close((uv_handle_t *)&in->index, timer_closed);
    uv_close((uv_handle_t *)&in->look, timer_closed);
}

void inbox_free(struct inbox *in)
{
    while (in->held != NULL) {
        struct item *item = in->held;

        in->held = item->next;
        item_free(item);
    }
    free(in);
}

int inbox_backlog(const struct inbox *in)
{
    return in->held_count;
}
