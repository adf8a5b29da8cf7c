/* Somebody texts, and what has become of it: for the tests of conversations. */
#ifndef CONVERSATION_MADE_H
#define CONVERSATION_MADE_H
#include "pipeline/conversation.h"

#include "../tap.h"
#include "filing_made.h"
#include "spine/asked.h"

enum { BEGAN = 1764331200, MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const struct adapter by_text = {
    .name = "phone", .can = ADAPTER_SENDS_TEXT | ADAPTER_KEYWORDS
};
static const struct adapter by_twilio = { .name = "twilio",
                                          .can = ADAPTER_SENDS_TEXT };
static const struct adapter by_form = { .name = "web" };
static struct channel phone = { .adapter = &by_text, .name = "phone" };
static struct channel texts = { .adapter = &by_twilio, .name = "texts" };
static struct channel site = { .adapter = &by_form, .name = "site" };
static struct config_channel site_line = { .channel = &site };
static struct config_channel texts_line = { .channel = &texts,
                                            .next = &site_line };
static struct config_channel phone_line = { .channel = &phone,
                                            .next = &texts_line };
static struct setting_list spanish = { STR_INIT("es"), NULL };
static struct setting_list english = { STR_INIT("en"), &spanish };
static struct config town = {
    .town = { .name = STR_INIT("Millbrook"),
              .language = STR_INIT("en"),
              .languages = &english,
              .emergency = STR_INIT("911"),
              .public_url = STR_INIT("https://reports.example.org") },
    .channels = &phone_line,
};

static int64_t now;

static inline void passes(int64_t seconds)
{
    now += seconds;
    clock_set(now);
}

/* ---- somebody writes ---- */

enum place { NOWHERE, ELM, ELM_TOO, OAK };

static struct location places[] = {
    [ELM] = { .at = { 41.5, -72.5, true },
              .method = METHOD_ADDRESS_POINT,
              .label = STR_INIT("12 Elm Street"),
              .uncertainty_m = 10 },
    [ELM_TOO] = { .at = { 41.5005, -72.5, true }, /* 56 m away */
                  .method = METHOD_ADDRESS_POINT,
                  .label = STR_INIT("18 Elm Street"),
                  .uncertainty_m = 10 },
    [OAK] = { .at = { 41.52, -72.5, true },
              .method = METHOD_ADDRESS_POINT,
              .label = STR_INIT("9 Oak Avenue"),
              .uncertainty_m = 10 },
};

static struct attachment photo = { .photo = true };

/* As the jail would read it: category NULL, NOWHERE: it says none. */
static inline struct reading said(const char *from, const char *words,
                                  const char *category, enum place where)
{
    static int n;
    struct reading r = {
        .message = { .sender = { .address = str_of(from) },
                     .reply_to = str_of(from),
                     .text = str_of(words),
                     .visible = str_of(words),
                     .message_id = str_of(arena_printf(&a, "SM%d", n++)) },
        .extract = { .language = STR("en") },
        .decision = where == NOWHERE ? DECISION_ASK : DECISION_ACCEPT,
    };

    if (category != NULL) {
        r.extract.category =
            (struct category){ .name = str_of(category), .score = 1 };
    }
    if (where != NOWHERE)
        r.locations = &places[where];
    if (where == NOWHERE) {
        r.question = STR("Where is it?");
        r.asked = asked_write(&(struct asked){ .cause = STR("nothing") }, &a);
    }
    if (words[0] == '\0')
        r.message.attachments = &photo;
    return r;
}

struct coming {
    struct filing f;
    struct raw raw;
};

static inline int store_it(struct store_tx *tx, void *arg, struct error *err)
{
    struct coming *c = arg;

    return tx_raw_add(tx, &c->raw, &c->raw.id, err);
}

static inline int file_it(struct store_tx *tx, void *arg, struct error *err)
{
    struct coming *c = arg;

    c->f.raw = &c->raw;
    c->f.config = &town;
    c->f.templates = templates;
    return filing_file(tx, &c->f, err);
}

static inline int take_in(struct store_tx *tx, void *arg, struct error *err)
{
    int rc = store_it(tx, arg, err);

    return rc < 0 ? rc : file_it(tx, arg, err);
}

static inline struct filing comes_by(const char *channel, struct reading r)
{
    static int n;
    struct coming c = {
        .f = { .reading = &r },
        .raw = { .channel = str_of(channel),
                 .adapter = STR("twilio"),
                 .origin = str_of(arena_printf(&a, "%d", n++)),
                 .received_at = now,
                 .format = RAW_FORM,
                 .bytes = str_of(arena_printf(&a, "bytes %d", n)) },
    };
    int rc = store_run(store, take_in, &c, &e);

    if (rc == E_AGAIN) { /* the jail knows the question now */
        c.raw.asked = arena_str(&a, c.f.asked);
        arena_free(&c.f.arena);
        c.f = (struct filing){ .reading = &r };
        rc = store_run(store, take_in, &c, &e);
    }
    if (rc < 0)
        printf("# %s\n", e.text);
    c.f.said.to = arena_str(&a, c.f.said.to);
    c.f.said.text = arena_str(&a, c.f.said.text);
    arena_free(&c.f.arena);
    return c.f;
}

static inline int64_t ticket_of(struct reading r)
{
    return comes_by("texts", r).filed.ticket;
}

static inline struct ticket read_ticket(int64_t id)
{
    struct ticket t = { .id = 0 };

    if (store_ticket_get(store, id, &t, &a, &e) < 0)
        printf("# %s\n", e.text);
    return t;
}

static inline int tickets(void)
{
    int64_t n = 0;

    CHECK(store_ticket_last(store, &n, &e) == 0);
    return (int)n;
}

/* The last notice of a ticket that is not withdrawn; kind empty: none. */
static inline struct notice told(int64_t id)
{
    struct ticket_whole w;
    struct notice last = { .id = 0 };

    if (store_ticket_whole(store, id, &w, &a, &e) < 0)
        abort();
    for (const struct notice_list *l = w.notices; l != NULL; l = l->next) {
        if (l->notice.state != NOTICE_WITHDRAWN)
            last = l->notice;
    }
    return last;
}

static inline int set_ticket(struct store_tx *tx, void *arg, struct error *err)
{
    return tx_ticket_set(tx, arg, err);
}

static inline void done(int64_t id)
{
    struct ticket t = read_ticket(id);

    t.state = TICKET_DONE;
    t.done_at = now;
    if (store_run(store, set_ticket, &t, &e) < 0)
        abort();
}

/* A number of its own for each test. */
static inline const char *somebody(void)
{
    static int n;

    return arena_printf(&a, "+1555555%04d", 100 + n++);
}

#endif
