/* One connection: how it is opened, and what its errors mean. */
#include "store/sqlite/sqlite_internal.h"

#include <errno.h>
#include <stdio.h>

enum {
    WAIT_WRITE_MS = 5000, /* for another process's write to end */
    WAIT_READ_MS = 1000,
    CHECKPOINT_PAGES = 4000, /* 16 MB of log before it is copied */
    LOG_BYTES = 64 * 1024 * 1024,
};

static int kind_of(struct db *db, int rc)
{
    int why = db->sql == NULL ? 0 : sqlite3_system_errno(db->sql);

    switch (rc & 0xff) {
    case SQLITE_FULL:
        return E_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return E_BUSY;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return why == ENOSPC || why == EDQUOT ? E_FULL : E_STORE;
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE ||
                       rc == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? E_DUPLICATE
                   : E_STORE;
    default:
        return E_STORE;
    }
}

int db_error(struct db *db, int rc, struct error *e)
{
    int code = kind_of(db, rc);
    int why = db->sql == NULL ? 0 : sqlite3_system_errno(db->sql);
    const char *says =
        db->sql == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(db->sql);
    int kind = rc & 0xff;

    if (code == E_FULL)
        return error(e, code, "no room on the disk of %s", db->path);
    if (code == E_BUSY)
        return error(e, code, "%s is held by another process", db->path);
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) {
        return error(e, code, "%s is damaged (%s): see inlet verify", db->path,
                     says);
    }
    if (kind == SQLITE_READONLY)
        return error(e, code, "%s cannot be written: %s", db->path, says);
    if ((kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && why != 0)
        return error(e, code, "%s: %s: %s", db->path, says, strerror(why));
    return error(e, code, "%s: %s", db->path, says);
}

int db_exec(struct db *db, const char *sql, struct error *e)
{
    int rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : db_error(db, rc, e);
}

int db_int(struct db *db, const char *sql, int64_t *out, struct error *e)
{
    struct query q;
    int rc = query_make(&q, db, sql, e);

    return rc < 0 ? rc : query_value(&q, out, e);
}

/*
 * WAL, so that nobody waits for a reader; synchronous=FULL, because with
 * NORMAL a power cut takes back what was acknowledged.
 */
static int write_settings(struct db *db, struct error *e)
{
    char sql[512];

    snprintf(sql, sizeof(sql),
             "PRAGMA journal_mode = WAL;"
             "PRAGMA synchronous = FULL;"
             "PRAGMA foreign_keys = ON;"
             "PRAGMA temp_store = MEMORY;"
             "PRAGMA cache_size = -8000;"
             "PRAGMA wal_autocheckpoint = %d;"
             "PRAGMA journal_size_limit = %d;",
             CHECKPOINT_PAGES, LOG_BYTES);
    return db_exec(db, sql, e);
}

static int read_settings(struct db *db, struct error *e)
{
    return db_exec(db,
                   "PRAGMA query_only = ON;"
                   "PRAGMA temp_store = MEMORY;"
                   "PRAGMA cache_size = -4000;",
                   e);
}

static int flags_of(const struct store_options *o, enum db_mode mode)
{
    if (mode == DB_READ && o->read_only)
        return SQLITE_OPEN_READONLY;
    return SQLITE_OPEN_READWRITE | (mode == DB_CREATE ? SQLITE_OPEN_CREATE : 0);
}

int db_open(struct db *db, const struct store_options *o, enum db_mode mode,
            struct error *e)
{
    int flags = flags_of(o, mode) | SQLITE_OPEN_NOMUTEX;
    int rc;

    *db = (struct db){ .path = o->path };
    rc = sqlite3_open_v2(o->path, &db->sql, flags, o->vfs);
    if (rc != SQLITE_OK) {
        if ((rc & 0xff) == SQLITE_CANTOPEN &&
            sqlite3_system_errno(db->sql) == ENOENT) {
            rc = error(e, E_NONE, "there is no database %s", o->path);
        } else {
            rc = db_error(db, rc, e);
        }
        db_close(db);
        return rc;
    }
    /* SQLite is content with reading where it may not write: we are not. */
    if (mode != DB_READ && sqlite3_db_readonly(db->sql, "main") == 1) {
        db_close(db);
        return error(e, E_STORE,
                     "%s cannot be written: its disk or the file "
                     "itself is read-only",
                     o->path);
    }
    sqlite3_extended_result_codes(db->sql, 1);
    sqlite3_busy_timeout(db->sql,
                         mode == DB_READ ? WAIT_READ_MS : WAIT_WRITE_MS);
    sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    rc = mode == DB_READ ? read_settings(db, e) : write_settings(db, e);
    if (rc < 0)
        db_close(db);
    return rc;
}

void db_close(struct db *db)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(db->ready[i]);
    sqlite3_close(db->sql);
    *db = (struct db){ 0 };
}
