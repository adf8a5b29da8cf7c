/*
 * inlet login: signs in to a mailbox by OAuth and puts the token where the
 * daemon looks for it; a running one takes it up by itself.
 */
#include "cmd/login.h"

#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "net/transfer.h"

enum { LINE_MAX_BYTES = 8 * 1024, SLOWER_S = 5, DOWN_TIMES = 2 };

static const char usage[] = "login [-c FILE] [--json] [--port N] CHANNEL";

/* ---- asking ---- */

struct question {
    struct login *login;
    struct login_answer *answer;
    struct error *error;
    bool done;
};

static void answered(void *arg, const struct transfer_result *r)
{
    struct question *q = arg;

    q->done = true;
    q->answer->rc = r->rc;
    q->answer->status = r->status;
    q->answer->body = arena_str(&q->login->arena, r->body);
    if (r->rc < 0)
        *q->error = r->why;
}

int login_ask(struct login *l, enum oauth_endpoint to, struct str form,
              struct login_answer *answer, struct error *e)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", NULL
    };
    struct question q = { l, answer, e, false };
    const struct transfer ask = { .url = l->settings->url[to],
                                  .body = form,
                                  .headers = headers,
                                  .max_bytes = OAUTH_ANSWER_MAX };

    transfer_start(l->transfers, &ask, answered, &q);
    while (!q.done)
        uv_run(l->loop, UV_RUN_ONCE);
    if (answer->rc >= 0)
        return 0;
    e->code = E_REMOTE;
    return error_in(e, "%s cannot be asked", l->settings->url[to]);
}

static int token_ask(struct login *l, struct str form, struct oauth_token *t,
                     struct error *e)
{
    struct login_answer a = { 0 };

    if (login_ask(l, OAUTH_TOKEN, form, &a, e) < 0)
        return e->code;
    return oauth_answer(l->settings, a.status, a.body, &l->arena, t, e);
}

/* ---- nobody is needed ---- */

static int alone(struct login *l, struct oauth_token *t, struct error *e)
{
    const struct oauth_token none = { 0 };
    struct str form;

    if (oauth_form_renew(l->settings, &none, &l->arena, &form, e) < 0)
        return e->code;
    return token_ask(l, form, t, e);
}

/* ---- a code to type in ---- */

static void code_show(const struct login *l, const struct oauth_device *d)
{
    struct buf b = buf_init(LINE_MAX_BYTES);
    struct json j = json_to(&b);

    if (l->json) {
        json_begin_object(&j);
        json_kv(&j, "url", d->url);
        json_kv(&j, "code", d->user_code);
        json_kv_int(&j, "expires_in", d->expires_in);
        json_end_object(&j);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b,
                   "Sign in as who may open the mailbox %.*s: go to\n\n"
                   "    %.*s\n\nand type in\n\n    %.*s\n\n",
                   STR_FMT(l->settings->user), STR_FMT(d->url),
                   STR_FMT(d->user_code));
    }
    cmd_print(&b);
    fflush(stdout); /* now: somebody waits for it */
    buf_free(&b);
}

static void left_show(int64_t ms)
{
    long long minutes = ms / 60000 + 1;

    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\rwaiting; the code is good for %lld minutes ",
                minutes);
    }
}

/* RFC 8628, 3.5: not yet, more seldom, or a line that broke: once more. */
static bool goes_on(int rc, struct oauth_device *d)
{
    if (rc == E_BUSY)
        d->interval += SLOWER_S;
    if (rc == E_REMOTE)
        d->interval *= DOWN_TIMES;
    return rc == E_AGAIN || rc == E_BUSY || rc == E_REMOTE;
}

int login_device(struct login *l, struct oauth_token *t, struct error *e)
{
    struct str form = oauth_form_device(l->settings, &l->arena);
    struct login_answer a = { 0 };
    struct oauth_device d;
    int64_t until;
    int rc;

    if (login_ask(l, OAUTH_DEVICECODE, form, &a, e) < 0 ||
        oauth_device_answer(l->settings, a.status, a.body, &l->arena, &d, e) <
            0)
        return e->code;
    code_show(l, &d);
    form = oauth_form_poll(l->settings, d.code, &l->arena);
    until = clock_monotonic_ms() + d.expires_in * 1000;
    do {
        int64_t left = until - clock_monotonic_ms();

        if (left <= 0) {
            rc = error(e, E_TIMEOUT,
                       "nobody has typed in the code in time; begin again");
            break;
        }
        left_show(left);
        if (left > d.interval * 1000)
            left = d.interval * 1000;
        poll(NULL, 0, (int)left);
        rc = token_ask(l, form, t, e);
    } while (goes_on(rc, &d));
    if (isatty(STDERR_FILENO))
        fputs("\n", stderr);
    return rc;
}

/* ---- all of it ---- */

static login_fn *const ways[] = {
    [OAUTH_DEVICE] = login_device,
    [OAUTH_CODE] = login_browser,
    [OAUTH_CLIENT] = alone,
    [OAUTH_SERVICE] = alone,
};

static void success_show(const struct login *l, const struct oauth_token *t)
{
    struct buf b = buf_init(LINE_MAX_BYTES);
    struct json j = json_to(&b);
    char until[CLOCK_TEXT];

    if (l->json) {
        json_begin_object(&j);
        json_kv(&j, "channel", str_of(l->settings->channel));
        json_kv(&j, "user", l->settings->user);
        json_kv_int(&j, "expires_at", t->expires_at);
        json_kv(&j, "file", l->settings->file);
        json_end_object(&j);
        buf_byte(&b, '\n');
    } else {
        buf_printf(&b,
                   "Signed in for %.*s. The token is good until %s and is "
                   "renewed by itself;\na running inlet takes it up within "
                   "seconds. It is kept in %.*s.\n",
                   STR_FMT(l->settings->user),
                   clock_rfc3339(t->expires_at, until),
                   STR_FMT(l->settings->file));
    }
    cmd_print(&b);
    buf_free(&b);
}

static int sign_in(struct login *l, struct error *e)
{
    struct oauth_token t = { 0 };
    int rc = ways[l->settings->flow](l, &t, e);

    if (rc == 0 && t.refresh.n == 0 && !oauth_alone(l->settings)) {
        rc = error(e, E_DENIED,
                   "there is no refresh token with it: it would end within the "
                   "hour; the application or oauth-scope has to ask for "
                   "offline access");
    }
    if (rc == 0)
        rc = oauth_save(l->settings, &t, e);
    if (rc == 0)
        success_show(l, &t);
    return rc;
}

static void closed(void *arg)
{
    (void)arg;
}

static int with_loop(struct login *l, struct error *e)
{
    uv_loop_t loop;
    int rc;

    uv_loop_init(&loop);
    l->loop = &loop;
    rc = transfers_open(&l->transfers, &loop, e);
    if (rc == 0) {
        rc = sign_in(l, e);
        transfers_close(l->transfers, closed, NULL);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return rc;
}

static int settings_find(const struct config *c, const char *name,
                         const struct oauth_settings **out, struct error *e)
{
    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        const struct adapter *adapter = ch->channel->adapter;
        const char *base = (const char *)ch->channel;

        if (strcmp(ch->channel->name, name) != 0)
            continue;
        *out = (const void *)(base + adapter->oauth);
        if (adapter->oauth != 0 && (*out)->provider != OAUTH_NONE)
            return 0;
        return error(e, E_CONFIG,
                     "channel %s signs in without OAuth: there is no oauth in "
                     "its block of inlet.conf",
                     name);
    }
    return error(e, E_NONE, "there is no channel %s in inlet.conf", name);
}

static int options(int argc, char **argv, const char **conf, struct login *l)
{
    static const struct option longs[] = {
        { "config", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { "port", required_argument, NULL, 'p' },
        { 0 },
    };
    int64_t port;
    int c;

    while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
        if (c == 'c') {
            *conf = optarg;
        } else if (c == 'j') {
            l->json = true;
        } else if (c == 'p' && str_int(str_of(optarg), &port) && port > 0 &&
                   port <= 65535) {
            l->port = (int)port;
        } else {
            return -1;
        }
    }
    return optind == argc - 1 ? 0 : -1;
}

int cmd_login(int argc, char **argv)
{
    struct login l = { 0 };
    const char *conf = NULL;
    struct config *c;
    struct error e;
    int rc;

    if (options(argc, argv, &conf, &l) < 0)
        return cmd_usage(usage);
    if (cmd_config(&c, conf, &e) < 0)
        return cmd_failed(&e);
    rc = settings_find(c, argv[optind], &l.settings, &e);
    if (rc == 0)
        rc = with_loop(&l, &e);
    arena_free(&l.arena);
    config_free(c);
    return rc < 0 ? cmd_failed(&e) : EX_OK;
}
