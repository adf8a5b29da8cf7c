/* What is said of passed tickets at a neighbour's: one after the other. */
#include <stdlib.h>

#include "base/log.h"
#include "base/percent.h"
#include "neighbour.h"

enum { MS = 1000 };

struct neighbour_poll {
    struct neighbour_channel *of;
    struct arena arena;
    const struct passed *at;
    bool again; /* in XML, for there is no JSON */
    bool stopped;
};

static void poll_free(struct neighbour_poll *p)
{
    arena_free(&p->arena);
    free(p);
}

static void next(struct neighbour_poll *p);
static void ask(struct neighbour_poll *p);

/* ---- what is said ---- */

static void told(void *arg, int rc, const struct error *e)
{
    struct neighbour_poll *p = arg;

    if (p->stopped) {
        poll_free(p);
        return;
    }
    if (rc < 0) {
        log_warn("%s: what is said of ticket %lld is not stored: %s",
                 p->of->of.channel.name, (long long)p->at->ticket, e->text);
    }
    p->at = p->at->next;
    next(p);
}

static void tell(struct neighbour_poll *p, const struct neighbour_request *q)
{
    bool asked_token = str_starts(p->at->remote_id, STR(NEIGHBOUR_TOKEN));
    struct passed_news news = {
        .id = p->at->id,
        .remote_id = asked_token ? q->id : STR_NONE,
        .status = asked_token ? STR_NONE : q->status,
        .notes = asked_token ? STR_NONE : q->notes,
        .closed = !asked_token && str_case_eq(q->status, STR("closed")),
    };

    passed_told(&p->of->of.channel, &news, told, p);
}

/*
 * Trouble with one is most often trouble with all: later, and then those
 * behind it first.
 */
static void answered(void *arg, const struct transfer_result *r)
{
    struct neighbour_poll *p = arg;
    struct channel *ch = &p->of->of.channel;
    struct neighbour_answer got = { .requests = NULL };
    struct error e = r->why;
    int rc = r->rc;

    if (p->stopped) {
        poll_free(p);
        return;
    }
    if (rc == 0 && !p->again && neighbour_wants_xml(p->of, r)) {
        p->again = true;
        ask(p);
        return;
    }
    p->again = false;
    if (rc == 0)
        rc = neighbour_answer_read(&got, r->body, &p->arena, &e);
    if (rc < 0 || r->status >= 500 || r->status == 429) {
        inbox_health(ch, "%.*s does not say what became of reports: %s",
                     STR_FMT(p->of->of.name),
                     rc < 0 ? e.text : "it is in trouble itself");
        p->at = NULL;
    } else if (r->status == 200 && got.requests != NULL) {
        inbox_health(ch, NULL);
        tell(p, got.requests);
        return;
    } else {
        log_info("%s: nothing is said of ticket %lld: %ld %.*s", ch->name,
                 (long long)p->at->ticket, r->status, STR_FMT(got.fault));
        p->at = p->at->next;
    }
    next(p);
}

/* ---- what is asked ---- */

static void ask(struct neighbour_poll *p)
{
    const struct neighbour_channel *n = p->of;
    struct arena *a = &p->arena;
    struct str id = p->at->remote_id;
    const char *of = "requests";

    p->of->asked = p->at->id;
    if (str_starts(id, STR(NEIGHBOUR_TOKEN))) {
        id = str_slice(id, strlen(NEIGHBOUR_TOKEN), id.n);
        of = "tokens";
    }
    transfer_start(
        n->of.channel.transfers,
        &(struct transfer){
            .url = neighbour_url(
                n,
                arena_printf(a, "%s/%.*s", of, STR_FMT(percent_encode(a, id))),
                "", a),
            .ca_file = n->ca_file.n > 0 ? arena_dup(a, n->ca_file) : NULL,
            .max_bytes = NEIGHBOUR_ANSWER,
            .timeout_ms = n->timeout * MS,
        },
        answered, p);
}

static void next(struct neighbour_poll *p)
{
    if (p->at != NULL) {
        ask(p);
        return;
    }
    p->of->poll = NULL;
    poll_free(p);
}

void neighbour_poll_begin(struct neighbour_channel *n)
{
    struct neighbour_poll *p;
    struct passed *all;
    struct error e;
    int rc;

    if (n->poll != NULL || n->stopping)
        return;
    p = calloc(1, sizeof(*p));
    if (p == NULL)
        abort();
    p->of = n;
    n->poll = p;
    rc = passed_open(&n->of.channel, n->asked, &all, &p->arena, &e);
    if (rc == 0 && all == NULL && n->asked != 0)
        rc = passed_open(&n->of.channel, 0, &all, &p->arena, &e);
    if (rc < 0) {
        log_error("%s: cannot look for what was passed on: %s",
                  n->of.channel.name, e.text);
    }
    p->at = rc < 0 ? NULL : all;
    next(p);
}

void neighbour_poll_stop(struct neighbour_channel *n)
{
    if (n->poll != NULL)
        n->poll->stopped = true;
    n->poll = NULL;
}
