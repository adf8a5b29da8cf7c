#include "web/listing.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "pipeline/action.h"
#include "store/work.h"
#include "web/report/discreet.h"

enum { LISTING_WORDS = 4000 /* bytes of a description or an answer */ };

/* Ten metres, as on the public map. */
static const double grain = 1e4;

struct listing {
    struct listing_with with;
    struct arena arena;
    struct setting_list *hidden; /* categories */
};

/* ---- who may see what ---- */

static bool may_see(const struct channel *ch, enum listing_view view,
                    const struct ticket *t)
{
    if (view == LISTING_TRUSTED ||
        (view == LISTING_PARTNER && str_eq(t->channel, str_of(ch->name))))
        return true;
    return !t->urgent && !category_is_hidden(ch->town, t->category);
}

/* What somebody wrote, as far as the one who asks may read it. */
static struct str words_seen(const struct channel *ch, enum listing_view view,
                             struct str language, struct str words,
                             struct arena *a)
{
    if (view == LISTING_TRUSTED)
        return utf8_head(words, LISTING_WORDS);
    if (!ch->town->public_words || words.n == 0)
        return STR_NONE;
    return words_for_all(ch->listing->with.templates, ch->town, language, words,
                         a);
}

/* ---- tickets ---- */

struct reading_list {
    struct channel *channel;
    const struct listing_asked *asked;
    struct listed **end;
    struct arena *a;
};

static struct point point_seen(enum listing_view view, struct point at)
{
    if (view == LISTING_TRUSTED)
        return at;
    at.lat = round(at.lat * grain) / grain;
    at.lon = round(at.lon * grain) / grain;
    return at;
}

static void ticket_take(void *arg, const struct ticket *t)
{
    struct reading_list *r = arg;
    struct arena *a = r->a;
    struct listed *l;

    if (!may_see(r->channel, r->asked->view, t))
        return;
    l = arena_new(a, struct listed);
    l->ticket = *t;
    l->ticket.token = arena_str(a, t->token);
    l->ticket.category = arena_str(a, t->category);
    l->ticket.label = arena_str(a, t->label);
    l->ticket.language = arena_str(a, t->language);
    l->ticket.department = arena_str(a, t->department);
    l->ticket.reason = arena_str(a, t->reason);
    l->ticket.channel = arena_str(a, t->channel);
    l->ticket.title = STR_NONE;
    l->ticket.assignee = STR_NONE;
    l->ticket.asked = STR_NONE;
    l->ticket.at = point_seen(r->asked->view, t->at);
    *r->end = l;
    r->end = &l->next;
}

static int ids_read(struct reading_list *r, struct error *e)
{
    struct store *s = r->channel->listing->with.store;

    for (int i = 0; i < r->asked->id_count; i++) {
        struct ticket t;
        int rc = store_ticket_get(s, r->asked->ids[i], &t, r->a, e);

        if (rc == 0) {
            ticket_take(r, &t);
        } else if (rc != E_NONE) {
            return rc;
        }
    }
    return 0;
}

static int rows_read(struct reading_list *r, struct error *e)
{
    const struct listing_asked *q = r->asked;
    const struct listing *l = r->channel->listing;
    struct ticket_shown shown = { l->hidden, STR_NONE };
    struct ticket_filter filter = {
        .state = -1,
        .states = q->states,
        .categories = q->categories,
        .made_since = q->made_since,
        .made_before = q->made_before,
        .changed_since = q->changed_since,
        .changed_before = q->changed_before,
        .west = q->west,
        .south = q->south,
        .east = q->east,
        .north = q->north,
        .offset = q->offset,
        .order = ORDER_URGENT,
        .limit = q->limit < LISTING_MOST ? q->limit : LISTING_MOST,
    };

    if (q->view == LISTING_PARTNER)
        shown.channel = str_of(r->channel->name);
    if (q->view != LISTING_TRUSTED)
        filter.shown = &shown;
    return store_tickets(l->with.store, &filter, ticket_take, r, e);
}

/* "done (fixed)", and below it what was told; or what was told alone. */
static struct str told_of(struct str text, enum ticket_state state)
{
    struct str rest = text;
    struct str line = str_line(&rest);

    return str_starts(line, str_of(ticket_state_names[state])) ? rest : text;
}

static struct str reason_word(const struct channel *ch, struct str language,
                              struct str reason, struct arena *a)
{
    const char *key = arena_printf(a, "reason.%.*s", STR_FMT(reason));
    struct str word = template_word(ch->listing->with.templates, language, key);

    return reason.n == 0 || str_eq(word, str_of(key)) ? STR_NONE : word;
}

/* The subject is its own sentence; without one there are the words alone. */
static struct str report_words(const struct ticket_said *said, struct arena *a)
{
    if (said->subject.n == 0)
        return said->words;
    return str_of(arena_printf(a, "%.*s\n\n%.*s", STR_FMT(said->subject),
                               STR_FMT(said->words)));
}

static int words_add(const struct reading_list *r, struct listed *l,
                     struct error *e)
{
    const struct listing_asked *q = r->asked;
    struct channel *ch = r->channel;
    struct ticket_said said;
    int rc;

    l->reason = reason_word(ch, q->language, l->ticket.reason, r->a);
    if (q->view != LISTING_TRUSTED && !ch->town->public_words)
        return 0;
    rc = store_ticket_said(ch->listing->with.store, l->ticket.id, &said, r->a,
                           e);
    if (rc < 0)
        return rc;
    l->words =
        words_seen(ch, q->view, q->language, report_words(&said, r->a), r->a);
    l->told = words_seen(ch, q->view, q->language,
                         told_of(said.told, l->ticket.state), r->a);
    if (q->view == LISTING_TRUSTED)
        l->link = said.link;
    return 0;
}

int listing_read(struct channel *ch, const struct listing_asked *asked,
                 struct listed **out, struct arena *a, struct error *e)
{
    struct reading_list r = { ch, asked, out, a };
    int rc;

    *out = NULL;
    rc = asked->ids != NULL ? ids_read(&r, e) : rows_read(&r, e);
    for (struct listed *l = *out; rc == 0 && l != NULL; l = l->next)
        rc = words_add(&r, l, e);
    return rc;
}

/* ---- what happened ---- */

/* "done (fixed)\nwhat was told" */
static void state_read(struct listed_update *u, struct str text)
{
    struct str line = str_line(&text);
    struct str reason = line;
    struct str state = str_until(&reason, STR(" ("));

    for (int i = 0; i < TICKET_STATES; i++) {
        if (str_eq(state, str_of(ticket_state_names[i])))
            u->state = (enum ticket_state)i;
    }
    u->reason = str_until(&reason, STR(")"));
    u->text = text;
}

static void update_read(struct listed_update *u, const struct ticket *t,
                        const struct event *ev)
{
    *u = (struct listed_update){ .id = ev->id,
                                 .ticket = ev->ticket,
                                 .at = ev->at,
                                 .state = t->state,
                                 .reason = t->reason };
    if (str_eq(ev->kind, STR("replied"))) {
        u->text = ev->text;
    } else if (str_eq(ev->kind, STR("merged"))) {
        u->state = TICKET_DUPLICATE;
        u->reason = STR_NONE;
    } else if (!str_eq(ev->kind, STR("undone"))) {
        u->state = TICKET_OPEN; /* whom a resident reopened says no more */
        state_read(u, ev->text);
    }
}

int listing_updates(struct channel *ch, const struct listing_span *span,
                    struct listed_update **out, struct arena *a,
                    struct error *e)
{
    struct store *s = ch->listing->with.store;
    struct event_row *events;
    const struct said_when when = { span->since, span->before, LISTING_MOST };
    int rc = store_events_said(s, &when, &events, a, e);

    *out = NULL;
    for (; rc == 0 && events != NULL; events = events->next) {
        const struct event *ev = &events->event;
        struct ticket t;

        if (span->but.n > 0 && str_eq(ev->actor, span->but))
            continue;
        rc = store_ticket_get(s, ev->ticket, &t, a, e);
        if (rc < 0 || !may_see(ch, span->view, &t))
            continue;
        *out = arena_new(a, struct listed_update);
        update_read(*out, &t, ev);
        (*out)->text =
            words_seen(ch, span->view, span->language, (*out)->text, a);
        out = &(*out)->next;
    }
    return rc;
}

int listing_origin(struct channel *ch, struct str origin, int64_t *ticket,
                   struct error *e)
{
    return store_origin_ticket(ch->listing->with.store, str_of(ch->name),
                               origin, ticket, e);
}

/* ---- what is done to them ---- */

struct settling {
    struct listing *of;
    struct action act;
    int64_t ticket;
    bool same; /* it stands so already */
    listing_done_fn *done;
    void *arg;
};

static int settle_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct settling *s = arg;
    struct ticket t;
    int rc = tx_ticket_get(tx, s->ticket, &t, &s->act.arena, e);

    s->same =
        rc == 0 && (t.state == TICKET_DUPLICATE ||
                    str_eq(str_of(ticket_state_names[t.state]), s->act.value));
    return rc < 0 || s->same ? rc : action_run(tx, &s->act, e);
}

static void settle_done(void *arg, int rc, const struct error *e)
{
    struct settling *s = arg;

    if (rc == 0 && s->act.noticed)
        outbox_kick(s->of->with.outbox);
    s->done(s->arg, rc, e);
    arena_free(&s->act.arena);
    free(s);
}

void listing_settle(struct channel *ch, const struct listing_change *c,
                    listing_done_fn *done, void *arg)
{
    struct settling *s = calloc(1, sizeof(*s));

    if (s == NULL)
        abort();
    *s = (struct settling){
        .of = ch->listing, .ticket = c->ticket, .done = done, .arg = arg
    };
    s->act = (struct action){
        .config = ch->listing->with.config,
        .templates = ch->listing->with.templates,
        .kind = ACTION_STATE,
        .tickets = &s->ticket,
        .count = 1,
        .value = str_of(ticket_state_names[c->state]),
        .reason = str_of(c->reason),
        .revision = -1,
    };
    s->act.actor = arena_str(&s->act.arena, c->actor);
    store_submit(ch->listing->with.store, settle_work, settle_done, s);
}

/* ---- its life ---- */

static void hidden_add(struct listing *l, struct str category)
{
    struct setting_list *item = arena_new(&l->arena, struct setting_list);

    item->value = category;
    item->next = l->hidden;
    l->hidden = item;
}

void listing_open(struct listing **out, const struct listing_with *with)
{
    struct listing *l = calloc(1, sizeof(*l));

    if (l == NULL)
        abort();
    l->with = *with;
    for (size_t i = 0; private_categories[i] != NULL; i++)
        hidden_add(l, str_of(private_categories[i]));
    for (const struct setting_list *h = with->config->town.public_hide;
         h != NULL; h = h->next)
        hidden_add(l, h->value);
    *out = l;
}

void listing_close(struct listing *l)
{
    arena_free(&l->arena);
    free(l);
}
