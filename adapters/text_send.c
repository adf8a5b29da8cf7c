/*
 * What we say. To send is not idempotent at most providers: whatever is not
 * known to have failed is looked up in the list of messages, and never simply
 * said again.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "segments.h"
#include "text_internal.h"

enum {
    CLOCKS_APART = 120, /* seconds that theirs may differ from ours */
    OURS_DIGITS = 32,
    PAGES_MAX = 5,
};

struct sending {
    struct text_machine *m;
    struct arena arena; /* holds this itself */
    notice_sent_fn *sent;
    void *arg;
    struct text_order order;
    int64_t began;
    int pages;
    enum outcome otherwise; /* where the list does not have it */
    struct error why;
};

static void finish(struct sending *s, enum outcome outcome, struct str id)
{
    struct text_machine *m = s->m;
    struct arena a;
    bool done = outcome == OUTCOME_DONE;

    if (done && m->refused) {
        m->refused = false;
        inbox_health(&m->t->channel, NULL);
    }
    s->sent(s->arg, outcome, id, done ? NULL : &s->why);
    a = s->arena;
    arena_free(&a);
}

/* ---- it may have gone out: the provider's own list knows ---- */

/* It went to that number since then. */
static bool may_be_ours(const struct sending *s, const struct text *text)
{
    return text->outgoing && text->id.n > 0 &&
           text_same_number(text->to, s->order.to) &&
           text->sent_at >= s->began - CLOCKS_APART;
}

static void listed(void *arg, const struct transfer_result *r);

/* Is it this notice, and not one that was sent before? */
static bool is_ours(const struct sending *s, const struct text *text)
{
    if (!text->outgoing || text->id.n == 0)
        return false;
    if (text->ref.n > 0)
        return str_eq(text->ref, s->order.ours);
    return str_eq(text->words, s->order.words) && may_be_ours(s, text);
}

static void ask_list(struct sending *s, struct str page)
{
    struct text_machine *m = s->m;
    struct text_question q = {
        .since = s->began - CLOCKS_APART,
        .to = s->order.to,
        .page = page,
    };
    struct text_request ask = { 0 };
    struct error e;

    if (m->provider->list(&ask, m->t, &q, &s->arena, &e) < 0) {
        finish(s, OUTCOME_UNKNOWN, STR(""));
    } else {
        text_ask(m, &ask, listed, s);
    }
}

static void listed(void *arg, const struct transfer_result *r)
{
    struct sending *s = arg;
    struct text_machine *m = s->m;
    struct text_listing listing = { 0 };
    struct error e;
    bool good =
        r->rc == 0 && r->status >= 200 && r->status <= 299 &&
        m->provider->listed(&listing, m->t, arena_str(&s->arena, r->body),
                            &s->arena, &e) == 0;
    const struct text *text = listing.texts;

    /* Some lists keep no words: what they have may be this, or another. */
    for (const struct text *one = text; one != NULL; one = one->next) {
        if (one->words.n == 0 && may_be_ours(s, one))
            s->otherwise = OUTCOME_UNKNOWN;
    }
    while (text != NULL && !is_ours(s, text))
        text = text->next;
    if (text != NULL) {
        finish(s, OUTCOME_DONE, text->id);
    } else if (!good) {
        finish(s, m->provider->knows_ours ? s->otherwise : OUTCOME_UNKNOWN,
               STR(""));
    } else if (listing.next.n > 0 && ++s->pages < PAGES_MAX && !m->stopping) {
        ask_list(s, listing.next);
    } else {
        finish(s, s->otherwise, STR(""));
    }
    text_end(m);
}

/*
 * cut: the request may still be on its way, and in no list yet. Where the
 * provider knows what it was told before, saying it again is no harm.
 */
static void look_up(struct sending *s, bool cut)
{
    const struct text_provider *p = s->m->provider;

    s->otherwise = cut && !p->knows_ours ? OUTCOME_UNKNOWN : OUTCOME_LATER;
    if (p->list != NULL && !s->m->stopping) {
        ask_list(s, STR(""));
    } else {
        finish(s, p->knows_ours ? OUTCOME_LATER : OUTCOME_UNKNOWN, STR(""));
    }
}

/* ---- the answer ---- */

/* What a status means for the notice; the rest of 4xx is a no to it. */
static struct text_answer answer_of(long status)
{
    struct text_answer a = { .outcome = OUTCOME_UNKNOWN };

    if (status >= 200 && status < 300) {
        a.outcome = OUTCOME_DONE;
    } else if (status == 401 || status == 403 || status == 404) {
        a.outcome = OUTCOME_LATER;
        a.account = true;
    } else if (status == 408 || status == 429 || status == 503) {
        a.outcome = OUTCOME_LATER;
    } else if (status >= 400 && status < 500) {
        a.outcome = OUTCOME_NEVER;
    }
    return a;
}

static void answer(struct sending *s, const struct transfer_result *r)
{
    struct text_machine *m = s->m;
    struct text_answer said = answer_of(r->status);
    struct str body = arena_str(&s->arena, r->body);

    if (m->provider->said != NULL)
        m->provider->said(&said, r->status, body, &s->arena);
    if (said.why.n > 0) {
        error(&s->why, E_REMOTE, "%s: %.*s", m->provider->called,
              STR_FMT(said.why));
    } else {
        error(&s->why, E_REMOTE, "%s answers with HTTP %ld",
              m->provider->called, r->status);
    }
    if (said.opted_out) {
        inbox_opt(&m->t->channel, s->order.to, false);
        said.outcome = OUTCOME_NEVER;
        said.account = false; /* whatever the status: it is not about us */
    }
    if (said.account && said.outcome != OUTCOME_DONE) {
        m->refused = true;
        inbox_health(&m->t->channel, "%s refuses the account or its token",
                     m->provider->called);
    }
    if (said.outcome == OUTCOME_UNKNOWN) {
        look_up(s, false);
    } else {
        /* It was taken before, by our own id: then that is its id. */
        if (said.id.n == 0 && m->provider->knows_ours)
            said.id = s->order.ours;
        finish(s, said.outcome, said.id);
    }
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct sending *s = arg;
    struct text_machine *m = s->m;

    if (r->rc == 0) {
        answer(s, r);
    } else {
        s->why = r->why;
        error_in(&s->why, "%s", m->provider->called);
        if (!r->sent) {
            finish(s, OUTCOME_LATER, STR(""));
        } else {
            look_up(s, true);
        }
    }
    text_end(m);
}

/* ---- the order ---- */

/* "+15555550123", "whatsapp:+15555550123", a short code. */
static bool is_number(struct str to)
{
    if (str_starts(to, STR("whatsapp:")))
        str_until(&to, STR(":"));
    if (to.n > 0 && to.p[0] == '+')
        to = str_slice(to, 1, to.n);
    for (size_t i = 0; i < to.n; i++) {
        if (to.p[i] < '0' || to.p[i] > '9')
            return false;
    }
    return to.n >= 3 && to.n <= 15;
}

static struct str cut(struct str text, size_t max)
{
    size_t end = 0;

    for (size_t n = 0; end < text.n; end++) {
        if (((unsigned char)text.p[end] & 0xc0) != 0x80 && n++ == max)
            break;
    }
    return str_slice(text, 0, end);
}

/* The same for each try at a notice; no other town's, no other database's. */
static struct str ours(const struct channel *c, const struct notice *n,
                       struct arena *a)
{
    const char *all = arena_printf(a, "%s %lld %.*s", c->name, (long long)n->id,
                                   STR_FMT(n->message_id));

    return str_slice(digest_hex(a, digest(a, DIGEST_SHA256, str_of(all))), 0,
                     OURS_DIGITS);
}

static void refuse(struct sending *s, enum outcome outcome, int code,
                   const char *why)
{
    error(&s->why, code, "%s", why);
    finish(s, outcome, STR(""));
}

static void say(struct sending *s)
{
    struct text_machine *m = s->m;
    struct text_request ask = { 0 };

    if (m->stopping) {
        refuse(s, OUTCOME_LATER, E_BUSY, "stopping");
    } else if (s->order.words.n == 0) {
        refuse(s, OUTCOME_NEVER, E_SYNTAX, "there is nothing to say");
    } else if (!is_number(s->order.to)) {
        refuse(s, OUTCOME_NEVER, E_SYNTAX, "this is no number to text to");
    } else if (m->provider->say(&ask, m->t, &s->order, &s->arena, &s->why) <
               0) {
        finish(s, OUTCOME_NEVER, STR(""));
    } else {
        text_ask(m, &ask, answered, s);
    }
}

void text_send(struct channel *c, const struct notice *n, notice_sent_fn *sent,
               void *arg)
{
    struct text_channel *t = (struct text_channel *)c;
    struct text_machine *m = t->machine;
    struct arena a = { 0 };
    struct sending *s = arena_new(&a, struct sending);
    struct segments cost;

    s->arena = a;
    s->m = m;
    s->sent = sent;
    s->arg = arg;
    s->began = clock_now();
    s->order = (struct text_order){
        .to = arena_str(&s->arena, n->to),
        .from = t->with.number,
        .words = cut(segments_fold(&s->arena, n->text), m->provider->words_max),
        .ours = ours(c, n, &s->arena),
        .status_url = str_of(t->status_url),
    };
    cost = segments_of(s->order.words);
    if (!cost.gsm && cost.count > 1) {
        log_info("%s: notice %lld takes %zu segments because of \"%.*s\"",
                 c->name, (long long)n->id, cost.count, STR_FMT(cost.odd));
    }
    say(s);
}
