/* A store with tickets, a town with two doors, and acts of a clerk's. */
#ifndef ACTION_FIXTURE_H
#define ACTION_FIXTURE_H

#include "../tap.h"
#include "pipeline/action.h"
#include "store/people.h"
#include "store/work.h"
#include "store_fixture.h"
#include "web/embedded.h"

enum { NOW = 1764331200 };

static const struct adapter by_mail = { .name = "mail",
                                        .can = ADAPTER_SENDS_MAIL };
static const struct adapter by_text = { .name = "text",
                                        .can = ADAPTER_SENDS_TEXT };
static struct channel post = { .adapter = &by_mail, .name = "post" };
static struct channel texts = { .adapter = &by_text, .name = "texts" };
static struct config_channel texts_line = { .channel = &texts };
static struct config_channel post_line = { .channel = &post,
                                           .next = &texts_line };
static struct setting_list spanish = { STR_INIT("es"), NULL };
static struct setting_list english = { STR_INIT("en"), &spanish };
static struct setting_list own = { STR_INIT("reports@example.org"), NULL };
static struct config town = {
    .town = { .name = STR_INIT("Millbrook"),
              .language = STR_INIT("en"),
              .languages = &english,
              .emergency = STR_INIT("911"),
              .public_url = STR_INIT("https://reports.example.org"),
              .mail_from = STR_INIT("Millbrook <reports@example.org>"),
              .own_addresses = &own },
    .channels = &post_line,
};

struct acting {
    struct fixture f;
    struct templates *templates;
    struct action act; /* the last one */
    int rc;
};

/* ---- rows ---- */

static inline int add_users(struct store_tx *tx, void *arg, struct error *e)
{
    static const struct {
        struct str name;
        enum role role;
        int64_t disabled_at;
    } people[] = { { STR_INIT("Bea"), ROLE_CLERK, 0 },
                   { STR_INIT("Carl"), ROLE_SUPERVISOR, 0 },
                   { STR_INIT("Rita"), ROLE_READER, 0 },
                   { STR_INIT("Gone"), ROLE_CLERK, 5 } };
    int rc = 0;

    (void)arg;
    for (size_t i = 0; rc == 0 && i < COUNT_OF(people); i++) {
        struct user u = { .name = people[i].name,
                          .role = people[i].role,
                          .created_at = NOW,
                          .disabled_at = people[i].disabled_at };

        rc = tx_user_add(tx, &u, e);
    }
    return rc;
}

static inline void acting_begin(struct acting *x)
{
    *x = (struct acting){ .rc = 0 };
    clock_set(NOW);
    fixture_begin(&x->f);
    if (templates_load(&x->templates, built_in_templates, "", &x->f.e) < 0 ||
        store_run(x->f.store, add_users, NULL, &x->f.e) < 0) {
        printf("# %s\n", x->f.e.text);
        abort();
    }
}

static inline void acting_end(struct acting *x)
{
    arena_free(&x->act.arena);
    templates_free(x->templates);
    fixture_end(&x->f);
    clock_set(0);
}

struct report {
    struct filing filing;
    struct follower follower;
};

static inline int report_work(struct store_tx *tx, void *arg, struct error *e)
{
    struct report *r = arg;
    int rc = filing_work(tx, &r->filing, e);

    r->follower.ticket = r->filing.ticket.id;
    if (rc == 0 && r->follower.address.n > 0)
        rc = tx_follower_add(tx, &r->follower, e);
    return rc;
}

/* A report by who may be told; on: the ticket it joins, or 0. Gives its id. */
static inline int64_t report_add(struct acting *x, const char *text,
                                 const char *who, int64_t on)
{
    static int n;
    struct report r = {
        .filing =
            filing_made(arena_printf(&x->f.a, "r%d@example.org", n++), text),
        .follower = { .address = str_of(who),
                      .channel = STR("publicworks-mail"),
                      .language = STR("en") },
    };

    r.filing.notice.to = STR_NONE;
    r.filing.ticket.id = on;
    r.filing.ticket.language = STR("en");
    r.filing.message.reply_to = str_of(who);
    if (store_run(x->f.store, report_work, &r, &x->f.e) < 0) {
        printf("# %s\n", x->f.e.text);
        abort();
    }
    return r.filing.ticket.id;
}

/* ---- acts ---- */

static inline int act_work(struct store_tx *tx, void *arg, struct error *e)
{
    return action_run(tx, arg, e);
}

/* Runs like on so many tickets; x->act says what came of it. */
static inline int act_on(struct acting *x, struct action like,
                         const int64_t *tickets, size_t n)
{
    arena_free(&x->act.arena);
    x->act = like;
    x->act.config = &town;
    x->act.templates = x->templates;
    if (x->act.actor.p == NULL)
        x->act.actor = STR("Bea");
    x->act.tickets = tickets;
    x->act.count = n;
    if (like.revision == 0)
        x->act.revision = -1;
    x->rc = store_run(x->f.store, act_work, &x->act, &x->f.e);
    return x->rc;
}

static inline int act(struct acting *x, struct action like, int64_t ticket)
{
    return act_on(x, like, &ticket, 1);
}

static inline int act_value(struct acting *x, enum action_kind kind,
                            const char *value, int64_t ticket)
{
    return act(x, (struct action){ .kind = kind, .value = str_of(value) },
               ticket);
}

static inline int act_undo(struct acting *x, int64_t event)
{
    return act_on(x, (struct action){ .kind = ACTION_UNDO, .number = event },
                  NULL, 0);
}

/* ---- looking ---- */

static inline struct ticket ticket_now(struct acting *x, int64_t id)
{
    struct ticket t = { .id = 0 };

    if (store_ticket_get(x->f.store, id, &t, &x->f.a, &x->f.e) < 0)
        printf("# %s\n", x->f.e.text);
    return t;
}

static inline struct ticket_whole whole_now(struct acting *x, int64_t id)
{
    struct ticket_whole w = { .messages = NULL };

    if (store_ticket_whole(x->f.store, id, &w, &x->f.a, &x->f.e) < 0)
        printf("# %s\n", x->f.e.text);
    return w;
}

/* The kinds of a ticket's events: "received assigned". */
static inline struct str trail(struct acting *x, int64_t id)
{
    const char *text = "";

    for (struct event_row *r = whole_now(x, id).events; r != NULL; r = r->next)
        text = arena_printf(&x->f.a, "%s%s%.*s", text, text[0] ? " " : "",
                            STR_FMT(r->event.kind));
    return str_of(text);
}

/* "done ana@example.org pending, ..." */
static inline struct str told(struct acting *x, int64_t id)
{
    const char *text = "";

    for (struct notice_list *n = whole_now(x, id).notices; n != NULL;
         n = n->next)
        text =
            arena_printf(&x->f.a, "%s%s%.*s %.*s %s", text, text[0] ? ", " : "",
                         STR_FMT(n->notice.kind), STR_FMT(n->notice.to),
                         notice_state_names[n->notice.state]);
    return str_of(text);
}

static inline struct notice last_notice(struct acting *x, int64_t id)
{
    struct notice last = { .id = 0 };

    for (struct notice_list *n = whole_now(x, id).notices; n != NULL;
         n = n->next)
        last = n->notice;
    return last;
}

static inline int sent_work(struct store_tx *tx, void *arg, struct error *e)
{
    return tx_notice_set(tx, arg, e);
}

/* As if the outbox had sent, failed, ... it. */
static inline void notice_becomes(struct acting *x, int64_t id,
                                  enum notice_state state)
{
    struct notice n;

    if (store_notice_get(x->f.store, id, &n, &x->f.a, &x->f.e) < 0)
        abort();
    n.state = state;
    if (store_run(x->f.store, sent_work, &n, &x->f.e) < 0)
        abort();
}

#endif
