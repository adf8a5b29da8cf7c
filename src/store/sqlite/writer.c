/*
 * Group commit. Whatever waits is run in one transaction, each item behind a
 * savepoint, and costs one fsync together; while nothing else waits, one item
 * is committed at once. After store_attach() this happens on a thread of its
 * own, which rings the loop when a group is on disk.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <uv.h>

#include "store/sqlite/sqlite_internal.h"

enum { GROUP_ITEMS = 256, GROUP_BYTES = 4 * 1024 * 1024 };

/* Outlives the store: the loop frees it when the handle has closed. */
struct store_bell {
    uv_async_t async;
    struct store *store;
};

static void queue_add(struct store_queue *q, struct store_item *item)
{
    item->next = NULL;
    *q->end = item;
    q->end = &item->next;
}

static struct store_item *queue_take(struct store_queue *q)
{
    struct store_item *item = q->first;

    if (item == NULL)
        return NULL;
    q->first = item->next;
    if (q->first == NULL)
        q->end = &q->first;
    item->next = NULL;
    return item;
}

static void queue_join(struct store_queue *to, struct store_queue *from)
{
    if (from->first == NULL)
        return;
    *to->end = from->first;
    to->end = from->end;
    from->first = NULL;
    from->end = &from->first;
}

static struct store_item *waiting_take(struct store *s)
{
    struct store_item *item;

    pthread_mutex_lock(&s->mutex);
    item = queue_take(&s->waiting);
    pthread_mutex_unlock(&s->mutex);
    return item;
}

/* Is less free than must stay? Where the disk does not say, there is room. */
static bool is_roomless(const struct store *s)
{
    struct statvfs disk;

    if (s->options.reserve <= 0 || statvfs(s->options.path, &disk) < 0)
        return false;
    return disk.f_bavail <
           (uint64_t)s->options.reserve / (disk.f_frsize ? disk.f_frsize : 1);
}

/* The transaction cannot go on: e says why. */
static int item_lost(struct store_tx *tx, struct error *e)
{
    tx->lost = true;
    return error_in(e, "the transaction was undone");
}

/* Runs work behind a savepoint. Negative: it left nothing behind. */
static int item_work(struct store_tx *tx, store_work_fn *work, void *arg,
                     struct error *e)
{
    int rc = db_run(tx->db, ST_SAVE, e);

    if (rc < 0)
        return item_lost(tx, e);
    rc = work(tx, arg, e);
    if (rc < 0 && e->code != rc)
        error(e, rc, "%s", error_name(rc));
    if (sqlite3_get_autocommit(tx->db->sql)) {
        /* SQLite has rolled back by itself: the disk is full or failing. */
        if (rc >= 0)
            error(e, E_STORE, "%s gave up", tx->db->path);
        return item_lost(tx, e);
    }
    if (rc >= 0)
        return db_run(tx->db, ST_RELEASE, e) < 0 ? item_lost(tx, e) : rc;
    struct error undo;
    if (db_run(tx->db, ST_UNSAVE, &undo) < 0 ||
        db_run(tx->db, ST_RELEASE, &undo) < 0) {
        *e = undo;
        return item_lost(tx, e);
    }
    return rc;
}

static int group_begin(struct store *s, struct store_tx *tx, struct error *e)
{
    *tx = (struct store_tx){ .db = &s->write,
                             .store = s,
                             .roomless = is_roomless(s) };
    /* Where the last one could not even be rolled back. */
    if (!sqlite3_get_autocommit(s->write.sql) &&
        db_run(tx->db, ST_ROLLBACK, e) < 0)
        return e->code;
    return db_run(tx->db, ST_BEGIN, e);
}

/* Commits; negative: all of it is undone, and e says why. */
static int group_commit(struct store *s, const struct store_tx *tx,
                        struct error *e)
{
    struct error undo;
    int rc = tx->lost ? e->code : db_run(&s->write, ST_COMMIT, e);

    if (rc < 0 && !sqlite3_get_autocommit(s->write.sql) &&
        db_run(&s->write, ST_ROLLBACK, &undo) < 0) {
        return error(e, E_STORE, "%s: cannot roll back: %s", s->options.path,
                     undo.text);
    }
    return rc;
}

/*
 * All of a group share its fate, those too that had failed by themselves: an
 * E_DUPLICATE may have seen a row that is now undone.
 */
static void group_fail(struct store_item *first, const struct error *e)
{
    for (struct store_item *i = first; i != NULL; i = i->next) {
        i->rc = e->code;
        i->error = *e;
    }
}

static void group_finish(struct store *s, struct store_queue *group)
{
    pthread_mutex_lock(&s->mutex);
    for (struct store_item *i = group->first; i != NULL; i = i->next)
        i->over = true;
    queue_join(&s->finished, group);
    pthread_cond_broadcast(&s->changed);
    if (s->bell != NULL)
        uv_async_send(&s->bell->async);
    pthread_mutex_unlock(&s->mutex);
}

/* The transaction could not begin: all that waited for it have waited. */
static bool group_refuse(struct store *s, const struct error *e)
{
    struct store_queue group = { NULL, &group.first };

    pthread_mutex_lock(&s->mutex);
    queue_join(&group, &s->waiting);
    pthread_mutex_unlock(&s->mutex);
    if (group.first == NULL)
        return false;
    group_fail(group.first, e);
    group_finish(s, &group);
    return true;
}

bool writer_group(struct store *s)
{
    struct store_queue group = { NULL, &group.first };
    struct store_item *item = waiting_take(s);
    struct error e = { 0 };
    struct store_tx tx;

    if (item == NULL)
        return false;
    if (group_begin(s, &tx, &e) < 0) {
        item->rc = e.code;
        item->error = e;
        queue_add(&group, item);
        group_finish(s, &group);
        group_refuse(s, &e);
        return true;
    }
    for (int n = 1; item != NULL; n++) {
        tx.arena = &item->arena;
        item->rc = item_work(&tx, item->work, item->arg, &item->error);
        queue_add(&group, item);
        if (tx.lost)
            e = item->error;
        if (tx.lost || n == GROUP_ITEMS || tx.bytes >= GROUP_BYTES)
            break;
        item = waiting_take(s);
    }
    if (group_commit(s, &tx, &e) < 0)
        group_fail(group.first, &e);
    group_finish(s, &group);
    return true;
}

static void *writer_main(void *arg)
{
    struct store *s = arg;
    bool closing = false;

    while (!closing) {
        while (writer_group(s))
            ;
        pthread_mutex_lock(&s->mutex);
        while (s->waiting.first == NULL && !s->closing)
            pthread_cond_wait(&s->changed, &s->mutex);
        closing = s->closing && s->waiting.first == NULL;
        pthread_mutex_unlock(&s->mutex);
    }
    return NULL;
}

/* Calls done for all that is finished, in the order it was submitted. */
static void finished_tell(struct store *s)
{
    struct store_queue told = { NULL, &told.first };
    struct store_item *item;

    pthread_mutex_lock(&s->mutex);
    queue_join(&told, &s->finished);
    pthread_mutex_unlock(&s->mutex);
    while ((item = queue_take(&told)) != NULL) {
        if (item->done != NULL)
            item->done(item->arg, item->rc, &item->error);
        s->outstanding--;
        arena_free(&item->arena);
        free(item);
    }
    if (s->outstanding == 0 && s->bell != NULL)
        uv_unref((uv_handle_t *)&s->bell->async);
}

static void bell_rung(uv_async_t *async)
{
    struct store_bell *bell = async->data;

    if (bell->store != NULL)
        finished_tell(bell->store);
}

static void bell_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* Signals are the loop's: this thread takes none. */
static int thread_start(struct store *s)
{
    sigset_t all;
    sigset_t before;
    int rc;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    rc = pthread_create(&s->thread, NULL, writer_main, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -rc;
}

int store_attach(struct store *s, struct uv_loop_s *loop, struct error *e)
{
    int rc;

    if (s->write.sql == NULL) {
        return error(e, E_DENIED, "%s is open for reading only",
                     s->options.path);
    }
    s->bell = calloc(1, sizeof(*s->bell));
    if (s->bell == NULL)
        abort();
    s->bell->store = s;
    s->bell->async.data = s->bell;
    rc = uv_async_init(loop, &s->bell->async, bell_rung);
    if (rc < 0) {
        free(s->bell);
        s->bell = NULL;
        return error(e, rc, "cannot watch the store: %s", uv_strerror(rc));
    }
    if (s->outstanding == 0)
        uv_unref((uv_handle_t *)&s->bell->async);
    rc = copier_start(s, e);
    if (rc < 0)
        return rc;
    rc = thread_start(s);
    if (rc < 0) {
        return error(e, rc, "cannot start the store's thread: %s",
                     uv_strerror(rc));
    }
    s->threaded = true;
    return 0;
}

void store_submit(struct store *s, store_work_fn *work, store_done_fn *done,
                  void *arg)
{
    struct store_item *item = calloc(1, sizeof(*item));

    if (item == NULL)
        abort();
    item->work = work;
    item->done = done;
    item->arg = arg;
    if (s->outstanding++ == 0 && s->bell != NULL)
        uv_ref((uv_handle_t *)&s->bell->async);
    pthread_mutex_lock(&s->mutex);
    queue_add(&s->waiting, item);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->mutex);
}

/* What store_run() waits for, on its own stack. */
struct waited {
    store_work_fn *work;
    void *arg;
    struct store *store;
};

static int waited_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct waited *w = arg;

    tx->arena = &w->store->run_arena; /* outlives the item */
    return w->work(tx, w->arg, e);
}

/* On the writer's thread, in its turn. */
static int run_waited(struct store *s, struct waited *w, struct error *e)
{
    struct store_item item = { .work = waited_work, .arg = w };
    struct store_item *i;

    pthread_mutex_lock(&s->mutex);
    queue_add(&s->waiting, &item);
    pthread_cond_broadcast(&s->changed);
    while (!item.over)
        pthread_cond_wait(&s->changed, &s->mutex);
    /* Out of the finished ones: there is nobody to tell but us. */
    for (struct store_item **at = &s->finished.first; (i = *at) != NULL;
         at = &i->next) {
        if (i == &item) {
            *at = item.next;
            if (s->finished.end == &item.next)
                s->finished.end = at;
            break;
        }
    }
    pthread_mutex_unlock(&s->mutex);
    *e = item.error;
    return item.rc;
}

static int run_here(struct store *s, struct waited *w, struct error *e)
{
    struct store_tx tx;
    int rc = group_begin(s, &tx, e);

    if (rc < 0)
        return rc;
    rc = item_work(&tx, waited_work, w, e);
    if (rc < 0)
        tx.lost = true;
    return group_commit(s, &tx, e) < 0 ? e->code : rc;
}

int store_run(struct store *s, store_work_fn *work, void *arg, struct error *e)
{
    struct waited w = { work, arg, s };

    if (s->write.sql == NULL) {
        return error(e, E_DENIED, "%s is open for reading only",
                     s->options.path);
    }
    arena_free(&s->run_arena);
    return s->threaded ? run_waited(s, &w, e) : run_here(s, &w, e);
}

void writer_stop(struct store *s)
{
    if (s->threaded) {
        pthread_mutex_lock(&s->mutex);
        s->closing = true;
        pthread_cond_broadcast(&s->changed);
        pthread_mutex_unlock(&s->mutex);
        pthread_join(s->thread, NULL);
        s->threaded = false;
    }
    /* What done submits in its turn is run here. */
    do {
        finished_tell(s);
    } while (s->write.sql != NULL && writer_group(s));
    finished_tell(s);
    copier_stop(s);
    if (s->bell != NULL) {
        s->bell->store = NULL;
        uv_close((uv_handle_t *)&s->bell->async, bell_closed);
        s->bell = NULL;
    }
}
