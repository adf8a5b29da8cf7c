/*
 * A sign-in in a browser that is sent back to this machine (RFC 8252, 7.3).
 * Whoever else knocks at that port, a page or a user of the machine, does not
 * know the state we made up and gets nothing.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/login.h"
#include "http/form.h"

enum {
    WAIT_MS = 15 * 60 * 1000,
    VISIT_MS = 5 * 1000,
    VISIT_MAX = 16 * 1024, /* a request's head, or a pasted address */
    STATE_BYTES = 16,
    VERIFIER_BYTES = 32, /* 43 characters: RFC 7636, 4.1 */
    SHOWN = 200,
    PAGE_MAX = 4 * 1024,
};

struct visit {
    struct login *login;
    int listener;
    bool stdin_open; /* an address may be pasted there */
    struct str state;
    struct str code; /* what it is all for; empty: not yet */
};

/* ---- what comes back ---- */

/* The query of "/?code=...&state=..." or of a whole address. */
static struct str query_of(struct str target)
{
    struct str rest = target;

    (void)str_until(&rest, STR("?"));
    return str_until(&rest, STR("#"));
}

/* E_NONE: it has nothing to do with us. */
static int query_take(struct visit *v, struct str query, struct error *e)
{
    struct arena *a = &v->login->arena;
    struct form_field *f;
    struct str why;

    if (form_read(&f, query, a, e) < 0 ||
        !digest_same(form_value(f, "state"), v->state))
        return error(e, E_NONE, "this is not the page that was asked for");
    why = form_value(f, "error_description");
    if (why.n == 0)
        why = form_value(f, "error");
    if (why.n > 0) {
        why = utf8_head(str_line(&why), SHOWN);
        return error(e, E_DENIED, "the sign-in was refused: %.*s",
                     STR_FMT(why));
    }
    v->code = arena_str(a, form_value(f, "code"));
    if (v->code.n == 0)
        return error(e, E_NONE, "there is no code in it");
    return 0;
}

static void page_say(int fd, const char *status, const char *text)
{
    char page[PAGE_MAX];
    int n = snprintf(page, sizeof(page),
                     "HTTP/1.1 %s\r\nContent-Type: text/plain\r\n"
                     "Content-Length: %zu\r\nConnection: close\r\n"
                     "Cache-Control: no-store\r\n\r\n%s",
                     status, strlen(text), text);

    if (n > 0)
        (void)!send(fd, page, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Reads until a line has ended; what takes too long or is too long has not. */
static bool line_read(int fd, struct buf *b, int64_t ms)
{
    int64_t until = clock_monotonic_ms() + ms;

    while (str_find(buf_str(b), STR("\n")) == b->n) {
        int64_t left = until - clock_monotonic_ms();
        struct pollfd p = { .fd = fd, .events = POLLIN };
        char some[1024];
        ssize_t n;

        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            return false;
        n = read(fd, some, sizeof(some));
        if (n <= 0 || buf_add(b, (struct str){ some, (size_t)n }) < 0)
            return false;
    }
    return true;
}

static int visitor_take(struct visit *v, int fd, struct error *e)
{
    struct buf b = buf_init(VISIT_MAX);
    struct str line = STR("");
    int rc = E_NONE;

    if (line_read(fd, &b, VISIT_MS)) {
        line = buf_str(&b);
        line = str_line(&line);
        if (str_eq(str_word(&line), STR("GET")))
            rc = query_take(v, query_of(str_word(&line)), e);
    }
    if (rc == 0) {
        page_say(fd, "200 OK",
                 "Thank you. Go back to the terminal: it says whether you are "
                 "signed in. This page may be closed.\n");
    } else if (rc == E_NONE) {
        page_say(fd, "404 Not Found", "There is nothing here.\n");
    } else {
        page_say(fd, "200 OK",
                 "The sign-in was refused. The terminal says why.\n");
    }
    buf_free(&b);
    close(fd);
    return rc;
}

static int pasted_take(struct visit *v, struct error *e)
{
    struct buf b = buf_init(VISIT_MAX);
    int rc = E_NONE;

    if (line_read(STDIN_FILENO, &b, VISIT_MS)) {
        struct str text = str_trim(buf_str(&b));

        rc = query_take(v, query_of(text), e);
        if (rc == E_NONE && text.n > 0) {
            fputs("That is not the address the browser ends at: it has "
                  "\"code=\" and \"state=\" in it.\n",
                  stderr);
        }
    } else {
        v->stdin_open = false;
    }
    buf_free(&b);
    return rc;
}

static int wait_for_it(struct visit *v, struct error *e)
{
    int64_t until = clock_monotonic_ms() + WAIT_MS;
    int rc = E_NONE;

    while (rc == E_NONE) {
        int64_t left = until - clock_monotonic_ms();
        struct pollfd p[] = {
            { .fd = v->listener, .events = POLLIN },
            { .fd = v->stdin_open ? STDIN_FILENO : -1, .events = POLLIN },
        };
        int fd;

        if (left <= 0)
            return error(e, E_TIMEOUT, "nobody has signed in; begin again");
        if (poll(p, COUNT_OF(p), (int)left) <= 0)
            continue;
        if (p[0].revents != 0) {
            fd = accept4(v->listener, NULL, NULL, SOCK_CLOEXEC);
            if (fd >= 0)
                rc = visitor_take(v, fd, e);
        } else if (p[1].revents != 0) {
            rc = pasted_take(v, e);
        }
    }
    return rc;
}

/* ---- going out ---- */

static int listen_open(struct visit *v, int *port, struct error *e)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)*port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof(at);
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    v->listener = fd;
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
        bind(fd, (const void *)&at, n) < 0 || listen(fd, 8) < 0 ||
        getsockname(fd, (void *)&at, &n) < 0) {
        return error(e, -errno, "port %d of this machine cannot be opened: %s",
                     *port, strerror(errno));
    }
    *port = ntohs(at.sin_port);
    return 0;
}

static void url_show(const struct login *l, const char *url, int port)
{
    struct buf b = buf_init(VISIT_MAX);
    struct json j = json_to(&b);

    if (l->json) {
        json_begin_object(&j);
        json_kv(&j, "url", str_of(url));
        json_kv_int(&j, "port", port);
        json_end_object(&j);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b,
                   "Sign in as who may open the mailbox %.*s: open\n\n"
                   "    %s\n\n"
                   "in a browser on this machine. Where it is on another one, "
                   "its last page will\nnot be found: paste here the address "
                   "it shows then, or begin with\n"
                   "    ssh -L %d:127.0.0.1:%d THIS-MACHINE\n",
                   STR_FMT(l->settings->user), url, port, port);
    }
    cmd_print(&b);
    fflush(stdout); /* now: somebody waits for it */
    buf_free(&b);
}

static int code_get(struct visit *v, struct str verifier, const char **redirect,
                    struct error *e)
{
    struct login *l = v->login;
    struct arena *a = &l->arena;
    int port = l->port;

    if (listen_open(v, &port, e) < 0)
        return e->code;
    *redirect =
        arena_printf(a, "http://%s:%d", oauth_redirect_host(l->settings), port);
    url_show(l,
             oauth_authorize_url(l->settings, v->state, verifier,
                                 str_of(*redirect), a),
             port);
    return wait_for_it(v, e);
}

int login_browser(struct login *l, struct oauth_token *t, struct error *e)
{
    struct str verifier = digest_token(&l->arena, VERIFIER_BYTES);
    struct visit v = { .login = l,
                       .listener = -1,
                       .stdin_open = true,
                       .state = digest_token(&l->arena, STATE_BYTES) };
    struct login_answer a = { 0 };
    const char *redirect = NULL;
    int rc = code_get(&v, verifier, &redirect, e);

    if (v.listener >= 0)
        close(v.listener);
    if (rc < 0)
        return rc;
    rc = login_ask(l, OAUTH_TOKEN,
                   oauth_form_code(l->settings, v.code, verifier,
                                   str_of(redirect), &l->arena),
                   &a, e);
    return rc < 0
               ? rc
               : oauth_answer(l->settings, a.status, a.body, &l->arena, t, e);
}
