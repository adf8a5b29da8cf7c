/* Requests and their updates, listed; and where a token has got to. */
#include "base/clock.h"
#include "base/log.h"
#include "open311.h"

enum { LIST_MAX = 64 * 1024 * 1024 };

static void date(struct open311_out *o, const char *name, int64_t at)
{
    char text[CLOCK_TEXT];

    open311_text(o, name, str_of(clock_rfc3339(at, text)));
}

static void number(struct open311_out *o, const char *name, int64_t n)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)n);
    open311_text(o, name, str_of(text));
}

static bool is_closed(enum ticket_state s)
{
    return s == TICKET_DONE || s == TICKET_NOT_OURS || s == TICKET_DUPLICATE;
}

/* ---- one request ---- */

/* "It has been fixed. The crew was there on Monday." */
static struct str notes_of(const struct open311_call *c, const struct listed *l)
{
    struct str told = str_trim(l->told);

    if (l->reason.n == 0 || !is_closed(l->ticket.state))
        return told;
    return str_of(arena_printf(c->a, "%.*s.%s%.*s", STR_FMT(l->reason),
                               told.n > 0 ? " " : "", STR_FMT(told)));
}

static void place_write(struct open311_out *o, const struct ticket *t)
{
    open311_text(o, "address", t->label);
    open311_nothing(o, "address_id");
    open311_nothing(o, "zipcode");
    if (t->at.known) {
        open311_degrees(o, "lat", t->at.lat);
        open311_degrees(o, "long", t->at.lon);
    } else {
        open311_nothing(o, "lat");
        open311_nothing(o, "long");
    }
}

/* What is asked for by extensions=true: nothing else has these names. */
static void extra_write(const struct open311_call *c, struct open311_out *o,
                        const struct listed *l)
{
    const struct ticket *t = &l->ticket;

    open311_thing(o, "extended_attributes");
    open311_text(o, "status", str_of(open311_state_word(t->state, t->reason)));
    open311_text(o, "state", str_of(ticket_state_names[t->state]));
    open311_text(o, "reason", t->reason);
    open311_text(o, "location", str_of(decision_names[t->decision]));
    open311_text(o, "location_method",
                 str_of(location_method_names[t->method]));
    open311_flag(o, "photo", t->photo);
    if (t->duplicate_of != 0) {
        number(o, "duplicate_of", t->duplicate_of);
    } else {
        open311_nothing(o, "duplicate_of");
    }
    if (c->view == LISTING_TRUSTED)
        open311_text(o, "channel", t->channel);
    open311_end(o);
}

void open311_request_write(const struct open311_call *c, struct open311_out *o,
                           const struct listed *l, bool extra)
{
    const struct ticket *t = &l->ticket;
    struct str name = open311_word(c, "category", t->category);
    bool closed = is_closed(t->state);

    open311_thing(o, "request");
    number(o, "service_request_id", t->id);
    open311_text(o, "status", closed ? STR("closed") : STR("open"));
    open311_text(o, "status_notes", notes_of(c, l));
    open311_text(o, "service_name", name.n > 0 ? name : t->category);
    open311_text(o, "service_code", t->category);
    open311_text(o, "description", l->words);
    open311_text(o, "agency_responsible", t->department);
    open311_nothing(o, "service_notice");
    date(o, "requested_datetime", t->created_at);
    date(o, "updated_datetime",
         closed && t->done_at != 0 ? t->done_at : t->changed_at);
    open311_nothing(o, "expected_datetime");
    place_write(o, t);
    open311_text(o, "media_url", l->link);
    if (extra)
        extra_write(c, o, l);
    open311_end(o);
}

/* ---- lists ---- */

/* Lists are for who has a key, where the town has said so. */
static bool may_list(struct open311_call *c)
{
    if (!open311_may_read(c))
        return false;
    if (c->of->public || c->key != NULL)
        return true;
    open311_refuse_one(c, 403, "open311.key_missing");
    return false;
}

static void list_write(const struct open311_call *c, const struct listed *l)
{
    struct buf buf = buf_init(LIST_MAX);
    struct open311_out o = open311_to(&buf, c->xml);
    bool extra = str_case_eq(http_query(c->request, "extensions"), STR("true"));

    open311_list(&o, "service_requests");
    for (; l != NULL; l = l->next)
        open311_request_write(c, &o, l, extra);
    open311_end(&o);
    open311_respond(c, &buf);
}

static void list_answer(const struct open311_call *c,
                        const struct listing_asked *q, bool needed)
{
    struct listed *list;
    struct error e;

    if (listing_read(&c->of->channel, q, &list, c->a, &e) < 0) {
        log_error("%s: a list cannot be made: %s", c->of->channel.name, e.text);
        open311_refuse_one(c, 503, "error.trouble");
    } else if (needed && list == NULL) {
        open311_refuse_one(c, 404, "open311.request");
    } else {
        list_write(c, list);
    }
}

void open311_requests(struct open311_call *c)
{
    struct listing_asked q;

    if (may_list(c) && open311_query(c, &q))
        list_answer(c, &q, false);
}

void open311_get_request(struct http_request *r, void *arg)
{
    struct open311_call c;
    struct listing_asked q = { .id_count = 1, .limit = 1 };
    int64_t id;

    if (!open311_call_begin(&c, arg, r, http_param(r, "file")) || !may_list(&c))
        return;
    if (!str_int(c.id, &id)) {
        open311_refuse_one(&c, 404, "open311.request");
        return;
    }
    q.ids = &id;
    q.view = c.view;
    q.language = c.language;
    list_answer(&c, &q, true);
}

/* ---- tokens ---- */

void open311_get_token(struct http_request *r, void *arg)
{
    struct open311_call c;
    struct buf buf = buf_init(LIST_MAX);
    struct open311_out o;
    int64_t ticket;
    struct error e;
    int rc;

    if (!open311_call_begin(&c, arg, r, http_param(r, "file")) ||
        !open311_may_read(&c))
        return;
    rc = listing_origin(&c.of->channel, c.id, &ticket, &e);
    if (rc < 0) {
        open311_refuse_one(&c, rc == E_NONE ? 404 : 503,
                           rc == E_NONE ? "open311.token" : "error.trouble");
        return;
    }
    o = open311_to(&buf, c.xml);
    open311_list(&o, "service_requests");
    open311_thing(&o, "request");
    if (ticket != 0)
        number(&o, "service_request_id", ticket);
    open311_text(&o, "token", c.id);
    open311_end(&o);
    open311_end(&o);
    open311_respond(&c, &buf);
}

/* ---- updates ---- */

static void update_write(struct open311_out *o, const struct listed_update *u)
{
    const char *word = open311_state_word(u->state, u->reason);

    open311_thing(o, "request_update");
    number(o, "update_id", u->id);
    number(o, "service_request_id", u->ticket);
    open311_text(o, "status", str_of(word));
    open311_text(o, "description", str_trim(u->text));
    open311_nothing(o, "media_url");
    date(o, "updated_datetime", u->at);
    open311_end(o);
}

void open311_updates(struct open311_call *c)
{
    struct buf buf = buf_init(LIST_MAX);
    struct listed_update *list;
    struct listing_span span;
    struct open311_out o;
    struct error e;

    if (!may_list(c) || !open311_span(c, &span))
        return;
    if (c->key != NULL) /* who told us is not told again */
        span.but = open311_actor(c->of, c->key, c->a);
    if (listing_updates(&c->of->channel, &span, &list, c->a, &e) < 0) {
        log_error("%s: updates cannot be listed: %s", c->of->channel.name,
                  e.text);
        open311_refuse_one(c, 503, "error.trouble");
        return;
    }
    o = open311_to(&buf, c->xml);
    open311_list(&o, "service_request_updates");
    for (; list != NULL; list = list->next)
        update_write(&o, list);
    open311_end(&o);
    open311_respond(c, &buf);
}
