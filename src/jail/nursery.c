#include "jail/nursery.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "jail/worker.h"
#include "mail/mail.h"

struct said {
    int32_t code; /* 0, or what went wrong */
    int32_t pid;
    struct error why;
};

/* Sends one byte and a descriptor. */
static int fd_send(int control, int fd, struct error *e)
{
    char byte = 0;
    struct iovec iov = { &byte, 1 };
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } space = { { 0 } };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = space.bytes,
                          .msg_controllen = sizeof(space.bytes) };
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &fd, sizeof(fd));
    if (sendmsg(control, &msg, MSG_NOSIGNAL) < 0) {
        return error(e, E_DIED, "the jail's first process is gone: %s",
                     strerror(errno));
    }
    return 0;
}

/* -1: the other side is gone. */
static int fd_receive(int control)
{
    char byte;
    struct iovec iov = { &byte, 1 };
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } space = { { 0 } };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = space.bytes,
                          .msg_controllen = sizeof(space.bytes) };
    const struct cmsghdr *c;
    ssize_t got;
    int fd;

    do {
        got = recvmsg(control, &msg, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    c = CMSG_FIRSTHDR(&msg);
    if (got <= 0 || c == NULL || c->cmsg_type != SCM_RIGHTS)
        return -1;
    memcpy(&fd, CMSG_DATA(c), sizeof(fd));
    return fd;
}

static bool say(int control, int code, pid_t pid, const struct error *why)
{
    struct said said = { .code = code, .pid = pid };

    if (why != NULL)
        said.why = *why;
    return send(control, &said, sizeof(said), MSG_NOSIGNAL) > 0;
}

/* Forks a child for every descriptor that comes, until nobody asks. */
typedef void child_fn(void *arg, int fd);

static _Noreturn void serve_forks(int control, child_fn *child, void *arg,
                                  bool answers)
{
    signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
    signal(SIGINT, SIG_IGN);  /* Ctrl-C is the main process's to handle */
    signal(SIGHUP, SIG_IGN);
    for (;;) {
        int fd = fd_receive(control);
        pid_t pid;

        if (fd < 0)
            _exit(0);
        pid = fork();
        if (pid == 0) {
            close(control);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            child(arg, fd);
            _exit(0);
        }
        close(fd);
        if (answers && !say(control, pid < 0 ? -errno : 0, pid, NULL))
            _exit(0);
    }
}

/* What a nursery is made with, and what it has once it is loaded. */
struct nursery {
    struct town town;
    struct jail_limits limits;
    struct reader *reader;
};

static void worker_child(void *arg, int fd)
{
    const struct nursery *n = arg;

    worker_run(n->reader, &n->limits, fd);
}

static void nursery_child(void *arg, int fd)
{
    struct nursery *n = arg;
    struct error e = { 0 };
    int rc;

    mail_prepare();
    rc = reader_open(&n->reader, &n->town, &e);
    if (!say(fd, rc, getpid(), &e) || rc < 0)
        _exit(1);
    serve_forks(fd, worker_child, n, true);
}

static int pair(int type, int fds[2], struct error *e)
{
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) < 0) {
        return error(e, -errno, "cannot make a socket pair: %s",
                     strerror(errno));
    }
    return 0;
}

int nursery_prepare(const struct town *town, const struct jail_limits *limits,
                    int *fd, struct error *e)
{
    struct nursery n = { .town = *town, .limits = *limits };
    int fds[2];
    pid_t pid;

    if (pair(SOCK_SEQPACKET, fds, e) < 0)
        return e->code;
    pid = fork();
    if (pid < 0)
        return error(e, -errno, "cannot fork: %s", strerror(errno));
    if (pid == 0) {
        close(fds[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve_forks(fds[1], nursery_child, &n, false);
    }
    close(fds[1]);
    *fd = fds[0];
    return 0;
}

int nursery_new(int first, int *nursery, struct error *e)
{
    int fds[2];
    int rc = pair(SOCK_SEQPACKET, fds, e);

    if (rc < 0)
        return rc;
    rc = fd_send(first, fds[1], e);
    close(fds[1]);
    if (rc < 0)
        close(fds[0]);
    *nursery = fds[0];
    return rc;
}

static int hear(int control, struct said *said, struct error *e)
{
    ssize_t got;

    do {
        got = recv(control, said, sizeof(*said), 0);
    } while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof(*said))
        return error(e, E_DIED, "the jail died while it loaded");
    if (said->code < 0) {
        *e = said->why;
        if (e->code >= 0) {
            return error(e, said->code, "cannot fork a worker: %s",
                         error_name(said->code));
        }
    }
    return said->code;
}

int nursery_ready(int nursery, struct error *e)
{
    struct said said;

    return hear(nursery, &said, e);
}

int nursery_worker(int nursery, int *fd, pid_t *pid, struct error *e)
{
    struct said said;
    int fds[2];
    int rc = pair(SOCK_STREAM, fds, e);

    if (rc < 0)
        return rc;
    rc = fd_send(nursery, fds[1], e);
    close(fds[1]);
    if (rc == 0)
        rc = hear(nursery, &said, e);
    if (rc < 0) {
        close(fds[0]);
        return rc;
    }
    *fd = fds[0];
    *pid = said.pid;
    return 0;
}
