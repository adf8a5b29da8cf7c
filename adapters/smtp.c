/*
 * The adapter "smtp": mail out, through the town's mail server. One mail, one
 * recipient. The envelope of an answer is empty (RFC 3834, 4), so that nothing
 * that comes of it can come back.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "mail/mail_domain.h"
#include "net/oauth_keeper.h"
#include "net/transfer.h"
#include "smtp_message.h"
#include "spine/adapter.h"

enum { TIMEOUT_MS = 120 * 1000, DOMAIN_BYTES = 255 };

enum tls { TLS_START, TLS_YES, TLS_NO };

static const char *const tls_names[] = { "starttls", "yes", "no", NULL };

struct smtp {
    struct channel channel;

    struct str host;
    int64_t port;
    int tls;
    struct str ca_file;
    struct str user, password;
    struct str from;
    struct str reply_to;
    struct str envelope_from;
    struct oauth_settings oauth;

    const char *url;
    struct oauth_account *account; /* NULL: a password, or none */
    struct oauth_user token_user;
    bool signless;           /* the inbox was told that the sign-in has ended */
    int64_t ends;            /* of the sign-in, as it was told */
    struct sending *waiting; /* for a token */
    int busy;
    bool stopping;
    channel_stopped_fn *stopped;
};

#define AT(field) offsetof(struct smtp, field)

static const struct setting settings[] = {
    { .name = "host",
      .kind = SETTING_TEXT,
      .offset = AT(host),
      .needed = true,
      .help = "the mail server to send through" },
    { .name = "port",
      .kind = SETTING_NUMBER,
      .offset = AT(port),
      .max = 65535,
      .help = "587, or 465 with \"tls yes\", if not set" },
    { .name = "tls",
      .kind = SETTING_CHOICE,
      .offset = AT(tls),
      .fallback = "starttls",
      .choices = tls_names,
      .help = "starttls, yes from the first byte, or no to this machine only" },
    { .name = "ca-file",
      .kind = SETTING_TEXT,
      .offset = AT(ca_file),
      .help = "certificates to trust instead of the system's" },
    { .name = "user",
      .kind = SETTING_TEXT,
      .offset = AT(user),
      .help = "the name to log in with" },
    { .name = "password",
      .kind = SETTING_SECRET,
      .offset = AT(password),
      .help = "its password, or \"file PATH\"" },
    OAUTH_SETTINGS(AT(oauth)),
    { .name = "from",
      .kind = SETTING_TEXT,
      .offset = AT(from),
      .help = "the sender, \"Name <address>\"; mail-from if not set" },
    { .name = "reply-to",
      .kind = SETTING_TEXT,
      .offset = AT(reply_to),
      .help = "the address answers go to, with +TOKEN; the sender's if not "
              "set" },
    { .name = "envelope-from",
      .kind = SETTING_TEXT,
      .offset = AT(envelope_from),
      .help = "the envelope's sender, where the server refuses an empty one" },
    { .name = NULL },
};

struct sending {
    struct smtp *s;
    const struct notice *notice;
    notice_sent_fn *sent;
    void *arg;
    int token;            /* its serial */
    struct sending *next; /* in s->waiting */
};

static bool inside(struct str host)
{
    return str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("localhost")) ||
           str_eq(host, STR("::1"));
}

static bool host_good(struct str host)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:";

    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] == '\0' || strchr(plain, host.p[i]) == NULL)
            return false;
    }
    return host.n > 0 && host.n <= DOMAIN_BYTES;
}

static int smtp_open(struct channel *c, struct error *e)
{
    struct smtp *s = (struct smtp *)c;
    bool v6 = str_find(s->host, STR(":")) < s->host.n;
    struct str name;
    struct str domain;

    if (!host_good(s->host))
        return error(e, E_CONFIG, "host is a name like mail.example.org");
    if (s->tls == TLS_NO && !inside(s->host))
        return error(e, E_CONFIG, "tls no is for this machine only");
    if (s->from.n == 0)
        s->from = c->town->mail_from;
    domain = smtp_address(s->from, &name);
    if (!smtp_address_good(domain)) {
        return error(e, E_CONFIG,
                     "from, or mail-from, is the sender: "
                     "\"Name <address>\"");
    }
    if (s->reply_to.n > 0 && !smtp_address_good(s->reply_to))
        return error(e, E_CONFIG, "reply-to is an address and nothing else");
    if (s->envelope_from.n > 0 && !smtp_address_good(s->envelope_from)) {
        return error(e, E_CONFIG,
                     "envelope-from is an address and nothing else");
    }
    if (s->port == 0)
        s->port = s->tls == TLS_YES ? 465 : 587;
    str_until(&domain, STR("@"));
    if (!host_good(domain))
        domain = STR("localhost");
    /* The path is what we call ourselves in EHLO. */
    s->url = arena_printf(c->arena, "%s://%s%.*s%s:%lld/%.*s",
                          s->tls == TLS_YES ? "smtps" : "smtp", v6 ? "[" : "",
                          STR_FMT(s->host), v6 ? "]" : "", (long long)s->port,
                          STR_FMT(domain));
    return oauth_open(&s->oauth, c->name, s->user, c->town->database, c->arena,
                      e);
}

static void end_if_done(struct smtp *s)
{
    if (!s->stopping || s->busy > 0)
        return;
    if (s->account != NULL)
        oauth_leave(s->account, &s->token_user);
    s->stopped(&s->channel);
}

static void end_one(struct sending *one, enum outcome outcome,
                    struct str remote_id, const struct error *why)
{
    struct smtp *s = one->s;

    one->sent(one->arg, outcome, remote_id, why);
    free(one);
    s->busy--;
    end_if_done(s);
}

/* A no of the server's is for this mail; all else may be better tomorrow. */
static enum outcome outcome_of(const struct transfer_result *r)
{
    if (r->rc < 0)
        return r->sent ? OUTCOME_UNKNOWN : OUTCOME_LATER;
    if (r->status >= 500)
        return OUTCOME_NEVER;
    return r->status >= 400 ? OUTCOME_LATER : OUTCOME_DONE;
}

/* All but what only a person can mend, even if mail still goes out. */
static void well(struct smtp *s)
{
    const struct error *why =
        s->account == NULL ? NULL : oauth_trouble(s->account);

    s->signless = why != NULL;
    if (why != NULL) {
        inbox_health(&s->channel, "%s", why->text);
    } else {
        inbox_health(&s->channel, NULL);
    }
}

static void wait_for_token(struct sending *one)
{
    one->next = one->s->waiting;
    one->s->waiting = one;
}

static void transferred(void *arg, const struct transfer_result *r)
{
    struct sending *one = arg;
    struct smtp *s = one->s;
    enum outcome outcome = outcome_of(r);
    struct error why = r->why;

    if (r->rc == E_DENIED && s->account != NULL && !s->stopping &&
        oauth_refused(s->account, one->token)) {
        wait_for_token(one);
        return;
    }
    if (r->rc == 0) {
        well(s);
    } else {
        inbox_health(&s->channel, "%.*s: %s", STR_FMT(s->host), r->why.text);
    }
    if (r->rc == 0 && outcome != OUTCOME_DONE) {
        error(&why, E_REMOTE, "%.*s says: %.*s", STR_FMT(s->host),
              STR_FMT(r->body));
    }
    end_one(one, outcome, outcome == OUTCOME_DONE ? r->body : STR(""),
            outcome == OUTCOME_DONE ? NULL : &why);
}

/* What our mail carries so that we know it again. */
static struct str instance_of(const struct channel *c)
{
    struct str url = c->town->public_url;

    if (c->town->jurisdiction.n > 0)
        return c->town->jurisdiction;
    str_until(&url, STR("://"));
    return url;
}

static void hand_over(struct sending *one, struct str mail, struct str token)
{
    struct smtp *s = one->s;
    const struct notice *n = one->notice;
    struct arena a = { 0 };
    struct str name;
    bool answer = smtp_is_answer(n);
    struct str sender = answer ? STR("") : smtp_address(s->from, &name);
    const char *to[] = { arena_dup(&a, address_wire(&a, n->to)), NULL };
    struct transfer ask = {
        .url = s->url,
        .body = mail,
        .user = s->user.n > 0 ? arena_dup(&a, s->user) : NULL,
        .password = arena_dup(&a, s->password),
        .bearer = token.n > 0 ? arena_dup(&a, token) : NULL,
        .ca_file = s->ca_file.n > 0 ? arena_dup(&a, s->ca_file) : NULL,
        .mail_to = to,
        .start_tls = s->tls == TLS_START,
        .timeout_ms = TIMEOUT_MS,
    };

    if (s->envelope_from.n > 0)
        sender = s->envelope_from;
    ask.mail_from = arena_dup(&a, address_wire(&a, sender));
    transfer_start(s->channel.transfers, &ask, transferred, one);
    arena_free(&a);
}

static void compose(struct sending *one, struct str token)
{
    struct smtp *s = one->s;
    struct smtp_letter letter = {
        .notice = one->notice,
        .from = s->from,
        .reply_to = s->reply_to,
        .instance = instance_of(&s->channel),
        .now = clock_now(),
    };
    struct buf mail = buf_init(SMTP_MESSAGE_MAX);
    struct error why;

    if (smtp_compose(&mail, &letter, &why) < 0) {
        end_one(one, OUTCOME_NEVER, STR(""), &why);
    } else {
        hand_over(one, buf_str(&mail), token);
    }
    buf_free(&mail);
}

/* With a token, or later: one that is being renewed is worth waiting for. */
static void send_one(struct sending *one)
{
    struct smtp *s = one->s;
    struct str token = STR("");
    struct error why;
    int rc = 0;

    if (s->stopping) {
        rc = error(&why, E_BUSY, "stopping");
    } else if (s->account != NULL) {
        rc = oauth_take(s->account, &token, &why);
        one->token = oauth_serial(s->account);
    } else if (s->oauth.provider != OAUTH_NONE) {
        rc = error(&why, E_CONFIG, "there is no sign-in");
    }
    if (rc == E_AGAIN) {
        wait_for_token(one);
    } else if (rc < 0) {
        end_one(one, OUTCOME_LATER, STR(""), &why);
    } else {
        compose(one, token);
    }
}

static void send_waiting(struct smtp *s)
{
    struct sending *one = s->waiting;
    struct sending *next;

    for (s->waiting = NULL; one != NULL; one = next) {
        next = one->next;
        send_one(one);
    }
}

static void on_token(void *arg)
{
    struct smtp *s = arg;
    int64_t ends = oauth_expires_at(s->account);

    if (ends != s->ends)
        inbox_sign_in_told(&s->channel, ends);
    s->ends = ends;
    if (s->signless || oauth_trouble(s->account) != NULL)
        well(s);
    send_waiting(s);
}

/* There is nothing to receive. */
static void smtp_start(struct channel *c)
{
    struct smtp *s = (struct smtp *)c;
    struct error e;

    s->token_user = (struct oauth_user){ .news = on_token, .arg = s };
    if (s->oauth.provider != OAUTH_NONE &&
        oauth_join(c->oauth, &s->oauth, &s->token_user, &s->account, &e) < 0) {
        inbox_health(c, "%s", e.text);
        return;
    }
    well(s);
    if (s->account != NULL)
        on_token(s);
}

static void smtp_send(struct channel *c, const struct notice *n,
                      notice_sent_fn *sent, void *arg)
{
    struct smtp *s = (struct smtp *)c;
    struct sending *one = calloc(1, sizeof(*one));

    if (one == NULL)
        abort();
    *one = (struct sending){ .s = s, .notice = n, .sent = sent, .arg = arg };
    s->busy++;
    send_one(one);
}

static void smtp_stop(struct channel *c, channel_stopped_fn *stopped)
{
    struct smtp *s = (struct smtp *)c;

    s->stopping = true;
    s->stopped = stopped;
    s->busy++; /* not before all that waits is let go of */
    send_waiting(s);
    s->busy--;
    end_if_done(s);
}

const struct adapter smtp_adapter = {
    .name = "smtp",
    .help = "mail out, through a mail server",
    .can = ADAPTER_SENDS_MAIL,
    .settings = settings,
    .size = sizeof(struct smtp),
    .oauth = AT(oauth),
    .open = smtp_open,
    .start = smtp_start,
    .send = smtp_send,
    .stop = smtp_stop,
};
