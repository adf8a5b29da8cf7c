/* To be told of a report, and to be told no more. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "http/form.h"
#include "pipeline/notice_write.h"
#include "spine/contact.h"
#include "store/work.h"
#include "web/report/follow_internal.h"

enum { FOLLOWS = 5 /* an hour, of one network address */, CONTACT_MAX = 300 };

struct order {
    struct follow *f;
    struct http_request *request;
    struct followed of; /* this and the next in the request's memory */
    struct follower follower;
    bool noticed;     /* the outbox has something to send */
    const char *done; /* what the page says afterwards */
};

static int is_following(struct store_tx *tx, const struct order *o, bool *is,
                        struct arena *a, struct error *e)
{
    struct follower_list *all = NULL;
    int rc = tx_followers(tx, o->follower.ticket, &all, a, e);

    *is = false;
    for (; rc == 0 && all != NULL; all = all->next)
        *is = *is || str_case_eq(all->follower.address, o->follower.address);
    return rc;
}

/* The first message: whom it was not meant for can stop it there. */
static int tell(struct store_tx *tx, struct order *o, struct arena *a,
                struct error *e)
{
    const struct channel *by =
        notice_channel(o->f->config, o->follower.address, o->follower.channel);
    struct event ev = { .ticket = o->follower.ticket,
                        .at = clock_now(),
                        .kind = STR("followed"),
                        .actor = STR("resident"),
                        .text = o->follower.address };
    struct notice_draft d = { .config = o->f->config,
                              .templates = o->f->templates,
                              .ticket = &o->of.ticket,
                              .kind = "following",
                              .neighbour = !o->of.own,
                              .to = o->follower.address,
                              .language = o->follower.language };
    struct str category = o->of.ticket.category;
    const char *key = arena_printf(a, "category.%.*s", STR_FMT(category));
    const char *why = by == NULL ? "no channel can carry it" : NULL;
    int rc = tx_event_add(tx, &ev, e);

    if (rc == 0)
        rc = notice_opted_out(tx, d.to, &why, e);
    if (rc == 0 && why == NULL)
        rc = notice_limits(tx, d.to, &why, e);
    if (rc < 0 || why != NULL || notice_is_ours(d.config, d.to))
        return rc;
    d.event = ev.id;
    d.category = template_word(d.templates, d.language, key);
    if (d.category.p == key)
        d.category = STR_NONE;
    return notice_write(tx, &d, by, &o->noticed, e);
}

static int start_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct order *o = arg;
    struct arena a = { 0 };
    bool is = false;
    int rc = is_following(tx, o, &is, &a, e);

    o->noticed = false;
    if (rc == 0 && !is)
        rc = tx_follower_add(tx, &o->follower, e);
    if (rc == 0 && !is)
        rc = tell(tx, o, &a, e);
    arena_free(&a);
    return rc;
}

static int stop_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct order *o = arg;

    return tx_follower_end(tx, o->follower.ticket, o->follower.address, e);
}

static void respond_done(struct order *o)
{
    struct http_request *r = o->request;
    const struct http_header_line lines[] = {
        { "Location",
          str_of(arena_printf(http_arena(r), "/t/%.*s?%s=1#said",
                              STR_FMT(http_param(r, "token")), o->done)) },
        { NULL, STR_NONE },
    };

    http_respond(r, &(struct http_response){ .status = 303, .headers = lines });
}

/* Nobody learns here whether that address was told before: E_NONE is done. */
static void order_done(void *arg, int rc, const struct error *e)
{
    struct order *o = arg;

    if (rc < 0 && rc != E_NONE) {
        follow_refuse(o->f, o->request, rc, e);
    } else {
        if (o->noticed)
            outbox_kick(o->f->outbox);
        respond_done(o);
    }
}

/* What the form says, or why not: then r is answered. */
static bool contact_of(struct follow *f, struct http_request *r,
                       const struct followed *of, struct str *address)
{
    struct form_field *fields = NULL;
    struct follow_view v = { .fault = "error.contact_needed" };
    struct error e;

    if (form_read(&fields, http_body(r), http_arena(r), &e) == 0)
        v.contact = form_value(fields, "contact");
    v.contact = str_trim(utf8_clean(http_arena(r), v.contact));
    v.contact = utf8_head(v.contact, CONTACT_MAX);
    if (contact_read(v.contact, http_arena(r), address))
        return true;
    follow_show(f, r, 422, of, &v);
    return false;
}

static void order(struct follow *f, struct http_request *r,
                  const struct followed *of, struct str address,
                  store_work_fn *work)
{
    struct order *o = arena_new(http_arena(r), struct order);

    *o = (struct order){
        .f = f,
        .request = r,
        .of = *of,
        .done = work == start_work ? "followed" : "stopped",
        .follower = { .ticket = of->ticket.id,
                      .address = address,
                      .channel = of->own ? of->ticket.channel : STR_NONE,
                      .language = follow_language(f, r, STR_NONE),
                      .since = clock_now() },
    };
    http_hold(r);
    store_submit(f->store, work, order_done, o);
}

void follow_start(struct http_request *r, void *arg)
{
    struct follow *f = arg;
    struct follow_view v = { .fault = "error.follows" };
    struct followed of;
    struct str address;
    struct error e;
    int rc = follow_find(f, r, &of, &e);

    if (rc < 0) {
        follow_refuse(f, r, rc, &e);
        return;
    }
    if (!contact_of(f, r, &of, &address))
        return;
    v.contact = address;
    v.wait_minutes = limit_take(&f->follows, http_peer(r), FOLLOWS);
    if (v.wait_minutes > 0) {
        follow_show(f, r, 429, &of, &v);
        return;
    }
    order(f, r, &of, address, start_work);
}

void follow_stop(struct http_request *r, void *arg)
{
    struct follow *f = arg;
    struct followed of;
    struct str address;
    struct error e;
    int rc = follow_find(f, r, &of, &e);

    if (rc < 0) {
        follow_refuse(f, r, rc, &e);
    } else if (contact_of(f, r, &of, &address)) {
        order(f, r, &of, address, stop_work);
    }
}
