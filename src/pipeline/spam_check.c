#include "pipeline/spam_check.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    AT_ONCE = 8,
    ANSWER_BYTES = 256 * 1024, /* all symbols of a mail, and then some */
    ADDRESS_MAX = 320,         /* of the envelope; what is longer is none */
    SCORE_MAX = 100000         /* further is no score */
};

static const char prefix[] = "rspamd: ";

/* A mail that is asked about, or waits to be. */
struct question {
    struct spam_check *check;
    const struct raw *raw;
    spam_checked_fn *done;
    void *arg;
    int64_t until; /* monotonic ms */
    struct question *next;
};

struct spam_check {
    struct spam_check_options with;
    struct arena arena;
    const char *url;
    int64_t limit_ms;
    int under_way;
    struct question *waiting, **waiting_tail;
    uv_timer_t late; /* the first that waits has waited long enough */
    bool trouble;
    bool told; /* health knows how it is */
    bool closing;
};

/* ---- the answer ---- */

static const struct {
    struct str name;
    bool spam;
} actions[] = {
    { STR_INIT("no action"), false },      { STR_INIT("greylist"), false },
    { STR_INIT("soft reject"), false },    { STR_INIT("add header"), true },
    { STR_INIT("rewrite subject"), true }, { STR_INIT("reject"), true },
    { STR_INIT("discard"), true },         { STR_INIT("quarantine"), true },
};

static struct str text_of(const json_t *j)
{
    if (!json_is_string(j))
        return STR_NONE;
    return (struct str){ json_string_value(j), json_string_length(j) };
}

static int answer_words(struct arena *a, const json_t *top, struct str *words,
                        struct error *e)
{
    struct str action = text_of(json_object_get(top, "action"));
    const json_t *number = json_object_get(top, "score");
    double score = json_number_value(number);
    size_t i = 0;

    while (i < COUNT_OF(actions) && !str_eq(actions[i].name, action))
        i++;
    if (i == COUNT_OF(actions))
        return error(e, E_SYNTAX, "it answers with no action that we know");
    if (!json_is_number(number) || !(fabs(score) < SCORE_MAX))
        return error(e, E_SYNTAX, "it answers with no score");
    if (actions[i].spam) {
        *words = str_of(
            arena_printf(a, "%s%.*s, %.1f", prefix, STR_FMT(action), score));
    }
    return 0;
}

int spam_check_answer(struct arena *a, struct str body, struct str *words,
                      struct error *e)
{
    json_t *top = json_loadb(body.n > 0 ? body.p : "", body.n, 0, NULL);
    int rc;

    *words = STR_NONE;
    if (json_is_object(top)) {
        rc = answer_words(a, top, words, e);
    } else {
        rc = error(e, E_SYNTAX, "it answers what is no JSON of rspamd");
    }
    json_decref(top);
    return rc;
}

void spam_check_tell(struct raw *raw, struct str words, struct arena *a)
{
    if (words.n == 0)
        return;
    raw->envelope = str_of(arena_printf(a, "spam: %.*s\n%.*s", STR_FMT(words),
                                        STR_FMT(raw->envelope)));
}

bool spam_check_said(struct str words)
{
    return str_starts(words, str_of(prefix));
}

/* ---- how it is ---- */

struct health {
    char sentence[512]; /* empty: well */
};

static int health_work(struct store_tx *tx, void *arg, struct error *e)
{
    const struct health *h = arg;

    return tx_health_set(tx, STR(SPAM_CHECK_HEALTH), str_of(h->sentence), e);
}

static void health_done(void *arg, int rc, const struct error *e)
{
    if (rc < 0)
        log_error("how rspamd is cannot be stored: %s", e->text);
    free(arg);
}

static struct health *health_new(void)
{
    struct health *h = calloc(1, sizeof(*h));

    if (h == NULL)
        abort();
    return h;
}

static void well(struct spam_check *s)
{
    if (s->told && !s->trouble)
        return;
    if (s->trouble)
        log_info("rspamd checks mail again");
    s->told = true;
    s->trouble = false;
    store_submit(s->with.store, health_work, health_done, health_new());
}

static void let_through(struct question *q)
{
    q->done(q->arg, 0, STR_NONE);
    free(q);
}

static struct question *waiting_first(struct spam_check *s)
{
    struct question *q = s->waiting;

    s->waiting = q->next;
    if (s->waiting == NULL)
        s->waiting_tail = &s->waiting;
    return q;
}

/* Nobody waits for what does not come: one at a time tries it from now on. */
static void ill(struct spam_check *s, const char *why)
{
    struct health *h;

    if (!s->told || !s->trouble) {
        h = health_new();
        snprintf(h->sentence, sizeof(h->sentence),
                 "rspamd does not answer as it should, so mail goes through "
                 "unchecked: %s",
                 why);
        log_warn("%s", h->sentence);
        store_submit(s->with.store, health_work, health_done, h);
    }
    s->told = true;
    s->trouble = true;
    while (s->waiting != NULL)
        let_through(waiting_first(s));
}

/* ---- asking ---- */

static void ask(struct question *q, int64_t ms);

static void late_due(uv_timer_t *t)
{
    struct spam_check *s = t->data;

    if (s->waiting != NULL)
        ill(s, "more mail waits for it than it checks in time");
}

static void late_watch(struct spam_check *s)
{
    int64_t ms;

    if (s->closing)
        return;
    uv_timer_stop(&s->late);
    if (s->waiting == NULL)
        return;
    ms = s->waiting->until - clock_monotonic_ms();
    uv_timer_start(&s->late, late_due, (uint64_t)(ms > 0 ? ms : 0), 0);
}

static void next(struct spam_check *s)
{
    while (s->waiting != NULL && s->under_way < AT_ONCE) {
        int64_t ms = s->waiting->until - clock_monotonic_ms();

        ask(waiting_first(s), ms > 0 ? ms : 1);
    }
    late_watch(s);
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct question *q = arg;
    struct spam_check *s = q->check;
    struct arena a = { 0 };
    struct str words = STR_NONE;
    struct error why = r->why;
    int rc = r->rc;

    s->under_way--;
    if (s->closing) {
        q->done(q->arg, E_TIMEOUT, STR_NONE);
        free(q);
        return;
    }
    if (rc == 0 && r->status != 200)
        rc = error(&why, E_NONE, "it answers %ld", r->status);
    if (rc == 0)
        rc = spam_check_answer(&a, r->body, &words, &why);
    if (rc == 0) {
        well(s);
    } else {
        ill(s, why.text);
    }
    q->done(q->arg, 0, words);
    free(q);
    arena_free(&a);
    next(s);
}

/* An address of the envelope goes into a header: one line of signs, or none. */
static const char *address_header(struct arena *a, const char *name,
                                  struct str address)
{
    for (size_t i = 0; i < address.n; i++) {
        if ((unsigned char)address.p[i] <= ' ' || address.p[i] == 0x7f)
            return NULL;
    }
    if (address.n == 0 || address.n > ADDRESS_MAX)
        return NULL;
    return arena_printf(a, "%s: %.*s", name, STR_FMT(address));
}

static void ask(struct question *q, int64_t ms)
{
    struct spam_check *s = q->check;
    struct arena a = { 0 };
    const char *from =
        address_header(&a, "From", raw_envelope(q->raw, "mail-from"));
    const char *to =
        address_header(&a, "Rcpt", raw_envelope(q->raw, "rcpt-to"));
    const char *headers[4] = { "Content-Type: message/rfc822" };
    struct transfer t = {
        .url = s->url,
        .body = q->raw->bytes,
        .headers = headers,
        .max_bytes = ANSWER_BYTES,
        .timeout_ms = ms,
    };
    int n = 1;

    if (from != NULL)
        headers[n++] = from;
    if (to != NULL)
        headers[n] = to;
    s->under_way++;
    transfer_start(s->with.transfers, &t, answered, q);
    arena_free(&a);
}

static struct question *question_new(struct spam_check *s,
                                     const struct raw *raw,
                                     spam_checked_fn *done, void *arg)
{
    struct question *q = calloc(1, sizeof(*q));

    if (q == NULL)
        abort();
    *q = (struct question){
        .check = s,
        .raw = raw,
        .done = done,
        .arg = arg,
        .until = clock_monotonic_ms() + s->limit_ms,
    };
    return q;
}

void spam_check_ask(struct spam_check *s, const struct raw *raw,
                    spam_checked_fn *done, void *arg)
{
    struct question *q;

    if (s == NULL || raw->format != RAW_RFC822 || raw->bytes.n == 0) {
        done(arg, 0, STR_NONE);
        return;
    }
    if (s->closing) {
        done(arg, E_TIMEOUT, STR_NONE);
        return;
    }
    if (s->trouble && s->under_way > 0) {
        done(arg, 0, STR_NONE);
        return;
    }
    q = question_new(s, raw, done, arg);
    if (s->under_way < AT_ONCE) {
        ask(q, s->limit_ms);
        return;
    }
    *s->waiting_tail = q;
    s->waiting_tail = &q->next;
    late_watch(s);
}

/* ---- its life ---- */

/* Where it was in trouble, and is no longer used, nothing is wrong. */
static int forget(const struct spam_check_options *with, struct error *e)
{
    struct arena a = { 0 };
    struct channel_row *row;
    int rc = store_channels(with->store, &row, &a, e);

    for (; rc == 0 && row != NULL; row = row->next) {
        if (str_eq(row->channel, STR(SPAM_CHECK_HEALTH)) && row->health.n > 0)
            store_submit(with->store, health_work, health_done, health_new());
    }
    arena_free(&a);
    return rc;
}

int spam_check_open(struct spam_check **out,
                    const struct spam_check_options *with, struct error *e)
{
    struct str url = with->config->town.rspamd;
    struct spam_check *s;

    *out = NULL;
    if (url.n == 0)
        return forget(with, e);
    s = calloc(1, sizeof(*s));
    if (s == NULL)
        abort();
    s->with = *with;
    s->limit_ms = with->config->town.rspamd_wait * 1000;
    s->waiting_tail = &s->waiting;
    while (url.n > 0 && url.p[url.n - 1] == '/')
        url.n--;
    s->url = arena_printf(&s->arena, "%.*s/checkv2", STR_FMT(url));
    uv_timer_init(with->loop, &s->late);
    s->late.data = s;
    *out = s;
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    (void)handle;
}

void spam_check_close(struct spam_check *s)
{
    if (s == NULL)
        return;
    s->closing = true;
    uv_close((uv_handle_t *)&s->late, timer_closed);
    while (s->waiting != NULL) {
        struct question *q = waiting_first(s);

        q->done(q->arg, E_TIMEOUT, STR_NONE);
        free(q);
    }
}

void spam_check_free(struct spam_check *s)
{
    if (s == NULL)
        return;
    arena_free(&s->arena);
    free(s);
}
