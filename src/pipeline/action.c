#include "pipeline/action_internal.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "pipeline/before.h"

enum { VALUE_MAX = 500, REASON_MAX = 50, NAME_MAX = 200 };

const char *const action_names[ACTIONS] = {
    [ACTION_STATE] = "state",
    [ACTION_ASSIGN] = "assign",
    [ACTION_DEPARTMENT] = "department",
    [ACTION_CATEGORY] = "category",
    [ACTION_PLACE] = "place",
    [ACTION_URGENT] = "urgent",
    [ACTION_NOTE] = "note",
    [ACTION_REPLY] = "reply",
    [ACTION_SNOOZE] = "snooze",
    [ACTION_MERGE] = "merge",
    [ACTION_SPLIT] = "split",
    [ACTION_RESEND] = "resend",
    [ACTION_PASS] = "pass",
    [ACTION_UNDO] = "undo",
};

const struct action_reason action_reasons[] = {
    { TICKET_DONE, "fixed" },       { TICKET_DONE, "nothing-found" },
    { TICKET_DONE, "duplicate" },   { TICKET_DONE, "planned" },
    { TICKET_DONE, "other" },       { TICKET_NOT_OURS, "state" },
    { TICKET_NOT_OURS, "county" },  { TICKET_NOT_OURS, "private" },
    { TICKET_NOT_OURS, "utility" }, { TICKET_NOT_OURS, "other" },
    { TICKET_NEW, NULL },
};

/* A clerk who chooses what stands there already vouches for it: always. */
static const struct verb verbs[ACTIONS] = {
    [ACTION_STATE] = { action_state, action_state_tell, false, false },
    [ACTION_ASSIGN] = { action_assign, action_assign_tell, false, false },
    [ACTION_DEPARTMENT] = { action_department, NULL, true, false },
    [ACTION_CATEGORY] = { action_category, NULL, true, false },
    [ACTION_PLACE] = { action_place, NULL, true, false },
    [ACTION_URGENT] = { action_urgent, NULL, false, false },
    [ACTION_NOTE] = { action_note, NULL, true, false },
    [ACTION_REPLY] = { action_reply, action_reply_tell, true, false },
    [ACTION_SNOOZE] = { action_snooze, NULL, false, false },
    [ACTION_MERGE] = { action_merge, action_merge_tell, false, false },
    [ACTION_SPLIT] = { action_split, NULL, true, true },
    [ACTION_RESEND] = { action_resend, action_resend_tell, true, true },
    [ACTION_PASS] = { action_pass, action_pass_tell, true, false },
    [ACTION_UNDO] = { NULL, NULL, false, false },
};

bool action_is_active(enum ticket_state state)
{
    return state == TICKET_NEW || state == TICKET_OPEN ||
           state == TICKET_WAITING;
}

void action_ended(struct doing *d)
{
    if (action_is_active(d->t.state)) {
        d->t.done_at = 0;
    } else if (d->t.done_at == 0) {
        d->t.done_at = d->now;
    }
}

void action_event_done(struct action *act, int64_t event)
{
    act->events[act->event_count++] = event;
}

/* ---- what is said, before anything is done ---- */

/* What people type comes as it comes; inside, text is clean. */
static int text_check(struct str *s, size_t max, const char *what,
                      struct arena *a, struct error *e)
{
    if (s->n > max) {
        return error(e, E_LIMIT, "the %s is too long: %zu bytes, %zu at most",
                     what, s->n, max);
    }
    if (!utf8_valid(*s))
        return error(e, E_SYNTAX, "the %s is not UTF-8", what);
    *s = str_trim(utf8_clean(a, *s));
    return 0;
}

/* What only a program may be called would count as a program's doing. */
static int actor_check(const struct action *act, struct error *e)
{
    if (act->actor.n == 0 || act->actor.n > NAME_MAX ||
        !utf8_valid(act->actor) || str_eq(act->actor, STR("inlet")) ||
        str_eq(act->actor, STR("resident")))
        return error(e, E_SYNTAX, "nobody can act by that name");
    return 0;
}

static int count_check(const struct action *act, struct error *e)
{
    if (act->kind == ACTION_UNDO)
        return 0;
    if (act->count == 0)
        return error(e, E_SYNTAX, "no ticket is named");
    if (act->count > ACTION_TICKETS) {
        return error(e, E_LIMIT, "too many tickets at once: %zu, %d at most",
                     act->count, ACTION_TICKETS);
    }
    if (verbs[act->kind].alone && act->count != 1) {
        return error(e, E_SYNTAX, "%s takes one ticket at a time",
                     action_names[act->kind]);
    }
    return 0;
}

static int check(struct action *act, struct error *e)
{
    int rc = actor_check(act, e);

    if (rc == 0 && (unsigned)act->kind >= ACTIONS)
        rc = error(e, E_SYNTAX, "there is no such action");
    if (rc == 0)
        rc = count_check(act, e);
    if (rc == 0)
        rc = text_check(&act->text, ACTION_TEXT_MAX, "text", &act->arena, e);
    if (rc == 0)
        rc = text_check(&act->value, VALUE_MAX, "value", &act->arena, e);
    if (rc == 0)
        rc = text_check(&act->reason, REASON_MAX, "reason", &act->arena, e);
    return rc;
}

/* ---- one ticket ---- */

static bool is_changed(const struct doing *d)
{
    struct arena a = { 0 };
    struct before same = { .was = &d->was, .is = &d->was };
    struct before now = { .was = &d->was, .is = &d->t };
    bool changed = !str_eq(before_write(&same, &a), before_write(&now, &a));

    arena_free(&a);
    return changed;
}

static int write_event(struct doing *d, struct error *e)
{
    struct event ev = {
        .ticket = d->t.id,
        .at = d->now,
        .kind = str_of(d->kind),
        .actor = d->act->actor,
        .text = d->text,
        .before = d->before,
    };
    int rc;

    if (ev.before.n == 0) {
        struct before b = { .was = &d->was, .is = &d->t };

        ev.before = before_write(&b, d->a);
    }
    rc = tx_event_add(d->tx, &ev, e);
    d->event = ev.id;
    return rc;
}

static int revision_check(const struct action *act, const struct ticket *t,
                          struct error *e)
{
    if (act->count != 1 || act->revision < 0 || act->revision == t->revision)
        return 0;
    return error(e, E_AGAIN, "somebody changed it meanwhile");
}

static int do_one(struct doing *d, const struct verb *v, int64_t id,
                  struct error *e)
{
    int rc = tx_ticket_get(d->tx, id, &d->was, d->a, e);

    if (rc == 0)
        rc = revision_check(d->act, &d->was, e);
    if (rc < 0)
        return rc;
    d->t = d->was;
    rc = v->apply(d, e);
    if (rc < 0 || (!v->always && d->act->text.n == 0 && !is_changed(d)))
        return rc;
    if (d->t.answered_at == 0)
        d->t.answered_at = d->now;
    rc = write_event(d, e);
    if (rc == 0)
        rc = tx_ticket_set(d->tx, &d->t, e);
    if (rc == 0 && v->tell != NULL)
        rc = v->tell(d, e);
    action_event_done(d->act, d->event);
    return rc;
}

int action_run(struct store_tx *tx, struct action *act, struct error *e)
{
    int64_t now = clock_now();
    int rc;

    act->event_count = 0;
    act->made = 0;
    act->noticed = false;
    rc = check(act, e);
    if (rc < 0)
        return rc;
    act->events = arena_array(&act->arena, int64_t, act->count + 1);
    if (act->kind == ACTION_UNDO)
        return action_undo(tx, act, e);
    for (size_t i = 0; rc == 0 && i < act->count; i++) {
        struct doing d = { .tx = tx, .act = act, .a = &act->arena, .now = now };

        rc = do_one(&d, &verbs[act->kind], act->tickets[i], e);
        if (rc < 0)
            error_in(e, "ticket %lld", (long long)act->tickets[i]);
    }
    return rc;
}
