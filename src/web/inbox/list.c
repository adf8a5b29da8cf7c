/* The list of tickets, and the same as pins on the map. */
#include "web/inbox/filter.h"
#include "web/inbox/row.h"

enum { PINS_MAX = 5000, PIN_DEGREES = 6 };

static bool filter_of(struct desk *d, struct http_request *r,
                      const struct person *who, struct ticket_filter *f)
{
    struct error e;
    int rc = filter_read(f, filter_query(http_target(r)), who->user.name,
                         http_arena(r), &e);

    if (rc < 0)
        desk_fail(d, r, who, &e);
    return rc == 0;
}

static void row_each(void *arg, const struct ticket *t)
{
    row_json(arg, t);
}

/*
 * upto is the highest number there is now: with it in the next query the list
 * stays as it is while new ones come in.
 */
static int list_write(struct desk *d, struct row_writer *w,
                      struct ticket_filter *f, struct error *e)
{
    int64_t total = 0;
    int64_t upto = f->upto;
    int rc = 0;

    if (upto == 0)
        rc = store_ticket_last(d->store, &upto, e);
    if (rc == 0)
        rc = store_tickets_count(d->store, f, &total, e);
    if (rc < 0)
        return rc;
    json_begin_object(w->j);
    json_kv_int(w->j, "total", total);
    json_kv_int(w->j, "upto", upto);
    json_kv_int(w->j, "offset", f->offset);
    json_key(w->j, "tickets");
    json_begin_array(w->j);
    rc = store_tickets(d->store, f, row_each, w, e);
    json_end_array(w->j);
    json_end_object(w->j);
    return rc;
}

static void get_tickets(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct row_writer w = { d, &j, who->language, http_arena(r), NULL };
    struct ticket_filter f;
    struct error e;

    if (!filter_of(d, r, who, &f))
        return;
    if (list_write(d, &w, &f, &e) < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &e);
        return;
    }
    desk_answer(r, 200, &out);
}

/* ---- pins ---- */

static void pin_each(void *arg, const struct ticket *t)
{
    struct json *j = arg;

    if (!t->at.known)
        return;
    json_begin_array(j);
    json_int(j, t->id);
    json_num(j, t->at.lat, PIN_DEGREES);
    json_num(j, t->at.lon, PIN_DEGREES);
    json_str(j, str_of(ticket_state_names[t->state]));
    json_str_or_null(j, t->category);
    json_bool(j, t->urgent);
    json_end_array(j);
}

static void get_pins(struct desk *d, struct http_request *r,
                     const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct ticket_filter f;
    struct error e;
    int rc;

    if (!filter_of(d, r, who, &f))
        return;
    f.offset = 0;
    f.limit = PINS_MAX;
    json_begin_object(&j);
    json_key(&j, "pins");
    json_begin_array(&j);
    rc = store_tickets(d->store, &f, pin_each, &j, &e);
    json_end_array(&j);
    json_end_object(&j);
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &e);
        return;
    }
    desk_answer(r, 200, &out);
}

const struct desk_route list_routes[] = {
    { "GET", "/api/tickets", 0, ROLE_READER, get_tickets },
    { "GET", "/api/pins", 0, ROLE_READER, get_pins },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
