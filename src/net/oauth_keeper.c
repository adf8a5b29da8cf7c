#include "net/oauth_keeper.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/oauth_internal.h"
#include "net/transfer.h"

enum {
    LOOK_MS = 2 * 1000,         /* at the file, while there is trouble */
    LOOK_SELDOM_MS = 60 * 1000, /* and while there is none */
    ASK_MS = 20 * 1000, /* an end of the program may have to wait so long */
    RETRY_MS = 2 * 1000,
    RETRY_MOST_MS = 10 * 60 * 1000,
    RETRY_DENIED_MS = 60 * 60 * 1000, /* a no will hardly change by itself */
    REFUSED_MS = 60 * 1000, /* once in that time a refusal makes a new token */
};

struct oauth_account {
    struct oauth_keeper *keeper;
    const struct oauth_settings *settings;
    struct arena arena; /* of the token */
    struct oauth_token token;
    int serial;       /* another number, another token */
    struct stat file; /* as it was when it was read last */
    bool unsaved;     /* the file does not have this token yet */
    bool asking;
    int asked_with; /* the token that is to be renewed, by its serial */
    bool spent;     /* the token is to be renewed before its time */
    bool closed;
    int failures;       /* to renew, in a row */
    int64_t retry_at;   /* of clock_monotonic_ms() */
    int64_t refused_at; /* by a mail server; the same clock; 0: never */
    struct error why;   /* of the last failure; code 0: none */
    uv_timer_t timer;
    struct oauth_user *users;
    struct oauth_account *next;
};

struct oauth_keeper {
    struct uv_loop_s *loop;
    struct transfers *transfers;
    struct oauth_account *accounts;
    int open; /* accounts */
    bool closing;
    oauth_closed_fn *done;
    void *arg;
};

static void on_timer(uv_timer_t *timer);

static void tell(struct oauth_account *o)
{
    struct oauth_user *next;

    for (struct oauth_user *u = o->users; u != NULL; u = next) {
        next = u->next;
        u->news(u->arg);
    }
}

static bool is_due(const struct oauth_account *o)
{
    return o->spent || o->token.access.n == 0 ||
           clock_now() >= oauth_renew_at(&o->token);
}

/* Until something is to be done: the renewal, another try, a look. */
static void look_in(struct oauth_account *o)
{
    int64_t ms = o->why.code != 0 ? LOOK_MS : LOOK_SELDOM_MS;
    int64_t due = (oauth_renew_at(&o->token) - clock_now()) * 1000;
    int64_t retry = o->retry_at - clock_monotonic_ms();

    if (is_due(o))
        due = 0;
    if (due < retry)
        due = retry;
    if (due < ms)
        ms = due;
    if (o->asking && ms < LOOK_MS)
        ms = LOOK_MS;
    if (!o->closed)
        uv_timer_start(&o->timer, on_timer, (uint64_t)(ms > 0 ? ms : 0), 0);
}

/* ---- the file ---- */

static void token_set(struct oauth_account *o, struct arena a,
                      const struct oauth_token *t)
{
    struct arena old = o->arena;

    o->arena = a;
    o->token = *t;
    o->serial++;
    o->spent = false;
    o->failures = 0;
    o->retry_at = 0;
    o->why = (struct error){ 0 };
    arena_free(&old);
}

static bool file_changed(struct oauth_account *o)
{
    struct arena a = { 0 };
    struct stat st;
    bool there = stat(arena_dup(&a, o->settings->file), &st) == 0;
    bool changed = there && (st.st_ino != o->file.st_ino ||
                             st.st_mtim.tv_sec != o->file.st_mtim.tv_sec ||
                             st.st_mtim.tv_nsec != o->file.st_mtim.tv_nsec);

    arena_free(&a);
    if (changed)
        o->file = st;
    return changed;
}

/* Gives whether there is another token than before. */
static bool file_take(struct oauth_account *o)
{
    struct arena a = { 0 };
    struct oauth_token t;
    struct error e;
    int rc = oauth_load(o->settings, &a, &t, &e);

    if (rc < 0 || (str_eq(t.access, o->token.access) &&
                   str_eq(t.refresh, o->token.refresh))) {
        if (rc < 0 && rc != E_NONE && o->token.access.n == 0)
            o->why = e;
        arena_free(&a);
        return false;
    }
    token_set(o, a, &t);
    o->unsaved = false;
    return true;
}

/* A token that is not in the file is lost at a restart. */
static void file_write(struct oauth_account *o)
{
    bool again = o->unsaved;
    struct error e;

    o->unsaved = oauth_save(o->settings, &o->token, &e) < 0;
    if (!o->unsaved) {
        if (again)
            o->why = (struct error){ 0 };
        (void)!file_changed(o);
        return;
    }
    if (!again)
        log_error("%s: a new token: %s", o->settings->channel, e.text);
    o->why = e;
}

/* ---- renewing ---- */

static void keeper_end_if_done(struct oauth_keeper *k)
{
    oauth_closed_fn *done = k->done;
    void *arg = k->arg;

    if (!k->closing || k->open > 0)
        return;
    free(k);
    done(arg);
}

static void account_free(struct oauth_account *o)
{
    struct oauth_keeper *k = o->keeper;

    arena_free(&o->arena);
    free(o);
    k->open--;
    keeper_end_if_done(k);
}

static void failed(struct oauth_account *o, const struct error *e)
{
    int64_t ms = RETRY_MS;

    o->failures++;
    for (int i = 1; i < o->failures && ms < RETRY_MOST_MS; i++)
        ms *= 2;
    if (ms > RETRY_MOST_MS)
        ms = RETRY_MOST_MS;
    if (e->code == E_DENIED || e->code == E_NONE)
        ms = RETRY_DENIED_MS;
    o->retry_at = clock_monotonic_ms() + ms;
    o->why = *e;
    log_warn("%s: %s", o->settings->channel, e->text);
}

static int take_answer(struct oauth_account *o, const struct transfer_result *r,
                       struct error *e)
{
    struct arena a = { 0 };
    struct oauth_token t = { 0 };
    int rc;

    if (r->rc < 0) {
        return error(e, E_REMOTE, "%s cannot be asked for a token: %s",
                     oauth_called(o->settings), r->why.text);
    }
    rc = oauth_answer(o->settings, r->status, r->body, &a, &t, e);
    if (rc < 0) {
        arena_free(&a);
        return rc;
    }
    if (t.refresh.n == 0) /* the one there is stays good */
        t.refresh = arena_str(&a, o->token.refresh);
    token_set(o, a, &t);
    file_write(o);
    return 0;
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct oauth_account *o = arg;
    struct error e;

    o->asking = false;
    /* Somebody else may have renewed it, or signed in, meanwhile. */
    if (o->serial == o->asked_with && take_answer(o, r, &e) < 0 && !o->closed) {
        if (!file_changed(o) || !file_take(o))
            failed(o, &e);
    }
    if (o->closed) {
        if (o->timer.data == NULL)
            account_free(o);
        return;
    }
    look_in(o);
    tell(o);
}

static void renew(struct oauth_account *o)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded",
        "Accept: application/json", NULL
    };
    struct arena a = { 0 };
    struct transfer ask = { .url = o->settings->url[OAUTH_TOKEN],
                            .headers = headers,
                            .max_bytes = OAUTH_ANSWER_MAX,
                            .timeout_ms = ASK_MS };
    struct error e;

    if (oauth_form_renew(o->settings, &o->token, &a, &ask.body, &e) < 0) {
        failed(o, &e);
        tell(o);
    } else {
        o->asking = true;
        o->asked_with = o->serial;
        transfer_start(o->keeper->transfers, &ask, answered, o);
    }
    arena_free(&a);
}

static void on_timer(uv_timer_t *timer)
{
    struct oauth_account *o = timer->data;
    bool changed = file_changed(o) && file_take(o);

    if (o->unsaved) {
        file_write(o);
        changed = changed || !o->unsaved;
    }
    if (!o->asking && is_due(o) && clock_monotonic_ms() >= o->retry_at)
        renew(o);
    look_in(o);
    if (changed)
        tell(o);
}

/* ---- who uses it ---- */

static bool same(const struct oauth_settings *a, const struct oauth_settings *b)
{
    return a->provider == b->provider && a->flow == b->flow &&
           str_eq(a->client, b->client) && str_eq(a->secret, b->secret) &&
           str_eq(a->scope, b->scope) && str_eq(a->key, b->key) &&
           str_eq(str_of(a->url[OAUTH_TOKEN]), str_of(b->url[OAUTH_TOKEN]));
}

static struct oauth_account *account_new(struct oauth_keeper *k,
                                         const struct oauth_settings *s)
{
    struct oauth_account *o = calloc(1, sizeof(*o));

    if (o == NULL)
        abort();
    o->keeper = k;
    o->settings = s;
    o->next = k->accounts;
    k->accounts = o;
    k->open++;
    uv_timer_init(k->loop, &o->timer);
    o->timer.data = o;
    (void)!file_changed(o);
    (void)!file_take(o);
    uv_timer_start(&o->timer, on_timer, 0, 0);
    return o;
}

int oauth_join(struct oauth_keeper *k, const struct oauth_settings *s,
               struct oauth_user *u, struct oauth_account **out,
               struct error *e)
{
    struct oauth_account *o = k->accounts;

    while (o != NULL && !str_eq(o->settings->file, s->file))
        o = o->next;
    if (o != NULL && !same(o->settings, s)) {
        return error(e, E_CONFIG,
                     "channels %s and %s keep their token in one file but "
                     "differ in what is said of oauth",
                     o->settings->channel, s->channel);
    }
    if (o == NULL)
        o = account_new(k, s);
    u->next = o->users;
    o->users = u;
    *out = o;
    return 0;
}

void oauth_leave(struct oauth_account *o, struct oauth_user *u)
{
    struct oauth_user **at = &o->users;

    while (*at != NULL && *at != u)
        at = &(*at)->next;
    if (*at != NULL)
        *at = u->next;
}

int oauth_take(struct oauth_account *o, struct str *token, struct error *e)
{
    if (!o->spent && oauth_usable(&o->token, clock_now())) {
        *token = o->token.access;
        return 0;
    }
    if (o->why.code == 0)
        return error(e, E_AGAIN, "a token is being asked for");
    *e = o->why;
    return e->code;
}

int oauth_serial(const struct oauth_account *o)
{
    return o->serial;
}

bool oauth_refused(struct oauth_account *o, int serial)
{
    int64_t now = clock_monotonic_ms();

    if (serial != o->serial)
        return true;
    if (!o->spent && o->refused_at != 0 && now - o->refused_at < REFUSED_MS)
        return false;
    if (!o->spent)
        o->refused_at = now;
    o->spent = true;
    look_in(o);
    return o->why.code == 0;
}

int64_t oauth_expires_at(const struct oauth_account *o)
{
    return o->token.access.n > 0 ? o->token.expires_at : 0;
}

const struct error *oauth_trouble(const struct oauth_account *o)
{
    bool passes = o->why.code == E_REMOTE || o->why.code == E_TIMEOUT;

    return o->why.code == 0 || passes ? NULL : &o->why;
}

/* ---- all of them ---- */

void oauth_keeper_open(struct oauth_keeper **out, struct uv_loop_s *loop,
                       struct transfers *transfers)
{
    struct oauth_keeper *k = calloc(1, sizeof(*k));

    if (k == NULL)
        abort();
    k->loop = loop;
    k->transfers = transfers;
    *out = k;
}

static void timer_closed(uv_handle_t *h)
{
    struct oauth_account *o = h->data;

    h->data = NULL;
    if (!o->asking)
        account_free(o);
}

void oauth_keeper_close(struct oauth_keeper *k, oauth_closed_fn *closed,
                        void *arg)
{
    k->closing = true;
    k->done = closed;
    k->arg = arg;
    for (struct oauth_account *o = k->accounts; o != NULL; o = o->next) {
        o->closed = true;
        o->users = NULL;
        uv_close((uv_handle_t *)&o->timer, timer_closed);
    }
    keeper_end_if_done(k);
}
