#include "jail/seal.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

#if defined(__SANITIZE_ADDRESS__)
/* Its shadow takes terabytes of addresses and it looks at /proc. */
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

/* What a worker needs: its socket, memory, the gazetteer it has open. */
static const int allowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),           SCMP_SYS(readv),
    SCMP_SYS(writev),       SCMP_SYS(pread64),         SCMP_SYS(lseek),
    SCMP_SYS(fstat),        SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(brk),          SCMP_SYS(madvise),         SCMP_SYS(exit),
    SCMP_SYS(exit_group),   SCMP_SYS(rt_sigreturn),    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction), SCMP_SYS(setitimer),       SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(futex),           SCMP_SYS(getrandom),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),          SCMP_SYS(tgkill),
    SCMP_SYS(sched_yield),  SCMP_SYS(close),           SCMP_SYS(time),
    SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall),
};

/*
 * Asked for by libraries in passing (a locale, a table): told no, because
 * they go on without it. Anything else ends the worker.
 */
static const int refused[] = {
    SCMP_SYS(open),      SCMP_SYS(openat),     SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(stat),
    SCMP_SYS(lstat),     SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(readlink),  SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
    SCMP_SYS(fcntl),     SCMP_SYS(ioctl),      SCMP_SYS(uname),
    SCMP_SYS(sysinfo),   SCMP_SYS(getuid),     SCMP_SYS(geteuid),
    SCMP_SYS(getrusage), SCMP_SYS(prlimit64),
};

static int filter_build(scmp_filter_ctx ctx)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(allowed) / sizeof(*allowed); i++)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; rc == 0 && i < sizeof(refused) / sizeof(*refused); i++)
        rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
    /* Memory, but never to run from. */
    if (rc == 0) {
        rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    }
    if (rc == 0) {
        rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    }
    return rc;
}

static int seal_calls(struct error *e)
{
    uint32_t otherwise =
        sanitized ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS;
    scmp_filter_ctx ctx = seccomp_init(otherwise);
    int rc;

    if (ctx == NULL)
        return error(e, -ENOMEM, "cannot make a seccomp filter");
    rc = filter_build(ctx);
    if (rc == 0)
        rc = seccomp_load(ctx);
    seccomp_release(ctx);
    if (rc < 0) {
        return error(e, rc, "cannot seal a worker with seccomp: %s",
                     strerror(-rc));
    }
    return 0;
}

/* No file below any folder. An old kernel has seccomp alone. */
static void seal_files(void)
{
    struct landlock_ruleset_attr all = {
        .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
    };
    long fd = syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);

    if (fd < 0)
        return;
    if (syscall(SYS_landlock_restrict_self, (int)fd, 0) < 0)
        log_warn("a worker runs without Landlock");
    close((int)fd);
}

static long memory_now_mb(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    char line[64] = "";

    if (f == NULL)
        return 0;
    if (fgets(line, sizeof(line), f) != NULL)
        pages = strtol(line, NULL, 10);
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024) / 1024;
}

static int limit(int what, rlim_t n, struct error *e)
{
    struct rlimit both = { n, n };

    if (setrlimit(what, &both) < 0)
        return error(e, -errno, "cannot limit a worker: %s", strerror(errno));
    return 0;
}

static int seal_sizes(int memory_mb, struct error *e)
{
    rlim_t most = (rlim_t)(memory_now_mb() + memory_mb) << 20;
    int rc = limit(RLIMIT_CORE, 0, e);

    if (rc == 0)
        rc = limit(RLIMIT_FSIZE, 0, e);
    if (rc == 0 && !sanitized)
        rc = limit(RLIMIT_NOFILE, 0, e);
    if (rc == 0 && !sanitized)
        rc = limit(RLIMIT_AS, most, e);
    return rc;
}

int seal(int memory_mb, struct error *e)
{
    int rc;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        return error(e, -errno, "cannot give up privileges: %s",
                     strerror(errno));
    }
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    rc = seal_sizes(memory_mb, e); /* it looks at /proc, so before the files */
    seal_files();
    return rc < 0 ? rc : seal_calls(e);
}

const char *seal_missing(void)
{
    struct landlock_ruleset_attr all = { .handled_access_fs = 1 };
    long fd;

    if (seccomp_api_get() < 1)
        return "this kernel has no seccomp: workers cannot be sealed";
    fd = syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
    if (fd < 0) {
        return "this kernel has no Landlock: workers are sealed by seccomp "
               "alone";
    }
    close((int)fd);
    return NULL;
}
