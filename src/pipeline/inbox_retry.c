/*
 * A raw that made no ticket, or one that says nothing, is read once more for a
 * clerk who asks for it.
 */
#include <stdlib.h>

#include "pipeline/filing.h"
#include "pipeline/inbox_internal.h"

typedef int retry_file_fn(struct store_tx *tx, struct filing *f,
                          struct str actor, struct error *e);

/* Of which raws, and what becomes of them. */
struct retry_kind {
    enum raw_state from;
    const char *what;
    retry_file_fn *file;
};

static const struct retry_kind unread = { RAW_QUARANTINE, "waiting to be read",
                                          filing_again };
static const struct retry_kind aside = { RAW_ASIDE, "set aside",
                                         filing_after_all };

struct retry {
    const struct retry_kind *kind;
    struct inbox *inbox;
    const struct inbox_options *with;
    struct arena arena;
    struct raw raw;
    struct arena reading_arena;
    struct reading reading;
    struct filing filing;
    struct str actor;
    inbox_retried_fn *done;
    void *arg;
};

static void retry_end(struct retry *t, int rc, const struct error *why)
{
    t->done(t->arg, rc, t->filing.filed.ticket, why);
    arena_free(&t->arena);
    arena_free(&t->reading_arena);
    arena_free(&t->filing.arena);
    free(t);
}

static int file_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct retry *t = arg;

    return t->kind->file(tx, &t->filing, t->actor, e);
}

static void filed(void *arg, int rc, const struct error *e)
{
    struct retry *t = arg;

    if (rc == 0)
        inbox_index_soon(t->inbox);
    if (rc == 0 && t->filing.noticed)
        outbox_kick(t->with->outbox);
    if (rc == 0 && t->filing.look_up)
        geocoder_kick(t->with->geocoder);
    retry_end(t, rc, e);
}

static void was_read(void *arg, int rc, const struct reading *reading,
                     struct arena *home, const struct error *why)
{
    struct retry *t = arg;

    if (rc < 0) {
        retry_end(t, E_SYNTAX, why); /* whatever it is, it is not readable */
        return;
    }
    t->reading = *reading;
    t->reading_arena = *home;
    *home = (struct arena){ 0 };
    t->filing = (struct filing){
        .config = t->with->config,
        .templates = t->with->templates,
        .raw = &t->raw,
        .reading = &t->reading,
    };
    store_submit(t->with->store, file_work, filed, t);
}

static int fetch(struct retry *t, int64_t raw, struct error *e)
{
    int64_t id = 0;
    int n = store_raws(t->with->store, t->kind->from, raw - 1, &id, 1, e);

    if (n < 0)
        return n;
    if (n == 0 || id != raw) {
        return error(e, E_NONE, "raw %lld is not %s", (long long)raw,
                     t->kind->what);
    }
    return store_raw_get(t->with->store, raw, &t->raw, &t->arena, e);
}

static void begin(struct retry *t, int64_t raw)
{
    struct error e;
    int rc = fetch(t, raw, &e);

    if (rc < 0) {
        retry_end(t, rc, &e);
    } else {
        jail_read(t->with->jail, &t->raw, was_read, t);
    }
}

static struct retry *retry_new(struct inbox *in, const struct retry_kind *kind,
                               inbox_retried_fn *done, void *arg)
{
    struct retry *t = calloc(1, sizeof(*t));

    if (t == NULL)
        abort();
    t->kind = kind;
    t->inbox = in;
    t->with = inbox_with(in);
    t->done = done;
    t->arg = arg;
    return t;
}

void inbox_retry(struct inbox *in, int64_t raw, struct str actor,
                 inbox_retried_fn *done, void *arg)
{
    struct retry *t = retry_new(in, &unread, done, arg);

    t->actor = arena_str(&t->arena, actor);
    begin(t, raw);
}

void inbox_after_all(struct inbox *in, int64_t raw, struct str actor,
                     inbox_retried_fn *done, void *arg)
{
    struct retry *t = retry_new(in, &aside, done, arg);

    t->actor = arena_str(&t->arena, actor);
    begin(t, raw);
}
