/*
 * A ticket goes to a neighbour's Open311, once. GeoReport has no way to say
 * "the same again": where it is not known whether a request has arrived it is
 * looked for among the newest by the page it names, and else a clerk decides.
 * client_request_id stays the same, for servers that know it.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "neighbour.h"

enum {
    BODY_MAX = 128 * 1024,
    DESCRIPTION = 4000, /* characters; the spec's */
    LOOK_BACK_S = 24 * 3600,
    MS = 1000,
};

struct neighbour_pass {
    struct neighbour_channel *of;
    struct arena arena;
    struct str body;
    struct str page;    /* that its description names */
    struct str service; /* code */
    int64_t made_at;
    bool again; /* in XML, for there is no JSON */
    bool looks; /* it may have arrived: why says how it ended */
    struct error why;
    notice_sent_fn *sent; /* NULL: has been told */
    void *arg;
    struct neighbour_pass *next;
};

static void pass_free(struct neighbour_pass *p)
{
    struct neighbour_pass **at = &p->of->passes;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    arena_free(&p->arena);
    free(p);
}

static void pass_end(struct neighbour_pass *p, enum outcome outcome,
                     struct str remote_id)
{
    if (p->sent != NULL) {
        p->sent(p->arg, outcome, remote_id,
                outcome == OUTCOME_DONE ? NULL : &p->why);
    }
    pass_free(p);
}

/* ---- what is sent ---- */

static void field(struct buf *b, struct arena *a, const char *name,
                  struct str value)
{
    if (value.n == 0)
        return;
    buf_printf(b, "%s%s=%.*s", b->n > 0 ? "&" : "", name,
               STR_FMT(percent_encode(a, value)));
}

static void place_fields(struct buf *b, struct arena *a, const struct ticket *t)
{
    if (t->at.known) {
        field(b, a, "lat", str_of(arena_printf(a, "%.7f", t->at.lat)));
        field(b, a, "long", str_of(arena_printf(a, "%.7f", t->at.lon)));
    }
    field(b, a, "address_string", t->label);
}

static void contact_fields(struct buf *b, struct arena *a,
                           const struct mailbox *who)
{
    struct str rest = str_trim(who->name);
    struct str first = str_word(&rest);
    bool mail = str_find(who->address, STR("@")) < who->address.n;

    field(b, a, "first_name", first);
    field(b, a, "last_name", str_trim(rest));
    field(b, a, mail ? "email" : "phone", who->address);
}

static struct str characters(struct str s, size_t most)
{
    size_t at = 0;

    while (at < s.n && most-- > 0) {
        size_t n = utf8_len(str_slice(s, at, s.n));

        at += n > 0 ? n : 1;
    }
    return str_slice(s, 0, at);
}

static void compose(struct neighbour_pass *p, const struct notice *n,
                    const struct passed_report *report)
{
    struct arena *a = &p->arena;
    struct buf b = buf_init(BODY_MAX);

    field(&b, a, "jurisdiction_id", p->of->jurisdiction);
    field(&b, a, "api_key", p->of->key);
    field(&b, a, "service_code", p->service);
    place_fields(&b, a, &report->ticket);
    field(&b, a, "description", characters(n->text, DESCRIPTION));
    field(&b, a, "media_url", report->link);
    field(&b, a, "client_request_id", n->message_id);
    field(&b, a, "passed_by", report->came);
    contact_fields(&b, a, &report->reporter);
    p->body = arena_str(a, buf_str(&b));
    p->page = report->page;
    buf_free(&b);
}

static transfer_done_fn answered;

static void ask(struct neighbour_pass *p, const char *more,
                transfer_done_fn *done)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8", NULL
    };
    const struct neighbour_channel *n = p->of;
    bool asks = more != NULL;

    transfer_start(n->of.channel.transfers,
                   &(struct transfer){
                       .url = neighbour_url(n, "requests", more, &p->arena),
                       .body = asks ? STR_NONE : p->body,
                       .headers = asks ? NULL : headers,
                       .ca_file = n->ca_file.n > 0
                                      ? arena_dup(&p->arena, n->ca_file)
                                      : NULL,
                       .max_bytes = asks ? NEIGHBOUR_LIST : NEIGHBOUR_ANSWER,
                       .timeout_ms = n->timeout * MS,
                   },
                   done, p);
}

/* ---- it may have arrived: is it there? ---- */

static void looked(void *arg, const struct transfer_result *r)
{
    struct neighbour_pass *p = arg;
    struct neighbour_answer list = { .requests = NULL };
    const struct neighbour_request *q;
    struct error e;

    if (r->rc == 0 && r->status == 200 && p->sent != NULL &&
        neighbour_answer_read(&list, r->body, &p->arena, &e) < 0)
        list.requests = NULL;
    q = list.requests;
    while (q != NULL && (q->id.n == 0 ||
                         str_find(q->description, p->page) == q->description.n))
        q = q->next;
    pass_end(p, q != NULL ? OUTCOME_DONE : OUTCOME_UNKNOWN,
             q != NULL ? q->id : STR_NONE);
}

static void look_for(struct neighbour_pass *p)
{
    char since[CLOCK_TEXT];

    if (p->of->stopping) {
        pass_end(p, OUTCOME_UNKNOWN, STR_NONE);
        return;
    }
    p->looks = true;
    clock_rfc3339(p->made_at - LOOK_BACK_S, since);
    ask(p,
        arena_printf(&p->arena, "&service_code=%.*s&start_date=%.*s",
                     STR_FMT(percent_encode(&p->arena, p->service)),
                     STR_FMT(percent_encode(&p->arena, str_of(since)))),
        looked);
}

/* ---- what was answered ---- */

static void taken(struct neighbour_pass *p, const struct neighbour_answer *got)
{
    const struct neighbour_request *q = got->requests;

    inbox_health(&p->of->of.channel, NULL);
    if (q == NULL || q->id.n > 0) {
        pass_end(p, OUTCOME_DONE, q == NULL ? STR_NONE : q->id);
        return;
    }
    pass_end(p, OUTCOME_DONE,
             str_of(arena_printf(&p->arena, NEIGHBOUR_TOKEN "%.*s",
                                 STR_FMT(q->token))));
}

/* Which of the other side's answers mean what; the first line that fits. */
static const struct {
    long from, to;
    enum outcome outcome;
} meanings[] = {
    { 401, 401, OUTCOME_LATER }, /* a key can be put right */
    { 403, 403, OUTCOME_LATER }, { 408, 408, OUTCOME_LATER },
    { 429, 429, OUTCOME_LATER }, { 400, 499, OUTCOME_NEVER },
    { 503, 503, OUTCOME_LATER }, { 300, 399, OUTCOME_NEVER },
    { 0, 999, OUTCOME_UNKNOWN },
};

static enum outcome meaning(long status)
{
    size_t i = 0;

    while (status < meanings[i].from || status > meanings[i].to)
        i++;
    return meanings[i].outcome;
}

static void refused(struct neighbour_pass *p, long status, struct str fault)
{
    enum outcome outcome = meaning(status);

    error(&p->why, E_REMOTE, "%.*s says %ld%s%.*s", STR_FMT(p->of->of.name),
          status, fault.n > 0 ? ": " : "", STR_FMT(fault));
    if (outcome != OUTCOME_NEVER)
        inbox_health(&p->of->of.channel, "%s", p->why.text);
    if (outcome == OUTCOME_UNKNOWN) {
        look_for(p);
    } else {
        pass_end(p, outcome, STR_NONE);
    }
}

static void answered(void *arg, const struct transfer_result *r)
{
    struct neighbour_pass *p = arg;
    struct neighbour_answer got = { .requests = NULL };
    struct error e;
    bool good = r->rc == 0 && r->status >= 200 && r->status < 300;
    bool is_read =
        r->rc == 0 && neighbour_answer_read(&got, r->body, &p->arena, &e) == 0;

    if (p->sent == NULL) { /* stopped meanwhile */
        pass_free(p);
    } else if (r->rc < 0) {
        error(&p->why, E_REMOTE, "%s", r->why.text);
        inbox_health(&p->of->of.channel, "%s", r->why.text);
        if (r->sent) {
            look_for(p);
        } else {
            pass_end(p, OUTCOME_LATER, STR_NONE);
        }
    } else if (!p->again && neighbour_wants_xml(p->of, r)) {
        p->again = true;
        ask(p, NULL, answered);
    } else if (!good) {
        refused(p, r->status, got.fault);
    } else if (!is_read || !got.is_list || got.fault.n > 0) {
        error(&p->why, E_REMOTE, "%.*s says nothing that can be read",
              STR_FMT(p->of->of.name));
        look_for(p);
    } else {
        taken(p, &got);
    }
}

/* ---- its life ---- */

static int prepare(struct neighbour_pass *p, const struct notice *n,
                   struct error *e)
{
    struct passed_report report;
    int rc;

    if (p->of->stopping)
        return error(e, E_BUSY, "stopping");
    if (p->of->of.url.n == 0)
        return error(e, E_CONFIG, "it has no url any more");
    rc = passed_report(&p->of->of.channel, n->ticket, &report, &p->arena, e);
    if (rc < 0)
        return rc;
    p->service = neighbour_service(&p->of->of, report.ticket.category);
    p->made_at = n->created_at > 0 ? n->created_at : clock_now();
    if (p->service.n == 0) {
        return error(e, E_CONFIG, "it takes nothing that is called %.*s",
                     STR_FMT(report.ticket.category));
    }
    compose(p, n, &report);
    return 0;
}

void neighbour_send(struct channel *ch, const struct notice *n,
                    notice_sent_fn *sent, void *arg)
{
    struct neighbour_channel *of = (struct neighbour_channel *)ch;
    struct neighbour_pass *p = calloc(1, sizeof(*p));
    int rc;

    if (p == NULL)
        abort();
    *p = (struct neighbour_pass){
        .of = of, .sent = sent, .arg = arg, .next = of->passes
    };
    of->passes = p;
    rc = prepare(p, n, &p->why);
    if (rc < 0) {
        pass_end(p, rc == E_CONFIG ? OUTCOME_NEVER : OUTCOME_LATER, STR_NONE);
        return;
    }
    ask(p, NULL, answered);
}

/* What is under way may have arrived. */
void neighbour_send_stop(struct neighbour_channel *n)
{
    for (struct neighbour_pass *p = n->passes; p != NULL; p = p->next) {
        if (!p->looks)
            error(&p->why, E_TIMEOUT, "inlet was stopped while it was sent");
        p->sent(p->arg, OUTCOME_UNKNOWN, STR_NONE, &p->why);
        p->sent = NULL;
    }
}
