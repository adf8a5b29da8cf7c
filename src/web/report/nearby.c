#include "web/report/nearby.h"

#include <math.h>
#include <stdlib.h>

#include "base/log.h"
#include "geo/grid.h"
#include "http/limit.h"
#include "http/page.h"
#include "web/report/discreet.h"
#include "web/report/follow.h"

enum {
    NEAR_M = 150,
    NEAR_MOST = 8,   /* told */
    LOOKED_AT = 100, /* in the box around the place */
    JSON_MOST = 64 * 1024,
    QUESTIONS = 600, /* an hour, of one network address */
};

struct nearby {
    struct nearby_with with;
    struct limit limit;
};

/* ---- the nearest few ---- */

struct near {
    struct ticket ticket;
    double metres;
};

struct search {
    struct point at;
    struct arena *a;
    struct near found[NEAR_MOST]; /* nearest first */
    int n;
};

static void look(void *arg, const struct ticket *t)
{
    struct search *s = arg;
    double metres = geo_distance(s->at, t->at);
    int i = s->n;

    if (metres > NEAR_M || category_is_private(t->category) || t->urgent)
        return;
    while (i > 0 && s->found[i - 1].metres > metres)
        i--;
    if (i == NEAR_MOST)
        return;
    if (s->n < NEAR_MOST)
        s->n++;
    for (int k = s->n - 1; k > i; k--)
        s->found[k] = s->found[k - 1];
    s->found[i].ticket = *t;
    s->found[i].ticket.token = arena_str(s->a, t->token);
    s->found[i].ticket.category = arena_str(s->a, t->category);
    s->found[i].ticket.label = arena_str(s->a, t->label);
    s->found[i].metres = metres;
}

static int search(struct nearby *n, struct search *s, struct str category,
                  struct error *e)
{
    struct box box = grid_around(s->at, NEAR_M);
    struct ticket_filter filter = {
        .state = -1,
        .states = 1U << TICKET_NEW | 1U << TICKET_OPEN | 1U << TICKET_WAITING,
        .category = category,
        .west = box.west,
        .south = box.south,
        .east = box.east,
        .north = box.north,
        .order = ORDER_CHANGED,
        .limit = LOOKED_AT,
    };

    return store_tickets(n->with.store, &filter, look, s, e);
}

/* ---- the answer: nothing that somebody wrote ---- */

static void near_write(struct json *j, const struct page *p,
                       const struct near *near)
{
    const struct ticket *t = &near->ticket;
    struct str category = page_word_of(p, "category", t->category);

    json_begin_object(j);
    json_kv(j, "token", ticket_public_token(t, p->a));
    json_kv(j, "title", category.n > 0 ? category : t->category);
    json_kv(j, "label", t->label);
    json_key(j, "metres");
    json_num(j, near->metres, 0);
    json_kv(j, "state_label",
            page_word_of(p, "state", str_of(ticket_state_names[t->state])));
    json_kv_int(j, "created_at", t->created_at);
    json_end_object(j);
}

static void respond_json(struct http_request *r, int status, struct buf *out)
{
    http_respond(r, &(struct http_response){ .status = status,
                                             .type = "application/json",
                                             .body = buf_str(out) });
    buf_free(out);
}

static void respond_found(struct http_request *r, const struct page *p,
                          const struct search *s)
{
    struct buf out = buf_init(JSON_MOST);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_key(&j, "tickets");
    json_begin_array(&j);
    for (int i = 0; i < s->n; i++)
        near_write(&j, p, &s->found[i]);
    json_end_array(&j);
    json_end_object(&j);
    respond_json(r, 200, &out);
}

static void respond_wrong(struct http_request *r, const struct page *p,
                          int status, const char *word)
{
    struct buf out = buf_init(JSON_MOST);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_kv(&j, "error", page_word(p, word));
    json_kv(&j, "code", str_of(word));
    json_end_object(&j);
    respond_json(r, status, &out);
}

static bool point_of(struct http_request *r, struct point *out)
{
    out->known = str_double(http_query(r, "lat"), &out->lat) &&
                 str_double(http_query(r, "lon"), &out->lon) &&
                 fabs(out->lat) <= 90 && fabs(out->lon) <= 180;
    return out->known;
}

static void get_nearby(struct http_request *r, void *arg)
{
    struct nearby *n = arg;
    struct page p = { .templates = n->with.templates,
                      .town = n->with.town,
                      .a = http_arena(r),
                      .language = page_language(n->with.town, r,
                                                http_query(r, "lang")) };
    struct search s = { .a = http_arena(r) };
    struct error e;

    if (!point_of(r, &s.at)) {
        respond_wrong(r, &p, 400, "error.point");
    } else if (limit_take(&n->limit, http_peer(r), QUESTIONS) > 0) {
        respond_wrong(r, &p, 429, "error.trouble");
    } else if (search(n, &s, http_query(r, "category"), &e) < 0) {
        log_error("what is reported near cannot be told: %s", e.text);
        respond_wrong(r, &p, 503, "error.trouble");
    } else {
        respond_found(r, &p, &s);
    }
}

static void get_map(struct http_request *r, void *arg)
{
    struct nearby *n = arg;
    struct buf out = buf_init(JSON_MOST);
    struct json j = json_to(&out);

    atlas_map(n->with.atlas, &j);
    respond_json(r, 200, &out);
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/report/nearby", 0, get_nearby },
    { "GET", "/report/map.json", 0, get_map },
    { NULL, NULL, 0, NULL },
};

int nearby_open(struct nearby **out, struct http_server *http,
                const struct nearby_with *with, struct error *e)
{
    struct nearby *n = calloc(1, sizeof(*n));

    (void)e;
    if (n == NULL)
        abort();
    n->with = *with;
    limit_begin(&n->limit);
    http_routes(http, routes, "", n);
    *out = n;
    return 0;
}

void nearby_close(struct nearby *n)
{
    free(n);
}
