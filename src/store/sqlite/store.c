/* A store opened and closed: its lock, its schema, its two connections. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/log.h"
#include "store/sqlite/sqlite_internal.h"

/*
 * A file beside the database, locked for as long as the process lives: the
 * kernel lets go of it whatever kills the process. The file itself stays.
 */
static int lock_take(struct store *s, struct error *e)
{
    const char *path = arena_printf(&s->arena, "%s.lock", s->options.path);
    char pid[32] = "";
    ssize_t n;

    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0)
        return error(e, E_STORE, "cannot open %s: %s", path, strerror(errno));
    if (flock(s->lock, LOCK_EX | LOCK_NB) == 0) {
        snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
        /* Only for the sentence below: it need not succeed. */
        if (ftruncate(s->lock, 0) < 0 ||
            pwrite(s->lock, pid, strlen(pid), 0) < 0)
            log_debug("cannot write %s: %s", path, strerror(errno));
        return 0;
    }
    if (errno != EWOULDBLOCK)
        return error(e, E_STORE, "cannot lock %s: %s", path, strerror(errno));
    n = pread(s->lock, pid, sizeof(pid) - 1, 0);
    pid[n > 0 ? n : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    return error(e, E_BUSY, "%s is in use by another inlet serve (process %s)",
                 s->options.path, pid[0] != '\0' ? pid : "unknown");
}

static int open_write(struct store *s, struct error *e)
{
    enum db_mode mode = s->options.create ? DB_CREATE : DB_WRITE;
    int rc = 0;

    if (s->options.exclusive)
        rc = lock_take(s, e);
    if (rc == 0)
        rc = db_open(&s->write, &s->options, mode, e);
    if (rc == 0 && s->options.create)
        rc = schema_upgrade(&s->write, SCHEMA_VERSION, e);
    if (rc == 0)
        rc = schema_check(&s->write, e);
    if (rc == 0)
        rc = schema_jurisdiction(&s->write, s->options.jurisdiction, true, e);
    return rc;
}

static int open_read(struct store *s, struct error *e)
{
    int rc = db_open(&s->read, &s->options, DB_READ, e);

    if (rc == 0)
        rc = schema_check(&s->read, e);
    if (rc == 0)
        rc = schema_jurisdiction(&s->read, s->options.jurisdiction, false, e);
    return rc;
}

static void options_keep(struct store *s, const struct store_options *o)
{
    s->options = *o;
    s->options.path = arena_dup(&s->arena, str_of(o->path));
    s->options.jurisdiction = arena_str(&s->arena, o->jurisdiction);
    if (o->vfs != NULL)
        s->options.vfs = arena_dup(&s->arena, str_of(o->vfs));
}

static void store_free(struct store *s)
{
    db_close(&s->read);
    db_close(&s->write);
    if (s->lock >= 0)
        close(s->lock);
    pthread_cond_destroy(&s->changed);
    pthread_cond_destroy(&s->copier.wake);
    pthread_mutex_destroy(&s->mutex);
    arena_free(&s->run_arena);
    arena_free(&s->arena);
    free(s);
}

int store_open(struct store **out, const struct store_options *o,
               struct error *e)
{
    struct store *s = calloc(1, sizeof(*s));
    int rc = 0;

    if (s == NULL)
        abort();
    s->lock = -1;
    s->waiting.end = &s->waiting.first;
    s->finished.end = &s->finished.first;
    pthread_mutex_init(&s->mutex, NULL);
    pthread_cond_init(&s->changed, NULL);
    pthread_cond_init(&s->copier.wake, NULL);
    options_keep(s, o);
    if (!o->read_only)
        rc = open_write(s, e);
    if (rc == 0)
        rc = open_read(s, e);
    if (rc < 0) {
        store_free(s);
        return rc;
    }
    *out = s;
    return 0;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    writer_stop(s);
    store_free(s);
}
