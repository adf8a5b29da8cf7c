/* What clerks do to tickets, and take back; see pipeline/action.h. */
#include "pipeline/action.h"

#include <stddef.h>

#include "geo/gaz.h"
#include "web/inbox/live.h"
#include "web/inbox/row.h"

enum {
    BODY_MAX = 128 * 1024,
    NAME_MAX_BYTES = 200,
    CLERK_MOST = 50, /* at once; more is a supervisor's */
    PIN_METRES = 10,
};

/* What was asked for, and what came of it. In the request's memory. */
struct asked {
    struct str what, value, reason, text, label;
    struct body_numbers tickets, undone;
    int64_t revision, number;
    double lat, lon;
    int64_t message, n; /* of a candidate */
    struct action *acts;
    size_t count; /* of them */
    struct body_numbers events;
    int64_t made;
};

enum { UNKNOWN = 1000 }; /* no latitude, no longitude, no number */

static const struct body_field candidate_fields[] = {
    { "message", BODY_NUMBER, offsetof(struct asked, message), 0, NULL },
    { "n", BODY_NUMBER, offsetof(struct asked, n), 0, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static const struct body_field act_fields[] = {
    { "do", BODY_TEXT, offsetof(struct asked, what), NAME_MAX_BYTES, NULL },
    { "tickets", BODY_NUMBERS, offsetof(struct asked, tickets), ACTION_TICKETS,
      NULL },
    { "revision", BODY_NUMBER, offsetof(struct asked, revision), 0, NULL },
    { "value", BODY_TEXT, offsetof(struct asked, value), NAME_MAX_BYTES, NULL },
    { "reason", BODY_TEXT, offsetof(struct asked, reason), NAME_MAX_BYTES,
      NULL },
    { "text", BODY_TEXT, offsetof(struct asked, text), ACTION_TEXT_MAX, NULL },
    { "label", BODY_TEXT, offsetof(struct asked, label), NAME_MAX_BYTES, NULL },
    { "number", BODY_NUMBER, offsetof(struct asked, number), 0, NULL },
    { "lat", BODY_DOUBLE, offsetof(struct asked, lat), 0, NULL },
    { "lon", BODY_DOUBLE, offsetof(struct asked, lon), 0, NULL },
    { "candidate", BODY_OBJECT, 0, 0, candidate_fields },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static const struct body_field undo_fields[] = {
    { "events", BODY_NUMBERS, offsetof(struct asked, undone), ACTION_TICKETS,
      NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

static struct asked *asked_new(struct http_request *r)
{
    struct asked *q = arena_new(http_arena(r), struct asked);

    q->revision = -1;
    q->lat = q->lon = UNKNOWN;
    q->n = -1;
    return q;
}

static struct action *action_for(struct asked *q, struct desk *d,
                                 const struct person *who)
{
    struct action *act = &q->acts[q->count++];

    *act = (struct action){
        .config = d->config,
        .templates = d->templates,
        .actor = who->user.name,
        .revision = -1,
    };
    return act;
}

/* ---- in the store ---- */

static int act_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct asked *q = arg;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < q->count; i++)
        rc = action_run(tx, &q->acts[i], e);
    return rc;
}

/* What outlives the actions; true: there is something to be sent. */
static bool outcome_take(struct asked *q, struct arena *a)
{
    bool noticed = false;
    size_t most = 1;

    for (size_t i = 0; i < q->count; i++)
        most += q->acts[i].event_count;
    q->events.p = arena_array(a, int64_t, most);
    for (size_t i = 0; i < q->count; i++) {
        struct action *act = &q->acts[i];

        for (size_t k = 0; k < act->event_count; k++)
            q->events.p[q->events.n++] = act->events[k];
        q->made = act->made != 0 ? act->made : q->made;
        noticed = noticed || act->noticed;
    }
    return noticed;
}

static void actions_free(struct asked *q)
{
    for (size_t i = 0; i < q->count; i++)
        arena_free(&q->acts[i].arena);
}

/* ---- the answer ---- */

static void put_row(struct row_writer *w, int64_t id)
{
    struct ticket t;
    struct error e;

    if (store_ticket_get(w->desk->store, id, &t, w->a, &e) == 0)
        row_json(w, &t);
}

/* The tickets it was done to: of what was undone, those of its events. */
static void put_rows(struct row_writer *w, const struct asked *q)
{
    struct event ev;
    struct error e;

    json_key(w->j, "tickets");
    json_begin_array(w->j);
    for (size_t i = 0; i < q->tickets.n; i++)
        put_row(w, q->tickets.p[i]);
    for (size_t i = 0; i < q->undone.n; i++) {
        if (store_event_get(w->desk->store, q->undone.p[i], &ev, w->a, &e) == 0)
            put_row(w, ev.ticket);
    }
    if (q->made != 0)
        put_row(w, q->made);
    json_end_array(w->j);
}

static void answer_done(struct desk *d, struct http_request *r,
                        const struct person *who, const struct asked *q)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct row_writer w = { d, &j, who->language, http_arena(r), NULL };

    json_begin_object(&j);
    json_key(&j, "events");
    json_begin_array(&j);
    for (size_t i = 0; i < q->events.n; i++)
        json_int(&j, q->events.p[i]);
    json_end_array(&j);
    put_rows(&w, q);
    json_key(&j, "made");
    if (q->made != 0) {
        json_int(&j, q->made);
    } else {
        json_put_null(&j);
    }
    json_end_object(&j);
    desk_answer(r, 200, &out);
}

/* Somebody was quicker: the ticket as it is now goes with the sentence. */
static void answer_changed(struct desk *d, struct http_request *r,
                           const struct person *who, const struct asked *q)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct row_writer w = { d, &j, who->language, http_arena(r), NULL };

    json_begin_object(&j);
    json_kv(
        &j, "error",
        desk_word(d, http_arena(r), who->language, "error", STR("changed")));
    json_kv(&j, "code", STR("changed"));
    if (q->tickets.n > 0) {
        json_key(&j, "ticket");
        put_row(&w, q->tickets.p[0]);
    }
    json_end_object(&j);
    desk_answer(r, 409, &out);
}

/* What cannot be done says why in its own words: "error.cannot_assign". */
static void answer_denied(struct desk *d, struct http_request *r,
                          const struct person *who, const struct asked *q)
{
    const char *name = action_names[q->acts[0].kind];

    desk_refuse(d, r, who, 422, arena_printf(http_arena(r), "cannot_%s", name));
}

static void act_done(struct desk *d, struct http_request *r,
                     const struct person *who, void *arg, int rc,
                     const struct error *e)
{
    struct asked *q = arg;
    bool noticed = outcome_take(q, http_arena(r));

    actions_free(q);
    if (rc == E_AGAIN) {
        answer_changed(d, r, who, q);
    } else if (rc == E_DENIED) {
        answer_denied(d, r, who, q);
    } else if (rc < 0) {
        desk_fail(d, r, who, e);
    } else {
        if (noticed)
            outbox_kick(d->outbox);
        live_look(d->live);
        answer_done(d, r, who, q);
    }
}

static void submit(struct desk *d, struct http_request *r,
                   const struct person *who, struct asked *q)
{
    desk_submit(d, r, who, &(struct desk_write){ act_work, q, act_done });
}

/* ---- where ---- */

static int place_of_candidate(struct desk *d, const struct asked *q,
                              struct action *act, struct arena *a,
                              struct error *e)
{
    struct ticket_whole whole;
    const struct message_row *m;
    const struct location *l;
    int rc = store_ticket_whole(d->store, q->tickets.p[0], &whole, a, e);

    if (rc < 0)
        return rc;
    for (m = whole.messages; m != NULL && m->id != q->message; m = m->next)
        ;
    l = m == NULL ? NULL : m->locations;
    for (int64_t n = 0; l != NULL && n < q->n; n++)
        l = l->next;
    if (l == NULL || !l->at.known)
        return error(e, E_SYNTAX, "there is no such candidate on the map");
    act->at = l->at;
    act->method = l->method;
    act->uncertainty_m = l->uncertainty_m;
    act->value = l->label;
    return 0;
}

static int place_of_pin(const struct gaz *g, const struct asked *q,
                        struct action *act, struct arena *a, struct error *e)
{
    if (!(q->lat >= -90 && q->lat <= 90 && q->lon >= -180 && q->lon <= 180))
        return error(e, E_SYNTAX, "that is no point on the globe");
    act->at = (struct point){ q->lat, q->lon, true };
    act->method = METHOD_PIN;
    act->uncertainty_m = PIN_METRES;
    act->value = q->label;
    if (act->value.n == 0 && g != NULL)
        act->value = gaz_label_at(g, act->at, a);
    if (act->value.n == 0)
        act->value = str_of(arena_printf(a, "%.5f, %.5f", q->lat, q->lon));
    return 0;
}

/* The areas are looked up here: the store's thread has no gazetteer. */
static int place_read(struct desk *d, const struct asked *q, struct action *act,
                      struct arena *a, struct error *e)
{
    const struct gaz *g = atlas_gaz(d->atlas);
    int rc = q->n >= 0 ? place_of_candidate(d, q, act, a, e)
                       : place_of_pin(g, q, act, a, e);

    if (rc == 0 && g != NULL)
        act->areas = gaz_areas_at(g, act->at, a);
    return rc;
}

/* ---- what ---- */

static int kind_of(struct str name, enum action_kind *out, struct error *e)
{
    for (int i = 0; i < ACTION_UNDO; i++) {
        if (str_eq(name, str_of(action_names[i]))) {
            *out = (enum action_kind)i;
            return 0;
        }
    }
    return error(e, E_SYNTAX, "there is nothing to do that is called so");
}

/* Each ticket once: a list made by hand may hold one twice. */
static void tickets_once(struct body_numbers *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++) {
        size_t k = 0;

        while (k < n && t->p[k] != t->p[i])
            k++;
        if (k == n)
            t->p[n++] = t->p[i];
    }
    t->n = n;
}

static int act_read(struct desk *d, struct http_request *r,
                    const struct person *who, struct asked *q, struct error *e)
{
    struct action *act;
    enum action_kind kind;
    int rc = kind_of(q->what, &kind, e);

    if (rc < 0)
        return rc;
    tickets_once(&q->tickets);
    if (q->tickets.n == 0)
        return error(e, E_SYNTAX, "no ticket is named");
    q->acts = arena_new(http_arena(r), struct action);
    act = action_for(q, d, who);
    act->kind = kind;
    act->tickets = q->tickets.p;
    act->count = q->tickets.n;
    act->value = q->value;
    act->reason = q->reason;
    act->text = q->text;
    act->number = q->number;
    act->revision = q->revision;
    if (kind == ACTION_PLACE)
        rc = place_read(d, q, act, http_arena(r), e);
    return rc;
}

static void post_act(struct desk *d, struct http_request *r,
                     const struct person *who)
{
    struct asked *q = asked_new(r);
    struct error e;

    if (!desk_read(d, r, who, act_fields, q))
        return;
    if (q->tickets.n > CLERK_MOST && who->user.role < ROLE_SUPERVISOR) {
        desk_refuse(d, r, who, 403, "role");
    } else if (act_read(d, r, who, q, &e) < 0) {
        desk_fail(d, r, who, &e);
    } else {
        submit(d, r, who, q);
    }
}

/* All of them or none. */
static void post_undo(struct desk *d, struct http_request *r,
                      const struct person *who)
{
    struct asked *q = asked_new(r);
    struct error e = { .code = E_SYNTAX };

    if (!desk_read(d, r, who, undo_fields, q))
        return;
    if (q->undone.n == 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    q->acts = arena_array(http_arena(r), struct action, q->undone.n);
    for (size_t i = 0; i < q->undone.n; i++) {
        struct action *act = action_for(q, d, who);

        act->kind = ACTION_UNDO;
        act->number = q->undone.p[i];
    }
    submit(d, r, who, q);
}

const struct desk_route act_routes[] = {
    { "POST", "/api/act", BODY_MAX, ROLE_CLERK, post_act },
    { "POST", "/api/undo", BODY_MAX, ROLE_CLERK, post_undo },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
