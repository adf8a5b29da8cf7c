/*
 * The log is copied into the database beside the writing (SQLite calls it a
 * checkpoint): done by the writer, it would hold up everybody for tens of
 * milliseconds now and then. A thread with a connection of its own copies what
 * there is; what came meanwhile is little and is copied by the writer, so that
 * the log can begin anew.
 */
#include <signal.h>

#include "store/sqlite/sqlite_internal.h"

enum { COPY_PAGES = 4000, LOG_PAGES_MAX = 64000 }; /* 16 MB, 256 MB */

static void copy(sqlite3 *sql)
{
    /* Where it fails, the log grows on and the next try copies more. */
    sqlite3_wal_checkpoint_v2(sql, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void *copier_main(void *arg)
{
    struct store *s = arg;

    pthread_mutex_lock(&s->mutex);
    while (!s->copier.closing) {
        if (!s->copier.wanted) {
            pthread_cond_wait(&s->copier.wake, &s->mutex);
            continue;
        }
        s->copier.wanted = false;
        pthread_mutex_unlock(&s->mutex);
        copy(s->copier.db.sql);
        copy(s->copier.db.sql); /* what came in while it did */
        pthread_mutex_lock(&s->mutex);
        s->copier.copied = true;
    }
    pthread_mutex_unlock(&s->mutex);
    return NULL;
}

/* After each commit, on the writer's thread: pages is how long the log is. */
static int committed(void *arg, sqlite3 *sql, const char *name, int pages)
{
    struct store *s = arg;
    struct copier *c = &s->copier;
    bool finish;

    (void)name;
    if (pages < c->pages) /* it has begun anew */
        c->next_at = c->every;
    c->pages = pages;
    pthread_mutex_lock(&s->mutex);
    finish = c->copied;
    c->copied = false;
    if (pages >= c->next_at) {
        c->next_at = pages + c->every;
        c->wanted = true;
        pthread_cond_signal(&c->wake);
    }
    pthread_mutex_unlock(&s->mutex);
    if (finish || pages >= LOG_PAGES_MAX)
        copy(sql);
    return SQLITE_OK;
}

int copier_start(struct store *s, struct error *e)
{
    struct copier *c = &s->copier;
    sigset_t all;
    sigset_t before;
    int rc = db_open(&c->db, &s->options, DB_WRITE, e);

    if (rc < 0)
        return rc;
    if (c->every == 0)
        c->every = COPY_PAGES;
    c->next_at = c->every;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    rc = pthread_create(&c->thread, NULL, copier_main, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc != 0) {
        db_close(&c->db);
        return error(e, -rc, "cannot start the store's thread: %s",
                     strerror(rc));
    }
    c->threaded = true;
    sqlite3_wal_hook(s->write.sql, committed, s);
    return 0;
}

void copier_stop(struct store *s)
{
    struct copier *c = &s->copier;

    if (!c->threaded)
        return;
    sqlite3_wal_hook(s->write.sql, NULL, NULL);
    pthread_mutex_lock(&s->mutex);
    c->closing = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&s->mutex);
    pthread_join(c->thread, NULL);
    c->threaded = false;
    db_close(&c->db);
}
