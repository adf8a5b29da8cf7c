/* What was done is taken back, while nothing else has changed the same. */
#include "base/clock.h"
#include "pipeline/action_internal.h"
#include "pipeline/before.h"

/* Notices of the event: those that wait are withdrawn. */
struct sent {
    int withdrawn, gone; /* gone: a resident has it, or may have */
};

static int withdraw(struct doing *d, int64_t event, struct sent *s,
                    struct error *e)
{
    struct notice_list *l = NULL;
    int rc = tx_notices_of(d->tx, event, &l, d->a, e);

    *s = (struct sent){ 0, 0 };
    for (; rc == 0 && l != NULL; l = l->next) {
        struct notice *n = &l->notice;

        s->gone += n->state == NOTICE_CLAIMED || n->state == NOTICE_SENT ||
                   n->state == NOTICE_UNKNOWN;
        if (n->state != NOTICE_PENDING)
            continue;
        n->state = NOTICE_WITHDRAWN;
        n->why = STR("what it told of was undone");
        s->withdrawn++;
        rc = tx_notice_set(d->tx, n, e);
    }
    return rc;
}

/* What is only said cannot be unsaid. */
static bool is_said(const struct event *ev)
{
    return str_eq(ev->kind, STR("replied")) ||
           str_eq(ev->kind, STR("resent")) || str_eq(ev->kind, STR("passed"));
}

static int undoable(const struct event *ev, struct error *e)
{
    if (ev->undone_by != 0)
        return error(e, E_DENIED, "it was undone already");
    if (ev->before.n == 0)
        return error(e, E_DENIED, "it cannot be undone");
    return 0;
}

static int restore(struct doing *d, const struct event *ev, struct error *e)
{
    struct before b;
    int rc = before_restore(ev->before, &d->t, &b, d->a, e);

    if (rc == 0 && b.moved)
        rc = tx_ticket_areas(d->tx, d->t.id, b.areas, e);
    if (rc == 0 && b.message != 0)
        rc = action_unsplit(d, b.message, b.made, e);
    return rc;
}

static int mark(struct doing *d, const struct event *ev, struct error *e)
{
    struct event undone = {
        .ticket = d->t.id,
        .at = d->now,
        .kind = STR("undone"),
        .actor = d->act->actor,
        .text = ev->kind,
    };
    int rc = tx_event_add(d->tx, &undone, e);

    if (rc == 0)
        rc = tx_event_undone(d->tx, ev->id, undone.id, e);
    if (rc == 0)
        rc = tx_first_act(d->tx, d->t.id, &d->t.answered_at, e);
    d->event = undone.id;
    return rc;
}

static int undo(struct doing *d, const struct event *ev, struct error *e)
{
    struct sent sent = { 0, 0 };
    int rc = tx_ticket_get(d->tx, ev->ticket, &d->was, d->a, e);

    d->t = d->was;
    if (rc == 0)
        rc = restore(d, ev, e);
    if (rc == 0)
        rc = withdraw(d, ev->id, &sent, e);
    if (rc == 0 && is_said(ev) && sent.gone > 0)
        rc = error(e, E_DENIED, "it has been sent already");
    if (rc == 0)
        rc = mark(d, ev, e);
    if (rc == 0)
        rc = tx_ticket_set(d->tx, &d->t, e);
    if (rc < 0)
        return rc;
    /* Those who were told that it is done are told that it is not. */
    if (sent.gone > 0 && action_is_reopened(d))
        rc = action_tell(d, &d->t, "reopened", e);
    action_event_done(d->act, d->event);
    return rc;
}

int action_undo(struct store_tx *tx, struct action *act, struct error *e)
{
    struct doing d = {
        .tx = tx, .act = act, .a = &act->arena, .now = clock_now()
    };
    struct event ev;
    int rc = tx_event_get(tx, act->number, &ev, d.a, e);

    if (rc == 0)
        rc = undoable(&ev, e);
    return rc < 0 ? rc : undo(&d, &ev, e);
}
