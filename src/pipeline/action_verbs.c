/* What a clerk sets: state, who has it, category, place, and the like. */
#include <math.h>

#include "base/clock.h"
#include "pipeline/action_internal.h"
#include "pipeline/before.h"
#include "pipeline/placing.h"
#include "store/people.h"

enum { CATEGORY_MAX = 64, SNOOZE_DAYS = 3660, METRES_MAX = 100000 };

/* ---- state ---- */

static int state_named(struct str name)
{
    int i = 0;

    while (i < TICKET_STATES && !str_eq(name, str_of(ticket_state_names[i])))
        i++;
    return i;
}

static bool has_reason(enum ticket_state state, struct str name)
{
    const struct action_reason *r = action_reasons;

    while (r->name != NULL &&
           (r->state != state || !str_eq(name, str_of(r->name))))
        r++;
    return r->name != NULL;
}

/* "done (fixed)", and below it what was told. */
static struct str state_text(const struct doing *d)
{
    struct str reason = d->t.reason;
    struct str text = d->act->text;

    return str_of(arena_printf(
        d->a, "%s%s%.*s%s%s%.*s", ticket_state_names[d->t.state],
        reason.n > 0 ? " (" : "", STR_FMT(reason), reason.n > 0 ? ")" : "",
        text.n > 0 ? "\n" : "", STR_FMT(text)));
}

int action_state(struct doing *d, struct error *e)
{
    const struct action *act = d->act;
    int state = state_named(act->value);

    if (state == TICKET_STATES) {
        return error(e, E_SYNTAX, "no state of a ticket: \"%.*s\"",
                     STR_FMT(act->value));
    }
    if (state == TICKET_DUPLICATE)
        return error(e, E_SYNTAX, "a duplicate of what? That is \"merge\"");
    if (act->reason.n > 0 &&
        !has_reason((enum ticket_state)state, act->reason)) {
        return error(e, E_SYNTAX, "no reason for %s: \"%.*s\"",
                     ticket_state_names[state], STR_FMT(act->reason));
    }
    d->t.state = (enum ticket_state)state;
    d->t.reason = act->reason;
    d->t.duplicate_of = 0;
    action_ended(d);
    if (!action_is_active(d->t.state))
        d->t.snoozed_until = 0;
    d->kind = action_is_reopened(d) ? "reopened" : "state";
    d->text = state_text(d);
    return 0;
}

/* ---- who has it ---- */

int action_assign(struct doing *d, struct error *e)
{
    struct str name = d->act->value;
    struct user u = { .id = 0 };
    int rc = 0;

    if (name.n > 0)
        rc = tx_user_named(d->tx, name, &u, d->a, e);
    if (rc == 0 && name.n > 0 && (u.disabled_at != 0 || u.role < ROLE_CLERK)) {
        rc = error(e, E_DENIED, "%.*s does not work on tickets",
                   STR_FMT(u.name));
    }
    if (rc < 0)
        return rc;
    d->t.assignee = u.name;
    if (name.n > 0 && d->t.state == TICKET_NEW)
        d->t.state = TICKET_OPEN;
    d->kind = "assigned";
    d->text = u.name;
    return 0;
}

int action_department(struct doing *d, struct error *e)
{
    (void)e;
    d->t.department = d->act->value;
    d->kind = EVENT_ROUTED;
    d->text = d->act->value;
    return 0;
}

/* ---- what and where ---- */

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
              c == '_'))
            return false;
    }
    return s.n > 0 && s.n <= CATEGORY_MAX;
}

int action_category(struct doing *d, struct error *e)
{
    if (!is_name(d->act->value)) {
        return error(e, E_SYNTAX, "no category: \"%.*s\"",
                     STR_FMT(d->act->value));
    }
    d->t.category = d->act->value;
    d->kind = EVENT_CATEGORY;
    d->text = d->act->value;
    return 0;
}

static int place_check(const struct action *act, struct error *e)
{
    if (!act->at.known || !(fabs(act->at.lat) <= 90) ||
        !(fabs(act->at.lon) <= 180))
        return error(e, E_SYNTAX, "no such place on the map");
    if ((unsigned)act->method >= METHODS)
        return error(e, E_SYNTAX, "no such way of placing");
    if (!(act->uncertainty_m >= 0 && act->uncertainty_m <= METRES_MAX))
        return error(e, E_SYNTAX, "a place is within 0 to %d m", METRES_MAX);
    return 0;
}

int action_place(struct doing *d, struct error *e)
{
    const struct action *act = d->act;
    struct before b = { .was = &d->was, .is = &d->t, .moved = true };
    struct area *areas = NULL;
    int rc = place_check(act, e);

    if (rc == 0)
        rc = tx_areas_of(d->tx, d->was.id, &areas, d->a, e);
    if (rc == 0)
        rc = tx_ticket_areas(d->tx, d->was.id, act->areas, e);
    if (rc < 0)
        return rc;
    d->t.at = act->at;
    d->t.label = act->value;
    d->t.method = act->method;
    d->t.uncertainty_m = act->uncertainty_m;
    d->t.confidence = 1;
    d->t.decision = DECISION_ACCEPT;
    d->kind = EVENT_PLACE;
    d->text = placing_words(d->a, &d->t);
    b.areas = areas;
    d->before = before_write(&b, d->a);
    return 0;
}

int action_urgent(struct doing *d, struct error *e)
{
    bool yes = str_eq(d->act->value, STR("yes"));

    if (!yes && !str_eq(d->act->value, STR("no")))
        return error(e, E_SYNTAX, "urgent is yes or no");
    d->t.urgent = yes;
    d->kind = "urgent";
    d->text = d->act->value;
    return 0;
}

/* ---- notes, and out of the way ---- */

int action_note(struct doing *d, struct error *e)
{
    if (d->act->text.n == 0)
        return error(e, E_SYNTAX, "the note is empty");
    d->kind = "noted";
    d->text = d->act->text;
    return 0;
}

int action_snooze(struct doing *d, struct error *e)
{
    int64_t until = d->act->number;
    char when[CLOCK_TEXT];

    if (until != 0 && until <= d->now)
        return error(e, E_SYNTAX, "that time has passed");
    if (until > d->now + (int64_t)SNOOZE_DAYS * 24 * 3600)
        return error(e, E_LIMIT, "that is too far away");
    d->t.snoozed_until = until;
    d->kind = until == 0 ? "woken" : "snoozed";
    if (until != 0)
        d->text = arena_str(d->a, str_of(clock_rfc3339(until, when)));
    return 0;
}
