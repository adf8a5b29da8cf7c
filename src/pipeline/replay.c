#include "pipeline/replay.h"

#include <math.h>
#include <stdlib.h>

#include "pipeline/placing.h"
#include "pipeline/spam_check.h"
#include "spine/raw.h"

enum { AHEAD = 64 /* tickets under way */ };

struct replay {
    struct store *store;
    struct jail *jail;
    struct replay_options options;
    int64_t after; /* the last ticket begun */
    int under_way;
    bool all; /* none is left to begin */
    bool filling;
    int rc;
    struct error error;
};

/* A message that was read anew, on a ticket under way. */
struct again {
    const struct ticket_message *message;
    struct arena home; /* of the reading */
    struct reading reading;
    struct again *next;
};

struct work {
    struct replay *replay;
    struct arena arena;
    struct arena raw_home;
    struct raw raw;
    struct ticket was, now;
    const struct area *areas; /* that hold the place it has now */
    struct ticket_hold hold;
    struct replay_change change;
    const struct ticket_message *at; /* being read */
    bool first_read;
    int unread;
    struct again *agains, **again_tail;
};

static void fill(struct replay *r);
static void read_next(struct work *w);

static void failed(struct replay *r, int rc, const struct error *e)
{
    if (r->rc == 0) {
        r->rc = rc;
        r->error = *e;
    }
    r->all = true;
}

static void work_free(struct work *w)
{
    struct replay *r = w->replay;

    for (struct again *a = w->agains; a != NULL; a = a->next)
        arena_free(&a->home);
    arena_free(&w->raw_home);
    arena_free(&w->arena);
    free(w);
    r->under_way--;
    fill(r);
}

/* ---- what has changed ---- */

static bool same_point(struct point a, struct point b)
{
    /* A ten-millionth of a degree, as a gazetteer keeps it. */
    return a.known == b.known && (!a.known || (fabs(a.lat - b.lat) < 1e-7 &&
                                               fabs(a.lon - b.lon) < 1e-7));
}

static void keep_category(struct ticket *now, const struct ticket *was)
{
    now->category = was->category;
}

static void keep_place(struct ticket *now, const struct ticket *was)
{
    now->label = was->label;
    now->at = was->at;
    now->method = was->method;
    now->uncertainty_m = was->uncertainty_m;
    now->confidence = was->confidence;
    now->decision = was->decision;
}

/* A department goes by both: where a clerk has set one, by the clerk. */
static void keep_department(struct ticket *now, const struct ticket *was)
{
    now->department = was->department;
}

/*
 * As filing does it: the first message says what, a later one may place it.
 * Where the first cannot be read, nothing is known better than before.
 */
static void think(struct work *w)
{
    const struct again *a = w->agains;

    w->now = w->was;
    if (!w->first_read)
        return;
    placing_first(&w->now, &a->reading);
    w->areas = a->reading.areas;
    for (a = a->next; a != NULL; a = a->next) {
        if (a->reading.message.automatic == AUTOMATIC_NO &&
            placing_joined(&w->now, &a->reading, w->was.asked.n > 0))
            w->areas = a->reading.areas;
    }
}

static void compare(struct work *w)
{
    struct ticket *now = &w->now;
    const struct ticket *was = &w->was;

    if (w->hold.category)
        keep_category(now, was);
    if (w->hold.place)
        keep_place(now, was);
    if (w->hold.category || w->hold.place || w->hold.department)
        keep_department(now, was);
    w->change = (struct replay_change){
        .was = was,
        .now = now,
        .hold = w->hold,
        .category = !str_eq(now->category, was->category),
        .place = !str_eq(now->label, was->label) ||
                 now->method != was->method || !same_point(now->at, was->at),
        .decision = now->decision != was->decision,
        .department = !str_eq(now->department, was->department),
        .unread = w->unread,
    };
}

/* ---- writing it ---- */

static CHECKED int add_event(struct store_tx *tx, const struct work *w,
                             const char *kind, struct str text, struct error *e)
{
    struct event ev = {
        .ticket = w->was.id,
        .at = clock_now(),
        .kind = str_of(kind),
        .actor = STR("inlet"),
        .text = text,
    };

    return tx_event_add(tx, &ev, e);
}

static CHECKED int write_category(struct store_tx *tx, struct work *w,
                                  struct ticket *t, struct error *e)
{
    struct str text =
        str_of(arena_printf(&w->arena, "%.*s, before %.*s (rules replay)",
                            STR_FMT(w->now.category), STR_FMT(t->category)));

    keep_category(t, &w->now);
    return add_event(tx, w, EVENT_CATEGORY, text, e);
}

static CHECKED int write_place(struct store_tx *tx, struct work *w,
                               struct ticket *t, struct error *e)
{
    struct str now = w->now.label.n > 0 ? placing_words(&w->arena, &w->now)
                                        : STR("no place");
    struct str was = t->label.n > 0 ? t->label : STR("no place");
    struct str text =
        str_of(arena_printf(&w->arena, "%.*s, before %.*s (rules replay)",
                            STR_FMT(now), STR_FMT(was)));

    int rc = tx_ticket_areas(tx, t->id, w->areas, e);

    keep_place(t, &w->now);
    return rc < 0 ? rc : add_event(tx, w, EVENT_PLACE, text, e);
}

static CHECKED int write_department(struct store_tx *tx, struct work *w,
                                    struct ticket *t, struct error *e)
{
    struct str text = str_of(
        arena_printf(&w->arena, "%.*s, before %.*s (rules replay)",
                     STR_FMT(w->now.department), STR_FMT(t->department)));

    keep_department(t, &w->now);
    return add_event(tx, w, "routed", text, e);
}

/* The ticket as it is by now: a clerk may have been at it since. */
static int apply(struct store_tx *tx, void *arg, struct error *e)
{
    struct work *w = arg;
    struct ticket_hold hold = { false, false, false };
    struct ticket t;
    int rc = tx_ticket_get(tx, w->was.id, &t, &w->arena, e);

    if (rc == 0)
        rc = tx_ticket_hold(tx, t.id, &hold, e);
    if (rc == 0 && w->change.category && !hold.category)
        rc = write_category(tx, w, &t, e);
    if (rc == 0 && w->change.place && !hold.place) {
        rc = write_place(tx, w, &t, e);
    } else if (rc == 0 && w->change.decision && !hold.place) {
        t.decision = w->now.decision;
    }
    if (rc == 0 && w->change.department && !hold.category && !hold.place &&
        !hold.department)
        rc = write_department(tx, w, &t, e);
    if (rc == 0)
        rc = tx_ticket_set(tx, &t, e);
    for (const struct again *a = w->agains; rc == 0 && a != NULL; a = a->next)
        rc = tx_evidence_replace(tx, a->message->id, t.id, &a->reading, e);
    return rc;
}

static void applied(void *arg, int rc, const struct error *e)
{
    struct work *w = arg;

    if (rc < 0)
        failed(w->replay, rc, e);
    work_free(w);
}

static void finish(struct work *w)
{
    struct replay *r = w->replay;
    const struct replay_change *c = &w->change;

    think(w);
    compare(w);
    if (r->options.each != NULL)
        r->options.each(r->options.arg, c);
    if (r->options.apply &&
        (c->category || c->place || c->decision || c->department)) {
        store_submit(r->store, apply, applied, w);
    } else {
        work_free(w);
    }
}

/* ---- reading it ---- */

static void message_done(void *arg, int rc, const struct reading *reading,
                         struct arena *home, const struct error *why)
{
    struct work *w = arg;

    (void)why;
    if (rc == 0 && reading->failed.n == 0) {
        struct again *a = arena_new(&w->arena, struct again);

        a->message = w->at;
        a->reading = *reading;
        a->home = *home;
        *home = (struct arena){ NULL };
        w->first_read = w->first_read || w->unread == 0;
        *w->again_tail = a;
        w->again_tail = &a->next;
    } else {
        w->unread++;
    }
    arena_free(&w->raw_home);
    w->at = w->at->next;
    read_next(w);
}

/* rspamd is not asked again: what it said is on the trail of what it made. */
static CHECKED int spam_then(struct work *w, struct error *e)
{
    struct ticket_whole whole;
    const struct event_row *row;
    int rc;

    if (w->agains != NULL || w->unread > 0 ||
        !str_eq(w->was.category, STR("spam")))
        return 0;
    rc = store_ticket_whole(w->replay->store, w->was.id, &whole, &w->arena, e);
    if (rc < 0)
        return rc;
    row = whole.events;
    while (row != NULL && !(str_eq(row->event.kind, STR("spam")) &&
                            spam_check_said(row->event.text)))
        row = row->next;
    if (row != NULL)
        spam_check_tell(&w->raw, row->event.text, &w->raw_home);
    return 0;
}

static void read_next(struct work *w)
{
    struct replay *r = w->replay;
    struct error e;
    int rc;

    if (w->at == NULL || r->rc < 0) {
        finish(w);
        return;
    }
    rc = store_raw_get(r->store, w->at->raw, &w->raw, &w->raw_home, &e);
    if (rc == 0)
        rc = spam_then(w, &e);
    if (rc < 0) {
        failed(r, rc, &e);
        work_free(w);
        return;
    }
    if (w->agains != NULL || w->unread > 0)
        w->raw.asked = w->was.asked;
    jail_read(r->jail, &w->raw, message_done, w);
}

static struct work *work_new(struct replay *r)
{
    struct work *w = calloc(1, sizeof(*w));

    if (w == NULL)
        abort();
    w->replay = r;
    w->again_tail = &w->agains;
    r->under_way++;
    return w;
}

static CHECKED int begin_next(struct replay *r, struct error *e)
{
    struct work *w = work_new(r);
    struct ticket_read next;
    int rc = store_ticket_next(r->store, r->after, r->options.since, &next,
                               &w->arena, e);

    if (rc == 0)
        rc = store_ticket_hold(r->store, next.ticket.id, &w->hold, e);
    if (rc < 0) {
        arena_free(&w->arena);
        free(w);
        r->under_way--;
        return rc;
    }
    w->was = next.ticket;
    w->at = next.messages;
    r->after = w->was.id;
    read_next(w);
    return 0;
}

/* Not from within itself: what is begun may be done at once. */
static void fill(struct replay *r)
{
    struct error e;

    if (r->filling)
        return;
    r->filling = true;
    while (!r->all && r->under_way < AHEAD) {
        int rc = begin_next(r, &e);

        if (rc == E_NONE) {
            r->all = true;
        } else if (rc < 0) {
            failed(r, rc, &e);
        }
    }
    r->filling = false;
    if (r->all && r->under_way == 0 && r->jail != NULL) {
        jail_stop(r->jail);
        r->jail = NULL;
    }
}

struct replay *replay_begin(struct store *store, struct jail *jail,
                            const struct replay_options *options)
{
    struct replay *r = calloc(1, sizeof(*r));

    if (r == NULL)
        abort();
    r->store = store;
    r->jail = jail;
    r->options = *options;
    fill(r);
    return r;
}

int replay_end(struct replay *r, struct error *e)
{
    int rc = r->rc;

    *e = r->error;
    free(r);
    return rc;
}
