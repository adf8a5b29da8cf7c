#include "web/inbox/sign_in.h"

#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/password.h"
#include "base/totp.h"
#include "base/utf8.h"
#include "http/form.h"
#include "web/inbox/session.h"

enum { FORM_MAX = 8 * 1024, NAME_MAX_BYTES = 200, CODE_MAX = 20 };

/* Somebody at the door. Lives in the request's memory. */
struct attempt {
    struct sign_ins *all;
    struct http_request *request;
    struct str name, password, code, next_page;
    struct user user;
    bool known; /* user is somebody who may sign in */
    int64_t failures;
    uv_work_t work;
    struct arena arena; /* the thread's */
    bool running;
    bool right;
    int64_t step;      /* of the code */
    struct str rehash; /* the password's new hash; or empty */
    struct session session;
    struct str cookie;
    struct attempt *next;
};

struct sign_ins {
    struct desk *desk;
    struct attempt *first; /* oldest first */
    int count, running;
};

/* ---- pages ---- */

static void show(const struct sign_ins *s, struct http_request *r,
                 const struct attempt *at, int status, const char *problem)
{
    struct desk *d = s->desk;
    struct page p = { .templates = d->templates,
                      .town = &d->config->town,
                      .a = http_arena(r) };

    p.language = page_language(p.town, r, http_query(r, "lang"));
    page_begin(&p, page_word(&p, "sign_in.title"),
               PAGE_PRIVATE | PAGE_LANGUAGES);
    page_put(&p, "problem",
             problem == NULL ? STR_NONE : page_word(&p, problem));
    page_put(&p, "name", at->name);
    page_put(&p, "next", at->next_page);
    page_send(&p, r, status, "sign-in.html");
}

static void send_on(struct http_request *r, struct str where, struct str cookie)
{
    const struct http_header_line lines[] = {
        { "Location", where },
        { cookie.n > 0 ? "Set-Cookie" : NULL, cookie },
        { NULL, STR_NONE },
    };

    http_respond(r, &(struct http_response){ .status = 303, .headers = lines });
}

static void get_sign_in(struct http_request *r, void *arg)
{
    struct sign_ins *s = arg;
    struct attempt at = { .next_page = session_next(http_query(r, "next")) };
    struct person who;
    struct error e;

    if (session_person(s->desk, r, &who, &e) == 0) {
        send_on(r, at.next_page, STR_NONE);
    } else {
        show(s, r, &at, 200, NULL);
    }
}

/* ---- the verdict, in the store ---- */

static int failed_work(struct store_tx *tx, const struct attempt *at,
                       struct error *e)
{
    struct str peer = http_peer(at->request);
    struct audit audit = {
        .at = clock_now(),
        .actor = at->known ? at->user.name : STR("(nobody known)"),
        .what = STR("locked out"),
        .text = peer,
    };
    int rc = tx_sign_in_failed(tx, at->name, peer,
                               clock_now() - SIGN_IN_WINDOW_S, e);

    if (rc == 0 && at->failures + 1 == SIGN_IN_FAILURES)
        rc = tx_audit_add(tx, &audit, e);
    return rc;
}

static int good_work(struct store_tx *tx, struct attempt *at, struct error *e)
{
    struct audit audit = { .at = clock_now(),
                           .actor = at->user.name,
                           .what = STR("signed in"),
                           .text = http_peer(at->request) };
    int rc = tx_sign_in_good(tx, at->name, http_peer(at->request), e);

    if (rc == 0 && at->rehash.n > 0)
        at->user.password = at->rehash;
    if (rc == 0 && at->step > 0)
        at->user.totp_used = at->step;
    if (rc == 0 && (at->rehash.n > 0 || at->step > 0))
        rc = tx_user_set(tx, &at->user, e);
    if (rc == 0)
        rc = tx_sessions_forget(tx, clock_now() - SESSION_MOST_S, e);
    if (rc == 0)
        rc = tx_session_add(tx, &at->session, e);
    return rc < 0 ? rc : tx_audit_add(tx, &audit, e);
}

/*
 * What was read when the password came may be changed by now: another
 * password, no longer allowed in, the code used in another window.
 */
static int verdict_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct attempt *at = arg;
    struct user now;
    int rc = 0;

    if (at->right) {
        rc = tx_user_get(tx, at->user.id, &now, http_arena(at->request), e);
        if (rc < 0)
            return rc;
        at->right = now.disabled_at == 0 &&
                    str_eq(now.password, at->user.password) &&
                    str_eq(now.totp, at->user.totp) &&
                    (at->step == 0 || at->step > now.totp_used);
        at->user = now;
    }
    return at->right ? good_work(tx, at, e) : failed_work(tx, at, e);
}

static void attempts_go_on(struct sign_ins *s);

static void attempt_over(struct attempt *at)
{
    struct sign_ins *s = at->all;
    struct attempt **link = &s->first;

    while (*link != at)
        link = &(*link)->next;
    *link = at->next;
    s->count--;
    s->running--;
    arena_free(&at->arena);
}

static void verdict_done(void *arg, int rc, const struct error *e)
{
    struct attempt *at = arg;
    struct sign_ins *s = at->all;
    struct http_request *r = at->request;

    attempt_over(at);
    if (rc < 0) {
        log_error("nobody can sign in: %s", e->text);
        show(s, r, at, 503, "error.trouble");
    } else if (at->right) {
        send_on(r, at->next_page, at->cookie);
    } else {
        show(s, r, at, 401, "sign_in.wrong");
    }
    attempts_go_on(s);
}

/* ---- the check, on another thread ---- */

/* Who is not known takes as long, so that nobody learns who is. */
static void check_work(uv_work_t *work)
{
    struct attempt *at = work->data;

    if (!at->known) {
        (void)password_hash(&at->arena, at->password);
        return;
    }
    at->right = password_is(at->user.password, at->password);
    if (at->right && password_is_stale(at->user.password))
        at->rehash = password_hash(&at->arena, at->password);
}

static void check_done(uv_work_t *work, int status)
{
    struct attempt *at = work->data;
    struct desk *d = at->all->desk;

    if (status < 0)
        at->right = false;
    if (at->right && at->user.totp.n > 0) {
        at->step =
            totp_step(at->user.totp, at->code, clock_now(), at->user.totp_used);
        at->right = at->step > 0;
    }
    if (at->right) {
        session_make(d, at->request, at->user.id, &at->session, &at->cookie);
    }
    store_submit(d->store, verdict_work, verdict_done, at);
}

static void attempts_go_on(struct sign_ins *s)
{
    for (struct attempt *at = s->first;
         at != NULL && s->running < SIGN_IN_AT_ONCE; at = at->next) {
        if (at->running)
            continue;
        at->running = true;
        at->work.data = at;
        s->running++;
        if (uv_queue_work(s->desk->loop, &at->work, check_work, check_done) < 0)
            abort();
    }
}

/* ---- in ---- */

static struct str digits_of(struct arena *a, struct str typed)
{
    char *to = arena_array(a, char, CODE_MAX + 1);
    size_t n = 0;

    for (size_t i = 0; i < typed.n && n < CODE_MAX; i++) {
        if (typed.p[i] != ' ')
            to[n++] = typed.p[i];
    }
    return (struct str){ to, n };
}

static struct attempt *attempt_read(struct sign_ins *s, struct http_request *r)
{
    struct arena *a = http_arena(r);
    struct attempt *at = arena_new(a, struct attempt);
    struct form_field *form = NULL;
    struct error e;

    at->all = s;
    at->request = r;
    if (form_read(&form, http_body(r), a, &e) < 0)
        form = NULL;
    at->name = utf8_head(str_trim(utf8_clean(a, form_value(form, "name"))),
                         NAME_MAX_BYTES);
    at->password = form_value(form, "password");
    at->code = digits_of(a, form_value(form, "code"));
    at->next_page = session_next(form_value(form, "next"));
    return at;
}

/* Those under way count as failed: many at once are no way around. */
static int64_t under_way(const struct sign_ins *s, const struct attempt *at)
{
    int64_t n = 0;

    for (const struct attempt *o = s->first; o != NULL; o = o->next) {
        n += str_case_eq(o->name, at->name) &&
             str_eq(http_peer(o->request), http_peer(at->request));
    }
    return n;
}

static int attempt_prepare(struct attempt *at, struct error *e)
{
    struct sign_ins *s = at->all;
    struct store *store = s->desk->store;
    struct arena *a = http_arena(at->request);
    int rc = store_sign_in_failures(store, at->name, http_peer(at->request),
                                    clock_now() - SIGN_IN_WINDOW_S,
                                    &at->failures, e);

    at->failures += under_way(s, at);
    if (rc < 0)
        return rc;
    rc = store_user_named(store, at->name, &at->user, a, e);
    at->known = rc == 0 && at->user.disabled_at == 0;
    return rc == E_NONE ? 0 : rc;
}

static void attempt_begin(struct attempt *at)
{
    struct sign_ins *s = at->all;
    struct attempt **link = &s->first;

    while (*link != NULL)
        link = &(*link)->next;
    *link = at;
    s->count++;
    http_hold(at->request);
    attempts_go_on(s);
}

static void post_sign_in(struct http_request *r, void *arg)
{
    struct sign_ins *s = arg;
    struct attempt *at = attempt_read(s, r);
    struct error e;

    if (session_says_origin(r) && !session_same_origin(s->desk, r)) {
        show(s, r, at, 403, "error.csrf");
    } else if (attempt_prepare(at, &e) < 0) {
        log_error("nobody can sign in: %s", e.text);
        show(s, r, at, 503, "error.trouble");
    } else if (at->failures >= SIGN_IN_FAILURES) {
        show(s, r, at, 429, "sign_in.often");
    } else if (s->count >= SIGN_IN_AT_ONCE + SIGN_IN_WAITING) {
        show(s, r, at, 503, "sign_in.busy");
    } else {
        attempt_begin(at);
    }
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/sign-in", 0, get_sign_in },
    { "POST", "/sign-in", FORM_MAX, post_sign_in },
    { NULL, NULL, 0, NULL },
};

int sign_ins_open(struct sign_ins **out, struct desk *d, struct error *e)
{
    struct sign_ins *s = calloc(1, sizeof(*s));

    (void)e;
    if (s == NULL)
        abort();
    s->desk = d;
    http_routes(d->http, routes, "", s);
    *out = s;
    return 0;
}

void sign_ins_close(struct sign_ins *s)
{
    free(s);
}
