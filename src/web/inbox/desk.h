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
#include "web/loading.h"

struct live;      /* live.h: who is told at once */
struct sign_ins;  /* sign_in.h: passwords being checked */
struct enter;     /* enter.h: reports entered for others */
struct originals; /* web/original.h: what was sent, as it was sent */

struct desk {
    struct uv_loop_s *loop;
    struct http_server *http;
    struct store *store;
    struct jail *jail;
    struct inbox *inbox;
    struct outbox *outbox;
    struct atlas *atlas;
    struct loading *loading;
    struct config *config;
    struct services *const *services; /* the town's; a reload replaces them */
    const struct templates *templates;
    struct originals *originals;
    struct live *live;
    struct sign_ins *sign_ins;
    struct enter *enter;
    int hashing;        /* passwords on other threads, of these pages */
    bool teaching;      /* a lesson is being written: one at a time */
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

/* with says all down to originals; the rest the desk makes. */
CHECKED int desk_open(struct desk **out, const struct desk *with,
                      struct error *e);
void desk_stop(struct desk *d);  /* lets go of streams, so that http can end */
void desk_close(struct desk *d); /* after http has closed */

/* Adds the routes of table (ended by a NULL method), which must live on. */
void desk_routes(struct desk *d, const struct desk_route *table);

/* ---- answers ---- */

enum { DESK_ANSWER_MAX = 64 * 1024 * 1024 };

/* Frees json, after it is sent. */
void desk_answer(struct http_request *r, int status, struct buf *json);

/* {"error": the words of "error.CODE" in the person's language, "code"} */
void desk_refuse(struct desk *d, struct http_request *r,
                 const struct person *who, int status, const char *code);

/* The same with a sentence that is known already. */
void desk_refuse_text(struct http_request *r, int status, const char *code,
                      struct str sentence);

/* The same for what e says went wrong; its sentence goes to the log. */
void desk_fail(struct desk *d, struct http_request *r, const struct person *who,
               const struct error *e);

/* The status that says what e->code says: 404, 409, 413, 422, 503... */
int desk_status(int code);

/* The word "PREFIX.NAME" in a language; name itself where there is none. */
struct str desk_word(const struct desk *d, struct arena *a, struct str language,
                     const char *prefix, struct str name);

/* The number in the route's :id; 0: it is none. */
int64_t desk_id(const struct http_request *r);

/* ---- bodies ---- */

/* A body of JSON, read by jansson; NULL: refused, and answered. */
struct json_t;
struct json_t *desk_body(struct desk *d, struct http_request *r,
                         const struct person *who);

enum body_kind {
    BODY_TEXT,    /* struct str, at most max bytes; null: empty */
    BODY_SECRET,  /* the same as it stands: blanks at its ends are its own */
    BODY_NUMBER,  /* int64_t */
    BODY_DOUBLE,  /* double */
    BODY_FLAG,    /* bool */
    BODY_NUMBERS, /* struct body_numbers, at most max of them */
    BODY_OBJECT,  /* its members by inside, into the same struct */
};

struct body_numbers {
    int64_t *p;
    size_t n;
};

struct body_field {
    const char *name;
    enum body_kind kind;
    size_t offset;
    size_t max;
    const struct body_field *inside;
};

/*
 * Reads the members of a body that table (ended by a NULL name) knows into to;
 * those not there leave what they would have set. False: one is of another
 * type or too long, and it is answered.
 */
bool desk_read(struct desk *d, struct http_request *r, const struct person *who,
               const struct body_field *table, void *to);

/* The same for a body that is read already. E_SYNTAX, E_LIMIT. */
CHECKED int body_read(const struct json_t *body, const struct body_field *table,
                      void *to, struct arena *a, struct error *e);

/* ---- writing ---- */

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
    account_routes[], remember_routes[], enter_routes[], session_routes[];

#endif
