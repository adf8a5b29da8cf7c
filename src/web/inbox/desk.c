/* The desk's door: who asks, whether they may, and how they are answered. */
#include "web/inbox/desk.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/percent.h"
#include "web/inbox/enter.h"
#include "web/inbox/live.h"
#include "web/inbox/session.h"
#include "web/inbox/sign_in.h"

/* One route of a table, as the server knows it. */
struct entry {
    struct desk *desk;
    const struct desk_route *route;
    struct route http[2]; /* ended by a NULL method */
};

/* ---- answers ---- */

void desk_answer(struct http_request *r, int status, struct buf *json)
{
    if (json->over) {
        http_respond_error(r, 500, NULL);
    } else {
        http_respond(r, &(struct http_response){ .status = status,
                                                 .type = "application/json",
                                                 .body = buf_str(json) });
    }
    buf_free(json);
}

void desk_refuse_text(struct http_request *r, int status, const char *code,
                      struct str sentence)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_kv(&j, "error", sentence);
    json_kv(&j, "code", str_of(code));
    json_end_object(&j);
    desk_answer(r, status, &out);
}

struct str desk_word(const struct desk *d, struct arena *a, struct str language,
                     const char *prefix, struct str name)
{
    const char *key = arena_printf(a, "%s.%.*s", prefix, STR_FMT(name));
    struct str word = template_word(d->templates, language, key);

    return word.p == key ? name : word;
}

static bool is_api(const struct http_request *r)
{
    return str_starts(http_path(r), STR("/api/"));
}

/* The language where nobody has signed in, or it is not known who has. */
static struct str language_of(const struct desk *d, struct http_request *r,
                              const struct person *who)
{
    if (who != NULL && who->language.n > 0)
        return who->language;
    return page_language(&d->config->town, r, STR_NONE);
}

static void refuse_page(struct desk *d, struct http_request *r, int status,
                        struct str language, struct str sentence)
{
    struct page p = { .templates = d->templates,
                      .town = &d->config->town,
                      .a = http_arena(r),
                      .language = language };

    page_begin(&p, page_word(&p, "error.trouble_title"), PAGE_PRIVATE);
    page_put(&p, "sentence", sentence);
    page_send(&p, r, status, "error.html");
}

void desk_refuse(struct desk *d, struct http_request *r,
                 const struct person *who, int status, const char *code)
{
    struct str language = language_of(d, r, who);
    struct str sentence =
        desk_word(d, http_arena(r), language, "error", str_of(code));

    if (is_api(r)) {
        desk_refuse_text(r, status, code, sentence);
    } else {
        refuse_page(d, r, status, language, sentence);
    }
}

static const struct {
    int code, status;
    const char *word;
} failures[] = {
    { E_NONE, 404, "gone" },       { E_SYNTAX, 400, "request" },
    { E_LIMIT, 413, "limit" },     { E_AGAIN, 409, "changed" },
    { E_DENIED, 422, "undo" },     { E_DUPLICATE, 409, "there" },
    { E_RULE_TEST, 422, "rule" },  { E_BUSY, 503, "trouble" },
    { E_FULL, 503, "trouble" },    { E_STORE, 503, "trouble" },
    { E_TIMEOUT, 503, "trouble" }, { E_DIED, 503, "trouble" },
    { E_REMOTE, 503, "trouble" },  { 0, 500, "trouble" },
};

static size_t failure_of(int code)
{
    size_t i = 0;

    while (failures[i].code != code && failures[i].code != 0)
        i++;
    return i;
}

int desk_status(int code)
{
    return failures[failure_of(code)].status;
}

void desk_fail(struct desk *d, struct http_request *r, const struct person *who,
               const struct error *e)
{
    size_t i = failure_of(e->code);

    if (failures[i].status >= 500) {
        log_error("%.*s %.*s: %s", STR_FMT(http_method(r)),
                  STR_FMT(http_path(r)), e->text);
    }
    desk_refuse(d, r, who, failures[i].status, failures[i].word);
}

int64_t desk_id(const struct http_request *r)
{
    int64_t id;

    return str_int(http_param(r, "id"), &id) && id > 0 ? id : 0;
}

/* ---- who may ---- */

static void signed_out(struct desk *d, struct http_request *r)
{
    struct str next = percent_encode(http_arena(r), http_target(r));
    const struct http_header_line lines[] = {
        { "Location", str_of(arena_printf(http_arena(r), "/sign-in?next=%.*s",
                                          STR_FMT(next))) },
        { NULL, STR_NONE },
    };

    if (is_api(r)) {
        desk_refuse(d, r, NULL, 401, "signed-out");
    } else {
        http_respond(
            r, &(struct http_response){ .status = 303, .headers = lines });
    }
}

static bool is_safe(const struct http_request *r)
{
    return str_eq(http_method(r), STR("GET")) ||
           str_eq(http_method(r), STR("HEAD"));
}

static void serve(struct http_request *r, void *arg)
{
    struct entry *entry = arg;
    struct desk *d = entry->desk;
    struct person *who = arena_new(http_arena(r), struct person);
    struct error e;
    int rc = session_person(d, r, who, &e);

    if (rc == E_NONE) {
        signed_out(d, r);
    } else if (rc < 0) {
        desk_fail(d, r, NULL, &e);
    } else if (who->user.role < entry->route->least) {
        desk_refuse(d, r, who, 403, "role");
    } else if (!is_safe(r) &&
               !(session_same_origin(d, r) && session_token_given(r, who))) {
        desk_refuse(d, r, who, 403, "csrf");
    } else {
        entry->route->handle(d, r, who);
    }
}

void desk_routes(struct desk *d, const struct desk_route *table)
{
    for (; table->method != NULL; table++) {
        struct entry *entry = arena_new(&d->arena, struct entry);

        *entry = (struct entry){ .desk = d, .route = table };
        entry->http[0] = (struct route){ table->method, table->path,
                                         table->body_max, serve };
        http_routes(d->http, entry->http, "", entry);
    }
}

/* ---- writing ---- */

struct submitted {
    struct desk *desk;
    struct http_request *request;
    const struct person *who;
    struct desk_write write;
};

static int submitted_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct submitted *s = arg;

    return s->write.work(tx, s->write.arg, e);
}

static void submitted_done(void *arg, int rc, const struct error *e)
{
    struct submitted *s = arg;

    s->write.done(s->desk, s->request, s->who, s->write.arg, rc, e);
}

void desk_submit(struct desk *d, struct http_request *r,
                 const struct person *who, const struct desk_write *w)
{
    struct submitted *s = arena_new(http_arena(r), struct submitted);

    *s = (struct submitted){ d, r, who, *w };
    http_hold(r);
    store_submit(d->store, submitted_work, submitted_done, s);
}

/* ---- its life ---- */

/* A line a file, so that files come and go by themselves. */
/* clang-format off */
static const struct desk_route *const tables[] = {
    session_routes,
    me_routes,
    list_routes,
    ticket_routes,
    act_routes,
    live_routes,
    views_routes,
    enter_routes,
    figures_routes,
    export_routes,
    original_routes,
    remember_routes,
    health_routes,
    people_routes,
    account_routes,
};
/* clang-format on */

/* Who has signed in may look for places as often as they like. */
static bool knows(void *arg, struct http_request *r)
{
    struct person who;
    struct error e;

    return session_person(arg, r, &who, &e) == 0;
}

int desk_open(struct desk **out, const struct desk *with, struct error *e)
{
    struct desk *d = calloc(1, sizeof(*d));
    int rc;

    if (d == NULL)
        abort();
    *d = *with;
    d->arena = (struct arena){ 0 };
    rc = sign_ins_open(&d->sign_ins, d, e);
    if (rc == 0)
        rc = live_open(&d->live, d, e);
    if (rc == 0)
        rc = enter_open(&d->enter, d, e);
    for (size_t i = 0; rc == 0 && i < COUNT_OF(tables); i++)
        desk_routes(d, tables[i]);
    if (rc < 0) {
        desk_close(d);
        return rc;
    }
    if (d->atlas != NULL)
        atlas_know(d->atlas, knows, d);
    *out = d;
    return 0;
}

void desk_stop(struct desk *d)
{
    live_stop(d->live);
    enter_stop(d->enter);
}

void desk_close(struct desk *d)
{
    if (d == NULL)
        return;
    sign_ins_close(d->sign_ins);
    live_close(d->live);
    enter_close(d->enter);
    arena_free(&d->arena);
    free(d);
}
