/*
 * What the files of the SQLite store share: a connection with its prepared
 * statements, a query on it, and the tables that say which member of a struct
 * is which column.
 */
#ifndef STORE_SQLITE_INTERNAL_H
#define STORE_SQLITE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "base/arena.h"
#include "store/sqlite/statement.h"
#include "store/store.h"
#include "store/work.h"

/* ---- columns ---- */

enum column_kind {
    COLUMN_TEXT,  /* struct str; never NULL */
    COLUMN_INT,   /* int64_t */
    COLUMN_INT32, /* int, int32_t, uint32_t below 2^31 */
    COLUMN_BOOL,  /* 0 or 1 */
    COLUMN_REAL,  /* double */
    COLUMN_WORD,  /* an enum, kept as its word */
    COLUMN_LAT,   /* of a struct point; NULL: not known */
    COLUMN_LON,   /* of the same point, after its COLUMN_LAT */
};

struct column {
    const char *name;
    enum column_kind kind;
    size_t offset;
    const char *const *words; /* COLUMN_WORD */
    int word_count;
    bool fixed; /* not in {sets}: given once, when the row is made */
};

/* A noun's columns, ended by a NULL name. */
extern const struct column raw_columns[];
extern const struct column ticket_columns[];
extern const struct column message_columns[];
extern const struct column attachment_columns[];
extern const struct column finding_columns[];
extern const struct column location_columns[];
extern const struct column event_columns[];
extern const struct column notice_columns[];
extern const struct column lookup_columns[];
extern const struct column geocode_columns[];
extern const struct column user_columns[];
extern const struct column session_columns[];
extern const struct column audit_columns[];
extern const struct column answer_columns[];
extern const struct column follower_columns[];
extern const struct column view_columns[];
extern const struct column hook_columns[];
extern const struct column passed_columns[];

extern const char *const raw_state_names[RAW_STATES];

/* ---- statements ---- */

struct statement_text {
    const char *sql;
    const struct column *columns;
};
/* From ST_LIKES on. */
extern const struct statement_text statements_told[STATEMENTS - ST_LIKES];

/* The SQL of st with its columns put in. */
void statement_sql(enum statement st, struct buf *out);
/* Puts the names of columns into a SELECT of the caller's own. */
void statement_expand(struct str sql, const struct column *columns,
                      struct buf *out);

/* ---- a connection ---- */

struct db {
    sqlite3 *sql;
    const char *path; /* for sentences */
    int64_t jurisdiction;
    sqlite3_stmt *ready[STATEMENTS];
};

enum db_mode { DB_READ, DB_WRITE, DB_CREATE };

CHECKED int db_open(struct db *db, const struct store_options *,
                    enum db_mode mode, struct error *e);
void db_close(struct db *db);
CHECKED int db_exec(struct db *db, const char *sql, struct error *e);
CHECKED int db_int(struct db *db, const char *sql, int64_t *out,
                   struct error *e);
/* What SQLite says last, as a code of ours and a sentence. */
int db_error(struct db *db, int rc, struct error *e);

/* Brings the schema up to date, or says why it cannot. */
struct schema_step {
    const char *const *sql; /* ended by NULL */
};
enum { SCHEMA_VERSION = 9 };
extern const struct schema_step schema_steps[SCHEMA_VERSION];
CHECKED int schema_upgrade(struct db *db, int version, struct error *e);
CHECKED int schema_check(struct db *db, struct error *e);
CHECKED int schema_jurisdiction(struct db *db, struct str name, bool make,
                                struct error *e);

/* ---- a query ---- */

struct query {
    struct db *db;
    sqlite3_stmt *st;
    int param;  /* bound so far */
    int column; /* read so far, in this row */
    bool own;   /* not one of the ready ones */
};

/* Binds the jurisdiction as ?1: every statement that takes any has it. */
CHECKED int query_open(struct query *q, struct db *db, enum statement st,
                       struct error *e);
/* The same for SQL made for this once. */
CHECKED int query_make(struct query *q, struct db *db, const char *sql,
                       struct error *e);
/* Each binds the next. What is bound must stay until the query has ended. */
void query_int(struct query *q, int64_t n);
void query_real(struct query *q, double d);
void query_text(struct query *q, struct str s);
void query_blob(struct query *q, struct str s); /* p NULL: NULL */
void query_fields(struct query *q, const struct column *columns,
                  const void *from);
/* Those that are not fixed: for {sets}. */
void query_sets(struct query *q, const struct column *columns,
                const void *from);

/* 1: a row; 0: no more, ended; negative: failed, ended. */
CHECKED int query_row(struct query *q, struct error *e);
void query_end(struct query *q); /* before the last row */
/* For what gives no rows. */
CHECKED int query_run(struct query *q, struct error *e);
/* The first column of the first row, or 0. */
CHECKED int query_value(struct query *q, int64_t *out, struct error *e);
CHECKED int db_run(struct db *db, enum statement st, struct error *e);

/* Each reads the next column; text is copied into a. */
int64_t query_get_int(struct query *q);
struct str query_get_text(struct query *q, struct arena *a);
bool query_get_null(struct query *q); /* looks, does not go on */
void query_get_fields(struct query *q, const struct column *columns, void *to,
                      struct arena *a);

/* ---- the store ---- */

struct store_tx {
    struct db *db;
    struct store *store;
    struct arena *arena; /* until done() has returned */
    int64_t bytes;       /* given to SQLite, about */
    bool roomless;       /* less than the reserve is free */
    bool lost;           /* all of the transaction has to be undone */
};

struct store_item {
    store_work_fn *work;
    store_done_fn *done; /* NULL: store_run() waits for it */
    void *arg;
    int rc;
    struct error error;
    struct arena arena;
    bool over;
    struct store_item *next;
};

struct store_queue {
    struct store_item *first, **end;
};

/* Copies the log into the database; see copier.c. */
struct copier {
    struct db db;
    pthread_t thread;
    pthread_cond_t wake;
    bool threaded;
    bool closing, wanted, copied; /* under the store's mutex */
    int every;                    /* pages; 0: as usual */
    int pages, next_at;           /* the writer's alone */
};

struct store {
    struct arena arena; /* of the options, kept */
    struct store_options options;
    struct db read, write;
    int lock; /* of the exclusive one; -1: none */
    struct arena run_arena;

    /* Shared with the writer's thread, under mutex. */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct store_queue waiting;
    struct store_queue finished;
    bool closing;
    bool threaded;
    pthread_t thread;
    struct copier copier;
    struct store_bell *bell; /* rings on the loop */
    int64_t outstanding;     /* the loop's thread only */
};

/* Runs what waits as one group; true: there was something. */
bool writer_group(struct store *s);
void writer_stop(struct store *s);
CHECKED int copier_start(struct store *s, struct error *e);
void copier_stop(struct store *s); /* when the writer has stopped */

/* ---- readings that more than one file needs ---- */

/* Opens st and binds one number. */
CHECKED int query_of(struct query *q, struct db *db, enum statement st,
                     int64_t n, struct error *e);
/* Runs st with one number, for what gives no rows. */
CHECKED int run_of(struct db *db, enum statement st, int64_t n,
                   struct error *e);

/* Runs q, which selects id and {columns} of notices. */
CHECKED int notices_read(struct query *q, struct notice_list **out,
                         struct arena *a, struct error *e);
/* Runs q, which selects id and {columns} of one ticket. E_NONE. */
CHECKED int ticket_read(struct query *q, struct ticket *t, struct arena *a,
                        struct error *e);
CHECKED int ticket_get(struct db *db, int64_t id, struct ticket *t,
                       struct arena *a, struct error *e);

#endif
