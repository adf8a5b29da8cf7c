#include "net/socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

static int host_read(struct str host, int port, struct sockaddr_storage *at)
{
    struct arena a = { 0 };
    const char *text;
    int rc;

    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_slice(host, 1, host.n - 1);
    text = arena_dup(&a, host);
    rc = uv_ip4_addr(text, port, (struct sockaddr_in *)at);
    if (rc < 0)
        rc = uv_ip6_addr(text, port, (struct sockaddr_in6 *)at);
    arena_free(&a);
    return rc;
}

int socket_address(struct str where, struct sockaddr_storage *at,
                   struct error *e)
{
    size_t n = where.n;
    int64_t port = -1;

    while (n > 0 && where.p[n - 1] != ':')
        n--;
    if (n > 0 && str_int(str_slice(where, n, where.n), &port) && port >= 0 &&
        port <= 65535 &&
        host_read(str_slice(where, 0, n - 1), (int)port, at) == 0)
        return 0;
    return error(e, E_CONFIG, "\"%.*s\" is neither ADDRESS:PORT nor unix:PATH",
                 STR_FMT(where));
}

void socket_stale_remove(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    struct stat st;
    int fd;

    if (lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode) ||
        strlen(path) >= sizeof(at.sun_path))
        return;
    memcpy(at.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0 &&
        errno == ECONNREFUSED)
        unlink(path);
    close(fd);
}
