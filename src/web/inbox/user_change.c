/* A user is changed: what takes long on a thread, the rest in one transaction.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/password.h"
#include "web/inbox/people_internal.h"
#include "web/inbox/sign_in.h"

struct user_change *user_change_new(struct desk *d, struct http_request *r,
                                    const struct person *who)
{
    struct user_change *c = arena_new(http_arena(r), struct user_change);

    *c = (struct user_change){ .d = d, .r = r, .who = who };
    return c;
}

bool user_password_fits(struct str password, struct str name)
{
    return password.n >= PASSWORD_MIN && password.n <= PASSWORD_MAX &&
           (name.n == 0 || str_case_find(password, name) == password.n);
}

/* ---- in the store ---- */

static int audit(struct store_tx *tx, const struct user_change *c,
                 const char *what, struct str more, struct error *e)
{
    struct str name = c->user.name;
    struct audit row = { .at = clock_now(),
                         .actor = c->who->user.name,
                         .what = str_of(what),
                         .text = name };

    if (more.n > 0) {
        row.text = str_of(arena_printf(http_arena(c->r), "%.*s: %.*s",
                                       STR_FMT(name), STR_FMT(more)));
    }
    return tx_audit_add(tx, &row, e);
}

/* What they set besides their sessions; each is told of. */
static int fields_set(struct store_tx *tx, struct user_change *c,
                      struct error *e)
{
    struct user *u = &c->user;
    int rc = 0;

    if (c->role_set && u->role != c->role) {
        u->role = c->role;
        rc = audit(tx, c, "role", str_of(role_names[c->role]), e);
    }
    if (rc == 0 && c->language_set && !str_eq(u->language, c->language)) {
        u->language = c->language;
        rc = audit(tx, c, "language", c->language, e);
    }
    if (rc == 0 && c->disabled_set && c->disabled != (u->disabled_at != 0)) {
        u->disabled_at = c->disabled ? clock_now() : 0;
        rc = audit(tx, c, c->disabled ? "disabled" : "enabled", STR_NONE, e);
    }
    if (rc == 0 && c->hash.n > 0) {
        u->password = c->hash;
        rc = audit(tx, c, "password", STR_NONE, e);
    }
    if (rc == 0 && c->totp_set) {
        u->totp = c->totp;
        u->totp_used = c->totp_used;
        rc = audit(tx, c, c->totp.n > 0 ? "totp" : "totp off", STR_NONE, e);
    }
    return rc;
}

/* Whoever was in by the old ways is out; but not who changes their own. */
static int sessions_end(struct store_tx *tx, const struct user_change *c,
                        struct error *e)
{
    bool own = c->id == c->who->user.id && c->user.disabled_at == 0;
    int rc = 0;

    if (c->hash.n == 0 && !c->totp_set && !c->disabled)
        return 0;
    rc = tx_sessions_end(tx, c->id, e);
    return rc == 0 && own ? tx_session_add(tx, &c->who->session, e) : rc;
}

static int admin_left(struct store_tx *tx, struct user_change *c,
                      bool was_admin, struct error *e)
{
    int64_t others = 0;
    int rc = tx_other_admins(tx, c->id, &others, e);
    bool is = c->user.role == ROLE_ADMIN && c->user.disabled_at == 0;

    if (rc < 0 || others > 0 || is || !was_admin)
        return rc;
    c->fault = "last_admin";
    return error(e, E_DENIED, "this is the last admin");
}

static int set_work(struct store_tx *tx, struct user_change *c, struct error *e)
{
    bool was_admin;
    int rc = tx_user_get(tx, c->id, &c->user, http_arena(c->r), e);

    if (rc < 0)
        return rc;
    /* Checked with the one there was: another may have come meanwhile. */
    if (c->old.n > 0 && !str_eq(c->user.password, c->hash_now)) {
        c->fault = "password_wrong";
        return error(e, E_DENIED, "the password was changed meanwhile");
    }
    was_admin = c->user.role == ROLE_ADMIN && c->user.disabled_at == 0;
    rc = fields_set(tx, c, e);
    if (rc == 0)
        rc = admin_left(tx, c, was_admin, e);
    if (rc == 0)
        rc = tx_user_set(tx, &c->user, e);
    return rc < 0 ? rc : sessions_end(tx, c, e);
}

static int add_work(struct store_tx *tx, struct user_change *c, struct error *e)
{
    int rc;

    c->user = (struct user){ .name = c->name,
                             .password = c->hash,
                             .role = c->role,
                             .language = c->language,
                             .created_at = clock_now() };
    rc = tx_user_add(tx, &c->user, e);
    return rc < 0 ? rc
                  : audit(tx, c, "user added", str_of(role_names[c->role]), e);
}

static int failed_work(struct store_tx *tx, const struct user_change *c,
                       struct error *e)
{
    return tx_sign_in_failed(tx, c->who->user.name, http_peer(c->r),
                             clock_now() - SIGN_IN_WINDOW_S, e);
}

static int change_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct user_change *c = arg;

    if (c->fault != NULL)
        return failed_work(tx, c, e);
    return c->id == 0 ? add_work(tx, c, e) : set_work(tx, c, e);
}

static void changed(struct desk *d, struct http_request *r,
                    const struct person *who, void *arg, int rc,
                    const struct error *e)
{
    struct user_change *c = arg;
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct json j = json_to(&out);

    arena_free(&c->arena);
    if (c->fault != NULL) {
        desk_refuse(d, r, who, 422, c->fault);
    } else if (rc < 0) {
        desk_fail(d, r, who, e);
    } else {
        json_begin_object(&j);
        json_key(&j, "person");
        json_begin_object(&j);
        user_json(&j, &c->user);
        json_end_object(&j);
        json_end_object(&j);
        desk_answer(r, c->id == 0 ? 201 : 200, &out);
    }
}

static void submit(struct user_change *c)
{
    desk_submit(c->d, c->r, c->who,
                &(struct desk_write){ change_work, c, changed });
}

/* ---- on another thread ---- */

static void hash_work(uv_work_t *work)
{
    struct user_change *c = work->data;

    c->right = c->old.n == 0 || password_is(c->hash_now, c->old);
    if (c->right && c->password.n > 0)
        c->hash = password_hash(&c->arena, c->password);
}

static void hash_done(uv_work_t *work, int status)
{
    struct user_change *c = work->data;

    c->d->hashing--;
    if (status < 0 || !c->right)
        c->fault = "password_wrong";
    submit(c);
}

void user_change_begin(struct user_change *c)
{
    if (c->password.n == 0 && c->old.n == 0) {
        submit(c);
        return;
    }
    if (c->d->hashing >= HASHING_AT_ONCE) {
        desk_refuse(c->d, c->r, c->who, 503, "busy");
        return;
    }
    c->d->hashing++;
    c->hash_now = c->who->user.password;
    c->work.data = c;
    http_hold(c->r);
    if (uv_queue_work(c->d->loop, &c->work, hash_work, hash_done) < 0)
        abort();
}

void user_json(struct json *j, const struct user *u)
{
    json_kv_int(j, "id", u->id);
    json_kv(j, "name", u->name);
    json_kv(j, "role", str_of(role_names[u->role]));
    json_kv(j, "language", u->language);
    json_kv_bool(j, "totp", u->totp.n > 0);
    json_kv_bool(j, "disabled", u->disabled_at != 0);
    json_kv_int(j, "created_at", u->created_at);
}
