#include "pipeline/passing.h"

#include <stdlib.h>

#include "base/clock.h"
#include "mail/mail_domain.h"
#include "pipeline/action.h"
#include "store/work.h"

/* ---- who is who ---- */

const struct neighbour *passing_named(const struct config *c, struct str name)
{
    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        const struct neighbour *n = neighbour_of(ch->channel);

        if (n != NULL && str_eq(str_of(ch->channel->name), name))
            return n;
    }
    return NULL;
}

/* "works@example.org" or "@example.org". */
static bool is_address_of(struct str known, struct str address)
{
    struct str domain = address;

    if (address_same(known, address))
        return true;
    str_until(&domain, STR("@"));
    return known.n > 1 && known.p[0] == '@' && domain.n > 0 &&
           str_case_eq(str_slice(known, 1, known.n), domain);
}

static bool writes_from(const struct neighbour *n, struct str address)
{
    const struct setting_list *l = n->from;

    if (address.n == 0)
        return false;
    while (l != NULL && !is_address_of(l->value, address))
        l = l->next;
    return l != NULL || (n->mail.n > 0 && address_same(n->mail, address));
}

const struct neighbour *passing_wrote(const struct config *c,
                                      struct str address)
{
    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        const struct neighbour *n = neighbour_of(ch->channel);

        if (n != NULL && writes_from(n, address))
            return n;
    }
    return NULL;
}

/* "https://reports.example.org:8443/t/1": "reports.example.org:8443". */
static struct str host_of(struct str url)
{
    str_until(&url, STR("://"));
    return str_until(&url, STR("/"));
}

static bool is_at(const struct neighbour *n, struct str page)
{
    struct str host = host_of(page);
    const struct setting_list *l = n->from;

    if (host.n == 0)
        return false;
    while (l != NULL && !str_case_eq(l->value, host))
        l = l->next;
    return l != NULL || str_case_eq(host_of(n->url), host);
}

struct str passing_came_by(const struct message_row *first)
{
    const struct answer *t = first == NULL ? NULL : first->message.answers;

    while (t != NULL && !str_eq(t->code, STR(PASSED_BY)))
        t = t->next;
    return t == NULL ? STR_NONE : t->value;
}

bool passing_came_from(const struct neighbour *n,
                       const struct message_row *first)
{
    struct str pages = passing_came_by(first);

    if (first != NULL && writes_from(n, first->message.sender.address))
        return true;
    while (pages.n > 0) {
        if (is_at(n, str_word(&pages)))
            return true;
        pages = str_trim(pages);
    }
    return false;
}

/* ---- what is passed on ---- */

static struct str page_of(const struct town *town, const struct ticket *t,
                          struct arena *a)
{
    return str_of(arena_printf(a, "%.*s/t/%.*s", STR_FMT(town->public_url),
                               STR_FMT(ticket_public_token(t, a))));
}

struct str passing_photos(const struct town *town, const struct ticket *t,
                          const struct message_row *messages, struct arena *a)
{
    struct str token = ticket_photo_token(t, a);
    const char *all = "";
    int left = PASSING_PHOTOS;

    for (const struct message_row *m = messages; m != NULL; m = m->next) {
        int n = 0;

        for (const struct attachment *at = m->message.attachments; at != NULL;
             at = at->next, n++) {
            if (!at->photo || left == 0)
                continue;
            left--;
            all = arena_printf(a, "%s%s%.*s/passed/%.*s/%lld/%d", all,
                               *all == '\0' ? "" : "\n",
                               STR_FMT(town->public_url), STR_FMT(token),
                               (long long)m->id, n);
        }
    }
    return str_of(all);
}

int passed_report(struct channel *ch, int64_t ticket, struct passed_report *out,
                  struct arena *a, struct error *e)
{
    const struct neighbour *n = neighbour_of(ch);
    struct ticket_whole whole;
    struct ticket_said said;
    struct str before;
    struct str photos;
    int rc = store_ticket_whole(ch->passing->store, ticket, &whole, a, e);

    *out = (struct passed_report){ .page = STR_NONE };
    if (rc == 0)
        rc = store_ticket_said(ch->passing->store, ticket, &said, a, e);
    if (rc < 0)
        return rc;
    before = passing_came_by(whole.messages);
    out->ticket = whole.ticket;
    out->page = page_of(ch->town, &whole.ticket, a);
    photos = passing_photos(ch->town, &whole.ticket, whole.messages, a);
    out->link = photos.n > 0 ? str_line(&photos) : said.link;
    out->came =
        str_of(arena_printf(a, "%.*s%s%.*s", STR_FMT(before),
                            before.n > 0 ? " " : "", STR_FMT(out->page)));
    if (n->with_contact && whole.messages != NULL)
        out->reporter = whole.messages->message.sender;
    return 0;
}

int passed_open(struct channel *ch, int64_t after, struct passed **out,
                struct arena *a, struct error *e)
{
    struct passed_row *rows;
    int rc = store_passed_open(ch->passing->store, str_of(ch->name), after,
                               &rows, a, e);

    *out = NULL;
    for (; rc == 0 && rows != NULL; rows = rows->next) {
        *out = arena_new(a, struct passed);
        **out = (struct passed){ .id = rows->id,
                                 .ticket = rows->ticket,
                                 .remote_id = rows->remote_id };
        out = &(*out)->next;
    }
    return rc;
}

/* ---- what comes back ---- */

struct telling {
    const struct passing *with;
    const struct neighbour *by;
    struct passed_news news;
    struct action act;
    int64_t ticket;
    passed_done_fn *done;
    void *arg;
};

static int says(struct store_tx *tx, const struct telling *t, struct error *e)
{
    return tx_event_add(tx,
                        &(struct event){ .ticket = t->ticket,
                                         .at = clock_now(),
                                         .kind = t->news.closed
                                                     ? STR("neighbour-done")
                                                     : STR("neighbour-says"),
                                         .actor = t->by->name,
                                         .text = t->news.notes },
                        e);
}

/* One that is trusted ends it; another gives it back to the clerks. */
static int settle(struct store_tx *tx, struct telling *t, struct error *e)
{
    struct ticket now;
    int rc = tx_ticket_get(tx, t->ticket, &now, &t->act.arena, e);
    enum ticket_state state = t->by->trusted ? TICKET_DONE : TICKET_OPEN;

    if (rc < 0 || now.state == TICKET_DUPLICATE || now.state == state ||
        now.state == TICKET_DONE || now.state == TICKET_NOT_OURS)
        return rc;
    t->act.value = str_of(ticket_state_names[state]);
    if (t->by->trusted) {
        t->act.reason = STR("other");
        t->act.text = t->news.notes;
    }
    return action_run(tx, &t->act, e);
}

static int told_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct telling *t = arg;
    const struct passed_news *n = &t->news;
    struct passed_row row;
    struct str said = str_of(arena_printf(
        &t->act.arena, "%.*s\n%.*s", STR_FMT(n->status), STR_FMT(n->notes)));
    int rc = tx_passed_get(tx, n->id, &row, &t->act.arena, e);
    bool news = rc == 0 && row.ended_at == 0 && !str_eq(row.said, said);

    if (rc < 0 || (!news && n->remote_id.n == 0))
        return rc;
    t->ticket = row.ticket;
    if (n->remote_id.n > 0)
        row.remote_id = n->remote_id;
    if (n->status.n > 0)
        row.said = said;
    if (n->closed)
        row.ended_at = clock_now();
    rc = tx_passed_set(tx, &row, e);
    if (rc == 0 && news && (n->closed || n->notes.n > 0))
        rc = says(tx, t, e);
    return rc == 0 && news && n->closed ? settle(tx, t, e) : rc;
}

static void told_done(void *arg, int rc, const struct error *e)
{
    struct telling *t = arg;

    if (rc == 0 && t->act.noticed)
        outbox_kick(t->with->outbox);
    t->done(t->arg, rc, e);
    arena_free(&t->act.arena);
    free(t);
}

void passed_told(struct channel *ch, const struct passed_news *news,
                 passed_done_fn *done, void *arg)
{
    struct telling *t = calloc(1, sizeof(*t));
    struct arena *a;

    if (t == NULL)
        abort();
    *t = (struct telling){ .with = ch->passing,
                           .by = neighbour_of(ch),
                           .news = *news,
                           .done = done,
                           .arg = arg };
    t->act = (struct action){ .config = ch->passing->config,
                              .templates = ch->passing->templates,
                              .kind = ACTION_STATE,
                              .actor = t->by->name,
                              .tickets = &t->ticket,
                              .count = 1,
                              .revision = -1 };
    a = &t->act.arena;
    t->news.remote_id = arena_str(a, news->remote_id);
    t->news.status = arena_str(a, news->status);
    t->news.notes = arena_str(a, news->notes);
    store_submit(ch->passing->store, told_work, told_done, t);
}

/* A ticket that waits for nobody would be forgotten. */
int passing_returned(struct store_tx *tx, const struct notice *n,
                     struct error *e)
{
    struct arena a = { NULL };
    struct ticket was;
    struct ticket t;
    int rc = tx_ticket_get(tx, n->ticket, &was, &a, e);

    t = was;
    t.state = TICKET_OPEN;
    if (rc == 0 && was.state == TICKET_WAITING) {
        rc = tx_event_add(
            tx,
            &(struct event){ .ticket = t.id,
                             .at = clock_now(),
                             .kind = STR("pass-failed"),
                             .actor = STR("inlet"),
                             .text = n->why.n > 0 ? n->why : n->delivery_why },
            e);
        if (rc == 0)
            rc = tx_ticket_set(tx, &t, e);
    }
    arena_free(&a);
    return rc;
}
