/*
 * The desk: what clerks' pages are served from. Each file of this folder is a
 * table of routes for people who have signed in; desk.c checks who asks before
 * a route sees the request, and that the request is from our own page.
 */
#ifndef WEB_INBOX_DESK_H
#define WEB_INBOX_DESK_H

#include "base/json.h"
#include "http/page.h"
#include "jail/jail.h"
#include "pipeline/inbox.h"
#include "pipeline/outbox.h"
#include "spine/config.h"
#include "store/people.h"
#include "store/work.h"
#include "web/atlas.h"

struct live; /* live.h: who is told at once */

struct desk {
    struct uv_loop_s *loop;
    struct http_server *http;
    struct store *store;
    struct jail *jail;
    struct inbox *inbox;
    struct outbox *outbox;
    struct atlas *atlas;
    struct config *config;
    const struct templates *templates;
    struct live *live;
    struct arena arena; /* lives as long as the desk */
};

/* Who asks. Lives as long as the request. */
struct person {
    struct user user;
    struct session session;
    struct str csrf;
    struct str language;
};

/* Runs as a route_fn does: it answers now, or holds the request and later. */
typedef void desk_fn(struct desk *d, struct http_request *r,
                     const struct person *who);

struct desk_route {
    const char *method;
    const char *path; /* "/api/tickets/:id" */
    size_t body_max;
    enum role least;
    desk_fn *handle;
};

CHECKED int desk_open(struct desk **out, const struct desk *with,
                      struct error *e);
void desk_stop(struct desk *d);  /* lets go of streams, so that http can end */
void desk_close(struct desk *d); /* after http has closed */

/* Adds the routes of table (ended by a NULL method), which must live on. */
void desk_routes(struct desk *d, const struct desk_route *table);

/* ---- answers ---- */

void desk_answer(struct http_request *r, int status, const struct buf *json);

/* {"error": the words of key in the person's language, "code": code} */
void desk_refuse(struct desk *d, struct http_request *r,
                 const struct person *who, int status, const char *code);

/* The same with a sentence that is known already. */
void desk_refuse_text(struct http_request *r, int status, const char *code,
                      struct str sentence);

/* The status that says what e->code says: 404, 409, 413, 422, 503... */
int desk_status(int code);

/* A body of JSON, read by jansson; NULL: refused, and answered. */
struct json_t;
struct json_t *desk_body(struct desk *d, struct http_request *r,
                         const struct person *who);

/* Writes by work on the store's thread; done answers. Holds the request. */
typedef void desk_done_fn(struct desk *d, struct http_request *r,
                          const struct person *who, void *arg, int rc,
                          const struct error *e);
struct desk_write {
    store_work_fn *work;
    void *arg; /* in the request's arena: for both */
    desk_done_fn *done;
};
void desk_submit(struct desk *d, struct http_request *r,
                 const struct person *who, const struct desk_write *w);

/* ---- the tables of the folder's files ---- */

extern const struct desk_route me_routes[], list_routes[], ticket_routes[],
    act_routes[], live_routes[], views_routes[], original_routes[],
    figures_routes[], export_routes[], health_routes[], people_routes[],
    remember_routes[], enter_routes[];

#endif
