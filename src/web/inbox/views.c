/* Views: lists with a name, each with how many are on it now. */
#include <stddef.h>

#include "web/inbox/filter.h"
#include "web/inbox/live.h"

enum { NAME_MAX_BYTES = 100, VIEWS_MAX = 100, BODY_MAX = 8 * 1024 };

/* Their names are the words "inbox.view.KEY". */
static const struct {
    const char *key, *query;
} built_in[] = {
    { "all", "" },
    { "mine", "assignee=me" },
    { "unassigned", "assignee=-" },
    { "place", "needs=place" },
    { "category", "needs=category" },
    { "emergency", "urgent=1" },
    { "waiting", "state=waiting" },
    { "done", "state=done&done=7d&order=changed" },
    { "snoozed", "snoozed=1" },
};

struct writer {
    struct desk *d;
    struct json j;
    struct arena *a;
    const struct person *who;
};

/* One whose query is no longer understood counts as empty. */
static int put_count(struct writer *w, struct str query, struct error *e)
{
    struct ticket_filter f;
    int64_t n = 0;
    int rc = filter_read(&f, query, w->who->user.name, w->a, e);

    if (rc == 0)
        rc = store_tickets_count(w->d->store, &f, &n, e);
    json_kv_int(&w->j, "count", n);
    return rc == E_SYNTAX ? 0 : rc;
}

static int put_built_in(struct writer *w, size_t i, struct error *e)
{
    struct str key = str_of(built_in[i].key);
    struct str query = str_of(built_in[i].query);
    int rc;

    json_begin_object(&w->j);
    json_kv_int(&w->j, "id", 0);
    json_kv(&w->j, "key", key);
    json_kv(&w->j, "name",
            desk_word(w->d, w->a, w->who->language, "inbox.view", key));
    json_kv(&w->j, "query", query);
    json_kv_bool(&w->j, "shared", true);
    rc = put_count(w, query, e);
    json_end_object(&w->j);
    return rc;
}

static int put_view(struct writer *w, const struct view *v, struct error *e)
{
    int rc;

    json_begin_object(&w->j);
    json_kv_int(&w->j, "id", v->id);
    json_kv(&w->j, "name", v->name);
    json_kv(&w->j, "query", v->filter);
    json_kv_bool(&w->j, "shared", v->user == 0);
    rc = put_count(w, v->filter, e);
    json_end_object(&w->j);
    return rc;
}

static int put_all(struct writer *w, struct error *e)
{
    struct view_list *saved;
    int rc = store_views(w->d->store, w->who->user.id, &saved, w->a, e);

    json_begin_array(&w->j);
    for (size_t i = 0; rc == 0 && i < COUNT_OF(built_in); i++)
        rc = put_built_in(w, i, e);
    for (; rc == 0 && saved != NULL; saved = saved->next)
        rc = put_view(w, &saved->view, e);
    json_end_array(&w->j);
    return rc;
}

static void get_views(struct desk *d, struct http_request *r,
                      const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct writer w = { d, json_to(&out), http_arena(r), who };
    struct error e;

    if (put_all(&w, &e) < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &e);
        return;
    }
    desk_answer(r, 200, &out);
}

/* ---- saving ---- */

struct asked {
    struct str name, query;
    bool shared;
    struct view view;
};

static int add_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct asked *q = arg;

    return tx_view_add(tx, &q->view, e);
}

static void added(struct desk *d, struct http_request *r,
                  const struct person *who, void *arg, int rc,
                  const struct error *e)
{
    struct asked *q = arg;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct writer w = { d, json_to(&out), http_arena(r), who };
    struct error own = *e;

    if (rc == 0)
        rc = put_view(&w, &q->view, &own);
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &own);
        return;
    }
    desk_answer(r, 201, &out);
}

static int asked_check(struct desk *d, const struct asked *q,
                       const struct person *who, struct arena *a,
                       struct error *e)
{
    struct view_list *saved;
    struct ticket_filter f;
    int n = 0;
    int rc = store_views(d->store, who->user.id, &saved, a, e);

    for (; rc == 0 && saved != NULL; saved = saved->next)
        n++;
    if (rc == 0 && n >= VIEWS_MAX)
        return error(e, E_LIMIT, "there are %d views already", n);
    if (rc == 0 && q->name.n == 0)
        return error(e, E_SYNTAX, "the view has no name");
    return rc < 0 ? rc : filter_read(&f, q->query, who->user.name, a, e);
}

/* One for everybody is made and taken away by supervisors. */
static void post_views(struct desk *d, struct http_request *r,
                       const struct person *who)
{
    static const struct body_field fields[] = {
        { "name", BODY_TEXT, offsetof(struct asked, name), NAME_MAX_BYTES,
          NULL },
        { "query", BODY_TEXT, offsetof(struct asked, query), FILTER_QUERY_MAX,
          NULL },
        { "shared", BODY_FLAG, offsetof(struct asked, shared), 0, NULL },
        { NULL, BODY_TEXT, 0, 0, NULL },
    };
    struct asked *q = arena_new(http_arena(r), struct asked);
    struct error e;

    if (!desk_read(d, r, who, fields, q))
        return;
    if (q->shared && who->user.role < ROLE_SUPERVISOR) {
        desk_refuse(d, r, who, 403, "role");
    } else if (asked_check(d, q, who, http_arena(r), &e) < 0) {
        desk_fail(d, r, who, &e);
    } else {
        q->view = (struct view){ .user = q->shared ? 0 : who->user.id,
                                 .name = q->name,
                                 .filter = q->query };
        desk_submit(d, r, who, &(struct desk_write){ add_work, q, added });
    }
}

/* ---- taking away ---- */

struct ended {
    int64_t id, user;
    bool supervisor;
};

static int end_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct ended *v = arg;
    int rc = tx_view_end(tx, v->id, v->user, e);

    if (rc == E_NONE && v->supervisor)
        rc = tx_view_end(tx, v->id, 0, e);
    return rc;
}

static void ended(struct desk *d, struct http_request *r,
                  const struct person *who, void *arg, int rc,
                  const struct error *e)
{
    (void)arg;
    if (rc < 0) {
        desk_fail(d, r, who, e);
        return;
    }
    http_respond(r, &(struct http_response){ .status = 204 });
}

static void delete_view(struct desk *d, struct http_request *r,
                        const struct person *who)
{
    struct ended *v = arena_new(http_arena(r), struct ended);

    *v = (struct ended){ desk_id(r), who->user.id,
                         who->user.role >= ROLE_SUPERVISOR };
    desk_submit(d, r, who, &(struct desk_write){ end_work, v, ended });
}

const struct desk_route views_routes[] = {
    { "GET", "/api/views", 0, ROLE_READER, get_views },
    { "POST", "/api/views", BODY_MAX, ROLE_READER, post_views },
    { "DELETE", "/api/views/:id", BODY_MAX, ROLE_READER, delete_view },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
