/*
 * A copy of the whole file as of one moment, while it is written to. The copy
 * gets its name only when all of it is on disk: what bears the name is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

#include "store/sqlite/sqlite_internal.h"

static int file_sync(const char *path, int flags, struct error *e)
{
    int fd = open(path, flags | O_CLOEXEC);
    int rc = 0;

    if (fd < 0)
        return error(e, -errno, "cannot open %s: %s", path, strerror(errno));
    if (fsync(fd) < 0)
        rc = error(e, -errno, "cannot sync %s: %s", path, strerror(errno));
    close(fd);
    return rc;
}

/* All pages in one step: one read transaction, so one moment. */
static int pages_copy(struct db *to, struct db *from, struct error *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to->sql, "main", from->sql, "main");
    int rc;

    if (b == NULL)
        return db_error(to, sqlite3_extended_errcode(to->sql), e);
    rc = sqlite3_backup_step(b, -1);
    sqlite3_backup_finish(b);
    if (rc == SQLITE_DONE)
        return 0;
    return db_error(to, rc, e);
}

static int copy_make(struct store *s, const char *part, struct error *e)
{
    struct store_options to_options = { .path = part };
    struct store_options from_options = s->options;
    struct db from;
    struct db to = { .path = part };
    int rc;

    /* Its own connection: this may take minutes. */
    from_options.read_only = true;
    rc = db_open(&from, &from_options, DB_READ, e);
    if (rc < 0)
        return rc;
    rc = sqlite3_open_v2(to_options.path, &to.sql,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    rc = rc == SQLITE_OK ? pages_copy(&to, &from, e) : db_error(&to, rc, e);
    db_close(&to);
    db_close(&from);
    return rc;
}

int store_backup(struct store *s, const char *path, struct error *e)
{
    struct arena a = { 0 };
    const char *part = arena_printf(&a, "%s.part", path);
    const char *folder = dirname(arena_dup(&a, str_of(path)));
    int rc = 0;

    if (unlink(part) < 0 && errno != ENOENT)
        rc = error(e, -errno, "cannot replace %s: %s", part, strerror(errno));
    if (rc == 0)
        rc = copy_make(s, part, e);
    if (rc == 0)
        rc = file_sync(part, O_RDWR, e);
    if (rc == 0 && rename(part, path) < 0) {
        rc = error(e, -errno, "cannot name the copy %s: %s", path,
                   strerror(errno));
    }
    if (rc == 0)
        rc = file_sync(folder, O_RDONLY | O_DIRECTORY, e);
    if (rc < 0 && unlink(part) < 0 && errno != ENOENT)
        rc = error_in(e, "%s was left behind", part);
    arena_free(&a);
    return rc;
}
