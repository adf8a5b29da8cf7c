/* What channels ask of the inbox besides taking raws. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "pipeline/inbox_internal.h"
#include "pipeline/receipts.h"

struct chore {
    struct arena arena;
    struct channel *channel;
    struct str key, value;
    bool flag;
};

static struct chore *chore_new(struct channel *ch, struct str key,
                               struct str value)
{
    struct chore *c = calloc(1, sizeof(*c));

    if (c == NULL)
        abort();
    c->channel = ch;
    c->key = arena_str(&c->arena, key);
    c->value = arena_str(&c->arena, value);
    return c;
}

static void chore_done(void *arg, int rc, const struct error *e)
{
    struct chore *c = arg;

    if (rc < 0)
        log_warn("%s: %s", c->channel->name, e->text);
    arena_free(&c->arena);
    free(c);
}

static int marked_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct chore *c = arg;

    return tx_raw_mark(tx, str_of(c->channel->name), c->key, e);
}

void inbox_marked(struct channel *ch, struct str origin)
{
    store_submit(inbox_store(ch->inbox), marked_work, chore_done,
                 chore_new(ch, origin, STR_NONE));
}

static int cursor_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct chore *c = arg;

    return tx_cursor_set(tx, str_of(c->channel->name), c->key.p, c->value, e);
}

void inbox_cursor_set(struct channel *ch, const char *key, struct str value)
{
    store_submit(inbox_store(ch->inbox), cursor_work, chore_done,
                 chore_new(ch, str_of(key), value));
}

static void number_set(struct channel *ch, const char *key, int64_t n)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)n);
    inbox_cursor_set(ch, key, str_of(text));
}

void inbox_backlog_told(struct channel *ch, int64_t n)
{
    number_set(ch, INBOX_SERVER_HAS, n);
}

void inbox_sign_in_told(struct channel *ch, int64_t ends_at)
{
    number_set(ch, INBOX_SIGN_IN_ENDS, ends_at);
}

int inbox_cursor_get(struct channel *ch, const char *key, struct arena *a,
                     struct str *value, struct error *e)
{
    return store_cursor_get(inbox_store(ch->inbox), str_of(ch->name), key, a,
                            value, e);
}

int inbox_origins(struct channel *ch, struct str prefix, origin_fn *each,
                  void *arg, struct error *e)
{
    return store_origins(inbox_store(ch->inbox), str_of(ch->name), prefix, each,
                         arg, e);
}

int inbox_token(struct channel *ch, struct str token, struct error *e)
{
    struct arena a = { 0 };
    struct ticket t;
    int rc = store_ticket_by_token(inbox_store(ch->inbox), token, &t, &a, e);

    arena_free(&a);
    return rc;
}

static int health_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct chore *c = arg;

    return tx_health_set(tx, str_of(c->channel->name), c->value, e);
}

void inbox_health(struct channel *ch, const char *fmt, ...)
{
    char text[512] = "";
    va_list ap;

    if (fmt != NULL) {
        va_start(ap, fmt);
        vsnprintf(text, sizeof(text), fmt, ap);
        va_end(ap);
        log_warn("%s: %s", ch->name, text);
    }
    store_submit(inbox_store(ch->inbox), health_work, chore_done,
                 chore_new(ch, STR_NONE, str_of(text)));
}

static int count_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct chore *c = arg;

    return tx_counter_add(tx, str_of(c->channel->name), c->key.p, e);
}

void inbox_count(struct channel *ch, const char *what)
{
    store_submit(inbox_store(ch->inbox), count_work, chore_done,
                 chore_new(ch, str_of(what), STR_NONE));
}

static int opt_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct chore *c = arg;

    return tx_opt_set(tx, c->key, c->flag, e);
}

void inbox_opt(struct channel *ch, struct str address, bool in)
{
    struct chore *c = chore_new(ch, address, STR_NONE);

    c->flag = in;
    store_submit(inbox_store(ch->inbox), opt_work, chore_done, c);
}

/* ---- what became of a notice ---- */

struct telling {
    struct chore *chore;
    struct receipt receipt;
};

static int told_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct telling *t = arg;
    int64_t ticket;

    return receipt_take(tx, str_of(t->chore->channel->name), &t->receipt,
                        &ticket, e);
}

static void told_done(void *arg, int rc, const struct error *e)
{
    struct telling *t = arg;

    chore_done(t->chore, rc, e);
}

void inbox_told(struct channel *ch, const struct receipt *r)
{
    struct chore *c = chore_new(ch, STR_NONE, STR_NONE);
    struct telling *t = arena_new(&c->arena, struct telling);

    t->chore = c;
    t->receipt = *r;
    t->receipt.remote_id = arena_str(&c->arena, r->remote_id);
    t->receipt.message_id = arena_str(&c->arena, r->message_id);
    t->receipt.address = arena_str(&c->arena, r->address);
    t->receipt.why = arena_str(&c->arena, r->why);
    store_submit(inbox_store(ch->inbox), told_work, told_done, t);
}
