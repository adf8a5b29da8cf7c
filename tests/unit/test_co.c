#include "base/co.h"

#include <netdb.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "../tap.h"
#include "base/buf.h"

struct job {
    uv_loop_t *loop;
    struct co *co;
    struct buf *said;
    int fds[2];
    int64_t ms;
    int got, then;
    bool over;
};

static struct job job_of(uv_loop_t *loop, struct buf *said)
{
    return (struct job){ .loop = loop, .said = said };
}

static void on_end(void *arg)
{
    struct job *j = arg;

    j->over = true;
}

static void go(struct job *j, co_fn *body)
{
    j->co = co_start(j->loop, body, on_end, j);
}

/* A loop that does not end by itself would be a wait that nothing ends. */
static int run(uv_loop_t *loop)
{
    alarm(60);
    uv_run(loop, UV_RUN_DEFAULT);
    alarm(0);
    return uv_loop_close(loop);
}

static void sleeper(void *arg)
{
    struct job *j = arg;

    j->got = co_wait(j->co, j->ms);
    buf_printf(j->said, "%lld ", (long long)j->ms);
}

static void waits_end_in_the_order_of_their_times(void)
{
    struct buf said = buf_init(1000);
    uv_loop_t loop;
    struct job jobs[3];

    uv_loop_init(&loop);
    for (int i = 0; i < 3; i++) {
        jobs[i] = job_of(&loop, &said);
        jobs[i].ms = 90 - i * 30;
        go(&jobs[i], sleeper);
    }
    CHECK(run(&loop) == 0);
    CHECK_STR(buf_str(&said), "30 60 90 ");
    CHECK(jobs[0].got == UV_ETIMEDOUT);
    CHECK(jobs[0].over && jobs[1].over && jobs[2].over);
    buf_free(&said);
}

static void reader(void *arg)
{
    struct job *j = arg;
    char c = 0;

    for (;;) {
        j->got = co_wait_fd(j->co, j->fds[0], UV_READABLE, 30000);
        if (j->got < 0 || read(j->fds[0], &c, 1) != 1 || c == '.')
            break;
        buf_byte(j->said, c);
    }
    j->then = co_wait_fd(j->co, j->fds[0], UV_READABLE, 1);
    co_forget_fd(j->co, j->fds[0]);
    close(j->fds[0]);
}

static void writer(void *arg)
{
    struct job *j = arg;

    for (const char *c = "abc."; *c != 0; c++) {
        (void)!co_wait(j->co, 1);
        (void)!write(j->fds[1], c, 1);
    }
}

static void two_talk_through_a_pipe(void)
{
    struct buf said = buf_init(1000);
    uv_loop_t loop;
    struct job a;
    struct job b;

    uv_loop_init(&loop);
    a = job_of(&loop, &said);
    CHECK(pipe(a.fds) == 0);
    b = a;
    go(&a, reader);
    go(&b, writer);
    CHECK(run(&loop) == 0);
    CHECK_STR(buf_str(&said), "abc");
    CHECK(a.got == UV_READABLE);
    CHECK(a.then == UV_ETIMEDOUT);
    close(b.fds[1]);
    buf_free(&said);
}

static void woken_twice(void *arg)
{
    struct job *j = arg;

    co_wake(j->co); /* before it waits */
    j->got = co_wait(j->co, 30000);
    j->then = co_wait_fd(j->co, j->fds[0], UV_READABLE | CO_WOKEN, 30000);
}

static void waker(void *arg)
{
    struct job *j = arg;

    (void)!co_wait(j->co, 5);
    co_wake(((struct job *)(void *)j->said)->co);
}

static void no_wake_is_lost(void)
{
    uv_loop_t loop;
    struct job a;
    struct job b;

    uv_loop_init(&loop);
    a = job_of(&loop, NULL);
    b = job_of(&loop, (struct buf *)(void *)&a);
    CHECK(pipe(a.fds) == 0);
    go(&a, woken_twice);
    go(&b, waker);
    CHECK(run(&loop) == 0);
    CHECK(a.got == CO_WOKEN);
    CHECK(a.then == CO_WOKEN);
    close(a.fds[0]);
    close(a.fds[1]);
}

static void unmoved(void *arg)
{
    struct job *j = arg;

    j->got = co_wait_fd(j->co, j->fds[0], UV_READABLE, 20);
    j->then = co_wait(j->co, 0);
}

static void a_wake_does_not_break_into_a_wait_for_a_file(void)
{
    uv_loop_t loop;
    struct job a;
    struct job b;

    uv_loop_init(&loop);
    a = job_of(&loop, NULL);
    b = job_of(&loop, (struct buf *)(void *)&a);
    CHECK(pipe(a.fds) == 0);
    go(&a, unmoved);
    go(&b, waker);
    CHECK(run(&loop) == 0);
    CHECK(a.got == UV_ETIMEDOUT);
    CHECK(a.then == CO_WOKEN);
    close(a.fds[0]);
    close(a.fds[1]);
}

static void for_ever(void *arg)
{
    struct job *j = arg;

    j->got = co_wait_fd(j->co, j->fds[0], UV_READABLE, -1);
    j->then = co_wait(j->co, -1);
    if (co_cancelled(j->co))
        buf_printf(j->said, "cancelled");
}

static void canceller(void *arg)
{
    struct job *j = arg;

    (void)!co_wait(j->co, 5);
    co_cancel(((struct job *)(void *)j->said)->co);
}

static void cancelling_ends_this_wait_and_those_to_come(void)
{
    struct buf said = buf_init(1000);
    uv_loop_t loop;
    struct job a;
    struct job b;

    uv_loop_init(&loop);
    a = job_of(&loop, &said);
    b = job_of(&loop, (struct buf *)(void *)&a);
    CHECK(pipe(a.fds) == 0);
    go(&a, for_ever);
    go(&b, canceller);
    CHECK(run(&loop) == 0);
    CHECK(a.got == UV_ECANCELED);
    CHECK(a.then == UV_ECANCELED);
    CHECK_STR(buf_str(&said), "cancelled");
    close(a.fds[0]);
    close(a.fds[1]);
    buf_free(&said);
}

static void one_that_is_cancelled_before_its_turn_ends(void)
{
    uv_loop_t loop;
    struct job a;

    uv_loop_init(&loop);
    a = job_of(&loop, NULL);
    a.ms = 30000;
    a.said = &(struct buf){ .max = 100 };
    go(&a, sleeper);
    co_cancel(a.co);
    CHECK(run(&loop) == 0);
    CHECK(a.got == UV_ECANCELED);
    CHECK(a.over);
    buf_free(a.said);
}

static void looker(void *arg)
{
    struct job *j = arg;
    struct addrinfo *all = NULL;

    co_wake(j->co);
    j->got = co_resolve(j->co, "127.0.0.1", "993", 30000, &all);
    j->then = co_wait(j->co, 0);
    if (all != NULL && all->ai_family == AF_INET)
        buf_printf(j->said, "found");
    uv_freeaddrinfo(all);
}

static void a_name_is_looked_up_and_other_wakes_are_kept(void)
{
    struct buf said = buf_init(1000);
    uv_loop_t loop;
    struct job a;

    uv_loop_init(&loop);
    a = job_of(&loop, &said);
    go(&a, looker);
    CHECK(run(&loop) == 0);
    CHECK(a.got == 0);
    CHECK(a.then == CO_WOKEN);
    CHECK_STR(buf_str(&said), "found");
    buf_free(&said);
}

enum { DEEP = 1024 };

static int deep(struct job *j, int levels, char fill)
{
    volatile char here[DEEP];
    int sum = 0;

    for (int i = 0; i < DEEP; i++)
        here[i] = fill;
    if (levels == 0)
        j->got = co_wait(j->co, 1);
    else
        sum = deep(j, levels - 1, fill);
    for (int i = 0; i < DEEP; i++)
        sum += here[i] != fill;
    return sum;
}

static void diver(void *arg)
{
    struct job *j = arg;

    j->then = deep(j, (int)j->ms, (char)('a' + j->fds[0]));
}

static void each_has_a_stack_of_its_own(void)
{
    uv_loop_t loop;
    static struct job jobs[300];
    int wrong = 0;

    uv_loop_init(&loop);
    for (int i = 0; i < 300; i++) {
        jobs[i] = job_of(&loop, NULL);
        jobs[i].ms = 100; /* levels */
        jobs[i].fds[0] = i % 26;
        go(&jobs[i], diver);
    }
    CHECK(run(&loop) == 0);
    for (int i = 0; i < 300; i++)
        wrong += jobs[i].then != 0 || jobs[i].got != UV_ETIMEDOUT;
    CHECK(wrong == 0);
}

/* In a child, which is to die of it rather than write into a neighbour. */
static void a_stack_that_runs_over_ends_the_program(void)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        uv_loop_t loop;
        struct job a;

        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(0);
        uv_loop_init(&loop);
        a = job_of(&loop, NULL);
        a.ms = CO_STACK / DEEP * 2;
        go(&a, diver);
        uv_run(&loop, UV_RUN_DEFAULT);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(status != 0);
}

int main(void)
{
    waits_end_in_the_order_of_their_times();
    two_talk_through_a_pipe();
    no_wake_is_lost();
    a_wake_does_not_break_into_a_wait_for_a_file();
    cancelling_ends_this_wait_and_those_to_come();
    one_that_is_cancelled_before_its_turn_ends();
    a_name_is_looked_up_and_other_wakes_are_kept();
    each_has_a_stack_of_its_own();
    a_stack_that_runs_over_ends_the_program();
    return tap_done();
}
