#include "web/inbox/live.h"

#include <stddef.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/inbox/presence.h"

enum { MESSAGE_MAX = HTTP_STREAM_BEHIND / 2, LOOK_MOST = 200 };

/* A page that listens. */
struct listener {
    struct live *live;
    struct http_stream *stream;
    struct arena arena;
    struct str session;
    struct listener *next;
};

struct live {
    struct desk *desk;
    struct listener *listeners;
    struct presence *presence;
    int64_t seen; /* the last event that was told */
    int64_t commented_at;
    bool trouble, knows_trouble;
    bool stopping;
    uv_timer_t look, beat;
};

/* ---- telling ---- */

static void tell_all(struct live *l, struct str text)
{
    for (struct listener *at = l->listeners; at != NULL; at = at->next)
        http_stream_write(at->stream, text);
}

static void ticket_write(struct buf *out, const struct news *n)
{
    struct json j = json_to(out);

    buf_printf(out, "id: %lld\nevent: ticket\ndata: ", (long long)n->event);
    json_begin_object(&j);
    json_kv_int(&j, "id", n->ticket);
    json_kv_int(&j, "revision", n->revision);
    json_kv(&j, "kind", n->first ? STR("new") : STR("changed"));
    json_kv_int(&j, "event", n->event);
    json_kv(&j, "actor", n->actor);
    json_end_object(&j);
    buf_add(out, STR("\n\n"));
}

/* A new ticket comes with several events: one of them is enough. */
static bool is_part_of_new(const struct news *first, const struct news *n)
{
    for (; first != n; first = first->next) {
        if (first->first && first->ticket == n->ticket)
            return true;
    }
    return false;
}

static void news_write(struct buf *out, const struct news *first)
{
    for (const struct news *n = first; n != NULL; n = n->next) {
        if (!is_part_of_new(first, n))
            ticket_write(out, n);
    }
}

/* The browser remembers the last id, also of an event that has no data. */
static void seen_write(struct buf *out, int64_t seen)
{
    buf_printf(out, "id: %lld\n\n", (long long)seen);
}

/* ---- what has happened ---- */

/* True: there may be more. */
static bool look_once(struct live *l)
{
    struct buf out = buf_init(MESSAGE_MAX);
    struct arena a = { 0 };
    struct news *news = NULL;
    struct error e;
    int n = 0;

    if (store_events_after(l->desk->store, l->seen, LOOK_MOST, &news, &a, &e) <
        0) {
        log_warn("pages are not told what happens: %s", e.text);
        news = NULL;
    }
    if (news != NULL) {
        news_write(&out, news);
        for (; news != NULL; news = news->next, n++)
            l->seen = news->event;
        seen_write(&out, l->seen);
        tell_all(l, buf_str(&out));
    }
    buf_free(&out);
    arena_free(&a);
    return n == LOOK_MOST;
}

void live_look(struct live *l)
{
    if (l->stopping || l->listeners == NULL)
        return;
    while (look_once(l))
        ;
}

static void look_due(uv_timer_t *t)
{
    live_look(t->data);
}

/* ---- who is where ---- */

static void here_tell(void *arg, int64_t ticket)
{
    struct live *l = arg;
    struct buf out = buf_init(MESSAGE_MAX);
    struct json j = json_to(&out);

    buf_add(&out, STR("event: here\ndata: "));
    json_begin_object(&j);
    json_kv_int(&j, "ticket", ticket);
    json_key(&j, "people");
    presence_json(l->presence, &j, ticket, STR_NONE);
    json_end_object(&j);
    buf_add(&out, STR("\n\n"));
    tell_all(l, buf_str(&out));
    buf_free(&out);
}

void live_here(const struct live *l, struct json *j, int64_t ticket,
               struct str but)
{
    presence_json(l->presence, j, ticket, but);
}

/* ---- health ---- */

static struct str health_text(const struct live *l)
{
    return l->trouble ? STR("event: health\ndata: {\"status\":\"trouble\"}\n\n")
                      : STR("event: health\ndata: {\"status\":\"well\"}\n\n");
}

static void health_look(struct live *l)
{
    struct arena a = { 0 };
    struct channel_row *list = NULL;
    struct error e;
    bool trouble = store_channels(l->desk->store, &list, &a, &e) < 0;
    bool changed;

    for (; !trouble && list != NULL; list = list->next)
        trouble = list->health.n > 0;
    arena_free(&a);
    changed = !l->knows_trouble || trouble != l->trouble;
    l->trouble = trouble;
    l->knows_trouble = true;
    if (changed)
        tell_all(l, health_text(l));
}

/* ---- the beat ---- */

/* A session that has ended, or a person who may no longer in, hears no more. */
static void sessions_check(struct live *l)
{
    for (struct listener *at = l->listeners; at != NULL; at = at->next) {
        struct arena a = { 0 };
        struct session session;
        struct user user;
        struct error e;

        if (store_session_get(l->desk->store, at->session, &session, &user, &a,
                              &e) == E_NONE)
            http_stream_end(at->stream);
        arena_free(&a);
    }
}

static void beat_due(uv_timer_t *t)
{
    struct live *l = t->data;
    int64_t now = clock_monotonic_ms() / 1000;

    presence_expire(l->presence, now, here_tell, l);
    if (l->listeners == NULL)
        return;
    health_look(l);
    sessions_check(l);
    if (now - l->commented_at >= LIVE_COMMENT_S) {
        l->commented_at = now;
        tell_all(l, STR(": still here\n\n"));
    }
}

/* ---- listening ---- */

static void listener_closed(void *arg)
{
    struct listener *gone = arg;
    struct live *l = gone->live;
    struct listener **at = &l->listeners;

    while (*at != gone)
        at = &(*at)->next;
    *at = gone->next;
    if (l->listeners == NULL && !l->stopping)
        uv_timer_stop(&l->look);
    arena_free(&gone->arena);
    free(gone);
}

/* What was missed since then, or that it was too much. */
static int missed_write(struct live *l, struct buf *out, int64_t since,
                        struct arena *a, struct error *e)
{
    struct news *news = NULL;
    struct buf missed = buf_init(MESSAGE_MAX);
    int64_t last;
    int n = 0;
    int rc = store_event_last(l->desk->store, &last, e);

    if (rc == 0 && since <= last) {
        rc = store_events_after(l->desk->store, since, LIVE_MISSED + 1, &news,
                                a, e);
    }
    for (const struct news *at = news; at != NULL; at = at->next)
        n++;
    if (rc < 0)
        return rc;
    news_write(&missed, news);
    if (n > LIVE_MISSED || since > last || missed.over) {
        buf_add(out, STR("event: stale\ndata: {}\n\n"));
    } else {
        buf_add(out, buf_str(&missed));
    }
    buf_free(&missed);
    return 0;
}

/* All that happened before the others' last look, they have been told. */
static int begin_write(struct live *l, struct http_request *r, struct buf *out,
                       struct error *e)
{
    struct str asked = http_header(r, "Last-Event-ID");
    int64_t since;
    int rc = 0;

    buf_add(out, STR("retry: 2000\n\n"));
    if (l->listeners == NULL)
        rc = store_event_last(l->desk->store, &l->seen, e);
    live_look(l);
    if (asked.n == 0)
        asked = http_query(r, "last");
    if (rc == 0 && str_int(asked, &since))
        rc = missed_write(l, out, since, http_arena(r), e);
    seen_write(out, l->seen);
    if (l->knows_trouble)
        buf_add(out, health_text(l));
    return rc;
}

static void listen_begin(struct live *l, struct http_request *r,
                         const struct person *who, struct str first)
{
    static const struct http_header_line lines[] = {
        { "X-Accel-Buffering", STR_INIT("no") }, /* nginx: pass it on at once */
        { NULL, { NULL, 0 } },
    };
    const struct http_response head = { .status = 200,
                                        .type = "text/event-stream",
                                        .body = first,
                                        .headers = lines };
    struct listener *new = calloc(1, sizeof(*new));

    if (new == NULL)
        abort();
    new->live = l;
    new->session = arena_str(&new->arena, who->session.id);
    new->stream = http_stream_begin(r, &head, listener_closed, new);
    if (new->stream == NULL) {
        arena_free(&new->arena);
        free(new);
        return;
    }
    new->next = l->listeners;
    l->listeners = new;
    if (!uv_is_active((uv_handle_t *)&l->look))
        uv_timer_start(&l->look, look_due, LIVE_LOOK_MS, LIVE_LOOK_MS);
}

static void get_live(struct desk *d, struct http_request *r,
                     const struct person *who)
{
    struct buf first = buf_init((size_t)MESSAGE_MAX + 1024);
    struct error e = { .code = E_BUSY };

    if (d->live->stopping || begin_write(d->live, r, &first, &e) < 0) {
        desk_fail(d, r, who, &e);
    } else {
        listen_begin(d->live, r, who, buf_str(&first));
    }
    buf_free(&first);
}

/* ---- presence ---- */

struct here {
    int64_t ticket;
    struct str doing;
};

static void post_presence(struct desk *d, struct http_request *r,
                          const struct person *who)
{
    static const struct body_field fields[] = {
        { "ticket", BODY_NUMBER, offsetof(struct here, ticket), 0, NULL },
        { "doing", BODY_TEXT, offsetof(struct here, doing), 20, NULL },
        { NULL, BODY_TEXT, 0, 0, NULL },
    };
    struct here here = { .ticket = 0 };
    struct live *l = d->live;

    if (!desk_read(d, r, who, fields, &here))
        return;
    presence_set(l->presence,
                 &(struct present){
                     .user = who->user.name,
                     .ticket = here.ticket,
                     .writing = str_eq(here.doing, STR("writing")),
                     .at = clock_monotonic_ms() / 1000,
                 },
                 here_tell, l);
    http_respond(r, &(struct http_response){ .status = 204 });
}

const struct desk_route live_routes[] = {
    { "GET", "/api/live", 0, ROLE_READER, get_live },
    { "POST", "/api/presence", 1024, ROLE_READER, post_presence },
    { NULL, NULL, 0, ROLE_READER, NULL },
};

/* ---- its life ---- */

int live_open(struct live **out, struct desk *d, struct error *e)
{
    struct live *l = calloc(1, sizeof(*l));

    (void)e;
    if (l == NULL)
        abort();
    l->desk = d;
    l->presence = presence_new();
    uv_timer_init(d->loop, &l->look);
    uv_timer_init(d->loop, &l->beat);
    l->look.data = l;
    l->beat.data = l;
    uv_timer_start(&l->beat, beat_due, LIVE_BEAT_MS, LIVE_BEAT_MS);
    *out = l;
    return 0;
}

static void timer_closed(uv_handle_t *handle)
{
    (void)handle;
}

void live_stop(struct live *l)
{
    l->stopping = true;
    uv_close((uv_handle_t *)&l->look, timer_closed);
    uv_close((uv_handle_t *)&l->beat, timer_closed);
    for (struct listener *at = l->listeners; at != NULL; at = at->next)
        http_stream_end(at->stream);
}

void live_close(struct live *l)
{
    if (l == NULL)
        return;
    presence_free(l->presence);
    free(l);
}
