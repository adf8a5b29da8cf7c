#include "web/report/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/digest.h"
#include "base/log.h"
#include "web/report/follow_internal.h"

enum {
    TOKEN_CHARS = 22, /* of TICKET_TOKEN_BYTES in base64url */
    KEY_BYTES = 16,
    GUESSES = 60, /* an hour, of tokens that lead nowhere */
    FORM_MAX = 16 * 1024,
};

/* ---- tokens ---- */

static int find_public(struct follow *f, struct str token, struct ticket *t,
                       struct arena *a, struct error *e)
{
    struct str rest = token;
    struct str number = str_until(&rest, STR("-"));
    int64_t id;
    int rc;

    if (rest.n != TOKEN_CHARS || !str_int(number, &id))
        return error(e, E_NONE, "no token of ours looks like that");
    rc = store_ticket_get(f->store, id, t, a, e);
    if (rc == 0 && !digest_same(ticket_public_token(t, a), token))
        return error(e, E_NONE, "the token is not of that ticket");
    return rc;
}

int follow_find(struct follow *f, struct http_request *r, struct followed *out,
                struct error *e)
{
    struct arena *a = http_arena(r);
    struct str token = http_param(r, "token");
    int rc;

    *out = (struct followed){ .own = token.n == TOKEN_CHARS };
    if (limit_spent(&f->guesses, http_peer(r), GUESSES))
        return error(e, E_DENIED, "too many tokens were guessed");
    if (out->own) {
        rc = store_ticket_by_token(f->store, token, &out->ticket, a, e);
    } else {
        rc = find_public(f, token, &out->ticket, a, e);
    }
    if (rc == E_NONE) {
        (void)limit_take(&f->guesses, http_peer(r), GUESSES);
        log_info("a token that leads nowhere was asked for");
    }
    return rc;
}

/* ---- answers ---- */

struct str follow_language(const struct follow *f, struct http_request *r,
                           struct str of_ticket)
{
    struct str asked = http_query(r, "lang");

    return page_language(&f->config->town, r, asked.n > 0 ? asked : of_ticket);
}

void follow_refuse(struct follow *f, struct http_request *r, int rc,
                   const struct error *e)
{
    static const struct {
        int rc, status;
        const char *title, *sentence;
    } all[] = {
        { E_NONE, 404, "error.none_title", "error.none" },
        { E_DENIED, 429, "error.trouble_title", "error.guessed" },
        { 0, 503, "error.trouble_title", "error.trouble" },
    };
    struct page p = { .templates = f->templates,
                      .town = &f->config->town,
                      .a = http_arena(r),
                      .language = follow_language(f, r, STR_NONE) };
    size_t i = 0;

    while (all[i].rc != 0 && all[i].rc != rc)
        i++;
    if (all[i].rc == 0)
        log_error("a report's page cannot be shown: %s", e->text);
    page_begin(&p, page_word(&p, all[i].title), PAGE_PRIVATE);
    page_put(&p, "sentence", page_word(&p, all[i].sentence));
    page_send(&p, r, all[i].status, "error.html");
}

static bool takes_replies(const struct config *c)
{
    for (const struct config_channel *ch = c->channels; ch != NULL;
         ch = ch->next) {
        if ((ch->channel->adapter->can & ADAPTER_TAKES_REPLIES) != 0)
            return true;
    }
    return false;
}

static int show(struct follow *f, struct http_request *r, int status,
                const struct followed *of, struct follow_view *v,
                struct error *e)
{
    struct arena *a = http_arena(r);
    struct ticket_whole *whole = arena_new(a, struct ticket_whole);
    struct ticket *other = arena_new(a, struct ticket);
    struct page p = { .templates = f->templates,
                      .town = &f->config->town,
                      .a = a,
                      .language = v->language };
    int rc = store_ticket_whole(f->store, of->ticket.id, whole, a, e);

    if (rc == 0 && of->ticket.duplicate_of != 0) {
        rc = store_ticket_get(f->store, of->ticket.duplicate_of, other, a, e);
        v->other = rc == 0 ? other : NULL;
        rc = rc == E_NONE ? 0 : rc;
    }
    if (rc < 0)
        return rc;
    v->ticket = &whole->ticket;
    v->events = whole->events;
    follow_values(&p, v);
    page_send(&p, r, status, "track.html");
    return 0;
}

void follow_show(struct follow *f, struct http_request *r, int status,
                 const struct followed *of, struct follow_view *v)
{
    struct error e;
    int rc;

    v->templates = f->templates;
    v->town = &f->config->town;
    v->language = follow_language(f, r, of->ticket.language);
    v->token = http_param(r, "token");
    v->key = digest_token(http_arena(r), KEY_BYTES);
    v->writable = of->own && takes_replies(f->config);
    rc = show(f, r, status, of, v, &e);
    if (rc < 0)
        follow_refuse(f, r, rc, &e);
}

/* What was done on the page before, as its redirection says. */
static const char *said(struct http_request *r)
{
    static const char *const all[][2] = {
        { "said", "track.said" },
        { "followed", "track.followed" },
        { "stopped", "track.stopped" },
    };

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (http_query(r, all[i][0]).n > 0)
            return all[i][1];
    }
    return NULL;
}

static void get_ticket(struct http_request *r, void *arg)
{
    struct follow *f = arg;
    struct follow_view v = { .said = said(r) };
    struct followed of;
    struct error e;
    int rc = follow_find(f, r, &of, &e);

    if (rc < 0) {
        follow_refuse(f, r, rc, &e);
    } else {
        follow_show(f, r, 200, &of, &v);
    }
}

/* ---- its life ---- */

static const struct route routes[] = {
    { "GET", "/t/:token", 0, get_ticket },
    { "POST", "/t/:token/follow", FORM_MAX, follow_start },
    { "POST", "/t/:token/stop", FORM_MAX, follow_stop },
    { NULL, NULL, 0, NULL },
};

int follow_open(struct follow **out, const struct follow_with *with,
                struct error *e)
{
    struct follow *f = calloc(1, sizeof(*f));

    (void)e;
    if (f == NULL)
        abort();
    tzset(); /* days are the town's own */
    f->store = with->store;
    f->outbox = with->outbox;
    f->templates = with->templates;
    f->config = with->config;
    limit_begin(&f->guesses);
    limit_begin(&f->follows);
    http_routes(with->http, routes, "", f);
    *out = f;
    return 0;
}

void follow_close(struct follow *f)
{
    free(f);
}
