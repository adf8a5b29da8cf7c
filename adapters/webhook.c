/*
 * What happens to tickets, told to a program elsewhere: each event is a POST
 * with a JSON body, signed so that who gets it can tell that it is ours and
 * new. See inlet.conf(5), Webhooks.
 */
#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "net/transfer.h"
#include "spine/adapter.h"

enum { SECRET_MIN = 16, GONE = 410, ANSWER_BYTES = 64 * 1024, MS = 1000 };

struct webhook {
    struct channel channel;

    struct str url, secret, secret_old, ca_file;
    struct setting_list *events;
    int64_t timeout;

    struct call *calls; /* under way */
    bool stopping;
};

#define AT(field) offsetof(struct webhook, field)

static const struct setting settings[] = {
    { .name = "url",
      .kind = SETTING_TEXT,
      .offset = AT(url),
      .needed = true,
      .help = "where events go: https://HOST/PATH, or http:// on this "
              "machine" },
    { .name = "secret",
      .kind = SETTING_SECRET,
      .offset = AT(secret),
      .needed = true,
      .help = "what they are signed with, or \"file PATH\"" },
    { .name = "secret-old",
      .kind = SETTING_SECRET,
      .offset = AT(secret_old),
      .help = "the secret before: they are signed with both while it is "
              "changed" },
    { .name = "event",
      .kind = SETTING_LIST,
      .offset = AT(events),
      .help = "a kind of event that is told; may stand several times; none: "
              "all" },
    { .name = "timeout",
      .kind = SETTING_SECONDS,
      .offset = AT(timeout),
      .min = 1,
      .max = 120,
      .fallback = "20s",
      .help = "how long the other side may take" },
    { .name = "ca-file",
      .kind = SETTING_TEXT,
      .offset = AT(ca_file),
      .help = "certificates to trust instead of the system's" },
    { 0 },
};

struct call {
    struct webhook *of;
    notice_sent_fn *sent; /* NULL: has been told */
    void *arg;
    struct call *next;
};

/* ---- signed ---- */

static const char *mac(struct arena *a, struct str secret, struct str signed_)
{
    return arena_dup(
        a, digest_hex(a, digest_hmac(a, DIGEST_SHA256, secret, signed_)));
}

/* "t=1764230400,v1=HEX": HMAC-SHA256 over "1764230400." and the body. */
static const char *signature(const struct webhook *w, struct str body,
                             struct arena *a)
{
    long long now = (long long)clock_now();
    struct str text = str_of(arena_printf(a, "%lld.%.*s", now, STR_FMT(body)));
    const char *line = arena_printf(a, "Inlet-Signature: t=%lld,v1=%s", now,
                                    mac(a, w->secret, text));

    if (w->secret_old.n == 0)
        return line;
    return arena_printf(a, "%s,v1=%s", line, mac(a, w->secret_old, text));
}

/* ---- sent ---- */

static void call_free(struct call *c)
{
    struct call **at = &c->of->calls;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    free(c);
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct call *c = arg;
    struct error why = r->why;
    enum outcome outcome = OUTCOME_LATER;

    if (r->rc == 0 && r->status >= 200 && r->status < 300) {
        outcome = OUTCOME_DONE;
    } else if (r->rc == 0) {
        error(&why, E_REMOTE, "the other side says %ld", r->status);
        outcome = r->status == GONE ? OUTCOME_NEVER : OUTCOME_LATER;
    }
    if (c->sent != NULL)
        c->sent(c->arg, outcome, STR_NONE, &why);
    call_free(c);
}

static bool is_wanted(const struct webhook *w, struct str kind)
{
    const struct setting_list *l = w->events;

    while (l != NULL && !str_eq(l->value, kind))
        l = l->next;
    return w->events == NULL || l != NULL;
}

static void webhook_send(struct channel *ch, const struct notice *n,
                         notice_sent_fn *sent, void *arg)
{
    struct webhook *w = (struct webhook *)ch;
    struct arena a = { NULL };
    struct error why;
    struct call *c;

    if (!is_wanted(w, n->kind)) {
        sent(arg, OUTCOME_DONE, STR_NONE, NULL);
        return;
    }
    if (w->stopping) {
        error(&why, E_TIMEOUT, "stopping");
        sent(arg, OUTCOME_LATER, STR_NONE, &why);
        return;
    }
    c = calloc(1, sizeof(*c));
    if (c == NULL)
        abort();
    *c = (struct call){ w, sent, arg, w->calls };
    w->calls = c;
    transfer_start(
        ch->transfers,
        &(struct transfer){
            .url = arena_dup(&a, w->url),
            .body = n->text,
            .headers =
                (const char *const[]){
                    "Content-Type: application/json",
                    arena_printf(&a, "Inlet-Event: %lld", (long long)n->id),
                    arena_printf(&a, "Inlet-Ticket: %lld",
                                 (long long)n->ticket),
                    signature(w, n->text, &a), NULL },
            .ca_file = w->ca_file.n > 0 ? arena_dup(&a, w->ca_file) : NULL,
            .max_bytes = ANSWER_BYTES,
            .timeout_ms = w->timeout * MS,
        },
        answered, c);
    arena_free(&a);
}

/* ---- its life ---- */

static bool is_url(struct str url)
{
    static const char *const here[] = { "http://127.0.0.1", "http://[::1]",
                                        "http://localhost" };
    bool good = str_case_starts(url, STR("https://"));

    for (size_t i = 0; i < COUNT_OF(here) && !good; i++) {
        struct str rest = str_slice(url, strlen(here[i]), url.n);

        good = str_case_starts(url, str_of(here[i])) &&
               (rest.n == 0 || rest.p[0] == ':' || rest.p[0] == '/');
    }
    for (size_t i = 0; i < url.n && good; i++)
        good = (unsigned char)url.p[i] > ' ' && url.p[i] != '@';
    return good;
}

static int webhook_open(struct channel *ch, struct error *e)
{
    struct webhook *w = (struct webhook *)ch;

    if (!is_url(w->url)) {
        return error(e, E_CONFIG,
                     "url: an address like https://HOST/PATH, or http:// on "
                     "this machine");
    }
    if (w->secret.n < SECRET_MIN ||
        (w->secret_old.n > 0 && w->secret_old.n < SECRET_MIN)) {
        return error(e, E_CONFIG, "secret: %d characters or more", SECRET_MIN);
    }
    return 0;
}

static void webhook_start(struct channel *ch)
{
    (void)ch;
}

/* Whether what is under way arrives is not waited for: it is sent again. */
static void webhook_stop(struct channel *ch, channel_stopped_fn *stopped)
{
    struct webhook *w = (struct webhook *)ch;
    struct error why;

    w->stopping = true;
    error(&why, E_TIMEOUT, "inlet is stopping");
    for (struct call *c = w->calls; c != NULL; c = c->next) {
        c->sent(c->arg, OUTCOME_LATER, STR_NONE, &why);
        c->sent = NULL;
    }
    stopped(ch);
}

const struct adapter webhook_adapter = {
    .name = "webhook",
    .help = "what happens to reports, told to a program elsewhere",
    .can = ADAPTER_SENDS_EVENTS,
    .settings = settings,
    .size = sizeof(struct webhook),
    .open = webhook_open,
    .start = webhook_start,
    .send = webhook_send,
    .stop = webhook_stop,
};
