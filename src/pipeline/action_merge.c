/* Duplicates become one, and one that is two becomes two. */
#include "pipeline/action_internal.h"
#include "pipeline/before.h"
#include "pipeline/notice_write.h"
#include "pipeline/placing.h"

enum { MERGED_DEEP = 100 };

/* ---- merge ---- */

/* The ticket that remains of id, which may be a duplicate itself. */
static int remaining(struct doing *d, int64_t id, struct ticket *t,
                     struct error *e)
{
    int rc = tx_ticket_get(d->tx, id, t, d->a, e);

    for (int i = 0; rc == 0 && t->duplicate_of != 0 && t->id != d->t.id; i++) {
        if (i == MERGED_DEEP)
            return error(e, E_LIMIT, "too many were merged into each other");
        rc = tx_ticket_get(d->tx, t->duplicate_of, t, d->a, e);
    }
    return rc;
}

int action_merge(struct doing *d, struct error *e)
{
    struct ticket into;
    int rc = d->act->number == d->t.id
                 ? error(e, E_SYNTAX, "it cannot be a duplicate of itself")
                 : remaining(d, d->act->number, &into, e);

    if (rc == 0 && into.id == d->t.id) {
        rc = error(e, E_SYNTAX, "ticket %lld is a duplicate of it already",
                   (long long)d->act->number);
    }
    if (rc < 0)
        return rc;
    d->t.state = TICKET_DUPLICATE;
    d->t.duplicate_of = into.id;
    d->t.reason = STR_NONE;
    d->t.snoozed_until = 0;
    action_ended(d);
    d->kind = "merged";
    d->text = str_of(arena_printf(d->a, "%lld", (long long)into.id));
    return 0;
}

/* Its reporters hear of the end with the others; of one that was, now. */
int action_merge_tell(struct doing *d, struct error *e)
{
    struct ticket into;
    struct ticket mine = d->t;
    int rc = tx_ticket_get(d->tx, d->t.duplicate_of, &into, d->a, e);

    if (rc < 0 || action_is_active(into.state))
        return rc;
    d->t.reason = into.reason;
    rc = action_tell(d, &mine, ticket_state_names[into.state], e);
    d->t.reason = mine.reason;
    return rc;
}

/* ---- split ---- */

/* Of what was found in the message, the category with the highest sum. */
static struct str category_of(const struct finding *all)
{
    struct str best = STR("other");
    double most = 0;

    for (const struct finding *f = all; f != NULL; f = f->next) {
        double sum = 0;

        if (!str_eq(f->field, STR("category")))
            continue;
        for (const struct finding *g = all; g != NULL; g = g->next) {
            if (str_eq(g->field, f->field) && str_eq(g->value, f->value))
                sum += g->score;
        }
        if (sum > most) {
            most = sum;
            best = f->value;
        }
    }
    return best;
}

static bool has_photo(const struct message_row *m)
{
    const struct attachment *at = m->message.attachments;

    while (at != NULL && !at->photo)
        at = at->next;
    return at != NULL;
}

static void place(struct ticket *t, const struct location *best)
{
    t->decision = DECISION_ASK;
    if (best == NULL || best->rejected.n > 0 || !best->at.known)
        return;
    t->decision = DECISION_CLERK;
    t->label = best->label;
    t->at = best->at;
    t->method = best->method;
    t->uncertainty_m = best->uncertainty_m;
    t->confidence = best->confidence;
}

static struct ticket ticket_of(const struct doing *d,
                               const struct message_row *m)
{
    struct ticket t = {
        .state = TICKET_NEW,
        .category = category_of(m->findings),
        .title = placing_title(&m->message),
        .language = d->was.language,
        .channel = m->channel,
        .photo = has_photo(m),
    };

    for (const struct finding *f = m->findings; f != NULL; f = f->next)
        t.urgent = t.urgent || str_eq(f->field, STR("urgent"));
    if (str_eq(t.category, d->was.category))
        t.department = d->was.department;
    place(&t, m->locations);
    return t;
}

static bool may_be_answered(const struct doing *d, const struct message *m)
{
    return m->reply_to.n > 0 && !m->no_answer && m->automatic == AUTOMATIC_NO &&
           !notice_is_ours(d->act->config, m->reply_to);
}

/* Who wrote it follows it, and what it came from only if they wrote there. */
static int follow(struct doing *d, const struct message_row *rows,
                  const struct message_row *m, int64_t made, struct error *e)
{
    struct str address = m->message.reply_to;
    struct follower f = { .ticket = made,
                          .address = address,
                          .channel = m->channel,
                          .language = d->was.language };
    bool elsewhere = false;
    int rc;

    if (!may_be_answered(d, &m->message))
        return 0;
    rc = tx_follower_add(d->tx, &f, e);
    for (; rows != NULL; rows = rows->next) {
        elsewhere = elsewhere ||
                    (rows != m && str_case_eq(rows->message.reply_to, address));
    }
    if (rc == 0 && !elsewhere)
        rc = tx_follower_end(d->tx, d->was.id, address, e);
    return rc;
}

/* The areas of another place are not known here; act may have brought them. */
static int put_areas(struct doing *d, const struct ticket *made,
                     struct error *e)
{
    bool same = made->at.known && d->was.at.known &&
                made->at.lat == d->was.at.lat && made->at.lon == d->was.at.lon;
    struct area *areas = NULL;
    int rc = 0;

    if (same)
        rc = tx_areas_of(d->tx, d->was.id, &areas, d->a, e);
    if (rc < 0 || !made->at.known)
        return rc;
    return tx_ticket_areas(d->tx, made->id, same ? areas : d->act->areas, e);
}

static int made_event(struct doing *d, int64_t made, struct error *e)
{
    struct event ev = {
        .ticket = made,
        .at = d->now,
        .kind = STR("split"),
        .actor = d->act->actor,
        .text = str_of(arena_printf(d->a, "from %lld", (long long)d->was.id)),
    };

    return tx_event_add(d->tx, &ev, e);
}

static int make(struct doing *d, const struct message_row *rows,
                const struct message_row *m, struct error *e)
{
    struct ticket made = ticket_of(d, m);
    struct before b = { .was = &d->was, .is = &d->t, .message = m->id };
    int rc = tx_ticket_add(d->tx, &made, e);

    if (rc == 0)
        rc = tx_message_move(d->tx, m->id, made.id, e);
    if (rc == 0)
        rc = put_areas(d, &made, e);
    if (rc == 0)
        rc = made_event(d, made.id, e);
    if (rc == 0)
        rc = follow(d, rows, m, made.id, e);
    if (rc < 0)
        return rc;
    d->t.photo = false;
    for (; rows != NULL; rows = rows->next)
        d->t.photo = d->t.photo || (rows != m && has_photo(rows));
    b.made = made.id;
    d->before = before_write(&b, d->a);
    d->act->made = made.id;
    d->kind = "split";
    d->text = str_of(arena_printf(d->a, "%lld", (long long)made.id));
    return 0;
}

int action_split(struct doing *d, struct error *e)
{
    struct message_row *rows = NULL;
    const struct message_row *m;
    int rc = tx_messages(d->tx, d->was.id, &rows, d->a, e);

    if (rc < 0)
        return rc;
    m = rows;
    while (m != NULL && m->id != d->act->number)
        m = m->next;
    if (m == NULL) {
        return error(e, E_NONE, "it has no message %lld",
                     (long long)d->act->number);
    }
    if (rows->next == NULL)
        return error(e, E_DENIED, "it has only that one message");
    return make(d, rows, m, e);
}

/*
 * What was made stays, as a duplicate without a message: its number and its
 * link may be known. Who follows it is told by way of the other.
 */
int action_unsplit(struct doing *d, int64_t message, int64_t made,
                   struct error *e)
{
    struct message_row *rows = NULL;
    struct ticket t;
    struct event ev = { .ticket = made,
                        .at = d->now,
                        .kind = STR("undone"),
                        .actor = d->act->actor,
                        .text = STR("split") };
    int rc = tx_ticket_get(d->tx, made, &t, d->a, e);

    if (rc == 0 && t.revision != 0) {
        rc = error(e, E_DENIED, "ticket %lld was changed since",
                   (long long)made);
    }
    if (rc == 0)
        rc = tx_message_move(d->tx, message, d->t.id, e);
    if (rc == 0)
        rc = tx_messages(d->tx, d->t.id, &rows, d->a, e);
    if (rc < 0)
        return rc;
    for (; rows != NULL; rows = rows->next)
        d->t.photo = d->t.photo || has_photo(rows);
    t.state = TICKET_DUPLICATE;
    t.duplicate_of = d->t.id;
    t.done_at = d->now;
    rc = tx_ticket_set(d->tx, &t, e);
    return rc < 0 ? rc : tx_event_add(d->tx, &ev, e);
}
