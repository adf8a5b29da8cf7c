#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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
