#include "pipeline/receipts.h"

#include "base/clock.h"
#include "pipeline/passing.h"

/* A clerk who thinks the resident knows is told otherwise. */
static int say(struct store_tx *tx, const struct notice *n, struct error *e)
{
    struct arena a = { 0 };
    struct event ev = {
        .ticket = n->ticket,
        .at = clock_now(),
        .kind = STR("undelivered"),
        .actor = STR("inlet"),
    };
    int rc;

    ev.text = str_of(arena_printf(
        &a, "%.*s to %.*s%s%.*s", STR_FMT(n->kind), STR_FMT(n->to),
        n->delivery_why.n > 0 ? ": " : "", STR_FMT(n->delivery_why)));
    rc = tx_event_add(tx, &ev, e);
    if (rc == 0 && str_eq(n->kind, STR(NOTICE_PASSED)))
        rc = passing_returned(tx, n, e);
    arena_free(&a);
    return rc;
}

int receipt_take(struct store_tx *tx, struct str channel,
                 const struct receipt *r, int64_t *ticket, struct error *e)
{
    struct arena a = { 0 };
    struct receipt_taken taken;
    int rc = tx_receipt(tx, channel, r, &taken, &a, e);
    const struct notice *n = &taken.notice;

    *ticket = rc == 0 ? n->ticket : 0;
    if (rc == 0 && taken.moved && n->delivery == DELIVERY_FAILED)
        rc = say(tx, n, e);
    if (rc == 0 && n->id != 0 && r->dead)
        rc = tx_opt_dead(tx, n->to, r->why, e);
    arena_free(&a);
    return rc;
}

int receipts_early(struct store_tx *tx, struct notice *n, struct error *e)
{
    struct arena a = { 0 };
    int rc = tx_receipt_early(tx, n, &a, e);

    if (rc == 0 && n->delivery == DELIVERY_FAILED)
        rc = say(tx, n, e);
    n->delivery_why = STR_NONE; /* it goes with the arena */
    arena_free(&a);
    return rc;
}
