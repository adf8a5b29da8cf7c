/* Raws read back: for the jail, for adapters, for a clerk's download. */
#include "store/sqlite/sqlite_internal.h"

int store_cursor_get(struct store *s, struct str channel, const char *key,
                     struct arena *a, struct str *value, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_CURSOR_GET, e);

    *value = STR("");
    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, str_of(key));
    rc = query_row(&q, e);
    if (rc <= 0)
        return rc;
    *value = query_get_text(&q, a);
    query_end(&q);
    return 0;
}

int store_origins(struct store *s, struct str channel, struct str prefix,
                  store_origin_fn *each, void *arg, struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_ORIGINS, e);

    if (rc < 0)
        return rc;
    query_text(&q, channel);
    query_text(&q, prefix);
    while ((rc = query_row(&q, e)) > 0) {
        const char *p = (const char *)sqlite3_column_text(q.st, 0);
        struct str origin = { p, (size_t)sqlite3_column_bytes(q.st, 0) };

        if (!str_starts(origin, prefix)) {
            query_end(&q);
            return 0;
        }
        each(arg, origin, sqlite3_column_int(q.st, 1) != 0);
    }
    return rc;
}

int store_raws(struct store *s, enum raw_state state, int64_t after,
               int64_t *ids, int max, struct error *e)
{
    struct query q;
    int n = 0;
    int rc;

    if ((unsigned)state >= RAW_STATES)
        return error(e, E_SYNTAX, "no state of a raw: %d", (int)state);
    rc = query_open(&q, &s->read,
                    (enum statement)(ST_RAWS_NEW + (unsigned)state), e);
    if (rc < 0)
        return rc;
    query_int(&q, after);
    query_int(&q, max);
    while ((rc = query_row(&q, e)) > 0)
        ids[n++] = query_get_int(&q);
    return rc < 0 ? rc : n;
}

int store_raw_get(struct store *s, int64_t id, struct raw *out, struct arena *a,
                  struct error *e)
{
    struct query q;
    int rc = query_open(&q, &s->read, ST_RAW_GET, e);

    if (rc < 0)
        return rc;
    query_int(&q, id);
    rc = query_row(&q, e);
    if (rc == 0)
        return error(e, E_NONE, "there is no raw %lld", (long long)id);
    if (rc < 0)
        return rc;
    *out = (struct raw){ .id = id };
    query_get_fields(&q, raw_columns, out, a);
    out->bytes = query_get_text(&q, a);
    query_end(&q);
    return 0;
}
