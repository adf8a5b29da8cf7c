/* Mail in, from a folder on an IMAP server. */
#include <stdlib.h>
#include <sys/random.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "imap_internal.h"
#include "imap_text.h"
#include "mail/mail.h"

enum {
    HOLD_MS = 20 * 1000, /* for the inbox's answer, before a NOOP */
    RETRY_MS = 1000,
    RETRY_MOST_MS = 10 * 60 * 1000,
    DENIED_MS = 60 * 1000, /* a wrong password too often locks the account */
    OBEYED_MS = 60 * 60 * 1000,
};

static imap_state state_token, state_connect, state_auth, state_select,
    state_reconcile, state_fetch, state_mark, state_hold, state_news,
    state_idle, state_poll, state_trouble;

static struct imap *imap_of(struct channel *ch)
{
    return (struct imap *)(void *)ch;
}

/* Goes on to next, or to what has to be done about the trouble. */
static void go(struct imap *m, int rc, imap_state *next)
{
    m->next = rc < 0 ? state_trouble : next;
}

/* ---- the sign-in ---- */

static void on_token(void *arg)
{
    struct imap *m = arg;

    m->fresh = true;
    if (m->co != NULL)
        co_wake(m->co);
}

/* That it has ended is told while the last token still opens the door. */
static void token_tell(struct imap *m)
{
    const struct error *why;
    int64_t ends;

    if (m->account == NULL)
        return;
    why = oauth_trouble(m->account);
    ends = oauth_expires_at(m->account);
    if (ends != m->ends)
        inbox_sign_in_told(&m->channel, ends);
    m->ends = ends;
    if (why != NULL && !m->signless) {
        inbox_health(&m->channel, "%s", why->text);
    } else if (why == NULL && m->signless && !m->ill) {
        inbox_health(&m->channel, NULL);
    }
    m->signless = why != NULL;
}

static int token_take(struct imap *m, struct str *token, struct error *e)
{
    *token = STR("");
    return m->account == NULL ? 0 : oauth_take(m->account, token, e);
}

/* ---- the states ---- */

/* Nothing is asked of the mail server while there is nothing to show it. */
static void state_token(struct imap *m)
{
    struct error why = { 0 };
    struct str token;
    int rc = token_take(m, &token, &why);

    token_tell(m);
    if (rc == 0) {
        m->next = state_connect;
        return;
    }
    if (rc != E_AGAIN && !m->signless) {
        m->ill = true;
        inbox_health(&m->channel, "%s", why.text);
    }
    rc = co_wait(m->co, -1);
    imap_answers(m);
    imap_forget(m);
    m->next = rc == UV_ECANCELED ? NULL : state_token;
}

static void state_connect(struct imap *m)
{
    go(m, imap_session_open(&m->session, m->co, &m->at, &m->trouble),
       state_auth);
}

/* Whether another one is to come, by itself or when somebody signs in. */
static bool token_is_over(struct imap *m, int serial)
{
    struct str token;
    struct error why;

    return oauth_refused(m->account, serial) ||
           oauth_take(m->account, &token, &why) < 0;
}

/* The token came to its end on the way, or before its time. */
static void token_again(struct imap *m)
{
    log_info("%s: %s", m->channel.name, m->trouble.text);
    imap_session_close(m->session);
    m->session = NULL;
    m->next = state_token;
}

static void state_auth(struct imap *m)
{
    struct error *e = &m->trouble;
    struct str token;
    int rc;

    if (token_take(m, &token, e) < 0) {
        token_again(m);
        return;
    }
    if (m->account != NULL) {
        int serial = oauth_serial(m->account);

        rc = imap_session_login_token(m->session, m->user, token, e);
        if (rc == E_DENIED && token_is_over(m, serial)) {
            token_again(m);
            return;
        }
    } else {
        rc = imap_session_login(m->session, m->user, m->password, e);
    }
    if (rc == 0 && m->after == IMAP_MOVE)
        rc = imap_session_make(m->session, m->move_to, e);
    go(m, rc, state_select);
}

/* Whatever it is called: the server knows. */
static bool is_the_junk_folder(const struct imap *m)
{
    return str_case_eq(m->folder, STR("\\Junk"));
}

static void state_select(struct imap *m)
{
    struct imap_folder f = { 0 };
    struct error *e = &m->trouble;
    int rc = is_the_junk_folder(m)
                 ? imap_session_select_junk(m->session, &f, e)
                 : imap_session_select(m->session, m->folder, &f, e);

    m->told = -1;
    if (rc == 0)
        rc = imap_begin(m, &f, e);
    go(m, rc, state_reconcile);
}

static void well(struct imap *m)
{
    m->failures = 0;
    if (m->skipped > 0) {
        m->ill = true;
        inbox_health(&m->channel,
                     "%d mails in %.*s cannot be fetched; they are left there",
                     m->skipped, STR_FMT(m->folder));
    } else if (m->ill) {
        m->ill = false;
        m->signless = false;
        inbox_health(&m->channel, NULL);
    }
    token_tell(m);
}

static void state_reconcile(struct imap *m)
{
    int rc = imap_reconcile(m, &m->trouble);

    if (rc == 0)
        well(m);
    go(m, rc, state_mark);
}

static void state_fetch(struct imap *m)
{
    go(m, imap_fetch_some(m, &m->trouble), state_mark);
}

static imap_state *after_mark(const struct imap *m)
{
    if (imap_wants(m))
        return imap_has_room(m) ? state_fetch : state_hold;
    if (m->flying > 0) /* what is safe is marked before all is looked at */
        return state_hold;
    if (clock_monotonic_ms() >= m->reconcile_at)
        return state_reconcile;
    if (m->no_idle || !imap_session_can(m->session, "IDLE"))
        return state_poll;
    return state_idle;
}

static void backlog_tell(struct imap *m)
{
    int64_t n = imap_session_exists(m->session);

    if (n != m->told)
        inbox_backlog_told(&m->channel, n);
    m->told = n;
}

static void state_mark(struct imap *m)
{
    int rc;

    imap_answers(m);
    token_tell(m);
    rc = imap_mark(m, &m->trouble);
    if (rc == 0)
        backlog_tell(m);
    go(m, rc, after_mark(m));
}

static void state_hold(struct imap *m)
{
    int rc = co_wait(m->co, HOLD_MS);

    if (rc == UV_ETIMEDOUT)
        rc = imap_session_noop(m->session, &m->trouble);
    go(m, rc, state_mark);
}

static void state_news(struct imap *m)
{
    go(m, imap_news(m, &m->trouble), state_mark);
}

static int64_t quiet_ms(const struct imap *m, int64_t most_s)
{
    int64_t left = m->reconcile_at - clock_monotonic_ms();

    if (left < 0)
        left = 0;
    return left < most_s * 1000 ? left : most_s * 1000;
}

static void state_idle(struct imap *m)
{
    int rc =
        imap_session_idle(m->session, quiet_ms(m, m->idle_renew), &m->trouble);

    if (rc == E_NONE) {
        log_info("%s: %s; asking every %lld s instead", m->channel.name,
                 m->trouble.text, (long long)m->poll);
        m->no_idle = true;
        m->next = state_poll;
        return;
    }
    go(m, rc, rc == 1 ? state_news : state_mark);
}

static void state_poll(struct imap *m)
{
    int64_t ms = quiet_ms(m, m->poll);
    bool all = ms < m->poll * 1000; /* a timer may ring a millisecond early */
    int rc = co_wait(m->co, ms);

    if (rc == UV_ETIMEDOUT) {
        m->next = all ? state_reconcile : state_news;
    } else {
        go(m, rc, state_mark);
    }
}

/* ---- trouble ---- */

static int64_t jitter(int64_t ms)
{
    uint32_t dice = 0;

    if (getrandom(&dice, sizeof(dice), GRND_NONBLOCK) < 0)
        dice = 0;
    return ms + (int64_t)dice % (ms / 4 + 1);
}

static int64_t back_off(const struct imap *m, int64_t asked)
{
    int64_t ms = RETRY_MS;

    for (int i = 1; i < m->failures && ms < RETRY_MOST_MS; i++)
        ms *= 2;
    if (ms > RETRY_MOST_MS)
        ms = RETRY_MOST_MS;
    if ((m->trouble.code == E_DENIED || m->trouble.code == E_CONFIG) &&
        ms < DENIED_MS)
        ms = DENIED_MS;
    if (asked > OBEYED_MS)
        asked = OBEYED_MS;
    return jitter(ms > asked ? ms : asked);
}

/*
 * A server that hangs up once, as some do every hour, is not worth a clerk's
 * attention. What only a person can mend is, at once.
 */
static void tell(struct imap *m, int64_t ms)
{
    int code = m->trouble.code;

    if (m->failures == 1 && code != E_DENIED && code != E_CONFIG &&
        code != E_NONE && code != E_BUSY) {
        log_info("%s: %s; again in %lld ms", m->channel.name, m->trouble.text,
                 (long long)ms);
        return;
    }
    m->ill = true;
    inbox_health(&m->channel, "%s", m->trouble.text);
}

static void state_trouble(struct imap *m)
{
    int64_t asked = 0;
    int64_t until;
    int rc = 0;

    if (m->session != NULL) {
        asked = imap_session_backoff(m->session);
        imap_session_close(m->session);
        m->session = NULL;
    }
    imap_forget(m);
    m->next = NULL;
    if (co_cancelled(m->co))
        return;
    m->failures++;
    asked = back_off(m, asked);
    tell(m, asked);
    m->signless = false; /* what a person can mend stands above the rest */
    token_tell(m);
    until = clock_monotonic_ms() + asked;
    m->fresh = false;
    while (rc != UV_ETIMEDOUT && rc != UV_ECANCELED) {
        int64_t left = until - clock_monotonic_ms();

        rc = co_wait(m->co, left > 0 ? left : 0);
        imap_answers(m);
        imap_forget(m);
        if (rc == CO_WOKEN && m->fresh && m->trouble.code == E_DENIED)
            rc = UV_ETIMEDOUT; /* somebody has signed in again */
    }
    m->next = rc == UV_ECANCELED ? NULL : state_token;
}

/* ---- what the program asks of an adapter ---- */

static void body(void *arg)
{
    struct imap *m = arg;

    m->next = state_token;
    while (m->next != NULL)
        m->next(m);
}

static void stop_if_done(struct imap *m)
{
    if (m->stopped == NULL || m->co != NULL || m->flying > 0)
        return;
    free(m->todo);
    free(m->safe);
    if (m->account != NULL)
        oauth_leave(m->account, &m->token_user);
    m->stopped(&m->channel);
}

static void ended(void *arg)
{
    struct imap *m = arg;

    m->co = NULL;
    imap_answers(m);
    imap_forget(m);
    stop_if_done(m);
}

static int imap_open(struct channel *ch, struct error *e)
{
    static const struct str wild = { "*%", 2 };
    struct imap *m = imap_of(ch);

    if (m->after == IMAP_MOVE && m->move_to.n == 0)
        return error(e, E_CONFIG, "after move needs move-to, a folder");
    for (size_t i = 0; i < wild.n; i++) {
        if (m->move_to.n > 0 && memchr(m->move_to.p, wild.p[i], m->move_to.n))
            return error(e, E_CONFIG, "move-to cannot hold * or %%");
    }
    if (m->after == IMAP_MOVE && str_eq(m->move_to, m->folder))
        return error(e, E_CONFIG, "move-to is the folder mail is taken from");
    if (m->oauth.provider == OAUTH_NONE && m->password.n == 0)
        return error(e, E_CONFIG, "password is missing");
    if (!imap_text_safe(m->user) || !imap_text_safe(m->password))
        return error(e, E_CONFIG, "user and password are one line each");
    if (is_the_junk_folder(m))
        m->junk = MAIL_JUNK_ALL;
    if (m->port == 0)
        m->port = m->tls == IMAP_TLS_YES ? 993 : 143;
    m->at = (struct imap_endpoint){
        .host = arena_dup(ch->arena, m->host),
        .port = arena_printf(ch->arena, "%lld", (long long)m->port),
        .ca_file = m->ca_file.n > 0 ? arena_dup(ch->arena, m->ca_file) : NULL,
        .tls = (enum imap_tls)m->tls,
        .patience_ms = m->timeout * 1000,
    };
    return oauth_open(&m->oauth, ch->name, m->user, ch->town->database,
                      ch->arena, e);
}

static void imap_start(struct channel *ch)
{
    struct imap *m = imap_of(ch);
    struct error e;

    m->token_user = (struct oauth_user){ .news = on_token, .arg = m };
    if (m->oauth.provider != OAUTH_NONE &&
        oauth_join(ch->oauth, &m->oauth, &m->token_user, &m->account, &e) < 0) {
        inbox_health(ch, "%s", e.text);
        return;
    }
    m->co = co_start(ch->loop, body, ended, m);
}

static void imap_accepted(struct channel *ch, void *arg, int rc)
{
    struct imap *m = imap_of(ch);
    struct imap_flight *f = arg;

    f->answered = true;
    f->rc = rc;
    if (m->co != NULL) {
        co_wake(m->co);
        return;
    }
    imap_answers(m);
    imap_forget(m);
    stop_if_done(m);
}

static void imap_stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct imap *m = imap_of(ch);

    m->stopped = stopped;
    if (m->co != NULL) {
        co_cancel(m->co);
    } else {
        stop_if_done(m);
    }
}

#define AT(field) offsetof(struct imap, field)

static const char *const tls_words[] = { "yes", "starttls", "no", NULL };
static const char *const after_words[] = { "keep", "flag", "move", "delete",
                                           NULL };
static const char *const first_words[] = { "from-now", "all", NULL };

static const struct setting settings[] = {
    { .name = "host",
      .kind = SETTING_TEXT,
      .offset = AT(host),
      .needed = true,
      .help = "The server, by the name its certificate carries." },
    { .name = "port",
      .kind = SETTING_NUMBER,
      .offset = AT(port),
      .max = 65535,
      .fallback = "0",
      .help = "0 is 993, or 143 where tls is not yes." },
    { .name = "tls",
      .kind = SETTING_CHOICE,
      .offset = AT(tls),
      .choices = tls_words,
      .fallback = "yes",
      .help = "yes, starttls, or no: the last on this machine only." },
    { .name = "ca-file",
      .kind = SETTING_TEXT,
      .offset = AT(ca_file),
      .help = "Who signs the server's certificate, where it is not one of "
              "the authorities this machine knows (PEM)." },
    { .name = "user",
      .kind = SETTING_TEXT,
      .offset = AT(user),
      .needed = true,
      .help = "Whose mail it is." },
    { .name = "password",
      .kind = SETTING_SECRET,
      .offset = AT(password),
      .help = "Their password, or file PATH; needed where oauth is none." },
    OAUTH_SETTINGS(AT(oauth)),
    { .name = "folder",
      .kind = SETTING_TEXT,
      .offset = AT(folder),
      .fallback = "INBOX",
      .help = "The folder mail is taken from. \\Junk is the one that the "
              "server says is its junk folder, with junk all." },
    { .name = "after",
      .kind = SETTING_CHOICE,
      .offset = AT(after),
      .choices = after_words,
      .fallback = "flag",
      .help = "What becomes of a mail on the server once it is safe here: "
              "keep, flag (as seen), move or delete." },
    { .name = "move-to",
      .kind = SETTING_TEXT,
      .offset = AT(move_to),
      .help = "The folder for after move; made where it is missing." },
    { .name = "first",
      .kind = SETTING_CHOICE,
      .offset = AT(first),
      .choices = first_words,
      .fallback = "from-now",
      .help = "What of the mail that is there at the first connection: "
              "from-now leaves it alone, all files it without answering." },
    { .name = "junk",
      .kind = SETTING_CHOICE,
      .offset = AT(junk),
      .choices = mail_junk_words,
      .fallback = "no",
      .help = MAIL_JUNK_HELP },
    { .name = "idle-renew",
      .kind = SETTING_SECONDS,
      .offset = AT(idle_renew),
      .min = 1,
      .max = 29 * 60,
      .fallback = "9m",
      .help = "How long to wait for the server's word before all is looked "
              "through again." },
    { .name = "poll",
      .kind = SETTING_SECONDS,
      .offset = AT(poll),
      .min = 1,
      .max = 86400,
      .fallback = "60s",
      .help = "How often to ask a server that cannot say by itself." },
    { .name = "timeout",
      .kind = SETTING_SECONDS,
      .offset = AT(timeout),
      .min = 1,
      .max = 600,
      .fallback = "60s",
      .help = "How long the server may be silent when it is asked." },
    { .name = NULL },
};

const struct adapter imap_adapter = {
    .name = "imap",
    .help = "Mail from a folder on an IMAP server.",
    .can = ADAPTER_RECEIVES,
    .format = RAW_RFC822,
    .settings = settings,
    .size = sizeof(struct imap),
    .oauth = AT(oauth),
    .read = mail_read,
    .part = mail_part,
    .open = imap_open,
    .start = imap_start,
    .accepted = imap_accepted,
    .stop = imap_stop,
};
