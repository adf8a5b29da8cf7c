/* People who sign in, their sessions, and what was changed about them. */
#include "store/people.h"
#include "store/sqlite/sqlite_internal.h"

const char *const role_names[ROLES] = { "reader", "clerk", "supervisor",
                                        "admin" };

/* ---- people ---- */

/* Runs q, which selects id and {columns} of one user. E_NONE. */
static int user_read(struct query *q, struct user *u, struct arena *a,
                     struct error *e)
{
    int rc = query_row(q, e);

    *u = (struct user){ .id = 0 };
    if (rc == 0)
        return error(e, E_NONE, "nobody is called so");
    if (rc < 0)
        return rc;
    u->id = query_get_int(q);
    query_get_fields(q, user_columns, u, a);
    query_end(q);
    return 0;
}

static int user_named(struct db *db, struct str name, struct user *u,
                      struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, db, ST_USER_NAMED, e);

    if (rc < 0)
        return rc;
    query_text(&q, name);
    return user_read(&q, u, a, e);
}

/* What the trail calls those who are nobody in particular. */
static bool is_taken(struct str name)
{
    return str_case_eq(name, STR("inlet")) ||
           str_case_eq(name, STR("resident"));
}

int tx_user_add(struct store_tx *tx, struct user *u, struct error *e)
{
    struct query q;
    struct user other;
    int rc = user_named(tx->db, u->name, &other, tx->arena, e);

    if (is_taken(u->name)) {
        return error(e, E_SYNTAX, "nobody can be called \"%.*s\"",
                     STR_FMT(u->name));
    }
    if (rc == 0) {
        return error(e, E_DUPLICATE, "there is a user called \"%.*s\"",
                     STR_FMT(other.name));
    }
    if (rc != E_NONE)
        return rc;
    rc = query_open(&q, tx->db, ST_USER_ADD, e);
    if (rc < 0)
        return rc;
    query_fields(&q, user_columns, u);
    rc = query_run(&q, e);
    u->id = sqlite3_last_insert_rowid(tx->db->sql);
    return rc;
}

int tx_user_set(struct store_tx *tx, const struct user *u, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_USER_SET, e);

    if (rc < 0)
        return rc;
    query_sets(&q, user_columns, u);
    query_int(&q, u->id);
    return query_run(&q, e);
}

static int user_get(struct db *db, int64_t id, struct user *u, struct arena *a,
                    struct error *e)
{
    struct query q;
    int rc = query_open(&q, db, ST_USER_GET, e);

    if (rc < 0)
        return rc;
    query_int(&q, id);
    return user_read(&q, u, a, e);
}

int tx_user_get(struct store_tx *tx, int64_t id, struct user *u,
                struct arena *a, struct error *e)
{
    return user_get(tx->db, id, u, a, e);
}

int store_user_get(struct store *s, int64_t id, struct user *u, struct arena *a,
                   struct error *e)
{
    return user_get(&s->read, id, u, a, e);
}

int tx_user_named(struct store_tx *tx, struct str name, struct user *u,
                  struct arena *a, struct error *e)
{
    return user_named(tx->db, name, u, a, e);
}

int store_user_named(struct store *s, struct str name, struct user *u,
                     struct arena *a, struct error *e)
{
    return user_named(&s->read, name, u, a, e);
}

int store_users(struct store *s, struct user_list **out, struct arena *a,
                struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_USERS, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct user_list *u = arena_new(a, struct user_list);

        u->user.id = query_get_int(&q);
        query_get_fields(&q, user_columns, &u->user, a);
        *out = u;
        out = &u->next;
    }
    return rc;
}

int tx_other_admins(struct store_tx *tx, int64_t but, int64_t *n,
                    struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_OTHER_ADMINS, but, e);

    *n = 0;
    return rc < 0 ? rc : query_value(&q, n, e);
}

/* ---- sessions ---- */

int tx_session_add(struct store_tx *tx, const struct session *s,
                   struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_SESSION_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, session_columns, s);
    return query_run(&q, e);
}

int tx_session_seen(struct store_tx *tx, struct str id, int64_t at,
                    struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_SESSION_SEEN, e);

    if (rc < 0)
        return rc;
    query_text(&q, id);
    query_int(&q, at);
    return query_run(&q, e);
}

int tx_session_end(struct store_tx *tx, struct str id, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_SESSION_END, e);

    if (rc < 0)
        return rc;
    query_text(&q, id);
    return query_run(&q, e);
}

static int run_int(struct store_tx *tx, enum statement st, int64_t n,
                   struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, st, e);

    if (rc < 0)
        return rc;
    query_int(&q, n);
    return query_run(&q, e);
}

int tx_sessions_end(struct store_tx *tx, int64_t user, struct error *e)
{
    return run_int(tx, ST_SESSIONS_END, user, e);
}

int tx_sessions_forget(struct store_tx *tx, int64_t before, struct error *e)
{
    return run_int(tx, ST_SESSIONS_FORGET, before, e);
}

int store_session_get(struct store *s, struct str id, struct session *out,
                      struct user *u, struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_SESSION_GET, e);

    *out = (struct session){ .user = 0 };
    if (rc < 0)
        return rc;
    query_text(&q, id);
    rc = query_row(&q, e);
    if (rc == 0)
        return error(e, E_NONE, "there is no such session");
    if (rc < 0)
        return rc;
    query_get_fields(&q, session_columns, out, a);
    query_end(&q);
    rc = user_get(&s->read, out->user, u, a, e);
    if (rc == 0 && u->disabled_at != 0)
        return error(e, E_NONE, "whose session it is may not sign in");
    return rc;
}

int store_sessions(struct store *s, int64_t user, struct session_list **out,
                   struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_SESSIONS, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct session_list *l = arena_new(a, struct session_list);

        query_get_fields(&q, session_columns, &l->session, a);
        if (user != 0 && l->session.user != user)
            continue;
        *out = l;
        out = &l->next;
    }
    return rc;
}

/* ---- who fails to sign in ---- */

int tx_sign_in_failed(struct store_tx *tx, struct str name, struct str address,
                      int64_t since, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_SIGN_IN_FAILED, e);

    if (rc < 0)
        return rc;
    query_text(&q, name);
    query_text(&q, address);
    query_int(&q, clock_now());
    query_int(&q, since);
    return query_run(&q, e);
}

int tx_sign_in_good(struct store_tx *tx, struct str name, struct str address,
                    struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_SIGN_IN_GOOD, e);

    if (rc < 0)
        return rc;
    query_text(&q, name);
    query_text(&q, address);
    return query_run(&q, e);
}

int store_sign_in_failures(struct store *s, struct str name, struct str address,
                           int64_t since, int64_t *n, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_SIGN_IN_FAILURES, e);

    *n = 0;
    if (rc < 0)
        return rc;
    query_text(&q, name);
    query_text(&q, address);
    query_int(&q, since);
    return query_value(&q, n, e);
}

/* ---- what was changed ---- */

int tx_audit_add(struct store_tx *tx, const struct audit *audit,
                 struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_AUDIT_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, audit_columns, audit);
    return query_run(&q, e);
}

int store_audits(struct store *s, int max, struct audit_list **out,
                 struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_AUDITS, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    query_int(&q, max);
    while ((rc = query_row(&q, e)) > 0) {
        struct audit_list *l = arena_new(a, struct audit_list);

        query_get_fields(&q, audit_columns, &l->audit, a);
        *out = l;
        out = &l->next;
    }
    return rc;
}
