#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

enum { STEP = 64 * 1024 };

int file_read_fd(struct arena *a, int fd, const char *name, size_t max,
                 struct str *out, struct error *e)
{
    struct buf b = buf_init(max + STEP);
    ssize_t got;
    int rc = 0;

    do {
        char *room = buf_room(&b, STEP);

        if (room == NULL)
            break;
        got = read(fd, room, STEP);
        b.n -= STEP - (size_t)(got > 0 ? got : 0);
        if (got < 0 && errno != EINTR)
            rc = error(e, -errno, "cannot read %s: %s", name, strerror(errno));
    } while (rc == 0 && got != 0 && b.n <= max);
    if (rc == 0 && b.n > max)
        rc = error(e, E_LIMIT, "%s: over %zu bytes", name, max);
    if (rc == 0)
        *out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return rc;
}

int file_read(struct arena *a, const char *path, size_t max, struct str *out,
              struct error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc;

    if (fd < 0)
        return error(e, -errno, "cannot open %s: %s", path, strerror(errno));
    rc = file_read_fd(a, fd, path, max, out, e);
    close(fd);
    return rc;
}

static int write_all(int fd, struct str text)
{
    while (text.n > 0) {
        ssize_t put = write(fd, text.p, text.n);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        text = str_slice(text, (size_t)put, text.n);
    }
    return fsync(fd) < 0 ? -errno : 0;
}

static const char *folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return ".";
    return arena_dup(a, (struct str){ path, (size_t)(slash - path) + 1 });
}

/* The name itself is on disk once its folder is. */
static int folder_sync(struct arena *a, const char *path)
{
    int fd = open(folder_of(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc;

    if (fd < 0)
        return -errno;
    rc = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

/* Puts what fd, of the file part, was filled with at path; closes fd. */
static int put_in_place(struct arena *a, int fd, const char *part,
                        const char *path, struct str text, struct error *e)
{
    int rc = fd < 0 ? -errno : write_all(fd, text);

    if (fd >= 0)
        close(fd);
    if (rc == 0 && rename(part, path) < 0)
        rc = -errno;
    if (rc == 0)
        rc = folder_sync(a, path);
    if (rc < 0) {
        unlink(part);
        error(e, rc, "cannot write %s: %s", path, strerror(-rc));
    }
    return rc;
}

int file_replace(const char *path, struct str text, struct error *e)
{
    struct arena a = { 0 };
    const char *part = arena_printf(&a, "%s.part", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    int rc = put_in_place(&a, fd, part, path, text, e);

    arena_free(&a);
    return rc;
}

/* A new file each time: two programs may write at once. */
static int secret_open(struct arena *a, const char *path, char **part)
{
    struct stat folder;
    int fd;

    *part = arena_printf(a, "%s.XXXXXX", path);
    fd = mkostemp(*part, O_CLOEXEC);
    if (fd >= 0 && geteuid() == 0 && stat(folder_of(a, path), &folder) == 0 &&
        fchown(fd, folder.st_uid, folder.st_gid) < 0) {
        int why = errno;

        close(fd);
        unlink(*part);
        errno = why;
        return -1;
    }
    return fd;
}

int file_replace_secret(const char *path, struct str text, struct error *e)
{
    struct arena a = { 0 };
    char *part;
    int fd = secret_open(&a, path, &part);
    int rc = put_in_place(&a, fd, part, path, text, e);

    arena_free(&a);
    return rc;
}

int file_list(struct arena *a, const char *folder, const char *ending,
              struct file_name **out, struct error *e)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);

    *out = NULL;
    if (n < 0)
        return error(e, -errno, "cannot open %s: %s", folder, strerror(errno));
    for (int i = n - 1; i >= 0; i--) {
        const char *name = names[i]->d_name;

        if (name[0] != '.' && str_ends(str_of(name), str_of(ending))) {
            struct file_name *f = arena_new(a, struct file_name);

            f->path = arena_printf(a, "%s/%s", folder, name);
            f->next = *out;
            *out = f;
        }
        free(names[i]);
    }
    free(names);
    return 0;
}
