/* Who is told of an action; and what is said for its own sake. */
#include "pipeline/action_internal.h"
#include "pipeline/notice_write.h"

int action_tell(struct doing *d, const struct ticket *of, const char *kind,
                struct error *e)
{
    struct notice_round r = {
        .draft = { .config = d->act->config,
                   .templates = d->act->templates,
                   .event = d->event,
                   .kind = kind,
                   .not_before = d->now + ACTION_UNDO_S,
                   .name = d->name,
                   .reason = d->t.reason,
                   .text = d->act->text },
        .ticket = of,
    };
    int rc = notice_round(d->tx, &r, e);

    d->told = r.told;
    d->act->noticed = d->act->noticed || r.told > 0;
    return rc;
}

/* ---- state ---- */

bool action_is_reopened(const struct doing *d)
{
    return action_is_active(d->t.state) &&
           (d->was.state == TICKET_DONE || d->was.state == TICKET_NOT_OURS);
}

/* What is written to them is told in any state. */
static const char *state_tells(const struct doing *d)
{
    bool says = d->act->text.n > 0;
    const char *kind = says ? "reply" : NULL;

    if (d->t.state == TICKET_DONE || d->t.state == TICKET_NOT_OURS) {
        bool other = d->t.state != d->was.state;

        kind = other || says ? ticket_state_names[d->t.state] : NULL;
    } else if (action_is_reopened(d)) {
        kind = "reopened";
    }
    return kind;
}

int action_state_tell(struct doing *d, struct error *e)
{
    const char *kind = state_tells(d);

    return kind == NULL ? 0 : action_tell(d, &d->t, kind, e);
}

/* That somebody has taken it up is news once. */
int action_assign_tell(struct doing *d, struct error *e)
{
    int64_t told = 0;
    int rc;

    if (d->t.assignee.n == 0 || !action_is_active(d->t.state))
        return 0;
    rc = tx_told(d->tx, d->t.id, STR("assigned"), &told, e);
    if (rc < 0 || told > 0)
        return rc;
    return action_tell(d, &d->t, "assigned", e);
}

/* ---- reply ---- */

int action_reply(struct doing *d, struct error *e)
{
    if (d->act->text.n == 0)
        return error(e, E_SYNTAX, "the reply is empty");
    if (d->t.state == TICKET_NEW)
        d->t.state = TICKET_OPEN;
    d->kind = "replied";
    d->text = d->act->text;
    return 0;
}

/* A reply that reaches nobody is none: the clerk has to know. */
int action_reply_tell(struct doing *d, struct error *e)
{
    int rc = action_tell(d, &d->t, "reply", e);

    if (rc == 0 && d->told == 0)
        return error(e, E_DENIED, "nobody who follows it can be answered");
    return rc;
}

/* ---- once more ---- */

int action_resend(struct doing *d, struct error *e)
{
    struct notice *n = arena_new(d->a, struct notice);
    const char *why = NULL;
    int rc = tx_notice_get(d->tx, d->act->number, n, d->a, e);

    if (rc == 0 && n->ticket != d->t.id) {
        rc = error(e, E_NONE, "it has no notice %lld",
                   (long long)d->act->number);
    }
    if (rc == 0)
        rc = notice_opted_out(d->tx, n->to, &why, e);
    if (rc < 0)
        return rc;
    if (why != NULL)
        return error(e, E_DENIED, "%s", why);
    if (n->state == NOTICE_PENDING || n->state == NOTICE_CLAIMED)
        return error(e, E_DENIED, "it is on its way already");
    if (n->state == NOTICE_WITHDRAWN)
        return error(e, E_DENIED, "what it tells of was undone");
    d->again = n;
    d->kind = "resent";
    d->text = str_of(
        arena_printf(d->a, "%.*s to %.*s", STR_FMT(n->kind), STR_FMT(n->to)));
    return 0;
}

/*
 * One whose fate is not known keeps its Message-ID: who has it already sees
 * that it is the same.
 */
int action_resend_tell(struct doing *d, struct error *e)
{
    struct notice n = *d->again;
    const struct config *c = d->act->config;
    bool passed = str_eq(n.kind, STR(NOTICE_PASSED));
    const struct channel *by =
        passed ? notice_door(c, n.channel) : notice_channel(c, n.to, n.channel);
    int rc;

    if (by == NULL)
        return error(e, E_DENIED, "no channel can carry it");
    if (n.state != NOTICE_UNKNOWN)
        n.message_id = notice_message_id(d->act->config, d->a);
    n.channel = str_of(by->name);
    n.state = NOTICE_PENDING;
    n.tries = 0;
    n.next_at = d->now + ACTION_UNDO_S;
    n.remote_id = STR_NONE;
    n.why = STR_NONE;
    rc = tx_notice_add(d->tx, &n, d->event, e);
    d->act->noticed = rc == 0;
    return rc == 0 && passed ? action_pass_again(d, &n, e) : rc;
}
