/*
 * FixMyStreet's extension: somebody else's word on a request that is here. It
 * becomes a message on the ticket; a key that is trusted sets its state too.
 */
#include "base/log.h"
#include "open311.h"

/* ---- in ---- */

static void check_update(const struct open311_call *c,
                         const struct open311_form *f,
                         struct open311_faults *faults)
{
    int64_t at;

    (void)c;
    if (f->request_id.n == 0)
        open311_fault(faults, 400, "open311.request_missing", STR_NONE);
    if (f->description.n == 0 && open311_state_find(f->status) == NULL &&
        open311_file(f, NULL) == NULL && open311_link(f, NULL) == NULL)
        open311_fault(faults, 400, "open311.update_empty", STR_NONE);
    if (f->description.n > (size_t)4 * OPEN311_DESCRIPTION)
        open311_fault(faults, 400, "open311.description", STR_NONE);
    if (f->updated_at.n > 0 && !open311_date(f->updated_at, &at)) {
        open311_fault(faults, 400, "open311.date", STR("updated_datetime"));
    }
}

/* NULL: refused, and answered. */
static struct listed *ticket_of(const struct open311_call *c, struct str number)
{
    struct listing_asked q = {
        .view = c->view, .language = c->language, .id_count = 1, .limit = 1
    };
    struct listed *found = NULL;
    struct error e;
    int64_t id;

    q.ids = &id;
    if (!str_int(number, &id)) {
        open311_refuse_one(c, 404, "open311.request");
        return NULL;
    }
    if (listing_read(&c->of->channel, &q, &found, c->a, &e) < 0) {
        log_error("%s: an update cannot be taken: %s", c->of->channel.name,
                  e.text);
        open311_refuse_one(c, 503, "error.trouble");
        return NULL;
    }
    if (found == NULL)
        open311_refuse_one(c, 404, "open311.request");
    return found;
}

void open311_take_update(struct open311_call *c)
{
    struct open311_post *p;
    struct open311_form f;
    const struct listed *l;

    if (!open311_let_in(c, &f, check_update))
        return;
    l = ticket_of(c, f.request_id);
    if (l == NULL)
        return;
    p = open311_post_begin(c);
    p->update = true;
    p->state = open311_state_find(f.status);
    open311_hand_in(p, &f, l->ticket.token);
}

/* ---- what it does ---- */

struct mark {
    struct str origin;
    bool set;
};

static void mark_look(void *arg, struct str origin, bool marked)
{
    struct mark *m = arg;

    m->set = m->set || (marked && str_eq(origin, m->origin));
}

/* Once for each update: said again later it would undo what came between. */
static bool is_done(const struct open311_post *p)
{
    struct mark m = { p->token, false };
    struct error e;

    if (inbox_origins(&p->of->channel, p->token, mark_look, &m, &e) < 0) {
        log_warn("%s: an update's state is left alone: %s", p->of->channel.name,
                 e.text);
        return true;
    }
    return m.set;
}

static void settled(void *arg, int rc, const struct error *why)
{
    struct open311_post *p = arg;

    if (rc < 0) {
        log_warn("%s: an update has not changed its ticket: %s",
                 p->of->channel.name, why->text);
        open311_post_again(p);
    } else {
        inbox_marked(&p->of->channel, p->token);
        open311_post_answer(p, 0);
    }
    open311_post_free(p);
}

void open311_update_filed(struct open311_post *p, int64_t ticket)
{
    struct listing_change change = { .ticket = ticket };

    /* Who has been told to come again will. */
    if (p->request == NULL || p->state == NULL || !p->key->trusted ||
        is_done(p)) {
        open311_post_answer(p, 0);
        open311_post_free(p);
        return;
    }
    change.state = p->state->state;
    change.reason = p->state->reason;
    change.actor = open311_actor(p->of, p->key, http_arena(p->request));
    p->waiting = false;
    p->settling = true;
    listing_settle(&p->of->channel, &change, settled, p);
}
