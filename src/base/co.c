#include "base/co.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <uv.h>

#include "base/log.h"

/*
 * The address sanitizer has to be told of every change of stack; where the
 * program was built without it these two are not there.
 */
void __sanitizer_start_switch_fiber(void **save, const void *bottom,
                                    size_t size) __attribute__((weak));
void __sanitizer_finish_switch_fiber(void *save, const void **bottom,
                                     size_t *size) __attribute__((weak));

struct fd_watch {
    uv_poll_t poll;
    struct co *co;
    int fd;
};

struct co {
    uv_loop_t *loop;
    co_fn *body, *ended;
    void *arg;
    char *map; /* guard page and stack */
    size_t map_size;
    ucontext_t own, outside;
    void *own_fake, *outside_fake; /* the sanitizer's */
    const void *outside_stack;
    size_t outside_size;
    uv_timer_t timer;
    struct fd_watch *watch; /* kept between waits for the same fd */
    int result;             /* of the wait that has ended */
    bool waiting;
    bool wakes; /* co_wake() ends this wait */
    bool woken; /* a wake that nothing waited for */
    bool cancelled;
    bool done;
};

/* ---- from stack to stack ---- */

static void switch_to_own(struct co *co)
{
    if (__sanitizer_start_switch_fiber != NULL) {
        __sanitizer_start_switch_fiber(
            &co->outside_fake, co->map + (co->map_size - CO_STACK), CO_STACK);
    }
    if (swapcontext(&co->outside, &co->own) < 0)
        abort();
    if (__sanitizer_finish_switch_fiber != NULL)
        __sanitizer_finish_switch_fiber(co->outside_fake, NULL, NULL);
}

static void switch_outside(struct co *co)
{
    if (__sanitizer_start_switch_fiber != NULL) {
        __sanitizer_start_switch_fiber(co->done ? NULL : &co->own_fake,
                                       co->outside_stack, co->outside_size);
    }
    if (swapcontext(&co->own, &co->outside) < 0)
        abort();
    if (__sanitizer_finish_switch_fiber != NULL) {
        __sanitizer_finish_switch_fiber(co->own_fake, &co->outside_stack,
                                        &co->outside_size);
    }
}

/* makecontext(3) hands over ints alone: a pointer comes in two halves. */
static void co_main(unsigned high, unsigned low)
{
    union {
        uint64_t bits;
        struct co *co;
    } from = { .bits = (uint64_t)high << 32 | low };
    struct co *co = from.co;

    if (__sanitizer_finish_switch_fiber != NULL) {
        __sanitizer_finish_switch_fiber(NULL, &co->outside_stack,
                                        &co->outside_size);
    }
    co->body(co->arg);
    co->done = true;
    switch_outside(co);
}

static void context_make(struct co *co)
{
    union {
        struct co *co;
        uint64_t bits;
    } as = { .bits = 0 };

    as.co = co;
    if (getcontext(&co->own) < 0)
        abort();
    co->own.uc_stack.ss_sp = co->map + (co->map_size - CO_STACK);
    co->own.uc_stack.ss_size = CO_STACK;
    co->own.uc_link = NULL;
    makecontext(&co->own, (void (*)(void))co_main, 2, (unsigned)(as.bits >> 32),
                (unsigned)as.bits);
}

static void stack_make(struct co *co)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *map;

    co->map_size = CO_STACK + page;
    map = mmap(NULL, co->map_size, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED || mprotect(map, page, PROT_NONE) < 0) {
        log_error("no memory for a coroutine's stack");
        abort();
    }
    co->map = map;
}

/* ---- its end ---- */

static void watch_closed(uv_handle_t *h)
{
    free(h->data);
}

static void timer_closed(uv_handle_t *h)
{
    struct co *co = h->data;
    co_fn *ended = co->ended;
    void *arg = co->arg;

    munmap(co->map, co->map_size);
    free(co);
    if (ended != NULL)
        ended(arg);
}

static void watch_drop(struct co *co)
{
    if (co->watch == NULL)
        return;
    uv_close((uv_handle_t *)&co->watch->poll, watch_closed);
    co->watch = NULL;
}

static void co_run(struct co *co)
{
    switch_to_own(co);
    if (!co->done)
        return;
    watch_drop(co);
    uv_close((uv_handle_t *)&co->timer, timer_closed);
}

/* ---- waiting ---- */

static void wait_over(struct co *co, int result)
{
    if (!co->waiting)
        return;
    co->waiting = false;
    co->result = result;
    uv_timer_stop(&co->timer);
    if (co->watch != NULL)
        uv_poll_stop(&co->watch->poll);
    co_run(co);
}

static void on_timer(uv_timer_t *t)
{
    wait_over(t->data, UV_ETIMEDOUT);
}

/* Ends a wait from the loop's next turn: co_wake() is called from anywhere. */
static void on_nudge(uv_timer_t *t)
{
    struct co *co = t->data;

    if (co->cancelled) {
        wait_over(co, UV_ECANCELED);
        return;
    }
    co->woken = false;
    wait_over(co, CO_WOKEN);
}

static void nudge(struct co *co)
{
    uv_timer_start(&co->timer, on_nudge, 0, 0);
}

static void on_poll(uv_poll_t *p, int status, int events)
{
    struct fd_watch *w = p->data;

    if (w->co->watch == w)
        wait_over(w->co, status < 0 ? status : events);
}

static int watch_begin(struct co *co, int fd, int events)
{
    struct fd_watch *w = co->watch;
    int rc;

    if (w != NULL && w->fd != fd) {
        watch_drop(co);
        w = NULL;
    }
    if (w == NULL) {
        w = calloc(1, sizeof(*w));
        if (w == NULL)
            abort();
        rc = uv_poll_init(co->loop, &w->poll, fd);
        if (rc < 0) {
            free(w);
            return rc;
        }
        w->poll.data = w;
        w->co = co;
        w->fd = fd;
        co->watch = w;
    }
    return uv_poll_start(&w->poll, events & ~CO_WOKEN, on_poll);
}

static int wait_begin(struct co *co, bool wakes, int64_t ms)
{
    co->waiting = true;
    co->wakes = wakes;
    if (ms >= 0)
        uv_timer_start(&co->timer, on_timer, (uint64_t)ms, 0);
    switch_outside(co);
    return co->result;
}

/* What ends a wait before it begins, or 0. */
static int wait_needless(struct co *co, bool wakes)
{
    if (co->cancelled)
        return UV_ECANCELED;
    if (!wakes || !co->woken)
        return 0;
    co->woken = false;
    return CO_WOKEN;
}

int co_wait_fd(struct co *co, int fd, int events, int64_t ms)
{
    bool wakes = (events & CO_WOKEN) != 0;
    int rc = wait_needless(co, wakes);

    if (rc == 0)
        rc = watch_begin(co, fd, events);
    return rc != 0 ? rc : wait_begin(co, wakes, ms);
}

int co_wait(struct co *co, int64_t ms)
{
    int rc = wait_needless(co, true);

    return rc != 0 ? rc : wait_begin(co, true, ms);
}

void co_forget_fd(struct co *co, int fd)
{
    if (co->watch != NULL && co->watch->fd == fd)
        watch_drop(co);
}

void co_wake(struct co *co)
{
    co->woken = true;
    if (co->waiting && co->wakes)
        nudge(co);
}

void co_cancel(struct co *co)
{
    co->cancelled = true;
    if (co->waiting)
        nudge(co);
}

bool co_cancelled(const struct co *co)
{
    return co->cancelled;
}

struct co *co_start(struct uv_loop_s *loop, co_fn *body, co_fn *ended,
                    void *arg)
{
    struct co *co = calloc(1, sizeof(*co));

    if (co == NULL)
        abort();
    co->loop = loop;
    co->body = body;
    co->ended = ended;
    co->arg = arg;
    stack_make(co);
    context_make(co);
    uv_timer_init(loop, &co->timer);
    co->timer.data = co;
    co->waiting = true; /* for its first turn */
    uv_timer_start(&co->timer, on_timer, 0, 0);
    return co;
}

/* ---- names ---- */

struct lookup {
    uv_getaddrinfo_t req;
    struct co *co; /* NULL: nobody waits for it any more */
    struct addrinfo *found;
    int rc;
    bool done;
};

static void lookup_done(uv_getaddrinfo_t *req, int rc, struct addrinfo *found)
{
    struct lookup *l = req->data;

    if (l->co == NULL) {
        uv_freeaddrinfo(found);
        free(l);
        return;
    }
    l->rc = rc;
    l->found = found;
    l->done = true;
    co_wake(l->co);
}

/* Other wakes may come while it waits: they are kept for later. */
static int lookup_wait(struct co *co, struct lookup *l, int64_t ms)
{
    int64_t until = (int64_t)(uv_now(co->loop)) + ms;
    int others = 0;
    int rc = 0;

    while (!l->done && rc >= 0) {
        int64_t left = until - (int64_t)uv_now(co->loop);

        rc = co_wait(co, left > 0 ? left : 0);
        if (rc == CO_WOKEN && !l->done)
            others++;
    }
    if (others > 0)
        co->woken = true;
    return l->done ? 0 : rc;
}

int co_resolve(struct co *co, const char *host, const char *port, int64_t ms,
               struct addrinfo **out)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_NUMERICSERV };
    struct lookup *l = calloc(1, sizeof(*l));
    int rc;

    if (l == NULL)
        abort();
    l->req.data = l;
    l->co = co;
    rc = uv_getaddrinfo(co->loop, &l->req, lookup_done, host, port, &hints);
    if (rc < 0) {
        free(l);
        return rc;
    }
    rc = lookup_wait(co, l, ms);
    if (rc < 0) {
        l->co = NULL;
        uv_cancel((uv_req_t *)&l->req);
        return rc;
    }
    rc = l->rc;
    *out = l->found;
    free(l);
    return rc;
}
