/*
 * Coroutines on a libuv loop: a conversation with a server is written from
 * top to bottom, and while it waits the loop goes on. Each has a stack of its
 * own of CO_STACK bytes with a page below it that may not be touched; pages
 * that were never used cost nothing.
 *
 * All functions but co_start(), co_wake() and co_cancel() are called by the
 * coroutine itself. None may be called from another thread than the loop's.
 */
#ifndef BASE_CO_H
#define BASE_CO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct co;
struct uv_loop_s;

enum { CO_STACK = 256 * 1024 };

/* What a wait may end with, besides a file descriptor's events. */
enum { CO_WOKEN = 1 << 16 };

typedef void co_fn(void *arg);

/*
 * Runs body(arg) on a stack of its own, from the loop's next turn on. ended
 * is called on the loop's stack when body has returned and nothing of the
 * coroutine is left; until then the pointer given is good. Ends the program
 * where there is no memory for the stack.
 */
struct co *co_start(struct uv_loop_s *loop, co_fn *body, co_fn *ended,
                    void *arg);

/*
 * Waits until fd is UV_READABLE or UV_WRITABLE as asked. Gives the events, or
 * UV_ETIMEDOUT after ms, UV_ECANCELED after co_cancel(), or what libuv says.
 * ms < 0: for ever. Where events holds CO_WOKEN, co_wake() ends it too.
 */
CHECKED int co_wait_fd(struct co *co, int fd, int events, int64_t ms);

/* Gives CO_WOKEN, or UV_ETIMEDOUT after ms, or UV_ECANCELED. */
CHECKED int co_wait(struct co *co, int64_t ms);

/* Before fd is closed: lets the loop forget it. */
void co_forget_fd(struct co *co, int fd);

/* Ends its wait, or the next one that can be woken: none is lost. */
void co_wake(struct co *co);

/* Every wait, this one and all to come, gives UV_ECANCELED. */
void co_cancel(struct co *co);

bool co_cancelled(const struct co *co);

struct addrinfo;

/*
 * The addresses of host, looked up beside the loop; freeaddrinfo() ends them.
 * port is a number as text. Gives 0, UV_ETIMEDOUT, UV_ECANCELED or UV_EAI_*.
 */
CHECKED int co_resolve(struct co *co, const char *host, const char *port,
                       int64_t ms, struct addrinfo **out);

#endif
