/* One run of one statement: what is bound, what comes back. */
#include "store/sqlite/sqlite_internal.h"

#include "base/buf.h"

enum { SQL_MAX = 16 * 1024 };

static int prepare(struct db *db, const char *sql, unsigned flags,
                   sqlite3_stmt **out, struct error *e)
{
    int rc = sqlite3_prepare_v3(db->sql, sql, -1, flags, out, NULL);

    return rc == SQLITE_OK ? 0 : db_error(db, rc, e);
}

static void begin(struct query *q, struct db *db, sqlite3_stmt *st)
{
    *q = (struct query){ .db = db, .st = st, .param = 1 };
    if (sqlite3_bind_parameter_count(st) > 0)
        sqlite3_bind_int64(st, 1, db->jurisdiction);
}

int query_open(struct query *q, struct db *db, enum statement st,
               struct error *e)
{
    int rc = 0;

    if (db->ready[st] == NULL) {
        struct buf sql = buf_init(SQL_MAX);

        statement_sql(st, &sql);
        rc = prepare(db, buf_cstr(&sql), SQLITE_PREPARE_PERSISTENT,
                     &db->ready[st], e);
        buf_free(&sql);
    } else if (sqlite3_stmt_busy(db->ready[st])) {
        rc =
            error(e, E_STORE, "a query of %s was used within itself", db->path);
    }
    if (rc < 0)
        return rc;
    begin(q, db, db->ready[st]);
    return 0;
}

int query_make(struct query *q, struct db *db, const char *sql, struct error *e)
{
    sqlite3_stmt *st = NULL;
    int rc = prepare(db, sql, 0, &st, e);

    if (rc < 0)
        return rc;
    begin(q, db, st);
    q->own = true;
    return 0;
}

void query_int(struct query *q, int64_t n)
{
    sqlite3_bind_int64(q->st, ++q->param, n);
}

void query_real(struct query *q, double d)
{
    sqlite3_bind_double(q->st, ++q->param, d);
}

void query_text(struct query *q, struct str s)
{
    sqlite3_bind_text64(q->st, ++q->param, s.n == 0 ? "" : s.p, s.n,
                        SQLITE_STATIC, SQLITE_UTF8);
}

void query_blob(struct query *q, struct str s)
{
    if (s.p == NULL) {
        sqlite3_bind_null(q->st, ++q->param);
    } else {
        sqlite3_bind_blob64(q->st, ++q->param, s.p, s.n, SQLITE_STATIC);
    }
}

static void bind_word(struct query *q, const struct column *c, int n)
{
    if (n >= 0 && n < c->word_count) {
        query_text(q, str_of(c->words[n]));
    } else {
        sqlite3_bind_null(q->st, ++q->param); /* NOT NULL refuses it */
    }
}

static void bind_half(struct query *q, const struct point *p, double degrees)
{
    if (p->known) {
        query_real(q, degrees);
    } else {
        sqlite3_bind_null(q->st, ++q->param);
    }
}

static int int32_at(const void *p)
{
    int n;

    memcpy(&n, p, sizeof(n));
    return n;
}

static void bind_field(struct query *q, const struct column *c, const void *p)
{
    switch (c->kind) {
    case COLUMN_TEXT:
        query_text(q, *(const struct str *)p);
        break;
    case COLUMN_INT:
        query_int(q, *(const int64_t *)p);
        break;
    case COLUMN_INT32:
        query_int(q, int32_at(p));
        break;
    case COLUMN_BOOL:
        query_int(q, *(const bool *)p);
        break;
    case COLUMN_REAL:
        query_real(q, *(const double *)p);
        break;
    case COLUMN_WORD:
        bind_word(q, c, int32_at(p));
        break;
    case COLUMN_LAT:
        bind_half(q, p, ((const struct point *)p)->lat);
        break;
    case COLUMN_LON:
        bind_half(q, p, ((const struct point *)p)->lon);
        break;
    }
}

void query_fields(struct query *q, const struct column *columns,
                  const void *from)
{
    for (const struct column *c = columns; c->name != NULL; c++)
        bind_field(q, c, (const char *)from + c->offset);
}

void query_sets(struct query *q, const struct column *columns, const void *from)
{
    for (const struct column *c = columns; c->name != NULL; c++) {
        if (!c->fixed)
            bind_field(q, c, (const char *)from + c->offset);
    }
}

void query_end(struct query *q)
{
    if (q->own) {
        sqlite3_finalize(q->st);
    } else {
        sqlite3_reset(q->st);
        sqlite3_clear_bindings(q->st);
    }
    q->st = NULL;
}

int query_row(struct query *q, struct error *e)
{
    int rc = sqlite3_step(q->st);

    q->column = 0;
    if (rc == SQLITE_ROW)
        return 1;
    rc = rc == SQLITE_DONE ? 0 : db_error(q->db, rc, e);
    query_end(q);
    return rc;
}

int query_run(struct query *q, struct error *e)
{
    int rc = query_row(q, e);

    if (rc > 0)
        query_end(q);
    return rc > 0 ? 0 : rc;
}

int query_value(struct query *q, int64_t *out, struct error *e)
{
    int rc = query_row(q, e);

    *out = 0;
    if (rc <= 0)
        return rc;
    *out = query_get_int(q);
    query_end(q);
    return 0;
}

int db_run(struct db *db, enum statement st, struct error *e)
{
    struct query q;
    int rc = query_open(&q, db, st, e);

    return rc < 0 ? rc : query_run(&q, e);
}

int query_of(struct query *q, struct db *db, enum statement st, int64_t n,
             struct error *e)
{
    int rc = query_open(q, db, st, e);

    if (rc == 0)
        query_int(q, n);
    return rc;
}

int run_of(struct db *db, enum statement st, int64_t n, struct error *e)
{
    struct query q;
    int rc = query_of(&q, db, st, n, e);

    return rc < 0 ? rc : query_run(&q, e);
}

int64_t query_get_int(struct query *q)
{
    return sqlite3_column_int64(q->st, q->column++);
}

/* Blobs too: SQLite gives both as they stand. */
struct str query_get_text(struct query *q, struct arena *a)
{
    const void *p = sqlite3_column_blob(q->st, q->column);
    int n = sqlite3_column_bytes(q->st, q->column);

    q->column++;
    if (p == NULL || n <= 0)
        return STR("");
    return arena_str(a, (struct str){ p, (size_t)n });
}

bool query_get_null(struct query *q)
{
    return sqlite3_column_type(q->st, q->column) == SQLITE_NULL;
}

/* A word of a newer version than this counts as the first. */
static int get_word(struct query *q, const struct column *c)
{
    const char *word = (const char *)sqlite3_column_text(q->st, q->column++);

    for (int i = 0; word != NULL && i < c->word_count; i++) {
        if (strcmp(c->words[i], word) == 0)
            return i;
    }
    return 0;
}

static void put_int32(void *p, int64_t n)
{
    int32_t narrow = (int32_t)n;

    memcpy(p, &narrow, sizeof(narrow));
}

static void get_field(struct query *q, const struct column *c, void *p,
                      struct arena *a)
{
    switch (c->kind) {
    case COLUMN_TEXT:
        *(struct str *)p = query_get_text(q, a);
        break;
    case COLUMN_INT:
        *(int64_t *)p = query_get_int(q);
        break;
    case COLUMN_INT32:
        put_int32(p, query_get_int(q));
        break;
    case COLUMN_BOOL:
        *(bool *)p = query_get_int(q) != 0;
        break;
    case COLUMN_REAL:
        *(double *)p = sqlite3_column_double(q->st, q->column++);
        break;
    case COLUMN_WORD:
        put_int32(p, get_word(q, c));
        break;
    case COLUMN_LAT:
        ((struct point *)p)->known = !query_get_null(q);
        ((struct point *)p)->lat = sqlite3_column_double(q->st, q->column++);
        break;
    case COLUMN_LON:
        ((struct point *)p)->lon = sqlite3_column_double(q->st, q->column++);
        break;
    }
}

void query_get_fields(struct query *q, const struct column *columns, void *to,
                      struct arena *a)
{
    for (const struct column *c = columns; c->name != NULL; c++)
        get_field(q, c, (char *)to + c->offset, a);
}
