/*
 * What Twilio would have told us, had we been there. It tries a webhook for
 * seconds; its list of messages stays. At the start and every few minutes the
 * list is read back to an hour before it was last read through, and what is
 * not here is stored as if its webhook had come.
 */
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "twilio.h"
#include "twilio_json.h"

enum {
    OVERLAP = 3600,
    PAGES_MAX = 50,
    RETRY_S = 60,
    FORM_BYTES = 128 * 1024,
    DAY_ROOM = 16,
};

struct item {
    json_t *message;
    struct item *next;
};

struct twilio_poll {
    struct twilio *t;
    struct arena arena; /* holds the poll itself */
    int64_t began;
    int64_t since;
    int pages;
    struct item *items; /* the oldest first */
};

static void poll_now(uv_timer_t *timer);
static void next_item(struct twilio_poll *p);

static void free_items(struct twilio_poll *p)
{
    for (struct item *i = p->items; i != NULL; i = i->next)
        json_decref(i->message);
    p->items = NULL;
}

static void finish(struct twilio_poll *p, const char *trouble)
{
    struct twilio *t = p->t;
    struct arena a = p->arena;
    int64_t wait = t->poll_every;
    const char *mark = arena_printf(&p->arena, "%lld", (long long)p->began);

    if (trouble == NULL) {
        inbox_cursor_set(&t->channel, "polled", str_of(mark));
        inbox_health(&t->channel, NULL);
    } else if (!t->stopping) {
        inbox_health(&t->channel, "Twilio's list of messages: %s", trouble);
        wait = wait < RETRY_S ? wait : RETRY_S;
    }
    free_items(p);
    a = p->arena;
    t->poll = NULL;
    arena_free(&a);
    if (!t->stopping)
        uv_timer_start(&t->poll_timer, poll_now, (uint64_t)wait * 1000, 0);
}

/* NULL where the answer is good. */
static const char *trouble_of(struct twilio_poll *p,
                              const struct transfer_result *r)
{
    if (p->t->stopping)
        return "stopping";
    if (r->rc < 0)
        return arena_dup(&p->arena, str_of(r->why.text));
    if (r->status == 401 || r->status == 404)
        return "the account or its token is refused";
    if (r->status != 200)
        return arena_printf(&p->arena, "HTTP %ld", r->status);
    return NULL;
}

static bool for_us(const struct twilio *t, const json_t *m)
{
    if (!str_eq(twilio_json_text(m, "direction"), STR("inbound")))
        return false;
    if (t->number.n > 0)
        return str_eq(twilio_json_text(m, "to"), t->number);
    return str_eq(twilio_json_text(m, "messaging_service_sid"), t->service);
}

/* Keeps what is ours. True: all that is older is older than p->since. */
static bool keep(struct twilio_poll *p, json_t *list)
{
    bool past = json_array_size(list) == 0;
    json_t *m;
    size_t i;

    json_array_foreach(list, i, m)
    {
        int64_t at = twilio_json_date(m, "date_sent");
        struct item *item;

        past = at != 0 && at < p->since;
        if (past || !for_us(p->t, m))
            continue;
        item = arena_new(&p->arena, struct item);
        item->message = json_incref(m);
        item->next = p->items; /* the list has the newest first */
        p->items = item;
    }
    return past;
}

static void page_read(void *arg, const struct transfer_result *r)
{
    struct twilio_poll *p = arg;
    struct twilio *t = p->t;
    const char *trouble = trouble_of(p, r);
    json_t *top = trouble == NULL ? twilio_json(r->body) : NULL;
    struct str next = twilio_json_text(top, "next_page_uri");
    bool past = keep(p, json_object_get(top, "messages"));

    if (trouble == NULL && top == NULL)
        trouble = "the answer is not JSON";
    if (trouble != NULL) {
        finish(p, trouble);
    } else if (!past && str_starts(next, STR("/2010-04-01/")) &&
               ++p->pages < PAGES_MAX) {
        twilio_ask(t, arena_dup(&p->arena, next), STR_NONE, page_read, p);
    } else {
        next_item(p);
    }
    json_decref(top);
    twilio_end(t);
}

static void ask_first_page(struct twilio_poll *p)
{
    struct buf query = buf_init(FORM_BYTES);
    time_t since = (time_t)p->since;
    char day[DAY_ROOM];
    struct tm tm;

    gmtime_r(&since, &tm);
    strftime(day, sizeof(day), "%Y-%m-%d", &tm);
    twilio_add_pair(&query, "PageSize", STR("500"));
    if (p->t->number.n > 0)
        twilio_add_pair(&query, "To", p->t->number);
    twilio_add_pair(&query, "DateSent%3E", str_of(day));
    twilio_ask(p->t,
               arena_printf(&p->arena,
                            "/2010-04-01/Accounts/%.*s/Messages.json?%s",
                            STR_FMT(p->t->account), buf_cstr(&query)),
               STR_NONE, page_read, p);
    buf_free(&query);
}

static void poll_now(uv_timer_t *timer)
{
    struct twilio *t = timer->data;
    struct arena a = { 0 };
    struct twilio_poll *p = arena_new(&a, struct twilio_poll);
    struct str mark;
    struct error e;
    int64_t last = 0;

    p->arena = a;
    p->t = t;
    p->began = clock_now();
    t->poll = p;
    if (inbox_cursor_get(&t->channel, "polled", &p->arena, &mark, &e) < 0) {
        finish(p, e.text);
    } else if (!str_int(mark, &last)) {
        finish(p, NULL); /* the first time: what comes from now on */
    } else {
        p->since = last - OVERLAP;
        ask_first_page(p);
    }
}

struct known {
    struct str sid;
    bool there, marked;
};

static void note_known(void *arg, struct str origin, bool marked)
{
    struct known *k = arg;

    if (str_eq(origin, k->sid)) {
        k->there = true;
        k->marked = marked;
    }
}

static int64_t count_media(const json_t *m)
{
    int64_t n;

    return str_int(twilio_json_text(m, "num_media"), &n) ? n : 0;
}

/* It is here, and its pictures are too, or on their way, or given up. */
static bool is_known(struct twilio *t, const json_t *m)
{
    struct known k = { .sid = twilio_json_text(m, "sid") };
    struct error e;

    if (inbox_origins(&t->channel, k.sid, note_known, &k, &e) < 0)
        return false;
    return k.there &&
           (count_media(m) == 0 || k.marked || twilio_media_waits(t, k.sid));
}

static void add_text(struct buf *form, const char *name, const json_t *m,
                     const char *key)
{
    struct str value = twilio_json_text(m, key);

    if (value.n > 0)
        twilio_add_pair(form, name, value);
}

/* The list's "uri" of a picture is its address and ".json". */
static void add_media(struct twilio_poll *p, struct buf *form,
                      const json_t *list)
{
    char name[32];
    const json_t *m;
    size_t i;

    json_array_foreach(list, i, m)
    {
        struct str uri = twilio_json_text(m, "uri");

        if (str_ends(uri, STR(".json")))
            uri.n -= 5;
        snprintf(name, sizeof(name), "MediaUrl%zu", i);
        twilio_add_pair(form, name,
                        str_of(arena_printf(&p->arena, "%.*s%.*s",
                                            STR_FMT(p->t->api), STR_FMT(uri))));
        snprintf(name, sizeof(name), "MediaContentType%zu", i);
        add_text(form, name, m, "content_type");
    }
}

/* The item as its webhook would have come. */
static void offer(struct twilio_poll *p, const json_t *media)
{
    struct twilio_offer *o = twilio_offer_new(p->t, TWILIO_POLL);
    const json_t *m = p->items->message;
    struct buf form = buf_init(FORM_BYTES);
    struct raw raw = {
        .format = RAW_FORM,
        .envelope = STR("content-type: application/x-www-form-urlencoded\n"
                        "source: list\n"),
    };

    twilio_add_pair(&form, "MessageSid", twilio_json_text(m, "sid"));
    add_text(&form, "AccountSid", m, "account_sid");
    add_text(&form, "MessagingServiceSid", m, "messaging_service_sid");
    add_text(&form, "From", m, "from");
    add_text(&form, "To", m, "to");
    add_text(&form, "Body", m, "body");
    add_text(&form, "NumMedia", m, "num_media");
    add_text(&form, "NumSegments", m, "num_segments");
    add_text(&form, "DateSent", m, "date_sent");
    add_media(p, &form, media);
    raw.origin = arena_str(&o->arena, twilio_json_text(m, "sid"));
    raw.bytes = buf_str(&form);
    o->sid = raw.origin;
    twilio_offer_read(o, &raw);
    twilio_offer(o, &raw);
    buf_free(&form);
}

static void media_listed(void *arg, const struct transfer_result *r)
{
    struct twilio_poll *p = arg;
    struct twilio *t = p->t;
    const char *trouble = trouble_of(p, r);
    bool gone = r->rc == 0 && (r->status == 404 || r->status == 410);
    json_t *top = trouble == NULL ? twilio_json(r->body) : NULL;

    /* Pictures that are gone must not keep the text, or the next, away. */
    if (trouble == NULL || (gone && !t->stopping)) {
        offer(p, json_object_get(top, "media_list"));
    } else {
        finish(p, trouble);
    }
    json_decref(top);
    twilio_end(t);
}

static void drop_first(struct twilio_poll *p)
{
    json_decref(p->items->message);
    p->items = p->items->next;
}

static void next_item(struct twilio_poll *p)
{
    while (p->items != NULL && is_known(p->t, p->items->message))
        drop_first(p);
    if (p->items == NULL) {
        finish(p, NULL);
    } else if (count_media(p->items->message) == 0) {
        offer(p, NULL);
    } else {
        twilio_ask(
            p->t,
            arena_printf(&p->arena,
                         "/2010-04-01/Accounts/%.*s/Messages/%.*s/Media.json",
                         STR_FMT(p->t->account),
                         STR_FMT(twilio_json_text(p->items->message, "sid"))),
            STR_NONE, media_listed, p);
    }
}

void twilio_poll_accepted(struct twilio *t, int rc)
{
    struct twilio_poll *p = t->poll;

    if (rc < 0 && rc != E_DUPLICATE) {
        finish(p, "a message could not be stored");
        return;
    }
    if (rc == 0) {
        log_info("%s: found a text whose webhook has not come",
                 t->channel.name);
    }
    drop_first(p);
    if (t->stopping) {
        finish(p, "stopping");
    } else {
        next_item(p);
    }
}

void twilio_poll_start(struct twilio *t)
{
    uv_timer_init(t->channel.loop, &t->poll_timer);
    t->poll_timer.data = t;
    t->handles++;
    if (t->poll_every > 0)
        uv_timer_start(&t->poll_timer, poll_now, 0, 0);
}
