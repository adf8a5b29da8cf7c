/* What the pages keep: who follows a ticket, views, and words tickets have. */
#include "store/work.h"

#include "base/clock.h"
#include "store/sqlite/sqlite_internal.h"

/* ---- followers ---- */

int tx_follower_add(struct store_tx *tx, const struct follower *f,
                    struct error *e)
{
    struct follower now = *f;
    struct query q;
    int rc = query_open(&q, tx->db, ST_FOLLOWER_ADD, e);

    if (rc < 0)
        return rc;
    if (now.since == 0)
        now.since = clock_now();
    query_fields(&q, follower_columns, &now);
    return query_run(&q, e);
}

int tx_follower_end(struct store_tx *tx, int64_t ticket, struct str address,
                    struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_FOLLOWER_END, ticket, e);

    if (rc < 0)
        return rc;
    query_text(&q, address);
    query_int(&q, clock_now());
    return query_run(&q, e);
}

static int followers(struct db *db, int64_t ticket, struct follower_list **out,
                     struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_FOLLOWERS, ticket, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct follower_list *l = arena_new(a, struct follower_list);

        query_get_fields(&q, follower_columns, &l->follower, a);
        *out = l;
        out = &l->next;
    }
    return rc;
}

int tx_followers(struct store_tx *tx, int64_t ticket,
                 struct follower_list **out, struct arena *a, struct error *e)
{
    return followers(tx->db, ticket, out, a, e);
}

int store_followers(struct store *s, int64_t ticket, struct follower_list **out,
                    struct arena *a, struct error *e)
{
    return followers(&s->read, ticket, out, a, e);
}

/* ---- views ---- */

int tx_view_add(struct store_tx *tx, struct view *v, struct error *e)
{
    struct query q;
    int rc = query_open(&q, tx->db, ST_VIEW_ADD, e);

    if (rc < 0)
        return rc;
    query_fields(&q, view_columns, v);
    rc = query_run(&q, e);
    if (rc == 0)
        v->id = sqlite3_last_insert_rowid(tx->db->sql);
    return rc;
}

int tx_view_end(struct store_tx *tx, int64_t id, int64_t user, struct error *e)
{
    struct query q;
    int rc = query_of(&q, tx->db, ST_VIEW_END, id, e);

    if (rc < 0)
        return rc;
    query_int(&q, user);
    rc = query_run(&q, e);
    if (rc == 0 && sqlite3_changes(tx->db->sql) == 0)
        return error(e, E_NONE, "there is no view %lld", (long long)id);
    return rc;
}

int store_views(struct store *s, int64_t user, struct view_list **out,
                struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, &s->read, ST_VIEWS, user, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        struct view_list *l = arena_new(a, struct view_list);

        l->view.id = query_get_int(&q);
        query_get_fields(&q, view_columns, &l->view, a);
        *out = l;
        out = &l->next;
    }
    return rc;
}

/* ---- words ---- */

static int words(struct store *s, enum statement st, struct word_list **out,
                 struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, st, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct word_list);
        (*out)->word = query_get_text(&q, a);
        out = &(*out)->next;
    }
    return rc;
}

int store_departments(struct store *s, struct word_list **out, struct arena *a,
                      struct error *e)
{
    return words(s, ST_DEPARTMENTS, out, a, e);
}

int store_areas(struct store *s, struct word_list **out, struct arena *a,
                struct error *e)
{
    return words(s, ST_AREAS, out, a, e);
}

static int areas_of(struct db *db, int64_t ticket, struct area **out,
                    struct arena *a, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, ST_AREAS_OF, ticket, e);

    *out = NULL;
    if (rc < 0)
        return rc;
    while ((rc = query_row(&q, e)) > 0) {
        *out = arena_new(a, struct area);
        (*out)->name = query_get_text(&q, a);
        (*out)->kind = STR_NONE;
        out = &(*out)->next;
    }
    return rc;
}

int tx_areas_of(struct store_tx *tx, int64_t ticket, struct area **out,
                struct arena *a, struct error *e)
{
    return areas_of(tx->db, ticket, out, a, e);
}

int store_areas_of(struct store *s, int64_t ticket, struct area **out,
                   struct arena *a, struct error *e)
{
    return areas_of(&s->read, ticket, out, a, e);
}

int store_duplicates(struct store *s, int64_t ticket, int64_t *n,
                     struct error *e)
{
    struct query q;
    int rc = query_of(&q, &s->read, ST_DUPLICATES, ticket, e);

    *n = 0;
    return rc < 0 ? rc : query_value(&q, n, e);
}
