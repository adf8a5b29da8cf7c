/* One ticket, for the reading pane. */
#include "web/inbox/ticket_json.h"

enum { LIKES_MAX = 5, LIKES_METRES = 150 };

static int parts_read(struct desk *d, int64_t id, struct ticket_parts *p,
                      struct arena *a, struct error *e)
{
    struct store *s = d->store;
    int rc = store_ticket_whole(s, id, &p->whole, a, e);

    if (rc == 0)
        rc = store_areas_of(s, id, &p->areas, a, e);
    if (rc == 0)
        rc = store_followers(s, id, &p->followers, a, e);
    if (rc == 0) {
        rc = store_ticket_likes(s, &p->whole.ticket, LIKES_METRES, LIKES_MAX,
                                &p->likes, a, e);
    }
    return rc;
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
    json_key(&j, "replies");
    json_begin_array(&j);
    json_end_array(&j);
    json_key(&j, "here");
    json_begin_array(&j);
    json_end_array(&j);
    json_end_object(&j);
    desk_answer(r, 200, &out);
}

const struct desk_route ticket_routes[] = {
    { "GET", "/api/tickets/:id", 0, ROLE_READER, get_ticket },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
