/* One ticket, for the reading pane. */
#include "spine/service.h"
#include "web/inbox/live.h"
#include "web/inbox/ticket_json.h"

enum { LIKES_MAX = 5, LIKES_METRES = 150 };

static int parts_read(struct desk *d, int64_t id, struct ticket_parts *p,
                      struct arena *a, struct error *e)
{
    struct store *s = d->store;
    const struct likes_asked like = { &p->whole.ticket, LIKES_METRES,
                                      LIKES_MAX };
    int rc = store_ticket_whole(s, id, &p->whole, a, e);

    if (rc == 0)
        rc = store_areas_of(s, id, &p->areas, a, e);
    if (rc == 0)
        rc = store_followers(s, id, &p->followers, a, e);
    if (rc == 0)
        rc = store_ticket_likes(s, &like, &p->likes, a, e);
    return rc;
}

/* In the resident's language: it is they who read it. */
static void put_replies(struct row_writer *w, const struct ticket *t)
{
    const struct town *town = &w->desk->config->town;
    const struct services *s = *w->desk->services;
    struct service_reply *reply =
        service_replies(s, t->category, t->language, w->a);
    const struct service_fill with = {
        .number = str_of(arena_printf(w->a, "%lld", (long long)t->id)),
        .category =
            desk_word(w->desk, w->a, t->language, "category", t->category),
        .place = t->label,
        .url = str_of(arena_printf(
            w->a, "%.*s/t/%.*s", STR_FMT(town->public_url), STR_FMT(t->token))),
        .town = town->name,
    };

    json_key(w->j, "replies");
    json_begin_array(w->j);
    for (; reply != NULL; reply = reply->next) {
        json_begin_object(w->j);
        json_kv(w->j, "name", reply->name);
        json_kv(w->j, "text", service_fill(reply->text, &with, w->a));
        json_end_object(w->j);
    }
    json_end_array(w->j);
}

static void get_ticket(struct desk *d, struct http_request *r,
                       const struct person *who)
{
    struct arena *a = http_arena(r);
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct row_writer w = { d, &j, who->language, a, NULL };
    struct ticket_parts parts = { .areas = NULL };
    struct error e;

    if (parts_read(d, desk_id(r), &parts, a, &e) < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    json_begin_object(&j);
    ticket_parts_json(&w, &parts);
    put_replies(&w, &parts.whole.ticket);
    json_key(&j, "here");
    live_here(d->live, &j, parts.whole.ticket.id, who->user.name);
    json_end_object(&j);
    desk_answer(r, 200, &out);
}

const struct desk_route ticket_routes[] = {
    { "GET", "/api/tickets/:id", 0, ROLE_READER, get_ticket },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
