/*
 * What a provider would have told us, had we been there. It tries a webhook
 * for seconds or hours; its list of messages stays. At the start and every few
 * minutes the list is read back to an hour before it was last read through,
 * and what is not here is stored as if its webhook had come.
 */
#include "base/clock.h"
#include "base/log.h"
#include "text_internal.h"

enum { OVERLAP = 3600, PAGES_MAX = 50, RETRY_S = 60 };

struct text_poll {
    struct text_machine *m;
    struct arena arena; /* holds the poll itself */
    int64_t began;
    int64_t since;
    int pages;
    struct str ahead;   /* pages still to be read, a line each */
    struct text *texts; /* the oldest first */
};

static void poll_now(uv_timer_t *timer);
static void next_text(struct text_poll *p);

static void finish(struct text_poll *p, const char *trouble)
{
    struct text_machine *m = p->m;
    struct channel *c = &m->t->channel;
    struct arena a;
    int64_t wait = m->t->with.poll_every;
    const char *mark = arena_printf(&p->arena, "%lld", (long long)p->began);

    if (trouble == NULL) {
        inbox_cursor_set(c, "polled", str_of(mark));
        inbox_health(c, NULL);
        m->refused = false;
    } else if (!m->stopping) {
        inbox_health(c, "%s's list of messages: %s", m->provider->called,
                     trouble);
        wait = wait < RETRY_S ? wait : RETRY_S;
    }
    a = p->arena;
    m->poll = NULL;
    arena_free(&a);
    if (!m->stopping)
        uv_timer_start(&m->poll_timer, poll_now, (uint64_t)wait * 1000, 0);
}

/* NULL where the answer is good. */
static const char *trouble_of(struct text_poll *p,
                              const struct transfer_result *r)
{
    if (p->m->stopping)
        return "stopping";
    if (r->rc < 0)
        return arena_dup(&p->arena, str_of(r->why.text));
    if (r->status == 401 || r->status == 403 || r->status == 404)
        return "the account or its token is refused";
    if (r->status < 200 || r->status > 299)
        return arena_printf(&p->arena, "HTTP %ld", r->status);
    return NULL;
}

static bool for_us(const struct text_machine *m, const struct text *text)
{
    struct str number = m->t->with.number;

    return number.n == 0 || text->to.n == 0 ||
           text_same_number(text->to, number);
}

/* In order of their dates; the list has the newest first as a rule. */
static void put(struct text_poll *p, struct text *text)
{
    struct text **at = &p->texts;

    while (*at != NULL && (*at)->sent_at < text->sent_at)
        at = &(*at)->next;
    text->next = *at;
    *at = text;
}

/* Keeps what is ours. True: all of it is older than p->since. */
static bool keep(struct text_poll *p, struct text *texts)
{
    bool past = texts != NULL;
    struct text *next;

    for (struct text *text = texts; text != NULL; text = next) {
        bool old = text->sent_at != 0 && text->sent_at < p->since;

        next = text->next;
        past = past && old;
        if (text->outgoing) {
            text_receipt(p->m, text, TEXT_OF_LIST);
        } else if (!old && text->kind == TEXT_MESSAGE && for_us(p->m, text)) {
            put(p, text);
        }
    }
    return past;
}

static void page_read(void *arg, const struct transfer_result *r);

static void ask_page(struct text_poll *p, struct str page)
{
    struct text_machine *m = p->m;
    struct text_question q = { .since = p->since, .page = page };
    struct text_request ask = { 0 };
    struct error e;

    if (m->provider->list(&ask, m->t, &q, &p->arena, &e) < 0) {
        finish(p, arena_dup(&p->arena, str_of(e.text)));
    } else {
        text_ask(m, &ask, page_read, p);
    }
}

static void page_read(void *arg, const struct transfer_result *r)
{
    struct text_poll *p = arg;
    struct text_machine *m = p->m;
    const char *trouble = trouble_of(p, r);
    struct text_listing listing = { 0 };
    struct error e;
    bool past;

    if (trouble == NULL &&
        m->provider->listed(&listing, m->t, arena_str(&p->arena, r->body),
                            &p->arena, &e) < 0)
        trouble = arena_dup(&p->arena, str_of(e.text));
    past = keep(p, listing.texts);
    if (!past && listing.next.n > 0) {
        p->ahead = str_of(arena_printf(
            &p->arena, "%.*s\n%.*s", STR_FMT(listing.next), STR_FMT(p->ahead)));
    }
    if (trouble != NULL) {
        finish(p, trouble);
    } else if (p->ahead.n > 0 && ++p->pages < PAGES_MAX) {
        ask_page(p, str_line(&p->ahead));
    } else {
        next_text(p);
    }
    text_end(m);
}

static void poll_now(uv_timer_t *timer)
{
    struct text_machine *m = timer->data;
    struct arena a = { 0 };
    struct text_poll *p = arena_new(&a, struct text_poll);
    struct str mark;
    struct error e;
    int64_t last = 0;

    p->arena = a;
    p->m = m;
    p->began = clock_now();
    m->poll = p;
    if (inbox_cursor_get(&m->t->channel, "polled", &p->arena, &mark, &e) < 0) {
        finish(p, arena_dup(&p->arena, str_of(e.text)));
    } else if (!str_int(mark, &last)) {
        finish(p, NULL); /* the first time: what comes from now on */
    } else {
        p->since = last - OVERLAP;
        ask_page(p, STR(""));
    }
}

/* It is here, and its files are too, or on their way, or given up. */
static bool is_known(struct text_poll *p, const struct text *text)
{
    struct str origin = text_origin(text, text->item, &p->arena);
    bool marked = false;

    if (!text_stored(p->m, origin, &marked))
        return false;
    return (text->files == NULL && text->files_at.n == 0) || marked ||
           text_media_waits(p->m, origin);
}

/* The item as its webhook would have come. */
static void offer(struct text_poll *p)
{
    struct text_offer *o = text_offer_new(p->m, TEXT_OF_LIST);
    const struct text *text = p->texts;
    struct raw raw = {
        .format = p->m->provider->adapter.format,
        .bytes = text->item,
    };

    raw.envelope = str_of(arena_printf(
        &o->arena, "content-type: application/%s\nsource: list\n",
        raw.format == RAW_JSON ? "json" : "x-www-form-urlencoded"));
    o->origin = text_origin(text, text->item, &o->arena);
    text_offer_text(o, text);
    text_offer(o, &raw);
}

static void files_listed(void *arg, const struct transfer_result *r)
{
    struct text_poll *p = arg;
    struct text_machine *m = p->m;
    const char *trouble = trouble_of(p, r);
    bool gone = r->rc == 0 && (r->status == 404 || r->status == 410);
    struct error e;

    if (trouble == NULL &&
        m->provider->files(p->texts, m->t, arena_str(&p->arena, r->body),
                           &p->arena, &e) < 0)
        trouble = arena_dup(&p->arena, str_of(e.text));
    /* Files that are gone must not keep the text, or the next, away. */
    if (trouble == NULL || (gone && !m->stopping)) {
        offer(p);
    } else {
        finish(p, trouble);
    }
    text_end(m);
}

static void next_text(struct text_poll *p)
{
    struct text_machine *m = p->m;
    struct text_request ask;

    while (p->texts != NULL && is_known(p, p->texts))
        p->texts = p->texts->next;
    if (p->texts == NULL) {
        finish(p, NULL);
    } else if (p->texts->files_at.n > 0 && m->provider->files != NULL) {
        ask = text_api_request(m, p->texts->files_at, &p->arena);
        text_ask(m, &ask, files_listed, p);
    } else {
        offer(p);
    }
}

void text_list_accepted(struct text_machine *m, int rc)
{
    struct text_poll *p = m->poll;

    if (rc < 0 && rc != E_DUPLICATE) {
        finish(p, "a message could not be stored");
        return;
    }
    if (rc == 0) {
        log_info("%s: found a text whose webhook has not come",
                 m->t->channel.name);
    }
    p->texts = p->texts->next;
    if (m->stopping) {
        finish(p, "stopping");
    } else {
        next_text(p);
    }
}

void text_list_start(struct text_machine *m)
{
    uv_timer_init(m->t->channel.loop, &m->poll_timer);
    m->poll_timer.data = m;
    m->handles++;
    if (m->t->with.poll_every > 0 && m->provider->list != NULL)
        uv_timer_start(&m->poll_timer, poll_now, 0, 0);
}
