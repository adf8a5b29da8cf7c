/* One's own: password, second factor, and where one is signed in. */
#include <stddef.h>

#include "base/clock.h"
#include "base/percent.h"
#include "base/totp.h"
#include "web/inbox/people_internal.h"
#include "web/inbox/session.h"
#include "web/inbox/sign_in.h"

enum { BODY_MAX = 4 * 1024, TEXT_MAX = 1024, SECRET_CHARS = 32 };

/* ---- sessions: an admin sees everybody's ---- */

static bool is_live(const struct session *s)
{
    int64_t now = clock_now();

    return s->seen_at >= now - SESSION_IDLE_S &&
           s->created_at >= now - SESSION_MOST_S;
}

static struct str name_of(const struct user_list *users, int64_t id)
{
    while (users != NULL && users->user.id != id)
        users = users->next;
    return users == NULL ? STR_NONE : users->user.name;
}

static void put_session(struct json *j, const struct session *s,
                        const struct user_list *users, const struct person *who)
{
    json_begin_object(j);
    json_kv(j, "id", s->id);
    json_kv(j, "user", name_of(users, s->user));
    json_kv_int(j, "created_at", s->created_at);
    json_kv_int(j, "seen_at", s->seen_at);
    json_kv(j, "address", s->address);
    json_kv(j, "browser", s->browser);
    json_kv_bool(j, "own", s->user == who->user.id);
    json_kv_bool(j, "this", str_eq(s->id, who->session.id));
    json_end_object(j);
}

static void get_sessions(struct desk *d, struct http_request *r,
                         const struct person *who)
{
    int64_t of = who->user.role >= ROLE_ADMIN ? 0 : who->user.id;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);
    struct session_list *list;
    struct user_list *users;
    struct error e;

    if (store_users(d->store, &users, http_arena(r), &e) < 0 ||
        store_sessions(d->store, of, &list, http_arena(r), &e) < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    json_begin_array(&j);
    for (; list != NULL; list = list->next) {
        if (is_live(&list->session))
            put_session(&j, &list->session, users, who);
    }
    json_end_array(&j);
    desk_answer(r, 200, &out);
}

struct ending {
    struct session session;
    struct audit audit;
};

static int end_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct ending *end = arg;
    int rc = tx_session_end(tx, end->session.id, e);

    return rc < 0 ? rc : tx_audit_add(tx, &end->audit, e);
}

static void ended(struct desk *d, struct http_request *r,
                  const struct person *who, void *arg, int rc,
                  const struct error *e)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);

    (void)arg;
    if (rc < 0) {
        desk_fail(d, r, who, e);
        return;
    }
    json_begin_object(&j);
    json_end_object(&j);
    desk_answer(r, 200, &out);
}

static void delete_session(struct desk *d, struct http_request *r,
                           const struct person *who)
{
    struct ending *end = arena_new(http_arena(r), struct ending);
    struct user user;
    struct error e;
    int rc = store_session_get(d->store, http_param(r, "id"), &end->session,
                               &user, http_arena(r), &e);

    /* one that is another's is none, for who may not see it */
    if (rc == 0 && end->session.user != who->user.id &&
        who->user.role < ROLE_ADMIN)
        rc = error(&e, E_NONE, "there is no such session");
    if (rc < 0) {
        desk_fail(d, r, who, &e);
        return;
    }
    end->audit = (struct audit){ .at = clock_now(),
                                 .actor = who->user.name,
                                 .what = STR("session ended"),
                                 .text = user.name };
    desk_submit(d, r, who, &(struct desk_write){ end_work, end, ended });
}

/* ---- the password ---- */

struct own {
    struct str old, password, secret, code;
};

static const struct body_field own_fields[] = {
    { "old", BODY_SECRET, offsetof(struct own, old), TEXT_MAX, NULL },
    { "password", BODY_SECRET, offsetof(struct own, password), TEXT_MAX, NULL },
    { "secret", BODY_TEXT, offsetof(struct own, secret), TEXT_MAX, NULL },
    { "code", BODY_TEXT, offsetof(struct own, code), TEXT_MAX, NULL },
    { NULL, BODY_TEXT, 0, 0, NULL },
};

/* Who has a session and not the password tries as often as at the door. */
static const char *may_try(struct desk *d, struct http_request *r,
                           const struct person *who, const struct own *own)
{
    int64_t n = 0;
    struct error e;

    if (own->old.n == 0)
        return "password_wrong";
    if (store_sign_in_failures(d->store, who->user.name, http_peer(r),
                               clock_now() - SIGN_IN_WINDOW_S, &n, &e) < 0)
        return "trouble";
    return n >= SIGN_IN_FAILURES ? "often" : NULL;
}

static struct user_change *own_change(struct desk *d, struct http_request *r,
                                      const struct person *who,
                                      const struct own *own)
{
    struct user_change *c = user_change_new(d, r, who);

    c->id = who->user.id;
    c->old = own->old;
    return c;
}

static void post_password(struct desk *d, struct http_request *r,
                          const struct person *who)
{
    struct own own = { .old = STR_NONE };
    struct user_change *c;
    const char *fault;

    if (!desk_read(d, r, who, own_fields, &own))
        return;
    fault = may_try(d, r, who, &own);
    if (fault == NULL && !user_password_fits(own.password, who->user.name))
        fault = "password";
    if (fault != NULL) {
        desk_refuse(d, r, who, 422, fault);
        return;
    }
    c = own_change(d, r, who, &own);
    c->password = own.password;
    user_change_begin(c);
}

/* ---- the second factor ---- */

/* Nothing is kept until a code shows that the app has it. */
static void post_totp_new(struct desk *d, struct http_request *r,
                          const struct person *who)
{
    struct arena *a = http_arena(r);
    struct str secret = totp_secret(a);
    struct str town = percent_encode(a, d->config->town.name);
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_kv(&j, "secret", secret);
    json_kv(&j, "url",
            str_of(arena_printf(
                a, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s",
                STR_FMT(town), STR_FMT(percent_encode(a, who->user.name)),
                STR_FMT(secret), STR_FMT(town))));
    json_end_object(&j);
    desk_answer(r, 200, &out);
}

/* No shorter one than ours: it comes from the page, and is not trusted. */
static bool is_secret(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\0' ||
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", s.p[i]) == NULL)
            return false;
    }
    return s.n == SECRET_CHARS;
}

/* With no secret the factor is taken away. */
static void post_totp(struct desk *d, struct http_request *r,
                      const struct person *who)
{
    struct own own = { .old = STR_NONE };
    struct user_change *c;
    const char *fault;
    int64_t step = 0;

    if (!desk_read(d, r, who, own_fields, &own))
        return;
    fault = may_try(d, r, who, &own);
    if (fault == NULL && own.secret.n > 0 && !is_secret(own.secret))
        fault = "request";
    if (fault == NULL && own.secret.n > 0) {
        step = totp_step(own.secret, own.code, clock_now(), 0);
        fault = step > 0 ? NULL : "code_wrong";
    }
    if (fault != NULL) {
        desk_refuse(d, r, who, 422, fault);
        return;
    }
    c = own_change(d, r, who, &own);
    c->totp_set = true;
    c->totp = own.secret;
    c->totp_used = step;
    user_change_begin(c);
}

const struct desk_route account_routes[] = {
    { "GET", "/api/sessions", 0, ROLE_READER, get_sessions },
    { "DELETE", "/api/sessions/:id", BODY_MAX, ROLE_READER, delete_session },
    { "POST", "/api/password", BODY_MAX, ROLE_READER, post_password },
    { "POST", "/api/totp/new", BODY_MAX, ROLE_READER, post_totp_new },
    { "POST", "/api/totp", BODY_MAX, ROLE_READER, post_totp },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
