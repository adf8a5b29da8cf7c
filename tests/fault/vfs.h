/*
 * A disk that fails on purpose, under SQLite (a VFS over the system's own).
 *
 * What is written is held back until it is synced, as a disk's cache does.
 * When the power is cut, of each write that was held back since the last sync
 * all, a torn part or nothing reaches the real file, at random; from then on
 * nothing works until the power is back. Beside that, the n-th operation can
 * fail with an error of choice, once or from then on.
 *
 * Shared memory (-shm) is the system's: a power cut ends it with the process,
 * which vfs_power_on() stands for.
 */
#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum vfs_op { VFS_WRITE, VFS_SYNC, VFS_TRUNCATE, VFS_READ, VFS_OPEN, VFS_OPS };

/* One write that has not been synced; n 0: a truncation to at. */
struct held {
    sqlite3_int64 at;
    int n;
    unsigned char *bytes;
    struct held *next;
};

/* A file by name: SQLite may have it open more than once. */
struct disk_file {
    char name[256];
    struct held *first, **end;
    sqlite3_int64 size; /* as it is seen, with what is held */
    struct disk_file *next;
};

struct disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    pthread_mutex_t mutex;
    struct disk_file *files;
    uint64_t seed;
    bool hold;       /* keep writes back until they are synced */
    bool dead;       /* the power is off */
    int64_t cut_in;  /* operations until the power goes; 0: never */
    int64_t fail_in; /* operations until one fails; 0: never */
    bool fail_for_ever;
    unsigned fail_ops; /* 1 << enum vfs_op */
    int fail_code;
    int64_t ops;    /* writes, syncs and truncations so far */
    int64_t failed; /* how often it failed as asked */
};

struct disk_handle {
    sqlite3_file file;
    struct disk *disk;
    struct disk_file *held; /* NULL: not held back */
    sqlite3_file *real;
};

static inline uint64_t vfs_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed * 0x2545f4914f6cdd1dULL >> 16;
}

static inline struct disk_handle *vfs_handle(sqlite3_file *f)
{
    return (struct disk_handle *)f;
}

/* Puts the first n bytes of a held write onto the real file. */
static inline int vfs_apply(sqlite3_file *real, const struct held *h, int n)
{
    if (h->n == 0)
        return real->pMethods->xTruncate(real, h->at);
    return real->pMethods->xWrite(real, h->bytes, n, h->at);
}

static inline void vfs_forget(struct disk_file *f)
{
    while (f->first != NULL) {
        struct held *h = f->first;

        f->first = h->next;
        free(h->bytes);
        free(h);
    }
    f->end = &f->first;
}

static inline int vfs_flush(struct disk_file *f, sqlite3_file *real)
{
    int rc = SQLITE_OK;

    for (struct held *h = f->first; rc == SQLITE_OK && h != NULL; h = h->next)
        rc = vfs_apply(real, h, h->n);
    vfs_forget(f);
    return rc;
}

/* Of each write all, a part or nothing: in whole sectors, or torn. */
static inline void vfs_tear(struct disk *d, struct disk_file *f)
{
    FILE *real = fopen(f->name, "r+");

    for (struct held *h = f->first; real != NULL && h != NULL; h = h->next) {
        uint64_t dice = vfs_random(&d->seed) % 4;
        size_t n = (size_t)h->n;

        if (dice == 0 || h->n == 0)
            continue;
        if (dice == 1)
            n = (size_t)(vfs_random(&d->seed) % (uint64_t)h->n);
        if (dice == 2)
            n = n / 512 * 512;
        if (fseek(real, (long)h->at, SEEK_SET) == 0)
            fwrite(h->bytes, 1, n, real);
    }
    if (real != NULL)
        fclose(real);
    vfs_forget(f);
}

static inline void vfs_cut(struct disk *d)
{
    d->dead = true;
    for (struct disk_file *f = d->files; f != NULL; f = f->next)
        vfs_tear(d, f);
}

/* Counts an operation. Not SQLITE_OK: it does not take place. */
static inline int vfs_step(struct disk *d, enum vfs_op op)
{
    if (d->dead)
        return SQLITE_IOERR;
    if (op <= VFS_TRUNCATE) {
        d->ops++;
        if (d->cut_in > 0 && --d->cut_in == 0) {
            vfs_cut(d);
            return SQLITE_IOERR;
        }
    }
    if (d->fail_in <= 0 || (d->fail_ops & 1U << op) == 0)
        return SQLITE_OK;
    if (d->fail_in > 1) {
        d->fail_in--;
        return SQLITE_OK;
    }
    if (!d->fail_for_ever)
        d->fail_in = 0;
    d->failed++;
    return d->fail_code;
}

static inline int vfs_close(sqlite3_file *file)
{
    struct disk_handle *h = vfs_handle(file);

    return h->real->pMethods->xClose(h->real);
}

static inline void vfs_overlay(const struct held *h, unsigned char *p, int n,
                               sqlite3_int64 at)
{
    sqlite3_int64 from = h->at > at ? h->at : at;
    sqlite3_int64 to = h->at + h->n < at + n ? h->at + h->n : at + n;

    if (h->n == 0) { /* cut off: zeros from there */
        if (h->at < at + n)
            memset(p + (from - at), 0, (size_t)(at + n - from));
    } else if (from < to) {
        memcpy(p + (from - at), h->bytes + (from - h->at), (size_t)(to - from));
    }
}

static inline int vfs_read_held(struct disk_handle *h, void *p, int n,
                                sqlite3_int64 at)
{
    int rc = h->real->pMethods->xRead(h->real, p, n, at);

    if (h->held == NULL || h->held->first == NULL)
        return rc;
    if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
        return rc;
    for (struct held *w = h->held->first; w != NULL; w = w->next)
        vfs_overlay(w, p, n, at);
    return at + n <= h->held->size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static inline int vfs_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
    struct disk_handle *h = vfs_handle(file);
    int rc;

    pthread_mutex_lock(&h->disk->mutex);
    rc = vfs_step(h->disk, VFS_READ);
    if (rc == SQLITE_OK)
        rc = vfs_read_held(h, p, n, at);
    pthread_mutex_unlock(&h->disk->mutex);
    return rc;
}

static inline void vfs_hold(struct disk_file *f, const void *p, int n,
                            sqlite3_int64 at)
{
    struct held *h = calloc(1, sizeof(*h));

    if (h == NULL)
        abort();
    h->at = at;
    h->n = n;
    if (n > 0) {
        h->bytes = malloc((size_t)n);
        if (h->bytes == NULL)
            abort();
        memcpy(h->bytes, p, (size_t)n);
    }
    *f->end = h;
    f->end = &h->next;
    if (n == 0)
        f->size = at;
    else if (at + n > f->size)
        f->size = at + n;
}

static inline int vfs_write(sqlite3_file *file, const void *p, int n,
                            sqlite3_int64 at)
{
    struct disk_handle *h = vfs_handle(file);
    int rc;

    pthread_mutex_lock(&h->disk->mutex);
    rc = vfs_step(h->disk, VFS_WRITE);
    if (rc == SQLITE_OK && h->held != NULL && h->disk->hold)
        vfs_hold(h->held, p, n, at);
    else if (rc == SQLITE_OK)
        rc = h->real->pMethods->xWrite(h->real, p, n, at);
    else if (rc == SQLITE_FULL && n > 1) /* a full disk takes what fits */
        h->real->pMethods->xWrite(h->real, p, n / 2, at);
    pthread_mutex_unlock(&h->disk->mutex);
    return rc;
}

static inline int vfs_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct disk_handle *h = vfs_handle(file);
    int rc;

    pthread_mutex_lock(&h->disk->mutex);
    rc = vfs_step(h->disk, VFS_TRUNCATE);
    if (rc == SQLITE_OK && h->held != NULL && h->disk->hold)
        vfs_hold(h->held, NULL, 0, size);
    else if (rc == SQLITE_OK)
        rc = h->real->pMethods->xTruncate(h->real, size);
    pthread_mutex_unlock(&h->disk->mutex);
    return rc;
}

static inline int vfs_sync(sqlite3_file *file, int flags)
{
    struct disk_handle *h = vfs_handle(file);
    int rc;

    (void)flags; /* the real fsync would only take time */
    pthread_mutex_lock(&h->disk->mutex);
    rc = vfs_step(h->disk, VFS_SYNC);
    if (rc == SQLITE_OK && h->held != NULL)
        rc = vfs_flush(h->held, h->real);
    pthread_mutex_unlock(&h->disk->mutex);
    return rc;
}

static inline int vfs_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct disk_handle *h = vfs_handle(file);
    int rc = h->real->pMethods->xFileSize(h->real, size);

    pthread_mutex_lock(&h->disk->mutex);
    if (rc == SQLITE_OK && h->held != NULL && h->held->first != NULL)
        *size = h->held->size;
    pthread_mutex_unlock(&h->disk->mutex);
    return rc;
}

static inline int vfs_lock(sqlite3_file *f, int level)
{
    return vfs_handle(f)->real->pMethods->xLock(vfs_handle(f)->real, level);
}

static inline int vfs_unlock(sqlite3_file *f, int level)
{
    return vfs_handle(f)->real->pMethods->xUnlock(vfs_handle(f)->real, level);
}

static inline int vfs_reserved(sqlite3_file *f, int *out)
{
    sqlite3_file *real = vfs_handle(f)->real;

    return real->pMethods->xCheckReservedLock(real, out);
}

static inline int vfs_control(sqlite3_file *f, int op, void *arg)
{
    sqlite3_file *real = vfs_handle(f)->real;

    return real->pMethods->xFileControl(real, op, arg);
}

static inline int vfs_sector(sqlite3_file *f)
{
    (void)f;
    return 512;
}

/* No promise at all: neither atomic nor in order. */
static inline int vfs_traits(sqlite3_file *f)
{
    (void)f;
    return 0;
}

static inline int vfs_shm_map(sqlite3_file *f, int page, int size, int extend,
                              void volatile **p)
{
    sqlite3_file *real = vfs_handle(f)->real;

    return real->pMethods->xShmMap(real, page, size, extend, p);
}

static inline int vfs_shm_lock(sqlite3_file *f, int from, int n, int flags)
{
    sqlite3_file *real = vfs_handle(f)->real;

    return real->pMethods->xShmLock(real, from, n, flags);
}

static inline void vfs_shm_barrier(sqlite3_file *f)
{
    vfs_handle(f)->real->pMethods->xShmBarrier(vfs_handle(f)->real);
}

static inline int vfs_shm_unmap(sqlite3_file *f, int delete)
{
    sqlite3_file *real = vfs_handle(f)->real;

    return real->pMethods->xShmUnmap(real, delete);
}

static const sqlite3_io_methods vfs_methods = {
    .iVersion = 2,
    .xClose = vfs_close,
    .xRead = vfs_read,
    .xWrite = vfs_write,
    .xTruncate = vfs_truncate,
    .xSync = vfs_sync,
    .xFileSize = vfs_size,
    .xLock = vfs_lock,
    .xUnlock = vfs_unlock,
    .xCheckReservedLock = vfs_reserved,
    .xFileControl = vfs_control,
    .xSectorSize = vfs_sector,
    .xDeviceCharacteristics = vfs_traits,
    .xShmMap = vfs_shm_map,
    .xShmLock = vfs_shm_lock,
    .xShmBarrier = vfs_shm_barrier,
    .xShmUnmap = vfs_shm_unmap,
};

static inline struct disk_file *vfs_file(struct disk *d, const char *name)
{
    struct disk_file *f = d->files;

    while (f != NULL && strcmp(f->name, name) != 0)
        f = f->next;
    if (f != NULL)
        return f;
    f = calloc(1, sizeof(*f));
    if (f == NULL)
        abort();
    snprintf(f->name, sizeof(f->name), "%s", name);
    f->end = &f->first;
    f->next = d->files;
    d->files = f;
    return f;
}

static inline int vfs_open(sqlite3_vfs *vfs, const char *name,
                           sqlite3_file *file, int flags, int *out)
{
    struct disk *d = vfs->pAppData;
    struct disk_handle *h = vfs_handle(file);
    int rc;

    memset(h, 0, sizeof(*h));
    h->disk = d;
    h->real = (sqlite3_file *)(h + 1);
    pthread_mutex_lock(&d->mutex);
    rc = vfs_step(d, VFS_OPEN);
    if (rc == SQLITE_OK)
        rc = d->real->xOpen(d->real, name, h->real, flags, out);
    if (rc == SQLITE_OK) {
        if (name != NULL)
            h->held = vfs_file(d, name);
        if (h->held != NULL && h->held->first == NULL)
            h->real->pMethods->xFileSize(h->real, &h->held->size);
        h->file.pMethods = &vfs_methods;
    }
    pthread_mutex_unlock(&d->mutex);
    return rc;
}

static inline int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct disk *d = vfs->pAppData;
    int rc = SQLITE_IOERR_DELETE;

    pthread_mutex_lock(&d->mutex);
    if (!d->dead) {
        vfs_forget(vfs_file(d, name));
        rc = d->real->xDelete(d->real, name, sync);
    }
    pthread_mutex_unlock(&d->mutex);
    return rc;
}

/* A disk of its own under name; d must outlive what is open on it. */
static inline void vfs_register(struct disk *d, const char *name, uint64_t seed)
{
    *d = (struct disk){ .real = sqlite3_vfs_find(NULL), .seed = seed };
    pthread_mutex_init(&d->mutex, NULL);
    d->vfs = *d->real;
    d->vfs.zName = name;
    d->vfs.pNext = NULL;
    d->vfs.pAppData = d;
    d->vfs.szOsFile = (int)sizeof(struct disk_handle) + d->real->szOsFile;
    d->vfs.xOpen = vfs_open;
    d->vfs.xDelete = vfs_delete;
    sqlite3_vfs_register(&d->vfs, 0);
}

static inline void vfs_unregister(struct disk *d)
{
    sqlite3_vfs_unregister(&d->vfs);
    while (d->files != NULL) {
        struct disk_file *f = d->files;

        d->files = f->next;
        vfs_forget(f);
        free(f);
    }
    pthread_mutex_destroy(&d->mutex);
}

#endif
