/*
 * Which version of the schema a file has (PRAGMA user_version), and how it is
 * brought up to date: all steps in one transaction, or none.
 */
#include <stdio.h>

#include "store/sqlite/sqlite_internal.h"

enum { APPLICATION_ID = 0x696e6c74 }; /* "inlt": this file is an inlet's */

static int version_get(struct db *db, int64_t *version, struct error *e)
{
    int64_t id = 0;
    int64_t tables = 0;
    int rc = db_int(db, "PRAGMA user_version", version, e);

    if (rc == 0)
        rc = db_int(db, "PRAGMA application_id", &id, e);
    if (rc == 0)
        rc = db_int(db, "SELECT count(*) FROM sqlite_schema", &tables, e);
    if (rc == 0 && id != APPLICATION_ID && tables > 0) {
        rc = error(e, E_CONFIG, "%s is a database, but not one of inlet's",
                   db->path);
    }
    if (rc == 0 && *version > SCHEMA_VERSION) {
        rc = error(e, E_CONFIG,
                   "%s was written by a newer inlet (schema %lld, this one "
                   "knows %d): install that or restore a backup",
                   db->path, (long long)*version, SCHEMA_VERSION);
    }
    return rc;
}

static int steps_run(struct db *db, int64_t from, int to, struct error *e)
{
    char sql[128];
    int rc = 0;

    for (int64_t i = from; rc == 0 && i < to; i++) {
        for (const char *const *s = schema_steps[i].sql; rc == 0 && *s; s++)
            rc = db_exec(db, *s, e);
    }
    if (rc < 0)
        return rc;
    snprintf(sql, sizeof(sql),
             "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, to);
    return db_exec(db, sql, e);
}

int schema_upgrade(struct db *db, int version, struct error *e)
{
    struct error ignored;
    int64_t had = 0;
    int rc = version_get(db, &had, e);

    if (rc < 0 || had >= version)
        return rc;
    rc = db_run(db, ST_BEGIN, e);
    if (rc < 0)
        return rc;
    rc = version_get(db, &had, e); /* another process may have been first */
    if (rc == 0 && had < version)
        rc = steps_run(db, had, version, e);
    if (rc == 0)
        rc = db_run(db, ST_COMMIT, e);
    if (rc < 0) {
        if (!sqlite3_get_autocommit(db->sql) &&
            db_run(db, ST_ROLLBACK, &ignored) < 0)
            return rc;
        return error_in(e, "cannot bring %s up to date", db->path);
    }
    return 0;
}

int schema_check(struct db *db, struct error *e)
{
    int64_t had = 0;
    int rc = version_get(db, &had, e);

    if (rc == 0 && had < SCHEMA_VERSION) {
        rc = error(e, E_CONFIG,
                   "%s was written by an older inlet (schema %lld of %d): "
                   "inlet serve brings it up to date",
                   db->path, (long long)had, SCHEMA_VERSION);
    }
    return rc;
}

static int jurisdiction_run(struct db *db, const char *sql, struct str name,
                            int64_t *id, struct error *e)
{
    struct query q;
    int rc = query_make(&q, db, sql, e);

    if (rc < 0)
        return rc;
    query_text(&q, name);
    return query_value(&q, id, e);
}

int schema_jurisdiction(struct db *db, struct str name, bool make,
                        struct error *e)
{
    static const char look[] = "SELECT id FROM jurisdictions WHERE name = ?2";
    int64_t id = 0;
    int rc = jurisdiction_run(db, look, name, &id, e);

    if (rc == 0 && id == 0 && make) {
        rc = jurisdiction_run(db,
                              "INSERT OR IGNORE INTO jurisdictions (name)"
                              " VALUES (?2)",
                              name, &id, e);
    }
    if (rc == 0 && id == 0)
        rc = jurisdiction_run(db, look, name, &id, e);
    db->jurisdiction = id;
    return rc;
}
